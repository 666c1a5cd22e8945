"""Makes the schema of one snapshot: views over its files, tables of its definitions.

Paths and column names come from the manifest and the validated catalogue, never from a person;
both are quoted all the same. Pages and people read these views only, so what they mask is masked
everywhere.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data import periods
from data.catalogue.model import Catalogue, Table
from data.manifest import Manifest
from data.store import Store
from queries.figures import filed_endings, filed_figures, filed_prints
from queries.file_views import listed, pieces, quoted
from queries.scope import ALL, Scope
from queries.views import ABOVE, STAGING, Place, Shown, make, name_of, under

# Public papers and figures, the same for every snapshot.
REFERENCE = Path(__file__).parents[1] / "data" / "reference"
# Wide enough for every target's end; no formula may know today's date.
FIRST_YEAR, LAST_YEAR = 2000, 2045


def build(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    number: int,
    scope: Scope = ALL,
    *,
    reports: bool = True,
) -> None:
    """Make the schema of a snapshot on a connection. The caller holds the lock.

    scope    What is seen; its views hold nothing else, so every question obeys it.
    reports  Whether the report tables can be read at once (views.make).
    raises   duckdb.Error as DuckDB gives it (the engine words it), SnapshotDamaged,
             SnapshotMissing.
    """
    manifest = store.manifest(number)
    catalogue = store.catalogue(number)
    name = name_of(number, scope)
    con.execute(f"create schema {name}")
    con.execute(f"use {name}")
    try:
        _tables(con, manifest, catalogue, scope)
        definitions = store.path / "catalogue" / f"{manifest.catalogue}.json"
        files = {
            "$areas_file": listed([store.path / "areas" / f"{manifest.areas}.parquet"]),
            "$areas_seen": _named(catalogue, scope),
            "$catalogue_file": quoted(definitions),
            # DuckDB takes a buffer of this size at once: as large as the one object, no larger.
            "$catalogue_size": str(definitions.stat().st_size + 1),
            "$facts_file": quoted(REFERENCE / "document_facts.csv"),
            "$series_file": quoted(REFERENCE / "national_rural_health_series.csv"),
            "$counties_file": quoted(REFERENCE / "poverty_counties_832.csv"),
            "$exits_file": quoted(REFERENCE / "poverty_county_exits_by_year.csv"),
        }
        _staging(con, "10_areas", files)
        _staging(con, "20_catalogue", files)
        _staging(con, "30_reference", files)
        _narrow(con, scope)
        make(con, Shown(store, number, scope), reports=reports)
        for step in ("50_printing", "60_as_of", "70_targets", "80_readings", "90_doubts"):
            _staging(con, step, {})
    finally:
        con.execute("use memory.main")


def add_figures(con: duckdb.DuckDBPyConnection, place: Place, catalogue: Catalogue) -> None:
    """Make the macros over every figure of every table (queries/figures.py) for a snapshot.

    Reading their text takes as long as half of all the rest, and few questions want them. The
    caller holds the lock.
    place  Where its report tables are open, all of them or those of a province.
    """
    con.execute(f"set search_path = 'memory.{place.home},memory.{place.schema}'")
    try:
        for macro in (filed_figures, filed_prints, filed_endings):
            con.execute(macro(catalogue))
    finally:
        con.execute("use memory.main")


def _named(catalogue: Catalogue, scope: Scope) -> str:
    """Which areas of the register a scope knows: its own, and by name those above it."""
    if not scope.area:
        return "true"
    row = catalogue.register.row(scope.area) or {}
    above = [code for level in ABOVE if (code := row.get(f"{level}_code"))]
    listed_codes = ", ".join(quoted(code) for code in (scope.area, *above))
    return f"({under(scope.area)} or area_code in ({listed_codes}))"


def _narrow(con: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Leave the duties and targets of areas out that a scope does not see."""
    if not scope.area:
        return
    con.execute(f"create table seen_areas as select area_code from areas where {under(scope.area)}")
    con.execute("delete from obligations where unit_code not in (select area_code from seen_areas)")
    con.execute(
        "delete from targets where scope_code not in ('', '000000') "
        "and scope_code not in (select area_code from areas)"
    )
    con.execute("delete from peer_groups where area_code not in (select area_code from areas)")


def _staging(con: duckdb.DuckDBPyConnection, step: str, files: dict[str, str]) -> None:
    text = (STAGING / f"{step}.sql").read_text("utf-8")
    for token, written in files.items():
        text = text.replace(token, written)
    con.execute(text)


