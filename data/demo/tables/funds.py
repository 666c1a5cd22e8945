"""T18 and T19: projects and their money, and whether ledgers are kept."""

import numpy as np
import polars as pl

from data.demo.cells import MONEY_SCALE, Cells, texts
from data.demo.frames import Filing, Units, county_names, filing, table_frame, township_units
from data.demo.world import World, share_of

PROJECTS = ("村卫生室标准化建设", "乡镇卫生院设备更新", "家庭医生签约服务", "大病专项救治补助")
PROJECTS = (*PROJECTS, "村医培训与补助", "医保扶贫补充保险", "远程医疗平台")
FUND_SOURCES = ("中央", "省", "市", "县", "社会")
YEARS = (2019, 2020)


def t18(world: World) -> pl.DataFrame:
    """资金月报表, one row per project, source of money and month; sums since the project began."""
    rng = world.rng("T18")
    months, size = world.months, len(world.counties)
    kinds, sources = len(PROJECTS), len(FUND_SOURCES)
    shape = (size, len(YEARS), kinds, sources)
    county, year, kind, source = (axis.ravel() for axis in np.indices(shape))
    paid_by = rng.random(shape) < np.array([0.6, 0.5, 0.35, 0.65, 0.07])
    paid_by[..., 3] |= ~paid_by.any(axis=-1)
    people = world.by_county(world.poor_by_township)[0][county]
    size_of = (
        np.array([60, 45, 25, 40, 22, 55, 30])[kind] * np.array([1.5, 1, 0.5, 0.7, 0.3])[source]
    )
    budget = people / 20_000 * size_of * rng.lognormal(0, 0.35, len(county))
    scale = MONEY_SCALE
    budget = np.maximum(np.rint(budget), 3).astype(np.int64) * scale
    begun = year * 12 + rng.integers(0, 4, len(county))
    age = np.arange(len(months))[:, None] - begun
    ahead = world.score("spending", "county")[county] + rng.normal(0, 0.4, len(county))
    arrived = np.clip((age + 1) / (4.5 - 0.8 * np.tanh(ahead)), 0, 1) ** 0.8
    # The county's own share and donations are the last to come, and not always in full.
    short = np.where(source >= 3, rng.choice([1.0, 0.9, 0.8], len(county), p=[0.7, 0.2, 0.1]), 1.0)
    arrived = np.where(age < 0, 0, arrived * short)
    # Spending lags behind the money, jumps in December and ends in the second year.
    pace = np.clip((age + 0.5) / (12.5 - 2.2 * np.tanh(ahead)), 0, 1) ** 1.25
    december = 1 + 0.12 * np.isin(months.numbers, (12,))[:, None]
    pace = np.where(age < 0, 0, pace * december * np.clip(0.97 + 0.03 * ahead, 0.8, 1))
    received = np.floor(budget * arrived / 100).astype(np.int64) * 100
    spent = np.floor(budget * pace / 100).astype(np.int64) * 100
    spent = np.maximum.accumulate(np.minimum(spent, received), axis=0)
    reached = share_of(np.broadcast_to(people, spent.shape), np.minimum(pace, 1) * 0.3, rng)
    columns = {
        "project_no": texts(
            f"{world.counties.codes[c]}-{YEARS[y]}-{k + 1:02d}"
            for c, y, k in zip(county, year, kind, strict=True)
        ),
        "fund_source": texts(FUND_SOURCES[s] for s in source),
        "budget": Cells(budget, "money"),
        "received": Cells(received, "money"),
        "spent": Cells(spent, "money"),
        "beneficiaries": Cells(np.maximum.accumulate(reached, axis=0)),
    }
    codes = world.counties.codes[county]
    units = Units(codes, codes, county, county_names(world), county)
    filed = filing(world, "T18", months, "county")
    only = (age >= 0) & paid_by.ravel()
    return table_frame(world, "T18", months, units, filed, columns, only=only)


def t19(world: World) -> pl.DataFrame:
    """报表报送情况登记: townships file how their ledgers stand; the product counts the reports."""
    rng = world.rng("T19")
    weeks, size = world.weeks, len(world.townships)
    due = world.poor_by_township[world.week_month] + world.monitored[world.week_month]
    kept_up = world.curve("ledgers", weeks, start=0.82, end=0.965, gain=0.03, local=0.4)
    nothing = np.zeros(size, dtype=bool)
    empty = Cells(np.zeros(size, dtype=np.int64), valid=nothing)
    columns = {
        "reports_due": empty,
        "reports_on_time": empty,
        "reports_returned": empty,
        "corrections": empty,
        "ledger_due": Cells(due),
        "ledger_updated": Cells(share_of(due, kept_up, rng)),
        "table_id": texts(["ALL"] * size),
    }
    filed: Filing = filing(world, "T19", weeks, "township")
    return table_frame(world, "T19", weeks, township_units(world), filed, columns)
