"""Follows the README literally, as somebody new would: python -m tests.newcomer

A fresh clone, an empty home, no caches; the first command of the README as it is printed there;
then the page in a browser. Prints what it did and how long each step took; ends with 1 when a
step did not work. Needs a package registry, so it is not part of the test suite.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import browser as browsers

_FIRST_BLOCK = re.compile(r"```bash\n(.+?)\n```", re.DOTALL)
PATIENCE = 900  # seconds for the installation
CARDS = 8


def run_command(readme: Path) -> str:
    """Return the first shell command that the README prints."""
    found = _FIRST_BLOCK.search(readme.read_text("utf-8"))
    if found is None:
        raise SystemExit("README.md prints no command")
    return found.group(1).strip()


def wait_for(url: str, process: subprocess.Popen) -> None:
    """Wait until the server answers; SystemExit when it has ended or takes too long."""
    for _ in range(PATIENCE * 2):
        if process.poll() is not None:
            raise SystemExit(f"the command ended with {process.returncode}")
        if browsers.is_answering(url):
            return
        time.sleep(0.5)
    raise SystemExit(f"no server after {PATIENCE} seconds")


def look(url: str) -> None:
    """Open the first page and see that it is a full dashboard."""
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        with browsers.visit(chromium, url) as seen:
            seen.page.goto(url, wait_until="commit")
            seen.page.locator(".card").first.wait_for(timeout=180_000)
            seen.settled()
            cards = seen.page.locator(".card").count()
            if cards != CARDS or "演示数据" not in seen.text() or seen.faults():
                raise SystemExit(f"the page is not complete: {cards} cards, {seen.faults()}")
        chromium.close()


def main() -> None:
    """Clone, run, look, stop."""
    began = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {words}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(browsers.ROOT), str(clone)], check=True)
        command = run_command(clone / "README.md")
        say(f"cloned; now: {command}")
        port = browsers.free_port()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HPA_", "VIRTUAL_ENV", "PYTHON"))
        }
        environment |= {
            "HOME": str(home),
            "PIP_NO_CACHE_DIR": "1",
            "STREAMLIT_SERVER_PORT": str(port),
            "STREAMLIT_SERVER_HEADLESS": "true",
        }
        log = (Path(folder) / "log").open("wb")
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=clone,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            browsers.opened_with(f"http://127.0.0.1:{port}", Path(folder) / "log")
            wait_for(f"http://127.0.0.1:{port}", process)
            say("installed, the server answers")
            look(f"http://127.0.0.1:{port}")
            say("the dashboard is complete")
        except SystemExit:
            print((Path(folder) / "log").read_text("utf-8", "replace")[-3_000:], file=sys.stderr)
            raise
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
            log.close()


if __name__ == "__main__":
    main()
