-- title:    适用目标
-- question: Which targets reach an area on the last day of a period, and which one counts?
-- grain:    one row per target, the one that counts first
-- params:   $area area, $period period, $indicator indicator = null,
--           $population population = null
-- reads:    targets, indicators, areas, periods
-- returns:  indicator text, indicator_name text, population text, scope_code text,
--           scope_name text, scope_level text, inherited boolean, comparator text,
--           target double (unit), unit text, status text, valid_from date, valid_to date,
--           document text, document_rank integer, section text, fact_id text, checked text,
--           note text, counts boolean
-- nulls:    valid_from and valid_to where the document does not say; scope_name for the nation

with

in_reach as (

    select
        targets.*,
        areas.level as own_level,
        indicators.name as indicator_name,
        indicators.catalogue_order,
        scope_distance(
            targets.scope_code,
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        ) as distance
    from targets
    inner join areas on areas.area_code = $area
    inner join periods
        on
            periods.period = $period
            and in_force(
                targets.condition, targets.valid_from, targets.valid_to, periods.period_end
            )
    inner join indicators
        on
            targets.indicator = indicators.indicator
            and targets.population = indicators.population
    where
        ($indicator is null or targets.indicator = $indicator)
        and ($population is null or targets.population = $population)

),

reaching as (

    select
        *,
        row_number() over (
            partition by indicator, population
            order by precedence(status, distance, valid_from, document_rank)
        ) as choice_no
    from in_reach
    where distance is not null

)

select
    reaching.indicator,
    reaching.indicator_name,
    reaching.population,
    reaching.scope_code,
    areas.name as scope_name,
    scope_level(reaching.distance, reaching.own_level) as scope_level,
    reaching.distance > 0 as inherited,
    reaching.comparator,
    cast(reaching.value as double) as target,
    reaching.unit,
    reaching.status,
    reaching.valid_from,
    reaching.valid_to,
    reaching.document,
    reaching.document_rank,
    reaching.section,
    reaching.fact_id,
    reaching.checked,
    reaching.note,
    reaching.choice_no = 1 as counts
from reaching
left join areas on reaching.scope_code = areas.area_code
order by reaching.catalogue_order, reaching.choice_no
