"""The sheets of a page: a chart beside its data, every answer listed once, all in Chinese."""

import re
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from pages.charts.description import Chart, Series
from pages.charts.figure import new_figure
from pages.charts.screen import Picture
from pages.exports import page_book, xlsx
from pages.exports.page_book import Piece
from pages.exports.sheets import Book
from queries.engine import Engine
from tests.queries import tiny_store as tiny

WEEK = "2020-W51"
RANKED = {"indicator": "signing_rate", "parent": tiny.CITY, "level": "county", "period": WEEK}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    rows = [
        tiny.value(tiny.CITY, WEEK, 185, 200),
        tiny.value(tiny.EAST, WEEK, 90, 100),
        tiny.value(tiny.WEST, WEEK, 95, 100),
    ]
    return Engine(tiny.store(tmp_path_factory.mktemp("page"), rows))


@pytest.fixture
def ranking(engine):
    return engine.run("indicator_ranking", RANKED)


def bars():
    rates = Series(name="签约率", values=[95.0, 90.0])
    return Chart(kind="bars", alt="签约率图", names=["西县", "东县"], series=[rates])


def book(engine, *pieces):
    made = page_book.sheets(pieces, engine.header, engine.catalogue(1), where="试验市")
    buffer = BytesIO()
    xlsx.write(buffer, Book("试验", tuple(made)))
    buffer.seek(0)
    return openpyxl.load_workbook(buffer)


def test_a_chart_and_the_table_of_the_same_answer_are_two_sheets(engine, ranking):
    chart = Piece("东县落后", "indicator_ranking", RANKED, ranking, bars())
    table = Piece("排名", "indicator_ranking", RANKED, ranking)
    found = book(engine, chart, table)
    assert found.sheetnames == ["指标排名_家庭医生签约率图", "指标排名_家庭医生签约率", "说明"]
    assert len(vars(found["指标排名_家庭医生签约率图"])["_charts"]) == 1


def test_an_answer_that_is_only_drawn_is_listed_too(engine, ranking):
    found = book(engine, Piece("图", "indicator_ranking", RANKED, ranking, bars()))
    assert len(found.sheetnames) == 3


def test_a_mark_has_a_column_only_where_some_row_bears_it(engine, ranking):
    def headings(table):
        sheet = book(engine, Piece("排名", "indicator_ranking", RANKED, table)).worksheets[0]
        return [cell.value for row in sheet.iter_rows(max_row=6) for cell in row]

    marked = ranking.with_columns(small_base=pl.col("area_code") == tiny.EAST)
    assert "基数小不排名" in headings(marked)
    assert not {"基数小不排名", "同比按两期都报的单位比较"}.intersection(headings(ranking))


def test_what_cannot_be_drawn_is_at_least_listed(engine, ranking):
    tiles = Picture(new_figure(), "方格图")
    found = book(engine, Piece("图", "indicator_ranking", RANKED, ranking, tiles))
    assert found.sheetnames == ["指标排名_家庭医生签约率", "说明"]


def test_a_heat_map_is_a_field_whose_cells_deepen_with_the_figure(engine, ranking):
    columns = [Series(name="甲县", values=[1]), Series(name="乙县", values=[2])]
    heat = Chart(kind="cells", alt="对照图", names=["脑卒中"], series=columns)
    page = book(engine, Piece("图", "indicator_ranking", RANKED, ranking, heat)).worksheets[0]
    assert [cell.value for cell in page[4]][:3] == ["脑卒中", 1, 2]
    (field,) = page.conditional_formatting
    assert (str(field.sqref), [rule.type for rule in field.rules]) == ("B4:C4", ["colorScale"])


def test_no_english_reaches_a_sheet_and_every_row_is_there(engine, ranking):
    page = book(engine, Piece("排名", "indicator_ranking", RANKED, ranking))[
        "指标排名_家庭医生签约率"
    ]
    heads = [cell.value for cell in page[3] if cell.value]
    assert [head for head in heads if re.search("[A-Za-z]", str(head))] == []
    assert {"区划", "数值", "灯号", "报告期"} <= set(heads)
    assert "指标代码" not in heads
    names = [row[heads.index("区划")].value for row in page.iter_rows(min_row=4)]
    assert names == ranking["area_name"].to_list()
    values = [row[heads.index("数值")] for row in page.iter_rows(min_row=4)]
    shown = [cell.value for cell in values if cell.value is not None]
    assert shown == [0.95, 0.9]
    assert values[0].number_format == "0.00%"


def test_a_column_that_is_empty_throughout_is_left_out(engine, ranking):
    page = book(engine, Piece("排名", "indicator_ranking", RANKED, ranking)).worksheets[0]
    assert "上年同期值" not in [cell.value for cell in page[3]]


def test_a_page_whose_answer_says_no_unit_in_its_rows_is_written(engine, ranking):
    split = engine.run("indicator_children_change", RANKED | {"against": "previous"})
    assert "unit" not in split.columns
    found = book(engine, Piece("变化", "indicator_children_change", RANKED, split))
    assert len(found.sheetnames) == 2
