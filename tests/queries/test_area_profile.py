"""An area on all indicators beside another one and among its like."""

import pytest

from queries.engine import Engine
from queries.scope import Scope
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST, ZONE, value

WEEK, TOWNSHIP = "2020-W51", "991102001"
SHOWN = ("area_code", "row_kind", "printed", "difference", "rank")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rows = [
        value(CITY, WEEK, 320, 400),
        value(EAST, WEEK, 90),
        value(WEST, WEEK, 160, 200),
        value(SOUTH, WEEK, None, masked=True),
        value(ZONE, WEEK, 5, 10),
        value(TOWNSHIP, WEEK, 30, 40),
    ]
    return tiny.store(tmp_path_factory.mktemp("profile"), rows)


def profile(store, *, scope=None, **params):
    asking = {"area": EAST, "parent": CITY, "level": "county", "period": WEEK}
    more = {"scope": scope} if scope else {}
    table = Engine(store).run("area_profile", asking | params, **more)
    return table.filter(table["indicator"] == "signing_rate")


def test_the_area_itself_stands_first_then_the_one_beside_it_then_its_like(store):
    assert profile(store, beside=WEST).select(SHOWN).rows() == [
        (EAST, "本地区", 90.0, 10.0, 1),
        (WEST, "对照", 80.0, None, 2),
        (SOUTH, "同级", None, None, None),
        (ZONE, "同级", 50.0, None, None),
    ]


def test_the_area_above_stands_beside_it_without_a_rank(store):
    rows = profile(store, beside=CITY).select(SHOWN).rows()
    assert rows[:2] == [(EAST, "本地区", 90.0, 10.0, 1), (CITY, "对照", 80.0, None, None)]


def test_whoever_stands_elsewhere_is_judged_by_itself(store):
    rows = profile(store, beside=TOWNSHIP).select(SHOWN).rows()
    assert rows[1] == (TOWNSHIP, "对照", 75.0, None, None)


def test_what_is_masked_or_too_small_is_marked_as_such(store):
    table = profile(store)
    assert table.filter(table["masked"])["area_code"].to_list() == [SOUTH]
    assert table.filter(table["small_base"])["area_code"].to_list() == [ZONE]


def test_fields_and_headlines_are_chosen_by_the_question(store):
    whole = {"area": EAST, "parent": CITY, "level": "county", "period": WEEK}
    run = Engine(store).run
    assert set(run("area_profile", whole | {"domains": "signing"})["domain"]) == {"signing"}
    assert run("area_profile", whole | {"headline_only": 1})["headline"].null_count() == 0


def test_a_person_of_one_county_sees_nobody_beside_it_or_above(store):
    own = Scope(area=EAST)
    assert profile(store, beside=WEST, scope=own).is_empty()
    below = profile(store, parent=EAST, level="township", beside=WEST, scope=own)
    assert set(below["area_code"]) == {EAST, TOWNSHIP, "991102002"}
