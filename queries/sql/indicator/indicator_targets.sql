-- title:    指标的全部目标
-- question: Which targets does this snapshot know for an indicator, whomever and whenever they bind?
-- grain:    one row per target, the adopted ones first
-- params:   $indicator indicator
-- reads:    targets, indicators, areas, population_words
-- returns:  indicator text, population text, population_name text, status text, scope_code text,
--           scope_name text, comparator text, target double (unit), unit text, condition text,
--           valid_from date, valid_to date, document text, section text, fact_id text,
--           checked text, note text
-- nulls:    valid_from and valid_to where the document does not say; scope_name for the nation and
--           where the document names no place

with

words as (

    select
        population,
        max(name) as name
    from population_words
    group by population

)

select
    targets.indicator,
    targets.population,
    coalesce(words.name, targets.population) as population_name,
    targets.status,
    targets.scope_code,
    areas.full_name as scope_name,
    targets.comparator,
    cast(targets.value as double) as target,
    targets.unit,
    targets.condition,
    targets.valid_from,
    targets.valid_to,
    targets.document,
    targets.section,
    targets.fact_id,
    targets.checked,
    targets.note
from targets
left join indicators
    on
        targets.indicator = indicators.indicator
        and targets.population = indicators.population
left join areas on targets.scope_code = areas.area_code
left join words on targets.population = words.population
where targets.indicator = $indicator
order by
    targets.status = '参考',
    indicators.catalogue_order nulls last,
    targets.scope_code,
    targets.valid_from
