"""What the cards and tables put on the screen, as HTML."""

import polars as pl
import pytest

from pages.components import html_table, indicator_matrix, kpi_card, light, points, ranking_table
from tests.pages.charts.subjects import SIGNING
from tests.pages.components.readings import reading


def text_of(card):
    return kpi_card._card(card, "")


class TestCard:
    def test_value_unit_light_target_and_change(self):
        card = text_of(reading())
        for part in ("家庭医生签约率", "94.00", "▲ 预警", "距目标差1.00个百分点", "↑ 较上周提高"):
            assert part in card

    def test_the_rule_of_the_light_is_on_hover(self):
        assert 'title="差距1.00个百分点,不超过5个百分点"' in text_of(reading())

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
        cells = [cell.inner() for cell in ranking_table._row(reading()).cells]
        assert cells[0] == "睢阳区"
        assert cells[1] == "2"
        assert cells[6] == "↑ 上升1位"
        assert cells[7] == "9400/10000"

    def test_a_zone_is_marked_and_a_silent_one_unranked(self):
        silent = reading(
            kind="statistical_zone", printed=None, rank=None, rank_change=None, state="未报"
        )
        cells = [cell.inner() for cell in ranking_table._row(silent).cells]
        assert cells[0] == "睢阳区※"
        assert cells[1] == cells[2] == cells[6] == "—"


class TestPoints:
    def test_attention_says_where_what_and_how_far(self):
        html = points._attention(reading(reason="退步", severity=1, detail=""), SIGNING)
        assert "睢阳区 家庭医生签约率" in html
        assert "退步" in html
        assert "第2名(共9)" in html

    def test_unreported_names_units_and_counts_the_rest(self):
        html = points._unreported(
            {
                "table_title": "就诊流向月报表",
                "period": "2020-11",
                "due_on": None,
                "state": "逾期未报",
                "unit_name": [f"{i}县" for i in range(8)],
            }
        )
        assert "逾期未报:0县" in html
        assert "等8个" in html
        assert "2020年11月" in html
