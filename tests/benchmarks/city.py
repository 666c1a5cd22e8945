"""The workbooks of one city at once: python -m tests.benchmarks.city STORE --city CODE --count 500.

Writes one workbook per township and table out of the store's own rows (one in ten with a wrong
figure), checks them all against the store in a process of its own, and prints time and memory.
Nothing is published.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.intake.check import checking
from data.snapshots.store import Store
from tests.data.intake.build import write_report

_TABLES = ("T04", "T01", "T15", "T02", "T11", "T13")


def main() -> int:
    """Write and check, or only check (the inner process)."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.city")
    parser.add_argument("store", type=Path)
    parser.add_argument("--city", required=True)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.folder:
        _check(arguments.store, arguments.folder)
        return 0
    with tempfile.TemporaryDirectory() as place:
        written = write(Store(arguments.store), arguments.city, arguments.count, Path(place))
        print(f"{written} workbooks written")
        command = [sys.executable, "-m", "tests.benchmarks.city", str(arguments.store)]
        command += ["--city", arguments.city, "--folder", place]
        return subprocess.run(command, check=False).returncode


def write(store: Store, city: str, count: int, folder: Path) -> int:
    """One workbook per township and table, the newest period again; how many there are."""
    number = store.latest()
    if number is None:
        raise SystemExit("the store is empty")
    catalogue, written = store.catalogue(number), 0
    for table_id in _TABLES:
        table = catalogue.tables[table_id]
        rows = _newest(store, number, table, city)
        for (township,), part in rows.partition_by("township_code", as_dict=True).items():
            if written == count:
                return written
            place = folder / str(township)
            place.mkdir(exist_ok=True)
            _workbook(
                place / f"{table.title}.xlsx", catalogue, table, part, wrong=written % 10 == 0
            )
            written += 1
    return written


def _newest(store: Store, number: int, table: Table, city: str) -> pl.DataFrame:
    rows = store.rows(number, "tables", table.id)
    if rows is None:
        raise SystemExit(f"the store has no {table.id}")
    mine = rows.filter((pl.col("city_code") == city) & pl.col("township_code").is_not_null())
    return mine.filter(pl.col("period_end") == mine["period_end"].max())


def _workbook(
    path: Path, catalogue: Catalogue, table: Table, part: pl.DataFrame, *, wrong: bool
) -> None:
    rows = []
    for row in part.to_dicts():
        name = (catalogue.area_names.get(row["division_code"]) or "")[-12:]
        rows.append({"division_code": row["division_code"], "division_name": name} | row)
    if wrong:
        column = next(c.name for c in table.columns if c.type == "int")
        rows[0][column] = "约12"
    keep = {column.name for column in table.columns} | {"division_code", "division_name"}
    rows = [{name: _plain(value) for name, value in row.items() if name in keep} for row in rows]
    unit = part["reporting_unit"][0]
    write_report(path, catalogue, table, rows, period=part["period"][0], unit=unit)


def _plain(value: object) -> object:
    return "" if value is None else value if isinstance(value, int | str) else float(str(value))


def _megabytes() -> int:
    """What this process holds now (the system's own highest mark counts its parent's too)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() >> 20


def _check(path: Path, folder: Path) -> None:
    store = Store(path)
    start, marks = time.monotonic(), []

    def progress(share: float, words: str) -> None:
        marks.append((share, _megabytes()))

    now = datetime(2020, 12, 22, tzinfo=UTC) + timedelta(days=14)
    checked = checking.check(store, [folder], now=now, progress=progress)
    spent = time.monotonic() - start
    print(
        json.dumps(
            {
                "files": checked.sources.height,
                "rows": sum(frame.height for frame in checked.rows.values()),
                "findings": checked.severities,
                "rules": sorted({finding.rule for finding in checked.findings}),
                "files with findings": len({finding.file for finding in checked.findings}),
                "seconds": round(spent, 1),
                "progress steps": len(marks),
                "megabytes at 10/30/50/70/80/100 %": [
                    max(memory for at, memory in marks if at <= share)
                    for share in (0.1, 0.3, 0.5, 0.7, 0.8, 1.0)
                ],
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    raise SystemExit(main())
