-- Villages, each with the one state that it is counted in. An older snapshot does not say whether
-- a village's clinic is in use.
-- reads: village_clinic_state

select
    * exclude (status, clinic_ok),
    case when exempt then '不作要求' else status end as status,
    coalesce(clinic_ok, status not in ('在建', '未设置')) as clinic_ok
from village_clinic_state
