-- The rates that the checks for doubts look at: one row per indicator in percent, population, area
-- under `parent` and period that ends within two periods, with the words a finding is told in.
-- reads: derived_values, areas

create temp macro percent_figures(parent, period_from, period_to) as table
    with

    span as (

        select
            min(period_start) as first_day,
            max(period_end) as last_day
        from periods
        where period in (period_from, period_to)

    ),

    words as (

        select
            population,
            max(name) as name
        from population_words
        group by population

    )

    select
        derived_values.*,
        indicators.table_id,
        report_tables.title as table_title,
        indicators.multiplier,
        indicators.direction,
        indicators.cumulative,
        concat(indicators.name, '（', coalesce(words.name, derived_values.population), '）')
            as measure,
        areas.name as unit_name,
        counties.name as county_name,
        areas.parent_code,
        areas.county_code,
        areas.city_code,
        areas.province_code
    from derived_values
    inner join indicators
        on
            derived_values.indicator = indicators.indicator
            and derived_values.population = indicators.population
    inner join areas on derived_values.area_code = areas.area_code
    left join areas as counties on areas.county_code = counties.area_code
    left join report_tables on indicators.table_id = report_tables.table_id
    left join words on derived_values.population = words.population
    cross join span
    where
        derived_values.dimension = ''
        and indicators.unit = '%'
        and derived_values.period_end between span.first_day and span.last_day
        and parent in (
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        );
