"""Flow, waterfall, statuses, criteria, steps, scatter, sparkline."""

from base64 import b64decode

import polars as pl
import pytest

from pages.charts.errors import ChartDataError
from pages.charts.indicators import sparkline
from pages.charts.subjects import criteria_heat, sankey, scatter, stacked_status, steps, waterfall
from tests.pages.charts.drawing import SIGNING, FakeIndicator, drawn

draw_sankey = drawn(sankey.sankey)
draw_waterfall = drawn(waterfall.waterfall)
draw_status = drawn(stacked_status.stacked_status)
draw_progress = drawn(stacked_status.status_progress)
draw_heat = drawn(criteria_heat.criteria_heat)
draw_steps = drawn(steps.steps)
draw_scatter = drawn(scatter.scatter)

CLINICS, VILLAGES = "个（卫生室）", "个（行政村）"


class TestSankey:
    LINKS = pl.DataFrame(
        {
            "source": ["门急诊", "门急诊", "住院", "住院"],
            "target": ["县域内", "县域外", "县域内", "县域外"],
            "count": [800, 100, 90, None],
        }
    )

    def test_links_carry_their_counts_and_an_unknown_one_is_not_drawn(self):
        drawn = draw_sankey(self.LINKS, unit="人次").data[0]
        assert list(drawn.link.value) == [800, 100, 90]
        assert "县域内 890人次" in drawn.node.label

    def test_what_leaves_the_county_is_grey(self):
        drawn = draw_sankey(self.LINKS, unit="人次").data[0]
        colours = dict(zip(drawn.node.label, drawn.node.color, strict=True))
        assert colours["县域外 100人次"] != colours["县域内 890人次"]

    def test_in_words_and_empty(self):
        assert "门急诊到县域外100人次" in sankey.describe(self.LINKS, unit="人次")
        assert not draw_sankey(self.LINKS.clear(), unit="人次").data
        assert "没有数据" in sankey.describe(self.LINKS.clear(), unit="人次")

    def test_a_missing_column_is_named(self):
        with pytest.raises(ChartDataError, match="target"):
            draw_sankey(self.LINKS.drop("target"), unit="人次")


class TestWaterfall:
    STEPS = pl.DataFrame(
        {
            "step_order": [1, 2, 3, 4],
            "step": ["住院总费用", "基本医保", "医疗救助", "个人自付"],
            "amount": [100.0, 60.0, None, 40.0],
            "kind": ["total", "payer", "payer", "rest"],
        }
    )

    def test_each_payer_hangs_from_what_is_left(self):
        bars = draw_waterfall(self.STEPS, unit="万元").data[0]
        assert list(bars.base) == [0, -60 + 100, 40, 0]

    def test_labels_keep_one_unit_and_the_share(self):
        labels = draw_waterfall(self.STEPS, unit="万元").data[1]
        assert list(labels.text) == [
            "100.00万元",
            "60.00万元  60.00%",
            "未报",
            "40.00万元  40.00%",
        ]

    def test_in_words_and_empty(self):
        assert "个人自付40.00万元" in waterfall.describe(self.STEPS, unit="万元")
        assert not draw_waterfall(self.STEPS.clear(), unit="万元").data


class TestStackedStatus:
    ROWS = pl.DataFrame(
        {
            "area_code": ["1", "1", "2", "1"],
            "area_name": ["甲镇", "甲镇", "乙镇", "甲镇"],
            "status": ["未达标", "达标", "达标", "未设置"],
            "unit": [CLINICS, CLINICS, CLINICS, VILLAGES],
            "count": [3, 10, 7, 2],
        }
    )

    def test_clinics_and_villages_never_share_a_bar(self):
        figure = draw_status(self.ROWS, unit=CLINICS)
        assert [trace.name for trace in figure.data] == ["达标", "未达标"]
        other = draw_status(self.ROWS, unit=VILLAGES)
        assert [trace.name for trace in other.data] == ["未设置"]

    def test_an_area_without_a_status_has_a_gap_not_a_zero(self):
        figure = draw_status(self.ROWS, unit=CLINICS)
        assert list(figure.data[1].x) == [3, None]

    def test_in_words(self):
        assert stacked_status.describe(self.ROWS, unit=CLINICS) == (
            "状态构成图：达标17个（卫生室）、未达标3个（卫生室）。"
        )

    def test_a_missing_column_is_named(self):
        with pytest.raises(ChartDataError, match="status"):
            draw_status(self.ROWS.drop("status"), unit=CLINICS)

    def test_progress_has_one_column_per_period(self):
        months = pl.DataFrame(
            {
                "period": ["2020-10", "2020-11", "2020-11"],
                "status": ["达标", "达标", "在建"],
                "unit": [CLINICS] * 3,
                "count": [5, 6, 1],
            }
        )
        figure = draw_progress(months, unit=CLINICS)
        assert [list(trace.y) for trace in figure.data] == [[5, 6], [None, 1]]
        assert list(figure.layout.xaxis.ticktext) == ["10月<br>2020年", "11月"]

    def test_empty(self):
        empty = self.ROWS.clear()
        assert not draw_status(empty, unit=CLINICS).data


