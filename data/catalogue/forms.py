"""Forms that an office drew itself: which of its headers stands for which of a table's columns.

One text file each, `<store>/catalogue/forms/NAME.yaml`. They change no figure that is on file, so
no snapshot keeps them: the next file that comes in is read by what stands there then.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data.catalogue import files
from data.catalogue.files import Entry, Place
from data.catalogue.model import Catalogue, Column, Table
from data.errors import UsageError

FOLDER = Path("catalogue") / "forms"
_KEYS = ("table", "columns", "checked", "left_out", "absent", "constants", "skip_rows", "without")
# What a header may be beside the table's own columns.
_COMMON = (
    "division_code",
    "division_name",
    "period",
    "reporting_unit",
    "reported_on",
    "unit_head",
    "filled_by",
    "remark",
)
_SEVERAL = "division_name"
_WORDS = ("enum", "code", "text")
_MOST_SKIPPED = 20
_NAME = re.compile(r"[^\s./\\:*?\"<>|][^/\\:*?\"<>|\n\t]{0,39}")
_HEAD = """\
# 本单位自己的表怎样对到 {table} {title}。可以手工改；写错了，核对时会说出在第几行。
# 表头照原样写，多级表头自上而下用 / 连接；同名的第二列在后面写 #2。
# columns 取哪些列（unit 是他们的单位）；checked 是商，只核对不保存；left_out 不取的列；
# absent 表上没有、按没报的列；constants 整张表一个值的列；
# skip_rows 表头下面跳过几行；without 哪些行不取（行首写着这些字）。
"""


@dataclass(frozen=True)
class Taken:
    """A column of theirs that is stored: its header, ours, and what theirs is counted in."""

    header: str
    name: str
    unit: str | None = None


@dataclass(frozen=True)
class Quotient:
    """A column of theirs that two of ours give: checked, not stored. per: 100 for a percentage."""

    header: str
    numerator: str
    denominator: str
    per: int = 100


@dataclass(frozen=True)
class SavedForm:
    """How sheets under certain headers are read as a report table.

    left_out   headers that are neither stored nor told of.
    absent     columns that the form does not have: nothing was filed, which is not 0.
    constants  columns with one value for every row: the disease of a form about one.
    skip_rows  rows between the header and the first row of data.
    without    words at whose rows nothing is stored.
    """

    name: str
    table: Table
    columns: tuple[Taken, ...]
    checked: tuple[Quotient, ...] = ()
    left_out: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    skip_rows: int = 0
    without: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that a sheet must have, all of them, to be this form."""
        return tuple(each.header for each in (*self.columns, *self.checked))

    def as_text(self) -> str:
        """The file that says so."""
        said: dict[str, Any] = {"table": self.table.id}
        said["columns"] = [
            {"header": each.header, "is": each.name} | ({"unit": each.unit} if each.unit else {})
            for each in self.columns
        ]
        said["checked"] = [
            {"header": each.header, "numerator": each.numerator, "denominator": each.denominator}
            | ({"per": each.per} if each.per != 100 else {})
            for each in self.checked
        ]
        said["left_out"], said["absent"] = list(self.left_out), list(self.absent)
        said["constants"], said["skip_rows"] = dict(self.constants), self.skip_rows
        said["without"] = list(self.without)
        head = _HEAD.format(table=self.table.id, title=self.table.title)
        kept = {key: value for key, value in said.items() if value}
        return head + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)


def load(store: Path, catalogue: Catalogue) -> tuple[SavedForm, ...]:
    """The forms of a store, by name.

    raises CatalogueError naming file, line and what to do at the first mistake.
    """
    return tuple(
        read(path, f"{store.name}/{FOLDER.as_posix()}/{path.name}", catalogue)
        for path in sorted((store / FOLDER).glob("*.yaml"))
    )


