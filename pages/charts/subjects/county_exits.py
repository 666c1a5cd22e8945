"""The 832 counties: by province and the year they left the list."""

from collections.abc import Sequence

import polars as pl

from pages.charts.description import Chart, Label, Series
from pages.charts.errors import need
from pages.charts.figure import new_figure
from pages.charts.labels import inside, wrapped
from pages.charts.once import made_once
from pages.charts.screen import Picture
from pages.theme import formats, tokens

NEEDED = ("province", "exit_year", "counties", "province_total")
_LEAST = 6  # counties: on a phone a narrower part has no room for its number
_ROW = 26  # px
_TILES = 6  # in a row
_TILE = 62  # px


@made_once
def county_exits(table: pl.DataFrame) -> Chart:
    """Describe one bar per province, its parts the years of leaving, its end the total.

    table    One row per (province, exit_year), provinces in the order they are to be read.
    raises   ChartDataError when a column is missing.
    source   poverty_county_counts.sql
    """
    need(table, NEEDED, "county_exits")
    totals = table.select("province", "province_total").unique(maintain_order=True)
    provinces = totals["province"].to_list()
    years = sorted(table["exit_year"].unique().to_list())
    return Chart(
        kind="bars",
        alt=describe(table),
        names=provinces,
        shown=[wrapped(province, most=9) for province in provinces],
        series=[
            _left_in(table, year, provinces, colour)
            for year, colour in zip(years, tokens.SEQUENTIAL[-len(years) :], strict=False)
        ],
        measure="县数",
        unit="个",
        labels=[Label(words=f" {total}", at=total) for total in totals["province_total"]],
        stacked=True,
        legend=True,
        height=tokens.BAR_CHROME + _ROW * len(provinces),
        on_screen={
            "barmode": "stack",
            "bargap": 0.25,
            "xaxis": {"rangemode": "tozero"},
            "legend": {"traceorder": "normal"},
            "margin": {"t": 44, "r": 32},
        },
    )


def _left_in(table: pl.DataFrame, year: int, provinces: Sequence[str], colour: str) -> Series:
    """How many counties of each province left the list in a year."""
    rows = table.filter(pl.col("exit_year") == year)
    counts = dict(zip(rows["province"], rows["counties"], strict=True))
    values = [counts.get(province) for province in provinces]
    return Series(
        name=f"{year}年",
        values=values,
        colour=colour,
        texts=["" if not value or value < _LEAST else str(value) for value in values],
        hovers=[
            f"<b>{province}</b><br>{year}年摘帽 {counts.get(province) or 0}个"
            for province in provinces
        ],
        on_screen=inside(colour),
    )


@made_once
def province_tiles(table: pl.DataFrame) -> Picture:
    """Draw one tile per province, the one with most counties first, deeper with more of them.

    The tiles stand by number, not by place: a grid laid out as a map of the country would need
    the same review as a map, and would say less about who has how many.

    table    As for `county_exits`; provinces without such a county have no row and no tile.
    raises   ChartDataError when a column is missing.
    """
    need(table, NEEDED, "province_tiles")
    totals = table.select("province", "province_total").unique(maintain_order=True).rows()
    lines = [totals[start : start + _TILES] for start in range(0, len(totals), _TILES)]
    figure = new_figure(height=16 + _TILE * max(1, len(lines)))
    padded = [[*line, *[(None, None)] * (_TILES - len(line))] for line in lines]
    figure.add_heatmap(
        z=[[count for _, count in line] for line in padded],
        text=[[f"{short(name)}<br><b>{count}</b>" if name else "" for name, count in line]
              for line in padded],
        hovertext=[[f"{name} {count}个" if name else "" for name, count in line]
                   for line in padded],
        texttemplate="%{text}",
        textfont={"color": tokens.INK, "size": tokens.SIZE_CHART},
        hoverinfo="text",
        hoverongaps=False,
        colorscale=[
            [step / (len(tokens.SEQUENTIAL_GROUND) - 1), colour]
            for step, colour in enumerate(tokens.SEQUENTIAL_GROUND)
        ],
        showscale=False,
        xgap=4,
        ygap=4,
    )  # fmt: skip
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed")
    return Picture(figure.update_layout(margin={"l": 0, "r": 0, "t": 8, "b": 8}), describe(table))


@made_once
def describe(table: pl.DataFrame) -> str:
    """The provinces in one sentence, for those who cannot see it."""
    need(table, NEEDED, "county_exits")
    totals = table.select("province", "province_total").unique(maintain_order=True).rows()
    if not totals:
        return "各省贫困县图：没有数据。"
    most = formats.names([f"{name}{count}个" for name, count in totals], count="个省（区、市）")
    return f"各省贫困县图：共{sum(count for _, count in totals)}个县，从多到少：{most}。"


def short(province: str) -> str:
    """The province's name as maps write it: 云南省 -> 云南, 广西壮族自治区 -> 广西."""
    for ending in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"):
        if province.endswith(ending):
            return province.removesuffix(ending)
    return province
