"""Steps from what is due to what is done: one bar per group, filled as far as it got."""

import polars as pl

from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("indicator", "population", "population_name", "step_order", "step", "count", "unit")

_LABEL_ROOM = 156  # px right of the plot for the share and both counts


@made_once
def steps(table: pl.DataFrame) -> Figure:
    """Draw one bar per group: the pale whole is its first step, the blue part its last.

    table    Rows (group, step), groups in reading order; a group is an (indicator, population),
             named by population_name, its steps are numbered by step_order;
             count in `unit`, null = not reported. Groups may count different things (人, 项次), so
             each bar is a share of its own whole, from 0 to 100 %, and prints both counts.
    raises   ChartDataError when a column is missing.
    source   signing_funnel.sql
    """
    need(table, NEEDED, "steps")
    groups = [_pair(group) for group in _groups(table)]
    figure = new_figure(height=tokens.bar_height(len(groups)) + 2 * len(groups))
    if not groups:
        return figure
    positions = list(range(len(groups)))
    hovers = [
        f"<b>{group['name']}</b><br>{group['first_step']} {group['first_text']}"
        f"<br>{group['last_step']} {group['last_text']}<br>占 {group['share_text']}"
        for group in groups
    ]
    figure.add_bar(
        x=[100] * len(groups),
        y=positions,
        orientation="h",
        marker={"color": tokens.BLUE_PALE},
        hovertext=hovers,
        hoverinfo="text",
        showlegend=False,
    )
    figure.add_bar(
        x=[group["share"] or 0 for group in groups],
        y=positions,
        orientation="h",
        marker={"color": tokens.BLUE},
        hovertext=hovers,
        hoverinfo="text",
        showlegend=False,
    )
    figure.add_scatter(
        x=[101] * len(groups),
        y=positions,
        mode="text",
        text=[f"<b>{group['share_text']}</b><br>{group['counts_text']}" for group in groups],
        textposition="middle right",
        textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    figure.update_xaxes(
        range=[0, 102],
        tickvals=[0, 50, 100],
        ticktext=["0", "50%", "100%"],
        title_text="占应完成数的比例(%)",
        title_standoff=4,
        tickangle=0,
        showgrid=False,
    )
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[wrapped(group["name"], 8) for group in groups],
        range=[len(groups) - 0.4, -0.6],
        tickfont={"color": tokens.INK},
        showgrid=False,
    )
    return figure.update_layout(barmode="overlay", margin={"r": _LABEL_ROOM})


@made_once
def finding(table: pl.DataFrame) -> str:
    """Who has the smallest share: 最低的是履约服务（92.78%）; empty when all are equal."""
    need(table, NEEDED, "steps")
    pairs = [_pair(rows) for rows in _groups(table)]
    known = [(pair["name"], pair["share"], pair["share_text"]) for pair in pairs]
    least = at_end(known) if len(known) > 1 else ""
    return f"最低的是{least}" if least else ""


@made_once
def describe(table: pl.DataFrame) -> str:
    """The steps of every group in words, for those who cannot see them."""
    need(table, NEEDED, "steps")
    said = "；".join(
        f"{group['name']}{group['first_step']}{group['first_text']}、"
        f"{group['last_step']}{group['last_text']}（{group['share_text']}）"
        for group in (_pair(rows) for rows in _groups(table))
    )
    return f"进度图：{said}。" if said else "进度图：没有数据。"


def _groups(table: pl.DataFrame) -> list[list[dict]]:
    groups: dict[tuple[str, str], list[dict]] = {}
    for row in table.iter_rows(named=True):
        groups.setdefault((row["indicator"], row["population"]), []).append(row)
    return [sorted(rows, key=lambda row: row["step_order"]) for rows in groups.values()]


def _pair(rows: list[dict]) -> dict:
    """The first and the last step of one group, laid out."""
    first, last = rows[0], rows[-1]
    due, done = first["count"], last["count"]
    return {
        "name": first["population_name"],
        "first_step": first["step"],
        "last_step": last["step"],
        "first_text": _exact(first["count"], first["unit"]),
        "last_text": _exact(last["count"], last["unit"]),
        "counts_text": f"{_exact(last['count'])} / {_exact(due, first['unit'])}",
        "share": 100 * done / due if due and done is not None else None,
        "share_text": formats.ratio_text(last["count"], first["count"]),
    }


def _exact(count: float | None, unit: str = "") -> str:
    """Both parts of a share are printed to the last one, not in 万."""
    return formats.ABSENT if count is None else f"{formats.amount(count)}{unit}"
