"""The base form as every program writes it: the same figures, whatever the file is."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
from odf import opendocument, table, text
from pyexcelerate import Workbook

from tests.data.intake.corpus import writers
from tests.data.intake.corpus.files import old_workbook
from tests.data.intake.corpus.paper import Corpus, base, text_file, workbook

producers = Corpus()
_SIZED = [[*row, *[""] * (12 - len(row))] for row in base()]


def _written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@producers.case()
def by_openpyxl(folder):
    book = openpyxl.Workbook()
    for row in base():
        book.active.append(row)
    book.save(folder / "报表.xlsx")
    return folder / "报表.xlsx"


@producers.case()
def by_pandas(folder):
    pd.DataFrame(base()).to_excel(folder / "报表.xlsx", header=False, index=False)
    return folder / "报表.xlsx"


@producers.case()
def by_pandas_as_a_page(folder):
    frame = pd.DataFrame(base()[3:-1], columns=base()[2])
    top = "".join(f"<p>{'  '.join(row)}</p>" for row in (*base()[:2], base()[-1]))
    return _written(folder, "报表.xls", (top + frame.to_html(index=False)).encode("utf-8"))


@producers.case()
def by_pandas_as_open_document(folder):
    pd.DataFrame(base()).to_excel(folder / "报表.ods", header=False, index=False, engine="odf")
    return folder / "报表.ods"


@producers.case()
def by_polars(folder):
    frame = pl.DataFrame([[str(cell) for cell in row] for row in _SIZED], orient="row")
    frame.write_excel(folder / "报表.xlsx", include_header=False)
    return folder / "报表.xlsx"


@producers.case()
def by_pyexcelerate(folder):
    book = Workbook()
    book.new_sheet("Sheet1", data=base())
    book.save(str(folder / "报表.xlsx"))
    return folder / "报表.xlsx"


@producers.case()
def by_odfpy_with_repeated_empty_cells(folder):
    book = opendocument.OpenDocumentSpreadsheet()
    page = table.Table(name="Sheet1")
    for row in _SIZED:
        line = table.TableRow()
        for cell in row:
            line.addElement(_odf_cell(cell))
        line.addElement(table.TableCell(numbercolumnsrepeated=1000))
        page.addElement(line)
    page.addElement(table.TableRow(numberrowsrepeated=1_048_000))
    book.spreadsheet.addElement(page)  # pyright: ignore[reportAttributeAccessIssue]
    book.save(str(folder / "报表.ods"))
    return folder / "报表.ods"


def _odf_cell(cell):
    if cell == "":
        return table.TableCell()
    if isinstance(cell, str):
        made = table.TableCell(valuetype="string")
        made.addElement(text.P(text=cell))
        return made
    return table.TableCell(valuetype="float", value=cell)


@producers.case()
def open_document_indented_for_people(folder):
    plain = by_odfpy_with_repeated_empty_cells(folder)
    parts = {}
    with zipfile.ZipFile(plain) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    parts["content.xml"] = parts["content.xml"].replace(b"<table:", b"\n  <table:")
    with zipfile.ZipFile(plain, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return plain


@producers.case()
def a_binary_workbook(folder):
    return _written(folder, "报表.xlsb", writers.binary_workbook(base()))


@producers.case()
def a_binary_workbook_of_cells_without_columns(folder):
    return _written(folder, "报表.xlsb", writers.binary_workbook(base(), without_columns=True))


@producers.case()
def a_workbook_of_excel_95(folder):
    return _written(folder, "报表.xls", writers.excel_95(base()))


@producers.case()
def records_of_excel_95_without_a_container(folder):
    return _written(folder, "报表.xls", writers.excel_95(base(), bare=True))


@producers.case()
def xml_of_excel_2003(folder):
    return _written(folder, "报表.xls", writers.xml_2003(base()))


@producers.case()
def xml_of_excel_2003_in_the_encoding_of_windows(folder):
    return _written(folder, "报表.xml", writers.xml_2003(base(), encoding="gb2312"))


@producers.case()
def a_page_in_utf_8(folder):
    return _written(folder, "报表.xls", writers.page(base(), encoding="utf-8"))


@producers.case()
def a_page_in_the_encoding_of_windows(folder):
    return _written(folder, "报表.xls", writers.page(base(), encoding="gb2312", outside=2))


@producers.case()
def a_page_with_the_styles_of_excel(folder):
    return _written(folder, "报表.xls", writers.page(base(), encoding="gbk", mso=True))


@producers.case()
def a_page_whose_table_stands_in_a_table(folder):
    inner = writers.page(base(), encoding="utf-8").decode()
    whole = f"<table><tr><td>导航</td><td>{inner}</td></tr></table>"
    return _written(folder, "报表.xls", whole.encode())


@producers.case()
def a_page_in_utf_16(folder):
    return _written(folder, "报表.xls", writers.page(base(), encoding="utf-16"))


@producers.case()
def a_new_workbook_under_the_name_of_wps(folder):
    return workbook(folder, base(), name="报表.et")


@producers.case()
def an_old_workbook_under_the_name_of_wps(folder):
    return old_workbook(folder, base(), name="报表.et")


@producers.case()
def a_workbook_without_an_ending(folder):
    return workbook(folder, base(), name="报表")


@producers.case()
def text_parted_by_tabs(folder):
    return text_file(folder, base(), encoding="utf-8", name="报表.tsv", delimiter="\t")


@producers.case()
def text_parted_by_bars(folder):
    return text_file(folder, base(), encoding="gb18030", name="报表.txt", delimiter="|")


@producers.case()
def text_that_ends_as_in_the_days_of_dos(folder):
    path = text_file(folder, base(), encoding="gb18030")
    path.write_bytes(path.read_bytes() + b"\x1a")
    return path


def _dressed(folder: Path, dress) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[dress(str(cell)) for cell in row] for row in base()])
    return _written(folder, "报表.csv", out.getvalue().encode("utf-8-sig"))


@producers.case()
def text_with_cells_as_formulas(folder):
    return _dressed(folder, lambda cell: f'="{cell}"')


@producers.case()
def text_with_a_tab_before_its_cells(folder):
    return _dressed(folder, lambda cell: f"\t{cell}")


@producers.case()
def text_with_a_tab_behind_its_cells(folder):
    return _dressed(folder, lambda cell: f"{cell}\t")


@producers.case()
def text_with_an_apostrophe_before_its_cells(folder):
    return _dressed(folder, lambda cell: f"'{cell}")


@producers.case()
def text_between_apostrophes(folder):
    return _dressed(folder, lambda cell: f"'{cell}'" if cell else "")


@producers.case()
def text_of_a_database_that_writes_null(folder):
    grid = [list(row) for row in _SIZED]
    for row in grid[3:-2]:
        row[-1] = "NULL"
    return text_file(folder, grid, encoding="utf-8")


@producers.case()
def a_zip_of_one_workbook(folder):
    inner = workbook(folder, base(), name="报表.xlsx")
    with zipfile.ZipFile(folder / "报表.zip", "w") as package:
        package.write(inner, "宋集镇/报表.xlsx")
        package.writestr("__MACOSX/._报表.xlsx", b"x")
    return folder / "报表.zip"
