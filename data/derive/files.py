"""Derived rows into files: the parent snapshot's rows that stay, and the fresh ones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from data.catalogue.expressions import as_literal
from data.derive import steps
from data.derive.ground import Ground
from data.derive.plan import CLINIC_VIEWS, Files
from data.derive.rolling import listed

_ORDER = "indicator, population, dimension, area_code, period"
# The same order in the numbers of the fresh rows, which follow their names and sort faster.
_FRESH_ORDER = ", ".join(
    f"derived_rows.{name}" for name in ("pair", "dimension", "area", "ordinal")
)


def write_figures(ground: Ground, frequency: str, written: Files) -> None:
    """Move `derived_rows`, all of one frequency, into the files of the parent snapshot.

    written  All derived files by folder; those of this frequency become what they are now.
    """
    fresh, kept = steps.text("stored/named"), steps.text("stored/kept")
    for folder, values in (_emptied(ground, frequency, written) | _filled(ground)).items():
        merge(ground, folder, written, values, (fresh, _FRESH_ORDER), (kept, _ORDER))
    steps.run(ground.con, "stored/rows")
    ground.fill("recomputed", [])


def _filled(ground: Ground) -> dict[tuple[str, ...], dict[str, Any]]:
    """The folders with fresh rows, and the values by which these are found."""
    found = ground.con.execute(steps.text("stored/folders"))
    names = [column[0] for column in found.description]
    return {
        ("derived", row[0], row[1], str(row[2]), row[3][:2]): dict(zip(names, row, strict=True))
        for row in found.fetchall()
    }


def _emptied(
    ground: Ground, frequency: str, written: Files
) -> dict[tuple[str, ...], dict[str, Any]]:
    """The folders of the parent with rows that are other ones by definition, as without fresh."""
    state = ground.plan.state
    folders = {
        str(state.store.path / entry.path): folder
        for folder, entry in written.items()
        if folder[1] not in CLINIC_VIEWS and folder[2] == frequency
    }
    if not state.redefined or not folders:
        return {}
    state.store.check(folders)
    holding = ground.con.execute(
        steps.text("stored/holding_redefined", files=listed(folders))
    ).fetchall()
    nothing = {"first": 1, "last": 0, "lowest": 1, "highest": 0}
    return {
        folder: nothing
        | {"kind": kind, "frequency": frequency, "year": int(year), "province": f"{place}0000"}
        for (path,) in holding
        for folder in [folders[path]]
        for _, kind, frequency, year, place in [folder]
    }


def merge(
    ground: Ground,
    folder: tuple[str, ...],
    written: Files,
    values: dict[str, Any],
    fresh: tuple[str, str],
    kept: tuple[str, str],
) -> None:
    """One derived file anew: the parent's rows that stay, and the fresh ones.

    values  Those that the SQL of the rows names, but for `file`, the parent's.
    fresh   The fresh rows, and their order where there are no others.
    kept    The parent's rows that stay, and the order of all.
    """
    state = ground.plan.state
    old = written.get(folder)
    rows = f"{fresh[0]} order by {fresh[1]}"
    if old is not None:
        file = str(state.store.path / old.path)
        state.store.check([file])
        values = values | {"file": file}
        rows = f"select * from ({kept[0]} union all by name {fresh[0]}) order by {kept[1]}"
    count = 0

    def write(path: Path) -> None:
        nonlocal count
        count = _copy(ground.con, rows, values, path)

    entry = state.store.put_written("/".join(folder), write)
    if count:
        written[folder] = replace(entry, rows=count)
    else:
        written.pop(folder, None)


def _copy(con: Any, rows: str, values: dict[str, Any], path: Path) -> int:
    """Write rows as one Parquet file; how many there were."""
    return con.execute(
        f"copy ({rows}) to {as_literal(str(path))} "
        "(format parquet, compression zstd, row_group_size 30720)",
        values,
    ).fetchall()[0][0]
