"""The manifest of a snapshot: which files make up one published state of everything."""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

# Table id -> province -> first and last period filed there.
Domain = dict[str, dict[str, tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One immutable file: its path inside the store, its sha256 and its number of rows."""

    path: str
    sha256: str
    rows: int

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's folders, without the file name."""
        return tuple(self.path.split("/")[:-1])


@dataclass(frozen=True)
class Manifest:
    """One snapshot. `domain` says which periods each table was filed for, by province.

    parent_sha256  The hash of the parent's manifest; empty where it has none, and in manifests of
                   before, which carried none.
    """

    number: int
    parent: int | None
    time: str
    who: str
    note: str
    kind: str
    demo: bool
    catalogue: str
    areas: str
    domain: Domain
    files: tuple[FileEntry, ...]
    parent_sha256: str = ""

    @cached_property
    def sha256(self) -> str:
        """The hash of everything above: what the manifest file carries as its last value."""
        return hashlib.sha256(_compact(self._body()).encode("utf-8")).hexdigest()

    def to_json(self) -> str:
        """The manifest file's text."""
        return _compact(self._body() | {"sha256": self.sha256})

    def under(self, *folders: str) -> tuple[FileEntry, ...]:
        """The files below a folder, such as ("tables", "T04"); all without one."""
        if not folders:
            return self.files
        start = "/".join(folders)
        first, last = (
            bisect_left(self._in_order, start + sign, key=lambda entry: entry.path)
            for sign in ("/", chr(ord("/") + 1))
        )
        return self._in_order[first:last]

    def file_in(self, folder: tuple[str, ...]) -> FileEntry | None:
        """The file of a folder that holds exactly one of the snapshot; None when it holds none."""
        found = self.under(*folder)[:1]
        return found[0] if found and found[0].parts == folder else None

    @cached_property
    def _in_order(self) -> tuple[FileEntry, ...]:
        """The files by their paths, as nearly every manifest lists them."""
        ordered = all(one.path <= other.path for one, other in pairwise(self.files))
        return self.files if ordered else sorted_files(self.files)

    def _body(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "parent": self.parent,
            **({"parent_sha256": self.parent_sha256} if self.parent_sha256 else {}),
            "time": self.time,
            "who": self.who,
            "note": self.note,
            "kind": self.kind,
            "demo": self.demo,
            "catalogue": self.catalogue,
            "areas": self.areas,
            "domain": {
                table: {place: list(span) for place, span in sorted(spans.items())}
                for table, spans in sorted(self.domain.items())
            },
            "files": [
                {"path": entry.path, "sha256": entry.sha256, "rows": entry.rows}
                for entry in self.files
            ],
        }

    @staticmethod
    def from_json(text: str, like: "Manifest | None" = None) -> "Manifest":
        """Read a manifest file.

        like    Another one of the store: of two snapshots nearly all files are the same, and so
                are the entries then, which take most of the room.
        raises ValueError when it is not a manifest or its hash is not that of its content.
        """
        raw = json.loads(text)
        if not isinstance(raw, dict) or "files" not in raw:
            raise ValueError("not a manifest")
        stated = raw.pop("sha256", None)
        known = {entry.path: entry for entry in like.files} if like else {}
        try:
            manifest = Manifest(
                number=raw["number"],
                parent=raw["parent"],
                time=raw["time"],
                who=raw["who"],
                note=raw["note"],
                kind=raw["kind"],
                demo=raw["demo"],
                catalogue=raw["catalogue"],
                areas=raw["areas"],
                domain={
                    table: {place: (span[0], span[1]) for place, span in spans.items()}
                    for table, spans in raw["domain"].items()
                },
                files=tuple(_entry(each, known) for each in raw["files"]),
                parent_sha256=raw.get("parent_sha256", ""),
            )
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError("not a manifest") from error
        if manifest.sha256 != stated:
            raise ValueError("hash differs")
        return manifest


def _entry(raw: dict[str, Any], known: dict[str, FileEntry]) -> FileEntry:
    made = FileEntry(**raw)
    same = known.get(made.path, made)
    return same if same == made else made


def sorted_files(files: Iterable[FileEntry]) -> tuple[FileEntry, ...]:
    """Files in the order in which a manifest lists them."""
    return tuple(sorted(files, key=lambda entry: entry.path))


def _compact(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
