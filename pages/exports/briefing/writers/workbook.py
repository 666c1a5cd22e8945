"""All figures of the briefing in a workbook: the ranking tables as the office prints them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from data.catalogue.model import Catalogue
from pages.exports.briefing.model import Briefing, KeyFigure, PaperColumn, PaperTable
from pages.exports.briefing.paging import lines
from pages.exports.briefing.writers.sheets import DEMO_WORDS
from pages.exports.sheets import BLANK, MASKED
from pages.theme import formats, tokens

_FONT = "宋体"
# The sheet of the headline figures: wider, for a whole sentence stands behind each of them.
_WIDE, _SAID, _SAID_ACROSS = 170.0, 7.0, 26.0
# Text stays text, whatever it begins with.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_SECTIONS = {
    "verdict": "结论",
    "overall": "总体进展",
    "areas": "各地情况",
    "clinics": "村卫生室标准化",
    "problems": "存在问题",
    "owed": "报表报送",
    "next": "下一步工作",
    "revisions": "历史数据变动",
}
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\")


def write_workbook(briefing: Briefing, catalogue: Catalogue, target: BinaryIO) -> None:
    """Write the workbook: 总体进展, one sheet per table, the text, 说明."""
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties(
            {
                "title": briefing.title,
                "author": briefing.made_by,
                "comments": DEMO_WORDS if briefing.demo else "",
                "created": _midnight(briefing),
            }
        )
        writer = _Writer(book, briefing)
        writer.overall()
        for key, table in briefing.tables.items():
            writer.table(_sheet_name(key, table, catalogue), table)
        writer.words()
        writer.explanation(catalogue)


class _Writer:
    """One workbook on its way: its formats and sheet names."""

    def __init__(self, book: Workbook, briefing: Briefing) -> None:
        self._book, self._briefing = book, briefing
        self._formats: dict[tuple, Any] = {}
        self._names: set[str] = set()

    def overall(self) -> None:
        """The headline figures: name, value, unit, light, and what is said of each."""
        columns = (
            PaperColumn("指标", weight=2.2),
            PaperColumn("人群", weight=1.9),
            PaperColumn("数值", kind="number"),
            PaperColumn("单位", weight=0.8),
            PaperColumn("累计", weight=1.0),
            PaperColumn("本期", kind="number"),
            PaperColumn("报告期", weight=1.1),
            PaperColumn("变化", kind="number"),
            PaperColumn("变化的比较", weight=2.4),
            PaperColumn("灯号", kind="light", weight=1.4),
            PaperColumn("说明", weight=_SAID),
        )
        sheet = self._sheet("总体进展", self._briefing.title, columns, width=_WIDE)
        for row, figure in enumerate(self._briefing.figures, 3):
            self._figure(sheet, row, figure)

    def table(self, name: str, table: PaperTable) -> None:
        """One table in the form of the offices: title, unit line, heading, 合计 first, notes."""
        sheet = self._sheet(name, table.title, table.columns)
        for row, cells in enumerate(table.rows, 3):
            bold = row - 3 < table.totals
            for column, (cell, kind) in enumerate(zip(cells, table.columns, strict=True)):
                if kind.kind == "number":
                    places = _places(cell.text)
                    self._number(sheet, row, column, cell.value, kind.unit, places, bold=bold)
                else:
                    sheet.write_string(row, column, cell.text, self._look(bold=bold))
        last = 3 + len(table.rows)
        if said := f"{table.note}{table.more}":
            sheet.write_string(last, 0, f"注：{said}", self._look(grid=False, size=10))
        code = f"快照{self._briefing.snapshot}号　溯源码{table.source.code}"
        sheet.write_string(last + 1, 0, code, self._look(grid=False, size=10))

    def words(self) -> None:
        """Every sentence with its place; edited ones beside what the rules wrote."""
        columns = (
            PaperColumn("部分", weight=1.2),
            PaperColumn("文字", weight=6),
            PaperColumn("编辑前", weight=3),
            PaperColumn("溯源码", weight=0.9),
        )
        sheet = self._sheet("文字", self._briefing.title, columns)
        row = 3
        for section, said in self._briefing.said.items():
            for each in said:
                code = each.source.code if each.source else ""
                cells = (_SECTIONS[section], each.text, each.original, code)
                for column, text in enumerate(cells):
                    sheet.write_string(row, column, text, self._look(wrap=True))
                sheet.set_row(row, 15 * max(lines(each.text, 34), lines(each.original, 17)) + 4)
                row += 1

    def explanation(self, catalogue: Catalogue) -> None:
        """说明: conditions, definitions, source, snapshot, 溯源码."""
        made = self._briefing
        lines_: list[tuple[str, str]] = [
            ("简报", made.title),
            ("区划", f"{made.area_name}（{made.area}）"),
            ("报告期", made.period_label),
            ("数据截至", formats.date_zh(made.period_end)),
            ("快照", f"{made.snapshot}号（{made.snapshot_time}发布，校验值{made.manifest}）"),
            ("编制", made.made_by or formats.ABSENT),
        ]
        if made.demo:
            lines_.append(("注意", DEMO_WORDS))
        for each in made.indicators:
            known = catalogue.indicators[each]
            lines_.append((f"{known.name}（{known.unit}）", f"{known.definition}{known.caveat}"))
        lines_ += [(f"溯源码 {each.code}", f"查询 {each.query}") for each in made.sources()]
        lines_ += [("空格", BLANK), ("遮蔽", MASKED)]
        sheet = self._book.add_worksheet(self._name("说明"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 96)
        for row, (name, text) in enumerate(lines_):
            sheet.write_string(row, 0, name, self._look(bold=True, grid=False, wrap=True))
            sheet.write_string(row, 1, text, self._look(grid=False, wrap=True))
            # LibreOffice and paper leave a wrapped row one line high unless it is told.
            sheet.set_row(row, 15 * max(lines(text, 46), lines(name, 13)) + 3)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _figure(self, sheet: Worksheet, row: int, figure: KeyFigure) -> None:
        masked = figure.number == formats.MASKED
        number = None if masked else figure.value
        against = f"{figure.against}（{figure.points}）" if figure.against else ""
        places = _places(figure.number)
        unit = self._unit(figure)
        # The unit as in the catalogue: 万人 is for reading aloud, the cell holds people.
        words = {
            0: figure.name,
            1: figure.people,
            3: unit,
            4: figure.kind,
            6: formats.period_short(figure.period) if figure.period else "",
            8: against,
            9: figure.judged,
            10: figure.said,
        }
        for column, text in words.items():
            sheet.write_string(row, column, text, self._look(wrap=True))
        self._number(sheet, row, 2, number, unit, places)
        self._number(sheet, row, 5, figure.alone, unit, places)
        self._number(sheet, row, 7, figure.change, figure.points, 2)
        sheet.set_row(row, 15 * lines(figure.said, _SAID_ACROSS) + 4)

    def _number(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        value: float | None,
        unit: str,
        places: int,
        *,
        bold: bool = False,
    ) -> None:
        """A number or an empty cell, never a word among numbers; a percentage as a true one."""
        if value is None:
            sheet.write_blank(row, column, None, self._look(bold=bold))
        elif unit == "%":
            look = self._look(bold=bold, number=places, percent=True)
            sheet.write_number(row, column, round(value / 100, 8), look)
        else:
            sheet.write_number(row, column, value, self._look(bold=bold, number=places))

    def _unit(self, figure: KeyFigure) -> str:
        return {"万人": "人", "万人次": "人次", "亿元": "万元"}.get(figure.unit, figure.unit)

    def _sheet(
        self, name: str, title: str, columns: Sequence[PaperColumn], *, width: float = 128
    ) -> Worksheet:
        """A sheet with title, unit line and heading, ready to be printed on A4 across.

        width  Of all columns, in letters.
        """
        made, sheet = self._briefing, self._book.add_worksheet(self._name(name))
        last = len(columns) - 1
        whole = sum(column.weight for column in columns)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, max(7.0, width * column.weight / whole))
        top = self._look(grid=False, bold=True, size=18, centre=True)
        _merged(sheet, 0, last, title, top)
        demo = "　演示数据（虚构）" if made.demo else ""
        line = (
            f"单位：{made.area_name}　{made.period_label}　"
            f"数据截至：{formats.date_zh(made.period_end)}{demo}"
        )
        _merged(sheet, 1, last, line, self._look(grid=False, size=10))
        head = self._look(bold=True, wrap=True, centre=True, ground=True)
        tall = max(lines(c.heading, width / 2 * c.weight / whole) for c in columns)
        sheet.set_row(0, 30)
        sheet.set_row(2, 17 * tall + 4)
        for index, column in enumerate(columns):
            sheet.write_string(2, index, column.heading, head)
        sheet.freeze_panes(3, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 2)
        sheet.set_footer(f"&L快照{made.snapshot}号&R第&P页 共&N页")
        return sheet

    def _name(self, wanted: str) -> str:
        """A name that a sheet may have: no forbidden signs, 31 letters, not twice."""
        base = wanted.translate(_FORBIDDEN)[:28] or "表"
        name, number = base, 1
        while name in self._names:
            number += 1
            name = f"{base[:26]}_{number}"
        self._names.add(name)
        return name

    def _look(
        self,
        *,
        bold: bool = False,
        number: int | None = None,
        percent: bool = False,
        centre: bool = False,
        wrap: bool = False,
        grid: bool = True,
        ground: bool = False,
        size: float = 11,
    ):
        key = (bold, number, percent, centre, wrap, grid, ground, size)
        if key not in self._formats:
            look: dict[str, Any] = {"font_name": _FONT, "font_size": size, "valign": "vcenter"}
            look |= {"bold": bold, "text_wrap": wrap}
            if number is not None:
                look["num_format"] = f"0.{'0' * number}" if number else "0"
                look["num_format"] += "%" if percent else ""
            if grid:
                look["border"] = 1
            if ground:
                look["bg_color"] = tokens.PANEL
            if centre:
                look["align"] = "center"
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _merged(sheet: Worksheet, row: int, last: int, text: str, look) -> None:
    if last:
        sheet.merge_range(row, 0, row, last, "", look)
    sheet.write_string(row, 0, text, look)


def _places(text: str) -> int:
    """Decimals as printed: 99.10 has two, 12 has none; a mark behind the figure is no decimal."""
    decimals = text.partition(".")[2]
    return sum(letter.isdecimal() for letter in decimals)


def _sheet_name(key: str, table: PaperTable, catalogue: Catalogue) -> str:
    kind, _, rest = key.partition(".")
    if kind == "areas":
        return catalogue.indicators[rest].name
    return f"附件{rest}" if kind == "annex" else table.title


def _midnight(briefing: Briefing):

    day = briefing.period_end
    return datetime(day.year, day.month, day.day)
