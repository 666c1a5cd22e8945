"""Flow of visits from kind of service to level of care."""

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import new_figure
from pages.charts.once import made_once
from pages.charts.screen import Picture
from pages.theme import formats, tokens

NEEDED = ("source", "target", "count")


@made_once
def sankey(table: pl.DataFrame, *, unit: str, height: int = tokens.CHART_HEIGHT) -> Picture:
    """Draw the flows between named places, each place labelled with its name and its total.

    table    One row per link: source str, target str, count in `unit`; null or 0 draws no link.
    returns  Places outside the county (县域外…) in grey, all others in blue: what stays is what
             the indicator counts.
    raises   ChartDataError when a column is missing.
    source   visit_flow.sql
    """
    need(table, NEEDED, "sankey")
    figure = new_figure(height=height)
    links = [row for row in table.iter_rows(named=True) if row["count"]]
    if not links:
        return Picture(figure, describe(table, unit=unit))
    names = list(dict.fromkeys([row["source"] for row in links] + [row["target"] for row in links]))
    place = {name: number for number, name in enumerate(names)}
    outside = {name: "外" in name for name in names}
    totals = {
        name: max(
            sum(row["count"] for row in links if row["source"] == name),
            sum(row["count"] for row in links if row["target"] == name),
        )
        for name in names
    }
    figure.add_sankey(
        arrangement="snap",
        valueformat=".0f",
        textfont={"color": tokens.INK, "size": tokens.SIZE_CHART},
        node={
            "label": [f"{name} {formats.value_text(totals[name], unit)}" for name in names],
            "color": [tokens.LAST_YEAR if outside[name] else tokens.BLUE for name in names],
            "line": {"width": 0},
            "pad": 22,
            "thickness": 14,
            "hovertemplate": "%{label}<extra></extra>",
        },
        link={
            "source": [place[row["source"]] for row in links],
            "target": [place[row["target"]] for row in links],
            "value": [row["count"] for row in links],
            "color": [
                "rgba(154, 168, 186, 0.45)" if outside[row["target"]] else "rgba(91, 134, 184, 0.4)"
                for row in links
            ],
            "customdata": [
                f"{row['source']} → {row['target']}<br>{formats.value_text(row['count'], unit)}"
                for row in links
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    )
    return Picture(
        figure.update_layout(margin={"l": 8, "r": 8, "t": 12, "b": 12}), describe(table, unit=unit)
    )


@made_once
def finding(table: pl.DataFrame, *, unit: str) -> str:
    """How many went outside: 县域外315.00万人次; empty without a figure."""
    need(table, NEEDED, "sankey")
    outside = table.filter(pl.col("target").str.contains("外")).drop_nulls("count")
    if outside.is_empty():
        return ""
    return f"县域外{formats.value_text(outside['count'].sum(), unit)}"


@made_once
def describe(table: pl.DataFrame, *, unit: str) -> str:
    """The flows in words, for those who cannot see them."""
    need(table, NEEDED, "sankey")
    said = "；".join(
        f"{row['source']}到{row['target']}{formats.value_text(row['count'], unit)}"
        for row in table.iter_rows(named=True)
        if row["count"] is not None
    )
    return f"流向图：{said}。" if said else "流向图：没有数据。"
