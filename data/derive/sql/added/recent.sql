-- Units that owe nothing in a period but filed in it, or, if they never owe anything, in one of the
-- two periods before; and how many of them an area has.
-- Reads    unit_periods, calendar, obliged, asked, pairs, places, tree, $first
-- Leaves   recent_units, recent

create or replace temp table recent_units as
with whole_span as (
    select
        min(period_end) as first_end,
        max(period_end) as last_end
    from calendar
),

-- Most units owe all the time: the others are few.
always as (
    select
        obliged.family,
        obliged.unit
    from obliged
    inner join whole_span
        on
            obliged.valid_from <= whole_span.first_end
            and obliged.valid_to >= whole_span.last_end
),

ever as (
    select distinct
        family,
        unit
    from obliged
),

others as (
    select
        unit_periods.pair,
        unit_periods.unit,
        unit_periods.periods,
        pairs.family,
        ever.unit is null as is_free
    from unit_periods
    inner join pairs on pairs.pair = unit_periods.pair
    anti join always on always.family = pairs.family and always.unit = unit_periods.unit
    left join ever on ever.family = pairs.family and ever.unit = unit_periods.unit
),

due as (
    select distinct
        asked.family,
        asked.ordinal,
        calendar.period_end
    from asked
    inner join calendar on calendar.ordinal = asked.ordinal
)

select
    others.pair,
    due.ordinal,
    others.unit
from others
inner join due on due.family = others.family
inner join places on places.id = others.unit
anti join obliged
    on
        obliged.family = others.family
        and obliged.unit = others.unit
        and due.period_end between obliged.valid_from and obliged.valid_to
where
    was_filed(others.periods, due.ordinal, $first)
    or (
        others.is_free
        and places.valid_to >= due.period_end
        and (
            was_filed(others.periods, due.ordinal - 1, $first)
            or was_filed(others.periods, due.ordinal - 2, $first)
        )
    );

create or replace temp table recent as
select
    recent_units.pair,
    recent_units.ordinal,
    tree.area,
    count(*) as units
from recent_units
inner join tree on tree.atom = recent_units.unit
group by recent_units.pair, recent_units.ordinal, tree.area;
