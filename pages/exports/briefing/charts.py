"""The charts of the briefing, described for screen and slide."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data.catalogue.model import LEVELS, NATIONAL
from pages.charts.description import Chart, Series
from pages.exports.briefing.cells import decimals
from pages.exports.briefing.facts import Facts
from pages.exports.briefing.sentences.voice import Reading
from pages.theme import formats, tokens

_A_LINE = 2  # points
_YEAR = 365  # days
_EVENTS = 1  # the newest

_CLINIC_SERIES = (
    ("met", "达标"),
    ("unmet", "未达标"),
    ("posted", "派驻"),
    ("visited", "巡诊"),
    ("extended", "邻村延伸"),
    ("building", "在建"),
    ("exempt", "不作要求"),
)


def trend(whole: Reading, facts: Facts) -> Chart | None:
    """The area over the year up to the shown period: value, last year, target.

    None where fewer than two periods have a figure: a point is no trend.
    """
    rows = facts.trends.filter(pl.col("indicator") == whole["indicator"])
    if rows["printed"].count() < _A_LINE:
        return None
    aimed = rows["target_status"].drop_nulls()
    goal = "目标" if aimed.is_empty() or aimed[-1] == "采用" else "参考目标"
    lines = (
        ("printed", whole["cumulative_word"] or "本期", tokens.BLUE, False),
        ("yoy_value", "上年同期", tokens.LAST_YEAR, False),
        ("target", goal, tokens.TARGET, True),
    )
    name = f"{facts.voice.whole}{whole['indicator_name']}"
    return Chart(
        kind="lines",
        alt=f"{name}近一年的走势，与上年同期和目标比较。",
        title=f"{facts.voice.whole}近一年走势（{whole['unit']}）",
        unit=whole["unit"],
        decimals=decimals(whole),
        names=[formats.period_short(each, chosen=each) for each in rows["period"]],
        series=[
            Series(
                name=words,
                values=rows[column].to_list(),
                form="line",
                colour=colour,
                dashed=dashed,
            )
            for column, words, colour, dashed in lines
            if rows[column].count()
        ],
        legend=True,
    )


def events(whole: Reading, facts: Facts) -> str:
    """What the catalogue records of the days of the trend: 记事：12月14日…; empty without any."""
    catalogue = facts.desk.catalogue
    row = catalogue.register.row(facts.choice.area) or {}
    reach = {NATIONAL, facts.choice.area, *(row.get(f"{level}_code") for level in LEVELS)}
    last = whole["period_end"] or facts.period.end
    dated = [
        (date.fromisoformat(str(each["date"])), each["title"])
        for each in catalogue.events
        if each["scope_code"] in reach
        and each.get("indicator_id") in ("", None, whole["indicator"])
    ]
    within = [
        f"{formats.date_zh(day)}{title}"
        for day, title in sorted(dated)
        if last - timedelta(days=_YEAR) < day <= last
    ]
    return f"记事（不表示因果）：{'；'.join(within[-_EVENTS:])}。" if within else ""


def clinics(parts: Sequence[Reading], facts: Facts) -> Chart:
    """The village clinics of every area, by their state."""
    title = f"{facts.voice.children}村卫生室（个）"
    return Chart(
        kind="bars",
        alt=f"{title}按状态的条形图，数见各条后的列。",
        title=title,
        unit="个（卫生室）",
        decimals=0,
        names=[row["area_name"] for row in parts],
        codes=[row["area_code"] for row in parts],
        series=[
            Series(
                name=words,
                values=[float(row[key]) for row in parts],
                colour=tokens.CLINIC_STATUS[words][0],
            )
            for key, words in _CLINIC_SERIES
        ],
        stacked=True,
    )
