"""The one place where figures are divided and rounded."""

import random
from decimal import Decimal
from math import gcd

import duckdb
import polars as pl
import pytest

from data.readings import definitions
from pages.theme import formats


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    for step in ("printing", "targets"):
        con.execute((definitions.SQL / f"{step}.sql").read_text("utf-8"))
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


def exact_halves(count: int) -> pl.DataFrame:
    """Fractions up to a million whose percentage ends in exactly half a hundredth."""
    draw = random.Random(20201220)
    rows = []
    while len(rows) < count:
        denominator = 32 * draw.randint(1, 31_250)
        step = 20_000 // gcd(20_000, denominator)
        odd = step * (2 * draw.randint(0, (20_000 // step - 1) // 2) + 1)
        numerator = odd * denominator // 20_000
        # Half a hundredth above the hundredth that lies below, and so the next one.
        hundredths = min(odd // 2 + 1, 9_999)
        rows.append((numerator, denominator, Decimal(hundredths).scaleb(-2)))
    return pl.DataFrame(rows, ("numerator", "denominator", "printed"), orient="row")


def test_24000_exact_halves_print_upwards_in_sql_and_in_python_alike(con, tmp_path):
    table = exact_halves(24_000)
    table.write_parquet(tmp_path / "halves.parquet")
    wrong = con.execute(
        "select count(*) from read_parquet($path) "
        "where printed <> printed_value(numerator, denominator, 100, 2, false)",
        {"path": str(tmp_path / "halves.parquet")},
    ).fetchone()
    assert wrong == (0,)
    shares = [
        Decimal(numerator) * 100 / denominator
        for numerator, denominator in table.select("numerator", "denominator").rows()
    ]
    assert [min(formats.round_half_up(share, 2), Decimal("99.99")) for share in shares] == (
        table["printed"].to_list()
    )


def test_2619_of_4000_prints_65_48(con):
    assert printed(con, 2619, 4000) == Decimal("65.48")
    assert formats.ratio_text(2619, 4000) == "65.48%"


def test_a_negative_half_is_rounded_away_from_zero(con):
    assert asked(con, "half_up_ratio(-1, 8, 1, 2)") == Decimal("-0.13")


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "periods", "pace"),
    [
        (90, 100, 95, 4, "1.25"),
        (9001, 10000, 95, 4, "1.25"),  # 1.2475 would leave a hundredth missing
        (94999, 100000, 95, 3, "0.01"),  # a gap that prints 0.00 still asks for the least step
        (2, 3, 95, 7, "4.05"),
    ],
)
def test_the_pace_suffices(con, numerator, denominator, target, periods, pace):
    asked_for = asked(
        con,
        f"required_pace({numerator}::decimal(18,4), {denominator}::decimal(18,4), 100, 2, false, "
        f"'higher_better', {target}::decimal(18,4), {periods})",
    )
    assert asked_for == Decimal(pace)
    assert Decimal(numerator) * 100 / denominator + periods * asked_for >= target
