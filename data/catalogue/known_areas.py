"""The area register as a program asks it: which areas there are, what they are called.

A country has 600,000 villages and 44,000 areas above them. Whoever only looks at figures asks for
a village now and then: the areas above are kept, of the villages no more than their codes, and the
rest is read when somebody asks for it.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import polars as pl

from data.errors import StoreError

_VILLAGE = 12  # figures of a village's code; those of the areas above have 6 or 9
_IS_VILLAGE = pl.col("level") == "village"
_AT_ONCE = 50_000


class Areas:
    """A register of areas.

    rows    AREA_SCHEMA columns, sorted by area_code; of a file, they are read only when asked for.
    sha     The register's `sha` where it is known.
    raises  StoreError, also later, when the rows cannot be read.
    """

    def __init__(self, rows: pl.LazyFrame, *, sha: str = "") -> None:
        self._rows = rows
        self._known_sha = sha
        self.upper = _read(rows.filter(~_IS_VILLAGE))
        self._places = {code: place for place, code in enumerate(self.upper["area_code"])}
        codes = rows.filter(_IS_VILLAGE).select(pl.col("area_code").cast(pl.Int64))
        # A page about a village asks for it again and again.
        self._village = lru_cache(maxsize=1000)(self._read_village)
        self._villages = array("q")
        for some in _read(codes).iter_slices(_AT_ONCE):
            self._villages.extend(some["area_code"].to_list())

    @cached_property
    def every(self) -> pl.DataFrame:
        """The whole register; it stays in memory from then on."""
        frame = _read(self._rows)
        self._rows = frame.lazy()
        return frame

    @cached_property
    def sha(self) -> str:
        """A sha256 of the register's content."""
        if self._known_sha:
            return self._known_sha
        digest = hashlib.sha256()
        # As the text of the whole would have it, which is as long as the register is large.
        for number, rows in enumerate(self.every.iter_slices(_AT_ONCE)):
            digest.update(rows.write_csv(include_header=number == 0).encode("utf-8"))
        return digest.hexdigest()

    @property
    def names(self) -> Mapping[str, str]:
        """Full names by code."""
        return _Names(self)

    def __contains__(self, code: object) -> bool:
        return code in self._places or self._has_village(code)

    def __iter__(self) -> Iterator[str]:
        yield from self._places
        yield from (f"{code:0{_VILLAGE}d}" for code in self._villages)

    def __len__(self) -> int:
        return len(self._places) + len(self._villages)

    def row(self, code: str) -> dict[str, Any] | None:
        """The row of an area; None for a code that the register does not have."""
        if code in self._places:
            return self.upper.row(self._places[code], named=True)
        return self._village(code) if self._has_village(code) else None

    def rows(self, codes: Iterable[str]) -> pl.DataFrame:
        """The rows of some areas, in the register's order."""
        wanted = list(codes)
        if not any(map(self._has_village, wanted)):
            places = sorted({self._places[code] for code in wanted if code in self._places})
            return self.upper[places]
        return _read(self._rows.filter(pl.col("area_code").is_in(wanted)))

    def below(self, codes: Iterable[str], *, villages: bool) -> pl.DataFrame:
        """The rows of the areas one level below some areas.

        villages  Whether villages count.
        """
        wanted = list(codes)
        above = pl.coalesce(
            pl.when(pl.col("level") == level).then(f"{parent}_code")
            for parent, level in pairwise(("province", "city", "county", "township", "village"))
        )
        found = self.upper.filter(above.is_in(wanted))
        if not villages:
            return found
        return pl.concat([found, _read(self._rows.filter(_IS_VILLAGE & above.is_in(wanted)))])

    def _read_village(self, code: str) -> dict[str, Any]:
        if "every" not in self.__dict__:
            return self.rows([code]).row(0, named=True)
        place = self.every["area_code"].search_sorted(code)
        return self.every.row(place, named=True)

    def _has_village(self, code: object) -> bool:
        if not isinstance(code, str) or len(code) != _VILLAGE or not code.isdecimal():
            return False
        number = int(code)
        place = bisect_left(self._villages, number)
        return place < len(self._villages) and self._villages[place] == number


class _Names(Mapping[str, str]):
    """Full names by code: as texts of Python's they would take a hundred megabytes."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def __getitem__(self, code: str) -> str:
        row = self._areas.row(code)
        if row is None:
            raise KeyError(code)
        return row["full_name"]

    def __contains__(self, code: object) -> bool:
        return code in self._areas

    def __iter__(self) -> Iterator[str]:
        return iter(self._areas)

    def __len__(self) -> int:
        return len(self._areas)


def _read(rows: pl.LazyFrame) -> pl.DataFrame:
    try:
        return rows.collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StoreError("区划表读不了。请管理员核对数据仓。") from error
