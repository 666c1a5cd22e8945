"""What a person waits for, measured inside the page."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from pages.shell.navigation import ENTRIES
from tests import browser as browsers
from tests.benchmarks import tape
from tests.benchmarks.measure import Line, say
from tests.benchmarks.servers import EMPTY, FLOOR, PRODUCT, Running, running

# Painted: nothing is running or stale, and what the page is about is there.
_PAINTED = """wanted => {
    const app = document.querySelector('[data-testid="stApp"]');
    return app && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid="stProgress"]')
        && [...document.querySelectorAll(wanted)].some(one => one.getBoundingClientRect().height)
}"""
# From the click on an option to the second frame after the last change of a chart or table.
_WATCH = """() => {
    const inside = '[data-testid="stPlotlyChart"], [data-testid="stHtml"]';
    const state = window.bench = {begun: null, last: null, done: false};
    document.addEventListener('click', event => {
        if (state.begun === null && event.target.closest('[role="option"], li')) {
            state.begun = performance.now();
        }
    }, true);
    const frames = (count, then) =>
        requestAnimationFrame(() => count > 1 ? frames(count - 1, then) : then());
    new MutationObserver(changes => {
        if (state.begun === null) return;
        const touched = change => {
            const node = change.target.nodeType === 1 ? change.target : change.target.parentElement;
            if (node && node.closest(inside)) return true;
            return [...change.addedNodes].some(
                one => one.nodeType === 1 && (one.matches(inside) || one.querySelector(inside)));
        };
        if (changes.some(touched)) frames(2, () => { state.last = performance.now(); });
    }).observe(document.body, {
        subtree: true, childList: true, attributes: true, characterData: true,
    });
    const settle = () => {
        const app = document.querySelector('[data-testid="stApp"]');
        // A quick run may begin and end between two looks: what it painted is the sign of it.
        const quiet = state.last !== null && performance.now() - state.last > 600;
        state.done = quiet && app.dataset.testScriptState === 'notRunning'
            && !document.querySelector('[data-stale="true"]');
        setTimeout(settle, 20);
    };
    settle();
}"""


@contextmanager
def chromium() -> Iterator[browsers.Browser]:
    """One browser for all measurements."""
    with sync_playwright() as playwright:
        started = browsers.launch(playwright)
        yield started
        started.close()


def starts(store: Path, times: int) -> list[Line]:
    """Process start to first painted page: ours on a ready store against an empty app."""
    ours, floor = [], []
    with chromium() as browser:
        for turn in range(times):
            say(f"later start {turn + 1} of {times}")
            ours.append(_first_paint(browser, PRODUCT, ".cards", HPA_STORE=str(store)))
            floor.append(_first_paint(browser, EMPTY, ".js-plotly-plot .main-svg"))
    return [
        Line("start", "later start to first painted page", ours, floor, "s", "<= 1.3x empty app")
    ]


def first_starts(times: int) -> list[Line]:
    """Process start to first painted page with an empty store: the demo is built on the way."""
    taken = []
    with chromium() as browser:
        for turn in range(times):
            say(f"first start {turn + 1} of {times}")
            with tempfile.TemporaryDirectory() as folder:
                taken.append(_first_paint(browser, PRODUCT, ".cards", HPA_STORE=f"{folder}/store"))
    return [Line("start", "first start, demo built on the way", taken, (), "s", "<= 20 s")]


def _first_paint(browser: browsers.Browser, script: Path, wanted: str, **environment: str) -> float:
    with browsers.visit(browser, "") as visitor, running(script, **environment) as server:
        return _painted(visitor.page, server, wanted)


def _painted(page: Page, server: Running, wanted: str) -> float:
    page.goto(browsers.printed_address(server.url), wait_until="commit")
    page.wait_for_function(_PAINTED, arg=wanted, polling=20, timeout=120_000)
    return time.perf_counter() - server.begun


def clicks(store: Path, areas: Sequence[str], page: str = "signing") -> list[Line]:
    """Another area chosen, until every chart and table is repainted; each area twice.

    The first time nobody has asked for the area before; the second time the answers are kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        tapes = tape.record(store, [page], areas, Path(folder) / "tapes.pickle")
        with (
            running(PRODUCT, HPA_STORE=str(store)) as ours,
            running(FLOOR, HPA_TAPES=str(tapes)) as floor,
            chromium() as browser,
            browsers.visit(browser, ours.url) as at_ours,
            browsers.visit(browser, floor.url) as at_floor,
        ):
            for seen in (at_ours, at_floor):
                seen.open(f"/{page}?area={areas[-1]}")
                seen.page.evaluate(_WATCH)
            rounds = []
            for turn in range(2):
                say(f"{len(areas)} clicks, round {turn + 1}")
                pairs = [(_click(at_ours.page, a), _click(at_floor.page, a)) for a in areas]
                rounds.append(pairs)
    words = ("first visit of the area", "area seen before")
    return [
        Line(
            "click",
            f"{page or ENTRIES[0].stem}: area chosen to all charts repainted, {word}",
            [one for one, _ in pairs],
            [other for _, other in pairs],
            "ms",
            "<= 1.3x floor",
        )
        for word, pairs in zip(words, rounds, strict=True)
    ]


def _click(page: Page, area: str) -> float:
    page.wait_for_timeout(300)
    page.evaluate("Object.assign(bench, {begun: null, last: null, done: false})")
    box = page.get_by_role("combobox", name="区划")
    box.click()
    box.fill(area)
    page.get_by_role("option").filter(has_text=f"({area})").first.click()
    page.wait_for_function("bench.done", polling=50, timeout=120_000)
    return page.evaluate("bench.last - bench.begun")
