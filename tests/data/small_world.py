"""A place small enough to count by hand: one city, two counties, four townships, eight villages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data import catalogue as catalogues
from data.catalogue.model import Catalogue
from data.filed.rows import Change
from data.publish import Publication, publish
from data.snapshots.store import Store

PROVINCE, CITY = "990000", "990100"
EAST, WEST = "990101", "990102"
TOWNSHIPS = ("990101001", "990101002", "990102001", "990102002")
AREAS = [
    (PROVINCE, "试省", "province", "", ""),
    (CITY, "试市", "city", PROVINCE, ""),
    (EAST, "东县", "county", CITY, ""),
    (WEST, "西县", "county", CITY, ""),
    ("990101001", "甲镇", "township", EAST, ""),
    ("990101002", "乙镇", "township", EAST, ""),
    ("990102001", "丙镇", "township", WEST, ""),
    ("990102002", "丁镇", "township", WEST, ""),
    *(
        (f"{township}{number}", f"{number}村", "village", township, "village")
        for township in TOWNSHIPS
        for number in ("200", "201")
    ),
]
MONDAY = datetime(2020, 12, 21, 9)
AREA_HEADER = "area_code,name,level,parent_code,kind,valid_from,valid_to,successors"
OBLIGATION_HEADER = "table_id,scope_code,unit_level,valid_from,valid_to,due_days"


def open_world(
    folder: Path,
    *,
    obligations: Iterable[str] = (),
    areas: Iterable[tuple[str, ...]] = AREAS,
    files: Mapping[str, str] | None = None,
) -> tuple[Store, Catalogue]:
    """An empty store with the small place's register and definitions laid over the product's.

    obligations  Lines of obligations.csv, such as "T04,990100,township,2019-01-01,,1".
    files        Further overlay files: name -> text.
    """
    overlay = folder / "store" / "catalogue"
    overlay.mkdir(parents=True)
    lines = [AREA_HEADER, *(",".join((*area, "", "", "")) for area in areas)]
    (overlay / "areas.csv").write_text("\n".join(lines), "utf-8")
    (overlay / "obligations.csv").write_text("\n".join([OBLIGATION_HEADER, *obligations]), "utf-8")
    for name, text in (files or {}).items():
        (overlay / name).parent.mkdir(parents=True, exist_ok=True)
        (overlay / name).write_text(text, "utf-8")
    store = Store(folder / "store")
    return store, catalogues.load(store.path)


def rows(table: str, *values: Mapping[str, Any], **same: Any) -> Change:
    """A change with these rows; `area` stands for both area columns, `same` for every row."""
    filled = []
    for value in values:
        row = dict(same) | dict(value)
        area = row.pop("area", None)
        if area is not None:
            row.setdefault("area_code", area)
            row.setdefault("division_code", area)
        filled.append(row)
    return Change(table, pl.DataFrame(filled, infer_schema_length=None))


def put(
    store: Store, catalogue: Catalogue, *changes: Change, now: datetime = MONDAY, who: str = "甲"
) -> int:
    """Publish changes on top of the newest snapshot; the number."""
    publication = Publication(changes, base=store.latest(), who=who, note="")
    return publish(store, publication, catalogue, now=now)


def derived(store: Store, indicator: str, population: str | None = None) -> pl.DataFrame:
    """All derived rows of an indicator in the newest snapshot, both scopes."""
    number = store.latest()
    assert number is not None
    parts = [store.rows(number, "derived", scope) for scope in ("area", "township")]
    frame = pl.concat([part for part in parts if part is not None])
    frame = frame.filter(pl.col("indicator") == indicator)
    return frame if population is None else frame.filter(pl.col("population") == population)


def figure(
    store: Store,
    indicator: str,
    area: str,
    period: str,
    population: str | None = None,
    dimension: str = "",
) -> Any:
    """The derived row of one figure as a dictionary, or None when there is none."""
    frame = derived(store, indicator, population).filter(
        (pl.col("area_code") == area)
        & (pl.col("period") == period)
        & (pl.col("dimension") == dimension)
    )
    assert frame.height <= 1
    return frame.row(0, named=True) if frame.height else None


def parts(row: dict[str, Any] | None) -> tuple[float | None, float | None]:
    """Numerator and denominator of a derived row as plain numbers."""
    assert row is not None
    return tuple(
        None if row[name] is None else float(row[name])  # type: ignore[return-value]
        for name in ("numerator", "denominator")
    )
