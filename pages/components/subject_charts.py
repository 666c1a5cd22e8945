"""The pictures that belong to one subject each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from data.catalogue.model import Indicator
from pages.charts import (
    alert_weeks,
    chains,
    dimension_heat,
    dots,
    fund_line,
    gap_bars,
    money_bars,
)
from pages.charts.dots import Kind
from pages.charts.ends import at_end
from pages.charts.once import made_once
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame, titled
from pages.components.scope import period_note
from pages.components.subject_tables import with_source_names
from pages.shell import runtime
from pages.theme import formats

_PER_10K = (
    Kind("gps_per_10k", "全科医生", "gps", "residents"),
    Kind("licensed_doctors_per_10k", "执业(助理)医师", "licensed_doctors", "residents"),
    Kind("nurses_per_10k", "注册护士", "nurses", "residents"),
    Kind("village_doctors_per_10k", "乡村医生", "village_doctors", "residents"),
)
_NAMES_PER_10K = "名/万人"
_CONTROLLED = "最近随访达标"


def gap_chart(answer: Answer) -> None:
    """Draw who is not insured, and who need not be. answer: enrolment_gap."""
    chart_frame(
        gap_bars.finding(answer.table),
        gap_bars.gap_bars(answer.table),
        answer,
        key="gap",
        indicators=["insurance_enrolment_rate"],
        note=f"{period_note(answer.table)}报表只填免参保的原因，不填未参保的原因；"
        "免参保人员不在应参保人数内。",
    )


def fund_chart(answer: Answer, *, place: str) -> None:
    """Draw the fund's balance to the end of the year. answer: fund_balance."""
    whole = _whole(answer.table)
    counted = (
        f"，{whole['funds'][0]}个县级基金合计" if whole.height and whole["funds"][0] > 1 else ""
    )
    chart_frame(
        fund_line.finding(whole),
        fund_line.fund_line(whole),
        Answer(answer.query, answer.params, whole),
        key="fund",
        note=f"{place}{counted}。结余=年初累计结余+本年收入-本年支出；可支付月数按本年月均支出。"
        "推算：没有上年同月数的不推算；推算不是预测。来源：医保基金运行月报表(T21)。",
    )


def cascade_chart(answer: Answer) -> None:
    """Draw the chains of chronic care. answer: chronic_cascade."""
    kinds = runtime.catalogue().words["dimensions"]["chronic_type"]["values"]
    table = _chained(answer.table, kinds)
    known = _at_step(table, _CONTROLLED).select("chain", "share").rows()
    shares = [(chain, share, formats.value_text(share, "%")) for chain, share in known]
    least = at_end(shares) if len(shares) > 1 else ""
    chart_frame(
        titled("慢病从发现到控制", f"{_CONTROLLED}占在管最低的是{least}" if least else ""),
        chains.chains(table),
        answer,
        key="cascade",
        indicators=[
            "htn_std_mgmt_rate",
            "dm2_std_mgmt_rate",
            "tb_systematic_mgmt_rate",
            "smi_std_mgmt_rate",
        ],
        note=f"{period_note(table)}全部人口。每种慢病以其最大一步为满格。严重精神障碍是敏感数，"
        "只有登记和规范管理两步。",
    )


def disease_chart(answer: Answer) -> None:
    """Draw who is not yet treated, disease by area. answer: dimension_matrix by disease_code."""
    names = runtime.catalogue().words["dimensions"]["disease_code"]["values"]
    most = dimension_heat.finding(answer.table, names, unit="人")
    chart_frame(
        f"大病救治：未救治最多的是{most}" if most else "大病救治：各病种与各地",
        dimension_heat.dimension_heat(answer.table, names, unit="人"),
        answer,
        key="diseases",
        indicators=["major_disease_treat_rate"],
        note=f"{period_note(answer.table)}格内为还没有救治的人数（应救治人数减已救治人数），"
        "颜色越深人数越多；空格没有患者。一人可患多种病，不能相加。",
    )


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


def money_chart(answer: Answer) -> None:
    """Draw what came in and was spent by source. answer: funds_by_source."""
    table = with_source_names(answer.table)
    chart_frame(
        money_bars.finding(table),
        money_bars.money_bars(table),
        answer,
        key="money",
        indicators=["fund_spent_rate"],
        note=f"{period_note(answer.table)}项目开始以来累计，占预算的比例，跨年项目以前年度的支出"
        "也在内；时序进度为这一期末已过的天数占全年天数，两者相比只作参考。",
    )


def funnel_chart(answer: Answer) -> None:
    """Draw the chains from alert to clearance. answer: monitoring_funnel."""
    table = answer.table
    helped = _at_step(table, "已落实帮扶")
    title = "从预警到风险消除"
    if helped.height:
        title += f"：风险户已帮扶{formats.value_text(helped['share'].item(), '%')}"
    chart_frame(
        title,
        chains.chains(table),
        answer,
        key="funnel",
        indicators=["alert_check_rate", "relapse_help_rate", "risk_cleared_rate"],
        note=f"{period_note(table)}待核查预警为上期未核查加本周新增。两条链的单位不同，不能相比。",
    )


def weeks_chart(answer: Answer, *, place: str) -> None:
    """Draw the alerts week by week. answer: monitoring_weeks."""
    chart_frame(
        f"逐周预警核查：{alert_weeks.finding(answer.table)}",
        alert_weeks.alert_weeks(answer.table),
        answer,
        key="weeks",
        indicators=["alert_check_rate"],
        note=f"{place}，单位：人次。报表只记超时未核查的人次，不记每件用了几天；"
        "各周报送的单位数不同，见悬停。",
    )


@made_once
def _whole(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter("is_whole")


@made_once
def _chained(table: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    kind = pl.col("chronic_type")
    return table.with_columns(chain=kind.replace_strict(kinds, default=kind), unit=pl.lit("人"))


@made_once
def _at_step(table: pl.DataFrame, step: str) -> pl.DataFrame:
    """Each chain at one of its steps, the least share first."""
    return table.filter(pl.col("step") == step).drop_nulls("share").sort("share")


@made_once
def _aimed(series: Kind, target: float | None) -> Kind:
    return replace(series, target=target)


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
) -> Sequence[Kind]:
    return [
        Kind(each, known[each].name, f"{each}_n", f"{each}_d", _target(table, each))
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
