"""What a table holds beside its figures: wrong headers, personal data, rows out of place."""

from difflib import SequenceMatcher
from typing import Any

from data.catalogue.model import Column
from data.findings import ERROR, HINT
from data.intake import privacy, words
from data.intake.typed.form import AREA_TYPES, FORM_ONLY, Form
from data.intake.typed.value import is_empty, shown

# From this likeness on two headers may be meant for one column: 签约数 for 已签约人数.
_LIKE = 0.6
_COUNTY_CODE = 6


def report_headers(form: Form) -> None:
    """Headers that are missing, stand twice, are guessed or unknown."""
    located, sheet, notes = form.located, form.sheet, form.notes
    if located.ties:
        notes.add(
            "sheet.ambiguous",
            ERROR,
            f"表头同样像「{form.table.title}」和「{'」「'.join(located.ties)}」",
            "只像一张报表",
            "请在标题行写明报表名称，或改用系统生成的空表。",
            cell=form.header(min(match.column for match in located.matches.values())),
        )
    alike = _alike(form)
    for column in located.missing:
        cell, seen = sheet.address(located.bottom, 0), f"第 {sheet.row_number(located.bottom)} 行"
        said, action = f"{seen}的表头里没有这一列", "请补上这一列，或把表头改成这个名称。"
        if column.name in alike:
            at, label = alike[column.name]
            cell = form.header(at)
            said = f"没有这一列；最像的表头是 {cell}「{shown(label)}」"
            action = f"是同一列的，请把 {cell} 改为「{column.header}」；不是的，请补上这一列。"
        notes.add(
            "column.missing",
            ERROR,
            said,
            f"表头「{column.header}」",
            action,
            cell=cell,
            column=column.header,
        )
    for name, matches in located.duplicates.items():
        letters = "、".join(sheet.letters(match.column) for match in matches)
        notes.add(
            "column.duplicate",
            ERROR,
            f"{letters} 列都是「{matches[0].label}」",
            "每列只出现一次",
            "请删去重复的列，或改正其中一列的表头。",
            cell=form.header(matches[1].column),
            column=form.column(name).header,
        )
    for match in located.matches.values():
        if not match.sure:
            notes.add(
                "column.guessed",
                HINT,
                f"表头「{match.label}」按「{form.column(match.name).header}」读取",
                f"表头「{form.column(match.name).header}」",
                "请核对；不对就改正表头。",
                cell=form.header(match.column),
                column=form.column(match.name).header,
            )
    said_already = {column for column, _ in alike.values()}
    for column, label in located.unknown:
        if privacy.is_personal_header(label) or column in said_already:
            continue
        notes.add(
            "column.unknown",
            HINT,
            f"「{shown(label)}」是未识别的列，未导入",
            "报表目录中的列",
            "如需导入，请改用目录中的表头；否则不必处理。",
            cell=form.header(column),
        )


def _alike(form: Form) -> dict[str, tuple[int, str]]:
    """The unknown header that each missing column is most like, as far as one is like it."""
    pairs = [
        (_likeness(column, label, form), column.name, at, label)
        for column in form.located.missing
        for at, label in form.located.unknown
        if not privacy.is_personal_header(label)
    ]
    best: dict[str, tuple[int, str]] = {}
    taken: set[int] = set()
    for likeness, name, at, label in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= _LIKE and name not in best and at not in taken:
            best[name] = at, label
            taken.add(at)
    return best


def _likeness(column: Column, label: str, form: Form) -> float:
    """How like a header is to any of a column's own, 0 to 1."""
    units = form.catalogue.units
    known = (column.header, *column.header_by_era.values(), *column.aliases)
    printed = {words.key(each, units) for each in (label.rpartition("/")[2], label)}
    return max(
        SequenceMatcher(None, words.key(each, units), key).ratio()
        for each in known
        for key in printed
    )


def find_personal(form: Form) -> None:
    """Columns of names and mobile numbers in data rows: both block."""
    sheet, located = form.sheet, form.located
    by_column = {match.column: name for name, match in located.matches.items()}
    labels = dict(located.unknown)
    for column in range(sheet.width):
        name = by_column.get(column)
        if name in FORM_ONLY or name in AREA_TYPES:
            continue
        own = form.table.by_name.get(name or "")
        cells = located.take(sheet.columns[column])
        label = labels.get(column, "")
        if label and privacy.is_personal_header(label):
            filled = sum(not is_empty(cell) for cell in cells)
            if filled:
                form.notes.add(
                    privacy.NAME_RULE,
                    ERROR,
                    f"有 {filled} 行填了个人信息",
                    "不含姓名、证件号、电话的报表",
                    "请删去这一列后重新报送；不会保存其中的内容。",
                    cell=form.header(column),
                )
            continue
        for row in privacy.mobile_rows(cells):
            if own is not None and own.type == "code" and _is_local_code(form, cells[row]):
                continue
            form.notes.add(
                privacy.MOBILE_RULE,
                ERROR,
                "疑似手机号",
                "不含个人联系方式",
                "请删去这一格中的号码后重新报送。",
                cell=form.cell(row, column),
                area=form.area_name(row),
            )


def _is_local_code(form: Form, cell: Any) -> bool:
    """Whether what could be a mobile number begins with a county's code: 15030200101."""
    text = words.plain(cell) if isinstance(cell, str) else f"{cell:.0f}"
    return text[:_COUNTY_CODE] in form.catalogue.area_names


def report_rows(form: Form) -> None:
    """No rows at all, rows below the signatures, hidden rows."""
    sheet, located = form.sheet, form.located
    if not located.rows:
        form.notes.add(
            "sheet.no_rows",
            ERROR,
            "表头下没有数据行",
            "至少一行数据",
            "请填写后重新报送；没有要报的请不要报这张表。",
            cell=sheet.address(located.bottom, 0),
        )
    if located.after:
        numbers = "、".join(str(sheet.row_number(row)) for row in located.after[:5])
        form.notes.add(
            "sheet.after_end",
            ERROR,
            f"签字或注释以下还有 {len(located.after)} 行数据（第 {numbers} 行）",
            "数据都在签字行以上",
            "请把这些行移到签字行以上，或另加表头。",
            cell=sheet.address(located.after[0], 0),
        )
    if sheet.is_hidden:
        form.notes.add(
            "sheet.hidden",
            HINT,
            "工作表是隐藏的，已一并读取",
            "要报的工作表不隐藏",
            "请核对；不报的请删去这个工作表。",
            cell=sheet.address(0, 0),
        )
    hidden = [row for row in located.rows if row in sheet.hidden_rows] if sheet.hidden_rows else []
    if hidden:
        numbers = "、".join(str(sheet.row_number(row)) for row in hidden[:5])
        form.notes.add(
            "sheet.hidden_rows",
            HINT,
            f"有 {len(hidden)} 行被隐藏或筛选掉（第 {numbers} 行等），已一并读取",
            "没有隐藏的行",
            "请核对这些行是否要报。",
            cell=sheet.address(hidden[0], 0),
        )
