"""The SQL of views over a snapshot's Parquet files, masked for everybody who reads them.

Paths and column names come from the manifest and the validated catalogue, never from a person;
both are quoted all the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from data import rounds
from data.catalogue.model import Catalogue, Column, Measure, Table

_TYPES = {"int": "bigint", "decimal": "decimal(18, 4)", "bool": "boolean", "date": "date"}
_FOOTERS = 1000
# The columns of files looked at, each set of them once: a file never changes once it is written,
# and the next snapshot has nearly all files of this one.
_COLUMNS: dict[str, frozenset[str]] = {}
_KINDS: dict[frozenset[str], frozenset[str]] = {}
ANCESTORS = "province_code text, city_code text, county_code text, township_code text"
_RAW_BEFORE = (
    f"area_code text, {ANCESTORS}, period text, period_start date, period_end date, "
    "division_code text"
)
_RAW_AFTER = (
    "reporting_unit text, reported_on date, remark text, first_imported date, "
    "source_id text, source_sheet text, source_row bigint, source_first text"
)
_FILING = (
    f"period text, area_code text, {ANCESTORS}, reported_on date, first_imported date, "
    "source_id text, source_sheet text, source_first text"
)


@dataclass(frozen=True)
class Files:
    """The Parquet files of one folder of a snapshot.

    mixed   They may have been written under different definitions: every footer is looked at,
            and a column that some of them lack is empty in those.
    """

    con: duckdb.DuckDBPyConnection
    paths: Sequence[str] = ()
    mixed: bool = False

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of all columns that any of the files has."""
        if not self.paths:
            return frozenset()
        return frozenset(name for names in self._of_each for name in names)

    @cached_property
    def _of_each(self) -> set[frozenset[str]]:
        self.look()
        return {_COLUMNS[path] for path in self._looked_at}

    @property
    def _looked_at(self) -> Sequence[str]:
        return self.paths if self.mixed else self.paths[:1]

    def look(self) -> None:
        """Read the footers that tell the columns; those once read are known from then on."""
        unknown = [path for path in self._looked_at if path not in _COLUMNS]
        # Some at a time: all footers of a country take longer than a statement may.
        for start in range(0, len(unknown), _FOOTERS):
            some = listed(unknown[start : start + _FOOTERS])
            # The root of a footer's schema has children and no type of its own.
            rows = self.con.execute(
                f"select file_name, list(name) from parquet_schema({some}) "
                "where type is not null group by file_name"
            ).fetchall()
            for file, names in rows:
                columns = frozenset(names)
                _COLUMNS[file] = _KINDS.setdefault(columns, columns)

    def source(self, *, filename: bool = False) -> str:
        """What a select reads from; without files, something without rows."""
        if not self.paths:
            return "(select 1 where false) as nothing"
        named = ", filename = true" if filename else ""
        differ = ", union_by_name = true" if len(self._of_each) > 1 else ""
        return f"read_parquet({listed(self.paths)}, hive_partitioning = false{named}{differ})"


def over(files: Files, columns: str, seen: str = "") -> str:
    """A select over files with exactly these columns; without files, no rows of these types.

    seen  A condition on the files' own columns that the rows must meet; empty for all rows.
    """
    wanted = [piece.strip().split(" ", 1) for piece in pieces(columns)]
    picked = ", ".join(_pick(name, kind, files) for name, kind in wanted)
    where = f" where {seen}" if seen and files.paths else ""
    return f"select {picked} from {files.source()}{where}"


def hidden(view: str, columns: str, catalogue: Catalogue) -> str:
    """The derived values without the figures of sensitive indicators and breakdowns."""
    conditions = []
    for indicator in catalogue.indicators.values():
        for population in indicator.populations.values():
            here = f"indicator = '{indicator.id}' and population = '{population.id}'"
            measures = [population.numerator]
            if population.denominator:
                measures.append(population.denominator)
            rules = {rule for measure in measures for rule in sensitive_rules(catalogue, measure)}
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
    for piece in pieces(columns):
        name = piece.strip().split(" ", 1)[0]
        if name == "masked":
            picked.append(f"masked or {hidden} as masked")
        elif name.endswith(("numerator", "denominator")):
            picked.append(f"case when not {hidden} then {name} end as {name}")
        else:
            picked.append(name)
    return f"select {', '.join(picked)} from ({view}) as kept"


def sensitive_rules(catalogue: Catalogue, measure: Measure) -> set[str]:
    """What the columns of a measure say of their sensitivity: "all" or row predicates."""
    table = catalogue.tables.get(measure.source)
    if table is None:
        return set()
    columns = (table.by_name[name] for name in measure.sum.names(table.by_name))
    return {column.sensitive for column in columns if column.sensitive}


