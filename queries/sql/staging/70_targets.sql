-- Every target that reaches an area, own or inherited, with the order in which they win:
-- 采用 before 参考, the nearest scope, the latest valid_from, the document's rank. Lowest wins.
-- Targets of an unknown place reach nobody; conditional ones need a test no table holds yet.

create view area_targets as
with

reaching as (

    select
        targets.*,
        area_tree.area_code,
        area_tree.ancestor_level as scope_level,
        area_tree.distance
    from targets
    inner join area_tree on targets.scope_code = area_tree.ancestor_code
    union all
    select
        targets.*,
        areas.area_code,
        'national' as scope_level,
        9 as distance
    from targets
    cross join areas
    where targets.scope_code = '000000'

)

select
    reaching.*,
    reaching.distance > 0 as inherited,
    case when reaching.status = '采用' then 0 else 1 end * 10000000000000
    + reaching.distance * 1000000000000
    + (99999999 - coalesce(cast(strftime(reaching.valid_from, '%Y%m%d') as bigint), 0)) * 1000
    + reaching.document_rank as precedence
from reaching
where reaching.condition = '';

-- Whether a target is in force on a day; a missing end is open.
create macro in_force(valid_from, valid_to, on_day) as
    (valid_from is null or valid_from <= on_day) and (valid_to is null or valid_to >= on_day);

-- How far from the target is still 预警, in the unit of the value.
create macro amber_width(target, amber_kind, amber) as
    cast(
        case when amber_kind = 'percent_of_target' then target * amber / 100 else amber end
        as decimal(18, 4)
    );

-- The light of one figure against one adopted target, before any downgrade.
create macro light_of(
    numerator, denominator, multiplier, is_count, direction, comparator, target, amber_kind, amber
) as
    case
        when meets(numerator, denominator, multiplier, is_count, direction, comparator, target)
            then '达标'
        when
            meets(
                numerator,
                denominator,
                multiplier,
                is_count,
                direction,
                '',
                cast(
                    case
                        when direction = 'lower_better'
                            then target + amber_width(target, amber_kind, amber)
                        else target - amber_width(target, amber_kind, amber)
                    end as decimal(18, 4)
                )
            )
            then '预警'
        else '滞后'
    end;
