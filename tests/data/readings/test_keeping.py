"""What a publish keeps of readings: the newest periods, only what a change touched made anew."""

from datetime import datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.periods import Period
from data.publish import rebuild
from data.readings.published import newest_periods
from tests.data.small_world import CITY, EAST, PROVINCE, WEST, open_world, put, rows

WEEKLY = ("T04,990100,township,2019-01-01,,1",)
KEY = ["indicator", "population", "seen_by", "requested_period", "judged_at", "area_code"]


def signed(village: str, week: str, count: int) -> dict:
    return {"area": village, "period": week, "sign_target_pop": 50, "signed_pop": count}


@pytest.fixture
def world(tmp_path):
    store, catalogue = open_world(tmp_path, obligations=WEEKLY)
    filed = [
        signed(village, week, 20 + n)
        for n, week in enumerate(("2020-W49", "2020-W50"))
        for village in ("990101001200", "990101002200", "990102001200", "990102002200")
    ]
    put(store, catalogue, rows("T04", *filed))
    return store, catalogue


def kept(store) -> pl.DataFrame:
    """The readings of the newest snapshot."""
    return store.rows(store.latest(), "readings").sort(KEY)


def test_the_newest_period_of_each_frequency_is_kept(world):
    store, _ = world
    domain = store.manifest(1).domain
    wanted = ["2020-W50", "2020-11", "2020-Q3", "2019"]
    assert [period.text for period in newest_periods(domain)] == wanted
    assert set(kept(store)["requested_period"]) == set(wanted)


def test_a_frequency_that_was_filed_itself_goes_as_far_as_it_was_filed():
    domain = {"T04": {"99": ("2020-W40", "2020-W50")}, "T01": {"99": ("2020-09", "2020-10")}}
    found = [period.text for period in newest_periods(domain)]
    assert found[:2] == ["2020-W50", "2020-10"]
    assert newest_periods({}) == []


def test_each_area_is_judged_by_itself_and_by_what_lies_right_above(world):
    store, _ = world
    judges = kept(store).filter(pl.col("area_code") == EAST)["judged_at"].unique().sort()
    assert judges.to_list() == [CITY, EAST]
    judges = kept(store).filter(pl.col("area_code") == CITY)["judged_at"].unique().sort()
    assert judges.to_list() == [PROVINCE, CITY]


@pytest.mark.parametrize(
    "change",
    [
        [signed("990101001200", "2020-W50", 44)],  # a correction
        [signed("990101001200", "2020-W49", 44)],  # of the week before
        [signed("990102001200", "2020-W51", 30)],  # a new week
        [signed("990101001200", "2020-W50", 20)],  # what the week before had
    ],
)
def test_a_change_leaves_what_working_everything_out_again_gives(world, change):
    store, catalogue = world
    put(store, catalogue, rows("T04", *change))
    ours = kept(store)
    rebuild(store, catalogue, who="甲", note="", now=datetime(2021, 1, 4), number=store.latest())
    assert_frame_equal(ours, kept(store))


def test_what_lies_beside_a_change_is_not_worked_out_again(world, monkeypatch):
    store, catalogue = world
    from data.readings import compute

    seen: list[str] = []
    work = compute.work_out
    monkeypatch.setattr(
        compute,
        "work_out",
        lambda con, asked: (seen.extend(judge for judge, _ in asked.judging), work(con, asked)),
    )
    put(store, catalogue, rows("T04", signed("990101001200", "2020-W50", 44)))
    assert {EAST, CITY, PROVINCE, "990101001"} <= set(seen)
    assert WEST not in seen
    assert "990102001" not in seen


def test_a_publish_that_changes_no_figure_keeps_the_files(world):
    store, catalogue = world
    put(store, catalogue, rows("T04", signed("990101001200", "2020-W50", 21)))
    assert store.files(2, "readings") == store.files(1, "readings")


def test_a_sensitive_figure_has_a_row_for_those_who_are_trusted_and_one_for_others(world):
    store, _ = world
    hidden = kept(store).filter(pl.col("seen_by") == "others")
    assert hidden.height
    assert hidden.select(pl.col("numerator", "denominator", "printed").null_count()).row(0) == (
        hidden.height,
        hidden.height,
        hidden.height,
    )
    trusted = kept(store).filter(pl.col("seen_by") == "trusted")
    keys = [name for name in KEY if name != "seen_by"]
    assert_frame_equal(hidden.select(keys), trusted.select(keys))
    assert Period.parse("2020-W50").text in set(hidden["requested_period"])
