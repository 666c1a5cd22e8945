-- Clinics, each with the one state that every page, list and paper counts it in. An older snapshot
-- has 不作要求 as a flag beside the state.
-- reads: clinic_state

select
    * exclude (status),
    case when exempt then '不作要求' else status end as status
from clinic_state