def _tables(
    con: duckdb.DuckDBPyConnection, manifest: Manifest, catalogue: Catalogue, scope: Scope
) -> None:
    """The small tables that no file holds: the calendar, words, rules, the snapshot itself."""
    _fill(
        con,
        "periods",
        "period text, frequency text, ordinal bigint, year bigint, period_start date, "
        "period_end date, previous text, last_year text, label text, next_end date, "
        "first_of_year boolean, first_of_mch_year boolean, short_label text",
        _calendar(),
    )
    words = catalogue.words
    _fill(
        con,
        "population_words",
        "population text, first_year bigint, last_year bigint, name text, label text",
        [
            (key, *_years(era), str(entry.get("name", key)), str(label))
            for key, entry in (words.get("populations") or {}).items()
            for era, label in (entry.get("by_era") or {"..": entry.get("name", key)}).items()
        ],
    )
    _fill(
        con,
        "listed_words",
        "list text, code text, name text, order_no bigint",
        [
            (name, str(code), str(word), order_no)
            for name in ("domains", "fact_kinds")
            for order_no, (code, word) in enumerate((words.get(name) or {}).items())
        ],
    )
    _fill(
        con,
        "fact_indicators",
        "fact_id text, indicator text, name text",
        [
            (fact, indicator.id, indicator.name)
            for indicator in catalogue.indicators.values()
            if indicator.computed
            for fact in indicator.facts
        ],
    )
    _fill(
        con,
        "light_amber",
        "line bigint, unit text, direction text, kind text, amount decimal(18, 4)",
        [
            (line, str(rule.get("unit", "")), str(rule.get("direction", "")), kind, str(amount))
            for line, rule in enumerate(catalogue.settings.get("light_amber") or [])
            for kind, amount in rule["amber"].items()
        ],
    )
    _fill(
        con,
        "peer_groups",
        "peer_group text, area_code text",
        [(str(each["group"]), str(each["area_code"])) for each in catalogue.peer_groups],
    )
    settings = catalogue.settings
    _fill(
        con,
        "rules",
        "stale_after bigint, light_rule_date date",
        [(settings.get("stale_after_periods", 2), _as_date(settings.get("light_rule_date")))],
    )
    _fill(
        con,
        "report_tables",
        "table_id text, title text, frequency text, unit_level text, is_register boolean, "
        "first_filed text, last_filed text",
        [
            (
                table.id,
                table.title,
                table.frequency,
                table.unit_level,
                table.register,
                *_span(manifest, table, scope),
            )
            for table in catalogue.tables.values()
        ],
    )
    _fill(
        con,
        "this_snapshot",
        "number bigint, parent bigint, time text, who text, note text, kind text, demo boolean, "
        "sha256 text, files bigint, rows bigint",
        [
            (
                manifest.number,
                manifest.parent,
                manifest.time,
                manifest.who,
                manifest.note,
                manifest.kind,
                manifest.demo,
                manifest.sha256,
                len(manifest.files),
                sum(entry.rows for entry in manifest.files if entry.parts[0] == "tables"),
            )
        ],
    )


def _span(manifest: Manifest, table: Table, scope: Scope) -> tuple[str | None, str | None]:
    """The first and last period of a table in the scope's province, or in any.

    The manifest knows no smaller place; the texts sort as the periods follow.
    """
    known = manifest.domain.get(table.id, {})
    spans = [span for place, span in known.items() if not scope.area or scope.area[:2] == place]
    return (
        min((first for first, _ in spans), default=None),
        max((last for _, last in spans), default=None),
    )


def _fill(
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


@cache
def _calendar() -> list[tuple[Any, ...]]:
    """The rows of `periods`, the same for every snapshot."""
    return [_period_row(row) for row in periods.calendar(FIRST_YEAR, LAST_YEAR)]


def _period_row(row: dict[str, Any]) -> tuple[Any, ...]:
    period = periods.Period.parse(str(row["period"]))
    first = period.previous().year != period.year
    october = period.within("monthly").number == 10 if period.frequency != "yearly" else True
    month_of_previous = (
        period.previous().within("monthly").number if period.frequency != "yearly" else 0
    )
    if period.frequency == "quarterly":
        october = period.number == 4
    return (
        row["period"],
        row["frequency"],
        row["ordinal"],
        row["year"],
        row["period_start"],
        row["period_end"],
        row["previous"],
        row["last_year"],
        _label(period),
        period.next().end,
        first,
        october and month_of_previous != 10,
        _label(period).removeprefix(f"{period.year}年") or _label(period),
    )


def _label(period: periods.Period) -> str:
    """2020年11月, 2020年第51周, 2020年三季度, 2020年: how a figure names its own period."""
    return period.label_zh().partition("(")[0]


def _years(era: str) -> tuple[int, int]:
    first, _, last = era.partition("..")
    return int(first or 0), int(last or 9999)


def _as_date(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
