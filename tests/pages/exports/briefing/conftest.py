"""One small store and one briefing for all tests of this folder."""

import pytest

from data.catalogue import sentences
from data.periods import Period
from pages.exports.briefing.content import build
from pages.exports.briefing.edits import NONE
from pages.exports.briefing.facts import Choice, Desk
from pages.exports.briefing.revisions import previous_snapshot
from queries import trace
from queries.engine import Engine
from tests.pages.exports.briefing import stores


def desk_of(store, number=None, period=stores.WEEK):
    engine = Engine(store)
    shown = engine.number(number)
    earlier = previous_snapshot(store, shown, Period.parse(period))
    return engine, Desk(
        ask=lambda questions: {
            name: engine.run(name, params, shown) for name, params in questions.items()
        },
        code=lambda name, params: trace.unrecorded(engine, name, params, shown).code,
        manifest=store.manifest(shown),
        catalogue=store.catalogue(shown),
        sentences=sentences.load(store.path),
        before=earlier and (lambda name, params: engine.run(name, params, earlier)),
        before_number=earlier,
    )


def made(desk, *, area=stores.CITY, period=stores.WEEK, indicators=(), level="", edits=NONE):
    return build(Choice(area, period, indicators, level), desk, edits)


@pytest.fixture(scope="session")
def nine(tmp_path_factory):
    """A city of nine counties: its store, engine and desk."""
    store = stores.make(tmp_path_factory.mktemp("nine") / "store")
    return store, *desk_of(store)


@pytest.fixture(scope="session")
def briefing(nine):
    return made(nine[2])


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """Thirty-five counties with names of more than fifteen characters, as a briefing."""
    store = stores.make(tmp_path_factory.mktemp("many") / "store", 35, long=True)
    _, desk = desk_of(store)
    return made(desk), desk.catalogue
