"""A store of national size, for benchmarks: still a demo, and even less like any real place.

The reports of the five demo cities are copied to every county: each county, and in one province
each township, takes over the rows of one unit of the demo under its own code, for five years.
Townships and villages of the whole country are made up by number, 「演示乡镇001」.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from data import catalogue as catalogues
from data.catalogue.model import Catalogue, Table
from data.demo.clock import FOLDER
from data.demo.simulate import simulate
from data.errors import StoreError
from data.filed.rows import Change
from data.publish import Publication, publish
from data.snapshots.store import Store

Progress = Callable[[float, str], None]

NOTE = "演示数据（全国规模，供测速）：五个市的模拟报表抄到全国，不是统计数字"
# Reported township by township; elsewhere each county files for all of its townships.
FULL_PROVINCE = "63"
TOWNSHIPS, CLINICS = 41_000, 600_000
CLINIC_PERIOD = "2020-11"
# Each year of the store, and the year of the demo that it is a copy of.
YEARS = {2016: 2019, 2017: 2019, 2018: 2019, 2019: 2019, 2020: 2020}
# Provinces whose rows are in memory together: derived values take about 150 bytes a row.
_AT_ONCE = 8
_LENGTHS = (6, 9, 12)


def build_national(store: Store, now: datetime, progress: Progress) -> int:
    """Build the national store in an empty one; the number of its newest snapshot."""
    progress(0.0, "模拟五个市的报表")
    with TemporaryDirectory() as place:
        shutil.copytree(FOLDER / "catalogue", Path(place) / "catalogue")
        donors = simulate(catalogues.load(Path(place)).areas)
    progress(0.02, "编造全国的乡镇和村")
    _write_overlay(store.path / "catalogue", catalogues.load(store.path).areas)
    catalogue = catalogues.load(store.path)
    provinces = catalogue.areas.filter(pl.col("level") == "province")["area_code"].str.head(2)
    groups = [[FULL_PROVINCE]]
    rest = [code for code in provinces if code != FULL_PROVINCE]
    groups += [rest[first : first + _AT_ONCE] for first in range(0, len(rest), _AT_ONCE)]
    number: int | None = None
    for turn, group in enumerate(groups):

        def report(share: float, words: str, turn: int = turn) -> None:
            progress(0.05 + 0.95 * (turn + share) / len(groups), words)

        changes = tuple(
            Change(table_id, rows)
            for table_id, frame in sorted(donors.items())
            if (rows := _rows(catalogue.tables[table_id], frame, catalogue, group)).height
        )
        number = publish(
            store,
            Publication(changes, number, "系统", NOTE, kind="demo", demo=True),
            catalogue,
            now=now,
            progress=report,
        )
    if number is None:
        raise StoreError("区划登记里没有一个省，不能建立全国规模的演示数据。")
    return number


# -- the register ----------------------------------------------------------------------------


def _write_overlay(folder: Path, areas: pl.DataFrame) -> None:
    """Made-up townships and villages, and who reports what, as the store's own definitions."""
    folder.mkdir(parents=True, exist_ok=True)
    counties = areas.filter((pl.col("level") == "county") & (pl.col("kind") != "statistical_zone"))
    townships = _below(counties["area_code"], TOWNSHIPS, "演示乡镇", "township", "")
    villages = _below(townships["area_code"], CLINICS, "演示村", "village", "village")
    pl.concat([townships, villages]).write_csv(folder / "areas.csv")
    usual = pl.read_csv(FOLDER / "catalogue" / "obligations.csv", infer_schema=False)
    kinds = usual.select("table_id", "unit_level", "due_days").unique(maintain_order=True)
    # Elsewhere nobody is obliged: a county that owes a report makes each of its townships expect
    # it too, and silent townships would be nine rows in ten.
    kinds.with_columns(
        scope_code=pl.lit(f"{FULL_PROVINCE}0000"),
        valid_from=pl.lit(f"{min(YEARS)}-01-01"),
        valid_to=pl.lit(""),
    ).select(usual.columns).write_csv(folder / "obligations.csv")


def _below(parents: pl.Series, count: int, name: str, level: str, kind: str) -> pl.DataFrame:
    """So many areas, spread evenly over the parents, numbered from 001 in each."""
    row = pl.int_range(count, eager=True)
    number = (row // len(parents) + 1).cast(pl.String).str.zfill(3)
    parent = parents.gather(row % len(parents))
    blank = pl.Series([""]).new_from_index(0, count)
    return pl.DataFrame(
        {
            "area_code": parent + number,
            "name": name + number,
            "level": pl.Series([level]).new_from_index(0, count),
            "parent_code": parent,
            "kind": pl.Series([kind]).new_from_index(0, count),
            "valid_from": blank,
            "valid_to": blank,
            "successors": blank,
        }
    ).sort("area_code")


# -- rows ------------------------------------------------------------------------------------


def _rows(
    table: Table, donors: pl.DataFrame, catalogue: Catalogue, group: list[str]
) -> pl.DataFrame:
    """A report table's rows of some provinces."""
    areas = catalogue.areas.filter(
        pl.col("province_code").str.head(2).is_in(group) & (pl.col("kind") != "statistical_zone")
    )
    if table.id == "T07":
        return _clinics(donors, areas.filter(pl.col("level") == "village"))
    parts = [donors.clear()]
    for length in _LENGTHS:
        own = donors.filter(pl.col("area_code").str.len_chars() == length)
        if own.height:
            parts += [_copied(table, own, year, _targets(areas, length)) for year in YEARS]
    return pl.concat(parts).drop("period_start", "period_end")


def _targets(areas: pl.DataFrame, length: int) -> pl.Series:
    """Who files what units with codes of that length file in the demo."""
    full = pl.col("province_code").str.starts_with(FULL_PROVINCE)
    if length == 6:
        return areas.filter(pl.col("level") == "county")["area_code"]
    own = areas.filter(full & (pl.col("level") == "township"))["area_code"]
    others = areas.filter(~full & (pl.col("level") == "county"))["area_code"]
    # One village speaks for its township.
    return pl.concat([own + "001" if length == 12 else own, others])


def _copied(table: Table, own: pl.DataFrame, year: int, targets: pl.Series) -> pl.DataFrame:
    """One year of the demo under the targets' codes."""
    source = str(YEARS[year])
    sources = own["area_code"].unique().sort()
    pairs = pl.DataFrame(
        {"area_code": sources.gather(pl.int_range(len(targets), eager=True) % len(sources))}
    ).with_columns(target=targets)
    days = pl.duration(days=364 * (int(source) - year))
    rows = own.filter(pl.col("period").str.starts_with(source)).join(pairs, on="area_code")
    codes = [
        name
        for name in table.key
        if name != "area_code" and "area_code" not in table.key and name.endswith(("_code", "_no"))
    ]
    return rows.with_columns(
        pl.col("period").str.replace(source, str(year)),
        *(pl.col(day) - days for day in ("reported_on", "first_imported")),
        *(pl.concat_str(name, "target", separator="-") for name in codes),
        division_code="target",
        area_code="target",
    ).drop("target")


def _clinics(donors: pl.DataFrame, villages: pl.DataFrame) -> pl.DataFrame:
    """One clinic in every village, all filed in one month."""
    first = donors.filter(pl.col("period") == donors["period"].min())
    row = pl.int_range(villages.height, eager=True) % first.height
    code = villages["area_code"]
    return (
        first[row]
        .with_columns(
            area_code=code,
            village_code=code,
            clinic_code=code + "C1",
            division_code=villages["township_code"],
            period=pl.lit(CLINIC_PERIOD),
        )
        .drop("period_start", "period_end")
    )
