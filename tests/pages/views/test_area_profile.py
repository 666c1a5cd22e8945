"""区划对比: where an area stands among its like, and what is not drawn among them."""

import re
from base64 import b64decode
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shell import navigation
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

FRAME = Path(navigation.__file__).with_name("frame.py")
SERVED = {"indicator": "outreach_served", "population": "all", "denominator": None}
OWN_DOT = 'r="5.5"'


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    entries = [entry for entry in navigation.ENTRIES if entry.stem == "area_profile"]
    monkeypatch.setattr(navigation, "ENTRIES", tuple(entries))
    rows = [
        value(area, "2020-W51", share * 100, 100, indicator="signing_rate")
        for area, share in ((CITY, 0.9), (EAST, 0.8), (WEST, 0.95))
    ]
    rows += [
        value(area, "2020-W51", count, **SERVED)
        for area, count in ((CITY, 20023), (EAST, 9000), (WEST, 11023))
    ]
    raw = {"T04": [{"area_code": "991102001201", "period": "2020-W51"}]}
    return tiny.store(tmp_path, rows, raw=raw)


def strips(**address):
    """Of each indicator: its row of the table, and the drawing of its strip."""
    at = AppTest.from_file(str(FRAME), default_timeout=60)
    for key, given in ({"period": "2020-W51"} | address).items():
        at.query_params[key] = given
    at.run()
    assert not at.exception
    table = next(each.proto.body for each in at.get("html") if 'class="profile"' in each.proto.body)
    rows = {}
    for row in table.split("<tr"):
        drawn = re.search(r'class="strip" alt[^>]*base64,([^"]+)"', row)
        name = next((each for each in ("签约率", "服务人次") if each in row), None)
        if name and drawn:
            rows[name] = (row, b64decode(drawn[1]).decode())
    return rows


@pytest.mark.usefixtures("store")
def test_a_citys_rate_is_a_dot_among_its_counties_and_its_count_is_not():
    rows = strips(area=CITY)
    assert OWN_DOT in rows["签约率"][1]
    assert OWN_DOT not in rows["服务人次"][1]
    assert rows["服务人次"][1].count("<circle") == 2
    assert "2.00万人次" in rows["服务人次"][0]


@pytest.mark.usefixtures("store")
def test_a_countys_count_is_a_dot_among_the_other_counties():
    assert OWN_DOT in strips(area=EAST)["服务人次"][1]
