-- title:    签约漏斗
-- question: How many of those who should be signed are, and are the services delivered?
-- grain:    one row per population and step
-- params:   $area area, $period period
-- reads:    as_of, area_values, population_words
-- returns:  indicator text, population text, population_name text, period text,
--           step_order integer, step text, count double (unit), unit text, state text
-- nulls:    count of a population that did not report or is masked

with

choice as (

    select *
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator in ('signing_rate', 'should_sign_rate', 'signing_fulfilment_rate')
        and not stale
        and ordinal is not null

),

figures as (

    select
        choice.indicator,
        choice.population,
        choice.population_order,
        choice.catalogue_order,
        choice.period,
        area_values.numerator,
        area_values.denominator,
        case
            when area_values.masked then '已遮蔽'
            when area_values.numerator is null then '未报'
            when not choice.enough then '填报不全'
            else '正常'
        end as state,
        coalesce(population_words.label, choice.population) as population_name
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

)

select
    indicator,
    population,
    population_name,
    period,
    1 as step_order,
    case
        when indicator = 'signing_fulfilment_rate' then '应履约'
        when indicator = 'should_sign_rate' and population = 'target' then '四类慢病应签'
        else '应签'
    end as step,
    cast(denominator as double) as count,
    case when indicator = 'signing_fulfilment_rate' then '项次' else '人' end as unit,
    state
from figures
union all
select
    indicator,
    population,
    population_name,
    period,
    2 as step_order,
    case
        when indicator = 'signing_fulfilment_rate' then '已履约'
        when indicator = 'should_sign_rate' and population = 'target' then '四类慢病已签'
        else '已签'
    end as step,
    cast(numerator as double) as count,
    case when indicator = 'signing_fulfilment_rate' then '项次' else '人' end as unit,
    state
from figures
order by indicator desc, population asc, step_order asc
