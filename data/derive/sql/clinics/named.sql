-- The states of one file as they are stored.
-- Slots    view
-- Reads    the view, wanted, spans, $year, $province
select
    p as period,
    is_carried as carried,
    * exclude (p, period_start, division_code, atom, is_carried)
from ${view}
where
    p[:4] = $year
    and province_code = $province
    and p in (
        select wanted.p
        from wanted
        inner join spans on wanted.ordinal between spans.first_ordinal and spans.last_ordinal
        where wanted.asked and spans.province_code = $province
    )
