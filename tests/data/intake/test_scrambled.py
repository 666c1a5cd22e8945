"""A sound form scrambled in ways that change nothing: whatever comes out says the same figures."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.catalogue.model import Catalogue, Table
from data.findings import ERROR, EXPLAIN
from data.intake.delivery import Delivery, read_files
from tests.data.intake.build import TOWNSHIPS, VILLAGES, small_catalogue

DAY = date(2020, 12, 28)
UNIT = "睢阳区卫生健康委员会"
TITLES = ("附件2", "睢阳区健康扶贫领导小组办公室", "(内部资料)", "", "2020年工作")
TOTALS = ("", "合计", "合 计", "总计")
WAYS = (
    "number",
    "float",
    "text",
    "spaced",
    "wide",
    "comma",
    "wide_comma",
    "quoted",
    "formula",
)
HEADER_WAYS = ("as_is", "alias", "broken", "spaced", "unit", "wide_unit", "numbered")
AREA_WAYS = ("code", "code_number", "name", "short", "institution", "spaced", "long_code")
FORMATS = ("xlsx", "xls", "utf-8-sig", "utf-8", "gb18030", "utf-16")
FULL = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


@dataclass(frozen=True)
class Scramble:
    """One way to write the form down."""

    rows: list[int]
    columns: list[int]
    titles: list[str]
    numbers: list[str]
    headers: list[str]
    areas: list[str]
    total: str
    total_first: bool
    serial: bool
    numbering: bool
    extra: int
    closing: int
    blanks: int
    kind: str
    offset: tuple[int, int]
    in_columns: bool
    upper_rows: int


@st.composite
def scrambles(draw: st.DrawFn, rows: int, columns: int) -> Scramble:
    """Every choice that changes nothing in the figures."""
    return Scramble(
        rows=draw(st.permutations(range(rows))),
        columns=draw(st.permutations(range(columns))),
        titles=draw(st.lists(st.sampled_from(TITLES), max_size=4)),
        numbers=draw(st.lists(st.sampled_from(WAYS), min_size=7, max_size=7)),
        headers=draw(st.lists(st.sampled_from(HEADER_WAYS), min_size=5, max_size=5)),
        areas=draw(st.lists(st.sampled_from(AREA_WAYS), min_size=1, max_size=3)),
        total=draw(st.sampled_from(TOTALS)),
        total_first=draw(st.booleans()),
        serial=draw(st.booleans()),
        numbering=draw(st.booleans()),
        extra=draw(st.integers(-1, columns)),
        closing=draw(st.integers(0, 2)),
        blanks=draw(st.integers(0, 3)),
        kind=draw(st.sampled_from(FORMATS)),
        offset=draw(st.tuples(st.integers(0, 4), st.integers(0, 3))),
        in_columns=draw(st.booleans()),
        upper_rows=draw(st.integers(0, 2)),
    )


def number(value: int, way: str) -> Any:
    """A figure in one of the ways people write it."""
    texts = {
        "text": str(value),
        "spaced": f" {value} ",
        "wide": str(value).translate(FULL),
        "comma": f"{value:,}",
        "wide_comma": f"{value:,}".replace(",", "，"),
        "quoted": f"'{value}",
    }
    if way in texts:
        return texts[way]
    return float(value) if way == "float" else value


def header(printed: str, others: tuple[str, ...], unit: str, way: str, at: int) -> str:
    """A header in one of the ways people write it."""
    if way == "alias" and others:
        return others[at % len(others)]
    middle = max(1, len(printed) // 2)
    changed = {
        "broken": f"{printed[:middle]}\n{printed[middle:]}",
        "spaced": " ".join(printed),
        "unit": f"{printed}({unit})" if unit else printed,
        "wide_unit": f"{printed}\n（单位：{unit}）" if unit else printed,
        "numbered": f"{at + 1}.{printed}",
    }
    return changed.get(way, printed)


def area(code: str, name: str, way: str) -> Any:
    """An area in one of the ways people write it."""
    short = name.removesuffix("镇").removesuffix("村委会")
    written = {
        "code": code,
        "code_number": int(code),
        "name": name,
        "short": short if len(short) > 1 else name,
        "institution": f"{name}卫生院" if len(code) == 9 else f"{short}村卫生室",
        "spaced": f" {' '.join(name)} ",
        "long_code": code.ljust(12, "0"),
    }
    return written[way]


def grid(table: Table, catalogue: Catalogue, codes: tuple[str, ...], how: Scramble) -> list[list]:
    """The cells of the sheet."""
    columns = [column for column in table.columns if column.required]
    names = dict(catalogue.areas.select("area_code", "name").iter_rows())
    figures = wanted(table, codes)
    heads: list[Any] = ["序号"] if how.serial else []
    heads.append("行政区划名称")
    for at in how.columns:
        column = columns[at]
        way = how.headers[at % len(how.headers)]
        heads.append(header(column.header_in(2020), column.aliases, column.unit, way, at))
    form = {"报告期": period(table), "填报单位": UNIT, "单位负责人": "王建国"}
    form |= {"填报人": "李红", "填报日期": "2020-12-21"}
    if how.in_columns:
        heads += list(form)
    body = []
    for place, index in enumerate(how.rows):
        code = codes[index]
        row: list[Any] = [place + 1] if how.serial else []
        row.append(area(code, names[code], how.areas[index % len(how.areas)]))
        for at in how.columns:
            way = how.numbers[(index * 5 + at) % len(how.numbers)]
            row.append(number(figures[code][columns[at].name], way))
        body.append(row + (list(form.values()) if how.in_columns else []))
    if how.total:
        sums = [sum(figures[code][columns[at].name] for code in codes) for at in how.columns]
        row = ([""] if how.serial else []) + [how.total, *sums]
        body.insert(0 if how.total_first else len(body), row)
    if how.extra >= 0:
        at = 1 + how.serial + how.extra
        heads.insert(at, "完成率")
        for index, row in enumerate(body):
            row.insert(at, ("99.1%", 0.991, "—", "")[index % 4])
    if how.numbering:
        stems = ["甲", "乙"][: 1 + how.serial]
        body.insert(0, stems + list(range(1, len(heads) - len(stems) + 1)))
    above = [[text] if text else [] for text in how.titles]
    closing = []
    if not how.in_columns:
        above.append([f"{period(table)}{table.title}"])
        above.append([f"填报单位：{UNIT}", "", f"填报日期：2020年12月21日    单位:{'人'}"])
        closing = [[], ["单位负责人：王建国", "", "填报人：李红"]]
    closing += [["注：本表由乡镇汇总。"], ["2. 数据截至期末。"]][: how.closing]
    blank = [[] for _ in range(how.blanks)]
    return [*above, heads, *body, *closing, *blank]


def period(table: Table) -> str:
    return "2020-W51" if table.frequency == "weekly" else "2020-11"


def wanted(table: Table, codes: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """The figures of the form, area by area: four digits, so that thousands are parted."""
    return {
        code: {
            column.name: 1000 * (1 + at % 3) + 37 * index + at
            for at, column in enumerate(table.columns)
            if column.required
        }
        for index, code in enumerate(codes)
    }


def write(folder: Path, cells: list[list], how: Scramble) -> Path:
    if how.kind == "xlsx":
        return _xlsx(folder / "表.xlsx", cells, how)
    if how.kind == "xls":
        return _xls(folder / "表.xls", cells, how)
    mark = "\t" if how.kind == "utf-16" else ","
    lines = [mark.join(_field(cell, mark) for cell in row) for row in cells]
    path = folder / "表.csv"
    path.write_bytes("\r\n".join(lines).encode(how.kind))
    return path


def _field(cell: Any, mark: str) -> str:
    text = str(cell)
    return f'"{text}"' if mark in text or "\n" in text else text


def _xlsx(path: Path, cells: list[list], how: Scramble) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        for name in ("说明", "填报须知")[: how.upper_rows]:
            book.add_worksheet(name).write_string(0, 0, "本表每期报送一次。")
        page = book.add_worksheet("表一")
        top, left = how.offset
        for row, line in enumerate(cells, start=top):
            for column, cell in enumerate(line, start=left):
                if cell == "":
                    continue
                if "formula" in how.numbers and isinstance(cell, int) and cell >= 1000:
                    page.write_formula(row, column, f"={cell - 1}+1", None, cell)
                elif isinstance(cell, str):
                    page.write_string(row, column, cell)
                else:
                    page.write_number(row, column, cell)
    return path


def _xls(path: Path, cells: list[list], how: Scramble) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表一")
    top, left = how.offset
    for row, line in enumerate(cells, start=top):
        for column, cell in enumerate(line, start=left):
            if cell != "":
                page.write(row, column, cell)
    book.save(str(path))
    return path


def figures(reading: Delivery, table: Table) -> dict[str, dict[str, int]]:
    found = {}
    for typed in reading.typed:
        assert typed.table.id == table.id
        for row in typed.frame.to_dicts():
            assert row["period"] == period(table)
            found[row["area_code"]] = {
                column.name: row[column.name] for column in table.columns if column.required
            }
    return found


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Catalogue:
    return small_catalogue(tmp_path_factory.mktemp("scrambled"))


def check(catalogue, table_id, codes, how, folder) -> None:
    table = catalogue.tables[table_id]
    path = write(folder, grid(table, catalogue, codes, how), how)
    reading = read_files([path], catalogue, import_date=DAY)
    blocking = [f.line() for f in reading.findings if f.severity in (ERROR, EXPLAIN)]
    assert blocking == []
    assert figures(reading, table) == wanted(table, codes)


QUIET = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUIET
@given(how=scrambles(rows=3, columns=9))
def test_a_township_form_says_the_same_however_it_is_written(catalogue, tmp_path, how):
    check(catalogue, "T01", TOWNSHIPS, how, tmp_path)


@QUIET
@given(how=scrambles(rows=4, columns=11))
def test_a_village_form_says_the_same_however_it_is_written(catalogue, tmp_path, how):
    # 前进村 is a village of two townships: only its code tells which.
    sure = ["code", "code_number"]
    how = Scramble(**(vars(how) | {"areas": [way if way in sure else "code" for way in how.areas]}))
    check(catalogue, "T04", VILLAGES, how, tmp_path)


DISEASES = [f"md{number:02d}" for number in range(1, 9)]


@QUIET
@given(
    blocks=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    kind=st.sampled_from(FORMATS),
    merged=st.booleans(),
    named=st.booleans(),
    coded=st.booleans(),
)
def test_townships_over_several_rows_are_read_for_each_of_them(
    catalogue, tmp_path, blocks, kind, merged, named, coded
):
    table = catalogue.tables["T05"]
    names = dict(catalogue.areas.select("area_code", "name").iter_rows())
    columns = [column for column in table.columns if column.required]
    heads = ["行政区划代码"] * coded + ["行政区划名称"] * (named or not coded)
    heads += [column.header for column in columns]
    body, wanted, spans = [], {}, []
    for code, length in zip(TOWNSHIPS, blocks, strict=False):
        for at, disease in enumerate(DISEASES[:length]):
            place = [code] * coded + [names[code]] * (named or not coded)
            places = place if at == 0 else [""] * len(place)
            values = [20 + 3 * len(body) + column for column in range(len(columns) - 1)]
            wanted[code, disease] = values
            body.append([*places, disease, *values])
        spans.append((len(body) - length, len(body) - 1))
    form = [["2020年11月大病专项救治月报表"], [f"填报单位:{UNIT}    填报日期:2020-12-21"]]
    end = [["单位负责人:王建国    填报人:李红"]]
    cells = [*form, heads, *body, *end]
    path = _merged(tmp_path, cells, spans if merged else [], coded + (named or not coded), kind)
    reading = read_files([path], catalogue, import_date=DAY)
    assert [f.line() for f in reading.findings if f.severity in (ERROR, EXPLAIN)] == []
    (typed,) = reading.typed
    found = {
        (row["area_code"], row["disease_code"]): [
            row[column.name] for column in columns if column.name != "disease_code"
        ]
        for row in typed.frame.to_dicts()
    }
    assert found == wanted


def _merged(folder: Path, cells: list, spans: list, width: int, kind: str) -> Path:
    """Write the cells with the area columns merged over every span of rows."""
    first = 3
    if kind == "xlsx":
        path = folder / "表.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            page = book.add_worksheet("表一")
            for row, line in enumerate(cells):
                page.write_row(row, 0, [cell if cell != "" else None for cell in line])
            for top, bottom in spans:
                for column in range(width if bottom > top else 0):
                    value = cells[first + top][column]
                    page.merge_range(first + top, column, first + bottom, column, value)
        return path
    if kind == "xls":
        book = xlwt.Workbook(encoding="utf-8")
        page = book.add_sheet("表一", cell_overwrite_ok=True)
        for row, line in enumerate(cells):
            for column, cell in enumerate(line):
                if cell != "":
                    page.write(row, column, cell)
        for top, bottom in spans:
            for column in range(width if bottom > top else 0):
                page.write_merge(
                    first + top, first + bottom, column, column, cells[first + top][column]
                )
        book.save(str(folder / "表.xls"))
        return folder / "表.xls"
    mark = "\t" if kind == "utf-16" else ","
    path = folder / "表.csv"
    path.write_bytes("\n".join(mark.join(map(str, row)) for row in cells).encode(kind))
    return path