class TestCriteriaHeat:
    ROWS = pl.DataFrame(
        {
            "area_code": ["1", "1", "2", "2"],
            "area_name": ["甲镇", "甲镇", "乙镇", "乙镇"],
            "criterion_order": [2, 1, 1, 2],
            "criterion": ["四室", "面积", "面积", "四室"],
            "failed": [3, 0, None, 5],
            "clinics": [10, 10, None, 10],
        }
    )

    def test_counts_stand_in_the_cells_and_unreported_is_a_dash(self):
        cells = draw_heat(self.ROWS).data[0]
        assert [list(line) for line in cells.text] == [["0", "3"], ["—", "5"]]
        assert [list(line) for line in cells.z] == [[0, 0.3], [None, 0.5]]

    def test_hover_has_count_base_and_share(self):
        cells = draw_heat(self.ROWS).data[0]
        assert "四室不合格 3个（卫生室）" in cells.hovertext[0][1]
        assert "占 30.00%" in cells.hovertext[0][1]

    def test_in_words_and_empty(self):
        assert "四室8个（卫生室）、面积0个（卫生室）" in criteria_heat.describe(self.ROWS)
        assert not draw_heat(self.ROWS.clear()).data


class TestSteps:
    ROWS = pl.DataFrame(
        {
            "indicator": ["rate"] * 6,
            "population": ["target", "target", "service", "service", "tb", "tb"],
            "population_name": ["帮扶对象"] * 2 + ["履约"] * 2 + ["肺结核"] * 2,
            "step_order": [1, 2, 1, 2, 1, 2],
            "step": ["应签", "已签", "应履约", "已履约", "应签", "已签"],
            "count": [200, 150, 1000, 700, None, None],
            "unit": ["人", "人", "项次", "项次", "人", "人"],
        }
    )

    def test_every_group_is_a_share_of_its_own_whole(self):
        figure = draw_steps(self.ROWS)
        assert list(figure.data[1].x) == [75.0, 70.0, None]
        assert list(figure.data[0].x) == [100, 100, 100]

    def test_both_counts_are_printed_to_the_last_one(self):
        texts = draw_steps(self.ROWS).data[2].text
        assert texts[0] == "<b>75.00%</b><br>150 / 200人"
        assert texts[2] == "<b>—</b><br>— / —"

    def test_in_words_and_empty(self):
        assert "履约应履约1000项次、已履约700项次（70.00%）" in steps.describe(self.ROWS)
        assert not draw_steps(self.ROWS.clear()).data


class TestScatter:
    FULFILMENT = FakeIndicator(name="履约率")
    ROWS = pl.DataFrame(
        {
            "area_code": ["1", "2", "3"],
            "area_name": ["甲县", "乙县", "丙县"],
            "signing_printed": [99.0, 95.0, None],
            "fulfilment_printed": [60.0, 90.0, 70.0],
            "signed_pop": [100, 400, 10],
            "small_base": [False, False, False],
        }
    )

    def test_an_area_without_both_rates_is_left_out_and_counted(self):
        figure = draw_scatter(self.ROWS, SIGNING, self.FULFILMENT)
        assert list(figure.data[0].customdata) == ["1", "2"]
        said = scatter.describe(self.ROWS, SIGNING, self.FULFILMENT)
        assert "履约率最低的是甲县" in said
        assert said.endswith("1个无数。")

    def test_close_points_have_their_names_on_different_sides_or_only_in_the_hover(self):
        crowd = pl.DataFrame(
            {
                "area_code": list("123456"),
                "area_name": ["甲镇", "乙镇", "丙镇", "丁镇", "戊镇", "己镇"],
                "signing_printed": [98.0] * 5 + [100.0],
                "fulfilment_printed": [90.0, 90.1, 90.2, 90.3, 90.4, 98.0],
                "signed_pop": [1] * 6,
                "small_base": [False] * 6,
            }
        )
        points = draw_scatter(crowd, SIGNING, self.FULFILMENT).data[0]
        shown = [side for name, side in zip(points.text, points.textposition, strict=True) if name]
        assert points.text[-1] == "己镇"
        assert len(shown) < len(points.text)
        assert len(set(shown[:-1])) == len(shown) - 1
        assert "乙镇" in points.hovertext[1]

    def test_targets_cut_the_field(self):
        figure = draw_scatter(
            self.ROWS, SIGNING, self.FULFILMENT, across_target=95.0, upward_target=80.0
        )
        assert [note.text for note in figure.layout.annotations] == [
            "家庭医生签约率目标 95.00%",
            "履约率目标 80.00%",
        ]

    def test_axes_carry_units(self):
        figure = draw_scatter(self.ROWS, SIGNING, self.FULFILMENT)
        assert figure.layout.xaxis.title.text == "家庭医生签约率（%）"
        assert figure.layout.yaxis.title.text == "履约率（%）"

    def test_empty(self):
        assert not draw_scatter(self.ROWS.clear(), SIGNING, self.FULFILMENT).data


