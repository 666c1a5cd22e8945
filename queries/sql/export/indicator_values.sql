-- title:    指标数据
-- question: What did several indicators show for all areas of a level, period by period?
-- grain:    one row per indicator, population, area and own-frequency period that was due or filed
-- params:   $indicators text (ids with commas), $parent area, $level level,
--           $period_from period, $period_to period,
--           $population text = '' (empty is each indicator's first; all is every one),
--           $state text = '' (one state; empty is all), $most int = 1000000000 (rows at most)
-- reads:    area_values, indicators, areas, periods, population_words
-- returns:  indicator text, indicator_name text, population text, population_name text,
--           area_code text, area_name text, full_name text, level text, period text,
--           period_end date, printed double (unit), value double (unit), unit text,
--           numerator double, denominator double, state text, units_expected bigint (个),
--           units_reported bigint (个), missing_units text, provisional boolean,
--           cumulative_word text, row_count bigint (行)
-- nulls:    the figures of a row whose state is 未报, 不适用 or 已遮蔽; denominator of a count;
--           missing_units when all are in or more than three are missing; cumulative_word unless
--           the figure is cumulative

with

span as (

    select
        min(period_start) as first_day,
        max(period_end) as last_day
    from periods
    where period in ($period_from, $period_to)

),

asked as (

    select *
    from indicators
    where
        strpos(',' || $indicators || ',', ',' || indicator || ',') > 0
        and (
            $population = 'all'
            or population = $population
            or ($population = '' and is_first_population)
        )

),

placed as (

    select *
    from areas
    where
        level = $level
        and $parent in (area_code, township_code, county_code, city_code, province_code)

),

figures as (

    select
        asked.indicator,
        asked.name as indicator_name,
        asked.population,
        coalesce(population_words.label, asked.population) as population_name,
        asked.catalogue_order,
        asked.population_order,
        asked.unit,
        asked.multiplier,
        asked.decimals,
        asked.is_count,
        placed.area_code,
        placed.name as area_name,
        placed.full_name,
        placed.level,
        placed.order_no,
        area_values.period,
        area_values.period_end,
        area_values.numerator,
        area_values.denominator,
        area_values.units_expected,
        area_values.units_reported,
        area_values.missing_units,
        area_values.provisional,
        coalesce(
            cumulative_word(asked.cumulative), cumulative_word(asked.denominator_cumulative)
        ) as cumulative_word,
        case
            when area_values.masked then '已遮蔽'
            when
                area_values.numerator is null
                or (not asked.is_count and area_values.denominator is null)
                then '未报'
            when not asked.is_count and area_values.denominator = 0 then '不适用'
            when
                area_values.units_reported * 100 < asked.min_coverage * area_values.units_expected
                then '填报不全'
            else '正常'
        end as state
    from area_values
    cross join span
    inner join asked
        on
            area_values.indicator = asked.indicator
            and area_values.population = asked.population
    inner join placed on area_values.area_code = placed.area_code
    left join population_words
        on
            area_values.population = population_words.population
            and year(area_values.period_end)
            between population_words.first_year and population_words.last_year
    where
        area_values.level = $level
        and strpos(',' || $indicators || ',', ',' || area_values.indicator || ',') > 0
        and area_values.dimension = ''
        and area_values.period_end between span.first_day and span.last_day

)

select
    indicator,
    indicator_name,
    population,
    population_name,
    area_code,
    area_name,
    full_name,
    level,
    period,
    period_end,
    cast(printed_value(numerator, denominator, multiplier, decimals, is_count) as double)
        as printed,
    exact_value(numerator, denominator, multiplier, is_count) as value,
    unit,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    state,
    cast(units_expected as bigint) as units_expected,
    cast(units_reported as bigint) as units_reported,
    missing_units,
    provisional,
    cumulative_word,
    count(*) over () as row_count
from figures
where $state in ('', state)
order by catalogue_order, population_order, order_no, period_end
limit $most
