"""The SQL that adds what the units filed over areas, counts the units and compares periods.

Reads `long`, one row per indicator, period, place and dimension value; nothing is divided here.
"""

from data.derive_rows_sql import absent, completed, silent
from data.derive_sql import filed_in

# Areas, indicators and periods are numbers while the sums are made: text is put back at the end.
# A family is the indicators of a batch that expect the same units in the same periods.
BATCH_TABLES = """
create or replace temp table long (
    pair integer, ordinal bigint, atom integer, unit integer, dimension text,
    n decimal(18, 4), d decimal(18, 4), is_complete boolean, is_carried boolean
);
create or replace temp table pairs (
    pair integer, lowest integer, provisional_periods integer, family integer
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
_SUMMED = (
    "n",
    "d",
    "self_previous_n",
    "self_previous_d",
    "base_next_n",
    "base_next_d",
    "self_year_n",
    "self_year_d",
    "base_year_n",
    "base_year_d",
)
# How many units of an area reported, how many of them in the compared periods too, and how many
# that sent anything sent nothing then.
_COUNTED = {
    "reported": "is_complete",
    "carried": "is_carried",
    "reported_before": "in_previous",
    "reported_last_year": "in_last_year",
    "alone_before": "not in_previous",
    "alone_next": "not in_next",
    "alone_last_year": "not in_last_year",
    "alone_next_year": "not in_next_year",
}
# These statements are written in the order in which they join best, the many rows first: the
# optimizer does not know how few the others are.
AS_WRITTEN = "set disabled_optimizers = 'join_order,build_side_probe_side'"
AS_IS_BEST = "reset disabled_optimizers"


def added_up(first: int, last: int) -> str:
    """From `long` to `derived_rows`: flagged, summed over areas, counted, compared.

    first, last  All ordinals in table `calendar` lie between these two.
    """
    # In which periods a unit filed is kept as bits: a neighbour's bit costs no join.
    return ";".join(
        [
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
            _flagged(first - 2),
            *_summed(),
            *_recent(first - 2),
            completed("summed_township", "now_row.dimension = '' and pairs.lowest = 1"),
            completed("summed_above", "now_row.level <> 'county' or pairs.lowest <= 2"),
            silent(first - 2, last + 1),
            absent(first - 2),
        ]
    )


def _flagged(start: int) -> str:
    """Table `flagged`: what was filed, and whether its unit filed in the compared periods too.

    A comparison is taken over the units that filed in both periods: each period's row also sums
    the parts that its neighbours will need as their base.
    """
    return f"""
    create or replace temp table flagged as
    with noted as (
        select
            long.*, places.level,
            {filed_in("long.ordinal - 1", start)} as in_previous,
            {filed_in("long.ordinal + 1", start)} as in_next,
            {filed_in("calendar.last_year", start)} as in_last_year,
            {filed_in("calendar.next_year", start)} as in_next_year
        from long
        join filed on filed.pair = long.pair and filed.unit = long.unit
        join calendar on calendar.ordinal = long.ordinal
        join places on places.id = long.atom
    )
    select
        pair, ordinal, atom as area, unit, level, dimension, n, d,
        case when in_previous then n end as self_previous_n,
        case when in_previous then d end as self_previous_d,
        case when in_next then n end as base_next_n,
        case when in_next then d end as base_next_d,
        case when in_last_year then n end as self_year_n,
        case when in_last_year then d end as self_year_d,
        case when in_next_year then n end as base_year_n,
        case when in_next_year then d end as base_year_d,
        is_complete, is_carried, in_previous, in_next, in_last_year, in_next_year
    from noted
    """


def _summed() -> list[str]:
    """Tables `summed_township` and `summed_above`: each level sums the one below and its own."""
    names = ", ".join(_SUMMED)
    sums = [f"cast(sum({name}) as decimal(18, 4)) as {name}" for name in _SUMMED]
    sums += [f"cast(sum({name}) as integer) as {name}" for name in _COUNTED]
    own = [
        f"case when unit = area then cast({f} as integer) end as {n}" for n, f in _COUNTED.items()
    ]
    grouped = [f"cast(bool_or({flag}) as integer) as {name}" for name, flag in _COUNTED.items()]
    levels = ("county", "city", "province")
    steps = [
        # A township that reports is one row; other units are counted once, whatever they sent.
        f"""
        create or replace temp view summed_township as
        select pair, ordinal, area, level, dimension, {names}, {", ".join(own)}
        from flagged
        where level = 'township'
        """,
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
    """Tables `recent_units`: units without an obligation that filed in one of the last three
    periods; and `recent`: how many of them an area has.
    """
    lately = " or ".join(filed_in(f"due.ordinal - {n}", start) for n in range(3))
    return [
        f"""
        create or replace temp table recent_units as
        select filed.pair, due.ordinal, filed.unit
        from filed
        join pairs on pairs.pair = filed.pair
        anti join obliged on obliged.family = pairs.family and obliged.unit = filed.unit
        join (select distinct family, ordinal from asked) as due on due.family = pairs.family
        where {lately}
        """,
        """
        create or replace temp table recent as
        select recent_units.pair, recent_units.ordinal, tree.area, count(*) as units
        from recent_units
        join tree on tree.atom = recent_units.unit
        group by recent_units.pair, recent_units.ordinal, tree.area
        """,
    ]
