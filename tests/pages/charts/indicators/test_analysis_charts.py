"""Funnel, intervals, contributions, tiles, and what a trend marks besides its values."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from pages.charts.errors import ChartDataError
from pages.charts.indicators import contributions, funnel, intervals, tile_map, trend
from pages.charts.indicators.trend_marks import Event
from pages.theme import formats
from tests.pages.charts.drawing import SIGNING, drawn
from tests.pages.charts.indicators.test_trend import row

PARTS = {"own": "自身变化", "mix": "占比变化"}


def spread(count):
    return pl.DataFrame(
        {
            "area_code": [f"{number:06d}" for number in range(count)],
            "area_name": [f"{number}县" for number in range(count)],
            "denominator": [100.0 * (number + 1) for number in range(count)],
            "printed": [90.0] * (count - 1) + [60.0],
            "interval_low": [85.0] * (count - 1) + [55.0],
            "interval_high": [95.0] * (count - 1) + [65.0],
            "parent_printed": [89.0] * count,
            "low_95": [80.0] * count,
            "high_95": [98.0] * count,
            "low_998": [75.0] * count,
            "high_998": [100.0] * count,
            "outside": ["正常波动"] * (count - 1) + ["明显偏低"],
        }
    )


def traces(figure: Any) -> list[Any]:
    return list(figure.data)


def of_type(figure, kind):
    return [trace for trace in traces(figure) if trace.type == kind]


draw_contributions = drawn(contributions.contributions)
draw_funnel = drawn(funnel.funnel)
draw_intervals = drawn(intervals.intervals)
draw_tiles = drawn(tile_map.tile_map)
draw_trend = drawn(trend.trend)


class TestFunnel:
    def test_only_what_lies_outside_is_named_and_every_area_can_be_clicked(self):
        figure = draw_funnel(spread(12), SIGNING)
        points = [trace for trace in traces(figure) if trace.customdata is not None]
        areas = [
            code
            for trace in points
            for code, rate in zip(trace.customdata, trace.y, strict=True)
            if rate is not None
        ]
        assert len(areas) == len(set(areas)) == 12
        words = [
            name
            for trace in points
            for name, rate in zip(trace.text, trace.y, strict=True)
            if rate is not None and "text" in trace.mode
        ]
        assert words == ["11县"]
        assert "与整体差异显著的有1个：11县（明显偏低）" in funnel.describe(spread(12), SIGNING)

    def test_nothing_comes_of_no_rows_and_a_missing_column_is_named(self):
        assert not draw_funnel(spread(2).clear(), SIGNING).data
        with pytest.raises(ChartDataError, match="outside"):
            draw_funnel(spread(2).drop("outside"), SIGNING)


class TestIntervals:
    def test_a_hollow_point_is_one_that_the_whole_lies_within(self):
        (points,) = of_type(draw_intervals(spread(3), SIGNING), "scatter")
        assert list(points.marker.color).count("#FFFFFF") == 2
        assert list(points.error_x.array) == [5.0, 5.0, 5.0]
        assert "差异不显著，不宜排名" in points.hovertext[0]


class TestContributions:
    TABLE = pl.DataFrame(
        {
            "area_code": ["1", "2", "3"],
            "area_name": ["甲县", "乙县", "丙县"],
            "own": [0.4, -0.9, None],
            "mix": [0.1, 0.0, None],
        }
    )

    def test_the_largest_effect_stands_first_and_unknown_ones_are_left_out(self):
        figure = draw_contributions(self.TABLE, SIGNING, PARTS, unit="个百分点")
        assert list(figure.layout.yaxis.ticktext) == ["乙县", "甲县"]
        (labels,) = of_type(figure, "scatter")
        assert [text.strip() for text in labels.text] == ["-0.90", "+0.50"]

    def test_small_effects_keep_enough_places_to_differ(self):
        small = self.TABLE.with_columns(own=pl.col("own") / 1000, mix=pl.lit(0.0))
        assert contributions.places(small, PARTS) == 4
        said = contributions.describe(small, SIGNING, PARTS, unit="个百分点")
        assert "乙县-0.0009个百分点" in said


class TestTiles:
    TABLE = pl.DataFrame(
        {
            "area_code": [str(number) for number in range(7)],
            "area_name": [f"{number}镇" for number in range(7)],
            "printed": [90.0] * 6 + [None],
            "numerator": [9.0] * 6 + [None],
            "denominator": [10.0] * 6 + [None],
            "light": ["达标"] * 6 + ["未报"],
            "light_reason": [None] * 7,
            "state": ["正常"] * 6 + ["未报"],
        }
    )

    def test_every_area_has_its_tile_the_silent_one_too(self):
        bars = of_type(draw_tiles(self.TABLE, SIGNING), "bar")
        places = [(x, y) for bar in bars for x, y in zip(bar.x, bar.base, strict=True)]
        assert len(places) == len(set(places)) == 7
        assert sorted(code for bar in bars for code in bar.customdata) == sorted(
            self.TABLE["area_code"]
        )
        words = [text for bar in bars for text in bar.text]
        assert "0镇<br>90.00%<br>●" in words
        assert "6镇<br>未报" in words


class TestTrendMarks:
    TABLE = pl.DataFrame(
        [
            row("2020-W50", 90.0, target=None, yoy_value=80.0),
            row("2020-W51", 91.0, target=None, yoy_value=81.0),
        ]
    )

    def test_an_event_is_a_numbered_line_in_its_own_week(self):
        event = Event(date(2020, 12, 16), "集中签约")
        figure = draw_trend(self.TABLE, SIGNING, events=[event])
        (line,) = figure.layout.shapes
        weeks = traces(figure)[-1].x
        assert line.x0 == weeks[-1]
        assert [note.text for note in figure.layout.annotations if "(1)" in note.text] == ["(1)"]

    def test_a_corrected_period_has_a_mark_that_says_what_changed(self):
        figure = draw_trend(self.TABLE, SIGNING, corrected={"2020-W50": "89.00% 改为 90.00%"})
        (marks,) = [trace for trace in traces(figure) if trace.name == "订正过"]
        assert list(marks.hovertext) == ["89.00% 改为 90.00%", ""]
        assert list(marks.y) == [90.0, None]

    def test_a_second_area_takes_the_place_of_last_year(self):
        figure = draw_trend(self.TABLE, SIGNING, other=self.TABLE, names=("甲县", "乙县"))
        names = [trace.name for trace in traces(figure)]
        assert "上年同期" not in names
        assert {"甲县", "乙县"} <= set(names)


def test_a_movement_prints_its_sign_and_none_for_nothing():
    assert [formats.signed(value) for value in (0.354, -0.2, 0.004)] == ["+0.35", "-0.20", "0.00"]