def read(path: Path, shown: str, catalogue: Catalogue) -> SavedForm:
    """One form; shown is the file's name for messages. raises CatalogueError."""
    entry = files.read_yaml(path, shown)
    if not isinstance(entry, Entry):
        raise Place(shown, 1).fail("应由「键: 值」组成。请对照 data/catalogue/README.md。")
    entry.only(_KEYS)
    table = catalogue.tables.get(entry.text("table"))
    if table is None:
        known = catalogue.every_table
        raise entry.at("table").fail(f"没有报表「{entry.text('table')}」，报表是 {known}。")
    common = {column.name: column for column in catalogue.common}
    known = {**{name: common[name] for name in _COMMON if name in common}, **table.by_name}
    columns = tuple(_taken(each, known, table) for each in entry.entries("columns"))
    if not columns:
        raise entry.place.fail("「columns」是空的。请至少写一列。")
    _refuse_twice(entry, columns)
    constants = _constants(entry.entry("constants"), known, table)
    absent = entry.texts("absent")
    for name in absent:
        _refuse_no_column(entry.at("absent"), name, known, table)
        if name in table.key:
            raise entry.at("absent").fail(f"「{name}」是认同一行的列，不能没有；请写进 constants。")
    taken = {each.name for each in columns} | constants.keys()
    for name in table.key:
        if name in table.by_name and name != table.area_column and name not in taken:
            raise entry.place.fail(
                f"没有「{name}」（{table.column(name).header}），认不出哪一行。"
                "请写进 columns；整张表一个值的，写进 constants。"
            )
    return SavedForm(
        path.stem,
        table,
        columns,
        tuple(_quotient(each, taken, table) for each in entry.entries("checked")),
        entry.texts("left_out"),
        absent,
        constants,
        entry.whole("skip_rows", 0, most=_MOST_SKIPPED),
        entry.texts("without"),
    )


def save(store: Path, form: SavedForm, catalogue: Catalogue, *, again: bool = False) -> Path:
    """Write a form into a store's definitions; the file.

    again   It may take the place of one of the same name.
    raises  UsageError for a name that cannot be a file's, or is taken; CatalogueError where the
            form would not be read.
    """
    if not _NAME.fullmatch(form.name) or form.name != form.name.strip():
        raise UsageError(
            f'「{form.name}」不能作名称：不超过 40 个字，不含 / \\ : * ? " < > | 和开头的点。'
        )
    folder = store / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / f"{form.name}.yaml", form.as_text()
    trial = folder / f".{form.name}.new"
    try:
        trial.write_text(text, "utf-8")
        read(trial, path.name, catalogue)
        if again:
            trial.replace(path)
        else:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except FileExistsError as error:
        raise UsageError(f"已有名为「{form.name}」的表样。请换一个名称，或选择替换。") from error
    finally:
        trial.unlink(missing_ok=True)
    return path


def _taken(entry: Entry, known: Mapping[str, Column], table: Table) -> Taken:
    entry.only(("header", "is", "unit"))
    name = entry.text("is")
    _refuse_no_column(entry.at("is"), name, known, table)
    return Taken(entry.text("header"), name, entry.text("unit", "") or None)


def _quotient(entry: Entry, taken: set[str], table: Table) -> Quotient:
    entry.only(("header", "numerator", "denominator", "per"))
    for key in ("numerator", "denominator"):
        name = entry.text(key)
        column = table.by_name.get(name)
        if column is None or column.type not in ("int", "decimal") or name not in taken:
            raise entry.at(key).fail(f"「{name}」不是 columns 里取的数。请改成其中一列。")
    return Quotient(
        entry.text("header"),
        entry.text("numerator"),
        entry.text("denominator"),
        entry.whole("per", 100, least=1, most=100_000),
    )


def _constants(entry: Entry, known: Mapping[str, Column], table: Table) -> dict[str, str]:
    for name in entry.values:
        _refuse_no_column(entry.at(name), name, known, table)
        column, value = known[name], entry.text(name)
        if column.type not in _WORDS or name in ("division_code", "division_name"):
            raise entry.at(name).fail(f"「{name}」不能整张表一个值：只有文字、代码和选项可以。")
        if column.values and value not in column.values:
            choices = "、".join(column.values)
            raise entry.at(name).fail(f"「{value}」不能作「{column.header}」，只能是{choices}。")
    return {name: entry.text(name) for name in entry.values}


def _refuse_twice(entry: Entry, columns: tuple[Taken, ...]) -> None:
    """Two of their columns for one of ours, but that areas may be told in steps."""
    seen: set[str] = set()
    for each, place in zip(columns, entry.entries("columns"), strict=True):
        if each.name in seen and each.name != _SEVERAL:
            raise place.place.fail(f"「{each.name}」写了两次。请删去一处。")
        seen.add(each.name)


def _refuse_no_column(place: Place, name: str, known: Mapping[str, Column], table: Table) -> None:
    if name not in known:
        raise place.fail(f"{table.id} 没有列「{name}」。可用的列：{'、'.join(known)}。")
