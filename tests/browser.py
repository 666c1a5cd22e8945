"""A server on loopback and a Chromium page that may not leave this machine."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, TimeoutError

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name outside this machine has an address: what is asked of it fails.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Chromium says this of its own software rendering; it is no fault of the page.
_HARMLESS = ("GPU stall", "GL Driver Message", "WebGL")

# Counts how often the script has begun to run: a short run is over before anybody looks.
_COUNT_RUNS = """(() => {
    window.scriptRuns = 0;
    new MutationObserver(changes => window.scriptRuns += changes.filter(
        each => each.target.dataset.testScriptState === 'running').length
    ).observe(document, {subtree: true, attributeFilter: ['data-test-script-state']});
})()"""
_RUNS = "() => window.scriptRuns"
# The script of each kind of control is a file of its own; until it is there a skeleton stands in.
# What stands below a skeleton waits unseen, by an animation; a fold that opens moves what is below.
# All of it and the words in one look: a script can have ended before its elements are painted.
_SETTLED = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const coming = '[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stProgress"]';
    const settled = app?.dataset.testScriptState === 'notRunning'
        && !document.querySelector(coming)
        && !document.getAnimations().some(
            each => each.animationName === 'unseen' || each.constructor === Animation)
        && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
            .every(chart => chart.querySelector('.main-svg'));
    return settled ? app.innerText : null;
}"""


def executable() -> str | None:
    """The Chromium of this system; None leaves the choice to Playwright's own."""
    named = os.environ.get("HPA_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))


@dataclass
class Visit:
    """One page of a fresh visitor, and what it tried that it should not have."""

    page: Page
    url: str
    off_machine: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    def open(self, path: str = "/", *, wait_for: str | None = None) -> Page:
        """Go to an address of the server and wait until the script has run."""
        self.page.goto(f"{self.url}{path}", wait_until="commit")
        self.settled()
        if wait_for:
            self.page.get_by_text(wait_for).first.wait_for(timeout=20_000)
        return self.page

    def settled(self) -> None:
        """Wait until the script has run to its end and all it sent stands on the page, unmoved."""
        before = None
        for _ in range(50):  # charts and late elements are painted after the script has ended
            now = self.page.wait_for_function(_SETTLED, timeout=60_000).json_value()
            if now == before:
                return
            before = now
            self.page.wait_for_timeout(150)

    def text(self) -> str:
        return self.page.locator('[data-testid="stApp"]').inner_text()

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a selectbox by typing into it, as a person does."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        runs = self.page.evaluate(_RUNS)
        self.page.get_by_role("option").filter(has_text=option).first.click()
        # A busy server takes a moment to begin; until then the page looks settled as it was.
        with contextlib.suppress(TimeoutError):
            self.page.wait_for_function(f"runs => ({_RUNS})() > runs", arg=runs, timeout=5_000)
        self.settled()

    def faults(self) -> list[str]:
        """Everything that a good page does not do: exceptions, errors, requests off the machine."""
        shown = self.page.locator('[data-testid="stException"]').all_inner_texts()
        return [*self.off_machine, *self.console_errors, *self.page_errors, *shown]


@contextlib.contextmanager
def visit(
    browser: Browser, url: str, *, width: int = 1366, height: int = 768, known: bool = False
) -> Iterator[Visit]:
    """Open a page that sees this machine only.

    known  A visitor who has been here before and keeps the scripts of the page, nothing else;
           the others come with an empty cache.
    """
    context = _known(browser) if known else _fresh(browser)
    name, _, value = cookie(url).partition("=")
    if name:
        context.add_cookies([{"name": name, "value": value, "url": url}])
    page = context.new_page()
    page.add_init_script(_COUNT_RUNS)
    page.set_viewport_size({"width": width, "height": height})
    seen = Visit(page, url)

    def judge(request) -> None:
        address = urlsplit(request.url)
        if address.scheme.startswith(("http", "ws")) and address.hostname not in LOOPBACK:
            seen.off_machine.append(request.url)

    def listen(message) -> None:
        if message.type == "error" and not any(word in message.text for word in _HARMLESS):
            seen.console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("request", judge)
    page.on("websocket", judge)
    page.on("console", listen)
    page.on("pageerror", lambda error: seen.page_errors.append(str(error)))
    try:
        yield seen
    finally:
        if known:
            page.close()
            context.clear_cookies()
        else:
            context.close()


def _fresh(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", service_workers="block")


_kept: "WeakKeyDictionary[Browser, BrowserContext]" = WeakKeyDictionary()


def _known(browser: Browser) -> BrowserContext:
    if browser not in _kept:
        _kept[browser] = _fresh(browser)
    return _kept[browser]


@dataclass
class Server:
    """A dashboard process of its own on a free port of this machine."""

    url: str
    port: int
    log: Path
    process: subprocess.Popen

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


# Where a server that was started here has printed what a person would see.
_WINDOWS: dict[str, Path] = {}
_PRINTED = re.compile(r"[?]key=([\w-]+)")


def is_answering(url: str) -> bool:
    """Say whether a dashboard is there: it asks whoever comes for the key or his name."""
    try:
        urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
    except urllib.error.HTTPError as refused:
        return refused.code in (401, 403)
    except OSError:
        return False
    return True


def opened_with(url: str, window: Path) -> None:
    """Say where the server of an address prints what a person would see."""
    _WINDOWS[url] = window


def printed_address(url: str) -> str:
    """Return what a person opens: the printed address with its key; `url` where none is printed."""
    window = _WINDOWS.get(url)
    printed = _PRINTED.search(window.read_text("utf-8", "replace")) if window else None
    return f"{url}/{printed[0]}" if printed else url


def cookie(url: str) -> str:
    """Return the cookie, `name=value`, that the printed address puts into a browser; or nothing."""
    if (opened := urlsplit(printed_address(url))).query == "":
        return ""
    connection = http.client.HTTPConnection(opened.netloc, timeout=60)
    connection.request("GET", f"/?{opened.query}")
    given = connection.getresponse().getheader("set-cookie", "").partition(";")[0]
    connection.close()
    return given


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(
    store: Path,
    log: Path,
    *,
    command: tuple[str, ...] = (),
    folder: Path = ROOT,
    host: str = "127.0.0.1",
    wait: bool = True,
) -> Server:
    """Start the dashboard on a store; `command` replaces `streamlit run` (it gets `{port}`)."""
    port = free_port()
    default = (
        *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
        *("--server.port", "{port}", "--server.address", host),
    )
    words = [word.format(port=port) for word in (command or default)]
    environment = os.environ | {"HPA_STORE": str(store), "PYTHONUTF8": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            words, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", port, log, process)
    opened_with(server.url, log)
    if wait:
        _wait_until_healthy(server)
    return server


def _wait_until_healthy(server: Server) -> None:
    for _ in range(300):
        if server.process.poll() is not None:
            break
        if is_answering(server.url):
            return
        time.sleep(0.1)
    server.stop()
    raise RuntimeError(f"the server did not start:\n{server.log.read_text('utf-8', 'replace')}")
