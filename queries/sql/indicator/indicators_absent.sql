-- title:    本地没有的指标
-- question: Which indicators does an area not have: nothing of theirs was ever owed or filed there,
--           or there was never anything to be counted over?
-- grain:    one row per indicator that the area has in no population
-- params:   $area area
-- reads:    area_values, indicators, areas
-- returns:  indicator text, indicator_name text, domain text, reason text
-- nulls:    none
-- relies:   what is owed and was never filed is there, as 未报; all periods of the snapshot count

with

-- A row that says nothing but 0 is no sign of the subject, nor is a row of nobody who owes it.
seen as (

    select
        area_values.indicator,
        max(
            case
                when area_values.numerator is null and not area_values.masked then 0
                when indicators.is_count or area_values.masked then 2
                when area_values.denominator > 0 then 2
                else 1
            end
        ) as filed
    from area_values
    inner join indicators
        on
            area_values.indicator = indicators.indicator
            and area_values.population = indicators.population
    where
        area_values.area_code = $area
        and area_values.dimension = ''
    group by area_values.indicator

),

listed as (

    select
        indicators.indicator,
        indicators.name,
        indicators.domain,
        indicators.grain,
        indicators.catalogue_order,
        areas.level
    from indicators
    cross join areas
    where indicators.is_first_population and areas.area_code = $area

)

select
    listed.indicator,
    listed.name as indicator_name,
    listed.domain,
    case
        when level_order(listed.level) > level_order(listed.grain)
            then '只到' || level_word(listed.grain)
        else '本地没有'
    end as reason
from listed
left join seen on listed.indicator = seen.indicator
where seen.filed is null or seen.filed = 1
order by listed.catalogue_order
