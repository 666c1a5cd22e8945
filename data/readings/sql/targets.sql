-- Which target counts, and the light against it.

-- How far above an area a target's scope lies: 0 the area itself ... 4 its province, 9 the nation.
-- Null: the target does not reach the area. Targets of an unknown place reach nobody.
create macro scope_distance(
    scope_code, area_code, township_code, county_code, city_code, province_code
) as
case scope_code
    when area_code then 0
    when township_code then 1
    when county_code then 2
    when city_code then 3
    when province_code then 4
    when '000000' then 9
end;

create macro scope_level(distance, own_level) as
case distance
    when 0 then own_level
    when 1 then 'township'
    when 2 then 'county'
    when 3 then 'city'
    when 4 then 'province'
    else 'national'
end;

-- The order in which targets win: 采用 before 参考, the nearest scope, the latest valid_from,
-- the document's rank. The lowest number wins.
create macro precedence(status, distance, valid_from, document_rank) as
case when status = '采用' then 0 else 1 end * 10000000000000
+ distance * 1000000000000
+ (99999999 - coalesce(cast(strftime(valid_from, '%Y%m%d') as bigint), 0)) * 1000
+ document_rank;

-- Whether a target is in force on a day; a missing end is open. Conditional targets need a test
-- that no report table allows yet, so they never are.
create macro in_force(condition, valid_from, valid_to, on_day) as
condition = ''
and (valid_from is null or valid_from <= on_day) and (valid_to is null or valid_to >= on_day);

-- How far from the target is still 预警, in the unit of the value.
create macro amber_width(target, amber_kind, amber) as
cast(
    case when amber_kind = 'percent_of_target' then target * amber / 100 else amber end
    as decimal(18, 4)
);

-- How much is missing, as printed; null once the target is met, which is decided on exact figures.
create macro gap_to(
    numerator, denominator, multiplier, is_count, direction, comparator, target, printed
) as
case
    when meets(numerator, denominator, multiplier, is_count, direction, comparator, target)
        then null
    when direction = 'lower_better' then printed - target
    else target - printed
end;

-- What each remaining period must bring, rounded up at the printed decimals: what is asked must
-- suffice. Downward where less is better.
create macro required_pace(
    numerator, denominator, multiplier, decimals, is_count, direction, target, periods_left
) as
case when direction = 'lower_better' then -1 else 1 end
* ratio_up(
    abs(
        ten_thousandths(target) * ten_thousandths(case when is_count then 1 else denominator end)
        - ten_thousandths(numerator) * 10000 * multiplier
    ),
    10000 * ten_thousandths(case when is_count then 1 else denominator end) * periods_left,
    decimals
);

-- The light against one adopted target, before any downgrade. Amber and red go by the printed gap,
-- so that two figures that print alike never wear two lights.
create macro light_of(gap, printed, target, amber_kind, amber) as
case
    when printed is null or target is null then null
    when gap is null then '达标'
    when gap <= amber_width(target, amber_kind, amber) then '预警'
    else '滞后'
end;
