-- title:    指标清单
-- question: Which indicators does this snapshot compute, for whom and how?
-- grain:    one row per indicator and population, in the order of the catalogue
-- params:   none
-- reads:    indicators, population_words
-- returns:  indicator text, name text, population text, population_name text, domain text,
--           unit text, multiplier integer, decimals integer, direction text, frequency text,
--           grain text, headline integer, dimension text, sensitive boolean, light boolean,
--           min_coverage integer (%), leads_with_yoy boolean, is_count boolean, table_id text,
--           is_first_population boolean, catalogue_order bigint
-- nulls:    headline for those not on the first page; dimension without a breakdown

with

words as (

    select
        population,
        max(name) as name
    from population_words
    group by population

)

select
    indicators.indicator,
    indicators.name,
    indicators.population,
    coalesce(words.name, indicators.population) as population_name,
    indicators.domain,
    indicators.unit,
    indicators.multiplier,
    indicators.decimals,
    indicators.direction,
    indicators.frequency,
    indicators.grain,
    indicators.headline,
    indicators.dimension,
    indicators.sensitive,
    indicators.light,
    indicators.min_coverage,
    indicators.leads_with_yoy,
    indicators.is_count,
    indicators.table_id,
    indicators.is_first_population,
    indicators.catalogue_order
from indicators
left join words
    on indicators.population = words.population
order by indicators.catalogue_order
