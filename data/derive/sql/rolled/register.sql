-- The state of a register on the last day: the newest row of each key, carried forward.
-- first_end: when the key was filed first.
-- Slots    keys
-- Reads    filed, wanted
with following as (
    select
        *,
        min(period_end) over (partition by ${keys}) as first_end,
        lead(period_end) over (partition by ${keys} order by period_end) as replaced_end
    from filed
)

select
    wanted.p,
    wanted.p_start as period_start,
    wanted.p_end as period_end,
    following.* exclude (period_start, period_end, period, replaced_end, is_removed),
    following.period as filed_period,
    following.period_end as filed_end,
    following.period_start < wanted.last_part_start as is_carried
from following
inner join wanted
    on
        wanted.p_end >= following.period_end
        and wanted.p_end < coalesce(following.replaced_end, date '9999-12-31')
where not following.is_removed
