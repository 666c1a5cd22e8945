"""The steps of a derivation: files of SQL that run one after the other in its database.

Each says at its top what it reads and what it leaves, so that it can be run and tested by itself.
`$name` in a file is a value; `${name}`, a slot, is a piece of SQL that only the catalogue knows:
data/derive/measures.py and data/derive/rolling.py write them, nothing else does.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

_FOLDER = Path(__file__).with_name("sql")
_SLOT = re.compile(r"\$\{(\w+)\}")


def text(step: str, **slots: str) -> str:
    """The SQL of a step, its slots filled."""
    return _SLOT.sub(lambda slot: slots[slot[1]], _read(step))


def run(con: Any, step: str, values: Mapping[str, Any] | None = None, **slots: str) -> None:
    """Run all statements of a step, each with those of the values that it names."""
    for statement in duckdb.extract_statements(text(step, **slots)):
        named = {name: (values or {})[name] for name in statement.named_parameters}
        con.execute(statement, named)


@cache
def _read(step: str) -> str:
    return (_FOLDER / f"{step}.sql").read_text("utf-8")
