"""The charts of the page 村卫生室标准化."""

from collections.abc import Sequence

import polars as pl

from pages.charts.once import made_once
from pages.charts.subjects import criteria_heat, stacked_status
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame, titled
from pages.components.scope import period_note

_RATES = ("village_clinic_standard_rate", "village_clinic_presence_rate")


def units(answer: Answer) -> Sequence[str]:
    """Return what is counted, clinics before villages. answer: clinic_status."""
    return _units(answer.table)


@made_once
def _units(table: pl.DataFrame) -> Sequence[str]:
    found = table["unit"].unique().to_list()
    return sorted(found, key=lambda unit: "村" in unit) or ["个（卫生室）"]


def status_chart(answer: Answer, *, unit: str, level_name: str) -> None:
    """Draw the statuses of every area. answer: clinic_status; unit: one of `units`."""
    chart_frame(
        titled(
            f"各{level_name}状态",
            stacked_status.finding(answer.table, unit=unit, status="未达标"),
        ),
        stacked_status.stacked_status(answer.table, unit=unit),
        answer,
        key="status",
        indicators=_RATES,
        note=f"{period_note(answer.table)}单位：{unit}。卫生室与行政村分开计数，不能相加。"
        f"不作要求的（服务人口较少）单列，不进达标率。{_overridden(answer.table, unit)}",
    )


@made_once
def _overridden(table: pl.DataFrame, unit: str) -> str:
    count = table.filter(pl.col("unit") == unit)["overridden"].sum()
    return f"其中人工改判{count}个，理由见台账。" if count else ""


def criteria_chart(answer: Answer) -> None:
    """Draw which criterion fails where. answer: clinic_criteria."""
    chart_frame(
        titled("未达标项", criteria_heat.finding(answer.table)),
        criteria_heat.criteria_heat(answer.table),
        answer,
        key="criteria",
        indicators=_RATES[:1],
        note=f"{period_note(answer.table)}格内为不合格数，单位：个（卫生室）；"
        "颜色越深占比越高，一个卫生室可有多项不合格。",
    )


def progress_chart(answer: Answer, *, unit: str, place: str) -> None:
    """Draw the statuses month by month. answer: clinic_progress; unit: one of `units`."""
    chart_frame(
        titled("逐月进展", stacked_status.reached(answer.table, unit=unit, status="达标")),
        stacked_status.status_progress(answer.table, unit=unit),
        answer,
        key="progress",
        indicators=_RATES,
        note=f"{place}，单位：{unit}。",
    )
