"""The filed rows of a report table as people take them away: in the order and words of the form.

What comes out can go in again: the headings are those that the import looks for, and a figure
that is kept back is told apart from one that was never filed.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Table
from queries import parameters
from queries.engine import Engine
from queries.errors import QueryError
from queries.relations.masking import withheld
from queries.scope import ALL, Scope

# Names of those who signed are not stored; the form asks for them, so the file says where they are.
UNSIGNED = "见原报表"
_SIGNED = ("unit_head", "filled_by")
_ENDS = ("reporting_unit", "reported_on", "remark")


@dataclass(frozen=True)
class Asked:
    """Which rows: a report table, below an area, whose periods end between two others' ends.

    period_from, period_to  Of any frequency.
    """

    table_id: str
    area: str
    period_from: str
    period_to: str


@dataclass(frozen=True)
class Filed:
    """One column of the file: its name in the frame, its heading, what the catalogue says of it.

    withheld  The frame's column that says in which rows the figure is kept back; empty: in none.
    """

    name: str
    heading: str
    type: str
    note: str = ""
    withheld: str = ""


def columns(table: Table, catalogue: Catalogue, *, year: int) -> list[Filed]:
    """Return the columns of a report table in the order of its form.

    year  Whose words are used where a heading changed over the years.
    """
    told = {column.name: column for column in catalogue.common}
    own = [
        _column(column, year)
        for column in table.columns
        if (column.stored or column.required)
        and column.name not in (*_ENDS, "division_code", "period")
    ]
    first = [("division_code", "text"), ("division_name", "text"), ("period", "text")]
    last = [("reporting_unit", "text"), *((name, "text") for name in _SIGNED)]
    last += [("reported_on", "date"), ("remark", "text")]
    return [
        *(Filed(name, told[name].header, kind) for name, kind in first),
        *own,
        *(Filed(name, told[name].header, kind) for name, kind in last),
    ]


def height(engine: Engine, asked: Asked, snapshot: int, scope: Scope = ALL) -> int:
    """Return how many rows there are. raises what Engine.run raises."""
    table, params = _checked(engine, asked, snapshot)
    text = f"select count(*) from {table.id.lower()} as filed where {_WHERE}"
    with engine.reading(_reads(table), snapshot, scope, area=asked.area) as cursor:
        row = cursor.execute(text, params).fetchone()
    return int(row[0]) if row else 0


def rows(
    engine: Engine,
    asked: Asked,
    snapshot: int,
    scope: Scope = ALL,
    *,
    limit: int | None = None,
    token: str | None = None,
) -> pl.DataFrame:
    """Return the rows with the columns of `columns`, sorted by period, area and key.

    For each sensitive column a flag more (`Filed.withheld`): true where its figure is kept back.

    limit  At most so many; None for all.
    token  A name under which another thread may interrupt the call.
    raises QueryError and what Engine.run raises.
    """
    table, params = _checked(engine, asked, snapshot)
    catalogue = engine.catalogue(snapshot)
    kept = {column.name for column in table.stored_columns}
    hidden = engine.applied(scope, snapshot).hide_sensitive
    picked, flags = [], []
    for column in columns(table, catalogue, year=2000):
        if column.name == "division_name":
            picked.append('areas.name as "division_name"')
        elif column.name not in (*kept, *_ENDS, "division_code", "period"):
            picked.append(f"'{UNSIGNED}' as \"{column.name}\"")
        elif column.type == "decimal":
            picked.append(f'cast(filed."{column.name}" as double) as "{column.name}"')
        else:
            picked.append(f'filed."{column.name}"')
        if column.withheld:
            picked.append(f'filed."{column.withheld}"')
            kept_back = withheld(table.by_name[column.name], hide_sensitive=hidden)
            flags.append(f', {kept_back} as "{column.withheld}"')
    keys = ", ".join(f'filed."{name}"' for name in table.key)
    cap = "" if limit is None else f" limit {int(limit)}"
    flagged = f"(select *{''.join(flags)} from {table.id.lower()})"
    text = (
        f"select {', '.join(picked)} from {flagged} as filed "
        f"left join areas on filed.division_code = areas.area_code where {_WHERE} "
        f"order by filed.period_end, {keys}{cap}"
    )
    with engine.reading(_reads(table), snapshot, scope, area=asked.area, token=token) as cursor:
        return pl.DataFrame(cursor.execute(text, params).to_arrow_table())


_WHERE = (
    "$area in (filed.area_code, filed.township_code, filed.county_code, filed.city_code, "
    "filed.province_code) and filed.period_end between $first_day and $last_day"
)


def _reads(table: Table) -> list[str]:
    return [table.id.lower(), "areas"]


def _checked(engine: Engine, asked: Asked, snapshot: int) -> tuple[Table, dict[str, Any]]:
    catalogue = engine.catalogue(snapshot)
    table = catalogue.tables.get(asked.table_id)
    if table is None:
        raise QueryError(f"没有报表「{asked.table_id}」，应为 {catalogue.every_table}。")
    first, last = parameters.period(asked.period_from), parameters.period(asked.period_to)
    if last.end < first.start:
        raise QueryError(f"报告期从{first.label_zh()}到{last.label_zh()}是反的。请对调。")
    return table, {"area": asked.area, "first_day": first.start, "last_day": last.end}


def _column(column: Column, year: int) -> Filed:
    unit = f"单位：{column.unit}。" if column.unit else ""
    hidden = "敏感列，县以下不显示。" if column.sensitive else ""
    note = f"{unit}{column.note}{hidden}"
    flag = f"{column.name}_withheld" if column.sensitive else ""
    return Filed(column.name, column.header_in(year), column.type, note, flag)
