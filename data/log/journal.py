"""The store's audit log: who did what, from where and with what end; one line each, only added.

Each line carries the hash of the one before, over all months: a line that was changed or taken
out is found. It never holds rows of a report nor a person's number: `what` names a file, a table,
a period or a snapshot.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data import personal, settings
from data.log import syslog
from data.machine import locks

FOLDER = "log"
_ANCHOR = "anchor.json"
_LOCK = ".lock"
_MONTHS = "[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"
_REFUSALS = ("refused", "wrong_password", "wrong_token")
_LONGEST, _LONGEST_WHAT = 100, 2000
_BLOCK = 1 << 16
# The settings file as it was when `note_settings` last read it; None: it was not there.
_NOTED: dict[Path, tuple[int, int] | None] = {}


def append(
    store: Path,
    *,
    now: datetime,
    who: str,
    ip: str,
    action: str,
    what: str,
    snapshot: int | None = None,
    result: str | None = None,
    area: str = "",
) -> bool:
    """Add one line to the log of the month; several processes may do so at once.

    now      With its zone; the line keeps it to the second.
    who, ip  The official's name and the address; empty where not known.
    action   sign_in | sign_out | refused | wrong_password | wrong_token | export | console |
             publish | restore | areas | answer | remind | command | settings | account.
    what     In words: what was done, to what, under which filter, how many rows. ID and mobile
             numbers are taken out of it.
    result   done | found (a command that has something to tell) | refused | failed; None for
             what the action itself says.
    area     Code of the area whose matter it is; empty for all: stewards of an area see its lines.
    returns  False when the store cannot be written: looking goes on, exports do not.
    """
    line: dict[str, Any] = {
        "time": now.isoformat(timespec="seconds"),
        "who": _one_line(who, _LONGEST),
        "ip": _one_line(ip, _LONGEST),
        "action": action,
        "what": _one_line(_impersonal(what), _LONGEST_WHAT),
        "snapshot": snapshot,
        "result": result or ("refused" if action in _REFUSALS else "done"),
    } | ({"area": area} if area else {})
    folder = store / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locks.held(folder / _LOCK):
            months = _months(folder)
            # A clock that was set back does not reach behind what stands already.
            file = max([folder / f"{now:%Y-%m}.jsonl", *months[-1:]])
            text = json.dumps(line | {"before": _end(folder, months)}, ensure_ascii=False)
            if not add_line(file, text + "\n"):
                return False
    except OSError:
        return False
    syslog.send(store, line)
    return True


def note_settings(store: Path, *, now: datetime) -> None:
    """Write down that the settings are not those of the last such line: a file has no author.

    Whoever shows a page calls it; while the file is the same it costs a look at its time.
    """
    file = store / settings.FILE_NAME
    try:
        found = file.stat()
        state = (found.st_mtime_ns, found.st_size)
        if _NOTED.get(store) == state:
            return
        content = file.read_bytes().strip()
    except OSError:
        state, content = None, b""
        if _NOTED.get(store, ()) is None:
            return
    mark = hashlib.sha256(content).hexdigest()[:12] if content else "无"
    known = [str(line["what"]) for line in read(store) if line["action"] == "settings"]
    what = f"{settings.FILE_NAME} 的校验值 {mark}"
    if what != (known or [f"{settings.FILE_NAME} 的校验值 无"])[-1]:
        append(store, now=now, who="", ip="", action="settings", what=what)
    _NOTED[store] = state


def is_writable(store: Path) -> bool:
    """Whether a line can be added now, as far as can be told without adding one."""
    folder = store / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        with locks.held(folder / _LOCK):
            return all(os.access(path, os.W_OK) for path in (folder, *_months(folder)[-1:]))
    except OSError:
        return False


def add_line(path: Path, text: str) -> bool:
    """Add one whole line to a file that is only ever added to; False when it cannot be written.

    One write of an appending handle: lines of two processes never mix. What a power cut left of
    the line before becomes a line of its own.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "ab+", buffering=0, opener=_private) as file:
            torn = file.tell() > 0 and file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n"
            content = ("\n" * torn + text).encode("utf-8")
            return file.write(content) == len(content)
    except OSError:
        return False


