"""Streamlit processes to measure, on ports of their own."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pages.shell.navigation import ENTRIES
from tests.browser import ROOT, free_port, is_answering, opened_with

HERE = Path(__file__).parent
PRODUCT = ROOT / "app.py"
EMPTY = HERE / "empty_app.py"
FLOOR = HERE / "floor_app.py"
# What stands in the address for each page of the menu: the first is the home page.
STEMS = ("", *(entry.stem for entry in ENTRIES[1:]))


class Running:
    """One server process; `begun` is the moment before it was started."""

    def __init__(self, script: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        words = ["streamlit", "run", str(script), "--server.port", str(self.port)]
        self._window = tempfile.NamedTemporaryFile()  # noqa: SIM115 (as long as the server)
        if script == PRODUCT:
            opened_with(self.url, Path(self._window.name))
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=os.environ | environment | {"PYTHONUTF8": "1"},
            stdout=self._window,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        """Until it answers. raises RuntimeError when it ended instead."""
        for _ in range(1200):
            if self.process.poll() is not None:
                break
            if is_answering(self.url):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.url} did not start")


@contextlib.contextmanager
def running(script: Path, **environment: str) -> Iterator[Running]:
    """Start a server, wait until it answers, and end it afterwards."""
    server = Running(script, environment)
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(10)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait(10)
