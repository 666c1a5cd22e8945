"""Fixtures shared by all rooms: the demo store, a running server, a Chromium page."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import browser as browsers

# How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

_MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_module() -> None:
    """A page run in this process leaves its script as the main module: children would run it."""
    sys.modules["__main__"] = _MAIN


def _once(base: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Make a folder once for all test processes; the others wait until it is there."""
    folder, done = base / name, base / f"{name}.done"
    try:
        os.close(os.open(base / f"{name}.lock", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(3_000):
            if done.exists():
                return folder
            time.sleep(0.1)
        raise TimeoutError(f"{folder} was not made by the test process that began it") from None
    make(folder)
    done.touch()
    return folder


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store, built once. Nobody may publish into it: copy it first.

    `HPA_TEST_STORE` names one that is already built by this state of the code: for a few tests
    that are run again and again while something is written.
    """
    from data.demo.build import build

    if built := os.environ.get("HPA_TEST_STORE"):
        return Path(built)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return _once(shared, "demo_store", build)


@pytest.fixture(scope="session")
def chromium() -> Iterator[browsers.Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = browsers.launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo_server(
    demo_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[browsers.Server]:
    """A dashboard that shows the demo store; for tests that only read."""
    server = browsers.start(demo_store, tmp_path_factory.mktemp("server") / "server.log")
    yield server
    server.stop()


@pytest.fixture
def visit(chromium: browsers.Browser, demo_server: browsers.Server) -> Iterator[browsers.Visit]:
    """A new visitor of the demo dashboard; the test fails if the page left this machine."""
    with browsers.visit(chromium, demo_server.url, known=True) as seen:
        yield seen
        assert seen.off_machine == []
