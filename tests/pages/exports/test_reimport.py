"""What is taken away can be filed again: no finding, no difference, and no secret told."""

from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from data.catalogue import load
from data.filed.changes import compare
from data.filed.withheld import MARK
from data.intake import publishing
from data.intake.check import checking
from data.intake.preview import preview
from data.snapshots.store import Store
from pages.exports import content
from pages.exports.content import Content
from pages.exports.sheets import Note, filed_columns
from queries import filed
from queries.engine import Engine
from queries.filed import Asked
from queries.scope import ALL, Scope
from tests.data.sample_reports import AREAS as SAMPLE_AREAS
from tests.data.sample_reports import COUNTIES, UNIT, report
from tests.data.small_world import open_world, put, rows

COUNTY = "411403"
NOW = datetime(2020, 12, 31, 9)
NEWEST = {"weekly": "2020-W51", "monthly": "2020-11", "quarterly": "2020-Q3"}
REGISTERED = {"T20": "2020-06"}  # the demo's list of institutions was last filed then
TABLES = tuple(load().tables)
# Every table once, in turns as a workbook and as CSV; those that keep figures back as both.
WRITTEN = [
    *((table, ("csv", "xlsx")[number % 2]) for number, table in enumerate(TABLES, start=1)),
    *(("T04", "xlsx"), ("T05", "csv"), ("T06", "xlsx"), ("T11", "csv"), ("T12", "xlsx")),
]


@pytest.fixture(scope="module")
def engine(demo_store):
    return Engine(Store(demo_store))


def taken(engine: Engine, asked: Asked, path: Path, scope: Scope = ALL) -> int:
    """Write the file as the page writes it; how many rows it has."""
    catalogue = engine.catalogue(1)
    table = catalogue.tables[asked.table_id]
    found = filed.rows(engine, asked, 1, scope)
    made = Content(
        ("睢阳区", asked.table_id),
        table.title,
        filed_columns(filed.columns(table, catalogue, year=2020)),
        found,
        ("睢阳区 2020年 快照1号",),
        (Note("条件", ("区划:睢阳区", "报告期：2020年")), Note("溯源码", ("ABCDEFGH",))),
        demo=True,
    )
    content.write(made, path.suffix[1:], path)
    return found.height


def newest(engine: Engine, table_id: str) -> Asked:
    period = REGISTERED.get(table_id) or NEWEST[engine.catalogue(1).tables[table_id].frequency]
    return Asked(table_id, COUNTY, period, period)


@pytest.fixture(scope="module")
def again(engine, tmp_path_factory):
    """All files checked together: rows written, what was found, what would change, per file."""
    made = {}
    for written in (WRITTEN[: len(TABLES)], WRITTEN[len(TABLES) :]):
        folder = tmp_path_factory.mktemp("taken")
        heights = {
            table: taken(engine, newest(engine, table), folder / f"{table}.{ending}")
            for table, ending in written
            if table in engine.store.manifest(1).domain
        }
        checked = checking.check(engine.store, [folder], now=NOW)
        would = preview(engine.store, checked)
        made |= {pair: (heights[pair[0]], checked, would) for pair in written if pair[0] in heights}
    return made


@pytest.mark.parametrize(("table_id", "ending"), WRITTEN)
def test_a_report_table_comes_back_without_finding_and_without_difference(again, table_id, ending):
    if (table_id, ending) not in again:
        pytest.skip("the demo does not simulate this table")
    height, checked, would = again[table_id, ending]
    assert [each.line() for each in checked.findings if table_id in (each.table + each.file)] == []
    assert checked.rows[table_id].height == height > 0
    mine = would.tables.filter(pl.col("table").str.starts_with(table_id))
    assert mine.select("added", "edited", "removed", "kept", "same").sum().row(0) == (
        0, 0, 0, 0, height,
    )  # fmt: skip
    assert would.values.filter(pl.col("table").str.starts_with(table_id)).is_empty()


def test_what_hides_figures_of_counties_too_brings_them_back_as_well(engine, tmp_path):
    path = tmp_path / "报表.xlsx"
    taken(engine, newest(engine, "T12"), path, Scope(hide_sensitive=True))
    assert any(MARK in row for row in openpyxl.load_workbook(path).worksheets[0].values)
    checked = checking.check(engine.store, [path], now=NOW)
    assert checked.findings == ()
    assert preview(engine.store, checked).values.is_empty()


def test_an_answered_doubt_is_not_raised_again_by_the_same_rows(engine, tmp_path):
    """睢阳区 has a clinic judged otherwise, with its reason, in the autumn of 2020."""
    path = tmp_path / "报表.csv"
    taken(engine, Asked("T07", COUNTY, "2020-Q3", "2020-Q4"), path)
    assert checking.check(engine.store, [path], now=NOW).findings == ()
    text = path.read_text("utf-8-sig")
    path.write_text(text.replace("自有", "派驻", 1), "utf-8-sig")
    rules = {each.rule for each in checking.check(engine.store, [path], now=NOW).findings}
    assert "T07.is_standard.vs_rule" in rules


