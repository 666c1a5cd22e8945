"""Every question's header against what its SQL really takes and returns."""

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from queries import headers
from queries.engine import Engine
from queries.errors import HeaderError
from queries.question import SQL
from tests.queries import tiny_store as tiny

FILES = sorted(path for path in SQL.glob("*/*.sql") if path.parent.name != "staging")
EVERY_SQL = sorted(SQL.glob("*/*.sql"))
SAMPLES = {
    "indicator": "signing_rate",
    "area": tiny.CITY,
    "level": "county",
    "period": "2020-W51",
    "table_id": "T04",
    "text": "",
    "int": 5,
    "date": "2020-12-20",
}
TYPES = {
    "text": pl.String,
    "integer": pl.Int32,
    "bigint": pl.Int64,
    "double": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
TODAY = re.compile(
    r"\b(current_date|current_timestamp|now|today|get_current_time\w*|localtime\w*|random|uuid)\b"
)


def ids(path: Path) -> str:
    return path.stem


def code_of(path: Path) -> str:
    lines = path.read_text("utf-8").splitlines()
    return "\n".join(line.partition("--")[0] for line in lines)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    rows = [tiny.value(area, "2020-W51", 90) for area in (tiny.CITY, tiny.EAST, tiny.WEST)]
    raw = {"T04": [{"area_code": "991102001201", "period": "2020-W51", "teams": 1}]}
    return Engine(tiny.store(tmp_path_factory.mktemp("headers"), rows, raw=raw))


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_the_parameters_are_those_that_the_sql_takes(path):
    statements = duckdb.extract_statements(path.read_text("utf-8"))
    assert len(statements) == 1
    assert {param.name for param in headers.read(path).params} == set(
        statements[0].named_parameters
    )


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_the_columns_and_types_are_those_that_the_sql_returns(engine, path):
    header = headers.read(path)
    given = {p.name: SAMPLES[p.type] for p in header.params if p.required and p.type in SAMPLES}
    with engine.opened(header.name, given) as (cursor, params):
        table = cursor.sql(engine.sql(header.name), params=params).pl()
    assert table.columns == [column.name for column in header.returns]
    said = {column.name: TYPES[column.type] for column in header.returns}
    assert dict(table.schema) == said


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_what_it_reads_is_named(path):
    code, header = code_of(path), headers.read(path)
    read = {
        name
        for name in re.findall(r"\b(?:from|join)\s+([a-z_0-9]+)", code)
        if not re.search(rf"^\s*{name} as \(", code, re.MULTILINE)
    }
    assert read <= set(header.reads) | {"this_snapshot"}
    assert set(header.reads) <= set(re.findall(r"[a-z_0-9]+", code))


@pytest.mark.parametrize("path", EVERY_SQL, ids=ids)
def test_no_sql_knows_today(path):
    assert not TODAY.search(code_of(path))


@pytest.mark.parametrize("path", EVERY_SQL, ids=ids)
def test_the_sql_keeps_to_the_part_that_other_engines_share(path):
    code = code_of(path)
    assert not re.search(r"//|\bgroup by all\b|\bqualify\b|\bfilter\s*\(", code)


@pytest.mark.parametrize("path", EVERY_SQL, ids=ids)
def test_the_sql_is_lower_case_outside_quotes(path):
    code = re.sub(r"'[^']*'", "''", code_of(path))
    assert code == code.lower()


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_no_text_is_pasted_into_sql(path):
    assert not re.search(r"[{}]", code_of(path))


def test_a_header_without_nulls_is_refused():
    with pytest.raises(HeaderError, match="缺少 nulls"):
        headers.parse("x", "-- title: 甲\n-- question: q\n-- grain: g\n-- params: none\n"
                           "-- reads: t\n-- returns: a text\n")  # fmt: skip


def test_a_parameter_of_an_unknown_type_is_refused():
    text = (
        "-- title: 甲\n-- question: q\n-- grain: g\n-- params: $a thing\n"
        "-- reads: t\n-- returns: a text\n-- nulls: none\n"
    )
    with pytest.raises(HeaderError, match=r"\$a thing"):
        headers.parse("x", text)


def test_a_header_is_read_over_several_lines_and_brackets():
    text = (
        "-- title: 甲\n-- question: Which\n--   one?\n-- grain: g\n"
        "-- params: $a area, $b int = 3 (how many, at most)\n"
        "-- reads: t, u\n-- returns: a text, b double (%),\n--   c date\n-- nulls: none\n"
    )
    header = headers.parse("x", text)
    assert header.question == "Which one?"
    assert [(p.name, p.required, p.default) for p in header.params] == [
        ("a", True, None),
        ("b", False, 3),
    ]
    assert [(c.name, c.type, c.unit) for c in header.returns] == [
        ("a", "text", ""),
        ("b", "double", "%"),
        ("c", "date", ""),
    ]
