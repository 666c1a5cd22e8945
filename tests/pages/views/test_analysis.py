"""指标分析 in words: what moved a figure, and whose figures are shown."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shell import navigation
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

FRAME = Path(navigation.__file__).with_name("frame.py")
TOWNSHIP = "991102001"
VISITS = {"indicator": "county_visit_rate", "population": "all"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    entries = [entry for entry in navigation.ENTRIES if entry.stem == "analysis"]
    monkeypatch.setattr(navigation, "ENTRIES", tuple(entries))
    areas = ((CITY, 2), (EAST, 1), (WEST, 1))
    rows = [
        value(area, period, inside * many, whole * many, **VISITS)
        for area, many in areas
        for period, inside, whole in (
            ("2019-11", 2936722, 3576549),
            ("2020-11", 2809604, 3245969),
        )
    ]
    rows += [
        value(area, week, numerator, 100)
        for area in (CITY, EAST, TOWNSHIP)
        for week, numerator in (("2019-W51", 80), ("2020-W51", 90))
    ]
    raw = {"T04": [{"area_code": "991102001201", "period": "2020-W51"}]}
    return tiny.store(tmp_path, rows, raw=raw)


def show(**address):
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    for key, given in ({"look": "why", "base": "year", "period": "2020-W51"} | address).items():
        at.query_params[key] = given
    return at.run()


def said(at):
    assert not at.exception
    assert not at.error
    return "\n".join(each.value for each in (*at.info, *at.markdown, *at.header))


@pytest.mark.usefixtures("store")
class TestWhatMovedIt:
    def test_a_share_is_told_by_its_parts(self):
        words = said(show(area=EAST, indicator="county_visit_rate"))
        assert "**县域内减少4.33%，县域外减少31.80%；变化主要来自县域外。**" in words
        assert "分母" not in words

    def test_a_rate_over_a_population_by_numerator_and_denominator(self):
        words = said(show(area=EAST, indicator="signing_rate"))
        assert "分子由 80 变为 90（增加12.50%）" in words
        assert "分母由 100 变为 100（没有变化）" in words
        assert "**变化主要来自分子。**" in words


@pytest.mark.usefixtures("store")
class TestWhoseItIs:
    def test_the_parts_of_the_area_itself_are_not_named_again(self):
        words = said(show(area=CITY, indicator="county_visit_rate"))
        assert "变化来自哪些县（市、区）" in words
        assert "试验市变化" not in words

    def test_the_parts_of_the_area_above_are_called_its(self):
        words = said(show(area=EAST, indicator="county_visit_rate"))
        assert "试验市变化来自哪些县（市、区）" in words
        assert "东县变化" not in words

    def test_a_township_shows_its_county_where_figures_end_there_and_says_so(self):
        words = said(show(area=TOWNSHIP, indicator="county_visit_rate"))
        assert "县域内就诊率只到县级，以下为所在的东县。" in words
        assert "东县变化来自哪一部分" in words
        assert "县域外减少31.80%" in words

    def test_a_township_with_figures_of_its_own_shows_them(self):
        words = said(show(area=TOWNSHIP, indicator="signing_rate"))
        assert "以下为所在的" not in words
        assert "分子由 80 变为 90" in words
