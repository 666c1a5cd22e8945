"""Who may change which areas: those that lie in the one that he answers for."""

from datetime import date

import pytest

from data.areas.change import ENDED, MERGED, NEW, RENAMED, Change
from data.errors import UsageError
from data.log import journal
from pages.shell import access, area_desk, runtime
from tests.data.small_world import CITY, EAST, WEST, open_world

DAY = date(2021, 1, 1)


@pytest.fixture
def answers_for(tmp_path, monkeypatch):
    """Come as a steward of an area; empty for all of them."""
    store, _ = open_world(tmp_path)
    monkeypatch.setattr(runtime, "store", lambda: store)
    monkeypatch.setenv("HPA_STORE", str(store.path))

    def come(area):
        monkeypatch.setattr(access, "area", lambda: area)
        return store

    return come


def renamed(code):
    return Change(RENAMED, DAY, (code,), {code: "新名"})


@pytest.mark.parametrize("area", ["", CITY, EAST])
def test_who_answers_for_an_area_changes_what_lies_in_it(answers_for, area):
    answers_for(area)
    assert area_desk.follows(renamed("990101001")).rows.height == 1


@pytest.mark.parametrize(
    "change",
    [
        renamed("990102001"),
        renamed(EAST),
        Change(NEW, DAY, (), {"990102009": "新镇"}, parent=WEST),
        Change(MERGED, DAY, ("990101001",), {"990102001": ""}),
    ],
)
def test_neither_itself_nor_what_lies_elsewhere(answers_for, change):
    answers_for(EAST)
    for attempt in (area_desk.follows, lambda each: area_desk.make(each, "试民函1号")):
        with pytest.raises(UsageError, match="不在本账号负责的区划之内"):
            attempt(change)


def test_nobody_takes_another_county_out_of_the_national_register(answers_for):
    store = answers_for(EAST)
    with pytest.raises(UsageError, match="睢阳区不在本账号负责的区划之内"):
        area_desk.take("411403")
    answers_for("")
    assert area_desk.take("411403 411402").added == 653
    assert journal.read(store.path)[-1]["what"] == "从全国名录取 411403、411402"


def test_the_changes_of_other_areas_are_not_told(answers_for):
    answers_for("")
    area_desk.make(renamed("990101001"), "试民函1号")
    area_desk.make(renamed("990102001"), "试民函2号")
    told = {
        area: (answers_for(area), area_desk.made()["reason"].to_list())[1] for area in ("", EAST)
    }
    assert told == {"": ["试民函2号", "试民函1号"], EAST: ["试民函1号"]}
    with pytest.raises(UsageError, match="没有第 2 次变动"):
        area_desk.take_back(2, "写错")


def test_forms_are_offered_for_a_new_township_before_the_change_is_published(answers_for):
    answers_for("")
    area_desk.make(Change(NEW, DAY, (), {"990101009": "新镇"}, parent=EAST), "试民函1号")
    area_desk.make(Change(ENDED, DAY, ("990101001",)), "试民函2号")
    assert area_desk.form_units(EAST, DAY) == {"990101002": "乙镇", "990101009": "新镇"}
    assert "990101001" in area_desk.form_units(EAST, date(2020, 12, 31))
