"""Taking county workbooks in: every file read, every row typed, every doubt a finding.

Nothing is stored here: `read_files` gives batches of rows and all findings at once; the checks
of the catalogue and the publish follow.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.filed_rows import is_rising
from data.findings import ERROR, HINT, Finding
from data.workbooks import archives, areas, finding_list, kinds, privacy, read, safety
from data.workbooks.archives import Given
from data.workbooks.extract import Extract, extract
from data.workbooks.locate import Finder, has_data
from data.workbooks.read import Sheet
from data.workbooks.work import LISTED, Source

ID_LENGTH = 12
SOURCE_SCHEMA = {
    "source_id": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "bytes": pl.Int64,
}
# So many missing columns are named.
_NAMED = 4
_PERSONAL_EXPECTED = "不含身份证号的报表"
_PERSONAL_ACTION = "请删去后重新报送;号码不会被保存或显示。"

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Batch:
    """The rows of one report table in one sheet of one file.

    frame    typed rows: division_code, area_code, period, period_start, period_end, the table's
             stored columns, reporting_unit, reported_on, remark, source_id, source_sheet,
             source_row (as numbered in the workbook).
    letters  column → letters in the workbook; fixed: column → address, where the value stands
             once for the whole table (title or signature row).
    """

    table_id: str
    source_id: str
    file: str
    sheet: str
    frame: pl.DataFrame
    letters: dict[str, str]
    fixed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """All that was read: findings in the order of the files, batches, and the sources.

    sources  source_id (first 12 characters of the sha256), file (name only), sha256, bytes.
    files    How each file is called in findings, those of a zip one by one, in their order; also
             those that were refused or left out.
    """

    findings: list[Finding]
    batches: list[Batch]
    sources: pl.DataFrame
    files: tuple[str, ...] = ()


def cell(batch: Batch, row: int, column: str) -> str:
    """The address of a value, C7; the first cell of the row where the column has no cell."""
    if column in batch.letters:
        return f"{batch.letters[column]}{batch.frame['source_row'][row]}"
    if column in batch.fixed:
        return batch.fixed[column]
    return f"A{batch.frame['source_row'][row]}"


def given_files(given: Iterable[Given | Path | str]) -> list[Given]:
    """Files as given; folders as all files in them, sorted, but those that no person made."""
    found: list[Given] = []
    for each in map(Given.of, given):
        if not each.path.is_dir():
            found.append(each)
            continue
        inside = (path for path in _inside(each.path) if path.is_file() or path.is_dir())
        found.extend(
            Given.of(path)
            for path in sorted(inside)
            if not archives.is_unasked(path.relative_to(each.path).parts)
        )
    return list(dict.fromkeys(found))


def _inside(folder: Path) -> Iterator[Path]:
    """All files below a folder; folders that cannot be entered too, so that they are told."""
    closed: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=closed.append):
        yield from (Path(where) / name for name in files)
        yield from (path for name in folders if (path := Path(where) / name).is_symlink())
    yield from (Path(error.filename) for error in closed)


def shown_names(files: Sequence[Given]) -> dict[Given, str]:
    """How each file is called in findings: its name, with folders where two have the same.

    ID and mobile numbers in the names are taken out.
    """
    names = Counter(file.name for file in files)
    shown = {}
    for file in files:
        parts = (*map(archives.readable, file.path.parts[:-1]), file.name)
        depth = 1
        if names[file.name] > 1:
            same = [other.path for other in files if other.name == file.name and other != file]
            while depth < len(parts) and any(
                other.parts[-depth:] == file.path.parts[-depth:] for other in same
            ):
                depth += 1
        shown[file] = privacy.hide("/".join(parts[-depth:]))
    return shown


def read_files(
    paths: Sequence[Given | Path | str],
    catalogue: Catalogue,
    *,
    import_date: date,
    without: Collection[str] = (),
    progress: Progress | None = None,
) -> Reading:
    """Read workbooks, CSV files and folders of them.

    import_date  the day of import: no period may start and no report be dated after it.
    without      files that are left out, as they are called in findings.
    progress     called with the share done (0 to 1) and a Chinese line before each file.
    returns      Reading; a file that cannot be read at all is one 错误 among the findings.
    """
    reader = _Files(catalogue, import_date, without)
    files = given_files(paths)
    shown = shown_names(files)
    if not files:
        reader.findings.append(
            _finding(
                "",
                "file.missing",
                "没有找到文件",
                "至少一个文件",
                "请检查文件夹。",
            )
        )
    for index, file in enumerate(files):
        if progress:
            progress(index / len(files), f"正在读取 {shown[file]}({index + 1}/{len(files)})")
        reader.take(file, shown[file])
    reader.findings += duplicate_keys(reader.batches, catalogue)
    if progress:
        progress(1.0, "读取完毕")
    sources = pl.DataFrame(reader.sources, schema=SOURCE_SCHEMA, orient="row")
    return Reading(reader.findings, reader.batches, sources, tuple(reader.files))


class _Files:
    """Reads one file after the other and collects what came of it."""

    def __init__(self, catalogue: Catalogue, import_date: date, without: Collection[str]) -> None:
        self.files: list[str] = []
        self.findings: list[Finding] = []
        self.batches: list[Batch] = []
        self.sources: list[tuple[str, str, str, int]] = []
        self._catalogue = catalogue
        self._date = import_date
        self._without = without
        self._limits = safety.Limits.from_settings(catalogue.settings)
        self._finder = Finder(catalogue)
        self._register = areas.Register(catalogue.areas, catalogue.aliases, import_date)

    def take(self, file: Given, shown: str) -> None:
        """Read one file, or all files of a zip, called `shown` in its findings."""
        for each in archives.opened(file, shown, self._limits):
            name = privacy.hide(each.shown)
            self.files.append(name)
            if name in self._without:
                continue
            if privacy.has_any(each.stem):
                self._add(
                    name,
                    privacy.ID_RULE,
                    "文件名中有疑似证件号或手机号",
                    "不含个人信息的文件名",
                    "请改名后重新报送。",
                )
            self._one(replace(each, shown=name))

    def _one(self, opened: archives.Opened) -> None:
        shown, checked = opened.shown, opened.checked
        try:
            if checked is None:
                self._refused(shown, opened.refused)
                return
            if any(checked.sha256 == sha256 for _, _, sha256, _ in self.sources):
                self._add(
                    shown,
                    "file.duplicate",
                    "内容与前面的一个文件完全相同,已跳过",
                    "每个文件只给一次",
                    "不必处理。",
                    severity=HINT,
                )
                return
            sheets = read.sheets(checked, self._limits)
        except safety.FileRefused as refusal:
            self._refused(shown, refusal)
            return
        source = Source(shown, opened.stem, checked.sha256[:ID_LENGTH], self._date)
        self.sources.append((source.id, shown, checked.sha256, len(checked.data)))
        recognised = 0
        for sheet in sheets:
            if finding_list.is_list(sheet):
                continue
            self._personal(shown, sheet)
            recognised += self._tables(source, sheet)
        self._outside(shown, checked)
        if checked.book.is_1904 and recognised:
            self._add(
                shown,
                "file.days_from_1904",
                "工作簿用 1904 日期系统,日期已按它读取",
                "1900 日期系统",
                "请核对日期;以数字填写的日期会差四年,请改成日期格式。",
                severity=HINT,
            )
        if not recognised:
            self._no_table(shown, checked, sheets)

    def _no_table(self, shown: str, checked: safety.Checked, sheets: Sequence[Sheet]) -> None:
        """No report was found: what the file looks most like, and what to press."""
        action = "请核对表头,或改用系统生成的空表。"
        if checked.kind == kinds.TEXT and all(sheet.width < 2 for sheet in sheets):
            found = "没有认出分隔符,每行只有一格"
            action = "请另存为用逗号分隔的 CSV,或 .xlsx。"
        else:
            near = [each for sheet in sheets if (each := self._finder.nearest(sheet))]
            found = "没有认出任何报表"
            if near:
                table, count, missing = max(near, key=lambda each: each[1])
                lacks = "".join(f"「{column.header}」" for column in missing[:_NAMED])
                more = f"等 {len(missing)} 列" if len(missing) > _NAMED else ""
                found += f";最像 {table.id} {table.title}:有 {count} 列对得上"
                found += f",缺{lacks}{more}" if missing else ""
        self._add(shown, "file.no_table", found, "表头与报表目录相符的工作表", action)

    def _refused(self, shown: str, refusal: safety.FileRefused | None) -> None:
        if refusal is not None:
            self._add(shown, refusal.rule, refusal.found, "可以读取的工作簿", refusal.action)

    def _tables(self, source: Source, sheet: Sheet) -> int:
        """Read the tables of a sheet; returns how many there were."""
        tables = self._finder.find(sheet)
        if not tables and has_data(sheet):
            self._add(
                source.file,
                "sheet.unknown",
                "没有认出报表,这个工作表未导入",
                "表头与报表目录相符",
                "不是报表就不必处理;是报表请核对表头。",
                sheet=privacy.hide(sheet.name),
                severity=HINT,
            )
        for found in tables:
            read_table = extract(sheet, found, self._catalogue, self._register, source)
            self.findings += read_table.findings
            if read_table.frame.height:
                self.batches.append(_batch(read_table, source, sheet))
        return len(tables)

    def _outside(self, shown: str, checked: safety.Checked) -> None:
        """An ID number in a comment, a header, a name, a link: it blocks like one in a cell."""
        where = ""
        if checked.book.other_texts:
            notes = [at for at, text in checked.book.notes if privacy.has_id_number(text)]
            where = f"({'、'.join(notes[:5])})" if notes else ""
        elif any(each.file == shown and each.rule == privacy.ID_RULE for each in self.findings):
            return
        if any(privacy.has_id_number(text) for text in safety.other_texts(checked)):
            self._add(
                shown,
                privacy.ID_RULE,
                f"批注{where}、文本框、页眉页脚、名称或文件属性中有疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
            )

    def _personal(self, shown: str, sheet: Sheet) -> None:
        """An ID number anywhere blocks: in any cell, in the sheet's name."""
        name = privacy.hide(sheet.name)
        if privacy.has_id_number(sheet.name):
            self._add(
                shown,
                privacy.ID_RULE,
                "工作表名中有疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
                sheet=name,
            )
        cells = privacy.id_cells(sheet)
        for row, column in cells[:LISTED]:
            self._add(
                shown,
                privacy.ID_RULE,
                "疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
                sheet=name,
                cell=sheet.address(row, column),
            )
        if len(cells) > LISTED:
            self._add(
                shown,
                privacy.ID_RULE,
                f"另有 {len(cells) - LISTED} 格疑似身份证号",
                _PERSONAL_EXPECTED,
                _PERSONAL_ACTION,
                sheet=name,
            )

    def _add(
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
        self.findings.append(
            _finding(file, rule, found, expected, action, sheet=sheet, cell=cell, severity=severity)
        )


def places(reading: Reading) -> pl.DataFrame:
    """Where the columns of each source stood: source_id, places (JSON; see data/origins.py)."""
    known: dict[str, list[dict[str, Any]]] = {}
    for batch in reading.batches:
        rows = batch.frame["source_row"]
        known.setdefault(batch.source_id, []).append(
            {
                "sheet": batch.sheet,
                "table": batch.table_id,
                "rows": [rows.min(), rows.max()],
                "columns": batch.letters | batch.fixed,
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


def duplicate_keys(batches: Sequence[Batch], catalogue: Catalogue) -> list[Finding]:
    """Rows of all files that share a natural key: an 错误 each, naming both cells."""
    findings: list[Finding] = []
    for table_id in dict.fromkeys(batch.table_id for batch in batches):
        table = catalogue.tables[table_id]
        mine = [batch for batch in batches if batch.table_id == table_id]
        key = ["period", *table.key]
        rows = pl.concat(
            batch.frame.select(*key).with_row_index("row").with_columns(batch_no=pl.lit(index))
            for index, batch in enumerate(mine)
        ).filter(pl.all_horizontal(pl.col(name).is_not_null() for name in ("period", table.key[0])))
        if is_rising(rows.select(key)):
            continue
        repeated = rows.filter(pl.struct(key).is_duplicated())
        firsts: dict[tuple, tuple[Batch, int]] = {}
        for entry in repeated.head(LISTED * 2).iter_rows(named=True):
            batch = mine[entry["batch_no"]]
            mark = tuple(entry[name] for name in key)
            if mark not in firsts:
                firsts[mark] = batch, entry["row"]
                continue
            findings.append(_duplicate(table, batch, entry["row"], *firsts[mark], catalogue))
    return findings


def _duplicate(
    table: Table, batch: Batch, row: int, first: Batch, first_row: int, catalogue: Catalogue
) -> Finding:
    column = next((name for name in reversed(table.key) if name in batch.letters), table.key[0])
    own = table.by_name.get(column)
    where = cell(first, first_row, column)
    if (first.file, first.sheet) != (batch.file, batch.sheet):
        where = " ".join(part for part in (first.file, first.sheet, where) if part)
    code = batch.frame["area_code"][row]
    return Finding(
        file=batch.file,
        sheet=batch.sheet,
        cell=cell(batch, row, column),
        table=f"{table.id} {table.title}",
        column=own.header if own else "行政区划代码",
        area=(catalogue.area_name(code) or code or "") if code else "",
        rule="key.duplicate",
        severity=ERROR,
        found=f"{batch.frame['period'][row]} 与 {where} 重复",
        expected="同一报告期每个对象只有一行",
        action="请删去或合并重复的行。",
    )


def _batch(extracted: Extract, source: Source, sheet: Sheet) -> Batch:
    return Batch(
        table_id=extracted.table.id,
        source_id=source.id,
        file=source.file,
        sheet=privacy.hide(sheet.name),
        frame=extracted.frame,
        letters=extracted.letters,
        fixed=extracted.fixed,
    )


def _finding(
    file: str,
    rule: str,
    found: str,
    expected: str,
    action: str,
    *,
    sheet: str = "",
    cell: str = "",
    severity: str = ERROR,
) -> Finding:
    return Finding(
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
