"""From the filters to what is compared."""

from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from data import catalogue as catalogues
from pages.components import scope
from pages.shell import runtime
from tests.pages.components.reading_rows import reading


def filters(area, level, period="2020-W51"):
    return runtime.Filters(
        area=area,
        area_name=area,
        area_level=level,
        period=period,
        period_end=date(2020, 12, 20),
        population="",
    )


@pytest.fixture
def areas(monkeypatch):
    table = pl.DataFrame(
        {
            "area_code": ["411400", "411403", "411403100", "441900", "441900100"],
            "name": ["商丘市", "睢阳区", "高辛镇", "东莞市", "石碣镇"],
            "full_name": ["商丘市", "商丘市睢阳区", "商丘市睢阳区高辛镇", "东莞市", "东莞市石碣镇"],
            "level": ["city", "county", "township", "city", "township"],
            "parent_code": ["410000", "411400", "411403", "440000", "441900"],
            "city_code": ["411400", "411400", "411400", "441900", "441900"],
            "county_code": [None, "411403", "411403", None, None],
        }
    )
    rows = {row["area_code"]: row for row in table.to_dicts()}
    monkeypatch.setattr(runtime, "area_row", rows.get)
    words = catalogues.load().words
    monkeypatch.setattr(runtime, "catalogue", lambda: SimpleNamespace(words=words))


@pytest.mark.parametrize(
    ("area", "level", "below"),
    [("411400", "city", "county"), ("411403", "county", "township"), ("x", "township", "village")],
)
def test_the_areas_just_below(area, level, below):
    assert scope.scope(filters(area, level)) == scope.AreasBelow(area, below)


@pytest.mark.usefixtures("areas")
def test_peers_where_nothing_is_filed_below():
    county = scope.scope(filters("411403", "county"), grain="county")
    assert county == scope.AreasBelow("411400", "county")
    township = scope.scope(filters("411403100", "township"), grain="county")
    assert township == scope.AreasBelow("411400", "county")
    assert county.level_name == "县（市、区）"


@pytest.mark.usefixtures("areas")
def test_counties_are_called_as_their_province_calls_them():
    named = {
        parent: scope.AreasBelow(parent, "county").level_name for parent in ("152200", "320700")
    }
    assert named == {"152200": "旗县（市、区）", "320700": "县（区）"}
    assert scope.AreasBelow("152221", "township").level_name == "乡镇（街道）"


@pytest.mark.usefixtures("areas")
class TestWhereFiguresEndAboveTheChosenArea:
    TOWNSHIP = filters("411403100", "township")

    def test_a_township_is_shown_its_county_and_told_so(self):
        seen = scope.seat(self.TOWNSHIP, grain="county")
        assert (seen.area, seen.area_name, seen.area_level) == ("411403", "商丘市睢阳区", "county")
        assert scope.seated("县域内就诊", self.TOWNSHIP, seen) == (
            "县域内就诊只到县级，以下为所在的睢阳区。"
        )

    def test_what_goes_down_to_the_township_stays_its_own(self):
        seen = scope.seat(self.TOWNSHIP, grain="village")
        assert seen == self.TOWNSHIP
        assert scope.seated("签约服务", self.TOWNSHIP, seen) == ""

    def test_a_township_of_a_city_without_counties_is_shown_the_city(self):
        own = filters("441900100", "township")
        seen = scope.seat(own, grain="county")
        assert seen.area == "441900"
        assert scope.seated("县域内就诊", own, seen) == "县域内就诊只到市级，以下为所在的东莞市。"

    def test_an_answer_about_another_area_than_the_page_says_whose_it_is(self, monkeypatch):
        monkeypatch.setattr(runtime, "chosen", lambda: filters("411403", "county"))
        assert scope.whose({"area": "411403", "parent": "411400"}) == ""
        assert scope.whose({"parent": "411400", "level": "county"}) == "商丘市"
        assert scope.whose({"period": "2020-W51"}) == ""


class TestWhatAnAreaDoesNotHave:
    READINGS = pl.DataFrame({"indicator": ["a", "b", "b", "c"], "printed": [1, 2, 3, 4]})
    ABSENT = pl.DataFrame(
        {
            "indicator": ["c", "b", "d"],
            "indicator_name": ["丙率", "乙率", "丁率"],
            "reason": ["只到县级", "本地没有", "只到县级"],
        }
    )

    def test_it_is_not_shown_and_the_rest_keeps_its_order(self):
        assert scope.present(self.READINGS, self.ABSENT)["printed"].to_list() == [1]
        assert scope.present(self.READINGS, self.ABSENT.clear()).equals(self.READINGS)

    def test_it_is_named_by_its_reason_where_it_would_have_stood(self):
        assert scope.left_out(self.ABSENT, ["a", "b", "c", "d"]) == (
            "未列：只到县级的丙率、丁率；本地没有的乙率。"
        )
        assert scope.left_out(self.ABSENT, ["a", "b"]) == "未列：本地没有的乙率。"
        assert scope.left_out(self.ABSENT, ["a"]) == ""


@pytest.mark.parametrize(
    ("period", "first"),
    [("2020-W51", "2019-W48"), ("2020-12", "2019-12"), ("2020-Q4", "2019-Q4"), ("2020", "2019")],
)
def test_a_year_back(period, first):
    assert scope.year_back(filters("x", "city", period)) == {
        "period_from": first,
        "period_to": period,
    }


def test_pick_takes_the_population_asked_or_else_the_first():
    table = pl.DataFrame(
        [
            reading(indicator="a", population="all"),
            reading(indicator="b", population="all"),
            reading(indicator="b", population="target", is_first_population=False),
            reading(indicator="c", population="all"),
        ]
    )
    picked = scope.pick(table, "b", "a", population="target")
    assert picked.select("indicator", "population").rows() == [("b", "target"), ("a", "all")]


def test_headline_takes_first_populations_in_order():
    table = pl.DataFrame(
        [
            reading(indicator="b", headline=2),
            reading(indicator="a", headline=1),
            reading(indicator="a", headline=1, population="x", is_first_population=False),
            reading(indicator="c", headline=None),
        ]
    )
    assert scope.headline(table)["indicator"].to_list() == ["a", "b"]


def test_only_an_adopted_target_is_a_target():
    table = pl.DataFrame([reading(), reading(indicator="x", target_status="参考")])
    assert scope.adopted_target(table, "signing_rate") == 95.0
    assert scope.adopted_target(table, "x") is None


def test_the_period_of_a_table_in_words():
    table = pl.DataFrame({"period": ["2020-10"], "provisional": [True]})
    assert scope.period_note(table) == "2020年10月（暂定数）。"
    assert scope.period_note(table.clear()) == ""


def test_a_table_of_cumulative_figures_says_so_beside_its_period():
    table = pl.DataFrame({"period": ["2020-11"] * 2, "cumulative_word": ["本年累计"] * 2})
    assert scope.period_note(table) == "2020年11月，本年累计。"
    mixed = table.with_columns(cumulative_word=pl.Series(["本年累计", None]))
    assert scope.period_note(mixed) == "2020年11月。"
