"""Writing a blank form on its sheet, from the title down to the footnotes."""

from collections.abc import Sequence
from typing import Any

from data.forms import template_look as look_of
from data.forms import template_parts as parts
from data.forms import template_rows
from data.forms.template_layout import Layout
from data.forms.template_rows import Line
from data.forms.template_rules import Rules
from data.intake.words import address, letters

_STEMS = "甲乙丙丁戊己庚辛"
_CLOSED = "—"
_ROW_HEIGHT = 20.0
# A form of so many lines is held on one sheet of paper.
_ONE_PAGE = 26
_PROTECTION = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
}


class Page:
    """Writes a form from top to bottom."""

    def __init__(self, book: Any, form: Layout) -> None:
        self._form = form
        self._page = book.add_worksheet(form.table.title[:31])
        self._look = look_of.Look(book)
        self._rules = Rules(book, self._page, form)

    def write(self) -> None:
        """Write everything."""
        form, page = self._form, self._page
        for column, width in enumerate(form.widths):
            page.set_column(column, column, width)
        self._top()
        top = 3
        first = self._headers(top)
        below = self._lines(first)
        self._rules.columns(first, below - 1)
        if form.summed:
            self._total(first, below)
            below += 1
        below = self._signatures(below)
        end = self._notes(below)
        self._print(top, first, end)

    def _top(self) -> None:
        """Title, period, and one line with 填报单位, 填报日期 and the unit of the figures."""
        form, page, look = self._form, self._page, self._look
        page.merge_range(0, 0, 0, form.last, form.table.title, look.title)
        page.set_row(0, 36)
        period = parts.full_width(f"报告期：{form.period.label_zh()}")
        page.merge_range(1, 0, 1, form.last, period, look.period)
        page.set_row(1, 20)
        units = parts.unit_line(form.table)
        spans = _spans(form.widths, (17, 26, 12, 18, 24))
        unit = f"单位：{units}" if units else ""
        texts = ("填报单位（盖章）：", form.unit_name, "填报日期：", "", unit)
        formats = (look.label, look.entry, look.label_right, look.entry_date, look.label_right)
        for (left, right), text, format_ in zip(spans, texts, formats, strict=True):
            self._put(2, left, right, text, format_)
        page.set_row(2, 24)
        self._rules.report_date(2, spans[3][0])

    def _headers(self, top: int) -> int:
        """Headers of one or two levels and the numbering below; the first data row."""
        form, page, look = self._form, self._page, self._look
        deep = any(head.group for head in form.heads)
        bottom = top + 1 if deep else top
        heights = [0.0, 0.0]
        at = 0
        while at < len(form.heads):
            head, end = form.heads[at], at
            if not head.group:
                if deep:
                    page.merge_range(top, at, bottom, at, head.text, look.header)
                else:
                    page.write_string(top, at, head.text, look.header)
                need = look_of.header_height(head.text, form.widths[at])
                heights[1] = max(heights[1], need - 20 if deep else need)
            else:
                while end + 1 <= form.last and form.heads[end + 1].group == head.group:
                    end += 1
                self._put(top, at, end, head.group, look.header)
                wide = sum(form.widths[at : end + 1])
                heights[0] = max(heights[0], look_of.header_height(head.group, wide))
                for inner in range(at, end + 1):
                    text = form.heads[inner].text
                    page.write_string(bottom, inner, text, look.header)
                    need = look_of.header_height(text, form.widths[inner])
                    heights[1] = max(heights[1], need)
            at = end + 1
        if deep:
            page.set_row(top, max(heights[0], 20))
        page.set_row(bottom, max(heights[1], 20))
        self._comments(bottom, top)
        self._numbering(bottom + 1)
        return bottom + 2

    def _comments(self, bottom: int, top: int) -> None:
        for column, head in enumerate(self._form.heads):
            if head.comment:
                row = bottom if head.group else top
                tall = sum(
                    -(-look_of.display_width(line) // 40) for line in head.comment.split("\n")
                )
                self._page.write_comment(
                    row,
                    column,
                    head.comment,
                    {
                        "width": 300,
                        "height": 24 + 17 * tall,
                        "font_name": look_of.SONG,
                        "font_size": 10,
                    },
                )

    def _numbering(self, row: int) -> None:
        """甲 乙 丙 under what a line is about, 1 2 3 under what is filled in."""
        stems, number = 0, 0
        self._page.set_row(row, 16)
        for column, head in enumerate(self._form.heads):
            is_label = head.name in ("", "division_code", "division_name")
            if is_label and number == 0 and stems < len(_STEMS):
                text, stems = _STEMS[stems], stems + 1
            elif is_label:
                text = _CLOSED
            else:
                number += 1
                text = str(number)
            self._page.write_string(row, column, text, self._look.numbering)

    def _lines(self, first: int) -> int:
        """The data lines; the row after them."""
        locked = {head.name: self._look.value(head.type, locked=True) for head in self._form.heads}
        free = {head.name: self._look.value(head.type, locked=False) for head in self._form.heads}
        own = {column.name for column in template_rows.identity(self._form.table)}
        own |= {"", "division_code", "division_name"}
        for index, line in enumerate(self._form.lines):
            row = first + index
            self._page.set_row(row, self._height(line))
            self._page.write_number(row, 0, index + 1, self._look.serial)
            for column, head in enumerate(self._form.heads[1:], start=1):
                text = self._form.prefilled(line, head)
                if head.name in line.closed:
                    self._page.write_string(row, column, _CLOSED, self._look.closed)
                elif text:
                    formats = locked if head.name in own else free
                    self._page.write_string(row, column, text, formats[head.name])
                elif head.name == "":
                    self._page.write_blank(row, column, None, locked[""])
                else:
                    self._page.write_blank(row, column, None, free[head.name])
        return first + len(self._form.lines)

    def _height(self, line: Line) -> float:
        """High enough for the longest text that is pre-filled."""
        needed = 1
        for head, width in zip(self._form.heads, self._form.widths, strict=True):
            if head.type == "text" and (text := self._form.prefilled(line, head)):
                needed = max(needed, look_of.lines_of(text, width))
        return max(_ROW_HEIGHT, 15.5 * needed + 4)

    def _total(self, first: int, row: int) -> None:
        """合计 as formulas that stay empty until a figure is there."""
        page, look, form = self._page, self._look, self._form
        page.set_row(row, _ROW_HEIGHT)
        summed = form.summed
        labels = min(summed)
        word = next(at for at, head in enumerate(form.heads) if head.name == "division_name")
        for column, head in enumerate(form.heads):
            if column in summed:
                span = f"{letters(column)}{first + 1}:{letters(column)}{row}"
                formula = f'=IF(COUNT({span})=0,"",SUM({span}))'
                page.write_formula(row, column, formula, look.total(head.type), "")
            elif column == word and column < labels:
                page.write_string(row, column, "合计", look.total_word)
            else:
                page.write_blank(row, column, None, look.total_word)

    def _signatures(self, row: int) -> int:
        """Who answers for the form, each with an open cell; the row after it."""
        names = ("单位负责人：", "审核人：", "填报人：", "联系电话：")
        per_line = 4 if sum(self._form.widths) > 120 and self._form.last >= 8 else 2
        for start in range(0, len(names), per_line):
            chosen = names[start : start + per_line]
            spans = _spans(self._form.widths, (14, 16) * per_line)
            for index, name in enumerate(chosen):
                (left, right), (open_left, open_right) = spans[2 * index], spans[2 * index + 1]
                self._put(row, left, right, name, self._look.label_right)
                self._put(row, open_left, open_right, "", self._look.entry)
            self._page.set_row(row, 26)
            row += 1
        return row

    def _notes(self, row: int) -> int:
        """Footnotes over the whole width; the row after them."""
        form = self._form
        told = parts.footnotes(
            form.catalogue,
            form.table,
            form.period,
            has_spare=form.has_spare,
            has_total=bool(form.summed),
        )
        for index, note in enumerate(told):
            text = f"注：{note}" if index == 0 else f"　　{note}"
            self._put(row, 0, form.last, text, self._look.note)
            self._page.set_row(row, 15.0 * look_of.lines_of(text, sum(form.widths) * 1.02) + 2)
            row += 1
        return row

    def _put(self, row: int, left: int, right: int, text: str, format_: Any) -> None:
        if right > left:
            self._page.merge_range(row, left, row, right, text, format_)
        elif text:
            self._page.write_string(row, left, text, format_)
        else:
            self._page.write_blank(row, left, None, format_)

    def _print(self, top: int, first: int, end: int) -> None:
        page, form = self._page, self._form
        page.set_landscape()
        page.set_paper(look_of.paper(form.widths))
        page.set_margins(left=look_of.MARGIN, right=look_of.MARGIN, top=0.5, bottom=0.55)
        page.fit_to_pages(1, 1 if len(form.lines) <= _ONE_PAGE else 0)
        page.center_horizontally()
        page.repeat_rows(top, first - 1)
        page.print_area(0, 0, end - 1, form.last)
        page.set_footer("&C第 &P 页，共 &N 页")
        names = [at for at, head in enumerate(form.heads) if head.name == "division_name"]
        page.freeze_panes(first, names[0] + 1)
        page.protect("", _PROTECTION)
        page.set_selection(address(first, names[0] + 1))
        page.hide_gridlines(2)


def _spans(widths: Sequence[float], wanted: Sequence[float]) -> list[tuple[int, int]]:
    """Columns for pieces side by side, each about as wide as wanted; the last takes the rest.

    returns  (first, last column) of every piece; each has at least one column.
    """
    scale = max(1.0, sum(widths) / sum(wanted) * 0.7)
    spans: list[tuple[int, int]] = []
    column = 0
    for index, want in enumerate(wanted):
        left, room = column, widths[column]
        pieces_left = len(wanted) - index - 1
        is_label = index % 2 == 0
        need = want if is_label else want * min(scale, 2.5)
        while room < need and column + 1 <= len(widths) - 1 - pieces_left:
            column += 1
            room += widths[column]
        spans.append((left, column))
        column += 1
    if wanted and len(wanted) % 2 == 1:
        spans[-1] = (spans[-1][0], len(widths) - 1)
    return spans
