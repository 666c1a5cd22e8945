"""The charts of public figures."""

import polars as pl
import pytest

from pages.charts.errors import ChartDataError
from pages.charts.subjects import county_exits, national_series
from tests.pages.charts.drawing import drawn, known

draw_series = drawn(national_series.national_series)
draw_exits = drawn(county_exits.county_exits)
draw_tiles = drawn(county_exits.province_tiles)

SERIES = pl.DataFrame(
    {
        "name": ["村卫生室数"] * 5,
        "year": [1990, 1995, 1996, 2017, 2018],
        "value": [3.0, 2.0, 1.0, 5.0, 4.0],
        "printed": ["3", "2", "1", "5", "4"],
        "unit": ["个"] * 5,
        "mark": ["准确数", "准确数", "准确数", "初步数", "约数"],
        "precision": ["准确数", "准确数", "准确数", "约数（万，一位小数）", "约数（千）"],
        "basis": ["甲", "甲", "甲", "乙", "丙"],
        "stretch": [1, 2, 2, 3, 4],
        "note": [None] * 5,
        "source": ["年鉴"] * 5,
    }
)
COUNTS = pl.DataFrame(
    {
        "province": ["云南省", "云南省", "海南省", "广西壮族自治区"],
        "exit_year": [2018, 2019, 2019, 2020],
        "counties": [30, 20, 5, 3],
        "province_total": [50, 50, 5, 3],
    }
)


def test_a_line_joins_only_years_of_one_stretch():
    lines = [list(known(t)) for t in draw_series(SERIES).data if t.mode == "lines"]
    assert lines == [[1995, 1996]]


def test_each_exactness_has_its_own_shape_and_word():
    shapes = {t.name: t.marker.symbol for t in draw_series(SERIES).data if t.mode == "markers"}
    assert set(shapes) == {"准确数", "约数", "初步数"}
    assert len(set(shapes.values())) == 3


def test_every_point_says_what_it_is():
    hovers = [h for t in draw_series(SERIES).data if t.mode == "markers" for h in t.hovertext]
    assert any("初步数 · 约数（万，一位小数）" in hover and "5个" in hover for hover in hovers)
    assert any("约数（千）" in hover and "约数 · " not in hover for hover in hovers)


def test_the_series_in_words_and_empty():
    assert "2018年4个(约数)" in national_series.describe(SERIES)
    assert not draw_series(SERIES.clear()).data
    assert "没有数据" in national_series.describe(SERIES.clear())
    with pytest.raises(ChartDataError, match="stretch"):
        draw_series(SERIES.drop("stretch"))


def test_the_bars_add_up_to_the_totals_at_their_ends():
    figure = draw_exits(COUNTS)
    *bars, ends = figure.data
    added = sum(value or 0 for bar in bars for value in bar.x)
    assert added == 58
    assert [words.strip() for words in ends.text] == ["50", "5", "3"]
    assert list(ends.x) == [50, 5, 3]
    assert [bar.name for bar in bars] == ["2018年", "2019年", "2020年"]


def test_tiles_stand_by_number_and_say_short_names():
    figure = draw_tiles(COUNTS)
    first = [text for text in figure.data[0].text[0] if text]
    assert first == ["云南<br><b>50</b>", "海南<br><b>5</b>", "广西<br><b>3</b>"]


def test_the_counties_in_words_and_empty():
    assert "共58个县，从多到少：" in county_exits.describe(COUNTS)
    assert "没有数据" in county_exits.describe(COUNTS.clear())
    assert not draw_exits(COUNTS.clear()).data
    draw_tiles(COUNTS.clear())
    with pytest.raises(ChartDataError, match="province_total"):
        draw_exits(COUNTS.drop("province_total"))
