"""The questions: .sql files, each with its header, and what can be told of them beforehand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from data.catalogue.model import Catalogue
from queries import headers
from queries.calls import Call, UnknownArgument, Wanted, names, reads_figures, reads_villages
from queries.calls import calls as calls_in
from queries.errors import QueryError
from queries.headers import Header

SQL = Path(__file__).parent / "sql"
VILLAGE_CODE = 12  # figures; as the macro place_of has it
# What is made of the report tables' files, by the names that a header says are read.
_OF_REPORTS = re.compile(r"t\d\d(_filed|_at)?|filings|filed_(?!units)\w+|village_values|sources")


@dataclass(frozen=True)
class Question:
    """One .sql file: its header and its text."""

    header: Header
    text: str

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """What it asks the readings for."""
        return calls_in(self.text)

    @cached_property
    def reads_filed(self) -> bool:
        """Whether it asks who filed the newest reports at a period."""
        return names(self.text, "filed_units")

    @cached_property
    def reads_valued(self) -> bool:
        """Whether it asks which areas have values."""
        return names(self.text, "valued_areas")

    @cached_property
    def reads_figures(self) -> bool:
        """Whether it asks for every figure of the report tables, whichever table it is in."""
        return reads_figures(self.text)

    @cached_property
    def looks_around(self) -> bool:
        """Whether it compares with areas that may lie in another province."""
        return "peer_groups" in self.header.reads

    def wanted(self, params: Mapping[str, Any]) -> list[Wanted]:
        """What it asks the readings for; nothing when a block cannot answer it all."""
        try:
            return [call.wanted(params) for call in self.calls]
        except UnknownArgument:
            return []

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
        if self._names_villages:
            return True
        return any(
            (
                param.type == "area"
                and params[param.name]
                and len(params[param.name]) == VILLAGE_CODE
            )
            or (param.type == "level" and params[param.name] == "village")
            for param in self.header.params
        )

    @cached_property
    def _names_villages(self) -> bool:
        """Whether it reads the values of villages whatever its parameters say."""
        return reads_villages(self.text)

    @cached_property
    def reads_reports(self) -> bool:
        """Whether it reads the report tables themselves, not only what is computed of them, nor
        only who filed them.
        """
        return any(_OF_REPORTS.fullmatch(name) for name in self.header.reads)


def every() -> dict[str, Question]:
    """All questions by name. raises QueryError when two have the same."""
    found: dict[str, Question] = {}
    for path in sorted(SQL.glob("*/*.sql")):
        if path.parent.name == "staging":
            continue
        if path.stem in found:
            raise QueryError(f"有两个查询都叫 {path.stem}。请改一个文件名。")
        text = path.read_text("utf-8")
        found[path.stem] = Question(headers.read(path), text)
    return found
