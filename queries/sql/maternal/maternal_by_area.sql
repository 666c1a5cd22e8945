-- title:    各地妇幼健康数
-- question: How many mothers and newborns were cared for and screened in each part of an area?
-- grain:    one row per area of that level with a report in the month shown; since October
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t11, areas
-- returns:  area_code text, area_name text, period text, delivered_women bigint (人),
--           live_births bigint (人), hospital_births bigint (人), maternal_managed bigint (人),
--           prenatal_screened bigint (人), newborn_screened bigint (人),
--           premarital_checked bigint (人), precon_checked bigint (人),
--           two_cancer_screened bigint (人)
-- nulls:    a column that no unit filled in

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'maternal_mgmt_rate'
        and population = 'all'
        and not stale

),

placed as (

    select
        t11.*,
        case $level
            when 'township' then t11.township_code
            when 'county' then t11.county_code
            when 'city' then t11.city_code
            else t11.province_code
        end as shown_code
    from t11
    inner join choice on t11.period = choice.period
    where
        $parent in (
            t11.area_code, t11.township_code, t11.county_code, t11.city_code, t11.province_code
        )

),

added as (

    select
        shown_code,
        period,
        cast(sum(delivered_women) as bigint) as delivered_women,
        cast(sum(live_births) as bigint) as live_births,
        cast(sum(hospital_births) as bigint) as hospital_births,
        cast(sum(maternal_managed) as bigint) as maternal_managed,
        cast(sum(prenatal_screened) as bigint) as prenatal_screened,
        cast(sum(newborn_screened) as bigint) as newborn_screened,
        cast(sum(premarital_checked) as bigint) as premarital_checked,
        cast(sum(precon_checked) as bigint) as precon_checked,
        cast(sum(two_cancer_screened) as bigint) as two_cancer_screened
    from placed
    group by shown_code, period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.delivered_women,
    added.live_births,
    added.hospital_births,
    added.maternal_managed,
    added.prenatal_screened,
    added.newborn_screened,
    added.premarital_checked,
    added.precon_checked,
    added.two_cancer_screened
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
