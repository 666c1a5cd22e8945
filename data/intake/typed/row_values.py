"""The other columns of a located table: read, typed, and checked to be filled."""

from datetime import date
from typing import Any

import polars as pl

from data import personal
from data.catalogue.model import Column
from data.filed.withheld import MARK
from data.findings import ERROR, EXPLAIN, HINT
from data.intake.locate.located import Match
from data.intake.locate.surroundings import Caption
from data.intake.read.cells import Cells, emptied, kinds, positions
from data.intake.typed import values
from data.intake.typed.date_values import parse_date
from data.intake.typed.form import AREA_TYPES, FORM_ONLY, Form, nulls
from data.intake.typed.number_values import header_shift
from data.intake.typed.value import Spec, Unreadable, shown


def read_common(form: Form) -> None:
    """Read 填报单位, 填报日期, 备注 and who signed, from columns or from around the table."""
    for name in ("reporting_unit", *FORM_ONLY, "remark", "reported_on"):
        column = form.common.get(name)
        if column is None:
            continue
        match = form.located.matches.get(name)
        if match is not None:
            series = _read(form, column, match, fill=True)
            series = form.stands_once(name, match, series) if name != "remark" else series
        else:
            series = _from_form(form, column)
        if column.required and not form.located.lets_lack(name):
            missing = [row for row in nulls(series) if row not in form.bad.get(name, ())]
            if match is not None:
                for row in missing:
                    form.empty(row, name)
            elif missing and not form.bad.get(name):
                _not_in_form(form, column)
        if column.stored:
            form.columns[name] = series
    reported = form.common.get("reported_on")
    if reported is not None and not reported.checks:
        _report_dates(form)


def _from_form(form: Form, column: Column) -> pl.Series:
    dtype = pl.Date if column.type == "date" else pl.String
    entry = form.surroundings.entries.get(column.name)
    value: Any = form.located.constants.get(column.name)
    if entry and entry.value:
        form.fixed[column.name] = form.sheet.address(entry.row, entry.column)
        value = personal.hide(entry.value)
        if column.type == "date":
            value = _form_date(form, column, entry)
    return pl.Series([value] * form.height, dtype=dtype)


def _form_date(form: Form, column: Column, entry: Caption) -> date | None:
    try:
        return parse_date(entry.value)
    except Unreadable as problem:
        form.bad[column.name] = set(range(form.height))
        form.notes.add(
            "cell.unreadable",
            ERROR,
            shown(entry.value),
            problem.expected,
            "请改正后重新报送。",
            cell=form.fixed[column.name],
            column=column.header,
        )
        return None


def _not_in_form(form: Form, column: Column) -> None:
    entry = form.surroundings.entries.get(column.name)
    place = (
        form.sheet.address(entry.row, entry.column)
        if entry
        else form.sheet.address(form.located.top, 0)
    )
    form.notes.add(
        "cell.required",
        ERROR,
        "空" if entry else "表上没有这一项",
        f"{column.header}（在列中、标题行或签字行）",
        "请补上。",
        cell=place,
        column=column.header,
    )


def _report_dates(form: Form) -> None:
    frame = pl.DataFrame(
        {name: form.columns[name] for name in ("reported_on", "period_start", "remark")}
    ).with_row_index("row")
    day = form.import_date
    wrong = frame.filter(
        (pl.col("reported_on") < pl.col("period_start")) | (pl.col("reported_on") > day)
    )
    if "reported_on" not in form.located.matches:
        wrong = wrong.head(1)
    for row, reported, start, remark in wrong.iter_rows():
        form.notes.add(
            "date.order",
            HINT if remark else EXPLAIN,
            reported.isoformat(),
            f"{start} 至 {day} 之间",
            "请核对填报日期；确实如此请在备注说明。",
            **form.at(row, "reported_on"),
        )


def read_own(form: Form) -> None:
    """Read the table's own columns; one that is not there is null throughout."""
    for column in form.table.columns:
        match = form.located.matches.get(column.name)
        if column.name in form.columns and column.name in AREA_TYPES:
            continue
        if match is None:
            value = form.located.constants.get(column.name)
            form.columns[column.name] = pl.Series([value] * form.height, dtype=column.dtype)
            continue
        form.columns[column.name] = _read(form, column, match)
        if column.type == "code":
            _numeric_codes(form, column, match)
            _unseen_letters(form, column, match)


def _unseen_letters(form: Form, column: Column, match: Match) -> None:
    """A key of a register with letters in it that nobody sees: it may have been another's."""
    touched = form.sheet.touched.get(match.column)
    if not touched or column.name not in form.table.key or not form.table.register:
        return
    codes, remarks = form.columns[column.name], form.columns["remark"]
    for row, at in enumerate(form.located.rows):
        if at in touched and codes[row] is not None:
            form.notes.add(
                "key.unseen_letters",
                HINT if remarks[row] else EXPLAIN,
                f"编码里有看不见的字符，读作「{codes[row]}」",
                "没有看不见的字符的编码",
                "请重新输入这一格，不要粘贴；或在备注说明。",
                **form.at(row, column.name),
            )


