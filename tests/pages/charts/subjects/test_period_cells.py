"""A field of areas and periods: what is a cell, what is none, and what the title finds."""

import polars as pl
import pytest

from pages.charts.errors import ChartDataError
from pages.charts.subjects.period_cells import describe, finding, period_cells

ROWS = pl.DataFrame(
    {
        "area_code": ["1", "1", "2", "2"],
        "area_name": ["东镇", "东镇", "西镇", "西镇"],
        "period": ["2020-W50", "2020-W51"] * 2,
        "villages": [2, 0, None, 5],
        "quiet": [1, 1, 0, 0],
    }
)
WORDS = {"unit": "个", "name": "到村数"}


def test_a_period_is_a_column_and_an_unreported_cell_is_no_zero():
    chart = period_cells(ROWS, "villages", **WORDS)
    assert chart.names == ["东镇", "西镇"]
    assert [(each.name, list(each.values), list(each.texts)) for each in chart.series] == [
        ("第50周", [2, None], ["2", "—"]),
        ("第51周", [0, 5], ["0", "5"]),
    ]


def test_the_title_names_the_area_with_most_and_is_silent_where_nobody_has_any():
    assert finding(ROWS, "quiet", unit="周", name="空白周") == "空白周最多的是东镇（1周）"
    assert finding(ROWS.with_columns(quiet=0), "quiet", unit="周", name="空白周") == ""


def test_the_newest_period_is_told_in_words():
    assert describe(ROWS, "villages", **WORDS).endswith("到村数：东镇0个、西镇5个。")
    assert describe(ROWS.clear(), "villages", **WORDS) == "逐期对照图：没有数据。"


def test_a_missing_column_is_named():
    with pytest.raises(ChartDataError, match="villages"):
        period_cells(ROWS.drop("villages"), "villages", **WORDS)
