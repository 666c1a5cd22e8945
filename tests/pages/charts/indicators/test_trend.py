"""The trend: gaps stay gaps, provisional points are hollow, the target is named."""

import polars as pl
import pytest

from pages.charts.errors import ChartDataError
from pages.charts.indicators import trend, trend_words
from tests.pages.charts.drawing import SIGNING, VISITS, drawn, known

draw = drawn(trend.trend)


def row(period, printed, **more):
    return {
        "period": period,
        "printed": printed,
        "numerator": 90.0,
        "denominator": 100.0,
        "provisional": False,
        "target": 95.0,
        "target_status": "采用",
        "yoy_value": None,
        "state": "正常",
        "population_name": "帮扶对象",
        "cumulative_word": None,
        "units_reported": 9,
        "units_expected": 9,
        "missing_units": None,
        "units_differ": False,
        "change_merged": None,
        "lead": "previous",
        "lead_change": None,
        "lead_common_units": False,
        "lead_merged": None,
        "lead_filed": None,
        "lead_value": None,
    } | more


def traces(figure):
    return {trace.name: trace for trace in figure.data}


@pytest.fixture
def weeks():
    return pl.DataFrame(
        [
            row("2020-W48", 90.0, yoy_value=85.0),
            row("2020-W49", None, state="未报"),
            row("2020-W51", 92.5, provisional=True),
        ],
        infer_schema_length=None,
    )


def test_a_period_without_a_value_breaks_the_line(weeks):
    value = traces(draw(weeks, SIGNING))["本期"]
    assert list(value.y) == [90.0, None, None, 92.5]
    assert value.connectgaps is False


def test_a_period_the_table_skips_is_a_gap_with_its_own_place(weeks):
    value = traces(draw(weeks, SIGNING))["本期"]
    assert [words.split("（")[0] for words in value.hovertext] == [
        f"<b>2020年第{week}周" for week in (48, 49, 50, 51)
    ]
    assert list(value.x) == list(range(value.x[0], value.x[0] + 4))


def test_a_provisional_point_is_hollow_and_says_so(weeks):
    value = traces(draw(weeks, SIGNING))["本期"]
    assert value.marker.color[0] != value.marker.color[-1] == "#FFFFFF"
    assert "92.50%暂" in value.text[-1]
    assert "（暂）" in value.hovertext[-1]


def test_hover_names_numerator_and_denominator(weeks):
    value = traces(draw(weeks, SIGNING))["本期"]
    assert "分子 90 / 分母 100" in value.hovertext[0]
    assert "上年同期 85.00%" in value.hovertext[0]
    assert "未报" in value.hovertext[1]


def test_the_target_is_a_dashed_line_with_its_number(weeks):
    figure = draw(weeks, SIGNING)
    assert traces(figure)["目标"].line.dash == "dash"
    assert figure.layout.annotations[0].text == "目标 95.00%"


def test_a_reference_target_says_that_it_is_one(weeks):
    figure = draw(weeks.with_columns(target_status=pl.lit("参考")), SIGNING)
    assert figure.layout.annotations[0].text == "参考目标 95.00%"


def test_without_target_and_last_year_there_is_one_line():
    table = pl.DataFrame([row("2020-10", 80.0, target=None), row("2020-11", 81.0, target=None)])
    assert list(traces(draw(table, VISITS))) == ["本期"]


def test_the_axis_names_the_indicator_with_its_unit_and_the_year(weeks):
    figure = draw(weeks, SIGNING)
    assert figure.layout.yaxis.title.text == "家庭医生签约率（%）"
    assert "2020年" in figure.layout.xaxis.ticktext[0]
    assert figure.layout.xaxis.ticktext[-1] == "第51周"


def test_an_empty_table_is_an_empty_chart(weeks):
    assert not draw(weeks.clear(), SIGNING).data
    assert "没有数据" in trend_words.describe(weeks.clear(), SIGNING)


def test_a_missing_column_is_named(weeks):
    with pytest.raises(ChartDataError, match="trend 缺少列 printed"):
        draw(weeks.drop("printed"), SIGNING)


def test_in_words(weeks):
    said = trend_words.describe(weeks, SIGNING)
    assert "2020年第51周（12月14日—12月20日）92.50%" in said
    assert "其中1期未报" in said
    assert said.endswith("目标95.00%。")


def test_a_hundred_weeks_keep_readable_ticks_with_the_year_where_it_changes():
    table = pl.DataFrame(
        [row(f"{year}-W{week:02d}", 90.0) for year in (2019, 2020) for week in range(1, 52)]
    )
    ticks = draw(table, SIGNING).layout.xaxis.ticktext
    assert len(ticks) <= 5
    assert ["2019年" in tick or "2020年" in tick for tick in ticks].count(True) == 2
    assert ticks[-1] == "第51周"


def test_lines_carry_their_names_and_need_no_legend(weeks):
    figure = draw(weeks, SIGNING)
    assert figure.layout.showlegend is False
    assert traces(figure)["上年同期"].text[0] == " 上年同期"
    assert draw(weeks, SIGNING, other=weeks, names=("甲", "乙")).layout.showlegend is True


