"""One reading in words: rules.md 2, 4 and 5."""

import pytest

from pages.components import reading_words as words
from tests.pages.components.readings import reading


def test_target_and_gap_in_one_line():
    assert words.target_line(reading()) == "目标≥95.00%,距目标差1.00个百分点"
    assert words.target_line(reading(target=None)) == ""


def test_an_inherited_target_says_from_which_level():
    line = words.target_line(reading(target_inherited=True, target_scope_level="city"))
    assert line == "目标≥95.00%(执行市级目标),距目标差1.00个百分点"


def test_a_reference_target_has_no_gap():
    assert words.target_line(reading(target_status="参考")) == "参考目标≥95.00%"


def test_the_change_before_last_year():
    assert words.change_lines(reading()) == ["较上周提高0.35个百分点", "较上年同期提高4.10个百分点"]


def test_a_year_to_date_indicator_leads_with_last_year():
    assert words.change_lines(reading(leads_with_yoy=True))[0] == "较上年同期提高4.10个百分点"
    first_of_year = reading(leads_with_yoy=True, change=None)
    assert words.change_lines(first_of_year) == ["较上年同期提高4.10个百分点"]


def test_differing_units_are_said():
    line = words.change_lines(reading(change_common_units=True))[0]
    assert line.endswith("(两期都报)")


def test_stepping_back_names_both_periods():
    late = reading(
        frequency="monthly",
        period="2020-10",
        is_requested=False,
        fallback_from_period="2020-11",
        fallback_reported=3,
        fallback_expected=9,
    )
    assert words.notes(late) == ["11月已报3/9,暂用10月"]
    assert words.period_words(late) == "10月"


def test_out_of_date_says_since_when():
    old = reading(printed=None, state="数据过期", stale_since="2020-08", light="数据过期")
    assert words.notes(old) == ["2020-08起未报"]
    assert words.value_text(old) == "—"


def test_incomplete_prints_how_many():
    assert words.notes(reading(units_reported=8)) == ["已报 8/9"]


def test_no_news_is_said_and_is_not_unchanged():
    quiet = reading(frequency="monthly", period="2020-11", is_requested=False, no_new_report=True)
    assert words.notes(quiet) == ["本周无新报数(数据截至11月)"]


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
    assert words.pace_line(reading()) == "每周需提高0.50个百分点(至12月31日)"
    assert words.pace_line(reading(required_pace=None)) == ""


def test_a_downgrade_is_explained():
    assert "连续两期变差,由预警改为滞后" in words.notes(reading(downgraded=True))
