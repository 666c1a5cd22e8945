-- Each unit's newest filing up to the last day, at most a year old. This is how a stock of another
-- table serves as denominator: the population of the latest month up to the quarter's end. What a
-- unit that is gone filed last counts until one that stands for it has filed.
-- Reads    filed, wanted, units, places, heirs, $table_id
with of_a_year as (
    select
        wanted.p,
        wanted.p_start as period_start,
        wanted.p_end as period_end,
        filed.* exclude (period_start, period_end),
        filed.period_end as filed_end,
        filed.period_start < wanted.last_part_start as is_carried,
        units.unit,
        max(filed.period_end) over (partition by wanted.p, units.unit) as newest_end
    from filed
    inner join units on units.table_id = $table_id and units.atom = filed.atom
    inner join wanted
        on wanted.p_end >= filed.period_end and wanted.p_end - 366 < filed.period_end
    where not filed.is_removed
),

newest as (
    select * exclude (is_removed, period, filed_end)
    from of_a_year
    where filed_end = newest_end
),

heirs_filed as (
    select
        heirs.area,
        newest.p,
        max(newest.newest_end) as newest_end
    from newest
    inner join heirs on heirs.heir = newest.unit
    group by heirs.area, newest.p
)

select newest.* exclude (unit, newest_end)
from newest
inner join places on places.id = newest.unit
anti join heirs_filed
    on
        heirs_filed.area = newest.unit
        and heirs_filed.p = newest.p
        and heirs_filed.newest_end > places.valid_to
