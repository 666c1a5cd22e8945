"""The rows that count for each period: as filed, rolled up by kind, or carried forward (rule 3)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import polars as pl

from tests.figures.periods import Period
from tests.figures.world import World

col = pl.col
PLACE = ["area_code", "division_code"]
# Which sub-period a column of a longer period is read from; of all others the last one.
_PART = {"flow": "any", "opening": "first", "ytd_mch": "last_mch"}


def expression(text: object) -> pl.Expr:
    """A row expression of the catalogue, read by polars' own SQL."""
    return pl.sql_expr(str(text))


def lying(world: World, codes: Iterable[str], until: Callable[[date], pl.Expr]) -> pl.Expr:
    """Where the rows of some areas lay: the expression of their places.

    until  Whether a row is of a period that ends by a day.
    """
    now = {code: world.place(code, date.max) for code in codes}
    place = col("area_code").replace_strict(now, return_dtype=pl.String)
    for township, last in world.gone_townships.items():
        there = col("area_code").str.starts_with(township) & until(last)
        place = pl.when(there).then(pl.lit(township)).otherwise(place)
    return place


def with_units(world: World, table: str, raw: pl.DataFrame) -> pl.DataFrame:
    """Raw rows with the unit that filed them."""
    place = lying(world, raw["area_code"].unique(), lambda last: col("period_end") <= last)
    raw = raw.with_columns(unit=place)
    units = {code: world.unit(table, code) for code in raw["unit"].unique()}
    return raw.with_columns(col("unit").replace_strict(units, return_dtype=pl.String))


def periods(world: World, table: str, frequency: str, province: str) -> range:
    """Ordinals of the periods of a frequency that can have a value of a table in a province.

    A period that still runs has none: its last sub-period must have been filed. A register is
    carried as far as anything of its frequency was filed there.
    """
    if province not in world.filed(table):
        return range(0)
    shape = world.definitions["tables"][table]
    first, last = world.filed(table)[province]
    if shape["register"]:
        others = [
            world.filed(other)[province][1]
            for other in world.tables
            if world.definitions["tables"][other]["frequency"] == shape["frequency"]
            and province in world.filed(other)
        ]
        last = max(others)
    newest = last.within(frequency)
    if newest.parts(last.frequency)[-1] > last:
        newest = newest.moved(-1)
    return range(first.within(frequency).ordinal, newest.ordinal + 1)


def rolled(world: World, table: str, frequency: str, names: Iterable[str]) -> pl.DataFrame:
    """The rows of a table in each period: `p` (ordinal), carried, whole, the places and `names`.

    names  The columns that a measure reads; a row of a longer period is there only when the
           sub-periods that they stand on were filed, and whole when all that are added up were.
    """
    shape = world.definitions["tables"][table]
    key = [name for name in shape["key"] if name != "area_code"]
    wanted = sorted({*names} - {*key, *PLACE, "period_end"} | {"period"})
    raw = world.tables[table].select(
        *PLACE, *key, *wanted, "province_code", "period_end", "is_removed"
    )
    if shape["register"]:
        return _carried(world, table, frequency, raw.collect())
    raw = raw.filter(~col("is_removed")).collect()
    spans = {place: periods(world, table, frequency, place) for place in world.filed(table)}
    inner = _calendar(spans, frequency, shape["frequency"])
    rows = raw.drop("period_end").join(inner, on=["province_code", "period"])
    if frequency == shape["frequency"]:
        return rows.with_columns(whole=True, carried=False)
    kinds = {name: world.columns(table)[name]["kind"] for name in wanted if name != "period"}
    together = _together(rows, [*PLACE, *key, "p", "period_end"], kinds)
    return together.with_columns(carried=False)


def _calendar(spans: dict[str, range], frequency: str, part: str) -> pl.DataFrame:
    """The sub-periods of every period of a province that can have a value."""
    lines = []
    for province, span in spans.items():
        for period in (Period(frequency, n) for n in span):
            parts = period.parts(part)
            ends_mch = [each for each in parts if frequency != "yearly" or each.end.month <= 9]
            for each in parts:
                marks = (each == parts[0], each == parts[-1], each == ends_mch[-1])
                lines.append((province, period.ordinal, period.end, each.text, len(parts), *marks))
    names = "province_code p period_end period parts first last last_mch".split()
    return pl.DataFrame(lines, schema=names, orient="row")


