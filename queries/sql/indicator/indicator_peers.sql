-- title:    同类地区对照
-- question: How does an area stand on one indicator among the areas of its peer group?
-- grain:    one row per area of the group, wherever it lies, the best first
-- params:   $indicator indicator, $area area, $period period, $population population = first
-- reads:    as_of, area_values, areas, peer_groups
-- returns:  peer_group text, area_code text, area_name text, full_name text, is_self boolean,
--           period text, numerator double, denominator double, value double (unit),
--           printed double (unit), unit text, decimals integer, units_expected bigint (个),
--           units_reported bigint (个), missing_units text, provisional boolean, state text,
--           rank bigint (位), ranked_of bigint (个), small_base boolean
-- nulls:    figures of an area without a report; rank when the state is not 正常, the base is
--           small or the indicator is information only. No rows where the area is in no group.

with

choice as (

    select *
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = $indicator
        and population = $population
        and not stale

),

members as (

    select
        others.peer_group,
        areas.area_code,
        areas.name as area_name,
        areas.full_name,
        areas.order_no,
        areas.area_code = $area as is_self
    from peer_groups as own
    inner join peer_groups as others on own.peer_group = others.peer_group
    inner join areas on others.area_code = areas.area_code
    where own.area_code = $area

),

rows_kept as (

    select *
    from area_values
    where
        indicator = $indicator
        and population = $population
        and dimension = ''

),

figures as (

    select
        members.*,
        choice.period,
        choice.unit,
        choice.multiplier,
        choice.decimals,
        choice.direction,
        choice.is_count,
        choice.rank_min_denominator,
        rows_kept.numerator,
        rows_kept.denominator,
        rows_kept.units_expected,
        rows_kept.units_reported,
        rows_kept.missing_units,
        coalesce(rows_kept.provisional, false) as provisional,
        case
            when coalesce(rows_kept.masked, false) then '已遮蔽'
            when rows_kept.numerator is null then '未报'
            when not choice.is_count and rows_kept.denominator is null then '未报'
            when not choice.is_count and rows_kept.denominator = 0 then '不适用'
            when
                rows_kept.units_reported * 100
                < choice.min_coverage * rows_kept.units_expected
                then '填报不全'
            else '正常'
        end as state
    from members
    cross join choice
    left join rows_kept
        on
            members.area_code = rows_kept.area_code
            and choice.period = rows_kept.period

),

valued as (

    select
        *,
        state in ('正常', '填报不全')
        and not is_count
        and coalesce(denominator < rank_min_denominator, false) as small_base,
        case
            when state in ('正常', '填报不全')
                then exact_value(numerator, denominator, multiplier, is_count)
        end as value,
        case
            when state in ('正常', '填报不全')
                then printed_value(numerator, denominator, multiplier, decimals, is_count)
        end as printed
    from figures

),

placed as (

    select
        *,
        state = '正常' and direction <> 'info' and not small_base as rankable
    from valued

)

select
    peer_group,
    area_code,
    area_name,
    full_name,
    is_self,
    period,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    value,
    cast(printed as double) as printed,
    unit,
    decimals,
    cast(units_expected as bigint) as units_expected,
    cast(units_reported as bigint) as units_reported,
    missing_units,
    provisional,
    state,
    case
        when rankable
            then
                rank() over (
                    partition by peer_group, rankable
                    order by case when direction = 'lower_better' then printed else -printed end
                )
    end as rank,
    cast(sum(case when rankable then 1 else 0 end) over (partition by peer_group) as bigint)
        as ranked_of,
    small_base
from placed
order by peer_group, rank nulls last, order_no
