"""人才与对口支援: people per 10,000 residents, and which hospital supports which."""

from dataclasses import replace

import polars as pl

from pages.charts.once import made_once
from pages.charts.subjects import (
    dots,
)
from pages.charts.subjects.dots import DotKind
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.listed import Listed, listed
from pages.components.scope import period_note

PAIRS = (
    Listed("area_name", "县（市、区）"),
    Listed("recipient", "受援单位"),
    Listed("recipient_type", "类别"),
    Listed("state", "协议"),
    Listed("supporter", "支援单位"),
    Listed("agreement_from", "协议起"),
    Listed("agreement_to", "协议止"),
    Listed("posted_staff", "在派（人）"),
    Listed("posted_6m", "驻点满6个月（人）"),
    Listed("four_ones_done", "四个一完成（项）"),
    Listed("surgeries", "带教手术（例）"),
    Listed("tele_cases", "远程协作（例）"),
)
_PER_10K = (
    DotKind("gps_per_10k", "全科医生", "gps", "residents"),
    DotKind("licensed_doctors_per_10k", "执业（助理）医师", "licensed_doctors", "residents"),
    DotKind("nurses_per_10k", "注册护士", "nurses", "residents"),
    DotKind("village_doctors_per_10k", "乡村医生", "village_doctors", "residents"),
)
_NAMES_PER_10K = "名/万人"
_IN_FORCE = "有效"


def workforce_chart(answer: Answer, *, target: float | None) -> None:
    """Draw people per 10,000 residents by area. answer: workforce."""
    first, *others = _PER_10K
    series = (_aimed(first, target), *others)
    chart_frame(
        dots.finding(answer.table, first, unit=_NAMES_PER_10K) or "每万人口卫生人员",
        dots.dots(
            answer.table,
            series,
            unit=_NAMES_PER_10K,
            from_zero=True,
        ),
        answer,
        key="per_10k",
        indicators=["gp_per_10k"],
        note=f"{period_note(answer.table)}常住人口取指标的分母，按全科医生从多到少排。",
    )


@made_once
def _aimed(series: DotKind, target: float | None) -> DotKind:
    return replace(series, target=target)


def pairs_table(table: pl.DataFrame) -> None:
    """Draw one row per pair, or per institution without one. table: rows of support_pairs.sql."""
    listed(_told(table), PAIRS)


@made_once
def _told(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        recipient=pl.coalesce("recipient_name", "recipient_code"),
        supporter=pl.coalesce("supporter_name", "supporter_code"),
    )


@made_once
def pairs_finding(table: pl.DataFrame) -> str:
    """结对47对,41对协议有效;4个单位没有结对: what the table of pairs says, as its title."""
    pairs = table.drop_nulls("supporter_code")
    if table.is_empty():
        return "对口支援关系"
    valid = pairs.filter(pl.col("state") == _IN_FORCE).height
    alone = table.height - pairs.height
    said = f"对口支援关系：结对{pairs.height}对，{valid}对协议有效"
    return f"{said}，{alone}个单位没有结对" if alone else said
