"""县域内就诊 of a township: its county's figures, called so, and no card without a figure."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shell import navigation
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

FRAME = Path(navigation.__file__).with_name("frame.py")
TOWNSHIP = "991102001"
VISITS = {"indicator": "county_visit_rate", "population": "all"}


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    entries = [entry for entry in navigation.ENTRIES if entry.stem == "visits"]
    monkeypatch.setattr(navigation, "ENTRIES", tuple(entries))
    rows = [value(area, "2020-11", 81.25, 100, **VISITS) for area in (CITY, EAST, WEST)]
    rows += [value(TOWNSHIP, "2020-W51", 90)]
    raw = {"T04": [{"area_code": "991102001201", "period": "2020-W51"}]}
    return tiny.store(tmp_path, rows, raw=raw)


def show(area):
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.query_params["area"] = area
    at.query_params["period"] = "2020-W51"
    at.run()
    assert not at.exception
    assert not at.error
    cards = next(each.proto.body for each in at.get("html") if 'class="cards"' in each.proto.body)
    return cards, [each.value for each in at.info], [each.value for each in at.header]


def test_a_township_sees_its_county_and_is_told():
    cards, told, titles = show(TOWNSHIP)
    assert "81.25" in cards
    assert "县域内就诊只到县级，以下为所在的东县。" in told
    assert any(title.startswith("东县县域内就诊率（全部，本年累计）81.25%") for title in titles)
    assert "试验市各县（市、区）排名" in titles


def test_a_county_sees_itself_without_a_word():
    cards, told, titles = show(EAST)
    assert "81.25" in cards
    assert not any("以下为所在的" in words for words in told)
    assert any(title.startswith("县域内就诊率（全部，本年累计）81.25%") for title in titles)
