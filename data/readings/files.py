"""Parquet files as the SQL of a select, whatever definitions they were written under.

Paths come from a manifest and column names from the validated catalogue, never from a person; both
are quoted all the same.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

_FOOTERS = 1000
# The columns of files looked at, each set of them once: a file never changes once it is written,
# and the next snapshot has nearly all files of this one.
_COLUMNS: dict[str, frozenset[str]] = {}
_KINDS: dict[frozenset[str], frozenset[str]] = {}


@dataclass(frozen=True)
class Files:
    """The Parquet files of one folder of a snapshot.

    mixed   They may have been written under different definitions: every footer is looked at,
            and a column that some of them lack is empty in those.
    """

    paths: Sequence[str] = ()
    mixed: bool = False

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of all columns that any of the files has."""
        if not self.paths:
            return frozenset()
        return frozenset(name for names in self._of_each for name in names)

    @cached_property
    def _of_each(self) -> set[frozenset[str]]:
        self.look()
        return {_COLUMNS[path] for path in self._looked_at}

    @property
    def _looked_at(self) -> Sequence[str]:
        return self.paths if self.mixed else self.paths[:1]

    def look(self) -> None:
        """Read the footers that tell the columns; those once read are known from then on."""
        unknown = [path for path in self._looked_at if path not in _COLUMNS]
        if not unknown:
            return
        # Looked at by a connection that does not keep every footer in memory; some at a time, for
        # all footers of a country take longer than a statement may.
        with contextlib.closing(duckdb.connect()) as passing:
            for start in range(0, len(unknown), _FOOTERS):
                some = listed(unknown[start : start + _FOOTERS])
                # The root of a footer's schema has children and no type of its own.
                rows = passing.execute(
                    f"select file_name, list(name) from parquet_schema({some}) "
                    "where type is not null group by file_name"
                ).fetchall()
                for file, names in rows:
                    columns = frozenset(names)
                    _COLUMNS[file] = _KINDS.setdefault(columns, columns)

    @property
    def source(self) -> str:
        """What a select reads from; without files, something without rows."""
        if not self.paths:
            return "(select 1 where false) as nothing"
        differ = ", union_by_name = true" if len(self._of_each) > 1 else ""
        return f"read_parquet({listed(self.paths)}, hive_partitioning = false{differ})"


def over(files: Files, columns: str, seen: str = "") -> str:
    """A select over files with exactly these columns; without files, no rows of these types.

    seen  A condition on the files' own columns that the rows must meet; empty for all rows.
    """
    wanted = [piece.strip().split(" ", 1) for piece in pieces(columns)]
    picked = ", ".join(pick(name, kind, files) for name, kind in wanted)
    where = f" where {seen}" if seen and files.paths else ""
    return f"select {picked} from {files.source}{where}"


def pick(name: str, kind: str, files: Files) -> str:
    """One column of a select over files; null where no file has it."""
    if name in files.columns:
        return f"cast({ident(name)} as {kind}) as {ident(name)}"
    for old, new in (("is_carried", "carried"),):
        if name == new and old in files.columns:
            return f"cast({old} as {kind}) as {new}"
    return f"cast(null as {kind}) as {ident(name)}"


def listed(paths: Iterable[Path | str]) -> str:
    """Paths as a DuckDB list of texts."""
    return "[" + ", ".join(quoted(path) for path in paths) + "]"


def quoted(path: Path | str) -> str:
    """A path, or a code from a register, as a DuckDB text."""
    return "'" + str(path).replace("'", "''") + "'"


def ident(name: str) -> str:
    """A column's name as DuckDB reads it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def pieces(columns: str) -> list[str]:
    """Split a column list at commas outside brackets."""
    out, depth, piece = [], 0, ""
    for char in columns:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            out.append(piece)
            piece = ""
        else:
            piece += char
    return [*out, piece]
