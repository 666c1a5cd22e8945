"""Tables out of the product: a large workbook and a large CSV, against the bare writers."""

import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import polars as pl
from rustpy_xlsxwriter import FastExcel

from pages.exports import content, csv
from pages.exports.content import Content
from pages.exports.sheets import FileColumn
from pages.exports.xlsx.apart import Worker
from tests.benchmarks.measure import Line, say, seconds

_LOADING = 2.0  # seconds: while a person's question is answered the writer loads its libraries
_BEAT = 0.005


def workbook(rows: int, times: int) -> list[Line]:
    """A table of 15 columns as a workbook, and how long everybody else waits meanwhile."""
    table, columns = _table(rows)
    made = Content(("测速", "大表", "2020年"), "大表", columns, table, ("一行",))
    ours, bare, pauses = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        for turn in range(times):
            say(f"workbook of {rows} rows, {turn + 1} of {times}")
            bare.append(seconds(lambda: FastExcel(str(path)).sheet("数据", table).save()))
            worker = Worker()
            time.sleep(_LOADING)
            beat = _Beat()
            ours.append(seconds(lambda w=worker: content.write(made, "xlsx", path, worker=w)))
            pauses.append(beat.longest())
    return [
        Line("export", f"{rows} x 15 as XLSX", ours, bare, "s", "<= 1.2x bare rustpy"),
        Line("export", "longest pause of the server meanwhile", pauses, [], "s", "<= 0.2 s"),
    ]


def comma_separated(rows: int, times: int) -> list[Line]:
    """The same as CSV, against polars' own with a byte order mark."""
    table, _ = _table(rows)
    headings = {name: name for name in table.columns}
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.csv"
        for turn in range(times):
            say(f"CSV of {rows} rows, {turn + 1} of {times}")
            bare.append(seconds(lambda: table.write_csv(path, include_bom=True)))
            ours.append(seconds(lambda: csv.write(path, table, headings)))
    return [Line("export", f"{rows} x 15 as CSV", ours, bare, "s", "<= 1.5x polars")]


class _Beat:
    """A thread that should come by every few milliseconds."""

    def __init__(self) -> None:
        self._pauses: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        last = time.perf_counter()
        while not self._stop.is_set():
            time.sleep(_BEAT)
            now = time.perf_counter()
            self._pauses.append(now - last)
            last = now

    def longest(self) -> float:
        self._stop.set()
        self._thread.join()
        return max(self._pauses)


def _table(rows: int) -> tuple[pl.DataFrame, tuple[FileColumn, ...]]:
    table = pl.DataFrame(
        {
            "代码": [f"{number:012d}" for number in range(rows)],
            **{name: ["某某村"] * rows for name in ("县", "乡镇", "村")},
            **{f"人数{n}": range(rows) for n in range(5)},
            **{f"率{n}": [97.69 + n / 10] * rows for n in range(4)},
            "日期": [date(2020, 12, 20)] * rows,
            "备注": ["=1+1", "无"] * (rows // 2),
        }
    )
    kinds = {"人数": "number", "率": "percent", "日期": "date"}
    columns = tuple(
        FileColumn(
            name, name, next((kind for key, kind in kinds.items() if name.startswith(key)), "text")
        )
        for name in table.columns
    )
    return table, columns
