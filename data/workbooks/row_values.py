"""The other columns of a located table: read, typed, and checked to be filled."""

from datetime import date
from typing import Any

import polars as pl

from data.catalogue.model import Column
from data.findings import ERROR, EXPLAIN, HINT
from data.withheld import MARK
from data.workbooks import form, privacy, values
from data.workbooks.cells import Cells, emptied, kinds, positions
from data.workbooks.found import Match
from data.workbooks.work import AREA_TYPES, FORM_ONLY, Work, nulls


def read_common(work: Work) -> None:
    """Read 填报单位, 填报日期, 备注 and who signed, from columns or from around the table."""
    for name in ("reporting_unit", *FORM_ONLY, "remark", "reported_on"):
        column = work.common.get(name)
        if column is None:
            continue
        match = work.found.matches.get(name)
        if match is not None:
            series = _read(work, column, match, fill=True)
            series = work.stands_once(name, match, series) if name != "remark" else series
        else:
            series = _from_form(work, column)
        if column.required and name not in work.found.duplicates:
            missing = [row for row in nulls(series) if row not in work.bad.get(name, ())]
            if match is not None:
                for row in missing:
                    work.empty(row, name)
            elif missing and not work.bad.get(name):
                _not_in_form(work, column)
        if column.stored:
            work.columns[name] = series
    reported = work.common.get("reported_on")
    if reported is not None and not reported.checks:
        _report_dates(work)


def _from_form(work: Work, column: Column) -> pl.Series:
    dtype = pl.Date if column.type == "date" else pl.String
    entry = work.form.entries.get(column.name)
    value: Any = None
    if entry and entry.value:
        work.fixed[column.name] = work.sheet.address(entry.row, entry.column)
        value = privacy.hide(entry.value)
        if column.type == "date":
            value = _form_date(work, column, entry)
    return pl.Series([value] * work.height, dtype=dtype)


def _form_date(work: Work, column: Column, entry: form.Entry) -> date | None:
    try:
        return values.parse_date(entry.value)
    except values.Unreadable as problem:
        work.bad[column.name] = set(range(work.height))
        work.notes.add(
            "cell.unreadable",
            ERROR,
            values.shown(entry.value),
            problem.expected,
            "请改正后重新报送。",
            cell=work.fixed[column.name],
            column=column.header,
        )
        return None


def _not_in_form(work: Work, column: Column) -> None:
    entry = work.form.entries.get(column.name)
    place = (
        work.sheet.address(entry.row, entry.column)
        if entry
        else work.sheet.address(work.found.top, 0)
    )
    work.notes.add(
        "cell.required",
        ERROR,
        "空" if entry else "表上没有这一项",
        f"{column.header}(在列中、标题行或签字行)",
        "请补上。",
        cell=place,
        column=column.header,
    )


def _report_dates(work: Work) -> None:
    frame = pl.DataFrame(
        {name: work.columns[name] for name in ("reported_on", "period_start", "remark")}
    ).with_row_index("row")
    day = work.source.import_date
    wrong = frame.filter(
        (pl.col("reported_on") < pl.col("period_start")) | (pl.col("reported_on") > day)
    )
    if "reported_on" not in work.found.matches:
        wrong = wrong.head(1)
    for row, reported, start, remark in wrong.iter_rows():
        work.notes.add(
            "date.order",
            HINT if remark else EXPLAIN,
            reported.isoformat(),
            f"{start} 至 {day} 之间",
            "请核对填报日期;确实如此请在备注说明。",
            **work.at(row, "reported_on"),
        )


def read_own(work: Work) -> None:
    """Read the table's own columns; one that is not there is null throughout."""
    for column in work.table.columns:
        match = work.found.matches.get(column.name)
        if column.name in work.columns and column.name in AREA_TYPES:
            continue
        if match is None:
            work.columns[column.name] = pl.Series([None] * work.height, dtype=column.dtype)
            continue
        work.columns[column.name] = _read(work, column, match)
        if column.type == "code":
            _numeric_codes(work, column, match)
            _unseen_letters(work, column, match)


def _unseen_letters(work: Work, column: Column, match: Match) -> None:
    """A key of a register with letters in it that nobody sees: it may have been another's."""
    touched = work.sheet.touched.get(match.column)
    if not touched or column.name not in work.table.key or not work.table.register:
        return
    codes, remarks = work.columns[column.name], work.columns["remark"]
    for row, at in enumerate(work.found.rows):
        if at in touched and codes[row] is not None:
            work.notes.add(
                "key.unseen_letters",
                HINT if remarks[row] else EXPLAIN,
                f"编码里有看不见的字符,读作「{codes[row]}」",
                "没有看不见的字符的编码",
                "请重新输入这一格,不要粘贴;或在备注说明。",
                **work.at(row, column.name),
            )


