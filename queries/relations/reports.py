"""The SQL of the report tables as filed, masked for everybody who reads them."""

from collections.abc import Iterable

from data.catalogue.model import Column, Table
from data.filed import rounds
from data.readings.files import Files, ident, pick, pieces
from queries.relations.masking import sensitive, unlisted

_TYPES = {"int": "bigint", "decimal": "decimal(18, 4)", "bool": "boolean", "date": "date"}
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


def filed_rows(table: Table, files: Files, *, hide_sensitive: bool, seen: str = "") -> str:
    """A report table as filed; below the county without sensitive figures and rows.

    `is_removed` marks the rows of a ledger that take an earlier row out.
    """
    before = [piece.strip().split(" ", 1) for piece in pieces(_RAW_BEFORE)]
    after = [piece.strip().split(" ", 1) for piece in pieces(_RAW_AFTER)]
    taken = {name for name, _ in before + after}
    columns = [pick(name, kind, files) for name, kind in before]
    for column in table.stored_columns:
        if column.name not in taken:
            columns.append(_column(column, files, hide_sensitive))
    columns += [pick(name, kind, files) for name, kind in after]
    columns.append(f"{_is_removed(files)} as is_removed")
    kept = [seen] if seen else []
    if table.sensitive_rows:
        kept.append(f"not ({unlisted(table, hide_sensitive)})")
    where = f" where {' and '.join(kept)}" if kept and files.paths else ""
    return f"select {', '.join(columns)} from {files.source}{where}"


def ledger(table: Table) -> str:
    """The state of a ledger at a period's end: the newest row of each key, unless taken out.

    `is_latest_round` tells the rows that count from those of earlier rounds of the same exercise.
    Keys are kept apart by province, as the files are: a condition on the province reads only its.
    """
    keys = ", ".join(ident(name) for name in ("province_code", *table.key))
    name = table.id.lower()
    first, counts, helpers = "", "true", "newest, is_removed"
    if table.rounds:
        shared = ", ".join(ident(each) for each in ("province_code", *rounds.exercise(table)))
        first = f", min(period_end) over (partition by {keys}) as first_end"
        counts = (
            f"row_number() over (partition by {shared} order by {rounds.latest_first(table)}) = 1"
        )
        helpers += ", first_end"
    return (
        f"create or replace temp macro {name}_at(chosen) as table "
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
    columns = ", ".join(pick(name, kind, files) for name, kind in wanted)
    where = " and ".join(
        each for each in (f"not {_is_removed(files)}", seen if files.paths else "") if each
    )
    return f"select '{table.id}' as table_id, {columns} from {files.source} where {where}"


def _is_removed(files: Files) -> str:
    removed = pick("is_removed", "boolean", files).removesuffix(' as "is_removed"')
    return f"coalesce({removed}, false)"


def _column(column: Column, files: Files, everywhere: bool) -> str:
    kind = _TYPES.get(column.type, "text")
    if not column.sensitive or column.name not in files.columns:
        return pick(column.name, kind, files)
    return (
        f"case when {sensitive(column, everywhere)} then null "
        f"else cast({ident(column.name)} as {kind}) end as {ident(column.name)}"
    )
