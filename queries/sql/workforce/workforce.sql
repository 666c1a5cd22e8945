-- title:    卫生人才
-- question: How many people of which kind work in each area, and how many per 10,000 residents?
-- grain:    one row per area of that level, the quarter shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t10, areas, derived_values
-- returns:  area_code text, area_name text, period text, institutions bigint (所),
--           staff bigint (人), licensed_doctors bigint (人), nurses bigint (人),
--           gps bigint (人), senior bigint (人), village_doctors bigint (人),
--           village_doctors_pension bigint (人), order_trainees bigint (人),
--           residents bigint (人), licensed_doctors_per_10k double (名/万人),
--           nurses_per_10k double (名/万人), gps_per_10k double (名/万人),
--           village_doctors_per_10k double (名/万人)
-- nulls:    a column that no institution filled in; residents (the indicator gp_per_10k's own) not
--           filed in the quarter, or below the county, and then what is per 10,000

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'gp_per_10k'
        and population = 'all'
        and not stale

),

added as (

    select
        case $level
            when 'township' then t10.township_code
            when 'county' then t10.county_code
            when 'city' then t10.city_code
            else t10.province_code
        end as shown_code,
        t10.period,
        count(*) as institutions,
        cast(sum(t10.staff) as bigint) as staff,
        cast(sum(t10.licensed_doctors) as bigint) as licensed_doctors,
        cast(sum(t10.nurses) as bigint) as nurses,
        cast(sum(t10.gps) as bigint) as gps,
        cast(sum(t10.senior_full + t10.senior_assoc) as bigint) as senior,
        cast(sum(t10.village_doctors) as bigint) as village_doctors,
        cast(sum(t10.vd_pension) as bigint) as village_doctors_pension,
        cast(sum(t10.order_trainees) as bigint) as order_trainees
    from t10
    inner join choice on t10.period = choice.period
    where
        $parent in (
            t10.area_code, t10.township_code, t10.county_code, t10.city_code, t10.province_code
        )
    group by shown_code, t10.period

),

peopled as (

    select
        added.*,
        cast(derived_values.denominator as bigint) as residents
    from added
    left join derived_values
        on
            added.shown_code = derived_values.area_code
            and added.period = derived_values.period
            and derived_values.indicator = 'gp_per_10k'
            and derived_values.population = 'all'
            and derived_values.dimension = ''

)

select
    areas.area_code,
    areas.name as area_name,
    peopled.period,
    peopled.institutions,
    peopled.staff,
    peopled.licensed_doctors,
    peopled.nurses,
    peopled.gps,
    peopled.senior,
    peopled.village_doctors,
    peopled.village_doctors_pension,
    peopled.order_trainees,
    peopled.residents,
    cast(
        printed_value(peopled.licensed_doctors, peopled.residents, 10000, 2, false) as double
    ) as licensed_doctors_per_10k,
    cast(printed_value(peopled.nurses, peopled.residents, 10000, 2, false) as double)
        as nurses_per_10k,
    cast(printed_value(peopled.gps, peopled.residents, 10000, 2, false) as double)
        as gps_per_10k,
    cast(
        printed_value(peopled.village_doctors, peopled.residents, 10000, 2, false) as double
    ) as village_doctors_per_10k
from peopled
inner join areas on peopled.shown_code = areas.area_code
order by areas.order_no
