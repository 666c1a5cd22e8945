"""Seeded damage: in the bytes, in the parts of a package, in the cells, in the text of a CSV."""

import io
import random
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.fuzz import bases

_SUFFIXES = (".xlsx", ".xls", ".csv")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NASTY = (
    "",
    " ",
    "=1+1",
    '=HYPERLINK("x")',
    "#REF!",
    "#DIV/0!",
    "123",
    "99.1%",
    "0.991%%",
    "1e400",
    "-0",
    "NaN",
    "inf",
    "-inf",
    "１２３",
    "1,2,3",
    "1.2万",
    "3亿",
    "—",
    "/",
    "无",
    "1/0",
    "二〇二〇",
    "2020年13月45日",
    "0000-00-00",
    "9999-12-31",
    "第0周",
    "2020-W99",
    "￥5",
    "5人次",
    "一百",
    "٣",
    "a" * 40_000,
    "\n\n\n",
    "\t",
    "\x0b",
    "合计",
    "小计",
    "注:",
    "填报单位:",
    "填报日期:",
    "备注",
    "行政区划代码",
    "已签约人数",
    "'",
    '"',
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "\u202e1",
    "\U0001f600",
    "\ufeff",
    "411403",
    "411403105200",
    "411403105999",
    "4.11403105200E+11",
    0,
    -1,
    1,
    10**15,
    1e308,
    -1e308,
    5e-324,
    0.1 + 0.2,
    411403105200.0,
    44181.5,
    True,
    False,
    None,
    float("nan"),
    date(1900, 1, 1),
    date(2020, 12, 20),
    date(2999, 1, 1),
    datetime(2020, 12, 20, 13, 30),
)
_XML = (
    b'r="XFD1048576"',
    b'r="A99999999"',
    b'r="ZZZZ1"',
    b'r=""',
    b"<v>1e999</v>",
    b"<v></v>",
    b"<v>99999999</v>",
    b't="s"',
    b't="e"',
    b't="d"',
    b't="zz"',
    b'hidden="1"',
    b"<c/>",
    b"</c>",
    b"<row/>",
    b"</sheetData>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"&#0;",
    b"&#x110000;",
    b"<mergeCell ref='A1:XFD1048576'/>",
    b"<mergeCell ref='B2:A1'/>",
    b"<f>1</f>",
    b"<x:c/>",
    b"]]>",
    b"\xff\xfe",
    b"\x00",
    b'count="-1"',
    b'sheetId="0"',
    b'r:id="rId99"',
    b"<is><t>x</t></is>",
)


@dataclass
class Case:
    """One mutated file, and what was planted that nobody may repeat."""

    name: str
    data: bytes
    how: str
    secrets: list[str] = field(default_factory=list)


def case(seed: str, clean: list[tuple[str, bytes]], grids: list[bases.Grid]) -> Case:
    """The file of a seed, always the same."""
    rng = random.Random(seed)
    kind = rng.choices(("bytes", "package", "cells", "text"), (25, 25, 35, 15))[0]
    if kind == "cells":
        return _cells(rng, grids)
    if kind == "text":
        return _text(rng, grids)
    if kind == "package":
        data = rng.choice([each for suffix, each in clean if suffix == ".xlsx"])
        return Case("file.xlsx", _package(rng, data), kind)
    suffix, data = rng.choice(clean)
    for _ in range(rng.choice((1, 1, 2, 5))):
        data = _bytes(rng, data)
    if rng.random() < 0.1:
        suffix = rng.choice(_SUFFIXES)
    return Case(f"file{suffix}", data, kind)


def of_other_kind(seed: str, clean: list[tuple[str, bytes]]) -> Case:
    """A file of a kind that is seldom sent, with some bytes changed; of a package in its parts."""
    rng = random.Random(seed)
    suffix, data = rng.choice(clean)
    if data.startswith(b"PK") and rng.random() < 0.8:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as made:
            for name in package.namelist():
                part = package.read(name)
                made.writestr(name, _bytes(rng, part) if rng.random() < 0.5 else part)
        return Case(f"file{suffix}", out.getvalue(), "package")
    for _ in range(rng.choice((1, 1, 2, 5))):
        data = _bytes(rng, data)
    return Case(f"file{suffix}", data, "bytes")


def id_number(rng: random.Random) -> str:
    """A number with a right checksum of nobody: born in 1885."""
    digits = f"{rng.choice(('411403', '110105', '652924'))}1885{rng.randint(1, 12):02d}"
    digits += f"{rng.randint(1, 28):02d}{rng.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def _bytes(rng: random.Random, data: bytes) -> bytes:
    if not data:
        return b"\x00"
    at, length = rng.randrange(len(data)), rng.choice((1, 2, 8, 64, 1000))
    way = rng.randrange(6)
    if way == 0:
        changed = bytearray(data)
        for _ in range(rng.choice((1, 3, 30))):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        return bytes(changed)
    if way == 1:
        return data[:at]
    if way == 2:
        return data[:at] + data[at + length :]
    if way == 3:
        return data[:at] + rng.randbytes(length) + data[at:]
    if way == 4:
        return data[:at] + data[at : at + length] * rng.choice((2, 50)) + data[at + length :]
    return data[:at] + bytes(length) + data[at + length :]


