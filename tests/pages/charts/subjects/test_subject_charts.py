"""The pictures of the subject pages: chains, heat, dots, gap, fund, money, alerts, MCH year."""

from typing import Any

import polars as pl
import pytest

from data.periods import Period
from pages.charts.errors import ChartDataError
from pages.charts.indicators.trend_marks import mch_year_lines
from pages.charts.subjects import (
    alert_weeks,
    chains,
    dimension_heat,
    dots,
    fund_line,
    gap_bars,
    money_bars,
)
from pages.charts.subjects.dots import DotKind
from pages.theme import tokens
from tests.pages.charts.drawing import drawn, known

draw_chains = drawn(chains.chains)
draw_heat = drawn(dimension_heat.dimension_heat)
draw_dots = drawn(dots.dots)
draw_gap = drawn(gap_bars.gap_bars)
draw_fund = drawn(fund_line.fund_line)
draw_money = drawn(money_bars.money_bars)
draw_weeks = drawn(alert_weeks.alert_weeks)


class TestChains:
    ROWS = pl.DataFrame(
        {
            "chain": ["预警", "预警", "帮扶", "帮扶"],
            "step_order": [1, 2, 3, 4],
            "step": ["待核查", "已核查", "监测户", "已帮扶"],
            "count": [10, 5, 4000, None],
            "unit": ["人次", "人次", "户", "户"],
            "base_step": ["", "待核查", "", "监测户"],
            "share": [None, 50.0, None, None],
        }
    )

    def test_each_chain_fills_the_width_with_its_own_largest_step(self):
        bars = draw_chains(self.ROWS).data[0]
        assert list(bars.x) == [100, 50, 100, 0]

    def test_labels_are_the_count_and_what_it_is_a_share_of(self):
        labels = draw_chains(self.ROWS).data[1]
        assert list(labels.text) == ["10人次", "5人次<br>占待核查50.00%", "4000户", "—"]

    def test_the_chains_are_named_above_their_bars(self):
        figure = draw_chains(self.ROWS)
        assert [note.text for note in figure.layout.annotations] == ["<b>预警</b>", "<b>帮扶</b>"]
        places = [*figure.data[0].y]
        assert figure.layout.annotations[1].y < places[2]

    def test_in_words_and_empty(self):
        assert "已核查5人次，占待核查50.00%" in chains.describe(self.ROWS)
        assert not draw_chains(self.ROWS.clear()).data
        assert "没有数据" in chains.describe(self.ROWS.clear())

    def test_a_missing_column_is_named(self):
        with pytest.raises(ChartDataError, match="base_step"):
            draw_chains(self.ROWS.drop("base_step"))


NAMES = {"md01": "胃癌", "md02": "白内障"}


class TestDimensionHeat:
    ROWS = pl.DataFrame(
        {
            "area_code": ["1", "1", "2", "2"],
            "area_name": ["甲县", "甲县", "乙县", "乙县"],
            "dimension": ["md01", "md02", "md02", "md03"],
            "numerator": [9.0, 5.0, 2.0, None],
            "denominator": [10.0, 9.0, 2.0, None],
            "printed": [90.0, 55.56, 100.0, None],
            "masked": [False, False, False, True],
        }
    )

    def test_the_kind_with_most_left_to_do_stands_on_top(self):
        figure = draw_heat(self.ROWS, NAMES, unit="人")
        assert list(figure.layout.yaxis.ticktext) == ["白内障", "胃癌", "md03"]

    def test_cells_say_how_many_are_left_and_masked_ones_a_star(self):
        grid = draw_heat(self.ROWS, NAMES, unit="人").data[0]
        assert [list(line) for line in grid.text] == [["4", "0"], ["1", ""], ["", "*"]]
        assert [list(line) for line in grid.z] == [[4, 0], [1, None], [None, None]]

    def test_the_hover_has_both_parts(self):
        grid = draw_heat(self.ROWS, NAMES, unit="人").data[0]
        assert grid.hovertext[0][0] == "<b>甲县</b><br>白内障<br>55.56%<br>分子 5人 / 分母 9人"
        assert "已遮蔽" in grid.hovertext[2][1]

    def test_many_areas_keep_their_colours_but_not_the_figures(self):
        areas = [f"{number}县" for number in range(60)]
        wide = pl.DataFrame(
            {
                "area_code": areas,
                "area_name": areas,
                "dimension": ["md01"] * 60,
                "numerator": [1.0] * 60,
                "denominator": [2.0] * 60,
                "printed": [50.0] * 60,
                "masked": [False] * 60,
            }
        )
        assert draw_heat(wide, NAMES, unit="人").data[0].text[0] == [""] * 60

    def test_the_finding_and_the_words(self):
        assert dimension_heat.finding(self.ROWS, NAMES, unit="人") == "白内障（4人）"
        done = self.ROWS.filter(pl.col("printed") == 100)
        assert dimension_heat.finding(done, NAMES, unit="人") == ""
        assert "胃癌1人" in dimension_heat.describe(self.ROWS, NAMES, unit="人")
        assert not draw_heat(self.ROWS.clear(), NAMES, unit="人").data


