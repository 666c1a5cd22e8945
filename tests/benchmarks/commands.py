"""Whole commands, each a process of its own: what a person waits for who has no server running."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.snapshots.store import Store
from tests.benchmarks import publishing
from tests.benchmarks.measure import Line, say
from tests.data.intake.build import write_report

TABLE = "T04"
_MANY = 30
# What every command that reads a table has to load.
_FLOOR = "import polars, duckdb"
_BARE = "import sys, polars; polars.read_csv(sys.argv[2:]).write_parquet(sys.argv[1])"
_OURS = "import sys; from data.__main__ import main; main(sys.argv[1:])"
# A process knows best how much memory it held: what its parent is told begins with the parent's.
_AND_MEMORY = (
    "import atexit, sys; atexit.register(lambda: print(next(line.split()[1] for line in"
    " open('/proc/self/status') if line.startswith('VmHWM')), file=sys.stderr)); "
)


def commands(store_path: Path, rows: int, times: int) -> list[Line]:
    """The usage; workbooks and a long CSV into the store; polars reading and writing the CSV."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        books = _workbooks(Store(store_path), folder)
        csv = publishing.csv_files(store_path, folder, rows)
        bare = (_BARE, str(folder / "bare.parquet"), *map(str, csv))
        floor = (_FLOOR,)
        return [
            *_compared("usage", store_path, folder, ("--help",), floor, times, ""),
            *_compared("one township's workbook", store_path, folder, books[:1], floor, times, ""),
            *_compared(f"{len(books)} workbooks", store_path, folder, books, floor, times, ""),
            *_compared(f"CSV of {rows} rows", store_path, folder, csv, bare, times, "<= 4x bare"),
        ]


def _compared(
    what: str,
    store_path: Path,
    folder: Path,
    given: Sequence[Path | str],
    floor: Sequence[str],
    times: int,
    target: str,
) -> list[Line]:
    """A command and its floor in turn: processor seconds, and the largest memory in MB."""
    ours, theirs = [], []
    for turn in range(times):
        say(f"command: {what}, {turn + 1} of {times}")
        copy = folder / "store"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(store_path, copy, copy_function=os.link)
        words = map(str, given) if given[0] == "--help" else ("import", *map(str, given))
        ours.append(_run(_OURS, "--store", str(copy), *words))
        theirs.append(_run(*floor))
    return [
        Line("command", words, [run[at] for run in ours], [run[at] for run in theirs], unit, goal)
        for at, (words, unit, goal) in enumerate(
            ((f"{what}: processor time", "s", target), (f"{what}: memory", "MB", ""))
        )
    ]


def _run(code: str, *words: str) -> tuple[float, float]:
    """Processor seconds of a Python process, and the most memory it held, in MB."""
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", _AND_MEMORY + code, *words],
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
        _, _, used = os.wait4(process.pid, 0)
        told.seek(0)
        held = int(told.read().split()[-1]) / 1024
    return used.ru_utime + used.ru_stime, held


def _workbooks(store: Store, folder: Path) -> list[Path]:
    """The newest week as so many townships would send it again, unchanged, a workbook each."""
    number = store.latest() or 0
    catalogue = store.catalogue(number)
    table = catalogue.tables[TABLE]
    rows = store.rows(number, "tables", TABLE)
    assert rows is not None
    newest = rows.filter(pl.col("period") == rows["period"].max())
    names = catalogue.areas.select(division_code="area_code", division_name="name")
    named = newest.join(names, on="division_code", how="left", maintain_order="left")
    columns = [column.name for column in table.stored_columns if column.name in named.columns]
    books = []
    for (town,), part in named.group_by("township_code", maintain_order=True):
        if len(books) == _MANY or town is None:
            break
        path = folder / f"{town}.xlsx"
        listed = part.select(list(dict.fromkeys(["division_code", "division_name", *columns])))
        write_report(
            path, catalogue, table, listed.to_dicts(), period=str(part["period"][0]),
            unit=catalogue.area_name(str(town)) or "",
        )  # fmt: skip
        books.append(path)
    return books
