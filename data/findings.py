"""A finding is one thing a check found, with the address a person needs to mend it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

ERROR = "错误"
EXPLAIN = "需说明"
HINT = "提示"
SEVERITIES = (ERROR, EXPLAIN, HINT)


@dataclass(frozen=True)
class Finding:
    """One finding. All fields are text for a person; none ever holds a personal value.

    cell is an address such as C7, empty when the finding is about a whole sheet or file;
    area is the name for a person, area_code what a waiver needs (may be empty).
    """

    file: str
    sheet: str
    cell: str
    table: str
    column: str
    area: str
    rule: str
    severity: str
    found: str
    expected: str
    action: str
    area_code: str = ""

    def line(self) -> str:
        """The finding as one line of text."""
        where = " ".join(part for part in (self.file, self.sheet, self.cell) if part)
        what = "、".join(part for part in (self.table, self.column, self.area) if part)
        return (
            f"[{self.severity}] {where}：{what} 实为{self.found or '空'}，"
            f"应为{self.expected}。{self.action.rstrip('。')}。（{self.rule}）"
        )

    def as_dict(self) -> dict[str, str]:
        """The finding as a flat dictionary, for JSON."""
        return asdict(self)


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that keep an import from being published: 错误 and unanswered 需说明."""
    return [finding for finding in findings if finding.severity in (ERROR, EXPLAIN)]
