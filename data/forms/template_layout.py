"""A blank form before it is written: its columns, its lines, what is printed in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.forms import template_look as look_of
from data.forms import template_parts as parts
from data.forms import template_rows
from data.forms.template_parts import Head
from data.forms.template_rows import Line
from data.periods import Period

# Columns that are printed for people and skipped by the import.
INSTITUTION, VILLAGE_NAME = "机构名称", "村名"
TOWNSHIP = "乡镇（街道）"
SUMMED = ("int", "decimal")
_INSTITUTION_CODES = ("org_code", "recipient_code")
_NOT_SUMMED_UNITS = ("天",)


@dataclass(frozen=True)
class Layout:
    """Everything that is known before the first cell is written."""

    catalogue: Catalogue
    table: Table
    period: Period
    unit_name: str
    heads: list[Head]
    lines: list[Line]
    widths: list[float]
    names: dict[str, str]
    places_by_code: dict[str, str]
    places: list[str]

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.heads) - 1

    @property
    def has_spare(self) -> bool:
        """Whether there are empty lines for new objects."""
        return any("division_code" not in line.values for line in self.lines)

    @property
    def summed(self) -> list[int]:
        """The columns whose figures are added up."""
        if len(self.lines) < 2:
            return []
        return [
            at
            for at, head in enumerate(self.heads)
            if head.column is not None
            and head.type in SUMMED
            and head.column.unit not in _NOT_SUMMED_UNITS
        ]

    def prefilled(self, line: Line, head: Head) -> str:
        """What is printed beforehand in a cell; "" for nothing."""
        if head.text == TOWNSHIP:
            return self.places_by_code.get(str(line.values.get("division_code", ""))[:9], "")
        if head.text == VILLAGE_NAME:
            return self.places_by_code.get(str(line.values.get("village_code", "")), "")
        if head.text == INSTITUTION:
            codes = (line.values.get(name) for name in _INSTITUTION_CODES)
            return next((self.names.get(code, "") for code in codes if code), "")
        value = line.values.get(head.name)
        if value is None or head.column is None:
            return ""
        if head.type == "enum":
            return parts.choice(self.catalogue, head.column, value)
        return str(value)


def layout(
    catalogue: Catalogue,
    table: Table,
    unit: str,
    period: Period,
    unit_name: str,
    known: pl.DataFrame | None,
    names: dict[str, str],
    spare: int,
) -> Layout:
    """Gather a form of one report table for one unit and period.

    unit       area code whose townships, villages, clinics … are pre-filled.
    unit_name  printed as 填报单位; the area's own name where it is empty.
    known      rows of the store about the unit's objects: division_code, area_code, the key, codes
               and texts. Their codes are pre-filled where the register cannot list them.
    names      institution code → name, printed beside the codes.
    spare      empty lines in tables whose objects nobody can list beforehand.
    """
    rows = template_rows.lines(catalogue, table, unit, period, known, spare)
    places = catalogue.areas.filter(pl.col("area_code") == unit)
    level = places["level"][0] if places.height else ""
    first = [column.name for column in template_rows.identity(table)]
    beside = _beside(table, first, has_names=bool(names))
    heads = parts.heads(
        catalogue,
        table,
        period,
        townships=template_rows.has_townships_above(table, level),
        first=first,
        beside=beside,
    )
    above = _names(catalogue, ("township", "village"))
    widths = []
    for head in heads:
        words = [str(line.values.get(head.name) or "") for line in rows[:400]]
        if head.column is not None:
            offered = parts.choices(catalogue, head.column)
            words = words + offered if head.type == "enum" else words
        widths.append(look_of.width(head, words))
    return Layout(
        catalogue,
        table,
        period,
        unit_name or (places["name"][0] if places.height else ""),
        heads,
        rows,
        widths,
        names,
        above,
        template_rows.places(catalogue, unit, period) if rows else [],
    )


def _beside(table: Table, first: Sequence[str], *, has_names: bool) -> dict[str, str]:
    """Which codes are followed by a name, so that people know whom they stand for."""
    if table.area_column == "village_code":
        return {"village_code": VILLAGE_NAME}
    if "org_name" in table.by_name or not has_names:
        return {}
    return {name: INSTITUTION for name in first if name in _INSTITUTION_CODES[:2]}


def _names(catalogue: Catalogue, levels: Sequence[str]) -> dict[str, str]:
    names = catalogue.areas.filter(pl.col("level").is_in(list(levels)))
    return dict(names.select("area_code", "name").iter_rows())
