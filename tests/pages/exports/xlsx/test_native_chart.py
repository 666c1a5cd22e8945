"""A described chart in a workbook: its rows as a table, and Excel's chart of them."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from pages.charts.description import Chart, LineAcross, Series
from pages.exports import xlsx
from pages.exports.sheets import Book
from pages.exports.xlsx import native_chart

TARGET = LineAcross(name="目标", value=95, words="目标 95%")


def chart(kind: Any, names, *series, **more):
    """A chart of as many names as its series have values."""
    return Chart(kind=kind, alt="各地签约率图", names=names, series=series, **more)


def rows(described):
    """The headings and rows of its sheet."""
    sheet = native_chart.sheet(described, name="图", title="签约", lines=())
    return [[column.heading for column in sheet.columns], *map(list, sheet.table.rows())]


def drawn(described) -> Any:
    """The chart in the written workbook."""
    sheet = native_chart.sheet(described, name="图", title="签约", lines=())
    buffer = BytesIO()
    xlsx.write(buffer, Book("页", (sheet,)))
    return vars(openpyxl.load_workbook(buffer)["图"])["_charts"][0]


def test_every_name_stands_beside_its_figures_and_a_gap_stays_a_gap():
    bars = Series(name="签约率", values=[97.5, None])
    described = chart(
        "bars", ["睢阳区", "梁园区"], bars, shown=["睢阳<br>区  1", "梁园区"], unit="%"
    )
    assert rows(described) == [["名称", "签约率（%）"], ["睢阳区", 97.5], ["梁园区", None]]
    made = drawn(described)
    assert made.barDir == "bar"
    assert made.series[0].val.numRef.f == "图!$B$3:$B$4"
    assert made.series[0].cat.strRef.f == "图!$A$3:$A$4"


def test_one_target_turns_the_bars_upright_and_is_a_line_over_them():
    described = chart("bars", ["甲", "乙"], Series(name="率", values=[90, 80]), lines=[TARGET])
    assert rows(described)[1:] == [["甲", 90, 95], ["乙", 80, 95]]
    made = drawn(described)
    assert made.barDir == "col"
    assert {type(each).__name__ for each in made._charts} == {"BarChart", "LineChart"}


def test_a_line_is_called_by_its_own_name():
    gone = LineAcross(name="时序进度", value=91.5, words="时序进度 91.50%")
    described = chart("bars", ["甲"], Series(name="支出", values=[80]), lines=[gone], unit="%")
    assert rows(described)[0] == ["名称", "支出（%）", "时序进度（%）"]


@pytest.mark.parametrize(
    "more", [{"names": [str(n) for n in range(21)]}, {"stacked": True}], ids=["many", "stacked"]
)
def test_bars_that_cannot_stand_upright_lie_without_a_target(more):
    names = more.pop("names", ["甲"])
    described = chart(
        "bars", names, Series(name="率", values=[1] * len(names)), lines=[TARGET], **more
    )
    assert len(rows(described)[0]) == 2
    assert drawn(described).barDir == "bar"


def test_the_target_of_a_line_is_dashed_and_has_no_points():
    value = Series(name="本期", values=[90, None, 92], form="line")
    aim = Series(name="目标", values=[95, 95, 95], form="line", dashed=True)
    described = chart("lines", ["第1周", "第2周", "第3周"], value, aim, unit="%")
    assert rows(described)[2] == ["第2周", None, 95]
    first, second = drawn(described).series
    assert (first.marker.symbol, second.marker.symbol) == ("circle", None)
    assert second.graphicalProperties.line.dashStyle == "dash"


def test_points_keep_both_their_figures_and_their_names():
    near = Series(name="差异不显著", values=[3, None], across=[1, 2], form="point")
    far = Series(name="差异显著", values=[None, 4], across=[1, 2], form="point")
    described = chart(
        "points", ["甲", "乙"], near, far, measure="履约率", unit="%", across="签约率",
        across_unit="%",
    )  # fmt: skip
    assert rows(described) == [["名称", "签约率（%）", "履约率（%）"], ["甲", 1, 3], ["乙", 2, 4]]
    assert type(drawn(described)).__name__ == "ScatterChart"


def test_bars_that_hang_stand_on_bars_that_cannot_be_seen():
    hanging = Series(name="金额", values=[10, 4], starts=[0, 6])
    described = chart("bars", ["合计", "医保"], hanging)
    assert rows(described)[0] == ["名称", native_chart.START, "金额"]
    made = drawn(described)
    assert made.grouping == "stacked"
    assert made.series[0].graphicalProperties.solidFill.srgbClr == "FFFFFF"


def test_what_only_the_screen_shows_is_no_data():
    ground = Series(name="应完成数", values=[100], aside=True)
    described = chart("bars", ["甲"], ground, Series(name="已完成", values=[40]))
    assert rows(described) == [["名称", "已完成"], ["甲", 40]]


def test_bars_on_both_sides_of_zero_are_seen_whole():
    both = chart("bars", ["甲", "乙"], Series(name="影响", values=[0.5, -0.9]))
    above = chart("bars", ["甲", "乙"], Series(name="影响", values=[0.5, 0.9]))
    lowest = [drawn(each).y_axis.scaling.min for each in (both, above)]
    assert lowest == [None, 0]


def test_cells_are_a_field_without_a_chart():
    described = chart(
        "cells", ["脑卒中", "尘肺病"], Series(name="甲县", values=[12, None]),
        Series(name="乙县", values=[2.5, 0]),
    )  # fmt: skip
    sheet = native_chart.sheet(described, name="图", title="救治", lines=())
    assert (sheet.chart, sheet.shaded) == (None, ("s0", "s1"))
    assert rows(described)[1:] == [["脑卒中", 12, 2.5], ["尘肺病", None, 0]]


def test_the_chart_carries_its_sentence_for_those_who_cannot_see_it():
    sheet = native_chart.sheet(
        chart("bars", ["甲"], Series(name="率", values=[1])), name="图", title="签约", lines=()
    )
    buffer = BytesIO()
    xlsx.write(buffer, Book("页", (sheet,)))
    drawing = ZipFile(buffer).read("xl/drawings/drawing1.xml").decode()
    assert 'descr="各地签约率图"' in drawing
