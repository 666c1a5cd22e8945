"""Writing the corpus: grids of cells as they stand on the sheet, and what is expected of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Grid = list[list[Any]]
SONGJI, GUOCUN, CHENGGUAN = "411403105", "411403108", "411403111"
UNIT = "睢阳区卫生健康委员会"
SIGNED = ["单位负责人:王建国   审核人:赵敏   填报人:李红   联系电话:0370-3280000"]
# The base form: T01 of three townships in November 2020, as it is right.
HEADERS = [
    "序号",
    "乡镇",
    "建档立卡贫困人口数",
    "建档立卡贫困户数",
    "防止返贫致贫监测对象人数",
    "其中患病人数",
    "常住人口数",
    "低保人数",
    "特困供养人数",
    "建档立卡贫困村数",
    "行政村数",
    "备注",
]
COLUMNS = (
    "poor_pop poor_households monitored_pop ill_pop resident_pop dibao_pop tekun_pop "
    "poor_villages admin_villages"
).split()
FIGURES = {
    SONGJI: [1200, 400, 60, 150, 32000, 300, 25, 2, 3],
    GUOCUN: [900, 300, 45, 110, 28000, 210, 18, 1, 2],
    CHENGGUAN: [700, 240, 30, 80, 45000, 160, 12, 0, 4],
}
NAMES = {SONGJI: "宋集镇", GUOCUN: "郭村镇", CHENGGUAN: "城关镇"}
MONTH = "2020-11"


@dataclass(frozen=True)
class Formula:
    """A formula with the result that the office program left beside it."""

    text: str
    result: Any = ""


@dataclass(frozen=True)
class Case:
    """One workbook of the corpus.

    write     makes the file in a folder and gives its path.
    findings  (severity, rule, sheet, cell) of every finding, in any order.
    figures   (table, period, area or key) → column → value.
    rows      how many rows are read in all.
    """

    name: str
    write: Callable[[Path], Path]
    findings: frozenset[tuple[str, str, str, str]]
    figures: Mapping[tuple[str, str, str], Mapping[str, Any]]
    rows: int


@dataclass
class Corpus:
    """Collects cases: `@corpus.case(findings=…, figures=…)` over a function that writes a file."""

    cases: list[Case] = field(default_factory=list)

    def case(
        self,
        *findings: tuple[str, str, str, str],
        figures: Mapping[tuple[str, str, str], Mapping[str, Any]] | None = None,
        rows: int | None = None,
    ) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
        """Register a workbook; without figures it holds the base form as it is right."""
        wanted = base_figures() if figures is None else dict(figures)

        def take(write: Callable[[Path], Path]) -> Callable[[Path], Path]:
            name = write.__name__
            known = {case.name for case in self.cases}
            assert name not in known, f"two workbooks are called {name}"
            self.cases.append(
                Case(
                    name,
                    write,
                    frozenset(findings),
                    wanted,
                    len(wanted) if rows is None else rows,
                )
            )
            return write

        return take


def base_figures(period: str = MONTH) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What the base form says."""
    return {
        ("T01", period, area): dict(zip(COLUMNS, values, strict=True))
        for area, values in FIGURES.items()
    }


def base_rows() -> Grid:
    """The data rows of the base form."""
    return [
        [number, NAMES[area], *values, ""]
        for number, (area, values) in enumerate(FIGURES.items(), start=1)
    ]


def total_row(name: str = "合计") -> list[Any]:
    """The right 合计 of the base form."""
    return ["", name, *(sum(column) for column in zip(*FIGURES.values(), strict=True)), ""]


def base(
    rows: Grid | None = None,
    *,
    title: str = "2020年11月帮扶对象基础情况月报表",
    line: Sequence[str] = (f"填报单位(盖章):{UNIT}", "填报日期:2020年12月3日", "单位:人、户、个"),
    headers: Sequence[str] = HEADERS,
    total: bool = True,
) -> Grid:
    """The base form: title in row 1, its line in row 2, headers in row 3, data from row 4."""
    body = base_rows() if rows is None else rows
    end = [total_row()] if total else []
    return [[title], list(line), list(headers), *body, *end, SIGNED]


def workbook(
    folder: Path,
    sheets: Mapping[str, Grid] | Grid,
    *,
    name: str = "报表.xlsx",
    merged: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
    filtered: str = "",
    at: tuple[int, int] = (0, 0),
    blank_until: tuple[int, int] | None = None,
) -> Path:
    """Write grids as an .xlsx workbook.

    merged       ranges such as B4:B6 of every sheet; the first cell keeps its value.
    hidden_rows  numbers of hidden rows; filtered: range with a filter left on.
    at           row and column of the first cell; blank_until: formatted empty cells up to there.
    """
    path = folder / name
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        lined = book.add_format({"border": 1})
        for sheet, grid in (sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}).items():
            page = book.add_worksheet(sheet)
            if blank_until:
                for row in range(blank_until[0]):
                    for column in range(blank_until[1]):
                        page.write_blank(row, column, None, lined)
            for row, cells in enumerate(grid, start=at[0]):
                for column, cell in enumerate(cells, start=at[1]):
                    _write(page, row, column, cell, dated)
            for area in merged:
                page.merge_range(area, None)
                _first_again(page, grid, area, at, dated)
            for number in hidden_rows:
                page.set_row(number - 1, None, None, {"hidden": True})
            if filtered:
                page.autofilter(filtered)
            if sheet in hidden_sheets:
                page.hide()
    return path


def text_file(
    folder: Path,
    grid: Grid,
    *,
    encoding: str,
    name: str = "报表.csv",
    delimiter: str = ",",
    line_end: str = "\r\n",
) -> Path:
    """Write a grid as a text file; numbers as a person would type them."""
    width = max(map(len, grid))
    lines = [
        delimiter.join(_text(cell, delimiter) for cell in [*row, *[""] * (width - len(row))])
        for row in grid
    ]
    path = folder / name
    path.write_bytes((line_end.join(lines) + line_end).encode(encoding))
    return path


def _write(page: Any, row: int, column: int, cell: Any, dated: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Formula):
        page.write_formula(row, column, cell.text, None, cell.result)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, date | datetime):
        page.write_datetime(row, column, cell, dated)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    else:
        page.write_string(row, column, str(cell))


def _first_again(page: Any, grid: Grid, area: str, at: tuple[int, int], dated: Any) -> None:
    """Merging clears the range: write its first cell once more."""
    from xlsxwriter.utility import xl_cell_to_rowcol

    row, column = xl_cell_to_rowcol(area.split(":")[0])
    cells = grid[row - at[0]]
    if column - at[1] < len(cells):
        _write(page, row, column, cells[column - at[1]], dated)


def _text(cell: Any, delimiter: str) -> str:
    text = "" if cell is None else str(cell)
    if delimiter in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