def filed_rows(table: Table, files: Files, *, hide_sensitive: bool, seen: str = "") -> str:
    """A report table as filed, sensitive columns empty below the county.

    `is_removed` marks the rows of a ledger that take an earlier row out. `cut` is the folder a
    row is stored under; a filter on it by a constant skips whole files.
    """
    before = [piece.strip().split(" ", 1) for piece in pieces(_RAW_BEFORE)]
    after = [piece.strip().split(" ", 1) for piece in pieces(_RAW_AFTER)]
    taken = {name for name, _ in before + after}
    columns = [_pick(name, kind, files) for name, kind in before]
    for column in table.stored_columns:
        if column.name not in taken:
            columns.append(_masked(column, files, hide_sensitive))
    columns += [_pick(name, kind, files) for name, kind in after]
    columns.append(f"{_is_removed(files)} as is_removed")
    columns.append(f"{_cut(files)} as cut")
    where = f" where {seen}" if seen and files.paths else ""
    return f"select {', '.join(columns)} from {files.source(filename=True)}{where}"


def ledger(table: Table) -> str:
    """The state of a ledger at a period's end: the newest row of each key, unless taken out.

    `is_latest_round` tells the rows that count from those of earlier rounds of the same exercise.
    Keys are kept apart by province, as the files are: a condition on the province reads only its.
    """
    keys = ", ".join(_ident(name) for name in ("province_code", *table.key))
    name = table.id.lower()
    first, counts, helpers = "", "true", "newest, is_removed"
    if table.rounds:
        shared = ", ".join(_ident(each) for each in ("province_code", *rounds.exercise(table)))
        first = f", min(period_end) over (partition by {keys}) as first_end"
        counts = (
            f"row_number() over (partition by {shared} order by {rounds.latest_first(table)}) = 1"
        )
        helpers += ", first_end"
    return (
        f"create or replace macro {name}_at(chosen) as table "
        f"select * exclude ({helpers}), {counts} as is_latest_round from ("
        f"select *, row_number() over (partition by {keys} order by period_end desc) as newest"
        f"{first} from {name}_filed where period_end <= "
        "(select periods.period_end from periods where periods.period = chosen)"
        ") where newest = 1 and not is_removed"
    )


def filings(reports: Iterable[tuple[Table, Files]], seen: str = "") -> str:
    """Which rows of which report table are there: enough to see who filed when.

    Read from the files themselves: through the tables' own views every question would be planned
    with all their columns.
    """
    return " union all ".join(_filings_of(table, files, seen) for table, files in reports)


def _filings_of(table: Table, files: Files, seen: str) -> str:
    wanted = (piece.split(" ") for piece in _FILING.split(", "))
    columns = ", ".join(_pick(name, kind, files) for name, kind in wanted)
    removed, cut = _is_removed(files), _cut(files)
    where = " and ".join(each for each in (f"not {removed}", seen if files.paths else "") if each)
    return (
        f"select '{table.id}' as table_id, {cut} as cut, {columns} "
        f"from {files.source(filename=True)} where {where}"
    )


def _is_removed(files: Files) -> str:
    removed = _pick("is_removed", "boolean", files).removesuffix(' as "is_removed"')
    return f"coalesce({removed}, false)"


def _cut(files: Files) -> str:
    return "split_part(filename, '/', -3)" if files.paths else "cast(null as text)"


def _masked(column: Column, files: Files, everywhere: bool) -> str:
    kind = _TYPES.get(column.type, "text")
    if not column.sensitive or column.name not in files.columns:
        return _pick(column.name, kind, files)
    return (
        f"case when {_sensitive(column, everywhere)} then null "
        f"else cast({_ident(column.name)} as {kind}) end as {_ident(column.name)}"
    )


def withheld(column: Column, *, hide_sensitive: bool) -> str:
    """The condition on a filed row under which the view keeps a figure back that may be there.

    What only counties file is never filled below them: nothing is kept back there.
    """
    if not column.sensitive:
        return "false"
    if column.filed_at == "county":
        return f"{_sensitive(column, True)} and length(area_code) <= 6 and {hide_sensitive}"
    return _sensitive(column, hide_sensitive)


def _sensitive(column: Column, everywhere: bool) -> str:
    rule = "true" if column.sensitive == "all" else f"coalesce({column.sensitive}, true)"
    # Codes of county and above have 6 figures; what is below them is longer.
    return rule if everywhere else f"{rule} and length(area_code) > 6"


def _pick(name: str, kind: str, files: Files) -> str:
    if name in files.columns:
        return f"cast({_ident(name)} as {kind}) as {_ident(name)}"
    for old, new in (("is_carried", "carried"),):
        if name == new and old in files.columns:
            return f"cast({old} as {kind}) as {new}"
    return f"cast(null as {kind}) as {_ident(name)}"


def listed(paths: Iterable[Path | str]) -> str:
    """Paths as a DuckDB list of texts."""
    return "[" + ", ".join(quoted(path) for path in paths) + "]"


def quoted(path: Path | str) -> str:
    """A path, or a code from a register, as a DuckDB text."""
    return "'" + str(path).replace("'", "''") + "'"


def _ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def pieces(columns: str) -> list[str]:
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
