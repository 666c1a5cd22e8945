"""What a column is called in a sentence."""

from collections.abc import Mapping

_KNOWN_NAMES = {
    "period_start": "报告期首日",
    "period_end": "报告期末日",
    "import_date": "入库日",
}


def column_words(name: str, headers: Mapping[str, str]) -> str:
    """The header of a column; 上期 before it for prev_x; a word for the names rows bring along."""
    if name in headers:
        return headers[name]
    if name.startswith("prev_"):
        return f"上期{headers.get(name[5:], name[5:])}"
    return _KNOWN_NAMES.get(name, name)
