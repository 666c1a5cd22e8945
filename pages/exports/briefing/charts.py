"""The charts of the briefing, described for screen and slide."""

from collections.abc import Sequence

from pages.charts.description import Chart, LineAcross, Series
from pages.exports.briefing.cells import decimals
from pages.exports.briefing.facts import Facts
from pages.exports.briefing.model import (
    PaperTable,
)
from pages.exports.briefing.sentences.voice import Reading
from pages.theme import tokens

_CLINIC_SERIES = (
    ("met", "达标"),
    ("unmet", "未达标"),
    ("posted", "派驻"),
    ("visited", "巡诊"),
    ("extended", "邻村延伸"),
    ("building", "在建"),
    ("exempt", "不作要求"),
)


def ranking(table: PaperTable, whole: Reading, facts: Facts) -> Chart:
    """The bars of a ranking: the areas of its table in their order, the whole left out."""
    shown = table.rows[table.totals :]
    light = next(at for at, column in enumerate(table.columns) if column.kind == "light")
    adopted = whole["target_status"] == "采用"
    kind = filter(None, (whole["cumulative_word"], whole["unit"]))
    title = f"{facts.voice.named(whole)}（{'，'.join(kind)}）"
    return Chart(
        kind="bars",
        alt=f"{title}条形图，次序与表中相同。",
        title=title,
        unit=whole["unit"],
        decimals=decimals(whole),
        names=[row[1].text for row in shown],
        codes=[row[1].area for row in shown],
        series=[
            Series(
                name=whole["indicator_name"],
                values=[row[2].value for row in shown],
                colour=[_fill(row[light].light) for row in shown],
            )
        ],
        lines=[LineAcross(name="目标", value=whole["target"], words="目标")] if adopted else [],
    )


def _fill(light: str) -> str:
    return tokens.LIGHTS[light].strong if light in tokens.LIGHTS else tokens.BLUE_MIDDLE


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
