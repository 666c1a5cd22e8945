"""Workbooks, opened again with another library and compared cell by cell."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from pages.exports import sheets, xlsx
from pages.exports.sheets import Book, BookSheet, FileColumn, Note
from pages.exports.xlsx import careful, fast, look

RISKY = ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", " =1"]
TABLE = pl.DataFrame(
    {
        "code": ["000005", "411403001201", None],
        "people": [1200, 0, None],
        "rate": [97.69, 100.0, None],
        "money": [12.5, 3.25, None],
        "on": [date(2020, 12, 20), date(2019, 1, 1), None],
        "met": [True, False, None],
    }
)
COLUMNS = (
    FileColumn("code", "区划代码"),
    FileColumn("people", "帮扶对象(人)", "number", decimals=0),
    FileColumn("rate", "签约率（%）", "percent"),
    FileColumn("money", "金额（万元）", "number"),
    FileColumn("on", "日期", "date"),
    FileColumn("met", "是否达标", "flag"),
)
WRITERS = pytest.mark.parametrize("writer", [careful, fast], ids=["careful", "fast"])


def sheet(table=TABLE, columns=COLUMNS, **more):
    return BookSheet("签约", "家庭医生签约", columns, table, ("睢阳区 2020年第51周",), **more)


def opened(writer, *made, demo=False, notes=()):
    buffer = BytesIO()
    writer.write(buffer, Book("签约服务", made, notes, demo), sheets.fitting_names(made))
    buffer.seek(0)
    return openpyxl.load_workbook(buffer)


def rows(page, first=3):
    """The values; a title may reach beyond the columns of its table."""
    width = len(COLUMNS)
    return [[cell.value for cell in row][:width] for row in page.iter_rows(min_row=first)]


@WRITERS
def test_every_kind_of_value_comes_back_as_what_it_was(writer):
    found = rows(opened(writer, sheet())["签约"])
    assert found[0] == [column.heading for column in COLUMNS]
    assert found[1] == ["000005", 1200, 0.9769, 12.5, datetime(2020, 12, 20), "是"]
    assert found[2] == ["411403001201", 0, 1, 3.25, datetime(2019, 1, 1), "否"]
    assert found[3:] in ([[None] * 6], [])


@WRITERS
def test_a_percent_shows_two_decimals_and_a_date_is_a_date(writer):
    page = opened(writer, sheet())["签约"]
    assert page["C4"].number_format == "0.00%"
    assert page["E4"].number_format == "yyyy-mm-dd"
    assert page["A4"].data_type == "s"


@WRITERS
@pytest.mark.parametrize("text", RISKY)
def test_no_text_becomes_a_formula(writer, text):
    page = opened(writer, sheet(pl.DataFrame({"name": [text]}), (FileColumn("name", text),)))[
        "签约"
    ]
    for cell in (page["A3"], page["A4"]):
        assert cell.data_type == "s"
        assert cell.hyperlink is None
    # A carriage return is written as its escape, which Excel and WPS read as one.
    assert page["A4"].value.replace("_x000D_", "\r") == text


@WRITERS
def test_title_heading_filter_and_paper_are_set(writer):
    page = opened(writer, sheet())["签约"]
    assert (page["A1"].value, page["A2"].value) == ("家庭医生签约", "睢阳区 2020年第51周")
    assert page.freeze_panes == "B4"
    assert page.auto_filter.ref == "A3:F6"
    assert page.page_setup.orientation == "landscape"
    assert int(page.page_setup.paperSize) == look.A4
    assert page.print_title_rows == "$3:$3"
    assert page.page_setup.fitToHeight in (0, "0")
    assert page.column_dimensions["A"].width > 9


@WRITERS
def test_invented_figures_say_so_in_the_title_and_in_the_explanation(writer):
    book = opened(writer, sheet(), demo=True)
    assert book["签约"]["A1"].value == "家庭医生签约（演示数据）"
    assert "演示数据：数字全部是虚构的" in book["说明"]["A2"].value


@WRITERS
def test_the_explanation_has_every_note_and_the_rows_of_every_sheet(writer):
    notes = (Note("条件", ("区划:睢阳区", "=不是公式")), Note("溯源码", ("ABCDEFGH",)))
    page = opened(writer, sheet(), notes=notes)["说明"]
    said = [row[0] for row in rows(page, 1)]
    assert said == ["签约服务：说明", "条件", "区划:睢阳区", "=不是公式", "溯源码", "ABCDEFGH"] + [
        "工作表和行数",
        "签约：3行",
    ]
    assert all(cell.data_type == "s" for row in page.iter_rows() for cell in row)
    assert page.max_column == 1


def test_rows_of_different_units_have_each_its_own_format():
    table = pl.DataFrame({"value": [97.69, 1200.0, 3.84], "unit": ["%", "人", "‰"]})
    columns = (FileColumn("value", "数值", "number", "unit"), FileColumn("unit", "单位"))
    page = opened(careful, sheet(table, columns))["签约"]
    assert [(page[f"A{row}"].value, page[f"A{row}"].number_format) for row in (4, 5, 6)] == [
        (0.9769, "0.00%"),
        (1200, "#,##0"),
        (3.84, "#,##0.00"),
    ]


def test_more_rows_than_a_sheet_holds_become_several_and_say_so():
    table = pl.DataFrame({"number": range(25)})
    parts = sheets.split(sheet(table, (FileColumn("number", "数", "number"),)), most=10)
    assert [part.table.height for part in parts] == [10, 10, 5]
    assert pl.concat(part.table for part in parts).equals(table)
    assert "分为3个工作表，这是第2个（10行）" in parts[1].lines[-1]
    assert len({part.name for part in parts}) == 3


def test_a_large_table_takes_the_fast_writer_and_reads_the_same(tmp_path, monkeypatch):
    table = pl.DataFrame({"code": [f"{n:06d}" for n in range(80_000)], "rate": [97.69] * 80_000})
    columns = (FileColumn("code", "代码"), FileColumn("rate", "率（%）", "percent"))
    monkeypatch.setattr(careful, "write", None)
    path = tmp_path / "large.xlsx"
    xlsx.write(path, Book("大表", (BookSheet("大表", "大表", columns, table),)))
    page = openpyxl.load_workbook(path, read_only=True)["大表"]
    last = None
    count = 0
    for row in page.iter_rows(min_row=3, max_col=2, values_only=True):
        count, last = count + 1, row
    assert (count, last) == (80_000, ("079999", 0.9769))


@pytest.mark.parametrize("careful", [0, 150_000], ids=["fast", "careful"])
def test_columns_of_any_type_keep_their_values(careful, monkeypatch):
    # What a question of one's own returns: ENUM, DECIMAL, TIME, INTERVAL and lists among it.
    rare = pl.DataFrame(
        {
            "enum": pl.Series(["甲", "乙"], dtype=pl.Enum(["甲", "乙"])),
            "word": pl.Series(["甲", "乙"], dtype=pl.Categorical),
            "money": pl.Series([Decimal("12.50"), None], dtype=pl.Decimal(18, 4)),
            "at": [time(8, 30), None],
            "since": [timedelta(days=1), None],
            "months": [[1, 2], None],
        }
    )
    monkeypatch.setattr(xlsx, "_CAREFUL", careful)
    buffer = BytesIO()
    columns = tuple(
        FileColumn(name, name, "number" if name == "money" else "text") for name in rare.columns
    )
    xlsx.write(buffer, Book("查询", (sheet(rare, columns),)))
    found = rows(openpyxl.load_workbook(buffer)["签约"])
    assert found[1] == ["甲", "甲", 12.5, "08:30:00", "1 day, 0:00:00", "[1, 2]"]
    assert found[2] == ["乙", "乙", None, None, None, None]


def test_without_the_fast_writer_the_other_takes_its_place(monkeypatch):
    monkeypatch.setattr(fast, "is_there", lambda: False)
    monkeypatch.setattr(fast, "write", None)
    monkeypatch.setattr(xlsx, "_CAREFUL", 1)
    buffer = BytesIO()
    xlsx.write(buffer, Book("签约服务", (sheet(),)))
    assert openpyxl.load_workbook(buffer)["签约"]["C4"].value == 0.9769


@WRITERS
def test_an_empty_table_has_its_headings_and_no_rows(writer):
    page = opened(writer, sheet(TABLE.clear()))["签约"]
    assert rows(page) == [[column.heading for column in COLUMNS]]


def test_sheet_names_fit_and_differ():
    long = "一个特别长的工作表名字超过了三十一个字所以必须缩短才能写进工作簿里面去"
    made = [sheet() for _ in range(3)]
    named = sheets.fitting_names(
        [
            BookSheet(name, "", one.columns, one.table)
            for name, one in zip([long, long, "a/b[1]"], made, strict=True)
        ]
    )
    assert [len(each.name) <= 31 for each in named] == [True] * 3
    assert len({each.name for each in named}) == 3
    assert not set("[]:*?/\\") & set(named[2].name)


@pytest.mark.parametrize(
    ("demo", "name"),
    [
        (False, "睢阳区_签约 周报_2020年第51周.xlsx"),
        (True, "演示数据_睢阳区_签约 周报_2020年第51周.xlsx"),
    ],
)
def test_a_file_is_named_after_unit_table_and_period(demo, name):
    made = sheets.file_name("睢阳区", "签约/周报", "", "2020年第51周", ending="xlsx", demo=demo)
    assert made == name
