"""What a trend says: its title, its sentence, and what must be known below it."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.once import made_once
from pages.charts.subject import Subject
from pages.theme import formats

OTHER_UNITS = "报送单位与上一期不同"
NEEDED = (
    "period",
    "printed",
    "numerator",
    "denominator",
    "provisional",
    "target",
    "target_status",
    "yoy_value",
    "state",
    "population_name",
    "cumulative_word",
    "units_reported",
    "units_expected",
    "missing_units",
    "units_differ",
    "change_merged",
    "lead",
    "lead_change",
    "lead_common_units",
    "lead_merged",
)


@made_once
def finding(table: pl.DataFrame, subject: Subject) -> str:
    """What the trend says, as a title, of the newest period with a value.

    家庭医生签约率（帮扶对象）97.69%，较上周提高3.32个百分点（可比口径）
    """
    need(table, NEEDED, "trend")
    last = _newest(table)
    if last is None:
        return f"{subject.name}：所选时段没有数据"
    return formats.said(f"{named(last, subject)}{value(last, subject)}", _moved(last, subject))


@made_once
def describe(table: pl.DataFrame, subject: Subject) -> str:
    """The trend in one sentence, for those who cannot see it."""
    need(table, NEEDED, "trend")
    first, last = _newest(table.reverse()), _newest(table)
    if first is None or last is None:
        return f"{subject.name}趋势图：所选时段没有数据。"
    missing = table["printed"].null_count()
    gaps = f"，其中{missing}期未报" if missing else ""
    target = formats.value_text(last["target"], subject.unit, subject.decimals)
    return (
        f"{named(last, subject)}趋势图：{formats.period_label(first['period'])}"
        f"{value(first, subject)}，{formats.period_label(last['period'])}{value(last, subject)}"
        f"{gaps}" + (f"，目标{target}。" if last["target"] is not None else "。")
    )


@made_once
def remarks(table: pl.DataFrame, subject: Subject) -> str:
    """What must be known below the chart: who is missing, and where the line is broken, and why."""
    need(table, (*NEEDED, "lead_filed", "lead_value"), "trend")
    last = _newest(table)
    if last is None:
        return ""
    said = [_missing(last)]
    if last["lead_common_units"]:
        same = {
            "filed": last["lead_filed"],
            "same": last["lead_value"],
            "printed": last["printed"],
        }
        said.append(f"{_moved(last, subject, **same)}：{formats.SAME_BASIS_MEANS}")
    if differ := formats.names(_named(table.filter(pl.col("units_differ"))["period"]), count="期"):
        said.append(f"△为{OTHER_UNITS}的点（{differ}），与前一点不能直接相比")
    if joined := _joined(table):
        said.append(f"□为有区划并入的点（{joined}），较上期的变化按合计比较")
    said += [
        f"{formats.period_short(period)}起{_turn(row, subject)}"
        for period, row in turns(table).items()
    ]
    return "".join(f"{part}。" for part in said if part)


def turns(table: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The periods from which the line is measured otherwise: another target, another population.

    returns  Period to the row, with target_before and population_before; null what did not change.
    """
    before = table.with_columns(
        pl.col(name).forward_fill().shift().alias(f"{name}_before")
        for name in ("target", "population_name")
    )
    moved = [
        pl.when(pl.col(name) != pl.col(f"{name}_before")).then(f"{name}_before").alias(alias)
        for name, alias in (
            ("target", "target_before"),
            ("population_name", "population_before"),
        )
    ]
    changed = before.with_columns(moved).filter(
        pl.col("target_before").is_not_null() | pl.col("population_before").is_not_null()
    )
    return {row["period"]: row for row in changed.iter_rows(named=True)}


def _turn(row: dict[str, Any], subject: Subject) -> str:
    """目标由95.00%改为98.00%，人群由建档立卡贫困人口改为脱贫人口."""
    before, now = (
        formats.value_text(row[name], subject.unit, subject.decimals)
        for name in ("target_before", "target")
    )
    people = (row["population_before"], row["population_name"])
    return formats.said(
        f"目标由{before}改为{now}" if row["target_before"] is not None else "",
        "人群由{}改为{}".format(*people) if row["population_before"] is not None else "",
    )


def corrected_words(periods: Iterable[str]) -> str:
    """Which points were corrected after they had been published; empty without any."""
    named = formats.names(_named(periods), count="期")
    return f"◇为发布后订正过的点（{named}）。" if named else ""


def _named(periods: Iterable[str]) -> list[str]:
    return [formats.period_short(period) for period in periods]


def _newest(table: pl.DataFrame) -> dict[str, Any] | None:
    """The last row that has a value."""
    known = table.drop_nulls("printed").tail(1)
    return known.row(0, named=True) if known.height else None


def _joined(table: pl.DataFrame) -> str:
    """Which areas were merged into this one, and when: 2021年第1周城东乡."""
    rows = table.drop_nulls("change_merged").select("period", "change_merged").rows()
    return "，".join(f"{formats.period_short(period)}{merged}" for period, merged in rows)


def filed_otherwise(row: dict[str, Any]) -> list[str]:
    """Lines for the hover: who did not file, whether others did the period before, who merged."""
    merged = row["change_merged"]
    lines = (
        _missing(row),
        OTHER_UNITS if row["units_differ"] else "",
        f"{merged}已并入" if merged else "",
    )
    return [line for line in lines if line]


def _missing(row: dict[str, Any]) -> str:
    return formats.coverage_text(row["units_reported"], row["units_expected"], row["missing_units"])


def named(row: dict[str, Any], subject: Subject) -> str:
    """Whose figure it is and over what time: 县域内就诊率（帮扶对象，本年累计）."""
    return f"{subject.name}（{formats.said(row['population_name'], row['cumulative_word'])}）"


def value(row: dict[str, Any], subject: Subject) -> str:
    """The printed figure with its unit."""
    return formats.value_text(row["printed"], subject.unit, subject.decimals)


def _moved(row: dict[str, Any], subject: Subject, **bases: float | None) -> str:
    return formats.comparison_text(
        row["lead"],
        row["lead_change"],
        unit=subject.unit,
        frequency=subject.frequency,
        direction=subject.direction,
        decimals=subject.decimals,
        common=row["lead_common_units"],
        merged=row["lead_merged"],
        **bases,
    )
