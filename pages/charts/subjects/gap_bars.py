"""Who is not insured: those who should be, and those who need not be with the reason."""

import polars as pl

from pages.charts.description import Chart, Label, Series
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("step_order", "step", "kind", "count", "due", "share")

_LABEL_ROOM = 112  # px right of the plot for count and share


@made_once
def gap_bars(table: pl.DataFrame) -> Chart:
    """Describe the gap and the exempt by reason; the insured, a thousand times as many, stay out.

    table    One row per step: kind due, insured, gap or exempt; count in people, null = not filled
             in (— and no bar); share of those due in per cent.
    returns  Bars from zero, the gap in deep blue, the exempt in grey.
    raises   ChartDataError when a column is missing.
    source   enrolment_gap.sql
    """
    need(table, NEEDED, "gap_bars")
    rows = table.filter(pl.col("kind").is_in(["gap", "exempt"])).sort("step_order").to_dicts()
    labels = [_label(row) for row in rows]
    bars = Series(
        name="人数",
        values=[row["count"] for row in rows],
        colour=[tokens.BLUE if row["kind"] == "gap" else tokens.LAST_YEAR for row in rows],
        hovers=[
            f"<b>{row['step']}</b><br>{words}" for row, words in zip(rows, labels, strict=True)
        ],
    )
    return Chart(
        kind="bars",
        alt=describe(table),
        names=[row["step"] for row in rows],
        shown=[wrapped(row["step"], 9) for row in rows],
        series=[bars],
        measure=bars.name,
        unit="人",
        full=max((row["count"] or 0 for row in rows), default=0) or 1,
        labels=[Label(words=words) for words in labels],
        height=tokens.bar_height(len(rows)),
        on_screen={"xaxis": {"nticks": 4}, "margin": {"r": _LABEL_ROOM}},
    )


@made_once
def finding(table: pl.DataFrame) -> str:
    """应参保590814人,未参保2379人(0.40%): the gap as a title."""
    need(table, NEEDED, "gap_bars")
    gap = table.filter(pl.col("kind") == "gap").drop_nulls("count")
    if gap.is_empty():
        return "参保缺口"
    row = gap.row(0, named=True)
    share = f"({formats.value_text(row['share'], '%')})" if row["share"] is not None else ""
    return (
        f"应参保{formats.value_text(row['due'], '人')}，"
        f"未参保{formats.value_text(row['count'], '人')}{share}"
    )


@made_once
def describe(table: pl.DataFrame) -> str:
    """All steps in words, for those who cannot see the bars."""
    need(table, NEEDED, "gap_bars")
    said = "、".join(
        f"{row['step']}{_label(row).replace('<br>', '，')}"
        for row in table.sort("step_order").iter_rows(named=True)
    )
    return f"参保缺口图：{said}。" if said else "参保缺口图：没有数据。"


def _label(row: dict) -> str:
    if row["count"] is None:
        return formats.ABSENT
    count = f"{formats.amount(row['count'])}人"
    if row["share"] is None:
        return count
    return f"{count}<br>占应参保{formats.value_text(row['share'], '%')}"
