"""The one place where figures are divided and rounded."""

from decimal import Decimal

import duckdb
import pytest

from queries import schema


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    con.execute((schema.STAGING / "50_printing.sql").read_text("utf-8"))
    return con


def asked(con, expression: str):
    return con.execute(f"select {expression}").fetchall()[0][0]


def printed(con, numerator, denominator, multiplier=100, decimals=2):
    return asked(
        con,
        f"printed_value({numerator}::decimal(18,4), {denominator}::decimal(18,4), "
        f"{multiplier}, {decimals}, false)",
    )


def test_a_half_is_rounded_up_although_no_double_holds_it(con):
    assert printed(con, 99125, 100000) == Decimal("99.13")
    assert printed(con, "2.675", 100, multiplier=100) == Decimal("2.68")
    assert printed(con, 1005, 100000) == Decimal("1.01")


def test_what_is_below_100_percent_never_prints_as_100(con):
    assert printed(con, "99.996", 100) == Decimal("99.99")
    assert printed(con, 99999999, 100000000) == Decimal("99.99")
    assert printed(con, 99, 100, decimals=0) == Decimal("99")


def test_100_percent_and_more_print_as_they_are(con):
    assert printed(con, 100, 100) == Decimal("100")
    assert printed(con, "100.004", 100) == Decimal("100")
    assert printed(con, 105, 100) == Decimal("105")


def test_a_per_mille_of_999_996_is_no_percent_and_rounds_up(con):
    assert printed(con, "999.9996", 1000, multiplier=1000) == Decimal("1000")


def test_a_denominator_of_0_prints_nothing(con):
    assert printed(con, 0, 0) is None


def test_an_empty_figure_stays_empty(con):
    assert printed(con, "null", 100) is None
    assert printed(con, 5, "null") is None


def test_a_count_prints_its_numerator(con):
    assert asked(con, "printed_value(7::decimal(18,4), null, 1, 0, true)") == Decimal("7")


def test_the_change_of_a_rate_is_the_difference_of_the_two_printed_values(con):
    # 99.996 prints 99.99 and 99.004 prints 99.00: the change is 0.99, not 0.992.
    change = asked(
        con,
        "printed_change(99.996::decimal(18,4), 100::decimal(18,4), 99.004::decimal(18,4), "
        "100::decimal(18,4), 100, 2, false)",
    )
    assert change == Decimal("0.99")


def test_the_change_of_a_count_is_in_percent(con):
    change = asked(
        con, "printed_change(31::decimal(18,4), null, 30::decimal(18,4), null, 1, 0, true)"
    )
    assert change == Decimal("3.33")


def test_a_count_that_grew_from_nothing_has_no_percentage(con):
    assert asked(con, "printed_change(3::decimal(18,4), null, 0, null, 1, 0, true)") is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "comparator", "bar", "direction", "met"),
    [
        (2, 3, "=", "66.6666", "higher_better", True),
        (2, 3, ">=", "66.6667", "higher_better", False),
        (90, 100, "=", "90", "higher_better", True),
        (90, 100, ">", "90", "higher_better", False),
        (5, 100, "=", "5", "lower_better", True),
        (6, 100, "=", "5", "lower_better", False),
        (5, 100, "<", "5", "lower_better", False),
    ],
)
def test_a_target_is_compared_exactly(con, numerator, denominator, comparator, bar, direction, met):
    assert (
        asked(
            con,
            f"meets({numerator}::decimal(18,4), {denominator}::decimal(18,4), 100, false, "
            f"'{direction}', '{comparator}', {bar}::decimal(18,4))",
        )
        is met
    )


def test_large_sums_of_money_do_not_overflow_the_comparison(con):
    big = "99999999999999.9999::decimal(18,4)"
    assert asked(con, f"meets({big}, {big}, 100, false, 'higher_better', '>=', 100)") is True
