"""溯源码: the same answer again, or an honest word that there is none."""

import pytest

from queries import trace
from queries.engine import Engine
from queries.errors import QueryError
from queries.scope import Scope
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, value

ASKED = {"indicator": "signing_rate", "area": CITY, "period": "2020-W51"}


@pytest.fixture
def engine(tmp_path):
    return Engine(tiny.store(tmp_path / "store", [value(CITY, "2020-W51", 90)]))


def test_a_code_has_8_letters_of_base_32(engine):
    assert trace.is_code(trace.issue(engine, "indicator_value", ASKED).code)


def test_the_same_question_has_the_same_code_however_its_parameters_are_given(engine):
    short = trace.issue(engine, "indicator_value", ASKED)
    full = trace.issue(engine, "indicator_value", ASKED | {"population": "target"}, 1)
    assert short.code == full.code


def test_another_parameter_or_snapshot_has_another_code(engine):
    first = trace.issue(engine, "indicator_value", ASKED)
    other = trace.issue(engine, "indicator_value", ASKED | {"population": "elder"})
    tiny.store(engine.store.path, [value(CITY, "2020-W51", 91)])
    newer = trace.issue(engine, "indicator_value", ASKED)
    assert len({first.code, other.code, newer.code}) == 3


def test_a_code_finds_its_question_again_in_small_letters_too(engine):
    issued = trace.issue(engine, "indicator_value", ASKED)
    found = trace.lookup(engine.store, issued.code.lower())
    assert found == issued
    assert engine.run(found.query, found.params, found.snapshot)["printed"][0] == 90.0


def test_a_code_is_recorded_once(engine):
    for _ in range(3):
        trace.issue(engine, "indicator_value", ASKED)
    assert len((engine.store.path / trace.FILE).read_text("utf-8").splitlines()) == 1


def test_a_code_remembers_who_could_see_what(engine):
    issued = trace.issue(engine, "indicator_value", ASKED, 1, Scope(hide_sensitive=True))
    assert issued.code != trace.issue(engine, "indicator_value", ASKED).code
    assert trace.lookup(engine.store, issued.code) == issued
    assert trace.lookup(engine.store, issued.code).scope == Scope(hide_sensitive=True)


def test_a_code_that_was_never_issued_is_not_found(engine):
    assert trace.lookup(engine.store, "AAAAAAAA") is None


def test_a_half_written_line_does_not_hide_the_others(engine):
    issued = trace.issue(engine, "indicator_value", ASKED)
    with (engine.store.path / trace.FILE).open("a", encoding="utf-8") as file:
        file.write('{"code": "AAAA')
    assert trace.lookup(engine.store, issued.code) == issued


def test_after_a_half_written_line_new_codes_are_still_found(engine):
    (engine.store.path / trace.FILE).write_text('{"code": "AAAA', "utf-8")
    issued = trace.issue(engine, "indicator_value", ASKED)
    assert trace.lookup(engine.store, issued.code) == issued


def test_a_store_where_nothing_can_be_recorded_never_fails_a_page(engine):
    (engine.store.path / trace.FILE).mkdir()
    issued = trace.issue(engine, "indicator_value", ASKED)
    assert (trace.is_code(issued.code), issued.recorded) == (True, False)


def test_a_code_is_not_given_for_a_question_that_could_not_be_asked(engine):
    with pytest.raises(QueryError, match="缺少参数"):
        trace.issue(engine, "indicator_value", {"area": CITY})
