-- title:    简报所用连续情况
-- question: Since when has each part of an area missed the target, and since when been the last?
-- grain:    one row per indicator (its first population) and part that shows a figure
-- params:   $parent area, $level level, $period period, $headline_only int = 1 (0 all of them)
-- reads:    as_of, area_values, areas, periods, targets
-- returns:  indicator text, area_code text, missed_since text, missed_periods bigint (期),
--           missed_always boolean, last_since text, last_periods bigint (期)
-- nulls:    missed_since when the target is met or there is none; last_since when another is last
-- relies:   a year back is looked at; missed_always says that no period of it met the target

with

span as (

    select
        as_of.*,
        periods.period as own_period,
        periods.period_end as own_end,
        cast(periods.ordinal as bigint) as own_ordinal
    from as_of
    inner join periods
        on
            as_of.frequency = periods.frequency
            and periods.period_end > as_of.period_end - interval 1 year
            and periods.period_end <= as_of.period_end
    where
        as_of.judged_at = $parent
        and as_of.requested_period = $period
        and as_of.is_first_population
        and as_of.direction <> 'info'
        and ($headline_only = 0 or as_of.headline is not null)

),

figures as (

    select
        span.indicator,
        span.population,
        span.own_period,
        span.own_end,
        span.own_ordinal,
        span.ordinal as newest,
        span.direction,
        span.multiplier,
        span.is_count,
        area_values.area_code,
        area_values.numerator,
        area_values.denominator,
        span.is_count or area_values.denominator >= span.rank_min_denominator as ranked,
        printed_value(
            area_values.numerator,
            area_values.denominator,
            span.multiplier,
            span.decimals,
            span.is_count
        ) as printed
    from span
    inner join area_values
        on
            span.indicator = area_values.indicator
            and span.population = area_values.population
            and span.own_period = area_values.period
            and area_values.dimension = ''
            and not coalesce(area_values.masked, false)
    inner join areas
        on
            area_values.area_code = areas.area_code
            and areas.level = $level
            and $parent in (
                areas.township_code, areas.county_code, areas.city_code, areas.province_code
            )

),

aimed as (

    select
        figures.indicator,
        figures.area_code,
        figures.own_ordinal,
        targets.comparator,
        targets.value as target,
        targets.status,
        row_number() over (
            partition by figures.indicator, figures.area_code, figures.own_ordinal
            order by
                precedence(
                    targets.status,
                    scope_distance(
                        targets.scope_code,
                        areas.area_code,
                        areas.township_code,
                        areas.county_code,
                        areas.city_code,
                        areas.province_code
                    ),
                    targets.valid_from,
                    targets.document_rank
                )
        ) as choice_no
    from figures
    inner join areas on figures.area_code = areas.area_code
    inner join targets
        on
            figures.indicator = targets.indicator
            and figures.population = targets.population
            and in_force(targets.condition, targets.valid_from, targets.valid_to, figures.own_end)
    where
        scope_distance(
            targets.scope_code,
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        ) is not null

),

judged as (

    select
        figures.*,
        case
            when aimed.status = '采用'
                then
                    not meets(
                        figures.numerator,
                        figures.denominator,
                        figures.multiplier,
                        figures.is_count,
                        figures.direction,
                        aimed.comparator,
                        aimed.target
                    )
        end as missed,
        -- The worst print, where somebody prints better: all that share it are the last.
        figures.ranked and figures.printed = case figures.direction
            when 'lower_better'
                then max(case when figures.ranked then figures.printed end) over same_period
            else min(case when figures.ranked then figures.printed end) over same_period
        end
        and min(case when figures.ranked then figures.printed end) over same_period
        < max(case when figures.ranked then figures.printed end) over same_period as is_last
    from figures
    left join aimed
        on
            figures.indicator = aimed.indicator
            and figures.area_code = aimed.area_code
            and figures.own_ordinal = aimed.own_ordinal
            and aimed.choice_no = 1
    where figures.printed is not null
    window same_period as (partition by figures.indicator, figures.own_ordinal)

),

-- The last period that broke each run; a period without a figure breaks none.
broken as (

    select
        *,
        max(case when not coalesce(missed, false) then own_ordinal end) over area_rows as met_at,
        max(case when not coalesce(is_last, false) then own_ordinal end) over area_rows
            as better_at
    from judged
    window area_rows as (partition by indicator, area_code)

)

select
    indicator,
    area_code,
    min(case when own_ordinal > coalesce(met_at, 0) then own_period end) as missed_since,
    count(case when own_ordinal > coalesce(met_at, 0) then 1 end) as missed_periods,
    coalesce(bool_and(met_at is null), false) as missed_always,
    min(case when own_ordinal > coalesce(better_at, 0) then own_period end) as last_since,
    count(case when own_ordinal > coalesce(better_at, 0) then 1 end) as last_periods
from broken
group by indicator, area_code
having max(own_ordinal) = max(newest)
order by indicator, area_code
