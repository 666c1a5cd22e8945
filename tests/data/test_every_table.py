"""Every report table through the import: a sound file, each of its rules broken, a correction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from data.catalogue import load
from data.catalogue.model import Catalogue, Check, Column, Table
from data.findings import ERROR, EXPLAIN, Finding
from data.intake import publishing
from data.intake.check import checking
from data.intake.check.context import Context
from data.intake.check.rules import violations
from data.intake.delivery import read_files
from data.periods import Period
from data.snapshots.store import Store
from tests.data.intake.build import Written, write_report
from tests.data.sample_reports import (
    AREAS,
    ROWS,
    UNIT,
    as_written,
    period_of,
    report,
)
from tests.data.small_world import open_world

TABLES = tuple(load().tables)
FIRST = datetime(2020, 12, 22, 9, tzinfo=UTC)
LATER = datetime(2020, 12, 29, 9, tzinfo=UTC)
REPORTED = "2020年12月21日"
CUMULATIVE = ("ytd", "ytd_mch", "itd")
# Rules that no readable cell can break: the reading itself refuses the cell first. Written is
# what stands there, met what the reading says about it.
UNREACHABLE: dict[str, tuple[str, str]] = {
    # A text of blanks is an empty cell, and these cells must be filled.
    "T16.owner_unit.1": ("  ", "cell.required"),
    "T16.owner_person.1": ("  ", "cell.required"),
    "T20.org_name.1": ("  ", "cell.required"),
    # The code of an area must be in the register, whatever its length.
    "T07.village_code.1": ("990101001", "area.level"),
    "T20.area_code.1": ("9901", "area.unknown"),
}
# A word outside the list of an enum is refused when it is read.
NO_SUCH_WORD = "其他写法"


@dataclass
class Spoiled:
    """A report in which every row but the first two breaks a rule.

    rows     values as read (an unreadable cell is empty); aim: rule -> its row.
    refused  rule -> (row, column, what the reading says) for cells that it refuses.
    """

    table: Table
    rows: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    aim: dict[str, int] = field(default_factory=dict)
    refused: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    written: Written | None = None


@dataclass
class Imported:
    """A store with two periods of every table, and what the files said."""

    store: Store
    catalogue: Catalogue
    checked: checking.Checked
    folder: Path

    def stored(self, table: str) -> pl.DataFrame:
        frame = self.store.rows(self.store.latest(), "tables", table)
        assert frame is not None
        return frame


def own_checks(table: Table) -> list[tuple[Column, Check]]:
    return [(column, check) for column in table.columns for check in column.checks]


def write(
    path: Path, catalogue: Catalogue, table: Table, rows: list[dict[str, Any]], step: int
) -> Written:
    return write_report(
        path,
        catalogue,
        table,
        rows,
        period=period_of(table.frequency, step).text,
        unit=UNIT,
        reported_on=REPORTED,
    )


def blocking(findings: list[Finding]) -> list[str]:
    return [f.line() for f in findings if f.severity in (ERROR, EXPLAIN)]


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Imported:
    folder = tmp_path_factory.mktemp("reports")
    store, catalogue = open_world(folder, areas=AREAS)
    files = folder / "files"
    files.mkdir()
    for name in TABLES:
        for step in (0, 1):
            rows = [as_written(row) for row in report(name, step)]
            write(files / f"{name}-{step}.xlsx", catalogue, catalogue.tables[name], rows, step)
    checked = checking.check(store, [files], now=FIRST)
    if checked.is_clean:
        publishing.publish_checked(store, checked, who="甲")
    return Imported(store, catalogue, checked, folder)


# -- a sound file -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_a_sound_report_is_taken_as_it_was_written(imported, name):
    table = imported.catalogue.tables[name]
    mine = [f for f in imported.checked.findings if f.table.startswith(name)]
    assert blocking(mine) == []
    stored = imported.stored(name)
    key = ["period", *table.key]
    assert not stored.select(pl.struct(key).is_duplicated().any()).item()
    for step in (0, 1):
        period = period_of(table.frequency, step).text
        found = stored.filter(pl.col("period") == period).sort("source_row")
        expected = report(name, step)
        assert found.height == len(expected)
        for column in ("division_code", *(c.name for c in table.stored_columns)):
            values = [row.get(column) for row in expected]
            assert [plain(value) for value in found[column]] == [plain(v) for v in values], column
        assert found["first_imported"].unique().to_list() == [FIRST.date()]
        assert found["reporting_unit"].unique().to_list() == [UNIT]
        assert found["reported_on"].unique().to_list() == [date(2020, 12, 21)]


def plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal | int) and value is not True else value


# -- every rule broken ------------------------------------------------------------------------


def frame_of(table: Table, rows: list[dict[str, Any]], catalogue: Catalogue) -> pl.DataFrame:
    """Rows with their types, period days and the values of the period before as prev_x."""
    period = period_of(table.frequency, 1)
    types = {column.name: column.dtype for column in table.columns}
    names = ["division_code", *types]
    frame = pl.DataFrame(
        [{name: row.get(name) for name in names} for row in rows],
        schema={"division_code": pl.String} | types,
    )
    before = {name: [] for name in types}
    earlier = {tuple(key_of(table, row)): row for row in report(table.id, 0)}
    for row in rows:
        known = earlier.get(tuple(key_of(table, row)), {})
        for name in types:
            before[name].append(known.get(name))
    return frame.with_columns(
        *(pl.Series(f"prev_{name}", values, dtype=types[name]) for name, values in before.items()),
        period=pl.lit(period.text),
        period_start=pl.lit(period.start),
        period_end=pl.lit(period.end),
    ).with_row_index("row")


def key_of(table: Table, row: Mapping[str, Any]) -> list[Any]:
    return [
        row.get("division_code" if name == "area_code" and name not in row else name)
        for name in table.key
    ]


def broken_rows(frame: pl.DataFrame, must: str) -> set[int]:
    """Rows in which a rule does not hold, as DuckDB reads it; null passes."""
    connection = oracle()
    connection.register("rows", frame.to_arrow())
    asked = f"select row from rows where not coalesce(({must}), true)"
    return {row for (row,) in connection.execute(asked).fetchall()}


@cache
def oracle() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def other_values(column: Column, value: Any, period_end: date) -> list[Any]:
    """Values that may break a rule about a column, the plainest first."""
    if column.type in ("int", "decimal"):
        base = 0 if value is None else value
        return [-1, 0, base + 1, base * 3 + 7, 9_000_000, None]
    if column.type == "bool":
        return [False, True, None]
    if column.type == "date":
        near = [period_end + timedelta(days=n) for n in (1, -1, 400, -400, -4000)]
        return [*near, None]
    if column.type == "enum":
        return [*column.values, None]
    return ["T22", "短", None]


def spoil(table: Table, catalogue: Catalogue) -> Spoiled:
    """A report whose rows break the rules of the table one by one."""
    rows = report(table.id, 1)
    out = Spoiled(table, rows, [as_written(row) for row in rows])
    free = list(range(2, ROWS))
    for column, check in own_checks(table):
        refused = UNREACHABLE.get(check.id)
        if refused is None and column.type == "enum" and is_list(check):
            refused = (NO_SUCH_WORD, "cell.unreadable")
        if refused:
            at = free.pop(0)
            rows[at][column.name] = None
            out.cells[at][column.name] = refused[0]
            out.refused[check.id] = (at, column.name, refused[1])
            continue
        found = break_rule(table, check, column, [rows[at] for at in free], catalogue)
        assert found is not None, f"{check.id} is not broken by any value tried"
        index, changes = found
        at = free.pop(index)
        rows[at] |= changes
        out.cells[at] = as_written(rows[at])
        out.aim[check.id] = at
    for column in table.columns:
        if column.kind in CUMULATIVE:
            at = next(at for at in free if rows[at].get(column.name) is not None)
            free.remove(at)
            rows[at][column.name] = 0
            out.cells[at] = as_written(rows[at])
            out.aim[f"{table.id}.{column.name}.falls"] = at
    return out


def is_list(check: Check) -> bool:
    return " in (" in check.must.text or check.must.text.startswith("regexp_matches(")


def break_rule(
    table: Table,
    check: Check,
    column: Column,
    rows: list[dict[str, Any]],
    catalogue: Catalogue,
) -> tuple[int, dict[str, Any]] | None:
    """The first row and change of one or two cells that break a rule."""
    period_end = period_of(table.frequency, 1).end
    named = [name for name in check.must.columns if name in table.by_name]
    named.sort(key=lambda name: name != column.name)
    usable = [name for name in named if name not in table.key] or named
    # A row of each kind is enough: with and without the column filled.
    kinds = {row.get(column.name) is None: n for n, row in reversed(list(enumerate(rows)))}
    tried: list[tuple[int, dict[str, Any]]] = []
    for size in (1, 2):
        for filled in sorted(kinds):
            row = rows[kinds[filled]]
            for names in [c for c in product(usable, repeat=size) if len(set(c)) == size]:
                choices = [
                    [
                        value
                        for value in other_values(table.by_name[name], row.get(name), period_end)
                        if value is not None or not table.by_name[name].required
                    ]
                    for name in names
                ]
                for values in product(*choices):
                    tried.append((kinds[filled], dict(zip(names, values, strict=True))))
    candidates = [rows[at] | changes for at, changes in tried]
    broken = broken_rows(frame_of(table, candidates, catalogue), check.must.text)
    return tried[min(broken)] if broken else None


@pytest.fixture(scope="module")
def spoiled(imported) -> dict[str, Spoiled]:
    out = {}
    folder = imported.folder / "spoiled"
    folder.mkdir()
    for name in TABLES:
        table = imported.catalogue.tables[name]
        out[name] = spoil(table, imported.catalogue)
        path = folder / f"{name}.xlsx"
        out[name].written = write(path, imported.catalogue, table, out[name].cells, 1)
    return out


@pytest.fixture(scope="module")
def found(imported, spoiled) -> tuple[Finding, ...]:
    return checking.check(imported.store, [imported.folder / "spoiled"], now=FIRST).findings


def expected_findings(case: Spoiled, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """(rule, cell, severity) of every own rule that a row breaks, told by DuckDB."""
    table = case.table
    frame = frame_of(table, case.rows, catalogue)
    lost = {at for at, name, _ in case.refused.values() if name == table.area_column}
    for column, check in own_checks(table):
        if column.stored:
            for row in broken_rows(frame, check.must.text) - lost:
                yield check.id, case.written.cells[row, column.name], check.severity
    for column in table.columns:
        if column.kind in CUMULATIVE:
            for row in broken_rows(frame, f"{column.name} >= prev_{column.name}") - lost:
                rule = f"{table.id}.{column.name}.falls"
                yield rule, case.written.cells[row, column.name], EXPLAIN


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_broken_is_found_at_its_cell_and_no_other(imported, spoiled, found, name):
    case = spoiled[name]
    assert case.written is not None
    ids = {check.id for _, check in own_checks(case.table)} | set(case.aim)
    told = {(f.rule, f.cell, f.severity) for f in found if f.rule in ids}
    expected = set(expected_findings(case, imported.catalogue))
    assert told == expected
    aimed = {(rule, at) for rule, at in case.aim.items()}
    cells = {(rule, cell) for rule, cell, _ in expected}
    for rule, at in aimed:
        assert (rule, case.written.cells[at, rule.split(".")[1]]) in cells


@pytest.mark.parametrize("name", TABLES)
def test_a_rule_that_no_cell_can_break_is_kept_by_the_reading(imported, spoiled, found, name):
    case = spoiled[name]
    for at, column, rule in case.refused.values():
        cell = case.written.cells[at, column]
        met = [f for f in found if f.cell == cell and f.table.startswith(name)]
        assert (rule, ERROR) in {(f.rule, f.severity) for f in met}, (cell, column)


@pytest.mark.parametrize("name", TABLES)
def test_such_a_rule_still_guards_the_rows_themselves(imported, name):
    table = imported.catalogue.tables[name]
    guarded = [
        (column, check)
        for column, check in own_checks(table)
        if column.stored and (check.id in UNREACHABLE or (column.type == "enum" and is_list(check)))
    ]
    for column, check in guarded:
        bad = "" if "trim" in check.must.text else NO_SUCH_WORD
        frame = frame_of(table, report(name, 1)[:2], imported.catalogue)
        rows = frame.select(pl.exclude("^prev_.*$")).with_columns(
            pl.when(pl.col("row") == 1)
            .then(pl.lit(bad))
            .otherwise(pl.col(column.name))
            .alias(column.name),
            remark=pl.lit(None, dtype=pl.String),
            **({} if "area_code" in frame.columns else {"area_code": pl.col("division_code")}),
        )
        context = Context(imported.catalogue, {name: rows}, imported.store, None, FIRST.date())
        told = violations(table, context).filter(pl.col("rule") == check.id)
        assert told["row"].to_list() == [1], check.id
        assert told["severity"].to_list() == [check.severity]


def test_all_rules_of_all_tables_are_among_these(imported, spoiled):
    for name, case in spoiled.items():
        ids = [check.id for _, check in own_checks(imported.catalogue.tables[name])]
        reached = [rule for rule in case.aim if not rule.endswith(".falls")]
        assert sorted(ids) == sorted([*reached, *case.refused])


@pytest.mark.parametrize(
    ("column", "value", "rule", "severity"),
    [
        ("reported_on", date(2020, 12, 31), "T00.reported_on.1", EXPLAIN),
        ("reported_on", date(2020, 10, 31), "T00.reported_on.1", EXPLAIN),
        ("reporting_unit", "  ", "cell.required", ERROR),
        ("unit_head", "", "cell.required", ERROR),
        ("filled_by", "", "cell.required", ERROR),
        ("period", "2020-13", "cell.unreadable", ERROR),
        ("division_code", "9901010010", "area.unknown", ERROR),
    ],
)
def test_the_common_columns_have_rules_too(imported, tmp_path, column, value, rule, severity):
    table = imported.catalogue.tables["T01"]
    rows = [as_written(row) for row in report("T01", 1)[:4]]
    for row in rows:
        row |= {"period": "2020-11", "reporting_unit": UNIT, "reported_on": date(2020, 12, 1)}
        row |= {"unit_head": "甲", "filled_by": "乙"}
    rows[2][column] = value
    path = tmp_path / "T01.xlsx"
    written = write_report(path, imported.catalogue, table, rows, period="2020-11", in_columns=True)
    told = checking.check(imported.store, [path], now=FIRST).findings
    assert (rule, severity, written.cells[2, column]) in {
        (f.rule, f.severity, f.cell) for f in told
    }


@pytest.mark.parametrize(("period", "told"), [("2020-12", True), ("2021-01", False)])
def test_the_balance_a_year_begins_with_changes_in_january_alone(imported, tmp_path, period, told):
    table = imported.catalogue.tables["T21"]
    before = Period.parse(period).previous().text
    for name, when, opening in (("a", before, 300.0), ("b", period, 500.25)):
        row = as_written(report("T21", 1)[0] | {"opening_balance": opening})
        path = tmp_path / f"{name}.xlsx"
        write_report(
            path,
            imported.catalogue,
            table,
            [row],
            period=when,
            unit=UNIT,
            reported_on="2021年2月1日",
        )
    now = datetime(2021, 2, 2, tzinfo=UTC)
    found = checking.check(imported.store, [tmp_path], now=now).findings
    assert ("T21.opening_balance.1" in {finding.rule for finding in found}) == told


# -- the natural key, and a correction --------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_stands_twice_is_refused(imported, tmp_path, name):
    table = imported.catalogue.tables[name]
    rows = [as_written(row) for row in report(name, 1)[:3]]
    path = tmp_path / f"{name}.xlsx"
    written = write(path, imported.catalogue, table, [*rows, dict(rows[1])], 1)
    told = [f for f in intake_findings(imported, path) if f.rule == "key.duplicate"]
    assert [(f.severity, f.table[:3]) for f in told] == [(ERROR, name)]
    row = written.cells[3, "division_code"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert told[0].cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == row


def intake_findings(imported: Imported, path: Path) -> tuple[Finding, ...]:
    return read_files([path], imported.catalogue, import_date=FIRST.date()).findings


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("T01", "division_code", "990101050"),
        ("T05", "disease_code", "md07"),
        ("T06", "chronic_type", "smi"),
        ("T07", "clinic_code", "ws901"),
        ("T08", "org_code", "jg050"),
        ("T14", "supporter_code", "zy90"),
        ("T14", "recipient_code", "jg050"),
        ("T16", "issue_no", "wt901"),
        ("T17", "batch", "第二批"),
        ("T17", "source_a", "公安"),
        ("T17", "source_b", "民政"),
        ("T17", "suspicion", "金额不符"),
        ("T18", "project_no", "xm90"),
        ("T18", "fund_source", "县"),
        ("T19", "table_id", "T05"),
    ],
)
def test_rows_that_differ_in_one_part_of_the_key_are_two(imported, tmp_path, name, column, value):
    table = imported.catalogue.tables[name]
    first = report(name, 1)[0]
    path = tmp_path / f"{name}.xlsx"
    rows = [as_written(first), as_written(first | {column: value})]
    write(path, imported.catalogue, table, rows, 1)
    assert [f.line() for f in intake_findings(imported, path) if f.rule == "key.duplicate"] == []


CORRECTED = 5
# Columns to correct where the first number of a table is not free to grow by one.
TEXT_CORRECTIONS = {"T16": ("owner_unit", "县人民医院"), "T20": ("org_name", "新医院")}


def correction(table: Table) -> tuple[str, Any]:
    row = report(table.id, 1)[CORRECTED]
    if table.id in TEXT_CORRECTIONS:
        return TEXT_CORRECTIONS[table.id]
    column = next(
        c.name
        for c in table.columns
        if c.type in ("int", "decimal") and row.get(c.name) is not None and c.name not in table.key
    )
    return column, row[column] + 1


@pytest.fixture(scope="module")
def before_and_after(imported, found) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    folder = imported.folder / "corrections"
    folder.mkdir()
    before = {name: imported.stored(name) for name in TABLES}
    for name in TABLES:
        table = imported.catalogue.tables[name]
        column, value = correction(table)
        row = report(name, 1)[CORRECTED] | {column: value}
        cells = as_written(row) | {"remark": "订正上次报错的数"}
        write(folder / f"{name}.xlsx", imported.catalogue, table, [cells], 1)
    checked = checking.check(imported.store, [folder], now=LATER)
    assert blocking(checked.findings) == []
    publishing.publish_checked(imported.store, checked, who="乙", note="订正")
    return before, {name: imported.stored(name) for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_a_correction_replaces_exactly_its_row_and_keeps_how_it_came_first(
    imported, before_and_after, name
):
    table = imported.catalogue.tables[name]
    before, after = (frames[name] for frames in before_and_after)
    assert before.height == after.height
    key = ["period", *table.key]
    same = before.join(after, on=before.columns, how="semi", nulls_equal=True)
    assert same.height == before.height - 1
    (new,) = after.join(before, on=before.columns, how="anti", nulls_equal=True).to_dicts()
    (old,) = before.join(after, on=before.columns, how="anti", nulls_equal=True).to_dicts()
    assert [new[part] for part in key] == [old[part] for part in key]
    column, value = correction(table)
    changed = {part for part in new if new[part] != old[part]}
    assert changed - {"source_id", "source_row"} == {column, "remark"}
    assert plain(new[column]) == plain(value)
    assert new["first_imported"] == FIRST.date()
    assert new["source_id"] != old["source_id"] == new["source_first"]
