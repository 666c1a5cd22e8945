"""What new rows are checked against: themselves, laid over a snapshot."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from data.catalogue.model import CUMULATIVE, Catalogue, Table
from data.filed.rows import natural_key
from data.periods import Period
from data.snapshots.manifest import FileEntry
from data.snapshots.store import Store

# What a rule gives for each row that breaks it.
VIOLATION = {
    "row": pl.UInt32,
    "column": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "found": pl.String,
    "expected": pl.String,
    "action": pl.String,
}
# No rule looks further back than some weeks, or a year and a month; registers are carried for ever.
_BACK = {"weekly": timedelta(weeks=20)}
_BACK_ELSE = timedelta(days=400)
_COUNTY_CODE = 6
# Beside its own columns what every table is asked for.
_ALWAYS = ("area_code", "period", "period_end", "reporting_unit")


@dataclass(frozen=True)
class Context:
    """What the new rows are checked against.

    rows  Table id -> all new rows of that table (raw schema, `row` counting from 0).
    base  The snapshot they are laid over; None for an empty store.
    """

    catalogue: Catalogue
    rows: Mapping[str, pl.DataFrame]
    store: Store
    base: int | None
    import_date: date
    _stored: dict[str, pl.DataFrame] = field(default_factory=dict)
    _places_of: dict[str, pl.Series] = field(default_factory=dict)
    _entries_of: dict[str, list[FileEntry]] = field(default_factory=dict)

    def stored(self, table: Table, columns: Iterable[str] | None = None) -> pl.DataFrame | None:
        """The snapshot's rows of a table that may matter to the new ones, or None.

        Those of the same counties (of the same provinces, where codes are looked up), and of
        the time before them that rules look at; columns that came to the catalogue later are null.

        columns  At least these; None for all. Each is read once, when it is first asked for.
        """
        paths = self._paths(table)
        if not paths:
            return None
        there = self._stored.get(table.id)
        asked = None if columns is None else set(columns)
        if there is None:
            asked = asked if asked is None else asked | self._usual(table)
            there = self._stored[table.id] = self._read(paths, table, asked)
        elif asked is None or not asked <= set(there.columns):
            more = self._read(paths, table, asked and asked - set(there.columns))
            there = self._stored[table.id] = there.with_columns(more.get_columns())
        return there

    def recent(self, table: Table, columns: Iterable[str], cuts: int) -> pl.DataFrame | None:
        """The rows of `unreplaced` in the newest few files of each place, read apart: many columns.

        cuts  So many of those that hold something before the end of the new rows.
        """
        latest = max(
            day
            for rows in self.rows.values()
            for day in rows["period_end"].unique().to_list()
            if day is not None
        )
        entries = [e for e in self._entries(table) if Period.parse(e.parts[2]).start <= latest]
        newest = sorted({_cut_end(entry) for entry in entries})[-cuts:]
        paths = [self.store.path / e.path for e in entries if _cut_end(e) in newest]
        if not paths:
            return None
        names = dict.fromkeys([*natural_key(table), *columns])
        key = natural_key(table)
        old = self._read(paths, table, set(names)).select(n for n in names)
        return old.join(self.rows[table.id].select(key), on=key, how="anti", nulls_equal=True)

    def _paths(self, table: Table) -> list[Path]:
        return [self.store.path / entry.path for entry in self._entries(table)]

    def _entries(self, table: Table) -> list[FileEntry]:
        if self.base is None:
            return []
        if table.id not in self._entries_of:
            places = self._places()
            since = self.earliest() - _BACK.get(table.frequency, _BACK_ELSE)
            self._entries_of[table.id] = [
                entry
                for entry in self.store.manifest(self.base).under("tables", table.id)
                if entry.parts[3] in places and (table.register or _cut_end(entry) >= since)
            ]
        return self._entries_of[table.id]

    def _usual(self, table: Table) -> set[str]:
        """What rules look up in a table: read at once, which is quicker than one by one."""
        rules = [str(rule) for rule in self.catalogue.cross_checks if table.id in str(rule)]
        rules += [f"prev_{name}" for name in carried_on(table)]
        words = {
            word.removeprefix("prev_").removeprefix("last_")
            for word in re.findall(r"\w+", " ".join(rules))
        }
        return {*natural_key(table), *_ALWAYS, *words.intersection(table.by_name)}

    def _read(self, paths: list[Path], table: Table, columns: set[str] | None) -> pl.DataFrame:
        where = ~pl.col("is_removed")
        if table.id not in self._looked_up():
            where &= pl.col("area_code").str.slice(0, _COUNTY_CODE).is_in(self._counties())
        rows = self.store.read(paths, number=self.base or 0, where=where, columns=columns)
        return rows.with_columns(
            pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in table.stored_columns
            if column.name not in rows.columns and (columns is None or column.name in columns)
        )

    def current(self, table: Table, columns: Iterable[str] | None = None) -> pl.DataFrame | None:
        """The snapshot's rows of a table with the new ones laid over, or None.

        columns  At least these, as far as both have them, and `row`; None for all. `row` numbers
                 the new ones and is null for the snapshot's.
        """
        asked = None if columns is None else [*dict.fromkeys(columns)]
        new, kept = self.rows.get(table.id), self.unreplaced(table, asked)
        if new is None or kept is None:
            return new if kept is None else kept
        kept = kept.with_columns(row=pl.lit(None, dtype=new.schema["row"]))
        names = kept.columns if asked is None else dict.fromkeys([*asked, "row"])
        shared = [name for name in names if name in kept.columns and name in new.columns]
        return pl.concat([kept.select(shared), new.select(shared)], how="vertical_relaxed")

    def unreplaced(self, table: Table, columns: Iterable[str] | None = None) -> pl.DataFrame | None:
        """The snapshot's rows of a table that no new row replaces, or None.

        columns  These, as far as they are there; None for all.
        """
        asked = None if columns is None else {*columns}
        old = self.stored(table, asked)
        if old is None:
            return None
        shown = old if asked is None else old.select(n for n in old.columns if n in asked)
        if table.id not in self.rows:
            return shown
        replaced = self._replaced(table, old).drop_nulls()
        return shown.filter(pl.repeat(True, old.height, eager=True).scatter(replaced, False))

    def is_on_file(self, table: Table, columns: Iterable[str]) -> bool:
        """Whether each new row of a table says in these columns what the row it replaces says."""
        columns = list(columns)
        new, old = self.rows[table.id], self.stored(table, columns)
        if old is None:
            return False
        replaced = self._replaced(table, old)
        return not replaced.null_count() and all(
            new[name].equals(old[name].gather(replaced).cast(new.schema[name])) for name in columns
        )

    def _replaced(self, table: Table, old: pl.DataFrame) -> pl.Series:
        """For each new row the place of the stored row with the same key, or null: joined once."""
        if table.id not in self._places_of:
            key = natural_key(table)
            new = self.rows[table.id].select(key)
            there = old.select(*key).with_row_index("place")
            there = there.filter(pl.col("period").is_in(new["period"].unique().implode()))
            # The store's own rows once more, corrected here and there, need not be looked up.
            if not there[key].equals(new):
                there = new.join(there, on=key, how="left", nulls_equal=True, maintain_order="left")
            self._places_of[table.id] = there["place"]
        return self._places_of[table.id]

    def earliest(self) -> date:
        """The first day of the new rows' periods."""
        return min(
            day
            for rows in self.rows.values()
            for day in rows["period_start"].unique().to_list()
            if day is not None
        )

    def _looked_up(self) -> set[str]:
        """Tables in which codes are looked up: the code may be another county's."""
        sides = [
            rule.get(side)
            for rule in self.catalogue.cross_checks
            if rule["kind"] == "exists"
            for side in ("other", "or_other")
        ]
        return {side["table"] for side in sides if side}

    def _counties(self) -> list[str]:
        return sorted(
            {
                code
                for rows in self.rows.values()
                for code in rows["area_code"].str.slice(0, _COUNTY_CODE).unique().to_list()
            }
        )

    def _places(self) -> set[str]:
        return {
            code
            for rows in self.rows.values()
            for code in rows["area_code"].str.slice(0, 2).unique().to_list()
        }


def carried_on(table: Table) -> set[str]:
    """Columns that a rule compares with the same row one period before."""
    names = {
        name for column in table.columns for check in column.checks for name in check.must.columns
    }
    told = {name.removeprefix("prev_") for name in names if name.startswith("prev_")}
    return told | {column.name for column in table.columns if column.kind in CUMULATIVE}


def _cut_end(entry: FileEntry) -> date:
    """The last day of the period that a table file is about."""
    return Period.parse(entry.parts[2]).end


def nothing() -> pl.DataFrame:
    """What a rule gives that no row breaks."""
    return pl.DataFrame(schema={name: VIOLATION[name] for name in ("row", "severity", "found")})
