-- In which periods each unit filed each indicator, as bits, and in which it filed all of it (whole).
-- Reads    long, $first and $last (all ordinals lie well between)
-- Leaves   unit_periods
create or replace temp table unit_periods as
select
    pair,
    unit,
    bitstring_agg(ordinal, $first, $last) as periods,
    bitstring_agg(case when is_complete then ordinal end, $first, $last) as whole
from long
where dimension = ''
group by pair, unit;
