-- Status of each administrative village on the last day of each wanted month, by its best clinic.
-- Only villages of units whose register has been filed by then: the rest is not reported.
-- Reads    clinic_state, clinic_filers, villages, units, wanted, $table_id
-- Leaves   village_clinic_state
create or replace table village_clinic_state as
with expected as (
    select
        wanted.p,
        wanted.p_start as period_start,
        wanted.p_end as period_end,
        villages.area_code as village_code,
        villages.area_code,
        villages.area_code as division_code,
        villages.province_code,
        villages.city_code,
        villages.county_code,
        villages.township_code,
        villages.atom
    from villages
    inner join units on units.table_id = $table_id and units.atom = villages.atom
    inner join clinic_filers on clinic_filers.unit_code = units.unit_code
    inner join wanted
        on
            wanted.p = clinic_filers.p
            and wanted.p_end between villages.valid_from and villages.valid_to
),

by_village as (
    select
        p,
        village_code,
        bool_or(exempt) as exempt,
        bool_or(status = '达标') as has_standard,
        bool_or(status = '未达标') as has_own,
        bool_or(status = '派驻') as has_posting,
        bool_or(status = '巡诊') as has_tour,
        bool_or(status = '邻村延伸') as has_neighbour,
        bool_or(is_open) as clinic_ok,
        bool_or(
            doctor_ok
            or is_open and service_mode in ('派驻', '巡诊') and coalesce(posting_days, 0) > 0
            or is_open and service_mode = '邻村延伸'
        ) as doctor_ok,
        bool_or(is_poor_village) as is_poor_village,
        bool_and(is_carried) as is_carried
    from clinic_state
    group by p, village_code
)

select
    expected.*,
    case
        when by_village.p is null then '未设置'
        when exempt then '不作要求'
        when has_standard then '达标'
        when has_own then '未达标'
        when has_posting then '派驻'
        when has_tour then '巡诊'
        when has_neighbour then '邻村延伸'
        else '在建'
    end as status,
    coalesce(clinic_ok, false) as clinic_ok,
    coalesce(doctor_ok, false) as doctor_ok,
    coalesce(exempt, false) as exempt,
    coalesce(is_poor_village, false) as is_poor_village,
    coalesce(is_carried, false) as is_carried
from expected
left join by_village
    on by_village.p = expected.p and by_village.village_code = expected.village_code;
