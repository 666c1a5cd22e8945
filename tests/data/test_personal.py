"""Personal data is recognised by its form, and only then."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import personal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DATES = st.dates().filter(lambda day: 1900 <= day.year <= 2025)


def id_number(region, day, sequence):
    digits = f"{region}{day:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


@settings(deadline=None)
@given(st.sampled_from([110105, 411403, 650102]), DATES, st.integers(0, 999))
def test_every_valid_number_is_found_however_it_is_written(region, day, sequence):
    number = id_number(region, day, sequence)
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    for text in (
        number,
        number.lower(),
        f"张三({number})男",
        number.translate(wide),
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"身份证:{number},电话",
    ):
        assert personal.has_id_number(text)


@settings(deadline=None)
@given(st.sampled_from([110105, 411403]), DATES, st.integers(0, 999))
def test_a_wrong_last_digit_is_no_id_number(region, day, sequence):
    number = id_number(region, day, sequence)
    wrong = "0" if number[-1] != "0" else "1"
    assert not personal.has_id_number(number[:-1] + wrong)


@pytest.mark.parametrize(
    "text",
    ["411403105200", "2020122112345678", "12345678901234567890", "411403199013011234", ""],
)
def test_other_long_numbers_are_none(text):
    assert not personal.has_id_number(text)


@pytest.mark.parametrize(
    "text",
    ["13812345678", "电话:138 1234 5678", "+86 138-1234-5678", "李13912345678", "8613812345678"],
)
def test_mobile_numbers(text):
    assert personal.has_mobile(text)


@pytest.mark.parametrize(
    "text", ["12812345678", "0370-3280000", "411403138123456", "0.13812345678"]
)
def test_no_mobile_numbers(text):
    assert not personal.has_mobile(text)


def test_names_of_files_are_shown_without_numbers():
    assert personal.hide("11010519491231002X张三13812345678.xlsx") == "…张三….xlsx"
