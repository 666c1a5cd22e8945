"""One reading in words: rules.md 2, 4 and 5."""

import polars as pl
import pytest

from pages.components.readings import reading_words as words
from tests.pages.components.reading_rows import led_by_year, reading


def test_target_and_gap_in_one_line():
    assert words.target_line(reading()) == "目标≥95.00%，距目标差1.00个百分点"
    assert words.target_line(reading(target=None)) == ""


def test_an_inherited_target_says_from_which_level():
    line = words.target_line(reading(target_inherited=True, target_scope_level="city"))
    assert line == "目标≥95.00%（执行市级目标），距目标差1.00个百分点"


def test_a_reference_target_has_no_gap():
    assert words.target_line(reading(target_status="参考")) == "参考目标≥95.00%"


def test_the_comparison_that_leads_stands_first_and_the_other_says_with_what():
    assert words.lead_line(reading()) == "较上周提高0.35个百分点"
    assert words.change_lines(reading()) == ["较上周提高0.35个百分点", "较上年同期提高4.10个百分点"]


def test_a_figure_led_by_last_year_has_the_period_before_second():
    year = led_by_year(lead_common_units=False)
    assert words.lead_line(year) == "较上年同期提高4.10个百分点"
    assert words.change_lines(year)[1] == "较上周提高0.35个百分点"
    assert words.change_lines(year | {"change": None}) == ["较上年同期提高4.10个百分点"]
    assert words.change_lines(reading(lead=None, lead_change=None, yoy_change=None)) == []


def test_other_units_are_said_with_both_bases():
    assert words.lead_line(led_by_year()) == (
        "较上年同期提高4.10个百分点（可比口径：上年同期92.80%，同口径92.74%，本期同口径96.84%）"
    )
    alike = led_by_year(printed=96.84, lead_filed=92.74)
    assert words.lead_line(alike) == "较上年同期提高4.10个百分点（可比口径）"
    unknown = led_by_year(printed=96.84, lead_filed=None)
    assert words.lead_line(unknown) == "较上年同期提高4.10个百分点（可比口径）"


def test_what_a_common_basis_means_is_on_hover():
    html = words.explained(words.lead_line(led_by_year()))
    assert '<abbr title="两期报送的单位不同，只按两期都报的单位比较">可比口径</abbr>：' in html


def test_a_comparison_with_what_merged_says_so():
    merged = led_by_year(lead_common_units=False, lead_merged="城东乡、城西乡")
    assert words.lead_line(merged).endswith("（与并入的城东乡、城西乡合计比较）")


def test_population_and_cumulation_are_named_and_the_period_alone_beside_them():
    assert words.scope_words(reading()) == "帮扶对象"
    month = led_by_year(period="2020-11", is_requested=False, period_alone=12.3)
    assert words.scope_words(month) == "帮扶对象，本年累计，11月本期12.30%"


def test_stepping_back_names_both_periods():
    late = reading(
        frequency="monthly",
        period="2020-10",
        is_requested=False,
        fallback_from_period="2020-11",
        fallback_reported=3,
        fallback_expected=9,
    )
    assert words.notes(late) == ["11月已报3/9，暂用10月"]
    assert words.period_words(late) == "10月"


def test_out_of_date_says_since_when():
    old = reading(printed=None, state="数据过期", stale_since="2020-08", light="数据过期")
    assert words.notes(old) == ["2020-08起未报"]
    assert words.value_text(old) == "—"


def test_incomplete_prints_how_many():
    assert words.notes(reading(units_reported=8)) == ["已报8/9"]
    named = reading(units_reported=8, missing_units="宁陵县")
    assert words.notes(named) == ["已报8/9，宁陵县未报"]


def test_no_news_is_said_and_is_not_unchanged():
    quiet = reading(frequency="monthly", period="2020-11", is_requested=False, no_new_report=True)
    assert words.notes(quiet) == ["本周无新报数（数据截至11月）"]


def test_a_masked_value_is_a_star():
    assert words.value_text(reading(masked=True, printed=None)) == "*"


@pytest.mark.parametrize(
    ("light", "state", "said"),
    [
        ("达标", "正常", "达标"),
        ("无目标", "正常", "无目标"),
        (None, "正常", ""),
        (None, "未报", "未报"),
    ],
)
def test_the_word_for_how_it_stands(light, state, said):
    assert words.standing(reading(light=light, state=state)) == said


def test_the_pace_has_a_deadline():
    assert words.pace_line(reading()) == "每周需提高0.50个百分点（至12月31日）"
    assert words.pace_line(reading(required_pace=None)) == ""


def test_with_one_period_left_the_pace_is_all_that_is_missing():
    last = reading(periods_left=1, required_pace=3.02)
    assert words.pace_line(last) == "剩余1周需提高3.02个百分点（至12月31日）"
    month = last | {"frequency": "monthly"}
    assert words.pace_line(month) == "剩余1个月需提高3.02个百分点（至12月31日）"


def test_a_downgrade_is_explained():
    assert words.notes(reading(light="滞后", light_reason="连续两期变差")) == [
        "连续两期变差，由预警改为滞后"
    ]


def test_below_a_table_stands_whose_light_was_lowered():
    rows = [reading(), reading(area_name="睢县", light="滞后", light_reason="连续两期变差")]
    table = pl.DataFrame(rows, infer_schema_length=None)
    assert words.lowered(table, "area_name") == "连续两期变差，由预警改为滞后：睢县。"
    assert words.lowered(table.head(1), "area_name") == ""
