"""A snapshot as its files tell it: the raw rows, the register of areas, the definitions."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tests.figures.periods import Period, parse

LEVELS = ("village", "township", "county", "city", "province")
NATION = "000000"


class Obligation(NamedTuple):
    """A report that one unit owes for every period that ends between two days."""

    table: str
    unit: str
    first: date
    last: date
    due_days: int


class World:
    """What was filed, where, and who had to.

    tables       Table id -> raw rows as stored, not yet read.
    areas        The register: code -> row, in its order.
    definitions  The catalogue's text: tables, indicators, targets, obligations, settings.
    """

    def __init__(
        self,
        tables: Mapping[str, pl.LazyFrame],
        areas: dict[str, dict[str, Any]],
        definitions: dict[str, Any],
    ) -> None:
        self.tables = tables
        self.areas = areas
        self.definitions = definitions
        self.settings = definitions["settings"]["settings"]

    def only(self, *cities: str) -> "World":
        """The same with what was filed in some cities alone: faster to count."""
        filed = {
            table: rows.filter(pl.col("city_code").is_in(cities))
            for table, rows in self.tables.items()
        }
        return World(filed, self.areas, self.definitions)

    # -- the register (rule 8) -------------------------------------------------------------

    def level(self, area: str) -> str:
        """The level of an area; what the register does not have can only be a village."""
        return self.areas[area]["level"] if area in self.areas else "village"

    @cache
    def line(self, area: str) -> tuple[str, ...]:
        """The area itself and all areas above it, from the nearest."""
        if area not in self.areas:
            return (area, *self.line(area[:9] if area[:9] in self.areas else area[:6]))
        above = self.areas[area]["parent_code"]
        return (area, *(self.line(above) if above else ()))

    def above(self, area: str, level: str) -> str | None:
        """The area of that level which an area lies in, or is."""
        return next((code for code in self.line(area) if self.level(code) == level), None)

    def called(self, unit: str, within: str) -> str:
        """The name of a unit; of a township with its county, where there are several counties."""
        name = self.areas[unit]["name"]
        if self.level(unit) != "township" or self.level(within) not in ("city", "province"):
            return name
        county = self.above(unit, "county")
        return f"{self.areas[county]['name'] if county else ''}{name}"

    def province(self, area: str) -> str:
        """The province of an area."""
        return self.line(area)[-1]

    def place(self, area: str, day: date) -> str:
        """The finest area that figures are kept for in which an area lay on a day.

        The township, or what is above it. A village whose township is gone lay in that until then,
        as its code tells (rule 2.9).
        """
        if self.level(area) == "village" and day <= self.gone_townships.get(area[:9], date.min):
            return area[:9]
        return next(code for code in self.line(area) if self.level(code) != "village")

    @cached_property
    def gone_townships(self) -> dict[str, date]:
        """The townships that are no more, with their last day."""
        gone = {code: row["valid_to"] for code, row in self.areas.items()}
        return {code: day for code, day in gone.items() if day and self.level(code) == "township"}

    def lives(self, area: str, day: date) -> bool:
        """Whether the register knows the area on a day."""
        row = self.areas[area]
        return (row["valid_from"] or date.min) <= day <= (row["valid_to"] or date.max)

    @cached_property
    def of_level(self) -> dict[tuple[str, str], list[str]]:
        """(area above, level) -> the areas of that level in it, in the register's order."""
        found: dict[tuple[str, str], list[str]] = {}
        for code, row in self.areas.items():
            for above in self.line(code)[1:]:
                found.setdefault((above, row["level"]), []).append(code)
        return found

    @cache
    def villages(self, county: str) -> list[str]:
        """The administrative villages that the register ever had in a county."""
        inside = self.of_level.get((county, "village"), [])
        return [code for code in inside if self.areas[code]["kind"] == "village"]

    @cache
    def has_villages(self, area: str, day: date) -> bool:
        """Whether an area has administrative villages; taken for granted where none is registered.

        What has none owes no register of clinics (rule 2.4).
        """
        listed = self.villages(self.above(area, "county") or area)
        living = (village for village in listed if self.lives(village, day))
        return not listed or any(area in self.line(self.place(code, day)) for code in living)

    @cached_property
    def successors(self) -> dict[str, list[str]]:
        """What areas that are gone went to (rule 2.9)."""
        return {
            code: re.split(r"[;；、\s]+", row["successors"].strip())
            for code, row in self.areas.items()
            if row["successors"]
        }

    @cache
    def heirs(self, area: str, day: date) -> tuple[str, ...]:
        """The areas that stand for one on a day: itself, or what it went to, and so on."""
        end = self.areas[area]["valid_to"]
        if end is None or day <= end or area not in self.successors:
            return (area,)
        heirs = (heir for after in self.successors[area] for heir in self.heirs(after, day))
        return tuple(dict.fromkeys(heirs))

    # -- the catalogue ---------------------------------------------------------------------

    def figures(self) -> Iterator[tuple[str, str]]:
        """Every indicator that is computed, with each of its populations."""
        for name, indicator in self.definitions["indicators"].items():
            for population in indicator.get("populations") or ():
                yield name, population

    def columns(self, table: str) -> dict[str, dict[str, Any]]:
        """The columns of a report table by name."""
        return self.definitions["tables"][table]["columns"]

    @cached_property
    def obligations(self) -> list[Obligation]:
        """Who owes which report: the units of a level inside a scope.

        Zones and what lies in them owe only what is written for the zone itself (rule 8).
        """
        found = []
        for line in self.definitions["obligations"].values():
            scope, level = line["scope_code"], line["unit_level"]
            units = [scope] if self.level(scope) == level else self.of_level.get((scope, level), [])
            for unit in units:
                inside = self.line(unit)[: self.line(unit).index(scope)]
                if any(self.areas[code]["kind"] == "statistical_zone" for code in inside):
                    continue
                first = date.fromisoformat(line["valid_from"] or "0001-01-01")
                last = date.fromisoformat(line["valid_to"] or "9999-12-31")
                days = int(line["due_days"])
                found.append(Obligation(line["table_id"], unit, first, last, days))
        return found

    @cache
    def unit(self, table: str, place: str) -> str:
        """Which unit files a table for a place: the nearest obliged one at or above it.

        Where nobody is obliged, the area of the level that usually files the table.
        """
        obliged = self.obliged(table)
        usual = self.above(place, self.definitions["tables"][table]["unit_level"]) or place
        return next((code for code in self.line(place) if code in obliged), usual)

    @cache
    def obliged(self, table: str) -> frozenset[str]:
        """The units that owe a table at some time."""
        return frozenset(duty.unit for duty in self.obligations if duty.table == table)

    def owes(self, duty: Obligation, day: date) -> bool:
        """Whether an obligation holds on a day: cut by the unit's own life (rule 2.7)."""
        return duty.first <= day <= duty.last and self.lives(duty.unit, day)

    # -- what was filed --------------------------------------------------------------------

    @cache
    def filed(self, table: str) -> dict[str, tuple[Period, Period]]:
        """Province -> the first and the last period that a table was filed for."""
        found: dict[str, tuple[Period, Period]] = {}
        if table in self.tables:
            spans = self.tables[table].group_by("province_code").agg(pl.col("period").unique())
            for province, texts in spans.collect().iter_rows():
                periods = sorted(map(parse, texts))
                found[province] = (periods[0], periods[-1])
        return found


def of_store(folder: Path, number: int | None = None) -> World:
    """The world of a snapshot of a store, the newest by default.

    raises FileNotFoundError when there is no such snapshot.
    """
    manifests = sorted((folder / "snapshots").glob("*.json"))
    chosen = [path for path in manifests if number in (None, int(path.stem))]
    if not chosen:
        raise FileNotFoundError(f"no such snapshot in {folder / 'snapshots'}")
    manifest = json.loads(chosen[-1].read_text("utf-8"))
    catalogue = json.loads(
        (folder / "catalogue" / f"{manifest['catalogue']}.json").read_text("utf-8")
    )
    files: dict[str, list[Path]] = {}
    for entry in manifest["files"]:
        kind, table, *_ = entry["path"].split("/")
        if kind == "tables":
            files.setdefault(table, []).append(folder / entry["path"])
    areas = pl.read_parquet(folder / "areas" / f"{manifest['areas']}.parquet").sort("order_no")
    return World(
        {
            table: pl.concat(map(pl.scan_parquet, paths), how="diagonal_relaxed")
            for table, paths in files.items()
        },
        {row["area_code"]: row for row in areas.to_dicts()},
        catalogue["definitions"],
    )