class TestDots:
    FIRST = DotKind("a", "全科医生", "n", "d", 4.8)
    SECOND = DotKind("b", "护士")
    ROWS = pl.DataFrame(
        {
            "area_code": ["1", "2", "3"],
            "area_name": ["甲县", "乙县", "丙县"],
            "a": [3.0, 5.0, None],
            "b": [10.0, None, 12.0],
            "n": [3, 5, None],
            "d": [10000, 10000, 10000],
        }
    )

    def test_areas_stand_by_the_first_series_and_unknown_ones_last(self):
        figure = draw_dots(self.ROWS, (self.FIRST, self.SECOND), unit="名/万人")
        assert list(figure.layout.yaxis.ticktext) == ["乙县", "甲县", "丙县"]
        assert list(figure.data[0].x) == [5.0, 3.0, None]

    def test_series_differ_by_shape_and_the_target_is_a_named_line(self):
        figure = draw_dots(self.ROWS, (self.FIRST, self.SECOND), unit="名/万人", from_zero=True)
        assert figure.data[0].marker.symbol != figure.data[1].marker.symbol
        assert [note.text for note in figure.layout.annotations] == ["全科医生目标 4.80名/万人"]
        assert figure.layout.xaxis.rangemode == "tozero"

    def test_the_hover_has_both_parts_or_says_that_nothing_was_filed(self):
        hovers = draw_dots(self.ROWS, (self.FIRST, self.SECOND), unit="名/万人").data[0].hovertext
        assert hovers[1] == "<b>甲县</b><br>全科医生 3.00名/万人<br>分子 3 / 分母 10000"
        assert hovers[2] == "<b>丙县</b><br>全科医生 未报"

    def test_the_finding_needs_two_areas(self):
        assert dots.finding(self.ROWS, self.FIRST, unit="名/万人") == (
            "全科医生最低的是甲县（3.00名/万人）"
        )
        assert dots.finding(self.ROWS.head(1), self.FIRST, unit="名/万人") == ""

    def test_one_area_and_none(self):
        assert len(draw_dots(self.ROWS.head(1), (self.FIRST,), unit="名/万人").data[0].x) == 1
        assert not draw_dots(self.ROWS.clear(), (self.FIRST,), unit="名/万人").data


class TestGapBars:
    ROWS = pl.DataFrame(
        {
            "step_order": [1, 2, 3, 4, 5],
            "step": ["应参保", "居民医保", "未参保", "免参保：死亡", "免参保：服刑"],
            "kind": ["due", "insured", "gap", "exempt", "exempt"],
            "count": [1000, 990, 10, 4, None],
            "due": [1000] * 5,
            "share": [100.0, 99.0, 1.0, None, None],
        }
    )

    def test_only_the_gap_and_the_exempt_have_bars(self):
        bars, labels = draw_gap(self.ROWS).data
        assert list(bars.x) == [10, 4, None]
        assert list(labels.text) == ["10人<br>占应参保1.00%", "4人", "—"]
        assert bars.marker.color[0] != bars.marker.color[1]

    def test_the_title_names_the_gap(self):
        assert gap_bars.finding(self.ROWS) == "应参保1000人，未参保10人(1.00%)"
        assert gap_bars.finding(self.ROWS.clear()) == "参保缺口"

    def test_in_words_and_empty(self):
        assert "居民医保990人，占应参保99.00%" in gap_bars.describe(self.ROWS)
        assert not draw_gap(self.ROWS.clear()).data


def fund_rows(**more: Any) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "period": ["2020-10", "2020-11", "2020-12"],
            "opening_balance": [9_000.0] * 3,
            "balance": [20_000.0, 12_000.0, 5_000.0],
            "is_outlook": [False, False, True],
            "income": [30_000.0, 31_000.0, None],
            "expense": [19_000.0, 28_000.0, None],
            "runs_out": [None] * 3,
            "months_covered": [4.71] * 3,
            "last_filed": ["2020-11"] * 3,
        }
        | more
    )