def _read(work: Work, column: Column, match: Match, *, fill: bool = False) -> pl.Series:
    labels = _labels_of(work, column) if column.type == "enum" else None
    spec = values.Spec(
        column.type,
        unit=column.unit,
        header_unit=match.unit,
        allowed=column.values,
        labels=labels,
        frequency=work.table.frequency,
    )
    if column.type in ("int", "decimal"):
        try:
            values.header_shift(column.unit, match.unit)
        except values.Unreadable as problem:
            work.notes.add(
                "column.unit",
                ERROR,
                f"表头单位是「{match.unit}」",
                problem.expected,
                "请换算后改正表头单位。",
                cell=work.header(match.column),
                column=column.header,
            )
            work.bad[column.name] = set(range(work.height))
            return pl.Series([None] * work.height, dtype=column.dtype)
    cells = work.cells(match, fill=fill)
    if column.sensitive:
        cells = _without_marks(work, column, cells)
    read = values.read(cells, spec)
    work.unreadable(column.name, match, read)
    return read.values.cast(column.dtype)


def _without_marks(work: Work, column: Column, cells: Cells) -> Cells:
    """The cells, empty where an exported table kept a figure back: it stays as it is on file."""
    marked = positions(cells, {MARK})
    if not marked:
        return cells
    work.withheld[column.name] = set(marked)
    return emptied(cells, marked)


def _labels_of(work: Work, column: Column) -> dict[str, tuple[str, ...]]:
    """The words that may stand for each value of an enum: its name, and others."""
    dimensions = work.catalogue.words.get("dimensions") or {}
    names = (dimensions.get(column.name) or {}).get("values") or {}
    others = (work.catalogue.words.get("code_values") or {}).get(column.name) or {}
    return {
        value: (*([names[value]] if value in names else []), *(others.get(value) or []))
        for value in column.values
    }


def _numeric_codes(work: Work, column: Column, match: Match) -> None:
    """A number cell has no leading zeros: whether the code had some cannot be known."""
    cells = work.cells(match)
    if not {float, int} & kinds(cells):
        return
    row = next(row for row, cell in enumerate(cells) if type(cell) in (float, int))
    work.notes.add(
        "code.numeric",
        HINT,
        f"「{column.header}」以数字存放,前面的 0 可能已丢失",
        "以文本存放的代码",
        "请核对;有丢失的请把单元格设为文本后重填。",
        cell=work.cell(row, match.column),
        column=column.header,
    )


def check_required(work: Work) -> None:
    """Report required cells that are empty, and rows that are empty altogether."""
    empty_rows = _empty_rows(work)
    levels = _row_levels(work)
    for column in work.table.columns:
        if column.name not in work.found.matches:
            continue
        if column.filed_at is not None:
            _filed_too_low(work, column, levels)
            continue
        _filed_too_high(work, column, levels)
        if not column.required or column.name == work.table.area_column:
            continue
        known = work.bad.get(column.name, set()) | work.withheld.get(column.name, set())
        for row in nulls(work.columns[column.name]):
            if row in known or row in empty_rows or _is_upper_row(work, levels, row):
                continue
            work.empty(row, column.name)
    for row in sorted(empty_rows):
        area = work.area_match()
        work.notes.add(
            "row.empty",
            ERROR,
            "整行没有填数",
            "必填的各列",
            "请填写;没有的填 0,不报的请删去这一行。",
            cell=work.cell(row, area.column) if area else "",
            area=work.area_name(row),
        )


def _empty_rows(work: Work) -> set[int]:
    """Rows with an area but none of the table's own figures."""
    own = [
        name
        for name in work.found.matches
        if work.owns(name) and name != work.table.area_column and name not in work.table.key
    ]
    if not own:
        return set()
    frame = pl.DataFrame({name: work.columns[name] for name in own})
    rows = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().arg_true().to_list()
    filled = [each.get(name, set()) for each in (work.bad, work.withheld) for name in own]
    return set(rows).difference(*filled)


def _row_levels(work: Work) -> pl.Series | None:
    if not any(column.filed_at for column in work.table.columns):
        return None
    frame = pl.DataFrame({"area_code": work.columns["area_code"]})
    return frame.join(
        work.catalogue.areas.select("area_code", "level"),
        on="area_code",
        how="left",
        maintain_order="left",
    )["level"]


def _is_upper_row(work: Work, levels: pl.Series | None, row: int) -> bool:
    """A county's row in a township table holds only what counties file."""
    return levels is not None and levels[row] == "county" and "township" in work.levels()


def _filed_too_low(work: Work, column: Column, levels: pl.Series | None) -> None:
    if levels is None:
        return
    filled = work.columns[column.name].is_not_null() & (levels != column.filed_at)
    for row in filled.fill_null(False).arg_true().to_list():
        work.notes.add(
            "column.filed_at",
            ERROR,
            "这一行填了数",
            "空:这一列只由县级填报",
            "请删去这一格,由县级另行填报。",
            **work.at(row, column.name),
        )


def _filed_too_high(work: Work, column: Column, levels: pl.Series | None) -> None:
    """A county's row holds what counties file; its townships' figures would count twice."""
    if levels is None or column.name in work.table.key or "township" not in work.levels():
        return
    filled = work.columns[column.name].is_not_null() & (levels == "county")
    for row in filled.fill_null(False).arg_true().to_list():
        work.notes.add(
            "column.filed_at",
            ERROR,
            "县级一行填了数",
            "空:这一列由乡镇分别填报",
            "请删去这一格,由各乡镇填报;是合计的,请把名称写作「合计」。",
            **work.at(row, column.name),
        )
