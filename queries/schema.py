"""Makes the schema of one snapshot: views over its files, tables of its definitions.

Paths and column names come from the manifest and the validated catalogue, never from a person;
both are quoted all the same. Pages and people read these views only, so what they mask is masked
everywhere.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data import periods
from data.catalogue.model import Catalogue, Column, Indicator, Measure, Population, Table
from data.manifest import Manifest
from data.store import Store

STAGING = Path(__file__).parent / "sql" / "staging"
# Public papers and figures, the same for every snapshot.
REFERENCE = Path(__file__).parents[1] / "data" / "reference"
# Wide enough for every target's end; no formula may know today's date.
FIRST_YEAR, LAST_YEAR = 2000, 2045

_TYPES = {"int": "bigint", "decimal": "decimal(18, 4)", "bool": "boolean", "date": "date"}
_VALUES = (
    "indicator text, population text, period text, area_code text, level text, dimension text, "
    "period_end date, numerator decimal(18, 4), denominator decimal(18, 4), "
    "units_expected bigint, units_reported bigint, units_carried bigint, provisional boolean, "
    "masked boolean, prev_numerator decimal(18, 4), prev_denominator decimal(18, 4), "
    "prev_self_numerator decimal(18, 4), prev_self_denominator decimal(18, 4), prev_units bigint, "
    "yoy_numerator decimal(18, 4), yoy_denominator decimal(18, 4), "
    "yoy_self_numerator decimal(18, 4), yoy_self_denominator decimal(18, 4), yoy_units bigint"
)
_ANCESTORS = "province_code text, city_code text, county_code text, township_code text"
_CLINICS = (
    "period text, period_end date, clinic_code text, village_code text, area_code text, "
    f"{_ANCESTORS}, is_poor_village boolean, status text, exempt boolean, service_mode text, "
    "service_pop bigint, floor_area decimal(18, 4), floor_area_ok boolean, rooms_ok boolean, "
    "has_consult boolean, has_treatment boolean, has_publichealth boolean, has_pharmacy boolean, "
    "qualified_doctors bigint, doctor_ok boolean, licence_until date, licence_ok boolean, "
    "override boolean, expected_open date, carried boolean, filed_period text"
)
_VILLAGES = (
    f"period text, period_end date, village_code text, area_code text, {_ANCESTORS}, "
    "status text, doctor_ok boolean, exempt boolean, is_poor_village boolean"
)
_VILLAGE_VALUES = (
    "indicator text, population text, cut text, period text, period_end date, area_code text, "
    "numerator decimal(18, 4), denominator decimal(18, 4), carried bigint, masked boolean"
)
_SOURCES = "source_id text, file text, sha256 text, who text, time text, table_id text, rows bigint"
_RAW_BEFORE = (
    f"area_code text, {_ANCESTORS}, period text, period_start date, period_end date, "
    "division_code text"
)
_RAW_AFTER = (
    "reporting_unit text, reported_on date, remark text, first_imported date, "
    "source_id text, source_sheet text, source_row bigint"
)


def name_of(number: int) -> str:
    """The schema of a snapshot: snapshot_000041."""
    return f"snapshot_{number:06d}"


def build(
    con: duckdb.DuckDBPyConnection, store: Store, number: int, *, hide_sensitive: bool = False
) -> None:
    """Make the schema of a snapshot on a connection. The caller holds the lock.

    hide_sensitive  Mask sensitive figures at every level, not only below the county: for a
                    dashboard that anybody on the network may open.
    raises duckdb.Error as DuckDB gives it (the engine words it), SnapshotDamaged, SnapshotMissing.
    """
    manifest = store.manifest(number)
    catalogue = store.catalogue(number)
    con.execute(f"create schema {name_of(number)}")
    con.execute(f"use {name_of(number)}")
    try:
        _tables(con, manifest, catalogue)
        definitions = store.path / "catalogue" / f"{manifest.catalogue}.json"
        files = {
            "$areas_file": _listed([store.path / "areas" / f"{manifest.areas}.parquet"]),
            "$catalogue_file": _quoted(definitions),
            # DuckDB takes a buffer of this size at once: as large as the one object, no larger.
            "$catalogue_size": str(definitions.stat().st_size + 1),
            "$facts_file": _quoted(REFERENCE / "document_facts.csv"),
            "$series_file": _quoted(REFERENCE / "national_rural_health_series.csv"),
            "$counties_file": _quoted(REFERENCE / "poverty_counties_832.csv"),
            "$exits_file": _quoted(REFERENCE / "poverty_county_exits_by_year.csv"),
        }
        _staging(con, "10_areas", files)
        _staging(con, "20_catalogue", files)
        _staging(con, "30_reference", files)
        for name, folder, columns in (
            ("derived_values", ("derived",), _VALUES),
            ("clinic_state", ("derived", "clinic_state"), _CLINICS),
            ("village_clinic_state", ("derived", "village_clinic_state"), _VILLAGES),
            ("sources", ("sources",), _SOURCES),
        ):
            paths = store.files(number, *folder)
            if folder == ("derived",):
                paths = store.files(number, "derived", "area") + store.files(
                    number, "derived", "township"
                )
            view = _over(con, paths, columns)
            if hide_sensitive and folder == ("derived",):
                view = _hidden(view, columns, catalogue)
            con.execute(f"create view {name} as {view}")
        for table in catalogue.tables.values():
            paths = store.files(number, "tables", table.id)
            name, rows = table.id.lower(), _raw(con, table, paths, hide_sensitive)
            con.execute(f"create view {name}_filed as {rows}")
            con.execute(
                f"create view {name} as select * exclude (is_removed) from {name}_filed "
                "where not is_removed"
            )
            if table.register:
                con.execute(_ledger(table))
        con.execute(f"create view filings as {_filings(catalogue)}")
        con.execute(f"create view village_values as {village_values(catalogue)}")
        for step in ("40_values", "50_printing", "60_as_of", "70_targets", "80_readings"):
            _staging(con, step, {})
    finally:
        con.execute("use memory.main")


def _staging(con: duckdb.DuckDBPyConnection, step: str, files: dict[str, str]) -> None:
    text = (STAGING / f"{step}.sql").read_text("utf-8")
    for token, listed in files.items():
        text = text.replace(token, listed)
    con.execute(text)


def _tables(con: duckdb.DuckDBPyConnection, manifest: Manifest, catalogue: Catalogue) -> None:
    """The small tables that no file holds: the calendar, words, rules, the snapshot itself."""
    _fill(
        con,
        "periods",
        "period text, frequency text, ordinal bigint, year bigint, period_start date, "
        "period_end date, previous text, last_year text, label text, next_end date, "
        "first_of_year boolean, first_of_mch_year boolean, short_label text",
        [_period_row(row) for row in periods.calendar(FIRST_YEAR, LAST_YEAR)],
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
                *_span(manifest, table),
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


def _span(manifest: Manifest, table: Table) -> tuple[str | None, str | None]:
    """The first and last period of a table in any province; their texts sort as they follow."""
    spans = manifest.domain.get(table.id, {}).values()
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
        types = [piece.strip().split(" ", 1)[1] for piece in _pieces(columns)]
        lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in types)
        con.execute(
            f"insert into {name} select {lists}", [list(c) for c in zip(*rows, strict=True)]
        )


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


# -- views over files -------------------------------------------------------------------------


def _over(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], columns: str) -> str:
    """A select over files with exactly these columns; without files, no rows of these types."""
    wanted = [piece.strip().split(" ", 1) for piece in _pieces(columns)]
    there = _columns_of(con, paths)
    picked = ", ".join(_pick(name, kind, there) for name, kind in wanted)
    return f"select {picked} from {_source(paths)}"


def _hidden(view: str, columns: str, catalogue: Catalogue) -> str:
    """The derived values without the figures of sensitive indicators and breakdowns."""
    conditions = []
    for indicator in catalogue.indicators.values():
        for population in indicator.populations.values():
            here = f"indicator = '{indicator.id}' and population = '{population.id}'"
            measures = [population.numerator]
            if population.denominator:
                measures.append(population.denominator)
            rules = {rule for measure in measures for rule in _sensitive_rules(catalogue, measure)}
            if indicator.sensitive or population.sensitive or "all" in rules:
                conditions.append(f"({here})")
            elif indicator.dimension:
                name = re.compile(rf"\b{re.escape(indicator.dimension)}\b")
                conditions += [
                    f"({here} and dimension <> '' and ({name.sub('dimension', rule)}))"
                    for rule in sorted(rules)
                    if name.search(rule)
                ]
    if not conditions:
        return view
    hidden = f"({' or '.join(conditions)})"
    picked = []
    for piece in _pieces(columns):
        name = piece.strip().split(" ", 1)[0]
        if name == "masked":
            picked.append(f"masked or {hidden} as masked")
        elif name.endswith(("numerator", "denominator")):
            picked.append(f"case when not {hidden} then {name} end as {name}")
        else:
            picked.append(name)
    return f"select {', '.join(picked)} from ({view}) as kept"


def _sensitive_rules(catalogue: Catalogue, measure: Measure) -> set[str]:
    """What the columns of a measure say of their sensitivity: "all" or row predicates."""
    table = catalogue.tables.get(measure.source)
    if table is None:
        return set()
    columns = (table.by_name[name] for name in measure.sum.columns if name in table.by_name)
    return {column.sensitive for column in columns if column.sensitive}


def _raw(
    con: duckdb.DuckDBPyConnection, table: Table, paths: Sequence[Path], hide_sensitive: bool
) -> str:
    """A report table as filed, sensitive columns empty below the county.

    `is_removed` marks the rows of a ledger that take an earlier row out. `cut` is the folder a
    row is stored under; a filter on it by a constant skips whole files.
    """
    there = _columns_of(con, paths)
    before = [piece.strip().split(" ", 1) for piece in _pieces(_RAW_BEFORE)]
    after = [piece.strip().split(" ", 1) for piece in _pieces(_RAW_AFTER)]
    taken = {name for name, _ in before + after}
    columns = [_pick(name, kind, there) for name, kind in before]
    for column in table.stored_columns:
        if column.name not in taken:
            columns.append(_masked(column, there, hide_sensitive))
    columns += [_pick(name, kind, there) for name, kind in after]
    removed = "is_removed" if "is_removed" in there else "false"
    columns.append(f"coalesce({removed}, false) as is_removed")
    columns.append("split_part(filename, '/', -3) as cut" if paths else "null as cut")
    return f"select {', '.join(columns)} from {_source(paths, filename=True)}"


def _ledger(table: Table) -> str:
    """The state of a ledger at a period's end: the newest row of each key, unless taken out."""
    keys = ", ".join(_ident(name) for name in table.key)
    name = table.id.lower()
    return (
        f"create macro {name}_at(chosen) as table select * exclude (newest, is_removed) from ("
        f"select *, row_number() over (partition by {keys} order by period_end desc) as newest "
        f"from {name}_filed where period_end <= "
        "(select periods.period_end from periods where periods.period = chosen)"
        ") where newest = 1 and not is_removed"
    )


