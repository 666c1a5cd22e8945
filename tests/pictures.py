"""Pictures of every page at every size, for looking at: python -m tests.pictures

They go to `.pictures/` (ignored by git); `--readme` makes those that README and 帮助 show,
`--golden` those that tests compare with.
The demo store is built in a temporary folder, or named with `--store`.
"""

import argparse
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from pages.shell import navigation
from tests import browser as browsers
from tests import golden

FOLDER = browsers.ROOT / ".pictures"
README = browsers.ROOT / ".readme"
SIZES = {"1366": (1366, 768), "1920": (1920, 1080), "390": (390, 844)}
A4 = {"width": "297mm", "height": "210mm"}
TALLEST = 8_000  # px; longer than any page is read
# The pages that README and 帮助 show, at the size of an office screen.
SHOWN = ("overview", "analysis", "briefing", "reporting", "download")
_HEIGHT = "() => document.querySelector('[data-testid=stMain]').scrollHeight"


def take(seen: browsers.Visit, entry: navigation.MenuEntry, folder: Path, name: str) -> None:
    """Take the first screen and the whole page."""
    width = seen.page.viewport_size["width"]
    height = seen.page.viewport_size["height"]
    seen.open("/" if entry == navigation.ENTRIES[0] else f"/{entry.stem}")
    seen.page.screenshot(path=folder / f"{entry.stem}_{name}.png")
    whole = min(seen.page.evaluate(_HEIGHT) + 60, TALLEST)
    seen.page.set_viewport_size({"width": width, "height": whole})
    seen.settled()
    seen.page.screenshot(path=folder / f"{entry.stem}_{name}_whole.png")
    seen.page.set_viewport_size({"width": width, "height": height})


def take_all(url: str, stems: list[str], sizes: list[str]) -> int:
    """Take all pages at all sizes and on paper; how many pages there were."""
    FOLDER.mkdir(exist_ok=True)
    entries = [entry for entry in navigation.ENTRIES if not stems or entry.stem in stems]
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        for name in sizes:
            width, height = SIZES[name]
            with browsers.visit(chromium, url, width=width, height=height) as seen:
                for entry in entries:
                    take(seen, entry, FOLDER, name)
                    if name == "1366":
                        seen.page.pdf(path=FOLDER / f"{entry.stem}.pdf", landscape=True, **A4)
        chromium.close()
    return len(entries)


def take_for_readme(url: str) -> int:
    """Take the pictures that README and 帮助 show; how many."""
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        with browsers.visit(chromium, url) as seen:
            for stem in SHOWN:
                seen.open("/" if stem == navigation.ENTRIES[0].stem else f"/{stem}")
                seen.page.screenshot(path=README / f"{stem}.png")
        chromium.close()
    return len(SHOWN)


def take_golden(url: str) -> int:
    """Take the pictures that tests compare with; how many."""
    golden.FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = browsers.launch(playwright)
        with browsers.visit(chromium, url) as seen:
            for stem, address in golden.PAGES.items():
                seen.open(address)
                seen.page.wait_for_timeout(2_000)  # flows fade in after they are painted
                picture = Image.open(io.BytesIO(seen.page.screenshot()))
                golden.small(picture).save(golden.file_of(stem), optimize=True)
        chromium.close()
    return len(golden.PAGES)


def main() -> None:
    """Start a dashboard on the demo store and take the pictures asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--pages", default="", help="stems of pages, separated by commas")
    parser.add_argument("--sizes", default=",".join(SIZES), help="1366, 1920, 390")
    parser.add_argument("--store", type=Path, help="a store with the demo data")
    parser.add_argument("--readme", action="store_true", help="only those of README and 帮助")
    parser.add_argument("--golden", action="store_true", help="only those that tests compare with")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or Path(folder) / "store"
        if not asked.store:
            from data.demo.build import build

            build(store)
        server = browsers.start(store, Path(folder) / "server.log")
        try:
            if asked.readme:
                print(f"{take_for_readme(server.url)} pictures in {README.name}")
                return
            if asked.golden:
                print(f"{take_golden(server.url)} pictures in {golden.FOLDER.name}")
                return
            stems = [stem for stem in asked.pages.split(",") if stem]
            pages = take_all(server.url, stems, asked.sizes.split(","))
            print(f"{pages} pages in {FOLDER.name}")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