def read(store: Path) -> list[dict[str, Any]]:
    """All lines, oldest first; a line that a power cut broke off is left out."""
    return [
        line for path in _months(store / FOLDER) for line in read_lines(path) if "action" in line
    ]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a file of JSON lines; none when it is not there."""
    try:
        content = path.read_bytes()
    except OSError:
        return []
    return [line for raw in content.split(b"\n") if (line := _whole(raw)) is not None]


# -- the chain ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chain:
    """What the hashes of the log tell.

    lines    How many there are.
    since    The time of the first; empty without any.
    problem  The first place where the chain is broken, in Chinese; empty while it holds.
    """

    lines: int
    since: str
    problem: str


def verify(store: Path) -> Chain:
    """Recompute the chain from the first line to the last.

    A piece of a line that a power cut left is no break: the line after it carries its hash.
    """
    folder = store / FOLDER
    lines, since, chained = 0, "", False
    end, pieces = _anchor(folder)["before"], []
    for path in _months(folder):
        for number, raw in _numbered(path):
            line = _whole(raw)
            if line is None:
                pieces.append(raw)
                continue
            stated = line.get("before")
            chained = chained or stated is not None  # a store of before had no chain
            if chained and stated != (_hash(pieces) if pieces else end):
                return Chain(lines, since, _broken(path, number, is_first=not pieces))
            lines, since, pieces = lines + 1, since or str(line.get("time", "")), [raw]
    return Chain(lines, since, "")


def trim(store: Path, *, keep: int, now: datetime) -> list[Path]:
    """Remove the months that are older than so many; the files removed.

    The hash at which the rest begins is kept first: the chain holds on.
    raises OSError when the folder cannot be written.
    """
    folder = store / FOLDER
    if not folder.is_dir():
        return []
    year, month = divmod(now.year * 12 + now.month - 1 - keep, 12)
    with locks.held(folder / _LOCK):
        months = _months(folder)
        old = [path for path in months[:-1] if path.stem < f"{year:04d}-{month + 1:02d}"]
        if old:
            kept = {"through": old[-1].stem, "before": _end(folder, old)}
            fresh = folder / f".{_ANCHOR}.tmp"
            fresh.write_text(json.dumps(kept), "utf-8")
            os.replace(fresh, folder / _ANCHOR)
        # What a killed process left of the months before goes too.
        gone = [path for path in sorted(folder.glob(_MONTHS)) if path not in _months(folder)]
        for path in gone:
            path.unlink(missing_ok=True)
        return gone


def _months(folder: Path) -> list[Path]:
    """The files of the months that are kept, oldest first."""
    through = _anchor(folder)["through"]
    return sorted(path for path in folder.glob(_MONTHS) if path.stem > through)


def _anchor(folder: Path) -> dict[str, str]:
    """Up to which month the log was trimmed, and the hash at which the rest begins."""
    try:
        kept = json.loads((folder / _ANCHOR).read_text("utf-8"))
        return {"through": str(kept["through"]), "before": str(kept["before"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"through": "", "before": ""}


def _end(folder: Path, months: list[Path]) -> str:
    """The hash that the next line carries: of the last whole line and of what is torn behind it."""
    pieces: list[bytes] = []
    for path in reversed(months):
        for raw in _backwards(path):
            pieces.insert(0, raw)
            if _whole(raw) is not None:
                return _hash(pieces)
    return _hash(pieces) if pieces else _anchor(folder)["before"]


def _hash(pieces: list[bytes]) -> str:
    return hashlib.sha256(b"\n".join(pieces)).hexdigest()


def _whole(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers; what is empty is no line."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if text := raw.rstrip(b"\n"):
                yield number, text


def _backwards(path: Path) -> Iterator[bytes]:
    """The lines of a file from its end, as much read as is asked for."""
    with path.open("rb") as file:
        begin, rest = file.seek(0, os.SEEK_END), b""
        while begin:
            size = min(_BLOCK, begin)
            begin = file.seek(begin - size)
            rest, *lines = (file.read(size) + rest).split(b"\n")
            yield from filter(None, reversed(lines))
    if rest:
        yield rest


def _broken(path: Path, number: int, *, is_first: bool) -> str:
    place = f"日志 {FOLDER}/{path.name} 第 {number} 行"
    if is_first:
        return f"{place} 是现存的第一行，但它前面原来还有行：更早的日志不见了。"
    return f"{place} 与前一行接不上：这两行之间有行被删去、插入，或前一行被改过。"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _impersonal(text: str) -> str:
    """A text without the ID and mobile numbers in it."""
    return personal.hide(text) if personal.has_any(text) else text


def _one_line(text: str, longest: int) -> str:
    """Foreign words as one short line: a name from a header must not forge a second entry."""
    return " ".join(text.split())[:longest]
