-- title:    卫生人才
-- question: How many people of which kind work in the institutions of each area?
-- grain:    one row per area of that level, the quarter shown
-- params:   $parent area, $level level, $period period,
--           $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, t10, areas
-- returns:  area_code text, area_name text, period text, institutions bigint (所),
--           staff bigint (人), licensed_doctors bigint (人), nurses bigint (人),
--           gps bigint (人), senior bigint (人), village_doctors bigint (人),
--           village_doctors_pension bigint (人), order_trainees bigint (人)
-- nulls:    a column that no institution filled in

with

choice as (

    select period
    from as_of('village_doctor_pension_rate', 'all', $parent, $period, $cuts)
    where not stale

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

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.institutions,
    added.staff,
    added.licensed_doctors,
    added.nurses,
    added.gps,
    added.senior,
    added.village_doctors,
    added.village_doctors_pension,
    added.order_trainees
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
