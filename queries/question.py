"""The questions: .sql files, each with its header, and what can be told of them beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from data.catalogue.model import Catalogue
from queries import headers, parameters
from queries.errors import QueryError
from queries.headers import Header

SQL = Path(__file__).parent / "sql"
VILLAGE_CODE = 12  # figures; as the macro place_of has it
READINGS = {"readings", "as_of"}


@dataclass(frozen=True)
class Question:
    """One .sql file: its header and its text.

    saved  When the file was saved, in nanoseconds.
    """

    path: Path
    saved: int
    header: Header
    text: str

    @classmethod
    def read(cls, path: Path) -> "Question":
        """Read a file. raises HeaderError for a header that is not understood."""
        saved, text = path.stat().st_mtime_ns, path.read_text("utf-8")
        return cls(path, saved, headers.parse(path.stem, text), text)

    def current(self) -> "Question":
        """The question as its file is now: whoever edits one sees it with the next click."""
        try:
            return self if self.path.stat().st_mtime_ns == self.saved else Question.read(self.path)
        except FileNotFoundError:  # an editor takes it away for a moment while it saves
            return self

    @property
    def reads_readings(self) -> bool:
        """Whether it looks readings up."""
        return not READINGS.isdisjoint(self.header.reads)

    @cached_property
    def looks_around(self) -> bool:
        """Whether it compares with areas that may lie in another province."""
        return "peer_groups" in self.header.reads

    def areas(self, params: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
        """The areas that it is asked about, and those that it compares them with."""
        given = [params[param.name] for param in self.header.params if param.type == "area"]
        areas = [area for area in given if area]
        if not self.looks_around:
            return areas
        groups = {
            each["group"] for each in catalogue.peer_groups if str(each["area_code"]) in areas
        }
        peers = [
            str(each["area_code"]) for each in catalogue.peer_groups if each["group"] in groups
        ]
        return [*areas, *peers]

    def reads_villages(self, params: Mapping[str, Any]) -> bool:
        """Whether it may need the values of villages, which lie in the report tables."""
        areas, level = parameters.places(self.header, params)
        return level == "village" or any(len(area) == VILLAGE_CODE for area in areas)


def every() -> dict[str, Question]:
    """All questions by name. raises QueryError when two have the same."""
    found: dict[str, Question] = {}
    for path in sorted(SQL.glob("*/*.sql")):
        if path.parent.name == "staging":
            continue
        if path.stem in found:
            raise QueryError(f"有两个查询都叫 {path.stem}。请改一个文件名。")
        found[path.stem] = Question.read(path)
    return found
