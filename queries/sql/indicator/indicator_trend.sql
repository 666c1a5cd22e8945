-- title:    指标走势
-- question: How has one indicator of one area moved over the periods?
-- grain:    one row per own-frequency period in the range, silent ones included
-- params:   $indicator indicator, $area area, $period_from period, $period_to period,
--           $population population = first, $dimension text = '' (a value of the breakdown)
-- reads:    area_values, indicators, areas, obligations, obliged_provinces, periods,
--           population_words, targets
-- returns:  indicator text, population text, population_name text, area_code text, area_name text,
--           level text, frequency text, period text, period_start date, period_end date,
--           ordinal bigint, numerator double, denominator double, value double (unit),
--           printed double (unit), unit text, state text, units_expected bigint (个),
--           units_reported bigint (个), missing_units text, units_differ boolean,
--           provisional boolean, masked boolean, change double (change_unit), change_unit text,
--           change_merged text, yoy_value double (unit), yoy_filed double (unit),
--           yoy_change double (change_unit), yoy_common_units boolean, yoy_merged text, lead text,
--           lead_value double (unit), lead_filed double (unit), lead_change double (change_unit),
--           lead_common_units boolean, lead_merged text, cumulative_word text,
--           period_alone double (unit), target double (unit), target_status text,
--           target_scope text, light text, snapshot bigint
-- nulls:    every figure of a period without a report; change in the first period of a year of
--           a year-to-date figure; yoy_filed and lead_filed (what all units filed then) where the
--           units are the same; period_alone and cumulative_word unless the figure is cumulative

with

asked as (

    select
        indicators.*,
        areas.area_code,
        areas.name as area_name,
        areas.level,
        areas.valid_from,
        areas.valid_to,
        areas.township_code,
        areas.county_code,
        areas.city_code,
        areas.province_code,
        obliged_provinces.table_id is not null as owed_in_province
    from indicators
    cross join areas
    left join obliged_provinces
        on
            indicators.table_id = obliged_provinces.table_id
            and areas.province_code = obliged_provinces.province_code
    where
        indicators.indicator = $indicator
        and indicators.population = $population
        and areas.area_code = $area

),

span as (

    select
        min(period_start) as first_day,
        max(period_end) as last_day
    from periods
    where period in ($period_from, $period_to)

),

rows_kept as (

    select *
    from area_values
    where
        indicator = $indicator
        and population = $population
        and area_code = $area
        and dimension = $dimension

),

-- From when until when anybody owed the table for the area: inside it, or above it.
owing as (

    select
        min(obligations.valid_from) as first_day,
        max(coalesce(obligations.valid_to, date '9999-12-31')) as last_day
    from asked
    inner join obligations
        on
            asked.table_id in (obligations.table_id, 'filings')
            or (asked.table_id like '%clinic_state' and obligations.table_id = 'T07')
    inner join areas as units on obligations.unit_code = units.area_code
    where
        asked.area_code in (
            units.area_code,
            units.township_code,
            units.county_code,
            units.city_code,
            units.province_code
        )
        or units.area_code in (
            asked.township_code, asked.county_code, asked.city_code, asked.province_code
        )

),

known as (

    select
        min(period_end) as first_end,
        max(period_end) as last_end
    from rows_kept

),

in_order as (

    select
        asked.*,
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.ordinal,
        periods.previous,
        periods.last_year,
        starts_again(
            asked.cumulative, periods.first_of_year, periods.first_of_mch_year
        ) as starts_again
    from asked
    cross join span
    inner join periods
        on
            asked.frequency = periods.frequency
            and periods.period_end >= span.first_day
            and periods.period_end <= span.last_day

),

