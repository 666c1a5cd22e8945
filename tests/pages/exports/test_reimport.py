"""What is taken away can be filed again: no finding, and every value as it was."""

from datetime import datetime

import polars as pl
import pytest

from data import intake
from data.store import Store
from pages.exports import content
from pages.exports.content import Content
from pages.exports.sheets import Column, Note
from queries import filed
from queries.engine import Engine
from queries.filed import Asked

COUNTY = "411403"
NOW = datetime(2020, 12, 31, 9)
KINDS = {"int": "number", "decimal": "number", "bool": "flag", "date": "date"}
# Tables without sensitive columns: those are empty below the county and cannot come back.
TABLES = (("T01", "xlsx"), ("T01", "csv"), ("T07", "xlsx"), ("T09", "csv"), ("T16", "xlsx"))


@pytest.fixture(scope="module")
def engine(demo_store):
    return Engine(Store(demo_store))


def taken(engine, table_id, ending, folder):
    catalogue = engine.catalogue(1)
    asked = Asked(table_id, COUNTY, "2020-Q4", "2020-Q4")
    if catalogue.tables[table_id].frequency == "quarterly":
        asked = Asked(table_id, COUNTY, "2020-Q3", "2020-Q3")
    rows = filed.rows(engine, asked, 1)
    listed = filed.columns(catalogue.tables[table_id], catalogue, year=2020)
    columns = tuple(Column(c.name, c.heading, KINDS.get(c.type, "text")) for c in listed)
    made = Content(
        ("睢阳区", table_id),
        catalogue.tables[table_id].title,
        columns,
        rows,
        ("睢阳区 2020年四季度 快照1号",),
        (Note("条件", ("区划:睢阳区", "报告期:2020年四季度")), Note("溯源码", ("ABCDEFGH",))),
        demo=True,
    )
    path = folder / made.file_name(ending)
    content.write(made, ending, path)
    return path, asked, rows.height


@pytest.mark.parametrize(("table_id", "ending"), TABLES)
def test_a_report_table_comes_back_without_finding_and_without_difference(
    engine, table_id, ending, tmp_path
):
    path, asked, height = taken(engine, table_id, ending, tmp_path)
    checked = intake.check(engine.store, [path], now=NOW)
    assert [(each.rule, each.cell, each.found) for each in checked.findings] == []
    table = engine.catalogue(1).tables[table_id]
    before = engine.table(
        table_id, area=COUNTY, period_from=asked.period_from, period_to=asked.period_to
    )
    after = checked.rows[table_id]
    assert after.height == before.height == height > 0
    names = ["area_code", "period", *(c.name for c in table.stored_columns)]
    names = [name for name in dict.fromkeys(names) if name in before.columns]
    key = ["period", *table.key]
    again = after.select(names).with_columns(pl.col(pl.Decimal).cast(pl.Float64)).sort(key)
    assert again.equals(before.select(names).cast(dict(again.schema)).sort(key))


def test_the_number_of_rows_said_beforehand_is_that_of_the_file(engine, tmp_path):
    asked = Asked("T04", COUNTY, "2020-W50", "2020-W51")
    said = filed.height(engine, asked, 1)
    assert said == filed.rows(engine, asked, 1).height > 0
    assert filed.rows(engine, asked, 1, limit=5).height == 5


def test_masked_cells_keep_a_file_from_taking_their_values_away(engine, tmp_path):
    """T11 holds sensitive columns that are required: the import refuses the empty ones."""
    path, _, _ = taken(engine, "T11", "xlsx", tmp_path)
    found = {each.rule for each in intake.check(engine.store, [path], now=NOW).findings}
    assert found == {"cell.required"}


def test_text_that_looks_like_a_formula_comes_back_as_it_was(tmp_path):
    from data.formulas import unguarded
    from pages.exports import csv

    texts = ["=1+1", "-见附件", "＝甲", "'引号", "-3.5", "@乙", "'=已有引号", "\t制表"]
    table = pl.DataFrame({"remark": texts})
    lines = csv.csv_bytes(table, {"remark": "备注"}).decode("utf-8-sig").split("\r\n")[1:-1]
    assert [unguarded(line) for line in lines] == texts