class TestFundLine:
    def test_the_filed_line_begins_at_the_opening_and_the_outlook_at_the_last_filed_month(self):
        filed, coming = draw_fund(fund_rows()).data
        assert known(filed) == {0: 0.9, 10: 2.0, 11: 1.2}
        assert list(known(coming)) == [11, 12]
        assert (filed.line.dash, coming.line.dash) == ("solid", "dot")

    def test_large_sums_are_drawn_in_a_larger_unit(self):
        assert draw_fund(fund_rows()).layout.yaxis.title.text == "累计结余（亿元）"
        small = draw_fund(fund_rows(balance=[20.0, 12.0, 5.0], opening_balance=[9.0] * 3))
        assert small.layout.yaxis.title.text == "累计结余（万元）"

    def test_a_month_that_was_not_filed_breaks_the_line(self):
        filed = draw_fund(fund_rows(balance=[None, 12_000.0, 5_000.0])).data[0]
        assert dict(zip(filed.x, filed.y, strict=True))[10] is None
        assert known(filed) == {0: 0.9, 11: 1.2}
        assert filed.connectgaps is False

    def test_the_title_says_how_it_stands_and_whether_it_lasts(self):
        assert (
            fund_line.finding(fund_rows())
            == "基金结余1.20亿元，可支付4.7个月，推算年内结余不会为零"
        )

    def test_the_month_it_runs_out_is_marked_and_named(self):
        out = fund_rows(balance=[20_000.0, 12_000.0, -300.0], runs_out=["2020-12"] * 3)
        assert fund_line.finding(out).endswith("推算12月结余为零")
        assert [note.text for note in draw_fund(out).layout.annotations] == ["12月结余为零"]
        spent = fund_rows(balance=[20_000.0, -1.0, -300.0], runs_out=["2020-11"] * 3)
        assert fund_line.finding(spent).endswith("11月结余已为零")

    def test_without_an_outlook_nothing_is_said_of_the_end(self):
        assert fund_line.finding(fund_rows(balance=[20_000.0, 12_000.0, None])) == (
            "基金结余1.20亿元，可支付4.7个月"
        )

    def test_in_words_and_empty(self):
        assert "年底推算5000.00万元" in fund_line.describe(fund_rows())
        assert not draw_fund(fund_rows().clear()).data


class TestMoneyBars:
    ROWS = pl.DataFrame(
        {
            "fund_source": ["合计", "中央"],
            "source_name": ["合计", "中央资金"],
            "projects": [3, 2],
            "budget": [20_000.0, 0.0],
            "received": [18_000.0, 0.0],
            "spent": [10_000.0, 0.0],
            "received_share": [90.0, None],
            "spent_share": [50.0, None],
            "time_share": [91.53, 91.53],
        }
    )

    def test_spent_lies_inside_received_inside_the_budget(self):
        budget, received, spent, labels = draw_money(self.ROWS).data
        assert [list(part.x) for part in (budget, received, spent)] == [
            [100, 0],
            [90.0, None],
            [50.0, None],
        ]
        assert labels.text[0] == "<b>支出50.00%</b><br>预算2.00亿元"

    def test_the_year_gone_by_is_a_named_line(self):
        notes = draw_money(self.ROWS).layout.annotations
        assert [note.text for note in notes] == ["时序进度 91.53%"]

    @pytest.mark.parametrize(
        ("spent", "said"),
        [
            (50.0, "慢于时序进度41.53个百分点"),
            (92.0, "支出92.00%，时序进度91.53%"),
            (91.53, "支出91.53%，时序进度91.53%"),
        ],
    )
    def test_the_title_says_behind_the_year_but_never_ahead_of_it(self, spent, said):
        rows = self.ROWS.with_columns(spent_share=pl.lit(spent))
        assert money_bars.finding(rows).endswith(said)

    def test_in_words_and_empty(self):
        assert "中央资金预算0.00万元、到位—、支出—" in money_bars.describe(self.ROWS)
        assert not draw_money(self.ROWS.clear()).data


class TestAlertWeeks:
    ROWS = pl.DataFrame(
        {
            "period": ["2020-W49", "2020-W51"],
            "due": [10, 20],
            "checked": [6, 12],
            "waiting": [3, 8],
            "overdue": [1, 0],
            "units": [1, 2],
        }
    )

    def test_a_week_without_a_report_leaves_a_gap(self):
        bars = draw_weeks(self.ROWS).data[0]
        assert bars.x[1] - bars.x[0] == 2

    def test_columns_are_stacked_from_zero_and_late_ones_wear_the_colour_of_the_light(self):
        figure = draw_weeks(self.ROWS)
        assert figure.layout.barmode == "stack"
        assert figure.layout.yaxis.rangemode == "tozero"
        assert figure.data[2].marker.color == tokens.BEHIND.strong

    def test_the_title_is_the_newest_week(self):
        assert alert_weeks.finding(self.ROWS) == "第51周没有超时未核查的预警"
        assert alert_weeks.finding(self.ROWS.head(1)) == "第49周超时未核查1人次"

    def test_the_hover_names_the_units_and_the_words_the_parts(self):
        assert draw_weeks(self.ROWS).data[0].hovertext[1].endswith("已报2个单位")
        assert "已核查12人次" in alert_weeks.describe(self.ROWS)
        assert not draw_weeks(self.ROWS.clear()).data


def test_the_year_of_mothers_and_children_is_marked_before_october_only():
    (october,) = mch_year_lines(["2020-09", "2020-10", "2020-11"])
    assert october.words == "2021妇幼年度起"
    assert october.value == Period.parse("2020-10").ordinal - 0.5
    assert not mch_year_lines(["2020-W40", "2020-W41"])
