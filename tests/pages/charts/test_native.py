"""Figures read back as plain rows: what a workbook draws is what the page shows."""

import plotly.graph_objects as go
import pytest

from pages.charts.native import BASE, native
from pages.theme import tokens


def figure(*traces, **layout):
    return go.Figure(data=traces, layout=layout)


def test_lying_bars_are_named_by_the_axis_without_their_rank():
    drawn = native(
        figure(
            go.Bar(x=[97.5, None], y=[0, 1], orientation="h", marker_color=["#111111", "#222222"]),
            go.Scatter(x=[1, 1], y=[0, 1], mode="text", text=["a", "b"]),
            yaxis={"tickvals": [0, 1], "ticktext": ["睢阳<br>区  1", "梁园区"]},
            xaxis_title="签约率(%)",
        )
    )
    assert (drawn.kind, drawn.names, drawn.unit) == ("bar", ("睢阳区", "梁园区"), "%")
    assert drawn.series[0].name == "签约率"
    assert drawn.series[0].values == (97.5, None)


def test_one_target_line_across_the_bars_becomes_a_series():
    made = figure(go.Bar(x=[90.0, 80.0], y=["甲", "乙"], orientation="h"))
    made.add_vline(x=95)
    drawn = native(made)
    assert drawn.kind == "column"
    assert (drawn.series[1].name, drawn.series[1].values) == ("目标", (95.0, 95.0))
    assert drawn.series[1].line and drawn.series[1].dashed


def test_lines_share_their_periods_and_a_gap_stays_a_gap():
    drawn = native(
        figure(
            go.Scatter(
                x=[1, 2, 3],
                y=[90, None, 92],
                mode="lines+markers",
                name="本期",
                customdata=["2020-W49", "2020-W50", "2020-W51"],
                line_color="#12467F",
            ),
            go.Scatter(x=[2, 3], y=[80, 81], mode="lines", name="上年同期", line_dash="dash"),
            xaxis={"tickvals": [3], "ticktext": ["第51周"]},
        )
    )
    assert drawn.names == ("2020年第49周", "2020年第50周", "2020年第51周")
    assert drawn.series[0].values == (90.0, None, 92.0)
    assert drawn.series[1].values == (None, 80.0, 81.0)
    assert (drawn.series[0].colour, drawn.series[1].dashed) == ("#12467F", True)


def test_points_keep_both_their_figures_and_their_names():
    drawn = native(
        figure(
            go.Scatter(x=[1, 2], y=[3, 4], mode="markers", hovertext=["<b>甲</b><br>x", "乙"]),
            xaxis_title="签约率(%)",
            yaxis_title="履约率(%)",
        )
    )
    assert (drawn.kind, drawn.names) == ("scatter", ("甲", "乙"))
    assert [(each.name, each.values) for each in drawn.series] == [
        ("签约率(%)", (1.0, 2.0)),
        ("履约率(%)", (3.0, 4.0)),
    ]


def test_bars_that_hang_stand_on_bars_that_cannot_be_seen():
    drawn = native(figure(go.Bar(x=[10, 4], y=["合计", "医保"], base=[0, 6], orientation="h")))
    assert drawn.stacked
    assert [each.name for each in drawn.series] == [BASE, "数值"]
    assert drawn.series[0].values == (0.0, 6.0)


def test_a_pale_ground_behind_bars_is_not_data():
    drawn = native(
        figure(
            go.Bar(x=[100], y=["甲"], orientation="h", marker_color=tokens.BLUE_PALE),
            go.Bar(x=[40], y=["甲"], orientation="h", marker_color=tokens.BLUE),
        )
    )
    assert [each.values for each in drawn.series] == [(40.0,)]


@pytest.mark.parametrize("trace", [go.Sankey(), go.Heatmap(z=[[1]]), go.Choropleth()])
def test_what_a_spreadsheet_cannot_draw_is_left_to_its_table(trace):
    assert native(figure(trace)) is None


def test_a_heat_map_is_a_field_of_the_figures_printed_in_it():
    made = figure(go.Heatmap(z=[[0.5, None], [1, 0]], text=[["1,200", "—"], ["2.5", "*"]]))
    made.update_xaxes(ticktext=["甲<br>县", "乙县"]).update_yaxes(ticktext=["脑卒中", "尘肺病"])
    drawn = native(made)
    assert (drawn.kind, drawn.names) == ("heat", ("脑卒中", "尘肺病"))
    assert [(each.name, each.values) for each in drawn.series] == [
        ("甲县", (1200.0, 2.5)),
        ("乙县", (None, None)),
    ]


def test_an_empty_figure_has_nothing_to_draw():
    assert native(figure()) is None


def test_bars_that_stand_on_each_other_are_stacked_as_they_are():
    drawn = native(
        figure(
            go.Bar(x=[10, 4], y=["甲", "乙"], base=[0, 0], orientation="h", name="达标"),
            go.Bar(x=[2], y=["乙"], base=[4], orientation="h", name="在建"),
            go.Bar(x=[1], y=["甲"], base=[10], orientation="h", name="未达标"),
        )
    )
    assert drawn.stacked
    assert [(each.name, each.values) for each in drawn.series] == [
        ("达标", (10.0, 4.0)),
        ("在建", (None, 2.0)),
        ("未达标", (1.0, None)),
    ]


def test_dots_on_a_line_per_name_are_bars_of_that_name():
    made = figure(
        go.Scatter(x=[90, 80], y=[0, 1], mode="markers", name="管理率"),
        go.Scatter(x=[None, 70], y=[0, 1], mode="markers", name="规范率"),
    )
    made.update_yaxes(tickvals=[0, 1], ticktext=["甲<br>县", "乙县"])
    drawn = native(made.update_xaxes(title_text="比例(%)"))
    assert (drawn.kind, drawn.names, drawn.unit) == ("bar", ("甲县", "乙县"), "%")
    assert [(s.name, s.values) for s in drawn.series] == [
        ("管理率", (90.0, 80.0)),
        ("规范率", (None, 70.0)),
    ]


def test_every_period_has_its_name_however_few_the_axis_prints():
    made = figure(go.Bar(x=[7, 8], y=[1, 2], customdata=["2020-W50", "2020-W51"]))
    made.update_xaxes(tickvals=[8], ticktext=["第51周<br>2020年"])
    assert native(made).names == ("2020年第50周", "2020年第51周")


def test_the_rank_and_its_change_are_no_part_of_the_name():
    made = figure(go.Bar(x=[1], y=[0], orientation="h"))
    made.update_yaxes(tickvals=[0], ticktext=["永城市  2 ↑2"])
    assert native(made).names == ("永城市",)
