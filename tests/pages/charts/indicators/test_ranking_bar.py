"""The ranking: sorted by value, zero-based, the silent ones listed."""

import polars as pl
import pytest

from pages.charts.errors import ChartDataError
from pages.charts.indicators import ranking_bar
from tests.pages.charts.drawing import COUNT, SIGNING, drawn

draw = drawn(ranking_bar.ranking_bar)


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
        "light_reason": None,
        "small_base": False,
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
    ranked = counties.with_columns(rank=pl.Series([2, 3, None, 1]))
    assert next(iter(bars(draw(ranked, COUNT)).customdata)) == "320707"
    assert "首位赣榆区（80个），末位海州区（98个）" in ranking_bar.describe(ranked, COUNT)


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
    (marks,) = [trace for trace in figure.data if trace.name == "目标"]
    assert list(marks.x) == [95.0, 90.0, 95.0, None]


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
    assert "首位海州区（98.00%），末位赣榆区（80.00%），1个无数" in said


@pytest.mark.parametrize(("largest", "last"), [(100, 80), (98.5, 80), (7, 6), (0.8, 0.75), (0, 0)])
def test_ticks_are_round_and_not_beyond_the_largest(largest, last):
    ticks = ranking_bar._ticks(largest)
    assert ticks[0] == 0
    assert ticks[-1] <= largest
    assert len(ticks) <= 7


def test_the_title_states_the_finding(counties):
    said = ranking_bar.finding(counties, SIGNING, "县")
    assert said == "家庭医生签约率：3个县中1个达标，末位赣榆区（80.00%）"
    plain = counties.with_columns(rank=pl.lit(None, pl.Int64), light=pl.lit(None, pl.String))
    assert ranking_bar.finding(plain, SIGNING, "县") == "各县家庭医生签约率"


def test_a_last_place_shared_by_all_names_nobody(counties):
    equal = counties.with_columns(rank=pl.lit(1), printed=pl.lit(90.0))
    assert "末位" not in ranking_bar.finding(equal, SIGNING, "县")


@pytest.mark.parametrize(
    ("count", "last"), [(3, "1镇、2镇、3镇（90.00%）"), (7, "1镇、2镇、3镇等7个（90.00%）")]
)
def test_all_that_share_the_last_place_are_named_or_counted(count, last):
    first = row("0", "0镇", 95.0, 1)
    table = pl.DataFrame([first, *(row(f"{i}", f"{i}镇", 90.0, 2) for i in range(1, count + 1))])
    assert ranking_bar.finding(table, SIGNING, "乡镇").endswith(f"末位{last}")
    assert f"末位{last}" in ranking_bar.describe(table, SIGNING)


class TestSmallBase:
    @pytest.fixture
    def with_a_small_one(self, counties):
        small = row("320799", "小区", 50.0, None, "滞后", small_base=True)
        return pl.concat([counties, pl.DataFrame([small])], how="diagonal_relaxed")

    def test_it_has_figure_and_light_below_those_with_a_rank(self, with_a_small_one):
        figure = draw(with_a_small_one, SIGNING)
        assert list(bars(figure).customdata)[-2:] == ["320799", "320771"]
        assert " 50.00% ■ 滞后" in labels(figure)
        assert "基数小，不排名" in bars(figure).hovertext[-2]

    def test_it_is_neither_first_nor_last(self, with_a_small_one):
        assert ranking_bar.finding(with_a_small_one, SIGNING, "县").endswith("末位赣榆区（80.00%）")
        assert "1个基数小、不排名" in ranking_bar.describe(with_a_small_one, SIGNING)


def test_a_light_lowered_by_movement_says_why(counties):
    lowered = counties.with_columns(light_reason=pl.lit("连续两期变差"))
    assert "滞后，连续两期变差" in bars(draw(lowered, SIGNING)).hovertext[2]