def test_the_number_of_rows_said_beforehand_is_that_of_the_file(engine):
    asked = Asked("T04", COUNTY, "2020-W50", "2020-W51")
    said = filed.height(engine, asked, 1)
    assert said == filed.rows(engine, asked, 1).height > 0
    assert filed.rows(engine, asked, 1, limit=5).height == 5


# -- figures that are kept back ---------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Store:
    """A store with one month of a table that keeps columns back."""
    store, catalogue = open_world(tmp_path_factory.mktemp("sample"), areas=SAMPLE_AREAS)
    signed = {"reporting_unit": UNIT, "reported_on": NOW.date(), "period": "2020-11"}
    filled = [row | {"area": row["division_code"]} for row in report("T11", 1)[:8]]
    put(store, catalogue, rows("T11", *filled, **signed), now=datetime(2020, 12, 31))
    return store


@pytest.fixture
def away(sample, tmp_path) -> Path:
    path = tmp_path / "T11.xlsx"
    taken(Engine(sample), Asked("T11", COUNTIES[0], "2020-11", "2020-11"), path)
    return path


def edited(path: Path, header: str, value: str | int) -> str:
    """Write into the first row of a column; the address of the cell."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    top = next(r for r in range(1, 9) if page.cell(r, 1).value == "行政区划代码")
    at = next(c for c in range(1, page.max_column + 1) if page.cell(top, c).value == header)
    cell = page.cell(top + 1, at, value)
    book.save(path)
    return cell.coordinate


def test_only_what_is_kept_back_is_marked_and_figures_stay_figures(engine, tmp_path):
    path = tmp_path / "T06.xlsx"
    taken(engine, newest(engine, "T06"), path)
    page = openpyxl.load_workbook(path).worksheets[0]
    lines = [row for row in page.values if row[0] and str(row[0]).isdigit()]
    marked = 0
    for _, _, _, disease, estimated, registered, *_ in lines:
        kept_back = disease == "smi"
        assert (estimated == MARK, registered == MARK) == (kept_back, kept_back)
        assert kept_back or {type(estimated), type(registered)} <= {int, float}
        marked += kept_back
    assert 0 < marked < len(lines)


def test_the_writer_for_large_tables_marks_whole_columns_too(sample, tmp_path, monkeypatch):
    monkeypatch.setattr("pages.exports.xlsx._CAREFUL", 0)
    path = tmp_path / "T11.xlsx"
    taken(Engine(sample), Asked("T11", COUNTIES[0], "2020-11", "2020-11"), path)
    lines = [row for row in openpyxl.load_workbook(path).worksheets[0].values if MARK in row]
    assert [row.count(MARK) for row in lines] == [8] * 8
    assert not any(isinstance(row[3], str) for row in lines)


def test_a_publish_of_the_file_changes_nothing_not_even_what_it_does_not_show(away, sample):
    checked = checking.check(sample, [away], now=NOW)
    assert checked.findings == ()
    before = sample.latest()
    after = publishing.publish_checked(sample, checked, who="甲")
    assert compare(sample, before, after).is_empty
    kept = sample.rows(after, "tables", "T11").filter(pl.col("period") == "2020-11")
    told = {row["division_code"]: row["hiv_women"] for row in report("T11", 1)}
    assert {row["area_code"]: row["hiv_women"] for row in kept.to_dicts()}.items() <= told.items()


def test_a_figure_written_over_the_mark_is_taken(away, sample):
    edited(away, "艾滋病感染孕产妇", 50)
    checked = checking.check(sample, [away], now=NOW)
    assert [each.line() for each in checked.findings] == []
    values = preview(sample, checked).values
    assert values.select("column", "masked").rows() == [("hiv_women", True)]


def test_a_mark_that_nothing_stands_for_is_refused_at_its_cell(away, sample):
    edited(away, "报告期", "2020-10")
    cell = edited(away, "艾滋病感染孕产妇", MARK)
    found = checking.check(sample, [away], now=NOW).findings
    lost = [each for each in found if each.rule == "cell.withheld"]
    assert (lost[0].cell, lost[0].severity, lost[0].column) == (cell, "错误", "艾滋病感染孕产妇")
    assert len(lost) == 8
    assert not any(each.rule == "cell.required" for each in found)


def test_the_mark_means_nothing_where_no_figure_is_secret(away, sample):
    cell = edited(away, "活产数", MARK)
    found = checking.check(sample, [away], now=NOW).findings
    assert (cell, "cell.unreadable") in {(each.cell, each.rule) for each in found}


def test_no_finding_tells_a_figure_that_is_only_on_file(away, sample):
    """A guess beside the mark, or too small a figure after it, must not show what is stored."""
    edited(away, "用药孕产妇", 99)
    (found,) = checking.check(sample, [away], now=NOW).findings
    assert found.rule == "T11.hiv_women_arv.2"
    assert found.found == f"用药孕产妇 99，艾滋病感染孕产妇 {MARK}"
