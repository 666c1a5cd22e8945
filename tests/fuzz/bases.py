"""The clean files that are mutated: every format, several tables, one and two header rows."""

import csv
import io
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import python_calamine
import xlsxwriter
import xlwt
from openpyxl.comments import Comment

from data.catalogue.model import Catalogue
from tests.data.intake.build import TOWNSHIPS, VILLAGES, plain_rows, write_report
from tests.data.intake.corpus import locked, writers

PERIODS = {"weekly": "2020-W51", "monthly": "2020-12", "quarterly": "2020-Q4"}
_TABLES = (("T04", VILLAGES, True), ("T01", TOWNSHIPS, False), ("T16", ("411403",), True))

Grid = list[list[Any]]
_DAY = (2020, 12, 21, 0, 0, 0)
_MOMENT = b"2020-12-21T00:00:00Z"


def grids(folder: Path, catalogue: Catalogue) -> list[Grid]:
    """The cells of clean reports, row by row."""
    return [_grid(path) for path in _reports(folder, catalogue)]


def files(folder: Path, catalogue: Catalogue) -> list[tuple[str, bytes]]:
    """Suffix and bytes of clean files."""
    out: list[tuple[str, bytes]] = []
    for path in _reports(folder, catalogue):
        out.append((".xlsx", path.read_bytes()))
        grid = _grid(path)
        out.append((".csv", as_csv(grid, "utf-8-sig")))
        out.append((".csv", as_csv(grid, "gb18030")))
        out.append((".xls", as_xls(grid)))
    out.append((".xlsx", _with_comments(out[0][1])))
    return [(suffix, timeless(data) if suffix == ".xlsx" else data) for suffix, data in out]


def other_files(folder: Path, catalogue: Catalogue) -> list[tuple[str, bytes]]:
    """Suffix and bytes of clean files of the kinds that are seldom sent."""
    out: list[tuple[str, bytes]] = []
    for path in _reports(folder, catalogue):
        grid = [[_plain(cell) for cell in row] for row in _grid(path)]
        out += [
            (".xls", writers.page(grid, encoding="gb18030", mso=True)),
            (".xls", writers.xml_2003(grid)),
            (".xls", writers.excel_95(grid)),
            (".xls", writers.excel_95(grid, bare=True)),
            (".xlsb", writers.binary_workbook(grid)),
            (".xlsb", writers.binary_workbook(grid, without_columns=True)),
            (".ods", as_ods(grid)),
            (".xls", locked.old(as_xls(grid), locked.STANDING)),
            (".zip", as_zip(path.read_bytes())),
        ]
    return [(suffix, timeless(data) if data.startswith(b"PK") else data) for suffix, data in out]


def _plain(cell: Any) -> Any:
    return cell if type(cell) in (int, float, str) else str(cell)


def as_zip(data: bytes) -> bytes:
    """A file in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("报表.xlsx", data)
    return out.getvalue()


def as_ods(grid: Grid) -> bytes:
    """A grid as an OpenDocument sheet."""
    out = io.BytesIO()
    pd.DataFrame(grid).to_excel(out, header=False, index=False, engine="odf")
    return out.getvalue()


def timeless(data: bytes) -> bytes:
    """The same package without the moment it was written: a seed gives the same file for ever."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as kept:
        for name in package.namelist():
            part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _MOMENT, package.read(name))
            kept.writestr(zipfile.ZipInfo(name, _DAY), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def as_csv(grid: Grid, encoding: str) -> bytes:
    """A grid as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(grid)
    return text.getvalue().encode(encoding, "replace")


def as_xls(grid: Grid) -> bytes:
    """A grid as an old workbook; what that format cannot hold is left out."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Sheet1")
    for row, cells in enumerate(grid[:60_000]):
        for column, value in enumerate(cells[:250]):
            if value == "" or value is None:
                continue
            kept = value if isinstance(value, bool | int | float) else str(value)[:32_000]
            if isinstance(kept, int) and abs(kept) > 1e300:
                kept = str(kept)
            page.write(row, column, kept)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_xlsx(grid: Grid, rng: random.Random) -> bytes:
    """A grid as a new workbook; now and then with merged cells anywhere."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet("Sheet1")
        for row, cells in enumerate(grid):
            for column, value in enumerate(cells):
                if isinstance(value, str):
                    if value.startswith("="):
                        page.write_formula(row, column, value, None, rng.choice(["", 0, "#N/A"]))
                    else:
                        page.write_string(row, column, value[:32_000])
                elif value is not None:
                    page.write(row, column, value)
        if rng.random() < 0.3:
            top, left = rng.randrange(12), rng.randrange(8)
            page.merge_range(top, left, top + rng.randrange(1, 6), left + rng.randrange(1, 4), "")
    return out.getvalue()


def _reports(folder: Path, catalogue: Catalogue) -> list[Path]:
    paths = []
    for name, areas, two_level in _TABLES:
        table = catalogue.tables[name]
        path = folder / f"{name}.xlsx"
        if not path.exists():
            write_report(
                path,
                catalogue,
                table,
                plain_rows(catalogue, table, areas),
                period=PERIODS[table.frequency],
                two_level=two_level,
            )
        paths.append(path)
    return paths


def _grid(path: Path) -> Grid:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def _with_comments(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    page["C8"].comment = Comment("上期为 95", "县办")
    book.create_sheet("说明").append(["填表说明", "按系统数填"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
