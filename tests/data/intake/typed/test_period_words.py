"""Every period that a text names, and whether it can be about the same as another."""

from datetime import date

import pytest

from data.intake.typed.period_words import contradictions, mentions
from data.periods import Period

WEEK, MONTH, QUARTER = (Period.parse(text) for text in ("2020-W51", "2020-11", "2020-Q4"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020年10月—11月", (2020, 10, 1), (2020, 11, 30)),
        ("2020年10-11月", (2020, 10, 1), (2020, 11, 30)),
        ("2020年10、11月份", (2020, 10, 1), (2020, 11, 30)),
        ("2020-10至2020-11", (2020, 10, 1), (2020, 11, 30)),
        ("2020年十月至十一月", (2020, 10, 1), (2020, 11, 30)),
        ("2020年第51—52周", (2020, 12, 14), (2020, 12, 27)),
        ("2020-W51～W52", (2020, 12, 14), (2020, 12, 27)),
        ("2020年三、四季度", (2020, 7, 1), (2020, 12, 31)),
    ],
)
def test_several_periods_in_a_row_are_one_range(text, first, last):
    (mention,) = mentions(text)
    assert mention.is_range
    assert (mention.start, mention.end) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2020年12月14日—12月20日", (2020, 12, 20)),
        ("2020年12月14-20日", (2020, 12, 20)),
        ("2020.12.14-12.20", (2020, 12, 20)),
        ("2020年12月28日至2021年1月3日", (2021, 1, 3)),
        ("2020年12月28日—1月3日", (2021, 1, 3)),
    ],
)
def test_days_are_read_over_the_turn_of_the_year(text, last):
    (mention,) = mentions(text)
    assert (mention.kind, mention.end) == ("days", date(*last))


@pytest.mark.parametrize(
    "text",
    [
        "2020年12月28日",
        "2020.12.28",
        "20201228",
        "自2020年3月起",
        "T02",
        "30日内",
        "2020年2月30日",
        "制表时间:2020年12月",
        "打印日期2020年12月",
        "411403202011",
    ],
)
def test_a_day_and_since_when_a_rule_holds_are_no_period(text):
    assert mentions(text, 2020) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2020年第51周(12月14日—12月20日)", WEEK),
        ("2020年12月第51周", WEEK),
        ("2020年四季度第51周(12月14日—18日)", WEEK),
        ("第51周(1月1日—12月20日累计)", WEEK),
        ("2020年11月(10月26日—11月25日)", MONTH),
        ("2019年办法,2020年11月", MONTH),
        ("11月", MONTH),
        ("2020年10月、2020年四季度", QUARTER),
        ("第53周(12月28日—1月3日)", Period.parse("2020-W53")),
        ("第1周", Period.parse("2021-W01")),
        ("20201214-20201220", WEEK),
        ("12/14-12/20", WEEK),
        ("截至2020年12月20日", WEEK),
        ("截至12月25日", WEEK),
        ("T02_202011_411403", MONTH),
        ("2020年监测周报表", WEEK),
        ("2019年方案附件:监测周报表说明", WEEK),
    ],
)
def test_what_agrees(text, period):
    assert contradictions(text, period) == []


@pytest.mark.parametrize(
    ("text", "period", "said"),
    [
        ("2020年第52周(12月14日—12月20日)", Period.parse("2020-W52"), "12月14日—12月20日"),
        ("2020年第50周", WEEK, "2020年第50周"),
        ("2019年第51周", WEEK, "2019年第51周"),
        ("2020年11月第51周", WEEK, "2020年11月"),
        ("12月第3周", WEEK, "第3周"),
        ("2020年10月—11月", MONTH, "2020年10月—11月"),
        ("(对比2020年10月)2020年11月", MONTH, "2020年10月"),
        ("2020年三季度", QUARTER, "2020年3季度"),
        ("20201221-20201227", WEEK, "20201221-20201227"),
        ("12/21-12/27", WEEK, "12/21-12/27"),
        ("截至2020年12月13日", WEEK, "截至2020年12月13日"),
        ("截至2020.10.31", MONTH, "截至2020.10.31"),
        ("T02_202010_411403", MONTH, "202010"),
        ("2019年监测周报表(试行)", WEEK, "2019年"),
    ],
)
def test_what_does_not(text, period, said):
    assert [mention.said for mention in contradictions(text, period)] == [said]
