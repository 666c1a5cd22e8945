-- Rows as filed, for an indicator that has the table's own frequency.
-- Reads    filed, wanted
select
    wanted.p,
    wanted.p_start as period_start,
    wanted.p_end as period_end,
    filed.* exclude (period, period_start, period_end),
    false as is_carried
from filed
inner join wanted on wanted.p = filed.period
where not filed.is_removed
