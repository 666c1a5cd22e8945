"""What the open cells of a blank form accept: drop-downs, numbers, dates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.forms import template_parts as parts
from data.forms.template_layout import SUMMED, Layout
from data.forms.template_parts import Head

_LISTS = "选项"
# In-cell lists longer than this must stand in cells of their own.
_LIST_LIMIT = 250


class Rules:
    """Puts the rules on a page; long lists go to a hidden sheet of the book."""

    def __init__(self, book: Any, page: Any, form: Layout) -> None:
        self._book, self._page, self._form = book, page, form
        self._lists: dict[tuple[str, ...], str] = {}
        self._list_page: Any = None
        self._list_end = 0

    def report_date(self, row: int, column: int) -> None:
        """填报日期 is not before the period."""
        start, end = self._form.period.start, self._form.period.end
        rule = {
            "validate": "date",
            "criteria": ">=",
            "value": datetime.combine(start, datetime.min.time()),
            "input_title": "填报日期",
            "input_message": f"写作 {end.isoformat()}，不早于报告期首日。",
            "error_title": "填报日期不对",
            "error_message": f"请填日期，不早于 {start.isoformat()}。",
        }
        self._page.data_validation(row, column, row, column, rule)

    def columns(self, first: int, last: int) -> None:
        """Drop-downs, and cells that take numbers or dates only."""
        for column, head in enumerate(self._form.heads):
            rule = self._rule(head)
            if rule is not None:
                self._page.data_validation(first, column, last, column, rule)

    def _rule(self, head: Head) -> dict[str, Any] | None:
        column = head.column
        if column is None:
            return None
        title = column.header[:32]
        if head.name == "division_name" and self._form.has_spare and self._form.places:
            words = self._form.places
            return {
                "validate": "list",
                "source": self._source(words),
                "error_type": "information",
                "error_title": title,
                "error_message": "这个名称不在本单位的区划中，请核对。",
            }
        words = parts.choices(self._form.catalogue, column)
        if words:
            return {
                "validate": "list",
                "source": self._source(words),
                "error_title": title,
                "error_message": "请从下拉列表中选。",
            }
        if column.type in SUMMED:
            at_least_zero = any(
                check.must.text.replace(" ", "").startswith(f"{column.name}>")
                for check in column.checks
            )
            floor = 0 if at_least_zero else -(10**12)
            told = "没有的填 0。" if column.required else "没有就空着。"
            return {
                "validate": "integer" if column.type == "int" else "decimal",
                "criteria": "between",
                "minimum": floor,
                "maximum": 10**12,
                "error_title": title,
                "error_message": f"请填{'整数' if column.type == 'int' else '数字'}，{told}",
            }
        if column.type == "date":
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": datetime(1950, 1, 1),
                "maximum": datetime(2099, 12, 31),
                "error_title": title,
                "error_message": "请填日期，如 2020-12-31。",
            }
        return None

    def _source(self, words: Sequence[str]) -> Any:
        """A short list stands in the rule itself, a long one in a hidden sheet."""
        if sum(map(len, words)) + len(words) < _LIST_LIMIT and not any("," in w for w in words):
            return list(words)
        key = tuple(words)
        if key not in self._lists:
            if self._list_page is None:
                self._list_page = self._book.add_worksheet(_LISTS)
                self._list_page.hide()
            # One list below the other: a reader takes a single column for no table.
            start = self._list_end
            for offset, word in enumerate(words):
                self._list_page.write_string(start + offset, 0, word)
            self._list_end = start + len(words)
            self._lists[key] = f"={_LISTS}!$A${start + 1}:$A${self._list_end}"
        return self._lists[key]
