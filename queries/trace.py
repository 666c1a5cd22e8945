"""溯源码: a short code for a query, its parameters, its snapshot and who may see what.

The code is the first 40 bits of a sha256 in base 32. A code is recorded when it is issued (a fold
is opened, a file is made), one JSON line each, append-only, in <store>/traces.jsonl. A store that
cannot be written still gives codes: `recorded` is then False, and looking them up says so.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from data.snapshots.store import Store
from queries.engine import Engine
from queries.scope import ALL, Scope

FILE = "traces.jsonl"
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@dataclass(frozen=True)
class Trace:
    """One issued code. `recorded` is False when the store could not be written.

    scope  What the person saw to whom it was issued: the same figures need the same scope.
    """

    code: str
    query: str
    params: dict[str, Any]
    snapshot: int
    manifest: str
    recorded: bool
    scope: Scope = ALL


def code(
    query: str, params: Mapping[str, Any], snapshot: int, manifest: str, scope: Scope = ALL
) -> str:
    """The 8 letters for a query, its full parameters, the snapshot with its hash, the scope."""
    asked = [query, sorted((key, _plain(value)) for key, value in params.items())]
    seen = [] if scope == ALL else [scope.area, scope.hide_sensitive]
    text = json.dumps(
        [*asked, snapshot, manifest, *seen], ensure_ascii=False, separators=(",", ":")
    )
    return base64.b32encode(hashlib.sha256(text.encode("utf-8")).digest()[:5]).decode("ascii")


def issue(
    engine: Engine,
    query: str,
    params: Mapping[str, Any],
    snapshot: int | None = None,
    scope: Scope = ALL,
) -> Trace:
    """Give the code of an answer and record it, once.

    scope  Under which it was asked.
    raises QueryError when the parameters are not those of the query; never for a store that is
    read-only.
    """
    made = unrecorded(engine, query, params, snapshot, scope)
    entry = {"code": made.code, "query": query, "params": made.params, "snapshot": made.snapshot}
    entry["manifest"] = made.manifest
    if scope != ALL:
        entry["scope"] = asdict(scope)
    path = _path(engine.store)
    recorded = True
    try:
        if not any(known["code"] == made.code for known in _entries(path)):
            with path.open("a", encoding="utf-8") as file:
                # A line that a crash cut off must not swallow this one.
                start = "" if _ends_whole(path) else "\n"
                file.write(start + json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError:
        recorded = False
    return replace(made, recorded=recorded)


def unrecorded(
    engine: Engine,
    query: str,
    params: Mapping[str, Any],
    snapshot: int | None = None,
    scope: Scope = ALL,
) -> Trace:
    """The code that `issue` would give, without a note of it: nothing has left the screen yet.

    raises QueryError when the parameters are not those of the query.
    """
    number = engine.number(snapshot)
    filled = engine.params(query, params, number)
    given = {key: _plain(value) for key, value in filled.items() if not isinstance(value, list)}
    manifest = engine.store.manifest(number).sha256
    letters = code(query, given, number, manifest, scope)
    return Trace(letters, query, given, number, manifest, False, scope)


def lookup(store: Store, letters: str) -> Trace | None:
    """What a code stood for; None when it was never issued in this store.

    Small letters, blanks and the look-alikes 0 and 1 are read as a person would.
    """
    wanted = _read(letters)
    for entry in _entries(_path(store)):
        if entry["code"] == wanted:
            return Trace(
                code=entry["code"],
                query=entry["query"],
                params=entry["params"],
                snapshot=entry["snapshot"],
                manifest=entry["manifest"],
                recorded=True,
                scope=Scope(**entry.get("scope", {})),
            )
    return None


def is_code(letters: str) -> bool:
    """Whether the text has the form of a code."""
    read = _read(letters)
    return len(read) == 8 and set(read) <= _LETTERS


def _read(letters: str) -> str:
    return letters.replace(" ", "").replace("-", "").upper().replace("0", "O").replace("1", "I")


def _entries(path: Path) -> list[dict[str, Any]]:
    """The recorded codes; a line cut off by a crash is passed over."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries


def _ends_whole(path: Path) -> bool:
    content = path.read_bytes()
    return not content or content.endswith(b"\n")


def _path(store: Store) -> Path:
    return store.path / FILE


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
