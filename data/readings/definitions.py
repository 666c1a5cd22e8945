"""The definitions of a snapshot as tables: areas, indicators, targets, obligations, the calendar.

Made wherever readings are worked out: at publish, and in the engine that answers questions.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data import periods
from data.catalogue.model import Catalogue
from data.filed.withheld import is_sensitive
from data.readings.files import listed, pieces, quoted

SQL = Path(__file__).parent / "sql"


def make(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    *,
    definitions: Path,
    areas: Path,
    seen: str = "true",
) -> None:
    """Make the tables and the macros that count with them, in the schema in use.

    definitions, areas  The files of the store that the snapshot names.
    seen                The condition of the areas that are known.
    raises              duckdb.Error.
    """
    _words(con, catalogue)
    fill(
        con,
        "kept_from_others",
        "indicator text, population text",
        sensitive_pairs(catalogue),
    )
    files = {
        "$areas_file": listed([areas]),
        "$areas_seen": seen,
        "$catalogue_file": quoted(definitions),
        # DuckDB takes a buffer of this size at once: as large as the one object, no larger.
        "$catalogue_size": str(definitions.stat().st_size + 1),
    }
    for step in ("areas", "catalogue", "printing", "choosing", "targets"):
        run(con, SQL / f"{step}.sql", files)


def run(con: duckdb.DuckDBPyConnection, path: Path, named: Mapping[str, str]) -> None:
    """Run a file of statements in which `$names` stand for files and numbers of ours."""
    text = path.read_text("utf-8")
    for token, written in named.items():
        text = text.replace(token, written)
    con.execute(text)


def fill(
    con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    """A table of a few thousand rows at most, handed over column by column as parameters."""
    con.execute(f"create table {name} ({columns})")
    if rows:
        types = [piece.strip().split(" ", 1)[1] for piece in pieces(columns)]
        lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in types)
        con.execute(
            f"insert into {name} select {lists}", [list(c) for c in zip(*rows, strict=True)]
        )


def _words(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """The small tables that no file holds: the calendar, the words, the rules of the lights."""
    years = {"$first_year": str(periods.FIRST_YEAR), "$last_year": str(periods.LAST_YEAR)}
    run(con, SQL / "calendar.sql", years)
    words = catalogue.words
    fill(
        con,
        "population_words",
        "population text, first_year bigint, last_year bigint, name text, label text",
        [
            (key, *_years(era), str(entry.get("name", key)), str(label))
            for key, entry in (words.get("populations") or {}).items()
            for era, label in (entry.get("by_era") or {"..": entry.get("name", key)}).items()
        ],
    )
    fill(
        con,
        "light_amber",
        "line bigint, unit text, direction text, kind text, amount decimal(18, 4)",
        [
            (line, str(rule.get("unit", "")), str(rule.get("direction", "")), kind, str(amount))
            for line, rule in enumerate(catalogue.settings.get("light_amber") or [])
            for kind, amount in rule["amber"].items()
        ],
    )
    settings = catalogue.settings
    fill(
        con,
        "rules",
        "stale_after bigint, light_rule_date date",
        [(settings.get("stale_after_periods", 2), _as_date(settings.get("light_rule_date")))],
    )


def sensitive_pairs(catalogue: Catalogue) -> list[tuple[str, str]]:
    """The indicators and populations whose every figure is kept from those who are not trusted."""
    return [
        (indicator.id, population.id)
        for indicator in catalogue.indicators.values()
        for population in indicator.populations.values()
        if is_sensitive(catalogue, indicator, population)
    ]


def _years(era: str) -> tuple[int, int]:
    first, _, last = era.partition("..")
    return int(first or 0), int(last or 9999)


def _as_date(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
