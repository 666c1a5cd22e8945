"""Files into the store: a large CSV, and one county's week."""

import shutil
import tempfile
import time
from datetime import datetime
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data.filed.rows import Change
from data.intake import publishing
from data.intake.check import checking
from data.periods import Period
from data.publish import Publication, publish
from data.snapshots.store import Store
from tests.benchmarks.measure import Line, both_clocks, say

NOW = datetime.fromisoformat("2020-12-28T09:00:00+08:00")
TABLE = "T04"
REGISTER = "T07"
# What a national office would hand in as one file; much larger ones are refused.
_PER_FILE = 600_000


def large_import(store_path: Path, rows: int, times: int) -> list[Line]:
    """A CSV of so many rows, checked and published; polars reading it and writing Parquet."""
    ours, floor = [], []
    table = _table_of(Store(store_path), rows)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = csv_files(store_path, folder, rows, table)
        for turn in range(times):
            say(f"import of {rows} rows, {turn + 1} of {times}")
            copy = folder / f"store{turn}"
            # Links are a copy. Nothing is removed between: new files are slow for a while after.
            shutil.copytree(store_path, copy, copy_function=_link)

            def imports(copy: Path = copy) -> None:
                checked = checking.check(Store(copy), files, now=NOW)
                if not checked.is_clean:
                    say(f"not clean: {checked.severities}")
                    say("\n".join(finding.line() for finding in checked.findings[:5]))
                    return
                publishing.publish_checked(Store(copy), checked, who="测速")

            ours.append(both_clocks(imports))
            floor.append(
                both_clocks(lambda: pl.read_csv(files).write_parquet(folder / "bare.parquet"))
            )
    what = f"{rows} rows of {table} as CSV, sent again"
    return [
        Line(
            "import",
            words,
            [pair[clock] for pair in ours],
            [pair[clock] for pair in floor],
            "s",
            "<= 4x bare polars",
        )
        for clock, words in enumerate((what, f"{what}: processor time"))
    ]


def _table_of(store: Store, rows: int) -> str:
    """The register of clinics where it is so long, else the signing weeks.

    At national scale the weeks stand at county level, which no file may file them at.
    """
    number = store.latest() or 0
    filed = sum(entry.rows for entry in store.manifest(number).under("tables", REGISTER))
    return REGISTER if filed >= rows else TABLE


def csv_files(store_path: Path, folder: Path, rows: int, table_id: str = TABLE) -> list[Path]:
    """The store's newest rows as a county would send them: unchanged, so that they are clean."""
    store = Store(store_path)
    number = store.latest() or 0
    catalogue = store.catalogue(number)
    table = catalogue.tables[table_id]
    frame = store.rows(number, "tables", table_id)
    assert frame is not None
    # Whole weeks only: half a township does not add up.
    weeks = frame["period"].value_counts().sort("period", descending=True)
    whole = weeks.filter(pl.col("count").cum_sum() <= rows)["period"]
    newest = frame.filter(pl.col("period").is_in(whole.implode()))
    say(f"CSV of {newest.height} rows")
    names = catalogue.areas.select(division_code="area_code", 行政区划名称="name")
    sheet = newest.join(names, on="division_code", how="left").select(
        pl.col("division_code").alias("行政区划代码"),
        "行政区划名称",
        pl.col("period").alias("报告期"),
        *(pl.col(column.name).alias(column.header) for column in table.stored_columns),
        pl.col("reporting_unit").alias("填报单位"),
        pl.lit("张三").alias("单位负责人"),
        pl.lit("李四").alias("填表人"),
        pl.col("reported_on").alias("填报日期"),
        # What the made-up register leaves in doubt is answered; the weeks leave nothing.
        pl.when(table_id == REGISTER).then(pl.lit("已核对")).alias("备注"),
    )
    files = []
    for first in range(0, sheet.height, _PER_FILE):
        files.append(folder / f"{table.title}{first}.csv")
        sheet.slice(first, _PER_FILE).write_csv(files[-1], include_bom=True)
    return files


def county_week(store_path: Path, times: int) -> list[Line]:
    """One county's newest week of T04 filed again with other figures, checked and published."""
    store = Store(store_path)
    number = store.latest() or 0
    manifest = store.manifest(number)
    newest = max(Period.parse(last) for _, last in manifest.domain[TABLE].values())
    rows = store.rows(number, "tables", TABLE, newest.text)
    assert rows is not None
    county = rows["county_code"].value_counts(sort=True)["county_code"][0]
    taken, kept = [], []
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "store"
        # Nothing in a store is changed in place: links are a copy.
        shutil.copytree(store_path, copy, copy_function=_link)
        for turn in range(times):
            say(f"county's week {turn + 1} of {times}")
            own = rows.filter(pl.col("county_code") == county).with_columns(
                followups_week=pl.col("followups_week") + turn + 1
            )
            target = Store(copy)
            base = target.latest()
            begun = time.perf_counter()
            catalogue = catalogues.load(copy)
            kept.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            publish(
                target,
                Publication((Change(TABLE, own),), base, "测速", "一个县的一周"),
                catalogue,
                now=NOW,
            )
            taken.append(time.perf_counter() - begun)
    what = f"one county's week ({own.height} rows of {TABLE}) published"
    return [
        Line("publish", what, taken, (), "s", "<= 3 s"),
        Line("publish", "the definitions read before it", kept, (), "s"),
    ]


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
