"""Readings kept ready: the same answers as from the files, for whatever is asked in what order."""

import random
import re
import threading
import time

import duckdb
import pytest
from polars.testing import assert_frame_equal

from data.catalogue.model import LEVELS
from queries import boards, question
from queries.calls import UnknownArgument, Wanted, calls
from queries.engine import Engine, Scope
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, SOUTH, WEST, ZONE

PERIODS = ("2020-W49", "2020-W50", "2020-W51", "2020-11", "2020-Q3")
PLACES = ("990000", CITY, EAST, WEST, SOUTH, ZONE, "991102001", "991102002", "991103001")
EVERYTHING = ("indicator_overview", "indicator_matrix", "attention", "document_targets")
ONE = ("indicator_value", "indicator_ranking", "indicator_funnel", "sparkline", "signing_funnel")


def rows() -> list[dict]:
    """Weekly, monthly and quarterly figures, some masked, missing, zero, late or short."""
    chance = random.Random(7)
    listed = []
    for area in PLACES:
        for week in range(40, 52):
            if chance.random() < 0.8:
                masked = chance.random() < 0.1
                listed.append(
                    tiny.value(
                        area,
                        f"2020-W{week}",
                        None if masked else chance.randint(0, 100),
                        None if masked else chance.choice([100, 100, 100, 0]),
                        masked=masked,
                        expected=3,
                        reported=chance.choice([3, 3, 2, 1]),
                    )
                )
        for month in range(6, 13):
            if chance.random() < 0.7:
                listed.append(
                    tiny.value(
                        area,
                        f"2020-{month:02d}",
                        chance.randint(0, 90),
                        indicator="htn_std_mgmt_rate",
                        population="all",
                    )
                )
        for quarter in (1, 2, 3):
            listed.append(
                tiny.value(
                    area,
                    f"2020-Q{quarter}",
                    chance.randint(0, 9),
                    None,
                    indicator="blank_spots",
                    population="all",
                )
            )
    return listed


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("boards") / "store"
    return tiny.store(path, rows(), targets=[tiny.target(60), tiny.target(80, scope=EAST)])


@pytest.fixture
def bare(store, monkeypatch):
    """An engine that has no blocks: everything is read from the files."""
    engine = Engine(store)
    monkeypatch.setattr(engine._boards, "_worth_making", lambda *_: None)
    return engine


def asked(name: str, area: str, level: str, period: str) -> dict[str, str | int]:
    every = {
        "area": area,
        "parent": area,
        "level": level,
        "period": period,
        "indicator": "signing_rate",
    }
    wanted = {
        "indicator_value": ("area", "period", "indicator"),
        "indicator_overview": ("area", "period"),
        "document_targets": ("area", "period"),
        "sparkline": ("area", "period"),
        "signing_funnel": ("area", "period"),
        "indicator_ranking": ("parent", "level", "period", "indicator"),
        "indicator_funnel": ("parent", "level", "period", "indicator"),
    }.get(name, ("parent", "level", "period"))
    return {key: every[key] for key in wanted}


@pytest.mark.parametrize(
    "scope", [Scope(), Scope(CITY), Scope(EAST), Scope(hide_sensitive=True)], ids=str
)
def test_random_questions_get_the_answers_of_the_files(store, bare, scope):
    chance = random.Random(str(scope))
    engine = Engine(store, ahead=True)
    for _ in range(15):
        area, period = chance.choice(PLACES), chance.choice(PERIODS)
        level = chance.choice(LEVELS)
        name = chance.choice(EVERYTHING + ONE)
        params = asked(name, area, level, period)
        ours = engine.run(name, params, scope=scope)
        assert_frame_equal(ours, bare.run(name, params, scope=scope), check_exact=True)
    assert engine._boards._blocks
    engine.close()


def test_every_level_below_an_area_is_answered_alike_once_a_block_is_there(store, bare):
    engine = Engine(store, ahead=True)
    for area in (CITY, EAST, "991102001"):
        engine.run("indicator_overview", {"area": area, "period": "2020-W51"})
        for level in LEVELS:
            params = {"parent": area, "level": level, "period": "2020-W51"}
            for name in ("indicator_matrix", "clinic_status"):
                ours, theirs = engine.run(name, params), bare.run(name, params)
                assert_frame_equal(ours, theirs, check_exact=True)
    engine.close()


