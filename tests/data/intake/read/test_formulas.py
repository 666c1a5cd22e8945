"""Formulas that nobody computed: never a figure, never an empty cell, whoever wrote them."""

import re
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.worksheet.formula import ArrayFormula

from data.findings import ERROR
from data.intake import delivery
from data.intake.read import safety, workbook
from data.intake.read.facts import NO_RESULT
from data.intake.read.limits import FileLimits
from data.intake.read.workbook import CellError
from tests.data.intake.build import VILLAGES, plain_rows, small_catalogue, write_report

LOST = CellError(NO_RESULT)


def cells(path):
    """The first row of the first sheet; errors as errors."""
    (sheet, *_) = workbook.sheets(safety.check(path, FileLimits()), FileLimits())
    return [column[0] for column in sheet.columns]


def changed(path, part, *pairs):
    """The file with some words of one of its parts replaced."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    for pattern, new in pairs:
        parts[part], times = re.subn(pattern, new, parts[part])
        assert times
    with zipfile.ZipFile(path, "w") as new_file:
        for name, text in parts.items():
            new_file.writestr(name, text)
    return path


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
COMPUTED = (r' fullCalcOnLoad="1"', "")


@pytest.fixture
def written(tmp_path):
    """A workbook with a 7, the formulas 2+0, 1-1, "" and an array formula, as xlsxwriter does."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_number(0, 0, 7)
        page.write_formula(0, 1, "=2+0")
        page.write_formula(0, 2, "=1-1")
        page.write_formula(0, 3, '=IF(1=1,"","x")', None, "")
        page.write_array_formula("E1:E1", "{=SUM(A1:A1)}")
    return path


def test_a_nought_that_a_writing_program_put_there_is_no_result(written):
    assert cells(written) == [7, LOST, LOST, LOST, LOST]


def test_what_a_program_that_computes_left_is_a_result_also_nought_and_nothing(written):
    texts = ('<c r="D1">', '<c r="D1" t="str">')
    changed(written, SHEET, (r"(2\+0</f>)<v>0", r"\1<v>2"), texts)
    assert cells(changed(written, BOOK, COMPUTED)) == [7, 2, 0, "", 0]


def test_empty_texts_alone_were_never_computed(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_formula(0, 0, "=A2", None, "")
    changed(path, SHEET, ('<c r="A1">', '<c r="A1" t="str">'))
    assert cells(changed(path, BOOK, COMPUTED)) == [LOST]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f t="shared" si="0"/></c>',
        '<c r="A1"><f t="shared" si="0"></f><v/></c>',
        '<c r="A1" t="str"><f>B1</f></c>',
        '<c r="A1" t="n">\n  <f>B1</f>\n  <v></v>\n</c>',
        "<c r='A1' t='str'><f>B1</f></c>",
        '<c t="str"><f>B1</f></c>',
    ],
)
def test_no_value_is_no_result_however_the_cell_is_written(written, cell):
    changed(written, SHEET, (r'<c r="A1">.*?</c>', cell), (r'<c r="B1">.*</c>', ""))
    assert cells(changed(written, BOOK, COMPUTED)) == [LOST]


def test_formulas_of_openpyxl_have_no_results(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page["A1"], page["B1"] = "=1+1", 5
    page["C1"] = ArrayFormula("C1:C1", "=SUM(B1:B1)")
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == [LOST, 5, LOST]


def test_formulas_of_xlwt_have_no_results(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    page.write(0, 0, 7)
    page.write(0, 1, xlwt.Formula("2+0"))
    book.save(str(tmp_path / "a.xls"))
    assert cells(tmp_path / "a.xls") == [7, LOST]


@pytest.fixture
def catalogue(tmp_path):
    return small_catalogue(tmp_path)


def test_a_formula_in_a_data_cell_is_an_error_with_its_address(catalogue, tmp_path):
    table = catalogue.tables["T04"]
    rows = plain_rows(catalogue, table, VILLAGES)
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    report = write_report(tmp_path, catalogue, table, rows, period="2020-W51", book=book)
    page = book.worksheets()[0]
    for row in (0, 2):
        page.write_formula(report.cells[row, "followups_week"], "=2+0")
    page.write_formula(report.total["teams"], "=SUM(C6:C9)")
    book.close()
    reading = delivery.read_files([tmp_path / "a.xlsx"], catalogue, import_date=date(2020, 12, 22))
    told = [(f.cell, f.severity, f.found) for f in reading.findings]
    lost = [report.cells[row, "followups_week"] for row in (0, 2)]
    # The total that was never computed says nothing; that of the column is still compared.
    assert told[:2] == [(cell, ERROR, NO_RESULT) for cell in lost]
    assert {f.rule for f in reading.findings[2:]} <= {"total.differs"}
    assert reading.typed[0].frame["followups_week"].null_count() == 2


def open_document(path, cells):
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in names.items())
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        package.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="a"><table:table-row>{cells}</table:table-row></table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


SEVEN = (
    '<table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p>'
    "</table:table-cell>"
)
NOTHING = '<table:table-cell table:formula="of:=[.A2]"><text:p/></table:table-cell>'
NEVER = '<table:table-cell table:formula="of:=2+0"/>'
NINE = (
    '<table:table-cell table:formula="of:=9" office:value-type="float" office:value="9">'
    "<text:p>9</text:p></table:table-cell>"
)


@pytest.mark.parametrize(
    ("formulas", "read_as"),
    [([NEVER], [7, LOST]), ([NOTHING], [7, LOST]), ([NOTHING, NINE], [7, "", 9])],
)
def test_formulas_of_open_documents(tmp_path, formulas, read_as):
    assert cells(open_document(tmp_path / "a.ods", "".join([SEVEN, *formulas]))) == read_as


@pytest.mark.parametrize(
    ("formulas", "read_as"),
    [
        (['<Cell ss:Formula="=2+0"/>'], [7, LOST]),
        (['<Cell ss:Formula="=R2C1"><Data ss:Type="String"></Data></Cell>'], [7, LOST]),
        (
            [
                '<Cell ss:Formula="=R2C1"><Data ss:Type="String"></Data></Cell>',
                '<Cell ss:Formula="=9"><Data ss:Type="Number">9</Data></Cell>',
            ],
            [7, "", 9],
        ),
    ],
)
def test_formulas_of_spreadsheets_as_xml(tmp_path, formulas, read_as):
    path = tmp_path / "a.xls"
    seven = '<Cell><Data ss:Type="Number">7</Data></Cell>'
    path.write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>'
        f"<Row>{seven}{''.join(formulas)}</Row></Table></Worksheet></Workbook>",
        "utf-8",
    )
    assert cells(path) == read_as
