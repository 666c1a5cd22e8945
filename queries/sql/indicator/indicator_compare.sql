-- title:    两个报告期对照
-- question: How did the parts of an area stand on one indicator at two periods of one's choice?
-- grain:    one row per area of that level, the area itself first
-- params:   $indicator indicator, $parent area, $level level, $period period,
--           $other_period period, $population population = first,
--           $cuts cuts = cuts_by_period (folders of the newest periods),
--           $other_cuts cuts = cuts_by_other_period (folders of the other periods)
-- reads:    readings, indicators
-- returns:  area_code text, area_name text, kind text, is_parent boolean, unit text,
--           decimals integer, direction text, period text, numerator double,
--           denominator double, printed double (unit), units_expected bigint (个),
--           units_reported bigint (个), provisional boolean, state text, rank bigint (位),
--           other_period text, other_numerator double, other_denominator double,
--           other_printed double (unit), other_units_reported bigint (个),
--           other_provisional boolean, other_state text, other_rank bigint (位),
--           change double (change_unit), change_unit text
-- nulls:    the figures of a period without a report; change unless both have a value

with

one as (

    select
        *,
        area_code = $parent as is_parent
    from readings($indicator, $population, $parent, $period, $parent, $level, true, $cuts)

),

other as (

    select *
    from readings(
        $indicator, $population, $parent, $other_period, $parent, $level, true, $other_cuts
    )

)

select
    one.area_code,
    one.area_name,
    one.kind,
    one.is_parent,
    one.unit,
    one.decimals,
    one.direction,
    one.period,
    one.numerator,
    one.denominator,
    one.printed,
    one.units_expected,
    one.units_reported,
    one.provisional,
    one.state,
    case when not one.is_parent then one.rank end as rank,
    other.period as other_period,
    other.numerator as other_numerator,
    other.denominator as other_denominator,
    other.printed as other_printed,
    other.units_reported as other_units_reported,
    coalesce(other.provisional, false) as other_provisional,
    other.state as other_state,
    case when not one.is_parent then other.rank end as other_rank,
    case
        when not indicators.is_count
            then
                cast(
                    cast(one.printed as decimal(18, 4))
                    - cast(other.printed as decimal(18, 4)) as double
                )
        when other.printed > 0
            then cast(half_up_ratio(one.printed - other.printed, other.printed, 100, 2) as double)
    end as change,
    one.change_unit
from one
inner join indicators
    on one.indicator = indicators.indicator and one.population = indicators.population
left join other on one.area_code = other.area_code
order by one.is_parent desc, one.order_no
