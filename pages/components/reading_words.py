"""One reading (a row of indicator_value and its kin) in Chinese words. No streamlit here."""

from collections.abc import Mapping
from typing import Any

from data.periods import Period
from pages.theme import formats

Reading = Mapping[str, Any]

_UNREADABLE = {"未报", "不适用", "数据过期", "已遮蔽"}


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


def change_lines(reading: Reading) -> list[str]:
    """Return the movement in words, the comparison that leads first; empty without a base."""
    plain = formats.change_text(
        reading["change"],
        unit=reading["unit"],
        against=formats.against(reading["frequency"]),
        direction=reading["direction"],
    )
    if plain and reading["change_common_units"]:
        plain += "(两期都报)"
    yearly = formats.change_text(
        reading["yoy_change"],
        unit=reading["unit"],
        against=formats.AGAINST_LAST_YEAR,
        direction=reading["direction"],
    )
    if yearly and reading["yoy_common_units"]:
        yearly += "(两期都报)"
    lines = [yearly, plain] if reading["leads_with_yoy"] else [plain, yearly]
    return [line for line in lines if line]


def target_line(reading: Reading) -> str:
    """Return target and gap: 目标≥95.00%,距目标差0.88个百分点; empty without a target."""
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
    return f"{words},{gap}" if gap else words


def pace_line(reading: Reading) -> str:
    """Return the required pace in words; empty when nothing is short or no period is left."""
    return formats.pace_text(
        reading["required_pace"],
        reading["unit"],
        frequency=reading["frequency"],
        until=reading["target_valid_to"],
        year=Period.parse(reading["requested_period"]).year,
        direction=reading["direction"],
    )


def speed_line(speed: Mapping[str, Any] | None) -> str:
    """Return how fast it went: 近4周每周+0.01,上年同期+0.22; empty without either.

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
    return ",".join(said)


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
        words.append(f"{late}已报{counts},暂用{used}")
    if reading["stale_since"]:
        words.append(f"{reading['stale_since']}起未报")
    coverage = formats.coverage_text(reading["units_reported"], reading["units_expected"])
    if coverage and reading["state"] not in ("数据过期", "未报"):
        words.append(coverage)
    if reading["units_carried"]:
        words.append(f"{reading['units_carried']}个单位沿用上期台账")
    if reading["no_new_report"] and reading["state"] == "正常":
        words.append(formats.no_new_report(reading["period"], chosen=chosen))
    if reading["downgraded"]:
        words.append("连续两期变差,由预警改为滞后")
    return words


def _inherited(reading: Reading) -> str:
    level = {"province": "省级", "city": "市级", "county": "县级", "township": "乡级"}.get(
        reading["target_scope_level"] or "", "上级"
    )
    return f"执行{level}目标"
