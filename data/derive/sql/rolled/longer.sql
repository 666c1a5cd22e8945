-- Rows rolled up to a longer period, each column by its kind.
-- Slots    keys (what a row is found by, beside the period), columns (the others, rolled up)
-- Reads    filed, parts
select
    parts.p,
    min(parts.p_start) as period_start,
    min(parts.p_end) as period_end,
    ${keys},
    ${columns},
    bool_or(parts.is_first) as has_first,
    bool_or(parts.is_last) as has_last,
    bool_or(parts.is_last_mch) as has_last_mch,
    false as is_carried
from filed
inner join parts on parts.period = filed.period
where not filed.is_removed
group by parts.p, ${keys}