def _filings(catalogue: Catalogue) -> str:
    """Which rows of which report table are there: enough to see who filed when."""
    return " union all ".join(
        f"select '{table.id}' as table_id, cut, period, area_code, township_code, county_code, "
        f"city_code, reported_on, first_imported from {table.id.lower()}"
        for table in catalogue.tables.values()
    )


def _masked(column: Column, there: frozenset[str], everywhere: bool) -> str:
    kind = _TYPES.get(column.type, "text")
    if not column.sensitive or column.name not in there:
        return _pick(column.name, kind, there)
    rule = "true" if column.sensitive == "all" else f"coalesce({column.sensitive}, true)"
    # Codes of county and above have 6 figures; what is below them is longer.
    where = "" if everywhere else " and length(area_code) > 6"
    return (
        f"case when {rule}{where} then null "
        f"else cast({_ident(column.name)} as {kind}) end as {_ident(column.name)}"
    )


def _pick(name: str, kind: str, there: frozenset[str]) -> str:
    if name in there:
        return f"cast({_ident(name)} as {kind}) as {_ident(name)}"
    for old, new in (("is_carried", "carried"),):
        if name == new and old in there:
            return f"cast({old} as {kind}) as {new}"
    return f"cast(null as {kind}) as {_ident(name)}"


