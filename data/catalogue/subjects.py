"""The subject pages that are described in text: what stands on each, and its one picture.

Like sentences they change no figure, so a snapshot does not keep them. What they name (indicators,
questions, columns) is looked up where it is shown; a test does so for all of them.
"""

from dataclasses import dataclass, field
from functools import cache

from data.catalogue import PRODUCT, files
from data.catalogue.files import Entry
from data.errors import CatalogueError

FILE = "subjects.yaml"
# The kinds of pictures, and what each needs besides its title.
PICTURES = {
    "done": ("bars",),
    "filled": ("question", "whole", "part", "target"),
    "cells": ("question", "value", "named"),
    "rates": ("indicators",),
}
_BAR = ("indicator", "name", "due", "done", "unit")


@dataclass(frozen=True)
class Figures:
    """A picture or a table of a page.

    kind        One of PICTURES; empty for a table.
    question    Of queries/sql; empty where the indicators themselves are drawn.
    columns     Columns of the question by what they are for: value, named, whole, part.
    indicators  Those drawn, or the one whose target is.
    bars        Of `done`: indicator, name, due, done and unit of each bar.
    """

    title: str
    kind: str = ""
    note: str = ""
    question: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    indicators: tuple[str, ...] = ()
    bars: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Subject:
    """One subject page: its address, its title, the indicators with cards, what is drawn."""

    stem: str
    title: str
    indicators: tuple[str, ...]
    picture: Figures
    table: Figures


@cache
def load() -> dict[str, Subject]:
    """The described subject pages by address, in their order.

    raises CatalogueError naming file, line and what to do.
    """
    entry = files.read_yaml(PRODUCT / FILE, f"data/catalogue/{FILE}")
    if not isinstance(entry, Entry):
        raise CatalogueError(f"{FILE} 第 1 行:应由「键: 值」组成。请对照 README.md。")
    entry.named()
    return {stem: _subject(stem, entry.entry(stem)) for stem in entry.values}


def _subject(stem: str, entry: Entry) -> Subject:
    entry.only(("title", "indicators", "picture", "table"))
    for key in ("indicators", "picture", "table"):
        entry.need(key)
    table = entry.entry("table")
    table.only(("title", "question", "note"))
    return Subject(
        stem,
        entry.text("title"),
        entry.texts("indicators"),
        _picture(entry.entry("picture")),
        Figures(table.text("title"), note=table.text("note", ""), question=table.text("question")),
    )


def _picture(entry: Entry) -> Figures:
    kind = entry.one_of("kind", tuple(PICTURES))
    entry.only(("kind", "title", "note", *PICTURES[kind]))
    for key in PICTURES[kind]:
        entry.need(key)
    bars = entry.entries("bars")
    for bar in bars:
        bar.only(_BAR)
    target = entry.text("target", "")
    return Figures(
        entry.text("title"),
        kind=kind,
        note=entry.text("note", ""),
        question=entry.text("question", ""),
        columns={
            key: entry.text(key)
            for key in ("value", "named", "whole", "part")
            if entry.text(key, "")
        },
        indicators=entry.texts("indicators") or tuple(filter(None, [target])),
        bars=tuple(tuple(bar.text(key) for key in _BAR) for bar in bars),
    )
