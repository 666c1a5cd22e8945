-- One row per report that fell due: in which week, and whether it came in time.
-- Reads    due_dates, obligations, wanted, areas, first_filed
select
    wanted.p,
    wanted.p_start as period_start,
    wanted.p_end as period_end,
    due_dates.table_id,
    areas.area_code,
    areas.area_code as division_code,
    areas.province_code,
    areas.city_code,
    areas.county_code,
    areas.township_code,
    areas.atom,
    coalesce(first_filed.first_imported <= due_dates.due_on, false) as on_time,
    false as is_carried
from due_dates
inner join obligations
    on
        obligations.table_id = due_dates.table_id
        and obligations.due_days = due_dates.due_days
        and due_dates.period_end between obligations.valid_from and obligations.valid_to
inner join areas
    on areas.id = obligations.unit and areas.province_code = due_dates.province_code
inner join wanted on wanted.p = due_dates.p
left join first_filed
    on
        first_filed.table_id = due_dates.table_id
        and first_filed.unit = obligations.unit
        and first_filed.period = due_dates.period
