"""疾病防控: rates of one unit beside each other."""

from collections.abc import Mapping, Sequence

import polars as pl

from data.catalogue.model import Indicator
from pages.charts.once import made_once
from pages.charts.subjects import (
    dots,
)
from pages.charts.subjects.dots import DotKind
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.scope import period_note
from pages.shell import runtime


def rates_chart(answer: Answer, indicators: Sequence[str], *, title: str, note: str) -> None:
    """Draw some indicators of one unit beside each other by area. answer: indicator_matrix."""
    table = _parts(answer.table, indicators)
    series = _series(table, indicators, runtime.catalogue().indicators)
    unit = runtime.indicator(indicators[0]).unit
    wide = _side_by_side(table, indicators)
    ranked = _ranked(table, indicators[0], wide)
    found = dots.finding(ranked, series[0], unit=unit) if wide.height else ""
    chart_frame(
        found or title,
        dots.dots(wide, series, unit=unit),
        Answer(answer.query, answer.params, table),
        key="rates",
        indicators=indicators,
        note=f"{period_note(table)}{note}",
    )


@made_once
def _parts(table: pl.DataFrame, indicators: Sequence[str]) -> pl.DataFrame:
    return table.filter(~pl.col("is_parent") & pl.col("indicator").is_in(indicators))


@made_once
def _ranked(table: pl.DataFrame, indicator: str, wide: pl.DataFrame) -> pl.DataFrame:
    """The areas with people enough to be named first or last by an indicator."""
    small = table.filter((pl.col("indicator") == indicator) & pl.col("small_base"))
    return wide.join(small, on="area_code", how="anti")


@made_once
def _series(
    table: pl.DataFrame, indicators: Sequence[str], known: Mapping[str, Indicator]
) -> Sequence[DotKind]:
    return [
        DotKind(each, known[each].name, f"{each}_n", f"{each}_d", _target(table, each))
        for each in indicators
    ]


def _target(table: pl.DataFrame, indicator: str) -> float | None:
    """The 采用 target that all areas share; null when they differ or have none."""
    rows = table.filter((pl.col("indicator") == indicator) & (pl.col("target_status") == "采用"))
    found = rows["target"].unique().to_list()
    return found[0] if len(found) == 1 else None


@made_once
def _side_by_side(table: pl.DataFrame, indicators: Sequence[str]) -> pl.DataFrame:
    """One row per area, for each indicator its value and both parts."""
    wide = table.select("area_code", "area_name").unique(maintain_order=True)
    for each in indicators:
        own = table.filter(pl.col("indicator") == each).select(
            "area_code",
            pl.col("printed").alias(each),
            pl.col("numerator").alias(f"{each}_n"),
            pl.col("denominator").alias(f"{each}_d"),
        )
        wide = wide.join(own, on="area_code", how="left", maintain_order="left")
    return wide
