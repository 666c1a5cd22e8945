"""Another store is opened while somebody looks: figures of two stores never stand together."""

import logging
import threading
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner_utils import script_run_context
from streamlit.testing.v1 import AppTest

from data.machine import stores
from pages.shell import navigation, opened
from tests.queries import tiny_store
from tests.queries.tiny_store import CITY

FRAME = Path(navigation.__file__).with_name("frame.py")


def store_at(path, *, numerator, times=1):
    for _ in range(times):
        tiny_store.store(
            path,
            [tiny_store.value(CITY, "2020-W51", numerator, 100)],
            raw={"T04": [{"area_code": "991102001201", "period": "2020-W51"}]},
        )
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path / "home"))
    return store_at(tmp_path / "home", numerator=90, times=2)


def run(at):
    at.run()
    assert not at.exception
    return " ".join(
        [*(each.value for each in at.info), *(each.proto.body for each in at.get("html"))]
    )


def test_a_page_that_was_open_asks_to_be_loaded_again_and_a_new_one_shows_the_new_store(home):
    other = store_at(home / "stores" / "1", numerator=50)
    before = AppTest.from_file(str(FRAME), default_timeout=60)
    assert "90.00%" in run(before)
    stores.open_store(home, other)
    told = run(before)
    assert "管理员换了打开的数据仓" in told
    assert "%" not in told
    after = run(AppTest.from_file(str(FRAME), default_timeout=60))
    assert "50.00%" in after
    assert "90.00%" not in after


def test_outside_of_sessions_it_is_the_open_one_and_nothing_is_warned_of(home, caplog):
    logger = logging.getLogger(script_run_context.__name__)
    logger.addHandler(caplog.handler)
    thread = threading.Thread(target=opened.path)
    thread.start()
    thread.join()
    logger.removeHandler(caplog.handler)
    assert opened.path() == home
    assert caplog.messages == []
