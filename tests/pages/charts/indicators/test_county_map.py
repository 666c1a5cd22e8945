"""The map: lights or depths, labels, and what it cannot show."""

import polars as pl
import pytest

from data.maps import boundaries
from pages.charts.errors import ChartDataError
from pages.charts.indicators import county_map
from tests.pages.charts.drawing import SIGNING, drawn

draw = drawn(county_map.county_map)


@pytest.fixture(scope="module")
def shapes():
    return boundaries.county_shapes(["320706", "320703", "320771"])


@pytest.fixture
def counties():
    names = {"320706": "海州区", "320703": "连云区", "320771": "开发区"}
    printed = [98.0, None, 90.0]
    lights = ["达标", "未报", "滞后"]
    return pl.DataFrame(
        {
            "area_code": list(names),
            "area_name": list(names.values()),
            "printed": printed,
            "numerator": [98.0, None, 9.0],
            "denominator": [100.0, None, 10.0],
            "light": lights,
            "light_reason": [None, None, "连续两期变差"],
            "state": ["正常", "未报", "正常"],
        }
    )


def test_classes_are_the_lights_by_word_and_shape(counties, shapes):
    figure = draw(counties, SIGNING, shapes)
    fills = [trace for trace in figure.data if trace.type == "choropleth"]
    assert [trace.name for trace in fills] == ["● 达标", "○ 无灯"]
    assert [list(trace.locations) for trace in fills] == [["320706"], ["320703"]]


def test_every_area_carries_name_value_and_shape(counties, shapes):
    figure = draw(counties, SIGNING, shapes)
    assert list(figure.data[-1].text) == ["海州区<br>● 98.00%", "连云区<br>未报"]


def test_a_lowered_light_says_why_on_hover(counties):
    assert county_map.hover(counties.row(2, named=True), SIGNING).endswith("■ 滞后，连续两期变差")
    assert county_map.hover(counties.row(0, named=True), SIGNING).endswith("● 达标")


def test_an_area_without_an_outline_is_listed_not_dropped(counties, shapes):
    assert county_map.without_outline(counties, SIGNING, shapes) == ["开发区 ■ 90.00%"]


def test_without_lights_the_depth_says_the_value(counties, shapes):
    plain = counties.with_columns(light=pl.lit(None, pl.String))
    figure = draw(plain, SIGNING, shapes)
    names = [trace.name for trace in figure.data if trace.type == "choropleth"]
    assert names == ["98.00%", "无数"]


def test_no_base_map_is_drawn(counties, shapes):
    assert draw(counties, SIGNING, shapes).layout.geo.visible is False


def test_no_area_with_an_outline_gives_an_empty_map(counties):
    nothing = boundaries.county_shapes([])
    assert not draw(counties, SIGNING, nothing).data


def test_in_words_and_a_missing_column(counties, shapes):
    said = county_map.describe(counties, SIGNING)
    assert said == "家庭医生签约率地图，共3个区划：达标1个、滞后1个。"
    with pytest.raises(ChartDataError, match="light"):
        draw(counties.drop("light"), SIGNING, shapes)
