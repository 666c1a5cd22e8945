"""Files that real programs made of one clean filing of 睢阳区: each is read as the clean one is.

They were turned away, or read wrongly, in November 2026. The people in them do not exist.
"""

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data.catalogue import load
from data.intake import delivery

CASES = Path(__file__).parent / "cases"
DAY = date(2021, 1, 10)
# A workbook of five tables, by openpyxl, without an ending.
CLEAN = "clean"


@pytest.fixture(scope="module")
def read(demo_store):
    catalogue = load(demo_store)

    def run(path):
        reading = delivery.read_files([path], catalogue, import_date=DAY)
        assert [finding.line() for finding in reading.findings] == []
        rows = {}
        for typed in reading.typed:
            assert typed.table.id not in rows
            rows[typed.table.id] = typed.frame.select(pl.exclude("^source_.*$"))
        return rows

    return run


@pytest.fixture(scope="module")
def clean(read):
    return read(CASES / CLEAN)


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("libreoffice.ods", "T02 T04 T07 T09 T16"),
        ("libreoffice.et", "T02 T04 T07 T09 T16"),
        ("libreoffice.xlsm", "T02 T04 T07 T09 T16"),
        ("folder_in_zip.zip", "T02 T04 T07 T09 T16"),
        ("eqquote_t04.csv", "T04"),
        ("tabprefix_t04.csv", "T04"),
        ("repeated_header.xlsx", "T04"),
        ("html_gbk.xls", "T07"),
    ],
)
def test_the_whole_filing_is_equal_to_the_clean_one(read, clean, name, tables):
    found = read(CASES / name)
    assert sorted(found) == tables.split()
    for table, rows in found.items():
        assert rows.equals(clean[table]), table


@pytest.mark.parametrize(
    "name",
    ["e1.tsv", "f4_html.xls", "f4_xml2003.xls", "f5.xlsb", "f6.zip", "d2_inv_bom.xlsx",
     "d2_inv_zwsp.xlsx"],
)  # fmt: skip
def test_the_first_three_rows_are_those_of_the_clean_filing(read, clean, name):
    (rows,) = read(CASES / name).values()
    wanted = clean["T04"].head(3)
    columns = [column.name for column in load().tables["T04"].columns if column.type == "int"]
    assert rows.select("area_code", "period").equals(wanted.select("area_code", "period"))
    filled = [name for name in columns if rows[name].null_count() < 3]
    assert len(filled) >= 12
    assert rows.select(filled).equals(wanted.select(filled))


@pytest.mark.parametrize("ending", [".et", ".ods", ".xlsb", ".xlsm", ".xls", ".csv", ""])
def test_a_good_workbook_is_read_under_any_name(read, tmp_path, ending):
    shutil.copy(CASES / "f5.xlsb", tmp_path / f"周报{ending}")
    assert read(tmp_path / f"周报{ending}")["T04"].height == 3


def test_a_radical_out_of_a_pdf_file_is_the_letter_of_the_register(read):
    rows = read(CASES / "d3_radical_supp_nocode.xlsx")["T04"]
    assert "411403002006" in rows["area_code"].to_list()


def test_months_and_days_that_excel_rewrote(read):
    (row,) = read(CASES / "e4_dec20.csv")["T01"].to_dicts()
    assert (row["period"], row["reported_on"]) == ("2020-12", date(2021, 1, 4))
    assert (row["poor_pop"], row["resident_pop"]) == (71, 11879)