class TestSparkline:
    def test_a_gap_splits_the_line(self):
        picture = (
            sparkline.sparkline([1, 2, None, 3, 4], label="x").split("base64,")[1].split('"')[0]
        )
        assert b64decode(picture).count(b"<polyline") == 2

    def test_fewer_than_two_values_draw_nothing(self):
        assert sparkline.sparkline([None, 2, None], label="x") == ""
        assert sparkline.sparkline([], label="x") == ""

    def test_it_says_what_it_shows(self):
        assert 'alt="近13期"' in sparkline.sparkline([1, 1], label="近13期")


class TestFindings:
    """The part of a title that the data decide; empty where they decide nothing."""

    def test_of_steps_the_smallest_share(self):
        assert steps.finding(TestSteps.ROWS) == "最低的是履约（70.00%）"
        assert steps.finding(TestSteps.ROWS.head(2)) == ""

    def test_of_points_the_weakest_area(self):
        fulfilment = FakeIndicator(name="履约率")
        assert scatter.finding(TestScatter.ROWS, fulfilment) == "履约率最低的是甲县（60.00%）"
        assert scatter.finding(TestScatter.ROWS.head(1), fulfilment) == ""

    def test_all_that_share_the_end_are_named_and_nobody_too_small(self):
        fulfilment = FakeIndicator(name="履约率")
        shared = TestScatter.ROWS.with_columns(fulfilment_printed=pl.Series([60.0, 90.0, 60.0]))
        shared = shared.with_columns(signing_printed=pl.lit(99.0))
        assert scatter.finding(shared, fulfilment) == "履约率最低的是甲县、丙县（60.00%）"
        small = shared.with_columns(small_base=pl.Series([True, False, False]))
        assert scatter.finding(small, fulfilment) == "履约率最低的是丙县（60.00%）"

    def test_of_flows_what_leaves_the_county(self):
        flows = pl.DataFrame(
            {"source": ["住院"] * 3, "target": ["县域内", "县域外", "省外"], "count": [90, 7, None]}
        )
        assert sankey.finding(flows, unit="人次") == "县域外7人次"
        assert sankey.finding(flows.head(1), unit="人次") == ""

    def test_of_costs_what_is_left_to_the_patient(self):
        costs = pl.DataFrame(
            {
                "step_order": [1, 2, 3],
                "step": ["总费用", "医保", "个人负担"],
                "amount": [200.0, 150.0, 50.0],
                "kind": ["total", "payer", "rest"],
            }
        )
        assert waterfall.finding(costs) == "个人负担占25.00%"
        assert waterfall.finding(costs.with_columns(amount=pl.lit(None, pl.Float64))) == ""

    def test_of_criteria_the_one_that_fails_most(self):
        assert criteria_heat.finding(TestCriteriaHeat.ROWS).startswith("最多的是")
        none = TestCriteriaHeat.ROWS.with_columns(failed=pl.lit(0))
        assert criteria_heat.finding(none) == ""

    def test_of_statuses_the_area_with_most_and_the_newest_count(self):
        areas = pl.DataFrame(
            {
                "area_code": ["1", "2"],
                "area_name": ["甲县", "乙县"],
                "status": ["未达标", "未达标"],
                "unit": ["个（卫生室）"] * 2,
                "count": [3, 8],
            }
        )
        asked = {"unit": "个（卫生室）", "status": "未达标"}
        assert stacked_status.finding(areas, **asked) == "未达标最多的是乙县（8个）"
        assert stacked_status.finding(areas.head(1), **asked) == ""
        third = areas.tail(1).with_columns(area_code=pl.lit("3"), area_name=pl.lit("丙县"))
        shared = stacked_status.finding(pl.concat([areas, third]), **asked)
        assert shared == "未达标最多的是乙县、丙县（8个）"
        months = areas.with_columns(period=pl.Series(["2020-10", "2020-11"]))
        assert stacked_status.reached(months, **asked) == "11月未达标8个"
        assert stacked_status.reached(months.clear(), **asked) == ""
