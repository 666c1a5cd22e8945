-- title:    目标对照
-- question: How do the documents' targets stand beside an area's newest values of the same
--           indicator and population?
-- grain:    one row per target: every 参考 one, and the 采用 one that counts for the area
-- params:   $area area, $period period
-- reads:    readings, targets, areas, periods
-- returns:  indicator text, indicator_name text, population text, population_name text,
--           period text, value double (unit), printed double (unit), unit text, decimals integer,
--           state text, masked boolean, provisional boolean, status text, comparator text,
--           target double (target_unit), target_unit text, applies text, scope_name text,
--           light text, light_reason text, valid_from date, valid_to date, document text,
--           section text, fact_id text, checked text, note text
-- nulls:    value and printed when the state is not 正常 or 填报不全; scope_name where the document
--           does not say the place; light for every 参考 target and wherever the figure has none;
--           light_reason unless movement lowered the light; valid_from and valid_to where the
--           document does not say

with

standing as (

    select *
    from readings
    where
        judged_at = $area
        and requested_period = $period
        and area_code = $area

),

placed as (

    select
        targets.*,
        scopes.full_name as scope_name,
        scope_distance(
            targets.scope_code,
            areas.area_code,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        ) as distance,
        in_force(
            targets.condition, targets.valid_from, targets.valid_to, periods.period_end
        ) as is_in_force
    from targets
    inner join areas on areas.area_code = $area
    inner join periods on periods.period = $period
    left join areas as scopes on targets.scope_code = scopes.area_code

),

ranked as (

    select
        *,
        row_number() over (
            partition by indicator, population, status
            order by precedence(status, distance, valid_from, document_rank)
        ) as choice_no
    from placed
    where
        status = '参考'
        or (distance is not null and is_in_force)

)

-- The inner join keeps to the same indicator and population: nothing else is set side by side.
select
    standing.indicator,
    standing.indicator_name,
    standing.population,
    standing.population_name,
    standing.period,
    standing.value,
    standing.printed,
    standing.unit,
    standing.decimals,
    standing.state,
    standing.masked,
    standing.provisional,
    ranked.status,
    ranked.comparator,
    cast(ranked.value as double) as target,
    ranked.unit as target_unit,
    case
        when ranked.distance = 0 then '所选区划'
        when ranked.distance is not null then '上级区划'
        when coalesce(ranked.scope_code, '') = '' then '没有写明地方'
        else '其他地方'
    end as applies,
    ranked.scope_name,
    lit.light,
    lit.light_reason,
    ranked.valid_from,
    ranked.valid_to,
    ranked.document,
    ranked.section,
    ranked.fact_id,
    ranked.checked,
    ranked.note
from ranked
inner join standing
    on
        ranked.indicator = standing.indicator
        and ranked.population = standing.population
-- A light only where the rule has judged against this very target.
left join standing as lit
    on
        standing.indicator = lit.indicator
        and standing.population = lit.population
        and ranked.status = '采用'
        and lit.target_status = '采用'
        and lit.target_scope = ranked.scope_code
        and lit.target = cast(ranked.value as double)
where ranked.status = '参考' or ranked.choice_no = 1
order by standing.catalogue_order, ranked.status desc, ranked.fact_id
