"""The store's diary: who exported, published or signed in, one line each, only ever added to.

It never holds rows of a report: `what` names a file, a table, a period or a snapshot.
"""

import json
import os
from datetime import datetime
from pathlib import Path

FOLDER = "log"
_LONGEST = 300


def append(
    store: Path,
    *,
    now: datetime,
    who: str,
    ip: str,
    action: str,
    what: str,
    snapshot: int | None = None,
) -> bool:
    """Add one line to the diary of the month.

    now      With its zone; the line keeps it to the second.
    who, ip  The signed-in name and the address; empty where not known.
    action   sign_in | export | publish | restore | answer | console.
    returns  False when the store cannot be written: looking and exporting go on without.
    """
    line = {
        "time": now.isoformat(timespec="seconds"),
        "who": _one_line(who),
        "ip": _one_line(ip),
        "action": action,
        "what": _one_line(what),
        "snapshot": snapshot,
    }
    text = json.dumps(line, ensure_ascii=False) + "\n"
    return add_line(store / FOLDER / f"{now:%Y-%m}.jsonl", text)


def add_line(path: Path, text: str) -> bool:
    """Add one whole line to a file that is only ever added to; False when it cannot be written.

    One write of an appending handle: lines of two processes never mix.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return False
    try:
        os.write(handle, text.encode("utf-8"))
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def read(store: Path) -> list[dict[str, object]]:
    """All lines, oldest first; a line that a power cut broke off is left out."""
    return [
        line
        for path in sorted((store / FOLDER).glob("*.jsonl"))
        for line in read_lines(path)
        if "action" in line
    ]


def read_lines(path: Path) -> list[dict[str, object]]:
    """The whole lines of a file of JSON lines; none when it is not there."""
    try:
        texts = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for text in texts:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            found.append(line)
    return found


def _one_line(text: str) -> str:
    """Foreign words as one short line: a name from a header must not forge a second entry."""
    return " ".join(text.split())[:_LONGEST]
