"""The SQL that adds what the units filed over areas, counts the units and compares periods.

Reads `long`, one row per indicator, period, place and dimension value; nothing is divided here.
"""

from data.derive.heirs_sql import JOINED, SETTLE, SIDES, placed, turns
from data.derive.rows_sql import absent, completed, silent
from data.derive.sql import filed_in

# Areas, indicators and periods are numbers while the sums are made: text is put back at the end.
# A family is the indicators of a batch that expect the same units in the same periods.
BATCH_TABLES = """
create or replace temp table long (
    pair integer, ordinal bigint, atom integer, unit integer, dimension text,
    n decimal(18, 4), d decimal(18, 4), is_complete boolean, is_carried boolean
);
create or replace temp table pairs (
    pair integer, lowest integer, provisional_periods integer, family integer, by_report boolean
);
create or replace temp table asked (
    family integer, province integer, ordinal bigint, last_year bigint, periods_after bigint
);
create or replace temp table expected (
    family integer, ordinal bigint, area integer, level place_level, units bigint
);
create or replace temp table obliged (
    family integer, unit integer, valid_from date, valid_to date
);
-- What the batch before was made of is many rows, and is not needed again.
drop view if exists summed_township;
drop table if exists flagged;
drop table if exists summed_above
"""
_SUMMED = ("n", "d", *(f"{amounts}_{part}" for amounts, _, _ in SIDES.values() for part in "nd"))
# How many units of an area reported, how many of them in the compared periods too, and how many
# that sent anything sent nothing then.
_COUNTED = {
    "reported": "is_complete",
    "carried": "is_carried",
    **{counted: f"in_{side}" for side, (_, counted, _) in SIDES.items() if counted},
    **{alone: f"not in_{side}" for side, (_, _, alone) in SIDES.items()},
}
# These statements are written in the order in which they join best, the many rows first: the
# optimizer does not know how few the others are.
AS_WRITTEN = "set disabled_optimizers = 'join_order,build_side_probe_side'"
AS_IS_BEST = "reset disabled_optimizers"


def added_up(first: int, last: int, *, heirs: bool) -> str:
    """From `long` to `derived_rows`: flagged, summed over areas, counted, compared.

    first, last  All ordinals in table `calendar` lie between these two.
    heirs        Some area is gone, and others stand for it.
    """
    # In which periods a unit filed is kept as bits: a neighbour's bit costs no join.
    return ";".join(
        [
            *([SETTLE] if heirs else []),
            f"""
            create or replace temp table filed as
            select
                pair, unit, bitstring_agg(ordinal, {first - 2}, {last + 1}) as periods,
                bitstring_agg(
                    case when is_complete then ordinal end, {first - 2}, {last + 1}
                ) as whole
            from long
            where dimension = ''
            group by pair, unit
            """,
            *([turns(first - 2)] if heirs else []),
            _flagged(first - 2, heirs=heirs),
            *([placed(), JOINED] if heirs else []),
            *_summed(heirs=heirs),
            *_recent(first - 2),
            completed("summed_township", "now_row.dimension = '' and pairs.lowest = 1"),
            completed("summed_above", "now_row.level <> 'county' or pairs.lowest <= 2"),
            silent(first - 2, last + 1),
            absent(first - 2),
        ]
    )


def _flagged(start: int, *, heirs: bool) -> str:
    """Table `flagged`: what was filed, and whether its unit filed in the compared periods too.

    A comparison is taken over the units that filed in both periods: each period's row also sums
    the parts that its neighbours will need as their base. With heirs, a row may be in a group of
    areas that is compared as one, and count where that group lies.
    """
    bits = {
        "previous": filed_in("long.ordinal - 1", start),
        "next": filed_in("long.ordinal + 1", start),
        "last_year": filed_in("calendar.last_year", start),
        "next_year": filed_in("calendar.next_year", start),
    }
    here, own, places, join = "true", "true", "", ""
    if heirs:
        bits = {side: f"coalesce(turns.{side}_whole, {bit})" for side, bit in bits.items()}
        here, own = "coalesce({side}_place = area, true)", "({here} or unit <> area)"
        places = ", " + ", ".join(f"{side}_place, {side}_missed" for side in SIDES)
        join = """
        left join turns
            on
                turns.pair = long.pair and turns.ordinal = long.ordinal
                and turns.area = long.atom"""
    amounts = ", ".join(
        f"case when in_{side} and {here.format(side=side)} then {part} end as {name}_{part}"
        for side, (name, _, _) in SIDES.items()
        for part in "nd"
    )
    counted = ", ".join(
        f"in_{side} and {own.format(here=here.format(side=side))} as in_{side}" for side in SIDES
    )
    return f"""
    create or replace temp table flagged as
    with noted as (
        select
            long.* exclude (atom), long.atom as area, places.level{places},
            {", ".join(f"{bit} as in_{side}" for side, bit in bits.items())}
        from long
        join filed on filed.pair = long.pair and filed.unit = long.unit
        join calendar on calendar.ordinal = long.ordinal
        join places on places.id = long.atom{join}
    )
    select
        pair, ordinal, area, unit, level, dimension, n, d, {amounts},
        is_complete, is_carried, {counted}{places}
    from noted
    """


