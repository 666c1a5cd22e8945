"""The charts of the page 签约服务."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pages.charts.once import made_once
from pages.charts.subjects import (
    scatter,
    steps,
)
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame, titled
from pages.components.scope import adopted_target, period_note
from pages.shell import runtime

_RATES = ("signing_rate", "should_sign_rate", "signing_fulfilment_rate")
# Three indicators share one population here, so two of them are named by what they count.
_OWN_NAMES = {"should_sign_rate": "四类慢病患者", "signing_fulfilment_rate": "履约服务"}


def steps_chart(answer: Answer) -> None:
    """Draw those due, signed and served, by population. answer: signing_funnel."""
    table = _named(answer.table, runtime.catalogue().words["populations"])
    chart_frame(
        titled("应签、已签与履约", steps.finding(table)),
        steps.steps(table),
        answer,
        key="steps",
        indicators=_RATES,
        note=f"{period_note(answer.table)}右侧为已完成/应完成。各类人群有交叉，不能相加。",
    )


def service_chart(answer: Answer, readings: pl.DataFrame) -> None:
    """Draw signing against fulfilment. answer: signing_service_scatter; readings: for targets."""
    signing, fulfilment = (runtime.indicator(_RATES[place]) for place in (0, 2))
    chart_frame(
        titled("签约之后有没有服务", scatter.finding(answer.table, fulfilment)),
        scatter.scatter(
            answer.table,
            signing,
            fulfilment,
            across_target=adopted_target(readings, signing.id),
            upward_target=adopted_target(readings, fulfilment.id),
        ),
        answer,
        key="service",
        indicators=(signing.id, fulfilment.id),
        note=f"{period_note(answer.table)}右下方为签约高、履约低的区划；圆越大，签约人数越多。",
    )


@made_once
def _named(table: pl.DataFrame, words: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """The groups in reading order under short names: the whole before its parts."""
    whole = pl.col("population") == "target"
    own = pl.col("indicator").replace_strict(_OWN_NAMES, default=pl.col("population_name"))
    short = pl.col("population").replace_strict(
        {code: entry["name"] for code, entry in words.items()}, default=pl.col("population_name")
    )
    return (
        table.with_columns(population_name=pl.when(whole).then(own).otherwise(short))
        .with_columns(
            _indicator=pl.col("indicator").replace_strict(
                {name: place for place, name in enumerate(_RATES)}, default=len(_RATES)
            ),
            _part=~whole,
        )
        .sort("_indicator", "_part", "population", "step_order")
        .drop("_indicator", "_part")
    )