def _columns_of(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> frozenset[str]:
    """The columns of a folder's files; all files of a snapshot's folder have the same."""
    if not paths:
        return frozenset()
    found = con.execute(f"describe select * from {_source(paths[:1])}").fetchall()
    return frozenset(row[0] for row in found)


def _source(paths: Sequence[Path], *, filename: bool = False) -> str:
    if not paths:
        return "(select 1 where false) as nothing"
    named = ", filename = true" if filename else ""
    return f"read_parquet({_listed(paths)}, hive_partitioning = false{named})"


def _listed(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(_quoted(path) for path in paths) + "]"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _pieces(columns: str) -> list[str]:
    """Split a column list at commas outside brackets."""
    out, depth, piece = [], 0, ""
    for char in columns:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            out.append(piece)
            piece = ""
        else:
            piece += char
    return [*out, piece]


# -- villages ---------------------------------------------------------------------------------


def village_values(catalogue: Catalogue) -> str:
    """Every village-grain indicator, read from the raw rows through its own measures.

    One branch per table, each row met with the indicators it feeds. Sensitive populations are
    masked whole: below the county small numbers are the rule. A reader must narrow it to a
    village, township or county.
    """
    fed: dict[str, list[tuple[Indicator, Population]]] = {}
    for indicator in catalogue.indicators.values():
        for population in indicator.populations.values():
            one_source = len(population.sources) == 1 and not population.numerator.distinct
            if indicator.computed and indicator.grain == "village" and one_source:
                fed.setdefault(population.numerator.source, []).append((indicator, population))
    if not fed:
        picked = (piece.strip().split(" ", 1) for piece in _pieces(_VILLAGE_VALUES))
        return f"select {', '.join(f'cast(null as {k}) as {n}' for n, k in picked)} where false"
    return " union all ".join(
        _village_branch(catalogue, source, pairs) for source, pairs in fed.items()
    )


def _village_branch(
    catalogue: Catalogue, source: str, pairs: list[tuple[Indicator, Population]]
) -> str:
    names, tops, bottoms, filed = [], [], [], []
    for number, (indicator, population) in enumerate(pairs):
        measures = [population.numerator]
        if population.denominator:
            measures.append(population.denominator)
        hidden = indicator.sensitive or population.sensitive
        hidden = hidden or any(_sensitive_rules(catalogue, measure) for measure in measures)
        names.append(f"({number}, '{indicator.id}', '{population.id}', {str(hidden).lower()})")
        if hidden:
            continue
        complete = " and ".join(f"({m.sum.sql()}) is not null" for m in measures if m.sum.columns)
        filed.append(f"when {number} then {complete or 'true'}")
        tops.append(f"when {number} then {_amount(population.numerator)}")
        if population.denominator:
            bottoms.append(f"when {number} then {_amount(population.denominator)}")
    # Derived states lie in few files; only report tables are worth skipping by folder.
    rows = source.lower()
    if source not in catalogue.tables:
        rows = f"(select *, null as cut from {rows}) as states"
    carried = "case when carried then 1 else 0 end" if source == "clinic_state" else "0"
    return (
        "select indicator, population, cut, period, period_end, area_code, "
        "cast(sum(case when filed then top end) as decimal(18, 4)) as numerator, "
        "cast(sum(case when filed then bottom end) as decimal(18, 4)) as denominator, "
        "cast(max(carried) as bigint) as carried, hidden as masked from ("
        "select fed.indicator, fed.population, fed.hidden, cut, period, period_end, area_code, "
        f"{carried} as carried, "
        f"{_cases(filed, 'boolean')} as filed, {_cases(tops)} as top, {_cases(bottoms)} as bottom "
        f"from {rows} cross join (values {', '.join(names)}) "
        "as fed (number, indicator, population, hidden) where length(area_code) = 12"
        ") group by indicator, population, hidden, cut, period, period_end, area_code"
    )


def _cases(branches: list[str], kind: str = "decimal(18, 4)") -> str:
    if not branches:
        return f"cast(null as {kind})"
    return f"cast(case fed.number {' '.join(branches)} end as {kind})"


def _amount(measure: Measure) -> str:
    """What one row adds: 0 where the predicate does not hold."""
    if measure.where is None:
        return measure.sum.sql()
    return f"case when coalesce({measure.where.sql()}, false) then {measure.sum.sql()} else 0 end"