def _summed(*, heirs: bool) -> list[str]:
    """Tables `summed_township` and `summed_above`: each level sums the one below and its own."""
    names = ", ".join(_SUMMED)
    sums = [f"cast(sum({name}) as decimal(18, 4)) as {name}" for name in _SUMMED]
    sums += [f"cast(sum({name}) as integer) as {name}" for name in _COUNTED]
    own = [
        f"case when unit = area then cast({f} as integer) end as {n}" for n, f in _COUNTED.items()
    ]
    # 沿用 is said of a unit only when it filed nothing at all in the period.
    grouped = [
        f"cast({'bool_and' if name == 'carried' else 'bool_or'}({flag}) as integer) as {name}"
        for name, flag in _COUNTED.items()
    ]
    levels = ("county", "city", "province")
    # A township that reports is one row; other units are counted once, whatever they sent.
    townships = f"""
        select pair, ordinal, area, level, dimension, {names}, {", ".join(own)}
        from flagged
        where level = 'township'
    """
    elsewhere = ""
    if heirs:
        same = "using (pair, ordinal, area, dimension)"
        townships = f"""
        (select own.* from ({townships}) as own anti join placed {same})
        union all by name
        (
            select pair, ordinal, area, level, dimension, {", ".join(sums)}
            from (
                (select own.* from ({townships}) as own semi join placed {same})
                union all by name
                (from placed where level = 'township')
            )
            group by pair, ordinal, area, level, dimension
        )
        """
        elsewhere = "union all by name (from placed where level = '{level}')"
    steps = [
        f"create or replace temp view summed_township as {townships}",
        f"""
        create or replace temp table units_above as
        select
            flagged.pair, flagged.ordinal, flagged.unit as area, places.level,
            '' as dimension, {", ".join(grouped)}
        from flagged
        join places on places.id = flagged.unit and places.level <> 'township'
        where flagged.dimension = ''
        group by flagged.pair, flagged.ordinal, flagged.unit, places.level
        """,
    ]
    for below, level in zip(("township", *levels), levels, strict=False):
        steps.append(f"""
        create or replace temp table summed_{level} as
        select
            rows.pair, rows.ordinal, up.{level}_id as area,
            cast('{level}' as place_level) as level, rows.dimension,
            {", ".join(sums)}
        from (
            from summed_{below}
            union all by name
            select pair, ordinal, area, dimension, {names} from flagged where level = '{level}'
            union all by name
            from units_above where level = '{level}'
            {elsewhere.format(level=level)}
        ) as rows
        join places as up on up.id = rows.area and up.{level}_id is not null
        group by rows.pair, rows.ordinal, up.{level}_id, rows.dimension
        """)
    every = " union all ".join(f"from summed_{level}" for level in levels)
    counts = ", ".join(_COUNTED)
    # The units of an area are those of its plain row: a dimension value counts none of its own.
    steps.append(f"""
    create or replace temp table summed_above as
    with every_level as materialized ({every})
    select every_level.* exclude ({counts}), {", ".join(f"plain.{name}" for name in _COUNTED)}
    from every_level
    left join every_level as plain
        on
            plain.pair = every_level.pair and plain.ordinal = every_level.ordinal
            and plain.area = every_level.area and plain.dimension = ''
    """)
    return steps


def _recent(start: int) -> list[str]:
    """Tables `recent_units`: units that owe nothing in a period but filed in it, or, if they never
    owe anything, in one of the two periods before; and `recent`: how many of them an area has.
    """
    lately = " or ".join(filed_in(f"due.ordinal - {n}", start) for n in (1, 2))
    return [
        f"""
        create or replace temp table recent_units as
        with spans as (
            select min(period_end) as first_end, max(period_end) as last_end from calendar
        ),
        -- Most units owe all the time: the others are few.
        always as (
            select obliged.family, obliged.unit
            from obliged
            join spans
                on
                    obliged.valid_from <= spans.first_end
                    and coalesce(obliged.valid_to, date '9999-12-31') >= spans.last_end
        ),
        ever as (select distinct family, unit from obliged),
        others as (
            select filed.pair, filed.unit, filed.periods, pairs.family, ever.unit is null as is_free
            from filed
            join pairs on pairs.pair = filed.pair
            anti join always on always.family = pairs.family and always.unit = filed.unit
            left join ever on ever.family = pairs.family and ever.unit = filed.unit
        )
        select filed.pair, due.ordinal, filed.unit
        from others as filed
        join (
            select distinct asked.family, asked.ordinal, calendar.period_end
            from asked
            join calendar on calendar.ordinal = asked.ordinal
        ) as due on due.family = filed.family
        join places on places.id = filed.unit
        anti join obliged
            on
                obliged.family = filed.family and obliged.unit = filed.unit
                and obliged.valid_from <= due.period_end
                and coalesce(obliged.valid_to, date '9999-12-31') >= due.period_end
        where
            {filed_in("due.ordinal", start)}
            or (
                filed.is_free and ({lately})
                and coalesce(places.valid_to, due.period_end) >= due.period_end
            )
        """,
        """
        create or replace temp table recent as
        select recent_units.pair, recent_units.ordinal, tree.area, count(*) as units
        from recent_units
        join tree on tree.atom = recent_units.unit
        group by recent_units.pair, recent_units.ordinal, tree.area
        """,
    ]
