"""What belongs on a trend beside its values: dated events, and figures corrected later."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st

from data.catalogue.model import NATIONAL, Catalogue, Indicator, Population
from data.filed import history
from data.periods import Period
from data.snapshots.store import Store
from pages.charts.indicators.trend_marks import Event
from pages.charts.once import made_once
from pages.components.answer import Answer
from pages.shell import runtime
from pages.theme import formats
from pages.theme.formats import quoted

_MOST = 6


def events(indicator: str, area: str, table: pl.DataFrame) -> Sequence[tuple[Event, str]]:
    """Return the catalogue's events that concern the indicator and area, oldest first.

    table    Of indicator_trend: only events within its days count.
    returns  Each event with its source.
    """
    return _events(indicator, area, table, runtime.catalogue())


@made_once
def _events(
    indicator: str, area: str, table: pl.DataFrame, catalogue: Catalogue
) -> Sequence[tuple[Event, str]]:
    if table.is_empty():
        return []
    row = catalogue.register.row(area) or {}
    reach = {row.get(f"{level}_code") for level in ("province", "city", "county", "township")}
    reach |= {area, NATIONAL}
    first, last = min(table["period_start"].to_list()), max(table["period_end"].to_list())
    found = [
        (Event(date.fromisoformat(str(each["date"])), each["title"]), each["source"])
        for each in catalogue.events
        if each["scope_code"] in reach and each.get("indicator_id") in ("", None, indicator)
    ]
    found = [pair for pair in found if first <= pair[0].day <= last]
    return sorted(found, key=lambda pair: pair[0].day)[-_MOST:]


def event_list(found: Sequence[tuple[Event, str]]) -> None:
    """Draw what the numbers on the trend mean."""
    if found:
        said = "；".join(
            f"({number}) {formats.date_zh(event.day)} {quoted(event.title)}[{quoted(source)}]"
            for number, (event, source) in enumerate(found, start=1)
        )
        st.caption(f"图上编号的事件：{said}。只列时间先后，不表示因果。")


def corrections(answer: Answer) -> dict[str, str]:
    """Return period to what was corrected there after it had first been published.

    answer  Of indicator_trend, for a township or above; a village's rows carry their own history.
    """
    table, params = answer.table, answer.params
    area, indicator = str(params["area"]), runtime.indicator(str(params["indicator"]))
    if table.is_empty() or len(area) > 9 or runtime.snapshot() < 2:
        return {}
    return _corrected(
        table,
        indicator,
        area,
        runtime.store(),
        runtime.snapshot(),
    )


@made_once
def _corrected(
    table: pl.DataFrame,
    indicator: Indicator,
    area: str,
    store: Store,
    until: int,
) -> dict[str, str]:
    changed = history.corrections(
        store,
        indicator.id,
        table["population"][0],
        area,
        table["period"][0],
        table["period"][-1],
        until=until,
    )
    population = indicator.populations[table["population"][0]]
    said: dict[str, list[str]] = {}
    for row in changed.iter_rows(named=True):
        before, after = (
            _value(indicator, population, row[f"{side}numerator"], row[f"{side}denominator"])
            for side in ("previous_", "")
        )
        if before != after:
            said.setdefault(row["period"], []).append(
                f"快照 {row['snapshot']} 号（{row['time'][:10]}）：{before} 改为 {after}"
            )
    return {
        period: f"<b>{Period.parse(period).label_zh()}订正过</b><br>" + "<br>".join(lines)
        for period, lines in said.items()
    }


def _value(
    indicator: Indicator,
    population: Population,
    numerator: Decimal | None,
    denominator: Decimal | None,
) -> str:
    if numerator is None:
        return formats.ABSENT
    if population.denominator is None:
        return formats.value_text(numerator, indicator.unit, indicator.decimals)
    return formats.ratio_text(
        numerator,
        denominator,
        indicator.unit,
        multiplier=indicator.multiplier,
        decimals=indicator.decimals,
    )
