"""python -m tests.benchmarks: measure, and print one table. Nothing here passes or fails."""

import argparse
import tempfile
from pathlib import Path

import polars as pl

from data.demo.build import build
from data.snapshots.store import Store
from queries.engine import Engine
from tests.benchmarks import (
    commands,
    exporting,
    first_visit,
    in_browser,
    publishing,
    questions,
    server,
)
from tests.benchmarks.measure import Line, say, show
from tests.benchmarks.servers import STEMS

PARTS = "start first visit click query page memory crowd publish import export command".split()


def main() -> None:
    """Run the chosen parts one after the other; the table comes last."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as place:
        store = arguments.store or Path(place) / "store"
        if Store(store).latest() is None:
            say(f"building the {arguments.scale} store")
            build(store, scale="" if arguments.scale == "demo" else arguments.scale)
        lines: list[Line] = []
        for part in arguments.parts.split(","):
            lines += _part(part, store, arguments)
    show(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    parser.add_argument("--scale", choices=("demo", "national"), default="demo")
    parser.add_argument("--store", type=Path, help="use this store; built when it is empty")
    parser.add_argument(
        "--pages",
        default="/,signing,village_clinics",
        help="where the clicks are measured; all: every page with filters",
    )
    parser.add_argument("--times", type=int, default=20, help="clicks, and runs of each query")
    parser.add_argument("--starts", type=int, default=5, help="starts of each server")
    parser.add_argument("--rows", type=int, default=600_000, help="rows of the imported CSV")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two clicks")
    parser.add_argument("--rounds", type=int, default=6, help="clicks of each visitor")
    parser.add_argument("--sessions", default="1,20,50", help="how many to weigh")
    return parser.parse_args()


def _part(part: str, store: Path, arguments: argparse.Namespace) -> list[Line]:
    areas = _areas(store, arguments.times + 1)
    if part == "start":
        return in_browser.starts(store, arguments.starts)
    if part == "first":
        return in_browser.first_starts(min(arguments.starts, 3))
    if part == "visit":
        return first_visit.first_visit(store, _pages(arguments.pages), arguments.starts)
    if part == "click":
        return [
            line
            for page in _pages(arguments.pages)
            for line in in_browser.clicks(store, areas, page)
        ]
    if part == "query":
        return questions.queries(store, arguments.times, areas[-1])
    if part == "page":
        return server.pages(store, [*areas[:-1:3], areas[-1]])  # twenty pages: fewer areas do
    if part == "memory":
        counts = [int(count) for count in arguments.sessions.split(",")]
        return server.memory(store, areas, counts)
    if part == "crowd":
        return server.crowds(
            store,
            areas,
            visitors=arguments.visitors,
            think=arguments.think,
            rounds=arguments.rounds,
        )
    if part == "publish":
        return publishing.county_week(store, min(arguments.starts, 3))
    if part == "import":
        return publishing.large_import(store, arguments.rows, min(arguments.starts, 3))
    if part == "export":
        times = min(arguments.starts, 3)
        return exporting.workbook(200_000, times) + exporting.comma_separated(1_000_000, times)
    if part == "command":
        return commands.commands(store, arguments.rows, min(arguments.starts, 3))
    raise SystemExit(f"no part {part}: choose from {','.join(PARTS)}")


def _pages(named: str) -> list[str]:
    """Stems as they stand in the address, empty for the home page; 帮助 has no filters."""
    if named == "all":
        return [stem for stem in STEMS if stem != "help"]
    return [page.strip("/") for page in named.split(",")]


def _areas(store: Path, count: int) -> list[str]:
    """Counties with data, one after the other across the country, and a city at the end."""

    listed = Engine(Store(store)).run("areas_with_data")
    counties = listed.filter(pl.col("level") == "county")["area_code"]
    cities = listed.filter(pl.col("level") == "city")["area_code"]
    step = max(1, len(counties) // (count - 1))
    chosen = counties.gather_every(step).head(count - 1).to_list()
    return [*chosen, cities[len(cities) // 2]]


if __name__ == "__main__":
    main()
