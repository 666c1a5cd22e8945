"""What is made of an answer is made once, and never mistaken for what was made of another."""

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import polars as pl
import pytest

from pages.charts.once import Kept, made_once


@pytest.fixture
def counted():
    """A function that is kept, and the arguments of the calls that went through to it."""
    calls = []

    @made_once
    def words(table, *more, **named):
        calls.append((table, more, named))
        return f"{table} {more} {named}"

    return words, calls


def test_the_same_frame_leads_to_the_same_thing(counted):
    words, calls = counted
    table = pl.DataFrame({"a": [1]})
    assert words(table, "x", unit="人") is words(table, "x", unit="人")
    assert len(calls) == 1


def test_another_frame_with_the_same_rows_is_another(counted):
    words, calls = counted
    words(pl.DataFrame({"a": [1]}))
    words(pl.DataFrame({"a": [1]}))
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), (0, None), ("1", 1), (("a", "b"), ("ab",)), ([1, [2]], [1, 2])],
)
def test_what_prints_differently_is_told_apart(counted, one, other):
    words, calls = counted
    words(None, one)
    words(None, other)
    assert len(calls) == 2


def test_sequences_count_by_what_is_in_them(counted):
    words, calls = counted
    words(None, ["signing_rate", "county_visit_rate"])
    words(None, ("signing_rate", "county_visit_rate"))
    assert len(calls) == 1


def test_two_functions_do_not_share():
    first = made_once(lambda table: f"first {table}")
    second = made_once(lambda table: f"second {table}")
    assert (first("t"), second("t")) == ("first t", "second t")


def test_a_frame_lives_as_long_as_what_was_made_of_it(counted):
    # A frame made later in the same place of memory would otherwise be taken for it.
    words, calls = counted
    for number in range(200):
        words(pl.DataFrame({"a": [number]}))
        gc.collect(0)
    assert len(calls) == 200


def test_an_error_is_not_kept():
    tries = []

    @made_once
    def failing(_table):
        tries.append(1)
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            failing("t")
    assert len(tries) == 2


def test_what_nobody_wanted_for_longest_goes_first():
    kept: Kept[str] = Kept(2)
    for name in ("a", "b", "a", "c"):
        kept.get_or_make(name, name.upper)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")


def test_who_wants_what_another_is_making_waits_for_it():
    kept: Kept[str] = Kept(2)
    begun, may_end, made = Event(), Event(), []

    def make():
        made.append(1)
        begun.set()
        assert may_end.wait(20)
        return "A"

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(kept.get_or_make, "a", make)
        assert begun.wait(20)
        second = pool.submit(kept.get_or_make, "a", make)
        assert kept.get_or_make("b", lambda: "B") == "B"  # nobody else is kept waiting
        may_end.set()
        assert (first.result(20), second.result(20), len(made)) == ("A", "A", 1)


def test_who_waited_for_what_failed_tries_himself():
    kept: Kept[str] = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get_or_make("a", lambda: str(1 / 0))
    assert kept.get_or_make("a", lambda: "A") == "A"
