"""Reading definition files with their line numbers, and laying one set of files over another."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from data.errors import CatalogueError, reason_zh

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_LONGEST = 60
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{_LONGEST - 1}}}")


@dataclass(frozen=True)
class Place:
    """Where a definition stands: the file as a person knows it, and the line.

    checked  It stands in a snapshot: it was looked at when that was published.
    shipped  It comes with the product.
    """

    file: str
    line: int
    checked: bool = False
    shipped: bool = False

    def fail(self, problem: str) -> CatalogueError:
        """The error to raise for a mistake at this place."""
        return CatalogueError(f"{self.file} 第 {self.line} 行：{problem}")

    def refuse_no_name(self, text: str) -> None:
        """Refuse what cannot be the name of a column, of a file and in an address alike."""
        if not self.checked and not _NAME.fullmatch(text):
            raise self.fail(
                f"「{text[:_LONGEST]}」不能作代号。请用英文字母开头，"
                f"只含字母、数字和下划线，不超过 {_LONGEST} 个字。"
            )


@dataclass
class Entry:
    """One definition: its values, where it stands, and where each of its values stands."""

    values: dict[str, Any]
    place: Place
    places: dict[str, Place] = field(default_factory=dict)

    def at(self, key: str) -> Place:
        """Where the value of a key stands."""
        return self.places.get(key, self.place)

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that nobody reads: a misspelt key must never be passed over."""
        known = tuple(known)
        for key in self.values:
            if key not in known:
                raise self.at(key).fail(
                    f"不认识的键「{key}」。请改正或删除；可用的键：{'、'.join(known)}。"
                )

    def need(self, key: str) -> Any:
        """The value of a key that must be there."""
        if self.values.get(key) in (None, ""):
            raise self.place.fail(f"缺少「{key}」。请补上。")
        return self.values[key]

    def text(self, key: str, default: str | None = None) -> str:
        """A value of words or a number, as text; it must be there unless a default is given."""
        if self.values.get(key) in (None, "") and default is not None:
            return default
        value = self.need(key)
        if not _is_word(value):
            raise self.at(key).fail(f"「{key}」应是一个词或一句话，不能是{_kind(value)}。")
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words, empty when it is not there."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(_is_word(each) and each != "" for each in value):
            raise self.at(key).fail(f"「{key}」应是词的清单，如 [甲, 乙]；只有一个也要加方括号。")
        return tuple(map(str, value))

    def entry(self, key: str) -> "Entry":
        """The keys and values below a key, none when it is not there."""
        value = self.values.get(key)
        if value is None:
            return Entry({}, self.at(key))
        if not isinstance(value, Entry):
            raise self.at(key).fail(f"「{key}」下面应是「键: 值」，不能是{_kind(value)}。")
        return value

    def entries(self, key: str) -> "list[Entry]":
        """A list of such, empty when it is not there."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, Entry) for each in value):
            raise self.at(key).fail(f"「{key}」应是清单，每一项由「键: 值」组成。")
        return value

    def number(self, key: str, *, least: int | None = 0, most: int = 10**13) -> Decimal:
        """A number that must be there, from `least` (None for any) to `most`."""
        value = self.need(key)
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("nan")
        if not _is_word(value) or not number.is_finite():
            raise self.at(key).fail(f"「{key}」应为数，「{plain(value)}」不是数。")
        if least is not None and number < least:
            raise self.at(key).fail(f"「{key}」不能小于 {least}，实为 {value}。")
        if number > most and not self.place.checked:
            raise self.at(key).fail(f"「{key}」不能大于 {most}，实为 {value}。")
        return number

    def whole(self, key: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
        """A whole number, from `least` to `most`."""
        value = self.values.get(key)
        if value in (None, ""):
            return default
        if not _is_word(value) or not _WHOLE.fullmatch(str(value)):
            raise self.at(key).fail(f"「{key}」应为整数，实为「{plain(value)}」。")
        if int(value) < least:
            raise self.at(key).fail(f"「{key}」不能小于 {least}，实为 {value}。")
        if int(value) > most and not self.place.checked:
            raise self.at(key).fail(f"「{key}」不能大于 {most}，实为 {value}。")
        return int(value)

    def named(self) -> None:
        """Refuse keys that are no names."""
        for key in self.values:
            self.at(key).refuse_no_name(key)

    def flag(self, key: str, default: bool) -> bool:
        """Yes or no."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.at(key).fail(f"「{key}」只能是 true 或 false，实为「{plain(value)}」。")
        return value

    def day(self, key: str) -> date | None:
        """A date, None when it is not there."""
        text = self.text(key, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self.at(key).fail(f"日期「{text}」不存在，应写作 2020-01-31。") from error

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """A value that must be one of a few words."""
        value = self.values.get(key, default)
        if value not in allowed:
            raise self.at(key).fail(
                f"「{key}」不能是「{plain(value)}」，只能是{'、'.join(allowed)}。"
            )
        return value

    def over(self, other: "Entry") -> "Entry":
        """This entry laid over another one, value by value."""
        return Entry({**other.values, **self.values}, self.place, {**other.places, **self.places})


def _is_word(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    """What a person would call a value that is no word."""
    if isinstance(value, bool):
        return "是非（true、false）；要写这个词请加引号"
    return "清单" if isinstance(value, list) else "「键: 值」" if value is not None else "空"


# The parser in C where the package brings it: the same result, several times as fast.
_Fastest: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Located(_Fastest):
    """A YAML loader that gives mappings as entries and refuses a key written twice."""

    shown = ""
    shipped = False


def _entry(loader: _Located, node: yaml.MappingNode) -> Entry:
    file, shipped = loader.shown, loader.shipped
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        place = Place(file, key_node.start_mark.line + 1, shipped=shipped)
        if key in values:
            raise place.fail(f"「{key}」写了两次。请删去一处。")
        values[key] = loader.construct_object(value_node, deep=True)
        places[key] = place
    return Entry(values, Place(file, node.start_mark.line + 1, shipped=shipped), places)


_Located.add_constructor("tag:yaml.org,2002:map", _entry)
# Dates and yes/no words stay text: the catalogue's own types decide what they mean.
_Located.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path, shown: str, *, shipped: bool = False) -> Any:
    """A YAML file; mappings come as `Entry`. shown is the file's name for messages."""
    text = _text(path, shown)
    loader = _Located(text)
    loader.shown, loader.shipped = shown, shipped
    try:
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise Place(shown, line).fail("写法不合 YAML 规则，请检查缩进、冒号和引号。") from error
    finally:
        loader.dispose()


def read_csv(path: Path, shown: str, columns: tuple[str, ...]) -> list[Entry]:
    """A CSV file with exactly the given header; one entry per row, all values text.

    Lines that are empty or begin with # say nothing.
    """
    rows = csv.reader(_text(path, shown).splitlines())
    header = next(rows, None)
    if header is None:
        raise Place(shown, 1).fail(f"文件是空的，第一行应为表头：{','.join(columns)}。")
    if tuple(header) != columns:
        raise Place(shown, 1).fail(f"表头应为 {','.join(columns)}，实为 {','.join(header)}。")
    entries = []
    for row in rows:
        place = Place(shown, rows.line_num)
        # A line that begins with # is a word to whoever reads the file.
        if not any(row) or row[0].startswith("#"):
            continue
        if len(row) != len(columns):
            raise place.fail(f"应有 {len(columns)} 列，实有 {len(row)} 列。请检查逗号和引号。")
        entries.append(
            Entry(dict(zip(columns, (cell.strip() for cell in row), strict=True)), place)
        )
    return entries


def plain(value: Any) -> Any:
    """Entries turned back into plain dictionaries and lists, for JSON."""
    if isinstance(value, Entry):
        return {key: plain(item) for key, item in value.values.items()}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def entries(value: Any, place: Place) -> Any:
    """The reverse of `plain`: dictionaries as entries that all stand at one place."""
    if isinstance(value, Mapping):
        return Entry({key: entries(item, place) for key, item in value.items()}, place)
    if isinstance(value, list):
        return [entries(item, place) for item in value]
    return value


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{shown} 不是 UTF-8 编码。请另存为 UTF-8。") from error
    except OSError as error:
        raise CatalogueError(f"{shown} 读不了（{reason_zh(error)}）。请检查文件和权限。") from error
