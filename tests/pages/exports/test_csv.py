"""The CSV file that people take away."""

import csv
from datetime import date
from io import BytesIO, StringIO

import polars as pl
import pytest
from polars.exceptions import ColumnNotFoundError

from pages.exports.csv import csv_bytes, write

HEADERS = {"name": "名称", "count": "数量"}


def rows(table, headers):
    return list(csv.reader(StringIO(csv_bytes(table, headers).decode("utf-8-sig"), newline="")))


def test_it_begins_with_the_mark_that_excel_looks_for_and_chinese_headings():
    made = csv_bytes(pl.DataFrame({"name": ["甲"], "count": [1]}), HEADERS)
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.decode("utf-8-sig") == "名称,数量\r\n甲,1\r\n"


def test_only_the_named_columns_in_the_named_order():
    table = pl.DataFrame({"count": [1], "secret": ["x"], "name": ["甲"]})
    assert rows(table, HEADERS) == [["名称", "数量"], ["甲", "1"]]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\ufeff=1"],
)
def test_what_a_spreadsheet_would_run_is_only_text(text):
    ((_, _), (cell, _)) = rows(pl.DataFrame({"name": [text], "count": [1]}), HEADERS)
    assert cell == "'" + text


@pytest.mark.parametrize(
    "text", ["-3.5", "+7", "99.69%", "不低于55%", "甲=乙", "a,b", 'a"b', "a\nb"]
)
def test_figures_and_plain_words_stay_as_they_are(text):
    ((_, _), (cell, _)) = rows(pl.DataFrame({"name": [text], "count": [1]}), HEADERS)
    assert cell == text


@pytest.mark.parametrize("heading", ["=1+1", "+cmd", "-1+2", "@SUM(A1)", "\t=1", "＝1"])
def test_a_heading_that_a_spreadsheet_would_run_is_only_text(heading):
    found = rows(pl.DataFrame({"name": ["甲"]}), {"name": heading})
    assert found[0] == ["'" + heading]


def test_null_is_empty_and_never_a_zero_and_minus_stays():
    table = pl.DataFrame(
        {
            "name": [None, "乙"],
            "count": [None, -2],
            "on": [date(2020, 12, 20), None],
            "yes": [True, None],
        }
    )
    found = rows(table, HEADERS | {"on": "日期", "yes": "是否"})
    assert found[1:] == [["", "", "2020-12-20", "是"], ["乙", "-2", "", ""]]


def test_months_are_written_so_that_a_spreadsheet_leaves_them_alone():
    table = pl.DataFrame(
        {"period": ["2020-02", "2020-W51", "2020-Q4", "2020"], "name": ["2020-02"] * 4}
    )
    headers = {"period": "报告期", "name": "编号"}
    assert [row[0] for row in rows(table, headers)[1:]] == [
        "2020年2月",
        "2020-W51",
        "2020-Q4",
        "2020",
    ]
    assert {row[1] for row in rows(table, headers)[1:]} == {"2020-02"}


def test_a_program_is_given_months_as_it_asks_for_them():
    out = BytesIO()
    write(out, pl.DataFrame({"period": ["2020-02"]}), {"period": "period"}, for_programs=True)
    assert out.getvalue().decode("utf-8-sig") == "period\r\n2020-02\r\n"


def test_an_empty_table_has_its_headings():
    assert rows(pl.DataFrame(schema={"name": pl.String, "count": pl.Int64}), HEADERS) == [
        ["名称", "数量"]
    ]


def test_a_column_that_is_not_there_is_an_error():
    with pytest.raises(ColumnNotFoundError):
        csv_bytes(pl.DataFrame({"name": ["甲"]}), HEADERS)
