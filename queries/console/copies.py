"""Read-only copies of a snapshot's tables for the SQL console: masked, and within one's scope.

A table is copied when somebody first asks for it, into a file of its own below a folder that goes
with the process. The masked views are what is copied: what they hide is in no copy.
"""

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from data.catalogue.model import Catalogue
from data.snapshots.store import Store
from queries import schema
from queries.relations import Reach, open_for
from queries.scope import Scope

_DOCUMENTS = Path(__file__).with_name("tables.yaml")

_PREFIX = "console-copies-"

Progress = Callable[[float, str], None]


@cache
def documents() -> dict[str, Any]:
    """Return tables.yaml."""
    return yaml.safe_load(_DOCUMENTS.read_text("utf-8"))


def names(catalogue: Catalogue) -> list[str]:
    """Return the tables that can be asked: the described ones, then the report tables."""
    return [*documents()["tables"], *(each.lower() for each in catalogue.tables)]


class Copies:
    """The copies of one process; several threads may ask for them.

    store   Where the snapshots are.
    memory  What the copying may use, as DuckDB writes it.
    """

    def __init__(self, store: Store, *, memory: str, threads: int) -> None:
        self._store = store
        self._memory, self._threads = memory, threads
        self._folder: Path | None = None
        self._lock = threading.Lock()

    def file(self, number: int, name: str, scope: Scope, progress: Progress) -> Path:
        """Return the copy of one table as a scope sees it, made now if it is not there yet.

        raises  duckdb.Error, OSError; what `progress` raises to stop it.
        """
        seen = scope.at(number, self._store.latest())
        with self._lock:
            folder = self._home() / schema.name_of(number, seen)
            folder.mkdir(exist_ok=True)
            target = folder / f"{name}.duckdb"
            if not target.exists():
                progress(0.1, f"第一次查 {name}，正在准备只读副本")
                self._copy(number, name, seen, target)
            return target

    def _copy(self, number: int, name: str, scope: Scope, target: Path) -> None:
        part = target.with_suffix(".part")
        part.unlink(missing_ok=True)
        catalogue = self._store.catalogue(number)
        config = {"memory_limit": self._memory, "threads": self._threads}
        with closing(duckdb.connect(config=config)) as con:
            con.execute("set enable_progress_bar = false")
            schema.build(con, self._store, number, scope)
            con.execute(f"use {schema.name_of(number, scope)}")
            told = documents()["tables"].get(name)
            source = told["from"] if told else name
            open_for(con, Reach(self._store, number, scope), [source])
            quoted = str(part).replace("'", "''")
            con.execute(f"attach '{quoted}' as made")
            columns = ", ".join(f'"{each}"' for each in columns_of(name, catalogue))
            con.execute(f"create table made.main.rows as select {columns} from {source}")
            con.execute("use memory.main")
            con.execute("detach made")
        os.replace(part, target)

    def _home(self) -> Path:
        if self._folder is None:
            _sweep()
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


def _sweep() -> None:
    """Take away what processes left behind that were ended before they could clean up."""
    if os.name != "posix":  # elsewhere asking for a process would end it
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def columns_of(name: str, catalogue: Catalogue) -> list[str]:
    """Return the columns of a table of the console, in their order."""
    told = documents()["tables"].get(name)
    if told:
        return list(told["columns"])
    table = catalogue.tables[name.upper()]
    own = [column.name for column in table.stored_columns]
    return list(dict.fromkeys([*documents()["row_columns"], *own, *documents()["row_ends"]]))
