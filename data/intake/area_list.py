"""A list of areas as an office has it: a workbook or a text file, columns told by their headers.

A code and a name are enough: level and parent follow from the code, and what else is known of an
area stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.catalogue import areas as register
from data.errors import CatalogueError
from data.intake import words
from data.intake.read import files, workbook
from data.intake.read.files import Given
from data.intake.read.limits import FileLimits
from data.intake.read.workbook import Sheet
from data.intake.typed import values
from data.intake.typed.value import Spec

_HEADERS = {
    "area_code": "area_code code 行政区划代码 区划代码 统计用区划代码 区划编码 地区代码 代码 编码",
    "name": "name 行政区划名称 区划名称 地区名称 单位名称 名称 全称",
    "level": "level 层级 级别 行政级别 区划级别",
    "parent_code": "parent_code parent 上级代码 上级区划代码 上级行政区划代码 父级代码",
    "kind": "kind 类别 类型 村居类别 村居类型",
    "valid_from": "valid_from 启用日期 设立日期 生效日期 有效期起",
    "valid_to": "valid_to 停用日期 撤销日期 失效日期 有效期止",
    "successors": "successors 继任代码 继任区划代码 并入代码 并入区划代码 撤并后代码",
}
_BY_HEADER = {words.key(header): name for name, text in _HEADERS.items() for header in text.split()}
_TITLES = {
    "area_code": "代码",
    "name": "名称",
    "level": "层级",
    "parent_code": "上级代码",
    "kind": "类别",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
    "successors": "继任代码",
}
_WORDS = {
    "level": {
        "province": "province 省 省级 自治区 直辖市",
        "city": "city 市 市级 地级 地市 州 盟 地区",
        "county": "county 县 县级 区县 县区 旗",
        "township": "township 乡 镇 乡镇 乡级 乡镇级 街道 苏木",
        "village": "village 村 村级 社区 行政村 居委会",
    },
    "kind": {
        "village": "village 行政村 村委会 村民委员会 村",
        "neighbourhood": "neighbourhood 居委会 居民委员会 社区 社区居委会",
        "other": "other 其他 其它",
        "statistical_zone": "statistical_zone 功能区 统计区",
    },
}
# What a cell of a column is read as; the others are texts.
_TYPES = {"area_code": "code", "parent_code": "code", "valid_from": "date", "valid_to": "date"}
# Empty cells of these say that there is nothing; of the others, that nothing is said.
_MAY_BE_EMPTIED = ("valid_from", "valid_to", "successors")
_DEEPEST_HEADER = 30
# The twelve digits of the statistical office end in zeros above the village.
_ZEROS = r"^(?:(\d{6})0{6}|(\d{9})0{3})$"


@dataclass(frozen=True)
class AreaList:
    """What was read.

    rows  the register's columns as text plus `file` and `line`; a column that the file lacks is
          derived or, for an area already known, as it was.
    told  how the file was understood, in lines for a person.
    """

    rows: pl.DataFrame
    told: list[str]


def load(path: Path, known: pl.DataFrame, limits: FileLimits) -> AreaList:
    """Read a list of areas.

    known   register rows as text columns, to keep what the file says nothing of.
    raises  CatalogueError naming the cell; FileRefused for a file that cannot be read.
    """
    given = Given.of(path)
    sheets = workbook.sheets(files.one(given, "", limits), limits)
    tables = [(sheet, header) for sheet in sheets if (header := _header(sheet))]
    if not tables:
        raise CatalogueError(
            f"{given.name} 里没有区划表：要有「区划代码」和「区划名称」两列。请检查表头。"
        )
    rows, told = [], []
    for sheet, (top, columns, unknown) in tables:
        shown = " ".join(part for part in (given.name, sheet.name) if part)
        rows.append(_completed(_cells(sheet, shown, top, columns), columns, known))
        told.append(_told(shown, rows[-1].height, columns, sheet, top, unknown))
    return AreaList(pl.concat(rows), told)


def _header(sheet: Sheet) -> tuple[int, dict[str, int], list[str]] | None:
    """The row that holds both a code and a name: its place, its columns, headers nobody knows."""
    for row in range(min(sheet.height, _DEEPEST_HEADER)):
        columns: dict[str, int] = {}
        unknown = []
        for column, cell in enumerate(sheet.row(row)):
            name = _BY_HEADER.get(words.key(str(cell)))
            if name is not None:
                columns.setdefault(name, column)
            elif cell != "":
                unknown.append(words.plain(str(cell)))
        if {"area_code", "name"} <= columns.keys():
            return row, columns, unknown
    return None


def _cells(sheet: Sheet, shown: str, top: int, columns: Mapping[str, int]) -> pl.DataFrame:
    """The columns as text, null where empty, plus file and line; rows without a word left out."""
    made = {}
    for name, column in columns.items():
        spec = Spec(_TYPES.get(name, "text"))
        column_read = values.read(sheet.columns[column][top + 1 :], spec)
        for row, (found, expected, *_) in column_read.bad.items():
            place = f"{shown} {sheet.address(top + 1 + row, column)}"
            raise CatalogueError(f"{place}：实为「{found}」，应为{expected}。请改正这一格。")
        made[name] = column_read.values.cast(pl.String)
    first = sheet.row_number(top + 1)
    return (
        pl.DataFrame(made)
        .with_columns(file=pl.lit(shown), line=pl.int_range(pl.len(), dtype=pl.Int64) + first)
        .filter(pl.col("area_code").is_not_null() | pl.col("name").is_not_null())
        .with_columns(pl.col("area_code").fill_null(""))
    )


def _completed(rows: pl.DataFrame, columns: Mapping[str, int], known: pl.DataFrame) -> pl.DataFrame:
    """The register's columns: as the file says, else as they were, else as the code says."""
    codes = [name for name in ("area_code", "parent_code") if name in columns]
    rows = rows.with_columns(pl.col(codes).str.replace(_ZEROS, "${1}${2}"))
    for name, ways in _WORDS.items():
        if name in columns:
            by_word = {way: value for value, text in ways.items() for way in text.split()}
            rows = rows.with_columns(pl.col(name).str.to_lowercase().replace(by_word))
    if "successors" in columns:
        rows = rows.with_columns(
            pl.col("successors").str.replace_all(r"[\s,;、，；]+", ";").str.strip_chars(";")
        )
    rows = rows.with_columns(pl.col(n).fill_null("") for n in _MAY_BE_EMPTIED if n in columns)
    for code, file, line in rows.filter(~_is_code()).select("area_code", "file", "line").rows():
        raise CatalogueError(
            f"{file} 第 {line} 行：区划代码「{code}」不是 6、9 或 12 位数字。请改正这一格。"
        )
    others = pl.exclude("area_code")
    before = known.select("area_code", others.replace("", None).name.suffix("_was"))
    rows = rows.join(before, on="area_code", how="left", maintain_order="left")

    def said(name: str, *otherwise: pl.Expr) -> pl.Expr:
        own = [pl.col(name)] if name in columns else []
        return pl.coalesce(*own, pl.col(f"{name}_was"), *otherwise, pl.lit("")).alias(name)

    is_new = pl.col("name_was").is_null()
    return (
        rows.with_columns(said("level", register.level_of(pl.col("area_code"))))
        .with_columns(
            said("parent_code", register.parent_of(pl.col("area_code"), pl.col("level"))),
            said(
                "kind",
                pl.when(is_new & (pl.col("level") == "village")).then(
                    register.kind_of(pl.col("area_code"))
                ),
            ),
        )
        .with_columns(said(name) for name in ("name", *_MAY_BE_EMPTIED))
        .select(*_TITLES, "file", "line")
    )


def _is_code() -> pl.Expr:
    return pl.col("area_code").str.contains(r"^(\d{6}|\d{9}|\d{12})$")


def _told(
    shown: str,
    height: int,
    columns: Mapping[str, int],
    sheet: Sheet,
    top: int,
    unknown: Sequence[str],
) -> str:
    read_as = "、".join(
        f"「{words.plain(str(sheet.columns[column][top]))}」是{_TITLES[name]}"
        for name, column in columns.items()
    )
    derived = [_TITLES[name] for name in ("level", "parent_code") if name not in columns]
    said = [f"{shown}：读到 {height} 行；{read_as}"]
    if derived:
        said.append(f"{'、'.join(derived)}按代码推得")
    if unknown:
        said.append(f"没有读的列：{'、'.join(unknown)}")
    return "；".join(said) + "。"
