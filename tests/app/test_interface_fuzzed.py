"""`/api/v1/…` asked by its own description: no 500, no English, each answer as described."""

import os

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.settings import Settings
from pages.api.figures import Figures
from queries.engine import Engine
from tests.fuzz import interface
from tests.queries import tiny_store as tiny

# Of each address; some thousands once in a while, by hand.
EXAMPLES = int(os.environ.get("HPA_FUZZ", "6"))
WEEK = "2020-W51"
KNOWN = {
    "area": [tiny.CITY, tiny.EAST],
    "parent": [tiny.CITY, tiny.EAST],
    "level": ["county", "township"],
    "indicator": ["signing_rate"],
    "indicators": ["signing_rate", "signing_rate,signing_rate"],
    "population": ["target", "all"],
    "state": ["正常", "未报"],
    "dimension": [""],
    "period": [WEEK],
    "period_from": [WEEK, "2020-12"],
    "period_to": [WEEK],
    "table_id": ["T04", "T01"],
    "snapshot": [1],
}
POSITIVE, NEGATIVE = interface.MODES


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    rows = [tiny.value(area, WEEK, 90) for area in (tiny.CITY, tiny.EAST, tiny.WEST)]
    raw = {"T04": [{"area_code": "991102001201", "period": WEEK, "teams": 3, "remark": "=1+1"}]}
    engine = Engine(tiny.store(tmp_path_factory.mktemp("fuzzed"), rows, raw=raw))
    app = Starlette(routes=Figures(lambda: engine, Settings).routes())
    return TestClient(app, client=("127.0.0.1", 50_000), base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("known", "mode"),
    [(KNOWN, POSITIVE), ({}, POSITIVE), ({}, NEGATIVE)],
    ids=["known", "allowed", "forbidden"],
)
def test_whatever_is_asked_is_answered_as_described_and_in_chinese(client, known, mode):
    seen = {
        operation.path: interface.fuzz(client, operation, mode, EXAMPLES)
        for operation in interface.operations(interface.described(client, known))
    }
    assert len(seen) == 7
    if known:
        assert [path for path, answers in seen.items() if not answers.get(200)] == []


@pytest.mark.parametrize("written", ["2020-W51\n", "２０２０-W51", "9999", "0000-W01"])
def test_a_period_is_written_in_one_way(client, written):
    answer = client.get(
        "/api/v1/ranking",
        params={
            "indicator": "signing_rate",
            "parent": tiny.CITY,
            "level": "county",
            "period": written,
        },
    )
    assert answer.status_code == 400 and "报告期" in answer.json()["error"]
