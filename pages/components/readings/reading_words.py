"""One reading (a row of indicator_value and its kin) in Chinese words. No streamlit here."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue
from data.periods import Period
from pages.theme import formats

Reading = Mapping[str, Any]

_UNREADABLE = {"未报", "不适用", "数据过期", "已遮蔽"}
# The columns of a comparison: change, over common units or not, merged areas, base filed and same.
_LEAD = ("lead_change", "lead_common_units", "lead_merged", "lead_filed", "lead_value")
_BASES = {
    "previous": (
        "change",
        "change_common_units",
        "change_merged",
        "previous_filed",
        "previous_value",
    ),
    "year": ("yoy_change", "yoy_common_units", "yoy_merged", "yoy_filed", "yoy_value"),
}


def value_text(reading: Reading) -> str:
    """Return the printed value with unit, `*` when masked, — when there is none."""
    if reading["masked"]:
        return formats.MASKED
    return formats.value_text(reading["printed"], reading["unit"], reading["decimals"])


def standing(reading: Reading) -> str:
    """Return the light's word, or the word for why there is none; empty for mere information."""
    if reading["light"]:
        return reading["light"]
    return reading["state"] if reading["state"] in _UNREADABLE else ""


def base_unit(catalogue: Catalogue, indicator: str, population: str | None = None) -> str:
    """Return what a denominator counts, 人; empty where that is not one thing.

    population  The indicator's first if none is given.
    """
    known = catalogue.indicators[indicator].populations
    return catalogue.counted_in(known[population or next(iter(known))].denominator)


def explained(line: str) -> str:
    """Return a line as HTML that says on hover what 可比口径 means."""
    meaning = f'<abbr title="{formats.SAME_BASIS_MEANS}">{formats.SAME_BASIS}</abbr>'
    return escape(line).replace(formats.SAME_BASIS, meaning)


def lead_line(reading: Reading) -> str:
    """Return the movement that leads for this indicator, with what it rests on.

    较上年同期提高4.10个百分点（可比口径：上年同期92.80%，同口径92.74%）; empty without a base.
    """
    return _movement(reading, reading["lead"], _LEAD)


def change_lines(reading: Reading) -> list[str]:
    """Return the leading comparison and the other one, each saying with what; none without."""
    other = "previous" if reading["lead"] == "year" else "year"
    lines = lead_line(reading), _movement(reading, other, _BASES[other])
    return [line for line in lines if line]


def target_line(reading: Reading) -> str:
    """Return target and gap: 目标≥95.00%，距目标差0.88个百分点; empty without a target."""
    if reading["target"] is None:
        return ""
    inherited = _inherited(reading) if reading["target_inherited"] else ""
    words = formats.target_text(
        reading["target"],
        reading["target_comparator"] or "",
        reading["unit"],
        decimals=reading["decimals"],
        inherited=inherited,
    )
    if reading["target_status"] != "采用":
        return f"参考{words}"
    gap = formats.gap_text(reading["gap"], reading["unit"], decimals=reading["decimals"])
    return f"{words}，{gap}" if gap else words


def pace_line(reading: Reading) -> str:
    """Return the required pace in words; empty when nothing is short or no period is left."""
    return formats.pace_text(
        reading["required_pace"],
        reading["unit"],
        frequency=reading["frequency"],
        until=reading["target_valid_to"],
        left=reading["periods_left"],
        year=Period.parse(reading["requested_period"]).year,
        direction=reading["direction"],
    )


def speed_line(speed: Mapping[str, Any] | None) -> str:
    """Return how fast it went: 近4周每周+0.01，上年同期+0.22; empty without either.

    speed  A row of pace.sql.
    """
    if speed is None:
        return ""
    said = []
    back, word = speed["periods_back"], formats.period_word(speed["frequency"])
    if speed["achieved_pace"] is not None:
        count = f"{back}个月" if word == "月" else f"{back}{word}"
        said.append(f"近{count}实际每{word}{formats.signed(speed['achieved_pace'])}")
    if speed["last_year_pace"] is not None:
        said.append(f"上年同期{formats.signed(speed['last_year_pace'])}")
    return "，".join(said)


def scope_words(reading: Reading) -> str:
    """Return whose figure it is, over what time, and the period by itself where that differs.

    帮扶对象，本年累计，11月本期12.30%; a figure that is not cumulative only names its people.
    """
    said = [reading["population_name"], reading["cumulative_word"]]
    if reading["period_alone"] is not None:
        period = formats.period_short(reading["period"], chosen=reading["requested_period"])
        alone = formats.value_text(reading["period_alone"], reading["unit"], reading["decimals"])
        said.append(f"{period}本期{alone}")
    return formats.said(*said)


def period_words(reading: Reading) -> str:
    """Return the period of the figure where it is not the chosen one (11月), else an empty text."""
    if reading["period"] is None or reading["is_requested"]:
        return ""
    return formats.period_short(reading["period"], chosen=reading["requested_period"])


def notes(reading: Reading) -> list[str]:
    """Return what must be known of the figure: stepped back, out of date, incomplete, no news."""
    chosen = reading["requested_period"]
    words = []
    if reading["fallback_from_period"]:
        late = formats.period_short(reading["fallback_from_period"], chosen=chosen)
        used = formats.period_short(reading["period"], chosen=chosen)
        counts = f"{reading['fallback_reported']}/{reading['fallback_expected']}"
        words.append(f"{late}已报{counts}，暂用{used}")
    if reading["stale_since"]:
        words.append(f"{reading['stale_since']}起未报")
    if reading["state"] not in ("数据过期", "未报") and (said := coverage(reading)):
        words.append(said)
    if reading["units_carried"]:
        words.append(f"{reading['units_carried']}个单位沿用上期台账")
    if reading["no_new_report"] and reading["state"] == "正常":
        words.append(formats.no_new_report(reading["period"], chosen=chosen))
    if reading["light_reason"]:
        words.append(f"{reading['light_reason']}，由预警改为滞后")
    return words


def lowered(table: pl.DataFrame, *names: str) -> str:
    """Return whose light two worsening periods lowered, as a sentence; empty where nobody's.

    table  Readings. names: the columns that say which one it is.
    """
    rows = table.drop_nulls("light_reason").select("light_reason", *names).rows()
    if not rows:
        return ""
    which = formats.names(["".join(row[1:]) for row in rows])
    return f"{rows[0][0]}，由预警改为滞后：{which}。"


def coverage(reading: Reading) -> str:
    """Return 已报8/9，宁陵县未报; empty when all have reported."""
    return formats.coverage_text(
        reading["units_reported"], reading["units_expected"], reading["missing_units"]
    )


def _movement(reading: Reading, base: str | None, columns: tuple[str, ...]) -> str:
    change, common, merged, filed, same = (reading[column] for column in columns)
    return formats.comparison_text(
        base,
        change,
        common=common,
        merged=merged,
        filed=filed,
        same=same,
        **{key: reading[key] for key in ("printed", "unit", "frequency", "direction", "decimals")},
    )


def _inherited(reading: Reading) -> str:
    level = {"province": "省级", "city": "市级", "county": "县级", "township": "乡级"}.get(
        reading["target_scope_level"] or "", "上级"
    )
    return f"执行{level}目标"
