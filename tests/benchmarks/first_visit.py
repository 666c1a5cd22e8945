"""What a first visit costs: bytes on the way, first paint, things that jump while it loads."""

from collections.abc import Sequence
from pathlib import Path

from pages.shell.navigation import ENTRIES
from tests import browser as browsers
from tests.benchmarks.in_browser import chromium
from tests.benchmarks.measure import Line, say
from tests.benchmarks.servers import EMPTY, PRODUCT, running
from tests.first_sight import Watched, watched

_PAINT = """() => performance.getEntriesByType('paint')
    .find(each => each.name === 'first-contentful-paint').startTime"""


def first_visit(store: Path, pages: Sequence[str], times: int) -> list[Line]:
    """Cold visits of ours and of the empty app, turn by turn, on servers that are warm."""
    lines = []
    with (
        running(PRODUCT, HPA_STORE=str(store)) as ours,
        running(EMPTY) as floor,
        chromium() as browser,
    ):
        for page in pages:
            say(f"cold visit of {page or ENTRIES[0].stem}")
            seen, _ = _visit(browser, ours.url, page)
            what, size = page or ENTRIES[0].stem, seen.transferred / 1e6
            lines += [
                Line(
                    "visit", f"{what}: compressed bytes of a cold visit", [size], (), "MB", "<= 3.5"
                ),
                Line("visit", f"{what}: layout shift while loading", [seen.shift], (), "", "< 0.1"),
            ]
        _visit(browser, floor.url, "")
        pairs = []
        for turn in range(times):
            say(f"first paint {turn + 1} of {times}")
            pairs.append((_visit(browser, ours.url, "")[1], _visit(browser, floor.url, "")[1]))
    first, second = zip(*pairs, strict=True)
    paint = Line("visit", "first contentful paint", first, second, "ms", "<= 1.2x empty app")
    return [*lines, paint]


def _visit(browser: browsers.Browser, url: str, page: str) -> tuple[Watched, float]:
    with browsers.visit(browser, url) as seen:
        found = watched(seen, f"/{page}")
        return found, seen.page.evaluate(_PAINT)
