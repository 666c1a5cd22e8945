"""One figure by area and period: a field of cells in which gaps and quiet weeks stand out."""

import re

import polars as pl

from pages.charts.description import Chart, Series
from pages.charts.ends import at_end
from pages.charts.errors import need
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("area_code", "area_name", "period")

_ROW = 26  # px, as in the field of kinds and areas
_SIGNS = re.compile(r"\d+|\D")


@made_once
def period_cells(table: pl.DataFrame, value: str, *, unit: str, name: str) -> Chart:
    """Describe one cell per area and period, the deeper the more.

    table   One row per (area, period), areas in reading order, periods ascending; a null figure
            was not filed and is no cell.
    value   The column of figures, in `unit`, called `name`.
    raises  ChartDataError when a column is missing.
    source  outreach_weeks.sql
    """
    need(table, (*NEEDED, value), "period_cells")
    areas = dict(table.select("area_code", "area_name").unique(maintain_order=True).rows())
    periods = table["period"].unique().sort().to_list()
    figures = {(code, period): figure for code, period, figure in _cells(table, value)}
    short = [formats.period_short(period, chosen=periods[-1]) for period in periods]
    return Chart(
        kind="cells",
        alt=describe(table, value, unit=unit, name=name),
        names=list(areas.values()),
        shown=[wrapped(each, 9) for each in areas.values()],
        codes=list(areas),
        series=[
            Series(
                name=word,
                values=[figures.get((code, period)) for code in areas],
                texts=[_text(figures.get((code, period))) for code in areas],
                hovers=[
                    f"<b>{each}</b><br>{formats.period_label(period)}<br>"
                    f"{name} {formats.value_text(figures.get((code, period)), unit, 0)}"
                    for code, each in areas.items()
                ],
            )
            for period, word in zip(periods, short, strict=True)
        ],
        height=160 + _ROW * len(areas) if areas else tokens.CHART_HEIGHT,
        # Sign under sign: twelve weeks stand beside each other on a telephone.
        on_screen={"xaxis": {"ticktext": ["<br>".join(_SIGNS.findall(each)) for each in short]}},
    )


@made_once
def finding(table: pl.DataFrame, column: str, *, unit: str, name: str) -> str:
    """The areas with most of a column that says one figure of each: 没有巡诊的周数最多的是…."""
    need(table, (*NEEDED, column), "period_cells")
    each = table.unique("area_code", maintain_order=True).select("area_name", column).rows()
    known = [(area, figure, formats.value_text(figure, unit, 0)) for area, figure in each]
    most = at_end([row for row in known if row[1]], most=True) if len(known) > 1 else ""
    return f"{name}最多的是{most}" if most else ""


@made_once
def describe(table: pl.DataFrame, value: str, *, unit: str, name: str) -> str:
    """The sums of the newest period in words, for those who cannot see the cells."""
    need(table, (*NEEDED, value), "period_cells")
    newest = table.filter(pl.col("period") == pl.col("period").max()).drop_nulls(value)
    if newest.is_empty():
        return "逐期对照图：没有数据。"
    told = [f"{row['area_name']}{formats.amount(row[value])}{unit}" for row in newest.to_dicts()]
    period = formats.period_label(newest["period"][0])
    return f"逐期对照图，{period}{name}：{formats.names(told, most=6)}。"


def _cells(table: pl.DataFrame, value: str) -> list[tuple[str, str, float | None]]:
    return table.select("area_code", "period", value).rows()


def _text(figure: float | None) -> str:
    return formats.ABSENT if figure is None else formats.amount(figure)
