"""Building the demo store: the demo's own definitions, simulated rows, one published snapshot."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from data import catalogue as catalogues
from data.demo.national import build_national
from data.demo.samples import samples
from data.demo.simulate import reports
from data.errors import StoreError, reason_zh
from data.filed.rows import Change, prepare
from data.findings import ERROR, EXPLAIN
from data.intake.check.context import Context
from data.intake.check.rules import violations
from data.publish import Publication, publish
from data.snapshots.store import Store

OVERLAY = Path(__file__).parent / "catalogue"
# The demo was filed on the Monday after its last week, at the meeting's hour.
_FILED = datetime(2020, 12, 21, 9, 0, tzinfo=timezone(timedelta(hours=8)))
_WORKERS = 2
NOTE = "演示数据：按真实区划和表式模拟，不是统计数字"

Progress = Callable[[float, str], None]


def build(
    store_path: Path | str,
    cities: list[str] | None = None,
    progress: Progress = lambda share, words: None,
    scale: str = "",
) -> int:
    """Build the demo in an empty store; the number of its snapshot.

    cities  City codes to simulate; all of the demo's cities when None.
    scale   "national" builds the store for benchmarks instead (data/demo/national.py).
    raises  StoreError when the store has snapshots already, or a city is not the demo's.
    """
    store = Store(store_path, durable=False)
    if store.latest() is not None:
        raise StoreError(
            f"数据仓 {store.path} 里已有快照，不再生成演示数据。请用 --store 指定一个空文件夹。"
        )
    if scale == "national":
        return build_national(store, _FILED, progress)
    progress(0.0, "准备区划和目标")
    try:
        shutil.copytree(OVERLAY, store.path / "catalogue", dirs_exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"数据仓 {store.path} 写不进去（{reason_zh(error)}）。请检查磁盘和权限。"
        ) from error
    catalogue = catalogues.load(store.path)
    progress(0.05, "模拟报表")
    made = reports(catalogue.areas, cities)
    with ThreadPoolExecutor(_WORKERS) as pool:
        prepared = pool.map(
            lambda name: prepare(
                made[name](), catalogue.tables[name], catalogue, imported=_FILED.date()
            ),
            made,
        )
        rows = dict(zip(made, prepared, strict=True))
    progress(0.25, "核对报表")
    _refuse_errors(store, catalogue, rows)
    return publish(
        store,
        Publication(
            changes=tuple(
                Change(name, part) for name in sorted(rows) for part in _by_province(rows[name])
            ),
            base=None,
            who="系统",
            note=NOTE,
            kind="demo",
            demo=True,
        ),
        catalogue,
        now=_FILED,
        progress=lambda share, words: progress(0.35 + 0.65 * share, words),
    )


def build_samples(folder: Path) -> list[Path]:
    """Write the sample workbooks, with and without mistakes; the files written.

    raises  StoreError when the folder cannot be written.
    """
    try:
        with TemporaryDirectory() as place:
            shutil.copytree(OVERLAY, Path(place) / "catalogue")
            return samples(folder, catalogues.load(Path(place)))
    except OSError as error:
        raise StoreError(
            f"文件夹 {folder} 写不进去（{reason_zh(error)}）。请检查路径和权限。"
        ) from error


def _by_province(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of each province: those of a week are already in the order of their files."""
    # They stand together, as each of the demo's prefectures is in another province.
    first = 0
    for count in rows.group_by("province_code", maintain_order=True).len()["len"]:
        yield rows.slice(first, count)
        first += count


def _refuse_errors(
    store: Store, catalogue: catalogues.Catalogue, rows: dict[str, pl.DataFrame]
) -> None:
    """The demo passes the same checks as anybody's file."""
    # The longest first: while one worker is at it, the other does all the rest.
    longest = sorted(rows, key=lambda name: -rows[name].height)
    numbered = {name: rows[name].with_row_index("row") for name in longest}
    context = Context(catalogue, numbered, store, None, _FILED.date())
    with ThreadPoolExecutor(_WORKERS) as pool:
        results = pool.map(lambda name: violations(catalogue.tables[name], context), numbered)
        for name, found in zip(numbered, results, strict=True):
            blocking = found.filter(pl.col("severity").is_in((ERROR, EXPLAIN)))
            if blocking.height:
                first = blocking.row(0, named=True)
                raise StoreError(
                    f"演示数据没有通过核对：{name} {first['rule']} {first['found']}，"
                    f"共 {blocking.height} 处。请报告这个问题。"
                )
