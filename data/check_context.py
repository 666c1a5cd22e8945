"""What new rows are checked against: themselves, laid over a snapshot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.filed_rows import natural_key
from data.manifest import FileEntry, Manifest
from data.periods import Period
from data.store import Store

# No rule looks further back than some weeks, or a year and a month; registers are carried for ever.
_BACK = {"weekly": timedelta(weeks=20)}
_BACK_ELSE = timedelta(days=400)
_COUNTY_CODE = 6


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
    _stored: dict[str, pl.DataFrame | None] = field(default_factory=dict)
    _places_of: dict[str, pl.Series] = field(default_factory=dict)
    _current: dict[str, pl.DataFrame | None] = field(default_factory=dict)

    def stored(self, table: Table) -> pl.DataFrame | None:
        """The snapshot's rows of a table that may matter to the new ones, or None.

        Those of the same counties (of the same provinces, where codes are looked up), and of
        the time before them that rules look at; columns that came to the catalogue later are null.
        """
        if self.base is None:
            return None
        if table.id not in self._stored:
            places = self._places()
            since = self.earliest() - _BACK.get(table.frequency, _BACK_ELSE)
            paths = [
                self.store.path / entry.path
                for entry in self._manifest.under("tables", table.id)
                if entry.parts[3] in places and (table.register or _cut_end(entry) >= since)
            ]
            self._stored[table.id] = self._read(paths, table) if paths else None
        return self._stored[table.id]

    def _read(self, paths: list[Any], table: Table) -> pl.DataFrame:
        where = ~pl.col("is_removed")
        if table.id not in self._looked_up():
            where &= pl.col("area_code").str.slice(0, _COUNTY_CODE).is_in(self._counties())
        rows = self.store.read(paths, number=self.base or 0, where=where)
        return rows.with_columns(
            pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in table.stored_columns
            if column.name not in rows.columns
        )

    def current(self, table: Table) -> pl.DataFrame | None:
        """The snapshot's rows of a table with the new ones laid over, or None.

        Where there are new ones, `row` numbers them; it is null for the snapshot's.
        """
        if table.id not in self._current:
            new, kept = self.rows.get(table.id), self.kept(table)
            if new is not None and kept is not None:
                kept = kept.with_columns(row=pl.lit(None, dtype=new.schema["row"]))
                shared = [name for name in kept.columns if name in new.columns]
                kept = pl.concat([kept.select(shared), new.select(shared)], how="vertical_relaxed")
            self._current[table.id] = new if kept is None else kept
        return self._current[table.id]

    def kept(self, table: Table) -> pl.DataFrame | None:
        """The snapshot's rows of a table that no new row replaces, or None."""
        old = self.stored(table)
        if old is None or table.id not in self.rows:
            return old
        replaced = self._replaced(table, old).drop_nulls()
        return old.filter(pl.repeat(True, old.height, eager=True).scatter(replaced, False))

    def is_on_file(self, table: Table, columns: Iterable[str]) -> bool:
        """Whether each new row of a table says in these columns what the row it replaces says."""
        new, old = self.rows[table.id], self.stored(table)
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
            there = old.select(*key).with_row_index("place")
            new = self.rows[table.id].select(key)
            found = new.join(there, on=key, how="left", nulls_equal=True, maintain_order="left")
            self._places_of[table.id] = found["place"]
        return self._places_of[table.id]

    def earliest(self) -> date:
        """The first day of the new rows' periods."""
        return min(
            day
            for rows in self.rows.values()
            for day in rows["period_start"].unique().to_list()
            if day is not None
        )

    @property
    def _manifest(self) -> Manifest:
        return self.store.manifest(self.base or 0)

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


def _cut_end(entry: FileEntry) -> date:
    """The last day of the period that a table file is about."""
    return Period.parse(entry.parts[2]).end
