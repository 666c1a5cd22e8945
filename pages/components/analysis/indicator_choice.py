"""The list of indicators to choose from, by field of work."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pages.charts.once import made_once
from pages.components import scope
from pages.components.header.area_choice import village_below
from pages.components.header.filter_bar import chosen_indicator
from pages.shell import runtime
from pages.shell.runtime import Filters


@dataclass(frozen=True)
class ChosenPlace:
    """The area or village whose figure is looked at."""

    code: str
    name: str


def listed() -> Mapping[str, str]:
    """Return every computed indicator by id, headline ones first: 「家庭医生签约率(签约服务)」."""
    return _labels(runtime.query("indicator_list"), runtime.catalogue().words.get("domains") or {})


@made_once
def _labels(every: pl.DataFrame, domains: Mapping[str, str]) -> Mapping[str, str]:
    rows = every.filter(pl.col("is_first_population"))
    return {
        row["indicator"]: f"{row['name']}({domains.get(row['domain'], row['domain'])})"
        for row in rows.sort("catalogue_order").iter_rows(named=True)
    }


def subject(filters: Filters, offered: Mapping[str, str]) -> dict[str, str]:
    """Return the chosen indicator and population as the questions take them."""
    indicator = chosen_indicator(offered)
    return {"indicator": indicator} | scope.population_of(filters, indicator)


def place(filters: Filters, indicator: str) -> ChosenPlace:
    """Return the village chosen below the township where it has figures, else the area itself."""
    if grain(indicator) == "village" and (village := village_below(filters.area)):
        return ChosenPlace(village[0], village[2])
    return ChosenPlace(filters.area, filters.area_name)


def grain(indicator: str) -> str:
    """Return the lowest level at which the indicator is shown."""
    return runtime.indicator(indicator).grain


def is_cumulative(indicator: str) -> bool:
    """Say whether the indicator shows the year up to now, so that 本期 is a second reading."""
    return any(each.cumulative for each in runtime.indicator(indicator).populations.values())