def _together(rows: pl.DataFrame, group: list[str], kinds: dict[str, str]) -> pl.DataFrame:
    """One row for each key and longer period, each column by its kind."""
    rows = rows.with_columns(any=pl.lit(True))
    parts = {name: _PART.get(kind, "last") for name, kind in kinds.items()}
    together = rows.group_by(group).agg(
        *(
            pl.when(col(name).is_not_null().any()).then(col(name).sum())
            if kinds[name] == "flow"
            else col(name).filter(col(part)).first()
            for name, part in parts.items()
        ),
        *(col(part).any().alias(f"has_{part}") for part in set(parts.values())),
        whole=(col("period").n_unique() >= col("parts").first()) | ("flow" not in kinds.values()),
    )
    return together.filter(pl.all_horizontal(f"has_{part}" for part in set(parts.values())))


def _carried(world: World, table: str, frequency: str, raw: pl.DataFrame) -> pl.DataFrame:
    """A register: the newest row of each key on each period's last day, gone ones left out."""
    shape = world.definitions["tables"][table]
    began = col("period_end").min().over(shape["key"])
    raw = raw.sort("period_end").with_columns(began=began)
    found = []
    for province in world.filed(table):
        for ordinal in periods(world, table, frequency, province):
            period = Period(frequency, ordinal)
            state = (
                raw.filter(col("period_end") <= period.end)
                .unique(shape["key"], keep="last", maintain_order=True)
                .filter((col("province_code") == province) & ~col("is_removed"))
            )
            if "rounds" in shape:
                state = _last_rounds(state, shape["key"], shape["rounds"])
            carried = col("period_end") < period.parts(shape["frequency"])[-1].end
            found.append(
                state.with_columns(
                    p=ordinal,
                    carried=carried,
                    whole=True,
                    filed_end="period_end",
                    period_end=period.end,
                )
            )
    return pl.concat(found)


def _last_rounds(state: pl.DataFrame, key: list[str], rounds: str) -> pl.DataFrame:
    """Of one exercise, as of a data matching, the round that began last: the same people (10)."""
    exercise = [name for name in key if name != rounds]
    order = ["began", col(rounds).str.len_chars(), rounds]
    return state.sort(order).unique(exercise, keep="last")


def newest_of_units(
    world: World, table: str, frequency: str, names: Iterable[str], spans: dict[str, range]
) -> pl.DataFrame:
    """Each unit's newest filing up to each period's end, not older than a year: a stock lent."""
    own = world.definitions["tables"][table]["frequency"]
    wanted = sorted({*names} - {*PLACE, "period_end"})
    raw = world.tables[table].filter(~col("is_removed"))
    raw = raw.select(*PLACE, *wanted, "province_code", "period_end").collect()
    raw = with_units(world, table, raw)
    found = []
    for province, span in spans.items():
        for period in (Period(frequency, n) for n in span):
            usable = raw.filter(
                (col("province_code") == province)
                & (col("period_end") <= period.end)
                & (col("period_end") > period.end - timedelta(days=366))
            )
            newest = usable.filter(col("period_end") == col("period_end").max().over("unit"))
            newest = newest.filter(~col("unit").is_in(_taken_over(world, newest, period.end)))
            carried = col("period_end") < period.parts(own)[-1].end
            found.append(
                newest.with_columns(p=period.ordinal, carried=carried, period_end=period.end)
            )
    return pl.concat(found)


def _taken_over(world: World, newest: pl.DataFrame, day: date) -> list[str]:
    """Units that are gone and for which one that stands for them has filed since."""
    ends = dict(newest.select("unit", "period_end").iter_rows())
    gone = {unit: world.areas[unit]["valid_to"] for unit in ends}
    return [
        unit
        for unit, last in gone.items()
        if last and any(ends.get(heir, last) > last for heir in world.heirs(unit, day))
    ]
