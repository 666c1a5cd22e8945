"""The words of a 催报: what is pasted into the group chat, and the same as lines to draw."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pages.exports.chasing.chase import COMING, OVERDUE, Chase
from pages.exports.sheets import DEMO
from pages.theme import formats

TITLES = {OVERDUE: "逾期催报", COMING: "到期提醒"}
_ASK = {
    OVERDUE: "以上报表已过报送时限，请尽快补报；确有困难的，请说明原因和报送时间。",
    COMING: "以上报表还没有报，请在时限之前报送，不要等到最后一刻。",
}
_UNITS_SHOWN = 15  # of one county in one line; the printed slip has all


def message(chase: Chase, state: str) -> str:
    """The text for the chat; empty when nothing of the state is owed."""
    rows = chase.of(state)
    if rows.is_empty():
        return ""
    lines = [headline(chase, state)]
    for title, counties in by_table(chase, rows):
        lines += [f"◆{title}", *(f"　{county}：{units}" for county, units in counties)]
    return "\n".join([*lines, _ASK[state]])


def headline(chase: Chase, state: str) -> str:
    """【逾期催报】商丘市2020年第51周：3张报表、5份未报（截至12月21日7时）."""
    rows = chase.of(state)
    demo = f"（{DEMO}）" if chase.demo else ""
    moment = chase.moment
    return (
        f"【{TITLES[state]}】{chase.place}{demo}{formats.period_short(chase.period)}："
        f"{rows['table_id'].n_unique()}张报表、{rows.height}份未报"
        f"（截至{moment.month}月{moment.day}日{moment.hour}时）"
    )


def by_table(chase: Chase, rows: pl.DataFrame) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Table by table: its heading with period and due time, and each county with its units."""
    groups = rows.group_by("table_title", "period", "due_on", maintain_order=True)
    for (title, period, due), part in groups:
        short = formats.period_short(str(period), chosen=chase.period)
        until = due_words(due, chase.hour)  # type: ignore[arg-type]
        heading = f"《{title}》{short}（{until}前报）{part.height}个单位"
        yield heading, list(_by_county(part))


def _by_county(part: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Each county with its units that are silent; a county that files itself is 本级."""
    for (county,), units in part.group_by("county_name", maintain_order=True):
        names = units.select(
            pl.when(pl.col("unit_name") == pl.col("county_name"))
            .then(pl.lit("本级"))
            .otherwise("unit_name")
        ).to_series()
        yield str(county or "市本级"), formats.names(names.to_list(), most=_UNITS_SHOWN)


def due_words(day: date | None, hour: int) -> str:
    """12月21日18时; null prints —."""
    return formats.ABSENT if day is None else f"{day.month}月{day.day}日{hour}时"


def share_words(row: dict) -> str:
    """应报249份，已报244份，报送率97.99%."""
    return (
        f"应报{row['reports_owed']}份，已报{row['reports_filed']}份，"
        f"报送率{formats.plain(row['complete_share'])}%"
    )
