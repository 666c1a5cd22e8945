"""How figures, changes, targets, dates and coverage are printed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.theme import formats


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("0.285", 2, "0.29"),
        (0.285, 2, "0.29"),
        ("2.675", 2, "2.68"),
        ("-2.675", 2, "-2.68"),
        ("0.5", 0, "1"),
        (1, 2, "1.00"),
    ],
)
def test_a_half_rounds_up(value, decimals, expected):
    assert str(formats.round_half_up(value, decimals)) == expected


@given(st.decimals(-10_000, 10_000, places=6))
def test_rounding_never_moves_a_figure_by_more_than_half_a_step(value):
    assert abs(formats.round_half_up(value, 2) - value) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (99.5, "%", "99.50%"),
        (3.84, "‰", "3.84‰"),
        (2.305, "名/万人", "2.31名/万人"),
        (0, "个", "0个"),
        (0, "%", "0.00%"),
        (1164, "人", "1164人"),
        (9999, "人", "9999人"),
        (350000, "人", "35.00万人"),
        (20.78, "万元", "20.78万元"),
        (12345.6, "万元", "1.23亿元"),
        (None, "%", "—"),
        (100.0, "%", "100.00%"),
    ],
)
def test_a_figure_prints_with_its_unit(value, unit, expected):
    assert formats.value_text(value, unit) == expected


def test_not_yet_all_is_never_printed_as_all():
    assert formats.value_text(99.996, "%") == "99.99%"
    assert formats.value_text(100, "%") == "100.00%"


@pytest.mark.parametrize(
    ("change", "unit", "words"),
    [
        (0.35, "%", "较上周提高0.35个百分点"),
        (-0.35, "%", "较上周下降0.35个百分点"),
        (0, "%", "与上周持平"),
        (-0.0, "%", "与上周持平"),
        (0.1, "‰", "较上周提高0.10个千分点"),
        (3.2, "人", "较上周增长3.20%"),
        (-3.2, "个", "较上周减少3.20%"),
        (0, "人", "与上周持平"),
        (None, "%", ""),
    ],
)
def test_a_rate_changes_in_points_and_a_count_in_percent(change, unit, words):
    assert formats.change_text(change, unit=unit) == words


def test_a_rise_of_what_should_fall_is_not_called_an_improvement():
    words = formats.change_text(1.5, unit="%", against="较上月", direction="lower_better")
    assert words == "较上月上升1.50个百分点"


def test_last_year_is_named_in_full():
    against = formats.AGAINST_LAST_YEAR
    assert formats.change_text(2, unit="%", against=against) == "较上年同期提高2.00个百分点"
    assert formats.change_text(0, unit="%", against=against) == "与上年同期持平"


def test_no_new_report_is_not_called_unchanged():
    words = formats.no_new_report("2020-11", chosen="2020-W51")
    assert words == "本周无新报数（数据截至11月）"


@pytest.mark.parametrize(
    ("gap", "unit", "words"),
    [
        (0.88, "%", "距目标差0.88个百分点"),
        (0, "%", "已达目标"),
        (-1, "%", "已达目标"),
        (3, "个", "距目标差3个"),
        (None, "%", ""),
    ],
)
def test_the_gap_to_the_target(gap, unit, words):
    assert formats.gap_text(gap, unit) == words


def test_a_target_keeps_its_sign_and_says_from_whom():
    assert formats.target_text(95, ">=", "%") == "目标≥95.00%"
    inherited = formats.target_text(95, "达", "%", inherited="执行市级目标")
    assert inherited == "目标达95.00%（执行市级目标）"
    assert formats.target_text(None, "", "%") == "无目标"


def test_the_required_pace_is_no_forecast():
    words = formats.pace_text(0.12, "%", frequency="weekly", until=date(2020, 12, 31))
    assert words == "每周需提高0.12个百分点（至2020年12月31日）"
    assert formats.pace_text(None, "%", frequency="weekly", until=None) == ""


def test_coverage_is_printed_only_when_somebody_is_missing():
    assert formats.coverage_text(8, 9) == "已报8/9"
    assert formats.coverage_text(7, 9, "宁陵县、民权县") == "已报7/9，宁陵县、民权县未报"
    assert formats.coverage_text(9, 9) == formats.coverage_text(None, 9) == ""
    assert formats.coverage_text(0, 0) == ""


def test_dates_and_periods():
    assert formats.date_zh(date(2020, 12, 20)) == "2020年12月20日"
    assert formats.date_zh(None) == "—"
    assert formats.period_label("2020-W51") == "2020年第51周（12月14日—12月20日）"
    assert formats.period_label(None) == "—"
    assert formats.period_short("2020-11", chosen="2020-W51") == "11月"
    assert formats.period_short("2019-Q3", chosen="2020-W51") == "2019年三季度"
    assert formats.period_short("2020-W07", chosen="2020-W51") == "第7周"
    assert formats.period_short("2019") == "2019年"
    assert formats.period_short(None) == "—"


def test_parts_print_without_the_zeros_their_type_carries():
    assert formats.share_note(Decimal("12.5000"), 200.0) == "分子 12.5 / 分母 200"
    assert formats.share_note(None, 200) == "分子 — / 分母 200"
    assert formats.amount(1e7) == "10000000"


def test_a_share_of_nothing_is_absent():
    assert formats.ratio_text(1, 0) == formats.ratio_text(None, 3) == "—"
    assert formats.ratio_text(1, 3) == "33.33%"


@pytest.mark.parametrize(
    ("top", "bottom", "unit", "multiplier", "printed"),
    [
        (2619, 4000, "%", 100, "65.48%"),
        (2619.0, 4000.0, "%", 100, "65.48%"),
        (1, 8000, "‰", 1000, "0.13‰"),
        (99_996, 100_000, "%", 100, "99.99%"),
    ],
)
def test_a_rate_of_parts_meets_no_binary_fraction(top, bottom, unit, multiplier, printed):
    assert formats.ratio_text(top, bottom, unit, multiplier=multiplier) == printed


def test_a_list_of_names_drops_none_below_four_and_counts_the_rest():
    assert formats.names(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert formats.names(["甲", "乙", "丙", "丁"]) == "甲、乙、丙等4个"
    assert formats.names([]) == ""


def test_a_small_base_says_how_small_and_that_it_has_no_rank():
    assert formats.small_base(14.0, "人") == "基数小（14人），不排名"
    assert formats.small_base(14.0) == "基数小（14），不排名"


def test_the_common_basis_and_a_merger_share_one_bracket():
    said = formats.basis_text(
        "较上年同期", common=True, merged="城东乡", filed=92.8, same=92.74, unit="%"
    )
    assert said == "（与并入的城东乡合计比较；可比口径：上年同期92.80%，同口径92.74%）"
    assert formats.basis_text("较上周", common=False) == ""


def test_a_rate_says_itself_over_the_common_units_where_it_prints_otherwise():
    said = formats.comparison_text(
        "previous", 0.01, unit="%", frequency="weekly", common=True,
        filed=99.45, same=99.47, printed=99.50,
    )  # fmt: skip
    assert said.endswith("（可比口径：上周99.45%，同口径99.47%，本期同口径99.48%）")
    assert formats.own_basis(96.98, 4.24, 92.74, "%") is None
    assert formats.own_basis(12, 20.0, 10, "个") is None


def test_two_bases_that_print_alike_are_not_said_twice():
    said = formats.basis_text("较上月", common=True, filed=90.11, same=90.11, own=91.95)
    assert said == "（可比口径：本期同口径91.95%）"


@pytest.mark.parametrize(("change", "arrow"), [(0.1, "↑"), (-1, "↓"), (0, "→"), (None, "")])
def test_arrows_say_movement(change, arrow):
    assert formats.arrow(change) == arrow


def test_a_count_in_ten_thousands_has_two_places_whatever_its_indicator_prints():
    assert formats.value_text(20_023, "人次", 0) == "2.00万人次"
    assert formats.value_text(9_999, "人次", 0) == "9999人次"