def _read(form: Form, column: Column, match: Match, *, fill: bool = False) -> pl.Series:
    labels = _labels_of(form, column) if column.type == "enum" else None
    spec = Spec(
        column.type,
        unit=column.unit,
        header_unit=match.unit,
        allowed=column.values,
        labels=labels,
        frequency=form.table.frequency,
    )
    if column.type in ("int", "decimal"):
        try:
            header_shift(column.unit, match.unit)
        except Unreadable as problem:
            form.notes.add(
                "column.unit",
                ERROR,
                f"表头单位是「{match.unit}」",
                problem.expected,
                "请换算后改正表头单位。",
                cell=form.header(match.column),
                column=column.header,
            )
            form.bad[column.name] = set(range(form.height))
            return pl.Series([None] * form.height, dtype=column.dtype)
    cells = form.cells(match, fill=fill)
    if column.sensitive:
        cells = _without_marks(form, column, cells)
    read = values.read(cells, spec)
    form.unreadable(column.name, match, read)
    return read.values.cast(column.dtype)


def _without_marks(form: Form, column: Column, cells: Cells) -> Cells:
    """The cells, empty where an exported table kept a figure back: it stays as it is on file."""
    marked = positions(cells, {MARK})
    if not marked:
        return cells
    form.withheld[column.name] = set(marked)
    return emptied(cells, marked)


def _labels_of(form: Form, column: Column) -> dict[str, tuple[str, ...]]:
    """The words that may stand for each value of an enum: its name, and others."""
    dimensions = form.catalogue.words.get("dimensions") or {}
    names = (dimensions.get(column.name) or {}).get("values") or {}
    others = (form.catalogue.words.get("code_values") or {}).get(column.name) or {}
    return {
        value: (*([names[value]] if value in names else []), *(others.get(value) or []))
        for value in column.values
    }


def _numeric_codes(form: Form, column: Column, match: Match) -> None:
    """A number cell has no leading zeros: whether the code had some cannot be known."""
    cells = form.cells(match)
    if not {float, int} & kinds(cells):
        return
    row = next(row for row, cell in enumerate(cells) if type(cell) in (float, int))
    form.notes.add(
        "code.numeric",
        HINT,
        f"「{column.header}」以数字存放，前面的 0 可能已丢失",
        "以文本存放的代码",
        "请核对；有丢失的请把单元格设为文本后重填。",
        cell=form.cell(row, match.column),
        column=column.header,
    )


def check_required(form: Form) -> None:
    """Report required cells that are empty, and rows that are empty altogether."""
    empty_rows = _empty_rows(form)
    levels = _row_levels(form)
    for column in form.table.columns:
        if column.name not in form.located.matches:
            continue
        if column.filed_at is not None:
            _filed_too_low(form, column, levels)
            continue
        _filed_too_high(form, column, levels)
        if not column.required or column.name == form.table.area_column:
            continue
        known = form.bad.get(column.name, set()) | form.withheld.get(column.name, set())
        for row in nulls(form.columns[column.name]):
            if row in known or row in empty_rows or _is_upper_row(form, levels, row):
                continue
            form.empty(row, column.name)
    for row in sorted(empty_rows):
        area = form.area_match()
        form.notes.add(
            "row.empty",
            ERROR,
            "整行没有填数",
            "必填的各列",
            "请填写；没有的填 0，不报的请删去这一行。",
            cell=form.cell(row, area.column) if area else "",
            area=form.area_name(row),
        )


def _empty_rows(form: Form) -> set[int]:
    """Rows with an area but none of the table's own figures."""
    own = [
        name
        for name in form.located.matches
        if form.owns(name) and name != form.table.area_column and name not in form.table.key
    ]
    if not own:
        return set()
    frame = pl.DataFrame({name: form.columns[name] for name in own})
    rows = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().arg_true().to_list()
    filled = [each.get(name, set()) for each in (form.bad, form.withheld) for name in own]
    return set(rows).difference(*filled)


def _row_levels(form: Form) -> pl.Series | None:
    if not any(column.filed_at for column in form.table.columns):
        return None
    frame = pl.DataFrame({"area_code": form.columns["area_code"]})
    return frame.join(
        form.catalogue.areas.select("area_code", "level"),
        on="area_code",
        how="left",
        maintain_order="left",
    )["level"]


def _is_upper_row(form: Form, levels: pl.Series | None, row: int) -> bool:
    """A county's row in a township table holds only what counties file."""
    return levels is not None and levels[row] == "county" and "township" in form.levels()


def _filed_too_low(form: Form, column: Column, levels: pl.Series | None) -> None:
    if levels is None:
        return
    filled = form.columns[column.name].is_not_null() & (levels != column.filed_at)
    for row in filled.fill_null(False).arg_true().to_list():
        form.notes.add(
            "column.filed_at",
            ERROR,
            "这一行填了数",
            "空：这一列只由县级填报",
            "请删去这一格，由县级另行填报。",
            **form.at(row, column.name),
        )


def _filed_too_high(form: Form, column: Column, levels: pl.Series | None) -> None:
    """A county's row holds what counties file; its townships' figures would count twice."""
    if levels is None or column.name in form.table.key or "township" not in form.levels():
        return
    filled = form.columns[column.name].is_not_null() & (levels == "county")
    for row in filled.fill_null(False).arg_true().to_list():
        form.notes.add(
            "column.filed_at",
            ERROR,
            "县级一行填了数",
            "空：这一列由乡镇分别填报",
            "请删去这一格，由各乡镇填报；是合计的，请把名称写作「合计」。",
            **form.at(row, column.name),
        )
