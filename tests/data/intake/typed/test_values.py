"""Cells read as a person would: every accepted way to write a value gives the same value."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.read.workbook import CellError
from data.intake.typed import values
from data.intake.typed.date_values import find_period
from data.intake.typed.number_values import to_four_places
from data.intake.typed.value import Spec, is_empty, shown
from data.periods import FREQUENCIES, containing

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
# The machine that runs the tests may be busy: how long one example takes proves nothing.
unhurried = settings(deadline=None)
DAYS = st.dates(date(2001, 1, 1), date(2045, 12, 31))


def one(cell, kind, **spec):
    """The value of a single cell; Unreadable cells give the expected words."""
    column = values.read([cell], Spec(kind, **spec))
    assert (0 in column.bad) <= (column.values[0] is None)
    return column.bad[0] if column.bad else column.values[0]


class TestNumbers:
    @unhurried
    @given(st.integers(-(10**12), 10**12))
    def test_a_whole_number_reads_back_however_it_is_written(self, number):
        text = f"{number:,}"
        for cell in (
            number,
            float(number),
            str(number),
            f" {number}　",
            text,
            text.translate(FULL_WIDTH),
            f"{number}人",
            f"{number} 人",
            f"'{number}",
        ):
            assert one(cell, "int", unit="人") == number

    @unhurried
    @given(st.decimals(-(10**6), 10**6, places=4))
    def test_a_decimal_reads_back_however_it_is_written(self, number):
        for cell in (
            float(number),
            f"{number:f}",
            f"{number:,f}",
            f"{number:,f}".translate(FULL_WIDTH),
            f"{number:f}万元",
        ):
            assert one(cell, "decimal", unit="万元") == number

    @unhurried
    @given(st.decimals(-(10**6), 10**6, places=8))
    def test_more_than_four_places_are_rounded_half_up(self, number):
        rounded = to_four_places(number)
        assert abs(rounded - number) <= Decimal("0.00005")
        assert one(f"{number:f}", "decimal") == rounded
        assert one(float(number), "decimal") == rounded

    def test_half_is_rounded_away_from_nothing_not_to_even(self):
        assert one("2.00005", "decimal") == Decimal("2.0001")
        assert one(2.00005, "decimal") == Decimal("2.0001")
        assert one(-1.00015, "decimal") == Decimal("-1.0002")

    def test_noise_of_spreadsheets_is_repaired(self):
        assert one(0.1 + 0.2, "decimal") == Decimal("0.3")
        assert one(3.0000000000004, "int") == 3
        assert one(2.9999999999996, "int") == 3

    @pytest.mark.parametrize("cell", ["", "—", "——", "-", "－", "/", "／", "无", " ", "　"])
    def test_dashes_and_strokes_are_empty(self, cell):
        assert one(cell, "int") is None
        assert one(cell, "decimal") is None

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [
            (12.5, "整数"),
            ("12.5", "整数"),
            ("abc", "数字"),
            ("1,23", "数字"),
            ("1 2", "一个数"),
            ("1 100", "一个数"),
            ("1\u00a0100", "一个数"),
            ("1\n100", "一个数"),
            ("3/5", "一个数"),
            ("5①", "数字"),
            ("5³", "数字"),
            ("5½", "数字"),
            ("12..5", "数字"),
            ("99.1%", "以「人」为单位的数字"),
            ("5户", "以「人」为单位的数字"),
            (True, "数字"),
            (date(2020, 1, 1), "数字"),
            (timedelta(days=1), "数字"),
            (CellError("#REF!"), "公式的结果"),
        ],
    )
    def test_what_is_no_count_is_named(self, cell, expected):
        assert one(cell, "int", unit="人")[1] == expected

    @pytest.mark.parametrize(
        ("cell", "found", "action"),
        [
            ("1\n100", "1 100", "这一格里不止一个数，请只留一个。"),
            ("5①", "5①", "请只填数字，删去「①」。"),
            ("约5", "约5", "请只填数字，删去「约」。"),
            ("1*", "1*", "请只填数字，删去「*」。"),
            ("1.", "1.", "请只填数字，删去「.」。"),
            ("50%", "50%", "请只填数字，删去「%」。"),
            ("12..5", "12..5", ""),
            (True, "是（逻辑值）", ""),
            (
                date(1900, 4, 29),
                "1900-04-29",
                "这一格的格式是日期，请选中这一列，设为「常规」后核对数字。",
            ),
            (
                timedelta(days=1),
                "一段时间",
                "这一格的格式是时间，请选中这一列，设为「常规」后核对数字。",
            ),
        ],
    )
    def test_what_to_do_about_it_is_said(self, cell, found, action):
        assert one(cell, "int", unit="人")[::2] == (found, action)

    @pytest.mark.parametrize(
        ("cell", "value"), [("60m²", 60), ("60㎡", 60), ("60 m2", 60), ("60平米", 60)]
    )
    def test_the_two_of_square_metres_is_no_figure(self, cell, value):
        assert one(cell, "decimal", unit="平方米") == value

    @pytest.mark.parametrize(
        ("cell", "unit", "header", "value"),
        [
            ("1.2万", "人", None, 12000),
            ("1.2万人", "人", None, 12000),
            (3, "人", "万人", 30000),
        ],
    )
    def test_scales_of_counts(self, cell, unit, header, value):
        assert one(cell, "int", unit=unit, header_unit=header) == value

    @pytest.mark.parametrize(
        ("cell", "header", "value"),
        [
            (35000, "元", "3.5"),
            ("35,000", "元", "3.5"),
            (3.5, "万元", "3.5"),
            (3.5, None, "3.5"),
            ("3.5万", None, "3.5"),
            ("35000元", None, "3.5"),
            ("0.2亿元", None, "2000"),
            (0.2, "亿元", "2000"),
            ("3.5万元", "元", "3.5"),
        ],
    )
    def test_money_comes_to_the_unit_of_the_column(self, cell, header, value):
        assert one(cell, "decimal", unit="万元", header_unit=header) == Decimal(value)

    def test_a_scale_under_a_scaled_header_is_ambiguous(self):
        assert "不带" in one("1.2万", "int", unit="人", header_unit="万人")[1]


class TestWords:
    @pytest.mark.parametrize("cell", ["是", "√", "有", "1", 1.0, True, "已签", "达标", "Y", "１"])
    def test_ways_to_say_yes(self, cell):
        assert one(cell, "bool") is True

    @pytest.mark.parametrize(
        "cell", ["否", "×", "无", "0", 0, False, "未签", "不达标", "没有", "N"]
    )
    def test_ways_to_say_no(self, cell):
        assert one(cell, "bool") is False

    @pytest.mark.parametrize("cell", ["", "—", "/"])
    def test_ways_to_say_nothing(self, cell):
        assert one(cell, "bool") is None

    @pytest.mark.parametrize("cell", ["也许", 2, "是否"])
    def test_neither_yes_nor_no(self, cell):
        assert one(cell, "bool")[1] == "是或否"

    @pytest.mark.parametrize("cell", ["md03", "MD03", " md03 ", "胃癌", "md03 胃癌", "ｍｄ０３"])
    def test_a_code_may_be_written_by_its_name(self, cell):
        spec = {"allowed": ("md01", "md03"), "labels": {"md03": ("胃癌",), "md01": ("先心病",)}}
        assert one(cell, "enum", **spec) == "md03"

    def test_a_word_that_is_not_on_the_list(self):
        assert one("自己查", "enum", allowed=("巡视", "自查"))[:2] == ("自己查", "巡视、自查 之一")

    @unhurried
    @given(st.from_regex(r"[1-9][0-9]{5,11}", fullmatch=True))
    def test_a_code_is_text_whether_it_was_typed_as_a_number_or_not(self, code):
        for cell in (code, float(code), int(code), f"{code}.0", f" {code} ", f"'{code}"):
            assert one(cell, "code") == code

    def test_leading_zeros_of_a_text_code_stay(self):
        assert one("000123", "code") == "000123"

    def test_a_code_that_excel_cut_off_is_unreadable(self):
        assert "15位" in one(4.11403199001e17, "code")[1]


class TestDates:
    @unhurried
    @given(DAYS)
    def test_a_date_reads_back_however_it_is_written(self, day):
        y, m, d = day.year, day.month, day.day
        for cell in (
            day,
            datetime(y, m, d, 8),
            f"{y}年{m}月{d}日",
            f"{y} 年 {m} 月 {d} 日",
            f"{y}-{m}-{d}",
            day.isoformat(),
            f"{y}/{m}/{d}",
            f"{y}.{m:02d}.{d:02d}",
            day.strftime("%Y%m%d"),
            float(day.strftime("%Y%m%d")),
            f"{day.isoformat()} 00:00:00",
            (day - date(1899, 12, 30)).days,
            f"{y}年{m}月{d}日".translate(FULL_WIDTH),
        ):
            assert one(cell, "date") == day

    @pytest.mark.parametrize("cell", ["2020-02-30", "12月1日", "20-12-1", "长期", "2020年12月", 12])
    def test_what_is_no_date_is_named(self, cell):
        assert "日期" in one(cell, "date")[1]


class TestPeriods:
    @unhurried
    @given(DAYS, st.sampled_from(FREQUENCIES))
    def test_a_period_reads_back_as_written_and_as_printed(self, day, frequency):
        period = containing(frequency, day)
        cells = [period.text, period.label_zh(), period.text.translate(FULL_WIDTH)]
        if frequency == "weekly":
            cells += [f"{period.year}年{period.number}周", f"{period.start}至{period.end}"]
        if frequency == "monthly":
            cells += [
                f"{period.year}/{period.number}",
                period.start,
                f"{period.year}.{period.number}",
            ]
            cells += [int(period.text.replace("-", "")), f"{period.year}年{period.number}月份"]
        if frequency == "quarterly":
            cells += [f"{period.year}年第{'一二三四'[period.number - 1]}季度"]
            cells += [f"{period.year}年{period.number}季度"]
        for cell in cells:
            assert one(cell, "period", frequency=frequency) == period.text

    def test_the_year_of_the_title_completes_it(self):
        assert one("12月", "period", frequency="monthly", year=2020) == "2020-12"
        assert one("第51周", "period", frequency="weekly", year=2020) == "2020-W51"
        assert "月" in one("12月", "period", frequency="monthly")[1]

    @pytest.mark.parametrize("cell", ["2020-13", "2021-W53", "2020-Q5", "去年", 202012.0])
    def test_a_week_that_does_not_exist_or_cannot_be_told(self, cell):
        assert isinstance(one(cell, "period", frequency="weekly"), tuple)

    @unhurried
    @given(DAYS)
    def test_a_title_with_a_date_range_names_its_week(self, day):
        week = containing("weekly", day)
        title = f"健康扶贫周报表({week.start}—{week.end})"
        assert find_period(title, "weekly") == week

    @pytest.mark.parametrize(
        ("title", "frequency", "period"),
        [
            ("2020年10—12月卫生人员季报表", "quarterly", "2020-Q4"),
            ("2020年12月14日—20日周报", "weekly", "2020-W51"),
            ("2020年1—12月", "yearly", "2020"),
            ("2020年1—11月", "monthly", "2020-11"),
        ],
    )
    def test_a_range_that_is_a_period(self, title, frequency, period):
        assert find_period(title, frequency).text == period

    def test_a_filing_date_is_no_period(self):
        assert find_period("2020年12月21日", "monthly") is None


def test_a_column_of_mixed_cells_keeps_its_order():
    cells = [1.0, "２", "", "三", 4, "5 ", CellError("#N/A"), "6,000"]
    column = values.read(cells, Spec("int", unit="人"))
    assert column.values.to_list() == [1, 2, None, None, 4, 5, None, 6000]
    assert list(column.bad) == [3, 6]


@unhurried
@given(st.lists(st.one_of(st.text(max_size=6), st.floats(), st.integers(), st.booleans(), DAYS)))
@pytest.mark.parametrize(
    "kind", ["int", "decimal", "bool", "date", "code", "text", "period", "enum"]
)
def test_no_cell_is_lost_in_silence(kind, cells):
    column = values.read(cells, Spec(kind, unit="人", allowed=("甲",)))
    assert len(column.values) == len(cells)
    for row, cell in enumerate(cells):
        if column.values[row] is None and row not in column.bad:
            assert is_empty(cell) or str(cell).strip("'　 ") in ("", "一")


def test_long_digit_runs_are_never_quoted():
    assert "13812345678" not in shown("电话13812345678")
    assert "411403" in shown("411403105200")


def test_two_days_apart_are_two_dates():
    day = date(2020, 2, 28)
    cells = [day, day + timedelta(days=1), "2020-03-01"]
    assert values.read(cells, Spec("date")).values.to_list()[-1] == date(2020, 3, 1)