def _package(rng: random.Random, data: bytes) -> bytes:
    """The same package with damaged parts."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            parts[name] = package.read(name)
    for _ in range(rng.choice((1, 1, 2, 4))):
        name = rng.choice(list(parts))
        if rng.random() < 0.5:
            name = next((each for each in parts if "sheet1.xml" in each), name)
        way = rng.randrange(8)
        part = parts[name]
        if way == 0:
            parts.pop(name)
        elif way == 1:
            parts[name] = _bytes(rng, part)
        elif way == 2:
            parts[name.upper() if rng.random() < 0.3 else "xl/worksheets/sheet9.xml"] = part
        elif way == 3 and part:
            numbers = list(re.finditer(rb"\d+", part))
            if numbers:
                found = rng.choice(numbers)
                new = str(rng.choice((0, -1, 10**9, 2**31, 2**64, 10**30))).encode()
                parts[name] = part[: found.start()] + new + part[found.end() :]
        elif way == 4:
            tags = list(re.finditer(rb"<[^>]{1,200}>", part))
            if tags:
                found = rng.choice(tags)
                parts[name] = part[: found.start()] + part[found.end() :]
        elif way == 5:
            tags = list(re.finditer(rb"<(row|c|si|sheet|xf|mergeCell)\b[^>]*>", part))
            if tags:
                found = rng.choice(tags)
                copies = part[found.start() : found.start() + 200] * rng.choice((2, 500, 5000))
                parts[name] = part[: found.start()] + copies + part[found.start() :]
        else:
            at = rng.randrange(len(part) + 1)
            parts[name] = part[:at] + rng.choice(_XML) + part[at:]
        if not parts:
            break
    out = io.BytesIO()
    method = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(out, "w", method) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 12, 21, 0, 0, 0)), part, method)
    return out.getvalue()


def _cells(rng: random.Random, grids: list[bases.Grid]) -> Case:
    """A report with strange values, moved and doubled rows and columns; in any format."""
    grid: bases.Grid = [list(row) for row in rng.choice(grids)]
    secrets: list[str] = []
    for _ in range(rng.choice((1, 2, 5, 20))):
        row = rng.randrange(len(grid))
        if not grid[row]:
            continue
        column = rng.randrange(len(grid[row]))
        way = rng.randrange(12)
        if way < 6:
            grid[row][column] = rng.choice(_NASTY)
        elif way == 6:
            number = id_number(rng)
            secrets.append(number)
            written = (number, f"{number[:6]} {number[6:14]} {number[14:]}", f"王某{number}。")
            grid[row][column] = rng.choice(written)
        elif way == 7:
            number = f"13{rng.randrange(10**9):09d}"
            secrets.append(number)
            grid[row][column] = rng.choice((number, f"电话{number}", int(number)))
        elif way == 8:
            grid.insert(rng.randrange(len(grid)), list(grid[row]))
        elif way == 9:
            grid.pop(row)
            if not grid:
                grid = [[""]]
        elif way == 10:
            for cells in grid:
                if column < len(cells):
                    cells.insert(rng.randrange(len(cells)), cells.pop(column))
        else:
            grid.insert(rng.randrange(len(grid)), [])
    suffix = rng.choice(_SUFFIXES)
    if suffix == ".csv":
        data = bases.as_csv(grid, rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")))
    elif suffix == ".xls":
        data = bases.as_xls(grid)
    else:
        data = bases.timeless(bases.as_xlsx(grid, rng))
    return Case(f"file{suffix}", data, "cells", secrets)


def _text(rng: random.Random, grids: list[bases.Grid]) -> Case:
    """A CSV whose text is damaged: quotes, delimiters, line ends, encodings."""
    text = bases.as_csv(rng.choice(grids), "utf-8").decode("utf-8")
    for _ in range(rng.choice((1, 3, 10))):
        at = rng.randrange(len(text) + 1)
        bad = rng.choice(
            (
                '"',
                '""',
                ",",
                ",,,,,",
                "\r",
                "\n",
                "\r\r\n",
                "\t",
                ";",
                "\x1a",
                "'",
                "\ufeff",
                "，",
                "\x00",
                "x" * 200_000,
                "," * 3_000,
                "\n" * 3_000,
                '"\n' * 50,
            )
        )
        text = text[:at] + bad + text[at + rng.choice((0, 0, 1, 50)) :]
    encoding = rng.choice(("utf-8", "gb18030", "utf-16", "utf-16-le", "big5", "latin-1"))
    data = text.encode(encoding, "replace")
    if rng.random() < 0.2:
        data = _bytes(rng, data)
    return Case("file.csv", data, "text")
