-- title:    机构人员空白村
-- question: Which villages have no clinic or no qualified doctor?
-- grain:    one row per administrative village that lacks one of them
-- params:   $area area, $period period
-- reads:    as_of, clinic_villages, areas
-- returns:  county_name text, township_name text, village_name text, village_code text,
--           period text, status text, doctor_ok boolean, is_poor_village boolean, missing text
-- nulls:    names of places not in the register

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'blank_spots'
        and population = 'all'
        and not stale

),

blank as (

    select clinic_villages.*
    from clinic_villages
    inner join choice on clinic_villages.period = choice.period
    where
        not (clinic_villages.clinic_ok and clinic_villages.doctor_ok)
        and $area in (
            clinic_villages.area_code,
            clinic_villages.township_code,
            clinic_villages.county_code,
            clinic_villages.city_code,
            clinic_villages.province_code
        )

)

select
    counties.name as county_name,
    townships.name as township_name,
    villages.name as village_name,
    blank.village_code,
    blank.period,
    blank.status,
    blank.doctor_ok,
    blank.is_poor_village,
    concat_ws(
        '、',
        case
            when blank.status = '未设置' then '未设卫生室'
            when not blank.clinic_ok then '卫生室在建'
        end,
        case when not blank.doctor_ok then '无合格村医' end
    ) as missing
from blank
left join areas as villages on blank.village_code = villages.area_code
left join areas as townships on blank.township_code = townships.area_code
left join areas as counties on blank.county_code = counties.area_code
order by blank.village_code