@pytest.mark.parametrize(
    ("values", "last_year", "place"),
    [
        ([80.0, 90.0, 92.0], 84.0, "middle right"),
        ([80.0, 90.0, 92.0], 91.9, "bottom right"),
        ([80.0, 90.0, 92.0], 92.1, "top right"),
    ],
)
def test_the_name_of_last_year_keeps_clear_of_the_newest_value(values, last_year, place):
    table = pl.DataFrame(
        [row(f"2020-{i + 9:02d}", value, yoy_value=last_year) for i, value in enumerate(values)]
    )
    assert traces(draw(table, VISITS))["上年同期"].textposition == place


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ([80.0, 85.0, 90.0], ("left", "bottom")),
        ([97.0, 96.0, 80.0], ("left", "top")),
        ([95.2, 90.0, 80.0], ("right", "bottom")),
    ],
)
def test_the_words_of_the_target_stand_where_no_line_runs(values, place):
    table = pl.DataFrame([row(f"2020-{i + 9:02d}", value) for i, value in enumerate(values)])
    note = draw(table, VISITS).layout.annotations[0]
    assert (note.xanchor, note.yanchor) == place


def newest(weeks, **changed):
    """The weeks, the newest one changed."""
    last = weeks.row(-1, named=True) | changed
    return pl.concat([weeks.head(-1), pl.DataFrame([last])], how="vertical_relaxed")


def test_the_title_states_the_finding_for_whom_and_by_the_comparison_that_leads(weeks):
    assert trend_words.finding(newest(weeks, lead_change=0.3), SIGNING) == (
        "家庭医生签约率（帮扶对象）92.50%，较上周提高0.30个百分点"
    )
    assert trend_words.finding(weeks, SIGNING) == "家庭医生签约率（帮扶对象）92.50%"
    year = newest(weeks, lead="year", lead_change=3.32)
    assert trend_words.finding(year, SIGNING).endswith("，较上年同期提高3.32个百分点")
    assert "没有数据" in trend_words.finding(weeks.clear(), SIGNING)


def test_a_sum_over_the_year_is_called_so_in_title_line_and_hover(weeks):
    whole = weeks.with_columns(cumulative_word=pl.lit("本年累计"))
    assert trend_words.finding(whole, SIGNING).startswith(
        "家庭医生签约率（帮扶对象，本年累计）92.50%"
    )
    assert "（帮扶对象，本年累计） 92.50%" in traces(draw(whole, SIGNING))["本年累计"].hovertext[-1]


class TestOtherUnits:
    def test_a_comparison_over_common_units_says_so_in_the_title_and_both_bases_below(self, weeks):
        table = newest(
            weeks, lead="year", lead_change=4.1, lead_common_units=True,
            lead_filed=92.8, lead_value=92.74,
        )  # fmt: skip
        assert trend_words.finding(table, SIGNING).endswith("提高4.10个百分点（可比口径）")
        assert (
            "（可比口径：上年同期92.80%，同口径92.74%，本期同口径96.84%）：两期报送的单位不同"
            in (trend_words.remarks(table, SIGNING))
        )

    def test_a_rise_because_the_worst_did_not_file_names_it(self, weeks):
        table = newest(weeks, units_reported=8, missing_units="宁陵县", units_differ=True)
        figure = draw(table, SIGNING)
        assert list(known(traces(figure)["报送单位不同"])) == [traces(figure)["本期"].x[-1]]
        assert "已报8/9，宁陵县未报<br>报送单位与上一期不同" in traces(figure)["本期"].hovertext[-1]
        said = trend_words.remarks(table, SIGNING)
        assert said == (
            "已报8/9，宁陵县未报。"
            "△为报送单位与上一期不同的点（2020年第51周），与前一点不能直接相比。"
        )

    def test_a_merger_has_its_own_mark_and_names_what_was_merged(self, weeks):
        table = newest(weeks, change_merged="城东乡", lead_change=1.0, lead_merged="城东乡")
        assert "有区划并入" in traces(draw(table, SIGNING))
        assert "（2020年第51周城东乡）" in trend_words.remarks(table, SIGNING)
        assert trend_words.finding(table, SIGNING).endswith("（与并入的城东乡合计比较）")

    def test_the_same_units_throughout_need_no_words(self, weeks):
        assert trend_words.remarks(weeks, SIGNING) == ""
        assert "报送单位不同" not in traces(draw(weeks, SIGNING))

    def test_another_target_is_marked_on_the_line_and_named_below_it(self, weeks):
        table = newest(weeks, target=98.0)
        lines = [each.text for each in draw(table, SIGNING).layout.annotations]
        assert "目标改" in lines
        said = trend_words.remarks(table, SIGNING)
        assert said == "2020年第51周起目标由95.00%改为98.00%。"

    def test_another_population_is_marked_and_named_even_after_a_week_without_a_report(self, weeks):
        table = newest(weeks, population_name="脱贫人口")
        assert "人群改" in [each.text for each in draw(table, SIGNING).layout.annotations]
        said = trend_words.remarks(table, SIGNING)
        assert said == "2020年第51周起人群由帮扶对象改为脱贫人口。"

    def test_corrected_points_are_named_up_to_three(self):
        weeks = [f"2020-W{number}" for number in range(10, 14)]
        assert trend_words.corrected_words(weeks[:1]) == "◇为发布后订正过的点（2020年第10周）。"
        assert trend_words.corrected_words(weeks).endswith("2020年第12周等4期）。")
        assert trend_words.corrected_words([]) == ""
