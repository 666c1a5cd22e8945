"""Which lines a blank form brings along: the unit's own areas and what the store knows there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Table
from data.catalogue.succession import is_there
from data.periods import Period

# A key of few words (four chronic diseases) is printed under every area; thirty are not.
_FEW = 6
_GRAINS = ("village", "township", "county")
_PLACES = ("area_code", "township_code", "county_code", "city_code", "province_code")


@dataclass(frozen=True)
class Line:
    """One line of the form.

    values  column → what is printed and locked: codes, names, parts of the key.
    closed  columns that this line does not fill (a township line's county figures).
    """

    values: dict[str, Any]
    closed: frozenset[str] = frozenset()


def lines(
    catalogue: Catalogue,
    table: Table,
    unit: str,
    period: Period,
    known: pl.DataFrame | None,
    spare: int,
) -> list[Line]:
    """The lines of a table for one unit.

    known  rows of the store about the unit: division_code, area_code, the key, codes and texts.
    spare  how many empty lines a table gets whose objects nobody can list beforehand.
    """
    areas = _inside(catalogue, unit, period)
    others = [name for name in table.key if name != "area_code"]
    if table.area_column == "division_code" and not others:
        listed = _of_areas(table, areas, unit, spare)
    elif _few_values(table, others) is not None and _at_grain(table, areas).height:
        listed = _times(table, _at_grain(table, areas), others[0])
    else:
        listed = _of_store(table, areas, known, period) + [Line({})] * spare
    return [_with_closed(table, line) for line in listed] or [Line({})] * max(spare, 1)


def places(catalogue: Catalogue, unit: str, period: Period) -> list[str]:
    """Names of the unit's areas for a drop-down, each with its parent's where it needs it."""
    areas = _inside(catalogue, unit, period)
    counted = areas.with_columns(times=pl.len().over("name"))
    parents = catalogue.areas.select(parent_code="area_code", parent="name")
    named = counted.join(parents, on="parent_code", how="left", maintain_order="left")
    return (
        named.select(
            pl.when(pl.col("times") > 1).then(pl.col("parent") + pl.col("name")).otherwise("name")
        )
        .to_series()
        .to_list()
    )


def has_townships_above(table: Table, level: str) -> bool:
    """Whether lines are villages of several townships, which then have a column of their own."""
    return table.grain == "village" and level in ("county", "city", "province")


def identity(table: Table) -> tuple[Column, ...]:
    """The table's own columns that say which object a line is about: pre-filled and locked."""
    return tuple(
        column
        for column in table.columns
        if column.name in table.key or column.name == table.area_column
    )


def carried(table: Table) -> tuple[Column, ...]:
    """All columns that are pre-filled; those beside the identity may be changed.

    Codes and, in registers, descriptions seldom change and are a burden to type; figures are
    never pre-filled.
    """
    return identity(table) + tuple(
        column
        for column in table.columns
        if column not in identity(table)
        and column.stored
        and (column.type == "code" or (table.register and column.type == "text"))
    )


def _inside(catalogue: Catalogue, unit: str, period: Period) -> pl.DataFrame:
    """The unit's area and those below it that are there on the period's last day, in order."""
    inside = pl.any_horizontal((pl.col(name) == unit).fill_null(False) for name in _PLACES)
    return catalogue.areas.filter(inside & is_there(pl.lit(period.end)))


def _at_grain(table: Table, areas: pl.DataFrame) -> pl.DataFrame:
    grain = table.grain.split(" ")[0]
    chosen = areas.filter(pl.col("level") == grain)
    if grain == "village":
        # People are signed in villages and neighbourhoods; what is neither files nothing.
        chosen = chosen.filter(pl.col("kind").is_in(["village", "neighbourhood"]))
    return chosen.filter(pl.col("kind") != "statistical_zone") if grain == "county" else chosen


def _of_areas(table: Table, areas: pl.DataFrame, unit: str, spare: int) -> list[Line]:
    chosen = _at_grain(table, areas)
    if table.grain not in _GRAINS:
        return []
    if any(column.filed_at == "county" for column in table.columns):
        counties = areas.filter((pl.col("level") == "county") & (pl.col("kind") == ""))
        chosen = pl.concat([chosen, counties.filter(pl.lit(unit[4:6] != "" and len(unit) <= 6))])
    if not chosen.height:
        return [Line({})] * spare
    return [
        Line({"division_code": code, "division_name": name})
        for code, name in chosen.select("area_code", "name").iter_rows()
    ]


def _few_values(table: Table, others: Sequence[str]) -> tuple[str, ...] | None:
    if len(others) != 1 or "area_code" not in table.key:
        return None
    allowed = table.column(others[0]).values
    return allowed if 0 < len(allowed) <= _FEW else None


def _times(table: Table, areas: pl.DataFrame, column: str) -> list[Line]:
    return [
        Line({"division_code": code, "division_name": name, column: value})
        for code, name in areas.select("area_code", "name").iter_rows()
        for value in table.column(column).values
    ]


def _of_store(
    table: Table, areas: pl.DataFrame, known: pl.DataFrame | None, period: Period
) -> list[Line]:
    """The objects last reported: clinics, institutions, projects, diseases of a township."""
    if known is None or not known.height:
        return []
    names = [column.name for column in carried(table) if column.name in known.columns]
    order = areas.select("area_code", division_name="name").with_row_index("order")
    rows = (
        known.select(list(dict.fromkeys(["division_code", "area_code", *table.key, *names])))
        .join(order.rename({"area_code": "division_code"}), on="division_code", how="inner")
        .sort("order", *(name for name in table.key if name != "area_code"))
    )
    printed = ["division_code", "division_name", *names]
    return [
        Line({name: row[name] for name in printed if row.get(name) is not None})
        for row in rows.to_dicts()
    ]


def _with_closed(table: Table, line: Line) -> Line:
    """County figures are closed on township lines, and the other way round."""
    if not any(column.filed_at == "county" for column in table.columns):
        return line
    code = line.values.get("division_code")
    if code is None:
        return line
    own_level = "county" if len(code) == 6 else None
    closed = frozenset(column.name for column in table.columns if column.filed_at != own_level)
    return Line(line.values, closed)
