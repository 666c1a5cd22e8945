"""A fund's balance through the year, and on to its end at last year's pace."""

from typing import Any

import polars as pl

from data.periods import Period
from pages.charts.description import Chart, Series
from pages.charts.errors import need
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("period", "opening_balance", "balance", "is_outlook", "income", "expense", "runs_out",
          "months_covered", "last_filed")  # fmt: skip

OUTLOOK = "按上年同月收支推算"
_TEN_THOUSAND = 10_000  # 万元 in 亿元
_END_LABEL_ROOM = 132


@made_once
def fund_line(table: pl.DataFrame, *, height: int = tokens.CHART_HEIGHT) -> Chart:
    """Describe the balance from the year's opening to its last month.

    table    One row per month of one year, ascending, of one fund or one area: balance in 万元,
             null = not filed or not to be said (the line breaks); is_outlook: still to come.
    returns  Filed months solid, those to come dashed, zero as a line; in 亿元 from 1 亿元 on.
    raises   ChartDataError when a column is missing.
    source   fund_balance.sql
    """
    need(table, NEEDED, "fund_line")
    rows = table.to_dicts()
    known = [abs(row["balance"]) for row in rows if row["balance"] is not None]
    large = max(known, default=0) >= _TEN_THOUSAND
    size, unit = (_TEN_THOUSAND, "亿元") if large else (1, "万元")
    out = next((row for row in rows if row["period"] == row["runs_out"]), None)
    if rows:
        start = {"period": "", "balance": rows[0]["opening_balance"], "is_outlook": False}
        rows = [start, *rows]
    filed = [row for row in rows if not row["is_outlook"]]
    # The outlook sets out from the last filed month.
    coming = filed[-1:] + rows[len(filed) :] if len(filed) < len(rows) else []
    return Chart(
        kind="lines",
        alt=describe(table),
        names=[f"{_place(row)}月" if row["period"] else "年初" for row in rows],
        places=[_place(row) for row in rows],
        series=[
            _part("已报", filed, rows, size, tokens.BLUE, "" if coming else "middle right"),
            _part(OUTLOOK, coming, rows, size, tokens.BLUE_MIDDLE, "middle right"),
        ],
        measure="累计结余",
        unit=unit,
        legend=True,
        height=height,
        notes=[_runs_out(out, size)] if out else [],
        on_screen={
            "xaxis": {
                "tickvals": [0, 3, 6, 9, 12],
                "ticktext": ["年初", "3月", "6月", "9月", "12月"],
                "range": [-0.3, 12.3],
                "showgrid": False,
            },
            "yaxis": {
                "rangemode": "tozero",
                "zeroline": True,
                "zerolinecolor": tokens.INK,
                "zerolinewidth": 1,
            },
            "margin": {"t": 40, "r": _END_LABEL_ROOM},
        },
    )


def _part(
    name: str, part: list[dict], rows: list[dict], size: int, colour: str, side: str
) -> Series:
    """The line over some of the months, its last figure beside it.

    side  Where the figure stands; empty: clear of the line that leads to it.
    """
    inside = [row if row in part else None for row in rows]
    return Series(
        name=name,
        form="line",
        dashed=name == OUTLOOK,
        values=[
            row["balance"] / size if row and row["balance"] is not None else None for row in inside
        ],
        colour=colour,
        texts=[_end(row) if row and row is part[-1] else "" for row in inside],
        hovers=[_hover(row) if row else "" for row in inside],
        on_screen={
            "mode": "lines+markers+text",
            "line": {"width": 2.5, "dash": "dot" if name == OUTLOOK else "solid"},
            "marker": {"size": 6, "color": colour},
            "textposition": side or _beside(part),
            "textfont": {"color": colour, "size": tokens.SIZE_BODY},
            "cliponaxis": False,
        },
    )


def _runs_out(row: dict[str, Any], size: int) -> dict[str, Any]:
    """The month in which nothing is left, at its place on the line."""
    return {
        "x": _place(row),
        "y": row["balance"] / size,
        "text": f"{formats.period_short(row['period'], chosen=row['period'])}结余为零",
        "font": {"color": tokens.BEHIND.text, "size": tokens.SIZE_BODY},
        "arrowcolor": tokens.BEHIND.text,
    }


@made_once
def finding(table: pl.DataFrame) -> str:
    """基金结余23.30亿元,推算年内结余不会为零: where it stands and whether it lasts."""
    need(table, NEEDED, "fund_line")
    filed = table.filter(~pl.col("is_outlook")).drop_nulls("balance")
    if filed.is_empty():
        return "医保基金结余：本年没有报送"
    now, end = filed.row(-1, named=True), table.row(-1, named=True)
    said = [f"基金结余{formats.value_text(now['balance'], '万元')}"]
    if now["months_covered"] is not None:
        said.append(f"可支付{formats.plain(now['months_covered'], 1)}个月")
    if now["runs_out"]:
        month = formats.period_short(now["runs_out"], chosen=now["period"])
        ahead = table.filter(pl.col("period") == now["runs_out"])["is_outlook"].item()
        said.append(f"推算{month}结余为零" if ahead else f"{month}结余已为零")
    elif end["balance"] is not None:
        said.append("推算年内结余不会为零" if end["is_outlook"] else "年内结余未到零")
    return "，".join(said)


@made_once
def describe(table: pl.DataFrame) -> str:
    """The course of the balance in words, for those who cannot see the line."""
    need(table, NEEDED, "fund_line")
    if table.is_empty():
        return "基金结余图：没有数据。"
    first, last = table.row(0, named=True), table.row(-1, named=True)
    outlook = "推算" if last["is_outlook"] else ""
    return (
        f"基金结余图：年初{formats.value_text(first['opening_balance'], '万元')}；"
        f"{finding(table)}；年底{outlook}{formats.value_text(last['balance'], '万元')}。"
    )


def _beside(filed: list[dict[str, Any]]) -> str:
    """Where the newest figure stands clear of the line that leads to it."""
    known = [row["balance"] for row in filed if row["balance"] is not None]
    return "top left" if len(known) < 2 or known[-1] >= known[-2] else "bottom left"


def _place(row: dict[str, Any]) -> int:
    return Period.parse(row["period"]).number if row["period"] else 0


def _end(row: dict[str, Any]) -> str:
    text = formats.value_text(row["balance"], "万元")
    return f" 推算{text}" if row["is_outlook"] else f" {text}"


def _hover(row: dict[str, Any]) -> str:
    if not row["period"]:
        return f"<b>年初</b><br>累计结余 {formats.value_text(row['balance'], '万元')}"
    head = f"<b>{formats.period_label(row['period'])}</b>"
    if row["balance"] is None:
        return f"{head}<br>未报"
    lines = [
        f"{head}{'(推算)' if row['is_outlook'] else ''}",
        f"累计结余 {formats.value_text(row['balance'], '万元')}",
    ]
    if not row["is_outlook"]:
        lines.append(f"本年收入 {formats.value_text(row['income'], '万元')}")
        lines.append(f"本年支出 {formats.value_text(row['expense'], '万元')}")
    return "<br>".join(lines)
