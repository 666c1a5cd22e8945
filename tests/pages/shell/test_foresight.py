"""What the next click will ask is asked ahead: the same questions about the areas beside."""

from collections import OrderedDict
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pages.shell import foresight, navigation
from queries.engine import Engine, QueryStopped
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

counted: list[str] = []
FRAME = Path(navigation.__file__).with_name("frame.py")


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """The jobs that pages leave for quiet moments, by their order."""
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    entries = [entry for entry in navigation.ENTRIES if entry.stem == "signing"]
    monkeypatch.setattr(navigation, "ENTRIES", tuple(entries))
    tiny.store(
        tmp_path,
        [value(area, "2020-W51", 90) for area in (CITY, EAST, WEST)],
        raw={"T04": [{"area_code": "991102001201", "period": "2020-W51"}]},
    )
    monkeypatch.setattr(foresight, "_shapes", OrderedDict())
    counted.clear()
    run = Engine.run

    def counting(self, name, *given, **kept):
        counted.append(name)
        return run(self, name, *given, **kept)

    monkeypatch.setattr(Engine, "run", counting)
    left = []
    monkeypatch.setattr(Engine, "when_idle", lambda _, key, job: left.append(job))
    return left


def show(area):
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.query_params["area"] = area
    at.run()
    assert not at.exception
    assert not at.error


def computed():
    """How many questions have been put to the engine."""
    return len(counted)


def finish(job):
    while not job():
        pass


def test_a_neighbour_costs_no_question_once_its_answers_are_there(jobs):
    show(EAST)
    finish(jobs[-1])
    before = computed()
    show(WEST)
    assert computed() == before


def test_what_lies_below_is_asked_where_the_page_was_seen_one_level_down(jobs):
    show(CITY)
    finish(jobs[-1])
    first = computed()
    show(EAST)
    assert computed() > first
    show(CITY)
    finish(jobs[-1])
    before = computed()
    show(WEST)
    assert computed() == before


def test_a_question_that_gave_way_is_asked_again(jobs, monkeypatch):
    show(EAST)
    run, stopped = Engine.run, []

    def interrupted(self, name, *given, **kept):
        assert kept["quietly"]
        if not stopped:
            stopped.append(name)
            raise QueryStopped("")
        return run(self, name, *given, **kept)

    monkeypatch.setattr(Engine, "run", interrupted)
    finish(jobs[-1])
    monkeypatch.setattr(Engine, "run", run)
    before = computed()
    show(WEST)
    assert (len(stopped), computed()) == (1, before)


def test_who_does_not_want_it_is_not_looked_ahead_for(jobs, tmp_path):
    (tmp_path / "settings.yaml").write_text("look_ahead: false\n", "utf-8")
    show(EAST)
    finish(jobs[-1])
    before = computed()
    show(WEST)
    assert computed() > before


def test_the_readings_of_other_cities_are_expected_those_of_the_own_province_and_city_first(
    jobs, monkeypatch
):
    listed = pl.DataFrame(
        [
            ("110100", "city", "110000", "110100"),
            ("120100", "city", "120000", "120100"),
            ("120200", "city", "120000", "120200"),
            ("120101", "county", "120100", "120100"),
        ],
        schema=["area_code", "level", "parent_code", "city_code"],
        orient="row",
    )
    assert foresight._cities(listed, "120101") == ["110100", "120200"]
    expected = []
    monkeypatch.setattr(
        Engine, "expect", lambda _, areas, period, *given: expected.append((areas, period))
    )
    show(EAST)
    assert expected == []  # not while somebody waits for the page
    jobs[-1]()
    assert expected == [((EAST,), "2020-W51")]


def test_its_like_elsewhere_come_in_turns_those_of_the_own_province_first():
    counties = ["410101", "410102", "410201", "410202", "410301", "110101", "110102"]
    listed = pl.DataFrame(
        {"area_code": counties, "level": "county"} | {"place": range(len(counties))}
    ).with_columns(
        parent_code=pl.col("area_code").str.slice(0, 4) + "00",
        city_code=pl.col("area_code").str.slice(0, 4) + "00",
    )
    found = [row["area_code"] for row in foresight._elsewhere(listed, "410102")]
    assert found == ["410201", "410301", "410202", "110101", "110102"]


def test_nothing_is_asked_where_a_province_would_have_to_be_opened_for_it(jobs, monkeypatch):
    monkeypatch.setattr(Engine, "is_open", lambda _, area, *given: area != WEST)
    show(EAST)
    finish(jobs[-1])
    before = computed()
    show(WEST)
    assert computed() > before


def test_its_like_elsewhere_costs_no_question_either(jobs, monkeypatch):
    beside = foresight._beside
    monkeypatch.setattr(foresight, "_beside", lambda *given: [])
    monkeypatch.setattr(foresight, "_elsewhere", beside)  # the tiny store has one city only
    show(EAST)
    finish(jobs[-1])
    before = computed()
    show(WEST)
    assert computed() == before
