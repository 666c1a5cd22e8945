"""The 832 counties: by province and the year they left the list."""

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import Figure, new_figure
from pages.charts.labels import wrapped
from pages.charts.once import made_once
from pages.theme import formats, tokens

NEEDED = ("province", "exit_year", "counties", "province_total")
_LEAST = 6  # counties: on a phone a narrower part has no room for its number
_ROW = 26  # px
_TILES = 6  # in a row
_TILE = 62  # px


@made_once
def county_exits(table: pl.DataFrame) -> Figure:
    """Draw one bar per province, its parts the years of leaving, its end the total.

    table    One row per (province, exit_year), provinces in the order they are to be read.
    raises   ChartDataError when a column is missing.
    source   poverty_county_counts.sql
    """
    need(table, NEEDED, "county_exits")
    totals = table.select("province", "province_total").unique(maintain_order=True)
    provinces = totals["province"].to_list()
    figure = new_figure(height=tokens.BAR_CHROME + _ROW * len(provinces))
    years = sorted(table["exit_year"].unique().to_list())
    for year, colour in zip(years, tokens.SEQUENTIAL[-len(years) :], strict=False):
        rows = table.filter(pl.col("exit_year") == year)
        counts = dict(zip(rows["province"], rows["counties"], strict=True))
        values = [counts.get(province) for province in provinces]
        figure.add_bar(
            x=values,
            y=list(range(len(provinces))),
            orientation="h",
            name=f"{year}年",
            marker={"color": colour, "line": {"color": tokens.WHITE, "width": 1}},
            text=["" if not value or value < _LEAST else str(value) for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.ink_on(colour)},
            hovertext=[
                f"<b>{province}</b><br>{year}年摘帽 {counts.get(province) or 0}个"
                for province in provinces
            ],
            hoverinfo="text",
        )
    for position, total in enumerate(totals["province_total"]):
        figure.add_annotation(
            x=total, y=position, text=f"{total}", showarrow=False, xanchor="left", xshift=4
        )
    figure.update_xaxes(title_text="县数(个)", rangemode="tozero")
    figure.update_yaxes(
        tickvals=list(range(len(provinces))),
        ticktext=[wrapped(province, most=9) for province in provinces],
        range=[len(provinces) - 0.4, -0.6],
        tickfont={"color": tokens.INK},
        showgrid=False,
    )
    return figure.update_layout(
        barmode="stack",
        bargap=0.25,
        legend={"traceorder": "normal"},
        margin={"t": 44, "r": 32},
    )


@made_once
def province_tiles(table: pl.DataFrame) -> Figure:
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
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 8, "b": 8})


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
