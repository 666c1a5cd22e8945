"""Files through the first three stages: every file read, every row typed, every doubt a finding.

Nothing is stored here: the checks of the catalogue and the publish follow.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data import personal
from data.catalogue.forms import SavedForm
from data.catalogue.model import Catalogue
from data.filed.rows import is_rising
from data.findings import ERROR, HINT, Finding
from data.intake import privacy
from data.intake.locate.finder import Finder, has_data
from data.intake.mapping import propose
from data.intake.read import files as files_of
from data.intake.read import kinds, safety
from data.intake.read.files import Given, given_files, shown_names
from data.intake.read.limits import FileLimits
from data.intake.read.workbook import Sheet, Workbook, sheets
from data.intake.typed.form import LISTED
from data.intake.typed.typist import Typed, Typist

SOURCE_SCHEMA = {
    "source_id": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
}
_PERSONAL_EXPECTED = "不含身份证号的报表"
_PERSONAL_ACTION = "请删去后重新报送；号码不会被保存或显示。"

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Delivery:
    """All that files say: what they file, what is to be said of it, and the sources.

    findings  In the order of the files.
    typed     Every table with rows, likewise.
    sources   source_id (first 12 characters of the sha256), file (name only), sha256, bytes.
    files     How each file is called in findings, those of a zip one by one, in their order; also
              those that were refused or left out.
    """

    findings: tuple[Finding, ...]
    typed: tuple[Typed, ...]
    sources: pl.DataFrame
    files: tuple[str, ...]


def read_files(
    paths: Sequence[Given | Path | str],
    catalogue: Catalogue,
    *,
    import_date: date,
    forms: Sequence[SavedForm] = (),
    without: Collection[str] = (),
    progress: Progress = lambda share, words: None,
) -> Delivery:
    """Read workbooks, CSV files and folders of them.

    import_date  the day of import: no period may start and no report be dated after it.
    forms        the office's own forms, which sheets may be.
    without      files that are left out, as they are called in findings.
    progress     called with the share done (0 to 1) and a Chinese line before each file.
    returns      Delivery; a file that cannot be read at all is one 错误 among the findings.
    """
    reader = _Files(catalogue, import_date, forms, without)
    files = given_files(paths)
    shown = shown_names(files)
    if not files:
        reader.add("", "file.missing", "没有找到文件", "至少一个文件", "请检查文件夹。")
    for index, file in enumerate(files):
        progress(index / len(files), f"正在读取 {shown[file]}（{index + 1}/{len(files)}）")
        reader.take(file, shown[file])
    reader.findings += duplicate_keys(reader.typed, catalogue)
    progress(1.0, "读取完毕")
    sources = pl.DataFrame(reader.sources, schema=SOURCE_SCHEMA, orient="row")
    return Delivery(tuple(reader.findings), tuple(reader.typed), sources, tuple(reader.files))


class _Files:
    """Reads one file after the other and collects what came of it."""

    def __init__(
        self,
        catalogue: Catalogue,
        import_date: date,
        forms: Sequence[SavedForm],
        without: Collection[str],
    ) -> None:
        self.files: list[str] = []
        self.findings: list[Finding] = []
        self.typed: list[Typed] = []
        self.sources: list[tuple[str, str, str, int]] = []
        self._catalogue = catalogue
        self._without = without
        self._limits = FileLimits.from_settings(catalogue.settings)
        self._finder = Finder(catalogue, forms)
        self._typist = Typist(catalogue, import_date)

    def take(self, file: Given, shown: str) -> None:
        """Read one file, or all files of a zip, called `shown` in its findings."""
        for each in files_of.opened(file, shown, self._limits):
            name = personal.hide(each.shown)
            self.files.append(name)
            if name in self._without:
                continue
            if personal.has_any(each.stem):
                self.add(
                    name,
                    privacy.ID_RULE,
                    "文件名中有疑似证件号或手机号",
                    "不含个人信息的文件名",
                    "请改名后重新报送。",
                )
            self._one(replace(each, shown=name))

    def _one(self, opened: files_of.Opened) -> None:
        shown, file = opened.shown, opened.file
        try:
            if file is None:
                self._refused(shown, opened.refused)
                return
            if any(file.sha256 == sha256 for _, _, sha256, _ in self.sources):
                self.add(
                    shown,
                    "file.duplicate",
                    "内容与前面的一个文件完全相同，已跳过",
                    "每个文件只给一次",
                    "不必处理。",
                    severity=HINT,
                )
                return
            workbook = Workbook(shown, opened.stem, file, sheets(file, self._limits))
        except safety.FileRefused as refusal:
            self._refused(shown, refusal)
            return
        self.sources.append((workbook.id, shown, file.sha256, len(file.data)))
        recognised = 0
        for sheet in workbook.sheets:
            if sheet.is_finding_list:
                continue
            self._personal(shown, sheet)
            recognised += self._tables(workbook, sheet)
        self._outside(workbook)
        if file.book.is_1904 and recognised:
            self.add(
                shown,
                "file.days_from_1904",
                "工作簿用 1904 日期系统，日期已按它读取",
                "1900 日期系统",
                "请核对日期；以数字填写的日期会差四年，请改成日期格式。",
                severity=HINT,
            )
        if not recognised:
            self._no_table(workbook)

    def _no_table(self, workbook: Workbook) -> None:
        """No report was found: what the file looks most like, and what to press."""
        action = "请核对表头，或改用系统生成的空表；本单位自己的表，可以对一次表头，以后照此读取。"
        is_text = workbook.file.kind == kinds.TEXT
        if is_text and all(sheet.width < 2 for sheet in workbook.sheets):
            found = "没有认出分隔符，每行只有一格"
            action = "请另存为用逗号分隔的 CSV，或 .xlsx。"
        else:
            near = [each for sheet in workbook.sheets if (each := propose(sheet, self._catalogue))]
            found = "没有认出任何报表"
            if near:
                found += f"；{max(near, key=lambda each: each.fitting).in_words()}"
        self.add(workbook.name, "file.no_table", found, "表头与报表目录相符的工作表", action)

    def _refused(self, shown: str, refusal: safety.FileRefused | None) -> None:
        if refusal is not None:
            self.add(shown, refusal.rule, refusal.found, "可以读取的工作簿", refusal.action)

    def _tables(self, workbook: Workbook, sheet: Sheet) -> int:
        """Read the tables of a sheet; returns how many there were."""
        tables = self._finder.find(sheet)
        if not tables and has_data(sheet):
            self.add(
                workbook.name,
                "sheet.unknown",
                "没有认出报表，这个工作表未导入",
                "表头与报表目录相符",
                "不是报表就不必处理；是报表请核对表头。",
                sheet=personal.hide(sheet.name),
                severity=HINT,
            )
        for located in tables:
            typed = self._typist.typed(workbook, sheet, located)
            self.findings += typed.findings
            if typed.frame.height:
                self.typed.append(typed)
        return len(tables)

    def _outside(self, workbook: Workbook) -> None:
        """An ID number in a comment, a header, a name, a link: it blocks like one in a cell."""
        shown, book = workbook.name, workbook.file.book
        where = ""
        if book.other_texts:
            notes = [at for at, text in book.notes if personal.has_id_number(text)]
            where = f"（{'、'.join(notes[:5])}）" if notes else ""
        elif any(each.file == shown and each.rule == privacy.ID_RULE for each in self.findings):
            return
        if any(personal.has_id_number(text) for text in safety.other_texts(workbook.file)):
            self.add(
                shown,
                privacy.ID_RULE,
                f"批注{where}、文本框、页眉页脚、名称或文件属性中有疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
            )

    def _personal(self, shown: str, sheet: Sheet) -> None:
        """An ID number anywhere blocks: in any cell, in the sheet's name."""
        name = personal.hide(sheet.name)
        if personal.has_id_number(sheet.name):
            self.add(
                shown,
                privacy.ID_RULE,
                "工作表名中有疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
                sheet=name,
            )
        cells = privacy.id_cells(sheet)
        for row, column in cells[:LISTED]:
            self.add(
                shown,
                privacy.ID_RULE,
                "疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
                sheet=name,
                cell=sheet.address(row, column),
            )
        if len(cells) > LISTED:
            self.add(
                shown,
                privacy.ID_RULE,
                f"另有 {len(cells) - LISTED} 格疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
                sheet=name,
            )

    def add(
        self,
        file: str,
        rule: str,
        found: str,
        expected: str,
        action: str,
        *,
        sheet: str = "",
        cell: str = "",
        severity: str = ERROR,
    ) -> None:
        """Add a finding that is about no table."""
        self.findings.append(
            Finding(
                file=file,
                sheet=sheet,
                cell=cell,
                table="",
                column="",
                area="",
                rule=rule,
                severity=severity,
                found=found,
                expected=expected,
                action=action,
            )
        )