-- Villages keep no earlier figures in their rows: theirs are the rows of the periods before.
filled as (

    select
        in_order.*,
        -- Where the table is owed, whoever owes it has a row, if only an empty one, from the first
        -- period that was filed to the newest.
        rows_kept.period is null
        and in_order.level <> 'village'
        and in_order.owed_in_province
        and (
            known.first_end is null
            or in_order.period_end between known.first_end and known.last_end
            or coalesce(in_order.period_end not between owing.first_day and owing.last_day, true)
        ) as owes_nothing,
        rows_kept.numerator,
        rows_kept.denominator,
        rows_kept.units_expected,
        rows_kept.units_reported,
        rows_kept.missing_units,
        coalesce(rows_kept.prev_units_differ, false) as units_differ,
        coalesce(rows_kept.yoy_units_differ, false) as yoy_units_differ,
        rows_kept.prev_merged,
        rows_kept.yoy_merged,
        coalesce(rows_kept.provisional, false) as provisional,
        coalesce(rows_kept.masked, false) as masked,
        case
            when in_order.starts_again then null
            when in_order.level = 'village'
                then lag(rows_kept.numerator) over (order by in_order.ordinal)
            else rows_kept.prev_numerator
        end as base_numerator,
        case
            when in_order.starts_again then null
            when in_order.level = 'village'
                then lag(rows_kept.denominator) over (order by in_order.ordinal)
            else rows_kept.prev_denominator
        end as base_denominator,
        case
            when in_order.level = 'village' then rows_kept.numerator
            else rows_kept.prev_self_numerator
        end as same_numerator,
        case
            when in_order.level = 'village' then rows_kept.denominator
            else rows_kept.prev_self_denominator
        end as same_denominator,
        rows_kept.yoy_numerator,
        rows_kept.yoy_denominator,
        rows_kept.yoy_self_numerator,
        rows_kept.yoy_self_denominator,
        earlier.numerator as earlier_numerator,
        earlier.denominator as earlier_denominator,
        year_before.numerator as year_before_numerator,
        year_before.denominator as year_before_denominator
    from in_order
    cross join known
    cross join owing
    left join rows_kept on in_order.period = rows_kept.period
    left join rows_kept as earlier on in_order.previous = earlier.period
    left join rows_kept as year_before on in_order.last_year = year_before.period

),

with_state as (

    select
        *,
        case
            when owes_nothing or level_order(level) > level_order(grain) then '不适用'
            when valid_from > period_end or valid_to < period_end then '不适用'
            when masked then '已遮蔽'
            when numerator is null or (not is_count and denominator is null) then '未报'
            when not is_count and denominator = 0 then '不适用'
            when units_reported * 100 < min_coverage * units_expected then '填报不全'
            else '正常'
        end as state
    from filled

),

reaching as (

    select
        with_state.period,
        targets.value as target,
        targets.comparator,
        targets.status,
        targets.scope_code,
        targets.valid_from,
        targets.document_rank,
        scope_distance(
            targets.scope_code,
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        ) as distance
    from with_state
    inner join areas on with_state.area_code = areas.area_code
    inner join targets
        on
            with_state.indicator = targets.indicator
            and with_state.population = targets.population
            and in_force(
                targets.condition, targets.valid_from, targets.valid_to, with_state.period_end
            )

),

aimed as (

    select
        *,
        row_number() over (
            partition by period
            order by precedence(status, distance, valid_from, document_rank)
        ) as choice_no
    from reaching
    where distance is not null

),

figures as (

    select
        *,
        exact_value(numerator, denominator, multiplier, is_count) as value,
        printed_value(numerator, denominator, multiplier, decimals, is_count) as printed,
        printed_change(
            same_numerator,
            same_denominator,
            base_numerator,
            base_denominator,
            multiplier,
            decimals,
            is_count
        ) as change,
        printed_value(yoy_numerator, yoy_denominator, multiplier, decimals, is_count)
            as yoy_value,
        printed_change(
            yoy_self_numerator,
            yoy_self_denominator,
            yoy_numerator,
            yoy_denominator,
            multiplier,
            decimals,
            is_count
        ) as yoy_change,
        printed_value(base_numerator, base_denominator, multiplier, decimals, is_count)
            as previous_value,
        case
            when units_differ
                then
                    printed_value(
                        earlier_numerator, earlier_denominator, multiplier, decimals, is_count
                    )
        end as previous_filed,
        case
            when yoy_units_differ
                then
                    printed_value(
                        year_before_numerator,
                        year_before_denominator,
                        multiplier,
                        decimals,
                        is_count
                    )
        end as yoy_filed,
        case
            when cumulative <> '' or denominator_cumulative <> ''
                then
                    printed_value(
                        alone(cumulative, starts_again, numerator, same_numerator, base_numerator),
                        alone(
                            denominator_cumulative,
                            starts_again,
                            denominator,
                            same_denominator,
                            base_denominator
                        ),
                        multiplier,
                        decimals,
                        is_count
                    )
        end as period_alone
    from with_state

),

