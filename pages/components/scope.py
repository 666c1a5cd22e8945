"""From the filters to what is compared with what: the areas below, the year before, whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from data.catalogue.model import level_name
from data.periods import Period, containing
from pages.charts.once import made_once
from pages.shell import runtime
from pages.shell.runtime import Filters
from pages.theme import formats

LEVELS = ("province", "city", "county", "township", "village")
_UP_TO = {"province": "省级", "city": "市级", "county": "县级"}


@dataclass(frozen=True)
class AreasBelow:
    """The areas that a page sets beside each other: all of `level` under `parent`."""

    parent: str
    level: str

    @property
    def level_name(self) -> str:
        """The level in words, as the province of the parent says it: 旗县（市、区）."""
        return level_name(runtime.catalogue().words, self.level, self.parent)

    @property
    def params(self) -> dict[str, str]:
        """As the queries take it."""
        return {"parent": self.parent, "level": self.level}


def scope(filters: Filters, *, grain: str = "village") -> AreasBelow:
    """Return the areas just below the chosen one, or its peers when nothing is shown below it.

    grain  The lowest level at which the figures exist (county for 就诊流向).
    """
    below = LEVELS[LEVELS.index(filters.area_level) + 1]
    if LEVELS.index(below) <= LEVELS.index(grain):
        return AreasBelow(filters.area, below)
    row = runtime.area_row(filters.area) or {}
    level = min(filters.area_level, grain, key=LEVELS.index)
    column = {"county": "city_code", "township": "county_code"}.get(level, "parent_code")
    return AreasBelow(row.get(column) or filters.area, level)


def seat(filters: Filters, *, grain: str) -> Filters:
    """Return the filters, with the area around the chosen one where figures end above it.

    grain  The lowest level at which the figures exist: a township's 就诊流向 are its county's.
    """
    if LEVELS.index(filters.area_level) <= LEVELS.index(grain):
        return filters
    own = runtime.area_row(filters.area) or {}
    # Some cities have no counties: their townships file to the city.
    code = next((own[each] for each in (f"{grain}_code", "city_code") if own.get(each)), "")
    above = runtime.area_row(code)
    if above is None:
        return filters
    return replace(filters, area=code, area_name=above["full_name"], area_level=above["level"])


def seated(subject: str, filters: Filters, seen: Filters) -> str:
    """Say that a subject is shown for the area around the chosen one; empty where it is not.

    seen  From `seat`: 「县域内就诊只到县级，以下为所在的睢阳区。」
    """
    if seen.area == filters.area:
        return ""
    return f"{subject}只到{_UP_TO[seen.area_level]}，以下为所在的{_name(seen.area)}。"


def whose(params: Mapping[str, Any]) -> str:
    """Return the name of the area that was asked about, empty where it is the page's own.

    params  Of a question: its `area`, else its `parent`.
    """
    code = params.get("area") or params.get("parent")
    return "" if code in (None, runtime.chosen().area) else _name(str(code))


def _name(code: str) -> str:
    row = runtime.area_row(code) or runtime.catalogue().register.row(code)
    return row["name"] if row else code


def year_back(filters: Filters) -> dict[str, str]:
    """Return period_from and period_to: the chosen period and the year that ends with it."""
    chosen = Period.parse(filters.period)
    start = containing(chosen.frequency, chosen.start.replace(year=chosen.start.year - 1, day=1))
    return {"period_from": start.text, "period_to": chosen.text}


def population_of(filters: Filters, indicator: str) -> dict[str, str]:
    """Return the chosen population as a parameter, or nothing where the indicator lacks it."""
    known = runtime.indicator(indicator).populations
    return {"population": filters.population} if filters.population in known else {}


def population_choices(indicator: str) -> Sequence[tuple[str, str]]:
    """Return the populations of an indicator as (code, Chinese name), the default first."""
    return _populations_of(runtime.query("indicator_list"), indicator)


@made_once
def _populations_of(listed: pl.DataFrame, indicator: str) -> Sequence[tuple[str, str]]:
    own = listed.filter(pl.col("indicator") == indicator)
    return own.select("population", "population_name").rows()


@made_once
def pick(readings: pl.DataFrame, *indicators: str, population: str = "") -> pl.DataFrame:
    """Return one reading per indicator, in that order: of the population, else of its first."""
    order = pl.DataFrame({"indicator": indicators})
    rows = order.join(readings, on="indicator", how="inner", maintain_order="left")
    asked = pl.col("population") == population
    return rows.filter(asked | (pl.col("is_first_population") & ~asked.any().over("indicator")))


@made_once
def present(rows: pl.DataFrame, absent: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the indicators that the area has. absent: of indicators_absent."""
    return rows.join(absent, on="indicator", how="anti", maintain_order="left")


@made_once
def left_out(absent: pl.DataFrame, indicators: Sequence[str]) -> str:
    """Say which of some indicators are not shown and why; empty when all of them are.

    absent  Of indicators_absent: 「未列：只到县级的县域内就诊率；本地没有的血吸虫阻断率。」
    """
    named = absent.filter(pl.col("indicator").is_in(indicators))
    groups = named.group_by("reason", maintain_order=True).agg("indicator_name")
    said = "；".join(f"{reason}的{'、'.join(names)}" for reason, names in groups.iter_rows())
    return f"未列：{said}。" if said else ""


@made_once
def adopted_target(readings: pl.DataFrame, indicator: str) -> float | None:
    """Return the 采用 target of an indicator's first population, null without one."""
    targets = [
        row["target"]
        for row in readings.iter_rows(named=True)
        if row["indicator"] == indicator
        and row["is_first_population"]
        and row["target_status"] == "采用"
    ]
    return targets[0] if len(targets) == 1 else None


@made_once
def period_note(table: pl.DataFrame) -> str:
    """Return 「2020年10月(暂定数)，本年累计。」 for a table of one period; empty without rows.

    How its figures are summed up is said where it is the same for all of them.
    """
    rows = table.iter_rows(named=True)
    latest = next((row for row in rows if row["period"] is not None), None)
    if latest is None:
        return ""
    mark = "（暂定数）" if latest.get("provisional") else ""
    kinds = table["cumulative_word"].unique() if "cumulative_word" in table.columns else ()
    word = latest["cumulative_word"] if len(kinds) == 1 else None
    return f"{formats.said(formats.period_label(latest['period']) + mark, word)}。"


@made_once
def headline(readings: pl.DataFrame) -> pl.DataFrame:
    """Return the headline indicators, each for its first population, in their order."""
    first = pl.col("headline").is_not_null() & pl.col("is_first_population")
    return readings.lazy().filter(first).sort("headline").collect()
