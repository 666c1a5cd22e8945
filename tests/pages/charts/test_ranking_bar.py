"""The ranking: sorted by value, zero-based, the silent ones listed."""

from typing import Any

import polars as pl
import pytest

from pages.charts import ranking_bar
from pages.charts.errors import ChartDataError
from tests.pages.charts.subjects import COUNT, SIGNING

# plotly types its figures as unions that no test wants to spell out.
draw: Any = ranking_bar.ranking_bar


def row(code, name, printed, rank, light="达标", **more):
    return {
        "area_code": code,
        "area_name": name,
        "printed": printed,
        "numerator": 9.0,
        "denominator": 10.0,
        "rank": rank,
        "target": 95.0,
        "light": light,
        "state": "正常",
    } | more


@pytest.fixture
def counties():
    return pl.DataFrame(
        [
            row("320703", "连云区", 92.0, 2, "预警"),
            row("320706", "海州区", 98.0, 1),
            row("320771", "开发区", None, None, "未报", state="未报", numerator=None),
            row("320707", "赣榆区", 80.0, 3, "滞后"),
        ]
    )


def bars(figure):
    return figure.data[0]


def labels(figure):
    return list(figure.data[1].text)


def test_the_best_stands_on_top_and_the_silent_one_last(counties):
    figure = draw(counties, SIGNING)
    assert list(bars(figure).customdata) == ["320706", "320703", "320707", "320771"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]


def test_less_is_better_puts_the_least_on_top(counties):
    figure = draw(counties, COUNT)
    assert next(iter(bars(figure).customdata)) == "320707"


def test_bars_start_at_zero(counties):
    assert draw(counties, SIGNING).layout.xaxis.range[0] == 0


def test_each_label_has_value_shape_and_word(counties):
    said = labels(draw(counties, SIGNING))
    assert said == [" 98.00% ● 达标", " 92.00% ▲ 预警", " 80.00% ■ 滞后", " 未报"]


def test_an_incomplete_value_says_so(counties):
    partial = counties.with_columns(state=pl.lit("填报不全"), light=pl.lit("填报不全"))
    assert labels(draw(partial, SIGNING))[0] == " 98.00% 填报不全"


def test_one_target_is_one_labelled_line(counties):
    figure = draw(counties, SIGNING)
    assert len(figure.layout.shapes) == 1
    assert figure.layout.annotations[0].text == "目标 95.00%"


def test_different_targets_are_marks_on_the_bars(counties):
    own = counties.with_columns(target=pl.Series([90.0, 95.0, None, 95.0]))
    figure = draw(own, SIGNING)
    assert not figure.layout.shapes
    assert figure.data[2].name == "目标"
    assert list(figure.data[2].x) == [95.0, 90.0, 95.0, None]


def test_hover_has_rank_and_parts(counties):
    hover = bars(draw(counties, SIGNING)).hovertext
    assert "第1名" in hover[0]
    assert "分子 9 / 分母 10" in hover[0]
    assert "未报" in hover[-1]


def test_two_areas_of_one_name_keep_two_bars(counties):
    twins = counties.with_columns(area_name=pl.lit("城关镇"))
    assert len(set(bars(draw(twins, SIGNING)).y)) == 4


@pytest.mark.parametrize("count", [1, 60])
def test_height_grows_with_the_number_of_areas(counties, count):
    many = pl.DataFrame([row(f"{i:06d}", f"乡{i}", 90.0 + i / 10, i + 1) for i in range(count)])
    figure = draw(many, SIGNING)
    assert figure.layout.height >= 32 * count


def test_all_silent_still_draws(counties):
    silent = counties.with_columns(
        printed=pl.lit(None, pl.Float64), target=pl.lit(None, pl.Float64)
    )
    assert labels(draw(silent, SIGNING))[0].strip() in ("正常", "未报")
    assert "没有可比" in ranking_bar.describe(silent, SIGNING)


def test_an_empty_table_is_an_empty_chart(counties):
    assert not draw(counties.clear(), SIGNING).data


def test_a_missing_column_is_named(counties):
    with pytest.raises(ChartDataError, match="light"):
        draw(counties.drop("light"), SIGNING)


def test_in_words(counties):
    said = ranking_bar.describe(counties, SIGNING)
    assert "首位海州区98.00%,末位赣榆区80.00%,1个无数" in said


@pytest.mark.parametrize(("largest", "last"), [(100, 80), (98.5, 80), (7, 6), (0.8, 0.75), (0, 0)])
def test_ticks_are_round_and_not_beyond_the_largest(largest, last):
    ticks = ranking_bar._ticks(largest)
    assert ticks[0] == 0
    assert ticks[-1] <= largest
    assert len(ticks) <= 7


def test_the_title_states_the_finding(counties):
    said = ranking_bar.finding(counties, SIGNING, "县")
    assert said == "家庭医生签约率:3个县中1个达标,末位赣榆区"
    plain = counties.with_columns(rank=pl.lit(None, pl.Int64), light=pl.lit(None, pl.String))
    assert ranking_bar.finding(plain, SIGNING, "县") == "各县家庭医生签约率"


def test_a_last_place_shared_by_all_names_nobody(counties):
    equal = counties.with_columns(rank=pl.lit(1))
    assert "末位" not in ranking_bar.finding(equal, SIGNING, "县")
