"""All report tables of the demo, prefecture by prefecture."""

from collections.abc import Callable
from functools import partial

import polars as pl

from data.demo import described
from data.demo.tables import (
    clinics,
    disease,
    facilities,
    families,
    funds,
    insurance,
    mch,
    monitoring,
    people,
    signing,
    visits,
)
from data.demo.world import World, make_world
from data.errors import UsageError

CITIES = ("150300", "320700", "411400", "421200", "511800")
SEED = 20201220

TABLES = {
    "T01": people.t01,
    "T02": insurance.t02,
    "T03": facilities.t03,
    "T04": signing.t04,
    "T05": disease.t05,
    "T06": disease.t06,
    "T07": clinics.t07,
    "T08": facilities.t08,
    "T09": visits.t09,
    "T10": facilities.t10,
    "T11": mch.t11,
    "T12": disease.t12,
    "T13": families.t13,
    "T14": facilities.t14,
    "T15": monitoring.t15,
    "T16": monitoring.t16,
    "T17": monitoring.t17,
    "T18": funds.t18,
    "T19": funds.t19,
    "T20": facilities.t20,
    "T21": insurance.t21,
} | described.reports()


def simulate(
    areas: pl.DataFrame, cities: list[str] | None = None, seed: int = SEED
) -> dict[str, pl.DataFrame]:
    """The raw rows of all tables for some prefectures (all five by default).

    areas: frame with area_code, name, level, parent_code, kind. Rows are ordered by prefecture,
    period and unit; the same seed gives the same rows, whatever other prefectures are asked for.
    raises UsageError for a prefecture whose villages `areas` does not have.
    """
    return {table: report() for table, report in reports(areas, cities, seed).items()}


def reports(
    areas: pl.DataFrame, cities: list[str] | None = None, seed: int = SEED
) -> dict[str, Callable[[], pl.DataFrame]]:
    """As `simulate`, but each table is made when it is called for: several at once if need be."""
    chosen = list(CITIES if cities is None else cities)
    peopled = set(areas.filter(pl.col("level") == "village")["area_code"].str.head(4))
    for city in chosen:
        if city[:4] not in peopled:
            raise UsageError(f"演示数据没有「{city}」这个市：可选 {'、'.join(CITIES)}。")
    worlds = [make_world(areas, city, seed) for city in chosen]

    def made(report: Callable[[World], pl.DataFrame]) -> pl.DataFrame:
        return pl.concat([report(world) for world in worlds])

    return {table: partial(made, report) for table, report in TABLES.items()}
