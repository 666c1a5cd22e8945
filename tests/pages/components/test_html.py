"""What the cards and tables put on the screen, as HTML."""

import polars as pl
import pytest

from pages.components import html_table, light
from pages.components.analysis import comparison
from pages.components.documents import target_table
from pages.components.readings import indicator_matrix, kpi_card, points, ranking_table
from tests.pages.components.reading_rows import led_by_year, reading


def text_of(card):
    return kpi_card._card(card, "")


class TestCard:
    def test_value_unit_light_target_and_change(self):
        card = text_of(reading())
        for part in ("家庭医生签约率", "94.00", "▲ 预警", "距目标差1.00个百分点", "↑ 较上周提高"):
            assert part in card

    def test_one_comparison_leads_and_says_its_basis(self):
        card = text_of(led_by_year())
        assert "↑ 较上年同期提高4.10个百分点（<abbr" in card
        assert "上年同期92.80%，同口径92.74%" in card
        assert "较上周" not in card

    def test_population_cumulation_and_the_period_alone_are_on_it(self):
        card = text_of(led_by_year(period="2020-11", is_requested=False, period_alone=12.3))
        assert "帮扶对象，本年累计，11月本期12.30%" in card

    def test_a_rise_because_the_worst_did_not_file_names_it(self):
        card = text_of(led_by_year(units_reported=8, missing_units="宁陵县"))
        assert "已报8/9，宁陵县未报" in card

    def test_a_lowered_light_says_why(self):
        assert "连续两期变差，由预警改为滞后" in text_of(
            reading(light="滞后", light_reason="连续两期变差")
        )

    def test_the_rule_of_the_light_is_on_hover(self):
        assert 'title="未达目标，差距不超过5个百分点"' in text_of(reading())

    def test_a_provisional_value_of_another_period_says_both(self):
        card = text_of(
            reading(frequency="monthly", period="2020-11", is_requested=False, provisional=True)
        )
        assert ">暂</small>" in card
        assert "11月</small>" in card

    def test_no_value_is_a_dash_with_its_word_never_a_zero(self):
        card = text_of(reading(printed=None, state="未报", light="未报", change=None, gap=None))
        assert "— <small>未报</small>" in card
        assert "0.00" not in card.replace("95.00", "")

    def test_names_are_escaped(self):
        assert "<script>" not in text_of(reading(indicator_name="<script>x"))

    def test_the_line_is_the_indicators_own(self):
        sparks = pl.DataFrame(
            {
                "indicator": ["signing_rate"] * 3 + ["other"],
                "population": ["target"] * 4,
                "ordinal": [1, 2, 3, 1],
                "printed": [90.0, 91.0, 92.0, 1.0],
            }
        )
        lines = kpi_card._lines(sparks)
        assert "家庭医生签约率最近3期走势" in kpi_card._spark(
            reading(), lines["signing_rate", "target"]
        )
        assert kpi_card._spark(reading(), None) == ""


class TestLight:
    def test_word_and_shape_and_never_colour_alone(self):
        assert "■ 滞后" in light.light_html("滞后")
        assert "无目标" in light.light_html("无目标")
        assert light.light_html(None) == ""


class TestTable:
    def test_first_cell_is_the_rows_heading_and_text_is_escaped(self):
        html = html_table.table_html(
            [html_table.Cell("县"), html_table.Cell("率")],
            [html_table.Row([html_table.Cell("<甲>"), html_table.number("1.00")], is_total=True)],
            caption="注",
        )
        assert '<th scope="row">&lt;甲&gt;</th>' in html
        assert '<td class="number">1.00</td>' in html
        assert 'class="total"' in html
        assert "<caption>注</caption>" in html


class TestMatrix:
    def test_a_cell_has_value_and_shape(self):
        cell = indicator_matrix._cell(reading())
        assert "94.00%" in cell.html
        assert "▲" in cell.html
        assert "预警</span>" not in cell.html

    def test_a_cell_says_how_many_filed_and_on_hover_who_did_not(self):
        cell = indicator_matrix._cell(led_by_year(units_reported=8, missing_units="宁陵县"))
        assert "<small>已报8/9</small>" in cell.html
        assert "较上年同期提高4.10个百分点（可比口径" in cell.html
        assert "宁陵县未报" in cell.html

    def test_the_table_names_the_lights_that_movement_lowered(self):
        lowered = reading(area_name="睢县", light="滞后", light_reason="连续两期变差")
        table = pl.DataFrame([reading(), lowered], infer_schema_length=None)
        assert "由预警改为滞后：睢县家庭医生签约率。" in indicator_matrix._caption(table)

    def test_an_unreported_cell_says_why(self):
        assert (
            "— <small>未报</small>"
            in indicator_matrix._cell(reading(printed=None, state="未报", light="未报")).html
        )
        assert indicator_matrix._cell(None).text == "—"


