"""Weeks, months, quarters and years: how they are written and how they follow one another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UsageError
from data.periods import (
    FIRST_YEAR,
    FREQUENCIES,
    LAST_YEAR,
    Period,
    containing,
    latest_ending_by,
)

days = st.dates(date(FIRST_YEAR + 1, 1, 1), date(LAST_YEAR, 12, 31))
frequencies = st.sampled_from(FREQUENCIES)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2019-W01", date(2018, 12, 31), date(2019, 1, 6)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2020-Q4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_a_period_has_its_first_and_last_day(text, first, last):
    period = Period.parse(text)
    assert (period.start, period.end, period.text) == (first, last, text)


@pytest.mark.parametrize("text", ["9999", "9999-W51", "0001", "1998-12", "2047-Q1"])
def test_a_year_beyond_the_calendar_is_refused_with_the_years_that_there_are(text):
    with pytest.raises(UsageError, match=f"{FIRST_YEAR} 至 {LAST_YEAR} 年"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["2019-W53", "2020-13", "2020-Q5", "2020-W00", "20", "", "2020年"])
def test_a_period_that_does_not_exist_is_refused_in_words(text):
    with pytest.raises(UsageError, match="报告期"):
        Period.parse(text)


def test_a_week_belongs_to_the_month_quarter_and_year_of_its_thursday():
    week = Period.parse("2020-W53")
    belongs = [week.within(f).text for f in ("monthly", "quarterly", "yearly")]
    assert belongs == ["2020-12", "2020-Q4", "2020"]
    assert Period.parse("2019-W01").within("monthly").text == "2019-01"


def test_the_period_a_year_before_has_the_same_number_and_a_53rd_week_has_none():
    before = {
        text: Period.parse(text).same_last_year()
        for text in ("2021-W10", "2020-W53", "2020-03", "2020-Q1")
    }
    assert {text: period and period.text for text, period in before.items()} == {
        "2021-W10": "2020-W10",
        "2020-W53": None,
        "2020-03": "2019-03",
        "2020-Q1": "2019-Q1",
    }


def test_labels_say_the_days_of_a_week():
    labels = [Period.parse(text).label_zh() for text in ("2020-W51", "2020-11", "2020-Q3", "2020")]
    assert labels == ["2020年第51周（12月14日—12月20日）", "2020年11月", "2020年三季度", "2020年"]


@given(frequencies, days)
def test_every_day_lies_in_exactly_one_period_of_a_frequency(frequency, day):
    period = containing(frequency, day)
    assert period.start <= day <= period.end
    assert period.next().start == period.end + timedelta(days=1)
    assert Period.parse(period.text) == period


@given(frequencies, days)
def test_the_latest_ended_period_has_ended_and_the_next_has_not(frequency, day):
    period = latest_ending_by(frequency, day)
    assert period.end <= day < period.next().end


@given(days)
def test_a_week_lies_within_one_month_of_its_year(day):
    week = containing("weekly", day)
    assert week.within("monthly").within("yearly") == week.within("yearly")
