"""The sentences of the news, and the same as plain data."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pages.exports.briefing.revisions import Revision
from pages.exports.news.compare import News
from pages.exports.sheets import DEMO
from pages.theme import formats, tokens

_SHOWN = 5  # of one kind in a message; the JSON has all


def lines(news: News, *, most: int = _SHOWN) -> list[tuple[str, str]]:
    """What is news, kind by kind: the kind with its number, and the first so many in words."""
    red, green = ([turned(row) for row in each.to_dicts()] for each in (news.red, news.green))
    moved = [corrected(each) for each in news.corrected]
    found = (
        (f"转为{tokens.BEHIND.word}{len(red)}项", "项", red),
        (f"转为{tokens.MET.word}{len(green)}项", "项", green),
        (f"新增未报{news.unreported.height}份", "张表", unreported(news)),
        (f"往期数变动{len(moved)}处", "处", moved),
    )
    return [
        (kind, formats.names(said, most=most, count=count, between="；"))
        for kind, count, said in found
        if said
    ]


def since(news: News) -> str:
    """与40号快照（2020年第50周）相比."""
    number, short = news.before.snapshot, formats.period_short(news.before.period)
    if number == news.now.snapshot:
        return f"与{short}相比"
    return f"与{number}号快照（{short}）相比"


def message(news: News, *, place: str, demo: bool) -> str:
    """The whole as text."""
    mark = f"（{DEMO}）" if demo else ""
    head = f"【新情况】{place}{mark}{formats.period_short(news.now.period)}，{since(news)}"
    said = [f"◆{kind}：{words}" for kind, words in lines(news)]
    foot = f"快照{news.now.snapshot}号"
    return "\n".join([f"{head}：", *(said or ["没有新情况。"]), foot])


def turned(row: dict[str, Any]) -> str:
    """睢县家庭医生签约率91.20%（连续两期变差，原为预警95.30%）."""
    now = _value(row["printed"], row)
    before = f"原为{row['light_before'] or '无灯'}{_value(row['printed_before'], row)}"
    why = formats.said(row["light_reason"], before)
    return f"{row['area_name']}{row['indicator_name']}{now}（{why}）"


def unreported(news: News) -> list[str]:
    """《家庭医生签约服务周报表》第51周梁园区刘口镇、民权县双塔镇, table by table."""
    groups = news.unreported.group_by("table_title", "period", maintain_order=True)
    return [
        f"《{title}》{formats.period_short(str(period), chosen=news.now.period)}"
        f"{formats.names(part['unit_label'].to_list())}"
        for (title, period), part in groups
    ]


def corrected(each: Revision) -> str:
    """睢县家庭医生签约率2020年第50周由95.30%改为95.10%."""
    row = each.row
    return (
        f"{row['area_name']}{row['indicator_name']}{formats.period_short(row['period'])}"
        f"由{_value(each.before, row)}改为{_value(row['printed'], row)}"
    )


def data(news: News, *, place: str, demo: bool) -> dict[str, Any]:
    """All of it as JSON takes it."""
    reading = ["area_code", "area_name", "indicator", "indicator_name", "period", "unit"]
    lit = [*reading, "printed", "light", "printed_before", "light_before"]
    owed = ["table_id", "table_title", "unit_code", "unit_label", "period", "due_on", "state"]
    return {
        "area_code": news.area,
        "area_name": place,
        "demo": demo,
        "snapshot": news.now.snapshot,
        "period": news.now.period,
        "since": {"snapshot": news.before.snapshot, "period": news.before.period},
        "turned_red": _rows(news.red, lit),
        "turned_green": _rows(news.green, lit),
        "newly_unreported": _rows(news.unreported, owed),
        "corrected": [
            {name: each.row[name] for name in reading}
            | {"printed": each.row["printed"], "printed_before": each.before}
            for each in news.corrected
        ],
    }


def _rows(table: pl.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    return table.select(columns).to_dicts()


def _value(printed: float | None, row: dict[str, Any]) -> str:
    return "" if printed is None else formats.value_text(printed, row["unit"], row["decimals"])