def places(delivery: Delivery) -> pl.DataFrame:
    """Where the columns of each source stood: source_id, places (JSON; data/filed/origins.py)."""
    known: dict[str, list[dict[str, Any]]] = {}
    for typed in delivery.typed:
        rows = typed.frame["source_row"]
        known.setdefault(typed.source_id, []).append(
            {
                "sheet": typed.sheet,
                "table": typed.table.id,
                "rows": [rows.min(), rows.max()],
                "columns": {**typed.letters, **typed.fixed},
            }
        )
    return pl.DataFrame(
        [
            (source, json.dumps(entries, ensure_ascii=False, separators=(",", ":")))
            for source, entries in known.items()
        ],
        schema={"source_id": pl.String, "places": pl.String},
        orient="row",
    )


def duplicate_keys(every: Sequence[Typed], catalogue: Catalogue) -> list[Finding]:
    """Rows of all files that share a natural key: an 错误 each, naming both cells."""
    findings: list[Finding] = []
    for table in {typed.table.id: typed.table for typed in every}.values():
        mine = [typed for typed in every if typed.table.id == table.id]
        key = ["period", *table.key]
        rows = pl.concat(
            typed.frame.select(*key).with_row_index("row").with_columns(at=pl.lit(index))
            for index, typed in enumerate(mine)
        ).filter(pl.all_horizontal(pl.col(name).is_not_null() for name in ("period", table.key[0])))
        if is_rising(rows.select(key)):
            continue
        repeated = rows.filter(pl.struct(key).is_duplicated())
        firsts: dict[tuple, tuple[Typed, int]] = {}
        for entry in repeated.head(LISTED * 2).iter_rows(named=True):
            typed = mine[entry["at"]]
            mark = tuple(entry[name] for name in key)
            if mark not in firsts:
                firsts[mark] = typed, entry["row"]
                continue
            findings.append(_duplicate(typed, entry["row"], *firsts[mark], catalogue))
    return findings


def _duplicate(
    typed: Typed, row: int, first: Typed, first_row: int, catalogue: Catalogue
) -> Finding:
    table = typed.table
    column = next((name for name in reversed(table.key) if name in typed.letters), table.key[0])
    own = table.by_name.get(column)
    where = first.cell(first_row, column)
    if (first.file, first.sheet) != (typed.file, typed.sheet):
        where = " ".join(part for part in (first.file, first.sheet, where) if part)
    code = typed.frame["area_code"][row]
    return Finding(
        file=typed.file,
        sheet=typed.sheet,
        cell=typed.cell(row, column),
        table=f"{table.id} {table.title}",
        column=own.header if own else "行政区划代码",
        area=(catalogue.area_name(code) or code or "") if code else "",
        rule="key.duplicate",
        severity=ERROR,
        found=f"{typed.frame['period'][row]} 与 {where} 重复",
        expected="同一报告期每个对象只有一行",
        action="请删去或合并重复的行。",
    )
