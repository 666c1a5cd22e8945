-- Clinics and villages in one shape: what is counted never shares a total.
-- reads: clinics, clinic_villages

select
    '个（卫生室）' as unit,
    period,
    period_end,
    status,
    clinic_status_order(status) as status_order,
    is_poor_village,
    coalesce(override, false) as override,
    area_code,
    township_code,
    county_code,
    city_code,
    province_code
from clinics
union all
select
    '个（行政村）' as unit,
    period,
    period_end,
    status,
    clinic_status_order(status) as status_order,
    is_poor_village,
    false as override,
    area_code,
    township_code,
    county_code,
    city_code,
    province_code
from clinic_villages
