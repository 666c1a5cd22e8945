"""Steps from what is due to what is done: one bar per group, filled as far as it got."""

import polars as pl

from pages.charts.axes import SHARES
from pages.charts.description import Chart, Label, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("indicator", "population", "population_name", "step_order", "step", "count", "unit")

_LABEL_ROOM = 156  # px right of the plot for the share and both counts


@made_once
def steps(table: pl.DataFrame) -> Chart:
    """Describe one bar per group: the pale whole is its first step, the blue part its last.

    table    Rows (group, step), groups in reading order; a group is an (indicator, population),
             named by population_name, its steps are numbered by step_order;
             count in `unit`, null = not reported. Groups may count different things (人, 项次), so
             each bar is a share of its own whole, from 0 to 100 %, and prints both counts.
    raises   ChartDataError when a column is missing.
    source   signing_funnel.sql
    """
    need(table, NEEDED, "steps")
    groups = [_pair(group) for group in _groups(table)]
    hovers = [
        f"<b>{group['name']}</b><br>{group['first_step']} {group['first_text']}"
        f"<br>{group['last_step']} {group['last_text']}<br>占 {group['share_text']}"
        for group in groups
    ]
    whole = Series(
        name="应完成数",
        values=[100] * len(groups),
        colour=tokens.BLUE_PALE,
        hovers=hovers,
        aside=True,
    )
    done = Series(
        name="占应完成数的比例",
        values=[group["share"] for group in groups],
        colour=tokens.BLUE,
        hovers=hovers,
    )
    return Chart(
        kind="bars",
        alt=describe(table),
        names=[group["name"] for group in groups],
        shown=[wrapped(group["name"], 8) for group in groups],
        series=[whole, done],
        measure=done.name,
        unit="%",
        full=100,
        labels=[
            Label(words=f"<b>{group['share_text']}</b><br>{group['counts_text']}")
            for group in groups
        ],
        height=tokens.bar_height(len(groups)) + 2 * len(groups),
        on_screen={
            "barmode": "overlay",
            "xaxis": SHARES | {"title": {"standoff": 4}, "showgrid": False},
            "margin": {"r": _LABEL_ROOM},
        },
    )


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
