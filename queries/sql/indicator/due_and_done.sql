-- title:    应做与已做
-- question: How much of what was due has been done, indicator by indicator of some domains?
-- grain:    one row per indicator and population with a denominator
-- params:   $area area, $period period, $domains text (by comma)
-- reads:    as_of, area_values, population_words
-- returns:  indicator text, indicator_name text, population text, population_name text,
--           period text, due double, done double, share double (%), state text
-- nulls:    due, done and share of what did not report or is masked; share when nothing is due

with

choice as (

    select *
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and list_contains(string_split($domains, ','), domain)
        and not is_count
        and not stale
        and ordinal is not null

)

select
    choice.indicator,
    choice.name as indicator_name,
    choice.population,
    coalesce(population_words.label, choice.population) as population_name,
    choice.period,
    cast(area_values.denominator as double) as due,
    cast(area_values.numerator as double) as done,
    cast(
        printed_value(area_values.numerator, area_values.denominator, 100, 2, false) as double
    ) as share,
    case
        when area_values.masked then '已遮蔽'
        when area_values.numerator is null then '未报'
        when not choice.enough then '填报不全'
        else '正常'
    end as state
from choice
left join area_values
    on
        choice.indicator = area_values.indicator
        and choice.population = area_values.population
        and choice.period = area_values.period
        and area_values.area_code = $area
        and area_values.dimension = ''
left join population_words
    on
        choice.population = population_words.population
        and year(choice.period_end)
        between population_words.first_year and population_words.last_year
order by choice.catalogue_order
