"""Two lists kept with every snapshot: the files that rows came from, and the doubts let pass."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from data.filed.rows import Change, shaped
from data.snapshots.manifest import FileEntry, Manifest
from data.snapshots.store import Store

# Where a source is listed that has rows of several provinces.
_NO_PLACE = "00"
SOURCE_SCHEMA: dict[str, Any] = {
    "source_id": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
    "imported_at": pl.String,
    "imported_by": pl.String,
    # JSON: which column stood under which letters of which sheet (data/filed/origins.py).
    "places": pl.String,
}
WAIVER_SCHEMA: dict[str, Any] = {
    "snapshot": pl.Int64,
    "time": pl.String,
    "who": pl.String,
    "table_id": pl.String,
    "period": pl.String,
    "area_code": pl.String,
    "key": pl.String,
    "column": pl.String,
    "rule": pl.String,
    "found": pl.String,
    "reason": pl.String,
}


def sources(
    store: Store,
    listed: pl.DataFrame | None,
    changes: Sequence[Change],
    parent: Manifest | None,
    now: datetime,
) -> list[FileEntry]:
    """The list of source files, cut by month of import and province: a publish writes little."""
    kept = {entry.parts: entry for entry in parent.under("sources")} if parent else {}
    if listed is None or not listed.height:
        return list(kept.values())
    new = shaped(listed, SOURCE_SCHEMA)
    for folder, entry in list(kept.items()):
        # A file that is imported again is listed once, as it came last.
        old = store.read([store.path / entry.path], number=parent.number if parent else 0)
        again = pl.col("source_id").is_in(new["source_id"].implode())
        if old.select(again.any()).item():
            del kept[folder]
            if (rest := old.filter(~again)).height:
                kept[folder] = store.put_frame("/".join(folder), shaped(rest, SOURCE_SCHEMA))
    for (place,), frame in new.join(_places(changes), on="source_id", how="left").group_by(
        pl.col("place").fill_null(_NO_PLACE)
    ):
        folder = ("sources", f"{now:%Y-%m}", str(place))
        rows = frame.drop("place")
        if folder in kept:
            there = store.read([store.path / kept[folder].path], number=0)
            rows = pl.concat([shaped(there, SOURCE_SCHEMA), rows])
        kept[folder] = store.put_frame("/".join(folder), rows.sort("source_id"))
    return list(kept.values())


def waivers(
    store: Store,
    granted: pl.DataFrame | None,
    who: str,
    parent: Manifest | None,
    now: datetime,
) -> list[FileEntry]:
    """The list of doubts that were let pass, written anew with this publish's added."""
    kept = list(parent.under("waivers")) if parent else []
    if granted is None or not granted.height:
        return kept
    new = granted.with_columns(
        snapshot=pl.lit((parent.number if parent else 0) + 1),
        time=pl.lit(now.isoformat(timespec="seconds")),
        who=pl.lit(who),
    )
    new = shaped(new, WAIVER_SCHEMA)
    if kept and parent:
        old = store.read([store.path / entry.path for entry in kept], number=parent.number)
        new = pl.concat([shaped(old, WAIVER_SCHEMA), new])
    return [store.put_frame("waivers", new)]


def _places(changes: Sequence[Change]) -> pl.DataFrame:
    """The province that all rows of a source lie in: source_id, place (two digits)."""
    rows = [
        change.rows.select("source_id", place=pl.col("area_code").str.head(2)).unique()
        for change in changes
    ]
    empty = pl.DataFrame(schema={"source_id": pl.String, "place": pl.String})
    places = pl.concat([empty, *rows]).unique().group_by("source_id")
    one = pl.when(pl.len() == 1).then(pl.col("place").first()).otherwise(pl.lit(_NO_PLACE))
    return places.agg(place=one)
