-- The one place where figures are divided and rounded.

-- One unit of the last printed place is 1 / steps: 100 steps for two decimals.
create macro steps(decimals) as
cast(pow(10, decimals) as bigint);

-- What a decimal of four places is in whole ten-thousandths: all printing counts in whole numbers,
-- for 2619 / 4000 is 65.475 %, which no double holds, and must print 65.48.
create macro ten_thousandths(number) as
cast(cast(number as decimal(18, 4)) * 10000 as hugeint);

-- Whole-number division, towards zero and up; the quotient fits a double by far.
create macro whole_quotient(top, bottom) as
cast(round((top - top % bottom) / bottom, 0) as hugeint);

create macro quotient_up(top, bottom) as
whole_quotient(top + bottom - 1, bottom);

-- So many units of the last printed place, as the number they print.
create macro in_places(units, decimals) as
cast(
    cast(units * cast(10000 / steps(decimals) as bigint) as decimal(18, 0))
    * cast(0.0001 as decimal(4, 4)) as decimal(18, 4)
);

-- top × multiplier / bottom in units of the last printed place, half up (a half away from zero);
-- bottom is above 0.
create macro half_up_units(top, bottom, multiplier, decimals) as
case when top < 0 then -1 else 1 end
* whole_quotient(
    2 * abs(ten_thousandths(top)) * multiplier * steps(decimals) + ten_thousandths(bottom),
    2 * ten_thousandths(bottom)
);

-- The same as the number it prints.
create macro half_up_ratio(top, bottom, multiplier, decimals) as
in_places(half_up_units(top, bottom, multiplier, decimals), decimals);

-- A decimal number, half up.
create macro half_up(number, decimals) as
half_up_ratio(number, 1, 1, decimals);

-- What is missing by as little as the last printed place still asks for all of it: always up.
create macro ratio_up(top, bottom, decimals) as
in_places(
    quotient_up(top * steps(decimals), bottom),
    decimals
);

-- The exact value. A count is its numerator; nothing is divided by 0.
create macro exact_value(numerator, denominator, multiplier, is_count) as
case
    when is_count then cast(numerator as double)
    when denominator > 0
        then cast(numerator as double) * multiplier / cast(denominator as double)
end;

-- The printed value. What is below 100 % never prints as 100.00.
create macro printed_value(numerator, denominator, multiplier, decimals, is_count) as
case
    when numerator is not null and (is_count or coalesce(denominator > 0, false))
        then
            in_places(
                least(
                    half_up_units(
                        numerator,
                        case when is_count then 1 else denominator end,
                        case when is_count then 1 else multiplier end,
                        decimals
                    ),
                    case
                        when not is_count and multiplier = 100 and numerator < denominator
                            then 100 * steps(decimals) - 1
                        else 99999999999999
                    end
                ),
                decimals
            )
end;

-- A share in percent with two decimals, for what is no indicator.
create macro share_of(part, whole) as
cast(printed_value(part, whole, 100, 2, false) as double);

-- A printed change: rates in points (difference of the two printed values), counts in percent.
create macro printed_change(
    numerator, denominator, base_numerator, base_denominator, multiplier, decimals, is_count
) as
case
    when is_count
        then
            case
                when base_numerator > 0
                    then half_up_ratio(numerator - base_numerator, base_numerator, 100, 2)
            end
    else
        printed_value(numerator, denominator, multiplier, decimals, is_count)
        - printed_value(base_numerator, base_denominator, multiplier, decimals, is_count)
end;

-- The two sides of a comparison with a bar, as exact decimals: n × multiplier and bar × d.
-- Widths beyond 18 figures keep DuckDB from multiplying in 64 bits.
create macro scaled(numerator, multiplier) as
cast(numerator as decimal(28, 4)) * cast(multiplier as decimal(9, 0));

create macro scaled_bar(bar, denominator, is_count) as
cast(bar as decimal(19, 4))
* cast(case when is_count then 1 else denominator end as decimal(19, 4));

-- Whether a value meets a bar. The printed sign only decides whether equal is enough.
create macro meets(numerator, denominator, multiplier, is_count, direction, comparator, bar) as
case
    when not is_count and not coalesce(denominator > 0, false) then null
    when comparator = '>'
        then scaled(numerator, multiplier) > scaled_bar(bar, denominator, is_count)
    when comparator = '<'
        then scaled(numerator, multiplier) < scaled_bar(bar, denominator, is_count)
    when direction = 'lower_better'
        then scaled(numerator, multiplier) <= scaled_bar(bar, denominator, is_count)
    else scaled(numerator, multiplier) >= scaled_bar(bar, denominator, is_count)
end;

-- Whether a movement is for the better; information only moves up or down.
create macro movement(change, direction) as
case
    when change is null then null
    when change = 0 then 'same'
    when direction = 'info' then case when change > 0 then 'up' else 'down' end
    when (change > 0) = (direction = 'higher_better') then 'better'
    else 'worse'
end;

-- Which comparison leads for a figure: year-to-date ones grow over the year, so that last year's
-- tells more; null without any base.
create macro lead_of(leads_with_yoy, change, yoy_change) as
case
    when leads_with_yoy and yoy_change is not null then 'year'
    when change is not null then 'previous'
    when yoy_change is not null then 'year'
end;

-- Values are kept in three places: county and above, township, village. Codes tell which.
create macro place_of(area_code) as
case length(area_code) when 12 then 'village' when 9 then 'township' else 'area' end;

create macro province_of(area_code) as
substr(area_code, 1, 2) || '0000';

create macro place_of_level(level) as
case level when 'village' then 'village' when 'township' then 'township' else 'area' end;

-- A period's name without its year where the year goes without saying.
create macro said_in(label, short_label, on_day) as
case when starts_with(label, strftime(on_day, '%Y')) then short_label else label end;

-- Levels from wide to narrow, and their words.
create macro level_order(level) as
case level
    when 'province' then 1
    when 'city' then 2
    when 'county' then 3
    when 'township' then 4
    else 5
end;

-- The code of what lies right above an area of this level.
create macro code_above(level, township_code, county_code, city_code, province_code) as
case level
    when 'village' then township_code
    when 'township' then county_code
    when 'county' then city_code
    when 'city' then province_code
end;

create macro level_word(level) as
case level
    when 'province' then '省级'
    when 'city' then '市级'
    when 'county' then '县级'
    when 'township' then '乡级'
    else '村级'
end;

create macro scope_word(level) as
case level when 'national' then '国家' else level_word(level) end;

-- A number as people write it: 5, 0.5, 12.25.
create macro plain_number(number) as
case
    when number = round(number, 0) then cast(cast(number as bigint) as varchar)
    when number = round(number, 1) then cast(cast(number as decimal(18, 1)) as varchar)
    else cast(cast(number as decimal(18, 2)) as varchar)
end;
