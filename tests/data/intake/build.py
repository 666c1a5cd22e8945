"""Realistic workbooks for tests: title, 填报单位, merged headers, numbering, 合计, signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from data.catalogue import load
from data.catalogue.model import Catalogue, Column, Table
from data.intake.words import address
from data.periods import Period

FORM_COLUMNS = ("period", "reporting_unit", "unit_head", "filled_by", "reported_on")


@dataclass
class Written:
    """What was written: the file, and the address of every value by (row index, column)."""

    path: Path
    cells: dict[tuple[int, str], str] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    total: dict[str, str] = field(default_factory=dict)


def levels(headers: Sequence[str]) -> list[tuple[str, ...]]:
    """Two-level headers out of flat ones: neighbours with a common beginning share a parent."""
    out: list[tuple[str, ...]] = [(header,) for header in headers]
    start = 0
    while start < len(headers) - 1:
        end, common = start + 1, headers[start]
        while end < len(headers):
            shared = _common(common, headers[end])
            if len(shared) < 2 or any(
                len(header) - len(shared) < 2 for header in headers[start : end + 1]
            ):
                break
            common, end = shared, end + 1
        if end - start > 1 and not common.endswith(("(", "(")):
            for at in range(start, end):
                out[at] = (common, headers[at][len(common) :])
            start = end
        else:
            start += 1
    return out


def write_report(
    path: Path,
    catalogue: Catalogue,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    period: str = "",
    unit: str = "睢阳区卫生健康委员会",
    reported_on: str = "2020年12月21日",
    two_level: bool = True,
    numbering: bool = True,
    total: bool | Mapping[str, Any] = True,
    signature: bool = True,
    in_columns: bool = False,
    without: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    extra: Sequence[tuple[str, Sequence[Any]]] = (),
    sheet: str = "Sheet1",
    merge_areas: bool = False,
    top: int = 0,
    left: int = 0,
    book: xlsxwriter.Workbook | None = None,
) -> Written:
    """Write one report as a county office would.

    rows        one mapping per data row: column name → cell value as it shall stand there.
    in_columns  period, 填报单位 and so on stand in columns instead of title and signature rows.
    total       True writes correct sums, a mapping overrides some of them.
    headers     column name → header to print instead of the catalogue's.
    extra       (header, values) of further columns at the right.
    merge_areas neighbouring rows of one area share a merged cell.
    book        write into this workbook and leave it open.
    """
    own = book is None
    book = book or xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    page = book.add_worksheet(sheet)
    out = Written(path)
    common = {column.name: column for column in catalogue.common}
    year = Period.parse(period).year if period else 2020
    given = dict.fromkeys(name for row in rows for name in row)
    names = [name for name in ("division_code", "division_name") if name in given]
    names += list(FORM_COLUMNS) if in_columns else []
    names += [c.name for c in table.columns if c.name not in without and c.name not in names]
    names += ["remark"]
    names = [name for name in names if name not in without]
    columns = {**common, **table.by_name}
    printed = [(headers or {}).get(n) or columns[n].header_in(year) for n in names]
    printed += [header for header, _ in extra]
    width = len(printed) + 1
    bold = book.add_format({"bold": True, "align": "center", "text_wrap": True})
    row = top
    if not in_columns:
        label = Period.parse(period).label_zh() if period else ""
        page.merge_range(row, left, row, left + width - 1, f"{label}{table.title}", bold)
        page.write_string(
            row + 1, left, f"填报单位(盖章):{unit}      填报日期:{reported_on}   单位:人、万元"
        )
        row += 2
    split = [("序号",), *(levels(printed) if two_level else [(header,) for header in printed])]
    deep = max(map(len, split))
    _write_headers(page, row, left, split, deep, bold)
    for offset, name in enumerate(names, start=1):
        out.header[name] = address(row + deep - 1, left + offset)
    row += deep
    if numbering:
        page.write_row(row, left, ["甲", "乙", *range(1, width - 1)])
        row += 1
    first = row
    form = {
        "period": period,
        "reporting_unit": unit,
        "unit_head": "王建国",
        "filled_by": "李红",
        "reported_on": reported_on,
    }
    for index, given_row in enumerate(rows):
        page.write_number(row, left, index + 1)
        for offset, name in enumerate(names, start=1):
            value = given_row.get(name, form.get(name, "") if in_columns else "")
            out.cells[index, name] = address(row, left + offset)
            _write(page, book, row, left + offset, value)
        for offset, (_, values) in enumerate(extra, start=1 + len(names)):
            _write(page, book, row, left + offset, values[index])
        row += 1
    if merge_areas:
        _merge_areas(page, rows, names, first, left)
    if total and not in_columns:
        page.write_string(row, left + 1, "合 计")
        sums = {
            name: sum(r[name] for r in rows if isinstance(r.get(name), int | float))
            for name in names
            if name in table.by_name and table.by_name[name].type in ("int", "decimal")
        }
        if isinstance(total, Mapping):
            sums |= total
        for name, value in sums.items():
            column = left + 1 + names.index(name)
            out.total[name] = address(row, column)
            _write(page, book, row, column, value)
        row += 1
    if signature and not in_columns:
        page.write_string(
            row, left, "单位负责人:王建国    审核人:赵敏    填报人:李红    联系电话:0370-3280000"
        )
        page.write_string(row + 1, left, "注:1. 本表由乡镇汇总后上报。2. 签约人数不含到期人员。")
    if own:
        book.close()
    return out


def _write_headers(page: Any, row: int, left: int, split: list, deep: int, bold: Any) -> None:
    at = 0
    while at < len(split):
        parts = split[at]
        if len(parts) == 1:
            if deep > 1:
                page.merge_range(row, left + at, row + deep - 1, left + at, parts[0], bold)
            else:
                page.write_string(row, left + at, parts[0], bold)
            at += 1
            continue
        end = at
        while end + 1 < len(split) and len(split[end + 1]) > 1 and split[end + 1][0] == parts[0]:
            end += 1
        page.merge_range(row, left + at, row, left + end, parts[0], bold)
        for inner in range(at, end + 1):
            page.write_string(row + 1, left + inner, split[inner][1], bold)
        at = end + 1


def _merge_areas(page: Any, rows: Sequence, names: list[str], first: int, left: int) -> None:
    for name in ("division_code", "division_name"):
        if name not in names:
            continue
        column = left + 1 + names.index(name)
        start = 0
        for index in range(1, len(rows) + 1):
            if index == len(rows) or rows[index].get(name) != rows[start].get(name):
                if index - start > 1:
                    page.merge_range(
                        first + start, column, first + index - 1, column, rows[start].get(name)
                    )
                start = index


def _write(page: Any, book: Any, row: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        page.write_datetime(row, column, value, book.add_format({"num_format": "yyyy-mm-dd"}))
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    elif str(value).startswith("#"):
        page.write_formula(row, column, "=1/0", None, value)
    else:
        page.write_string(row, column, str(value))


def _common(first: str, second: str) -> str:
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]


# A small register ------------------------------------------------------------------------------

COUNTY, OTHER_COUNTY = "411403", "411402"
SONGJI, GUOCUN = "411403105", "411403108"
_AREAS = [
    (SONGJI, "宋集镇", "township", COUNTY, ""),
    (GUOCUN, "郭村镇", "township", COUNTY, ""),
    ("411403111", "城关镇", "township", COUNTY, ""),
    ("411402111", "城关乡", "township", OTHER_COUNTY, ""),
    ("411403105200", "张庄村委会", "village", SONGJI, "village"),
    ("411403105201", "李楼村委会", "village", SONGJI, "village"),
    ("411403105202", "前进村委会", "village", SONGJI, "village"),
    ("411403105001", "前进社区居委会", "village", SONGJI, "neighbourhood"),
    ("411403108200", "前进村委会", "village", GUOCUN, "village"),
    ("411403108201", "王营村委会", "village", GUOCUN, "village"),
]
VILLAGES = ("411403105200", "411403105201", "411403105202", "411403108200")
TOWNSHIPS = (SONGJI, GUOCUN, "411403111")


def small_catalogue(folder: Path, aliases: Sequence[tuple[str, str]] = ()) -> Catalogue:
    """The product's catalogue with a few townships and villages of one county."""
    overlay = folder / "store" / "catalogue"
    overlay.mkdir(parents=True)
    head = "area_code,name,level,parent_code,kind,valid_from,valid_to,successors"
    gone = "411403109,老集乡,township,411403,,2000-01-01,2019-12-31,411403105"
    lines = [head, *(",".join((*area, "", "", "")) for area in _AREAS), gone]
    (overlay / "areas.csv").write_text("\n".join(lines), "utf-8")
    named = ["area_code,alias", *(",".join(pair) for pair in aliases)]
    (overlay / "aliases.csv").write_text("\n".join(named), "utf-8")
    return load(folder / "store")


def area_row(catalogue: Catalogue, code: str) -> dict[str, Any]:
    """division_code and division_name of an area."""
    names = dict(zip(catalogue.areas["area_code"], catalogue.areas["name"], strict=True))
    return {"division_code": code, "division_name": names[code]}


def plain_rows(catalogue: Catalogue, table: Table, codes: Sequence[str]) -> list[dict[str, Any]]:
    """One plausible row per area: every column of the table filled."""
    rows = []
    for index, code in enumerate(codes):
        row = area_row(catalogue, code)
        for at, column in enumerate(table.columns):
            row[column.name] = _plain_value(column, index, at)
        rows.append(row)
    return rows


def _plain_value(column: Column, index: int, at: int) -> Any:
    if column.filed_at is not None:
        return ""
    if column.type == "int":
        return 100 + 10 * index + at
    if column.type == "decimal":
        return 12.5 + index + at
    if column.type == "bool":
        return "是" if (index + at) % 2 else "否"
    if column.type == "date":
        return date(2020, 11, 1 + index)
    if column.type == "enum":
        return column.values[index % len(column.values)]
    if column.type == "code":
        return f"{column.name}-{index + 1:03d}"
    return f"{column.header}的内容第{index + 1}条,已核对"
