"""How large a file may be, and the refusal that names what was met."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class Refusal(ValueError):
    """Why a file is not taken: a rule id, the words for a person, and what to do if not the usual.

    Raised where the file's name is not known; safety.FileRefused says the same with it.
    """

    def __init__(self, rule: str, found: str, action: str = "") -> None:
        super().__init__(found)
        self.rule, self.found, self.action = rule, found, action


@dataclass(frozen=True)
class FileLimits:
    """How large a file may be. The settings' section `import` may change each of them."""

    max_file_mb: int = 60
    max_csv_mb: int = 200
    max_unpacked_mb: int = 600
    max_ratio: int = 200
    max_entries: int = 3000
    max_cells: int = 16_000_000
    max_sheets: int = 300
    max_csv_cells: int = 40_000_000

    @staticmethod
    def from_settings(settings: Mapping[str, Any]) -> "FileLimits":
        """The limits of the settings; keys that are not there keep their default."""
        section = settings.get("import") or {}
        known = {field.name for field in fields(FileLimits)}
        return FileLimits(**{name: int(section[name]) for name in known & set(section)})

    def refuse_sheets(self, count: int) -> None:
        """Each sheet is looked through for reports: thousands of small ones take minutes.

        raises Refusal.
        """
        if count > self.max_sheets:
            found = f"有 {count} 个工作表,超过上限 {self.max_sheets} 个"
            raise Refusal("file.bomb", found, "请拆成几个工作簿后再报。")

    def refuse_box(self, sheet: str, rows: int, columns: int, corner: str) -> None:
        """Readers lay a sheet out as a full rectangle: two far cells would fill the memory.

        rows, columns  of the rectangle; corner  the address of its last cell.
        raises         Refusal.
        """
        if rows * columns > self.max_cells:
            where = f"工作表「{sheet}」" if sheet else "表格"
            found = f"{where}最远的格在 {corner},占用 {rows * columns:,} 格,超过上限"
            raise Refusal("file.bomb", found, "请删去表格以外的行和列,另存后再报。")
