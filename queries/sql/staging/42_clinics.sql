-- Clinics and villages, each with the one state that every page, list and paper counts it in. The
-- engine has made clinic_state and village_clinic_state from the files of the snapshot; an older one
-- has 不作要求 as a flag beside the state, and does not say whether a village's clinic is in use.

-- The order in which the states are read.
create macro clinic_status_order(status) as
case status
    when '达标' then 1
    when '未达标' then 2
    when '派驻' then 3
    when '巡诊' then 4
    when '邻村延伸' then 5
    when '在建' then 6
    when '不作要求' then 7
    else 8
end;

create view clinics as
select
    * exclude (status),
    case when exempt then '不作要求' else status end as status
from clinic_state;

create view clinic_villages as
select
    * exclude (status, clinic_ok),
    case when exempt then '不作要求' else status end as status,
    coalesce(clinic_ok, status not in ('在建', '未设置')) as clinic_ok
from village_clinic_state;

-- Both in one shape: what is counted never shares a total.
create view clinic_counted as
select
    '个(卫生室)' as unit,
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
    '个(行政村)' as unit,
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
from clinic_villages;
