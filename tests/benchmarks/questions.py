"""Every question that a page asks, against DuckDB's fetch of the same SQL alone."""

import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from data.periods import Period, containing
from data.snapshots.store import Store
from queries.engine import Engine
from tests.benchmarks.measure import Line, alternating, say
from tests.browser import ROOT

LEVELS = ("province", "city", "county", "township", "village")
_ASKED = re.compile(r'(?:\(|ask\(|query\()\s*"([a-z_]+)"')


def asked_by_views(engine: Engine) -> list[str]:
    """The names of the questions that the pages' scripts, components and shell name."""
    text = "".join(
        path.read_text("utf-8")
        for folder in ("views", "components", "shell")
        for path in sorted((ROOT / "pages" / folder).glob("*.py"))
    )
    return [name for name in engine.names() if name in set(_ASKED.findall(text))]


def params_of(engine: Engine, name: str, area: dict[str, Any], period: Period) -> dict[str, Any]:
    """What a page showing this area and period asks a question with."""
    below = LEVELS[LEVELS.index(area["level"]) + 1]
    year_ago = containing(period.frequency, period.start.replace(year=period.start.year - 1, day=1))
    values = {
        "area": area["area_code"],
        "parent": area["area_code"],
        "level": below,
        "period": period.text,
        "period_from": year_ago.text,
        "period_to": period.text,
        "indicator": "signing_rate",
        "frequency": period.frequency,
        "table_id": "T04",
        "unit": area["area_code"],
        "indicators": "signing_rate,county_visit_rate",
        "domains": "signing",
        "other_period": year_ago.text,
    }
    needed = {param.name for param in engine.header(name).params if param.required}
    return {key: value for key, value in values.items() if key in needed}


def queries(store_path: Path, times: int, area_code: str) -> list[Line]:
    """Milliseconds of each question: the engine's answer against the fetch alone, on views that
    are there already.
    """
    engine = Engine(Store(store_path))
    areas = engine.catalogue().areas
    area = areas.row(by_predicate=pl.col("area_code") == area_code, named=True)
    newest = engine.run("freshness").filter(pl.col("period").is_not_null())
    period = max(
        (Period.parse(text) for text in newest["period"]),
        key=lambda one: (one.frequency == "weekly", one.start),
    )
    lines = []
    for name in asked_by_views(engine):
        params = params_of(engine, name, area, period)
        text = engine.sql(name)
        engine.run(name, params)
        with engine.opened(name, params) as (cursor, full):
            ours, floor = alternating(
                lambda name=name, params=params: engine.run(name, params),
                lambda text=text, full=full, cursor=cursor: cursor.sql(text, params=full).pl(),
                times,
            )
        say(f"{name}: {statistics.median(ours):.0f} / {statistics.median(floor):.0f} ms")
        lines.append(Line("query", name, ours, floor, "ms", "<= 1.5x bare, <= 150 ms"))
    every = list(_all(lines, "ours")), list(_all(lines, "floor"))
    return [*lines, Line("query", "all of them", *every, "ms", "median <= 1.5x bare")]


def _all(lines: list[Line], which: str) -> Iterator[float]:
    for line in lines:
        yield from getattr(line, which)
