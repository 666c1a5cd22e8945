"""The words of the product: each list is of the shape in which the program reads it."""

import re
from collections.abc import Callable

from data.catalogue.files import Entry

_ERA = re.compile(r"([0-9]{4})?\.\.([0-9]{4})?")


def refuse_wrong(words: Entry) -> None:
    """Refuse lists that nobody reads, and words that are none.

    raises CatalogueError naming file, line and what to do.
    """
    words.only(_LISTS)
    for name in words.values:
        words.need(name)
        _LISTS[name](words, name)


def refuse_no_era(by_era: Entry) -> None:
    """Refuse keys that are no era: `..2020`, `2021..2025`, `2026..`."""
    for era in by_era.values:
        if not _ERA.fullmatch(era):
            raise by_era.at(era).fail(f"年代「{era}」写法不对，应为 ..2020、2021..2025 或 2026..。")


def _plain(words: Entry, name: str) -> None:
    """A name for each key, which may be empty."""
    listed = words.entry(name)
    for key in listed.values:
        listed.text(key, "")


def _eras(words: Entry, name: str) -> None:
    refuse_no_era(words.entry(name))
    _plain(words, name)


def _marks(words: Entry, name: str) -> None:
    marks = words.entry(name)
    marks.only(("inherited_target",))
    _plain(marks, "inherited_target")


def _other_spellings(words: Entry, name: str) -> None:
    columns = words.entry(name)
    for column in columns.values:
        codes = columns.entry(column)
        for code in codes.values:
            codes.texts(code)


def _records(*needed: str) -> Callable[[Entry, str], None]:
    """Entries that say just these."""

    def check(words: Entry, name: str) -> None:
        listed = words.entry(name)
        for key in listed.values:
            record = listed.entry(key)
            record.only(needed)
            for each in needed:
                record.text(each)

    return check


def _populations(words: Entry, name: str) -> None:
    listed = words.entry(name)
    for key in listed.values:
        population = listed.entry(key)
        population.only(("name", "by_era", "in_sentence"))
        population.text("name")
        for each in ("by_era", "in_sentence"):
            _eras(population, each)


def _dimensions(words: Entry, name: str) -> None:
    listed = words.entry(name)
    for key in listed.values:
        dimension = listed.entry(key)
        dimension.only(("name", "note", "sensitive", "values"))
        dimension.text("name")
        dimension.text("note", "")
        dimension.texts("sensitive")
        _plain(dimension, "values")


def _endings(words: Entry, name: str) -> None:
    for each in words.entries(name):
        each.only(("ends_with", "word"))
        each.text("ends_with", "")
        each.text("word")


_LISTS: dict[str, Callable[[Entry, str], None]] = {
    "programme": _records("work", "focus"),
    "populations": _populations,
    "levels": _records("name"),
    "county_words": _plain,
    "whole_area": _endings,
    "domains": _plain,
    "frequencies": _records("name", "previous", "quiet"),
    "marks": _marks,
    "comparators": _plain,
    "dimensions": _dimensions,
    "code_values": _other_spellings,
    "fact_kinds": _plain,
}
