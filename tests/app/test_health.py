"""`/api/v1/health`: what a monitoring program reads."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from pages import VERSION
from pages.api.health import health
from tests.queries import tiny_store


@pytest.fixture
def answer(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    return TestClient(Starlette(routes=[Route("/api/v1/health", health)])).get


def test_an_empty_store_has_no_snapshot(answer):
    assert answer("/api/v1/health").json() == {
        "status": "empty",
        "version": VERSION,
        "snapshot": None,
        "demo": None,
    }


def test_the_newest_snapshot_and_whether_it_is_the_demo(answer, tmp_path):
    tiny_store.store(tmp_path)
    tiny_store.store(tmp_path)
    found = answer("/api/v1/health")
    assert found.json() == {"status": "ok", "version": VERSION, "snapshot": 2, "demo": True}
    assert found.headers["cache-control"] == "no-store"


def test_a_damaged_manifest_is_said(answer, tmp_path):
    tiny_store.store(tmp_path)
    (tmp_path / "snapshots" / "000001.json").write_text("{", "utf-8")
    assert answer("/api/v1/health").json()["status"] == "damaged"