@pytest.fixture
def plain_names(monkeypatch):
    """No store behind the page: names of areas lead nowhere."""
    monkeypatch.setattr(ranking_table.links, "area_link", lambda _code, name: name)


@pytest.mark.usefixtures("plain_names")
class TestRanking:
    def test_row(self):
        cells = [cell.inner() for cell in ranking_table._row(reading(), "人").cells]
        assert cells[0] == "睢阳区"
        assert cells[1] == "2"
        assert cells[6] == "↑ 上升1位"
        assert cells[7] == "9400/10000"

    def test_a_zone_is_marked_and_a_silent_one_unranked(self):
        silent = reading(
            kind="statistical_zone", printed=None, rank=None, rank_change=None, state="未报"
        )
        cells = [cell.inner() for cell in ranking_table._row(silent, "人").cells]
        assert cells[0] == "睢阳区※"
        assert cells[1] == cells[2] == cells[6] == "—"

    def test_a_base_too_small_for_a_rank_says_how_small_it_is(self):
        small = reading(rank=None, rank_change=None, small_base=True, denominator=14.0)
        cells = [cell.inner() for cell in ranking_table._row(small, "人").cells]
        assert cells[1] == "基数小（14人），不排名"
        assert "94.00%" in cells[2]
        assert "预警" in cells[3]

    def test_the_change_is_the_one_that_leads_and_what_the_column_is_sorted_by(self):
        change = ranking_table._row(led_by_year(), "人").cells[4]
        assert "较上年同期" in change.html
        assert change.value == 4.1


class TestPoints:
    def test_attention_says_where_what_and_how_far(self):
        html = points._attention(reading(reason="退步", severity=1, detail=""))
        assert "睢阳区 家庭医生签约率" in html
        assert "退步" in html
        assert "第2名（共9）" in html

    def test_attention_goes_by_the_comparison_that_leads(self):
        html = points._attention(led_by_year(reason="退步", severity=1, detail=""))
        assert "较上年同期提高4.10个百分点（<abbr" in html
        assert "较上周" not in html

    def test_unreported_names_units_and_counts_the_rest(self):
        html = points._unreported(
            {
                "table_title": "就诊流向月报表",
                "period": "2020-11",
                "due_on": None,
                "state": "逾期未报",
                "unit_label": [f"{i}县" for i in range(8)],
            }
        )
        assert "逾期未报：0县" in html
        assert "等8个" in html
        assert "2020年11月" in html


def test_a_peer_too_small_for_a_rank_says_so_and_one_with_silent_units_names_them(monkeypatch):
    monkeypatch.setattr(comparison.links, "area_link", lambda _code, name: name)
    small = reading(full_name="小县", is_self=False, rank=None, small_base=True, denominator=14.0)
    silent = reading(full_name="大县", is_self=True, units_reported=8, missing_units="宁陵县")
    first, second = (
        [cell.inner() for cell in comparison._peer(row, "人").cells] for row in (small, silent)
    )
    assert first[1] == "基数小（14人），不排名"
    assert (second[1], second[4]) == ("2", "已报8/9，宁陵县未报")


def test_two_periods_of_other_units_say_both_bases_below_their_difference():
    row = reading(
        change=12.5, change_common_units=True, other_printed=75.0, other_common_value=82.5
    )
    cell = comparison._difference(row)
    assert cell.html.startswith("+12.50<br>")
    assert "：对比期75.00%，同口径82.50%，本期同口径95.00%）" in cell.html
    plain = row | {"change_common_units": None, "other_common_value": None}
    assert comparison._difference(plain).html == "+12.50"


def test_an_adopted_targets_light_lowered_by_movement_says_why():
    assert (
        "连续两期变差"
        in target_table._light(reading(light="滞后", light_reason="连续两期变差")).html
    )
    assert target_table._light(reading(light=None)).inner() == "—"