def test_a_block_is_made_at_once_for_a_page_and_only_after_a_while_for_a_program(store):
    params = {"indicator": "signing_rate", "area": CITY, "period": "2020-W51"}
    page, program = Engine(store, ahead=True), Engine(store)
    for turn in range(3):
        page.run("indicator_value", params)
        program.run("indicator_value", params)
        assert (len(page._boards._blocks) > 0, len(program._boards._blocks)) == (True, turn // 2)
    page.close()


def test_two_periods_side_by_side_are_answered_from_the_blocks_of_both(store, bare):
    engine = Engine(store, ahead=True)
    for period, other in (("2020-W51", "2020-W49"), ("2020-W50", "2020-W50")):
        params = asked("indicator_compare", CITY, "county", period) | {
            "indicator": "signing_rate",
            "other_period": other,
        }
        ours, theirs = (
            engine.run("indicator_compare", params),
            bare.run("indicator_compare", params),
        )
        assert ours["printed"].null_count() < ours.height
        assert_frame_equal(ours, theirs, check_exact=True)
    engine.close()
    kept = engine._boards._blocks.values()
    assert {block.plan.period for block in kept} == {"2020-W49", "2020-W50", "2020-W51"}
    assert not any(block.readers for block in kept)


def test_the_city_around_an_area_is_made_when_all_is_quiet(store, bare):
    engine = Engine(store, ahead=True)
    engine.run("indicator_overview", {"area": EAST, "period": "2020-W51"})
    neighbour = [Wanted(WEST, "2020-W51", "township", True)]
    until = time.monotonic() + 20
    while time.monotonic() < until and not any(
        block.answers("snapshot_000001", neighbour) for block in engine._boards._blocks.values()
    ):
        time.sleep(0.1)
    assert any(
        block.answers("snapshot_000001", neighbour) for block in engine._boards._blocks.values()
    )
    params = {"parent": WEST, "level": "township", "period": "2020-W51", "headline_only": 0}
    assert_frame_equal(engine.run("indicator_matrix", params), bare.run("indicator_matrix", params))
    engine.close()


def test_an_area_that_is_expected_is_made_when_all_is_quiet(store):
    engine = Engine(store, ahead=True)
    engine.expect([EAST], "2020-W51", 1)
    until = time.monotonic() + 20
    while time.monotonic() < until and not engine._boards._blocks:
        time.sleep(0.1)
    (block,) = engine._boards._blocks.values()
    assert block.answers("snapshot_000001", [Wanted(WEST, "2020-W51", "township", True)])
    engine.close()


def test_the_least_used_blocks_give_way(store, bare, monkeypatch):
    monkeypatch.setattr(boards, "ROWS_KEPT", 1_000)
    engine = Engine(store)
    for area in PLACES:
        engine.run("indicator_overview", {"area": area, "period": "2020-W51"})
    kept = engine._boards._blocks.values()
    assert 1 <= len(kept) < len(PLACES)
    params = {"area": PLACES[0], "period": "2020-W51"}
    ours = engine.run("indicator_overview", params)
    assert_frame_equal(ours, bare.run("indicator_overview", params))


def test_many_threads_asking_for_the_same_area_make_one_block(store):
    engine = Engine(store)
    answers = []

    def ask():
        params = {"area": CITY, "period": "2020-W51"}
        answers.append(engine.run("indicator_overview", params).height)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert len(engine._boards._blocks) == 1


def test_those_who_wait_for_their_block_get_theirs_together(store, bare):
    engine = Engine(store)
    params = {area: {"area": area, "period": "2020-W51"} for area in (CITY, EAST, WEST)}
    answers = {}

    def ask(area):
        answers[area] = engine.run("indicator_overview", params[area])

    threads = [threading.Thread(target=ask, args=(area,)) for area in params]
    with engine._boards._making:  # somebody else's block is under way
        for thread in threads:
            thread.start()
        until = time.monotonic() + 20
        while len(engine._boards._waiting) < len(threads) and time.monotonic() < until:
            time.sleep(0.01)
    for thread in threads:
        thread.join(30)
    (block,) = engine._boards._blocks.values()
    assert set(block.shown) == set(params)
    assert not engine._boards._waiting
    for area, answer in answers.items():
        assert_frame_equal(answer, bare.run("indicator_overview", params[area]), check_exact=True)
    assert len(answers) == len(params)


def test_what_was_made_meanwhile_is_not_made_again_with_the_others(store):
    engine = Engine(store)
    engine.run("indicator_overview", {"area": EAST, "period": "2020-W51"})
    (block,) = engine._boards._blocks.values()
    there, missing = block.plan, block.plan._replace(judges=(WEST,))
    engine._boards._waiting += [there, missing]
    new = block.plan._replace(judges=(CITY,))
    assert engine._boards._together(new).judges == (CITY, WEST)


def test_a_block_that_does_not_fit_into_the_memory_leaves_the_files_to_answer(store, monkeypatch):
    engine = Engine(store)

    def full(*_):
        raise duckdb.OutOfMemoryException("out of memory")

    monkeypatch.setattr(engine._boards, "_make", full)
    assert engine.run("indicator_overview", {"area": CITY, "period": "2020-W51"}).height


def test_blocks_go_with_their_snapshot(tmp_path):
    path = tmp_path / "store"
    for figure in range(6):
        store = tiny.store(path, [tiny.value(CITY, "2020-W51", figure)])
    engine = Engine(store)
    for number in range(1, 7):
        engine.run("indicator_overview", {"area": CITY, "period": "2020-W51"}, number)
    assert {block.plan.place.home for block in engine._boards._blocks.values()} == {
        f"snapshot_{number:06d}" for number in range(3, 7)
    }


def test_the_calls_of_a_question_are_read_with_their_parameters():
    call = "readings($i, null, coalesce($p, $a), $c, $a, null, true, $x)"
    text = f"-- readings(no)\nselect * from {call}"
    (call,) = calls(text)
    params = {"i": "signing_rate", "p": None, "a": CITY, "c": "2020-W51", "x": []}
    assert call.wanted(params) == Wanted(CITY, "2020-W51", None, False)


@pytest.mark.parametrize(
    "text",
    [
        "select * from areas, readings(null, null, areas.area_code, $c, $a, null, true, $x)",
        "select * from readings(null, null, $p, $c, $a, null, true, $x)",
        "select * from as_of(null, null, upper($a), $c, $x)",
    ],
)
def test_a_call_that_cannot_be_read_is_left_to_the_files(text):
    params = {"p": EAST, "a": CITY, "c": "2020-W51", "x": []}
    with pytest.raises(UnknownArgument):
        calls(text)[0].wanted(params)


def test_who_filed_is_answered_alike_from_the_rows_kept_ready(tmp_path):
    rows = [
        {"area_code": f"{township}201", "period": f"2020-W{week}", "source_id": f"s{week}"}
        for township in ("991102001", "991103001")
        for week in (48, 50, 51)
        if (township, week) != ("991103001", 51)
    ]
    store = tiny.store(
        tmp_path,
        rows_of_one_week(),
        raw={"T04": rows},
        obligations=f"T04,{CITY},township,2019-01-01,,5\n",
    )
    engine, files = Engine(store, ahead=True), Engine(store)
    for area in (CITY, WEST, "990000"):
        for period in ("2020-W51", "2020-W50", "2020-W49"):
            for name in ("unreported", "reporting_summary", "reporting_by_area"):
                params = {"parent": area, "period": period}
                if name == "reporting_by_area":
                    params["level"] = "county"
                ours, theirs = engine.run(name, params), files.run(name, params)
                assert_frame_equal(ours, theirs, check_exact=True)
    assert_frame_equal(engine.run("areas_with_data"), files.run("areas_with_data"))
    assert engine._kept.views() == {"filed_units", "valued_areas"}
    engine.close()


def rows_of_one_week() -> list[dict]:
    return [tiny.value("991103001", "2020-W50", 5)]


def test_questions_that_read_who_filed_narrow_it_to_their_folders():
    reading = {name: each for name, each in question.every().items() if "filed_units" in each.text}
    assert len(reading) >= 3
    for name, each in reading.items():
        assert each.reads_filed, name
        assert re.search(r"list_contains\(\$cuts, (filed_units\.)?cut\)", each.text), name
        # What is kept ready of it are the newest finished periods alone.
        (cuts,) = [param for param in each.header.params if param.type == "cuts"]
        assert cuts.default == "cuts_by_newest", name
        assert "max(periods.ordinal)" in each.text or "max(ordinal)" in each.text, name
