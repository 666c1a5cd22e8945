"""Grids of cells as programs write them that no library on the registry can be asked to be.

Excel 95, binary workbooks, XML of Excel 2003, pages that systems hand out as .xls.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import date
from html import escape
from typing import Any

Grid = list[list[Any]]
_EXCEL_DAY_ZERO = date(1899, 12, 30)


def _cells(grid: Grid) -> Iterator[tuple[int, int, Any]]:
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if cell not in ("", None):
                yield row, column, cell


def excel_95(grid: Grid, *, bare: bool = False) -> bytes:
    """The records of Excel 5.0/95, in a container or, as older programs do, without one."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    cells = []
    for row, column, cell in _cells(grid):
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(cell, str):
            text = cell.encode("gb18030")
            cells.append(record(0x0204, place + struct.pack("<H", len(text)) + text))
        else:
            number = (cell - _EXCEL_DAY_ZERO).days if isinstance(cell, date) else cell
            cells.append(record(0x0203, place + struct.pack("<d", number)))
    size = struct.pack("<HHHHH", 0, len(grid), 0, max(map(len, grid)), 0)
    sheet = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0))
    sheet += record(0x0200, size) + b"".join(cells) + record(0x000A)
    name = "签约".encode("gb18030")
    head = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0))
    head += record(0x0042, struct.pack("<H", 936))
    head += record(0x0031, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\0")
    head += record(0x00E0, struct.pack("<HHHHHHHH", 0, 0, 1, 0, 0, 0, 0, 0))
    length = len(head) + 4 + 7 + len(name) + 4
    head += record(0x0085, struct.pack("<IHB", length, 0, len(name)) + name) + record(0x000A)
    stream = head + sheet
    return stream if bare else container("Book", stream)


def container(name: str, stream: bytes) -> bytes:
    """A compound file with one stream, as small as they come."""
    size = max(len(stream), 4096)
    sectors = -(-size // 512)
    stream = stream.ljust(sectors * 512, b"\0")
    tables = -(-(sectors + 1) // 127)
    first = tables + 1
    fat = [0xFFFFFFFD] * tables + [0xFFFFFFFE]
    fat += [*range(first + 1, first + sectors), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 * tables - len(fat))
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, tables, tables)
    struct.pack_into("<III", header, 56, 4096, 0xFFFFFFFE, 0)
    struct.pack_into("<II", header, 68, 0xFFFFFFFE, 0)
    header[76:] = b"\xff" * 436
    struct.pack_into(f"<{tables}I", header, 76, *range(tables))

    def entry(label: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
        raw = label.encode("utf-16-le")
        out = bytearray(128)
        out[: len(raw)] = raw
        struct.pack_into("<HBB", out, 64, len(raw) + 2, kind, 1)
        struct.pack_into("<III", out, 68, 0xFFFFFFFF, 0xFFFFFFFF, child)
        struct.pack_into("<II", out, 116, start, size)
        return bytes(out)

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(name, 2, first, size)
    fats = struct.pack(f"<{128 * tables}I", *fat)
    return bytes(header) + fats + directory.ljust(512, b"\0") + stream


def binary_workbook(grid: Grid, *, without_columns: bool = False) -> bytes:
    """An .xlsb; without_columns: cells right of another one leave out where they stand."""

    def number(value: int) -> bytes:
        out = bytearray()
        while value > 0x7F:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*out, value])

    def record(kind: int, body: bytes = b"") -> bytes:
        return number(kind) + number(len(body)) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    rows = []
    for row, cells in enumerate(grid):
        rows.append(record(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0)))
        last = -2
        for column, cell in enumerate(cells):
            if cell in ("", None):
                continue
            is_text = isinstance(cell, str)
            value = wide(cell) if is_text else struct.pack("<d", cell)
            style = struct.pack("<I", 0)
            if without_columns and column == last + 1:
                rows.append(record(17 if is_text else 16, style + value))
            else:
                place = struct.pack("<I", column)
                rows.append(record(6 if is_text else 5, place + style + value))
            last = column
    size = struct.pack("<IIII", 0, len(grid) - 1, 0, max(map(len, grid)) - 1)
    sheet = record(129) + record(148, size) + record(145) + b"".join(rows)
    sheet += record(146) + record(130)
    book = record(131) + record(143)
    book += record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Sheet1"))
    book += record(144) + record(132)
    names = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = (
        f'<Types xmlns="{names}/content-types"><Default Extension="bin" ContentType='
        '"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
    )

    def links(kind: str, target: str) -> str:
        link = f'<Relationship Id="rId1" Type="{office}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{names}/relationships">{link}</Relationships>'

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("_rels/.rels", links("officeDocument", "xl/workbook.bin"))
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/_rels/workbook.bin.rels", links("worksheet", "worksheets/sheet1.bin"))
        package.writestr("xl/worksheets/sheet1.bin", sheet)
    return out.getvalue()


def xml_2003(grid: Grid, *, encoding: str = "utf-8") -> bytes:
    """A workbook as XML of Excel 2003, cells in their own types, empty ones left out."""
    rows = []
    for cells in grid:
        row, last = [], 0
        for column, cell in enumerate(cells, start=1):
            if cell in ("", None):
                continue
            at = f' ss:Index="{column}"' if column != last + 1 else ""
            row.append(f"<Cell{at}>{_xml_data(cell)}</Cell>")
            last = column
        rows.append(f"<Row>{''.join(row)}</Row>")
    name = "urn:schemas-microsoft-com:office"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{name}:spreadsheet" xmlns:ss="{name}:spreadsheet">'
        f'<Worksheet ss:Name="Sheet1"><Table>{"".join(rows)}</Table></Worksheet></Workbook>'
    ).encode(encoding)


def _xml_data(cell: Any) -> str:
    if isinstance(cell, date):
        return f'<Data ss:Type="DateTime">{cell.isoformat()}T00:00:00.000</Data>'
    kind = "String" if isinstance(cell, str) else "Number"
    return f'<Data ss:Type="{kind}">{escape(str(cell))}</Data>'


def page(grid: Grid, *, encoding: str, mso: bool = False, outside: int = 0) -> bytes:
    """A web page with a table. `outside`: so many first rows stand above the table, as headings.

    mso  with the styles and exact numbers of Excel's own pages, and a space where a cell is empty.
    """
    rows = []
    for cells in grid[outside:]:
        row = [
            f"<td{_mso(cell)}>{_shown(cell)}</td>" if mso else f"<td>{_shown(cell)}"
            for cell in cells
        ]
        rows.append(f"<tr>{''.join(row)}{'</tr>' if mso else ''}")
    above = "".join(
        f"<h3>{' &nbsp;&nbsp; '.join(map(_shown, cells))}</h3>" for cells in grid[:outside]
    )
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
    if mso:
        head += (
            "<style>td {mso-number-format:\\@;}</style><!--[if gte mso 9]><xml><x:ExcelWorkbook>"
        )
        head += "<x:ExcelWorksheets><x:ExcelWorksheet><x:Name>Sheet1</x:Name></x:ExcelWorksheet>"
        head += "</x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->"
    body = f"{above}<table border=1>{''.join(rows)}</table>"
    return f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding)


def _mso(cell: Any) -> str:
    if isinstance(cell, int | float):
        return f' class=xl24 x:num="{cell}"'
    return " style='mso-number-format:\"\\@\"' x:str"


def _shown(cell: Any) -> str:
    return escape(str(cell)) if cell not in ("", None) else "&nbsp;"