led as (

    select
        *,
        lead_of(leads_with_yoy, change, yoy_change) as lead
    from figures

)

select
    figures.indicator,
    figures.population,
    coalesce(population_words.label, figures.population) as population_name,
    figures.area_code,
    figures.area_name,
    figures.level,
    figures.frequency,
    figures.period,
    figures.period_start,
    figures.period_end,
    figures.ordinal,
    cast(figures.numerator as double) as numerator,
    cast(figures.denominator as double) as denominator,
    figures.value,
    cast(figures.printed as double) as printed,
    figures.unit,
    figures.state,
    cast(figures.units_expected as bigint) as units_expected,
    cast(figures.units_reported as bigint) as units_reported,
    figures.missing_units,
    figures.units_differ,
    figures.provisional,
    figures.masked,
    cast(figures.change as double) as change,
    figures.change_unit,
    case when figures.change is not null then figures.prev_merged end as change_merged,
    cast(figures.yoy_value as double) as yoy_value,
    cast(case when figures.yoy_change is not null then figures.yoy_filed end as double)
        as yoy_filed,
    cast(figures.yoy_change as double) as yoy_change,
    figures.yoy_change is not null and figures.yoy_units_differ as yoy_common_units,
    case when figures.yoy_change is not null then figures.yoy_merged end as yoy_merged,
    figures.lead,
    cast(
        case figures.lead
            when 'year' then figures.yoy_value
            when 'previous' then figures.previous_value
        end as double
    ) as lead_value,
    cast(
        case figures.lead
            when 'year' then figures.yoy_filed
            when 'previous' then figures.previous_filed
        end as double
    ) as lead_filed,
    cast(
        case figures.lead
            when 'year' then figures.yoy_change
            when 'previous' then figures.change
        end as double
    ) as lead_change,
    case figures.lead
        when 'year' then figures.yoy_units_differ
        when 'previous' then figures.units_differ
        else false
    end as lead_common_units,
    case figures.lead
        when 'year' then figures.yoy_merged
        when 'previous' then figures.prev_merged
    end as lead_merged,
    coalesce(
        cumulative_word(figures.cumulative), cumulative_word(figures.denominator_cumulative)
    ) as cumulative_word,
    cast(figures.period_alone as double) as period_alone,
    cast(aimed.target as double) as target,
    aimed.status as target_status,
    aimed.scope_code as target_scope,
    case
        when figures.direction = 'info' or not figures.light then null
        when figures.state <> '正常' then figures.state
        when aimed.status = '采用'
            then
                light_of(
                    gap_to(
                        figures.numerator,
                        figures.denominator,
                        figures.multiplier,
                        figures.is_count,
                        figures.direction,
                        aimed.comparator,
                        aimed.target,
                        figures.printed
                    ),
                    figures.printed,
                    aimed.target,
                    figures.amber_kind,
                    figures.amber
                )
        when aimed.status = '参考' then '参考目标'
        else '无目标'
    end as light,
    this_snapshot.number as snapshot
from led as figures
cross join this_snapshot
left join aimed on figures.period = aimed.period and aimed.choice_no = 1
left join population_words
    on
        figures.population = population_words.population
        and year(figures.period_end)
        between population_words.first_year and population_words.last_year
order by figures.ordinal
