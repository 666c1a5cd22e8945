"""News: what stands otherwise in one snapshot than in an earlier one, seen by one person."""

import json

import polars as pl
import pytest

from pages.__main__ import main
from pages.exports.news import words
from pages.exports.news.compare import Moment, compare, earlier, of_area
from queries.engine import ALL, Engine, Scope
from tests.pages.exports.briefing import stores
from tests.queries import tiny_store as tiny

EAST, WEST = tiny.EAST, tiny.WEST
PAST = ("indicator", "population", "area_code", "period", "printed", "units_reported")


def week(period, east, west):
    """One week's signing of two counties and the city."""
    return [
        tiny.value(tiny.CITY, period, east + west, 200, indicator="signing_rate"),
        tiny.value(EAST, period, east, 100, indicator="signing_rate"),
        tiny.value(WEST, period, west, 100, indicator="signing_rate"),
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The east falls behind and the west meets its target; the week before, it is corrected."""
    path = tmp_path_factory.mktemp("news") / "store"
    shared = {
        "targets": [tiny.target(95.0)],
        "obligations": f"T04,{tiny.CITY},township,2020-01-01,,2\n",
    }
    filed = {"area_code": "991102001", "period": stores.BEFORE}
    also = {"area_code": "991103001", "period": stores.BEFORE}
    tiny.store(path, week(stores.BEFORE, 96, 91), raw={"T04": [filed, also]}, **shared)
    store = tiny.store(
        path,
        [*week(stores.BEFORE, 96, 92), *week(stores.WEEK, 85, 97)],
        raw={"T04": [filed, also, filed | {"period": stores.WEEK}]},
        **shared,
    )
    return Engine(store)


@pytest.fixture(scope="module")
def news(engine):
    return told(engine)


def told(engine, area=tiny.CITY, scope=ALL):
    now = Moment(2, stores.WEEK)
    return of_area(engine, area, now, earlier(engine.store, now), scope)[0]


def test_last_weeks_snapshot_is_compared_at_last_week(news):
    assert news.before == Moment(1, stores.BEFORE)


def test_what_turned_red_and_what_turned_green_is_named_with_both_figures(news):
    assert [words.turned(row) for row in news.red.to_dicts()] == [
        "东县家庭医生签约率85.00%（原为达标96.00%）"
    ]
    assert [words.turned(row) for row in news.green.to_dicts()] == [
        "西县家庭医生签约率97.00%（原为预警91.00%）"
    ]


def test_newly_unreported_is_who_had_filed_the_week_before(news):
    assert news.unreported["unit_code"].to_list() == ["991103001"]


def test_a_corrected_figure_of_the_past_is_told_with_the_old_one(news):
    assert "西县家庭医生签约率2020年第50周由91.00%改为92.00%" in [
        words.corrected(each) for each in news.corrected
    ]


def test_whoever_answers_for_a_county_hears_of_no_other(engine):
    scope = Scope(area=EAST)
    assert told(engine, EAST, scope).red["area_name"].to_list() == ["东县"]
    for asked in (tiny.CITY, WEST):
        found = told(engine, asked, scope)
        assert "西县" not in words.message(found, place="", demo=False)


def run(engine, *more):
    return main(["--store", str(engine.store.path), "news", "--area", tiny.CITY, *more])


def test_the_command_tells_the_news_as_text_and_as_json(engine, capsys):
    assert run(engine, "--since", "last") == 0
    said = capsys.readouterr().out
    assert "◆转为滞后1项：东县家庭医生签约率" in said
    assert "与1号快照（2020年第50周）相比" in said
    assert run(engine, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [len(found[each]) for each in ("turned_red", "turned_green", "newly_unreported")] == [
        1, 1, 1,
    ]  # fmt: skip


def test_nothing_new_is_said_and_told_by_the_exit_code(engine, capsys):
    assert run(engine, "--since", "2") == 1
    assert "没有新情况" in capsys.readouterr().out


def test_a_store_with_one_snapshot_is_compared_with_its_own_week_before(engine):
    assert earlier(engine.store, Moment(1, stores.BEFORE)) == Moment(1, "2020-W49")


@pytest.mark.parametrize("since", ["9", "昨天"])
def test_a_snapshot_that_is_not_there_is_said(engine, since, capsys):
    assert run(engine, "--since", since) == 2
    assert "快照" in capsys.readouterr().err


@pytest.mark.parametrize("masked", [{1}, {2}, {1, 2}, set()])
def test_what_is_or_was_masked_is_no_news(masked):
    def ask(name, params, number):
        if name == "unreported":
            return pl.DataFrame(schema={"table_id": pl.String, "unit_code": pl.String})
        if name == "briefing_past":
            return pl.DataFrame(schema=dict.fromkeys(PAST, pl.String))
        light = "已遮蔽" if number in masked else {1: "达标", 2: "滞后"}[number]
        known = {"indicator": "aids", "population": "all", "area_code": EAST}
        return pl.DataFrame([known | {"light": light, "printed": 9.0, "masked": number in masked}])

    area = {"area_code": tiny.CITY, "level": "city"}
    found = compare(area, Moment(2, stores.WEEK), Moment(1, stores.BEFORE), ask, {})
    assert found.red.height == (0 if masked else 1)
