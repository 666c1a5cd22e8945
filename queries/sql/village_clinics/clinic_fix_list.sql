-- title:    待整改村卫生室清单
-- question: Which clinics must be put right, and what does each lack?
-- grain:    one row per clinic that fails the standard or is being built
-- params:   $area area, $period period
-- reads:    as_of, clinics, areas
-- returns:  county_name text, township_name text, village_name text, village_code text,
--           clinic_code text, period text, status text, missing text,
--           floor_area double (平方米), qualified_doctors bigint (人), service_pop bigint (人),
--           licence_until date, expected_open date, is_poor_village boolean, override boolean,
--           carried boolean, filed_period text
-- nulls:    what the clinic's row leaves empty; names of places not in the register

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'village_clinic_standard_rate'
        and population = 'all'
        and not stale

),

to_fix as (

    select clinics.*
    from clinics
    inner join choice on clinics.period = choice.period
    where
        clinics.status in ('未达标', '在建')
        and $area in (
            clinics.area_code,
            clinics.township_code,
            clinics.county_code,
            clinics.city_code,
            clinics.province_code
        )

)

select
    counties.name as county_name,
    townships.name as township_name,
    villages.name as village_name,
    to_fix.village_code,
    to_fix.clinic_code,
    to_fix.period,
    to_fix.status,
    case
        when to_fix.status = '在建' then '在建，未投用'
        else
            concat_ws(
                '、',
                case when not to_fix.floor_area_ok then '建筑面积不足' end,
                case when not coalesce(to_fix.has_consult, false) then '缺诊室' end,
                case when not coalesce(to_fix.has_treatment, false) then '缺治疗室' end,
                case when not coalesce(to_fix.has_publichealth, false) then '缺公共卫生室' end,
                case when not coalesce(to_fix.has_pharmacy, false) then '缺药房' end,
                case when not to_fix.doctor_ok then '无合格村医' end,
                case
                    when not to_fix.licence_ok and to_fix.licence_until is null then '许可证未填'
                    when not to_fix.licence_ok then '许可证过期'
                end,
                case when to_fix.override then '人工改判' end
            )
    end as missing,
    cast(to_fix.floor_area as double) as floor_area,
    to_fix.qualified_doctors,
    to_fix.service_pop,
    to_fix.licence_until,
    to_fix.expected_open,
    to_fix.is_poor_village,
    to_fix.override,
    to_fix.carried,
    to_fix.filed_period
from to_fix
left join areas as villages on to_fix.village_code = villages.area_code
left join areas as townships on to_fix.township_code = townships.area_code
left join areas as counties on to_fix.county_code = counties.area_code
order by to_fix.village_code, to_fix.clinic_code
