"""One question of the SQL console, in a process of its own that can reach nothing but its tables.

Started by queries/console with an empty environment and an empty folder. It first says which
tables the text names, then gets read-only copies of just those, locks itself in, and answers with
one JSON line and an Arrow stream. Whatever happens here, the dashboard itself is not touched.
"""

import io
import json
import re
import sys
from typing import Any, BinaryIO

import duckdb

NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
TABLE_FUNCTIONS = {"unnest", "range", "generate_series"}
# Functions that read files, list what there is beside the tables, or run text as SQL.
BARRED = re.compile(
    r"^(duckdb_|pragma_|read_|write_|parquet_|sniff|glob$|query$|query_table$|current_setting$"
    r"|getenv$|getvariable$|import_|export_|force_|checkpoint|enable_|disable_|set_|attach|load"
    r"|install|json_(execute|serialize|deserialize)|from_substrait|get_substrait|nextval$|currval$"
    r"|add_parquet_key|http|s3|storage_|metadata_|database_size|test_|icu_|sql_auto|user_agent"
    r"|current_query$|version$|which_)|secret|_scan$|_metadata$"
)
INTERNAL = re.compile(r"^(duckdb_|pragma_|sqlite_|pg_|information_schema)", re.I)
# The types that a table on a page, in Excel and in CSV can hold.
PLAIN = re.compile(
    r"(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|DATE"
    r"|TIMESTAMP(_S|_MS|_NS)?|\"NULL\")$"
)
_MOST_TEXT = 100_000


class Refused(Exception):
    """A text that is not to be run; `kind` names the reason, `about` what stands in it."""

    def __init__(self, kind: str, about: str = "") -> None:
        super().__init__(kind)
        self.kind, self.about = kind, about


def tables_of(con: duckdb.DuckDBPyConnection, text: str) -> set[str]:
    """Return the tables a text reads, in small letters, its own CTEs left out.

    raises Refused unless it is one SELECT without side effects; duckdb.Error for a wrong text.
    """
    if len(text) > _MOST_TEXT:
        raise Refused("long")
    if "\x00" in text:
        raise Refused("select")
    if len(con.extract_statements(text)) != 1:
        raise Refused("one")
    row = con.execute("select json_serialize_sql($text)", {"text": text}).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        if tree.get("error_type") == "parser":
            raise Refused("syntax", str(tree.get("error_message", "")))
        raise Refused("select")
    ctes: set[str] = set()
    tables: set[str] = set()
    _walk(tree, tables, ctes)
    for name in ctes:
        if INTERNAL.match(name):
            raise Refused("table", name)
    return {name for name in tables if name not in ctes}


def _walk(node: Any, tables: set[str], ctes: set[str]) -> None:
    """Judge a part of the parse tree and everything below it."""
    if isinstance(node, list):
        for each in node:
            _walk(each, tables, ctes)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if isinstance(kind, str):
        if kind.endswith("_NODE") and kind not in NODES:
            raise Refused("select")
        if kind == "SHOW_REF":
            raise Refused("show")
        if "PARAMETER" in kind:
            raise Refused("parameter")
        if kind == "BASE_TABLE":
            name = str(node.get("table_name", ""))
            if node.get("catalog_name") or node.get("schema_name") or INTERNAL.match(name):
                raise Refused("table", _written(node))
            tables.add(name.lower())
        if kind == "TABLE_FUNCTION":
            name = str((node.get("function") or {}).get("function_name", "")).lower()
            if name not in TABLE_FUNCTIONS:
                raise Refused("function", name)
    if "function_name" in node:
        name = str(node["function_name"]).lower()
        if (
            BARRED.search(name)
            or node.get("catalog")
            or node.get("schema") not in ("", None, "main")
        ):
            raise Refused("function", name)
    if "cte_map" in node:
        ctes |= {str(entry["key"]).lower() for entry in (node["cte_map"] or {}).get("map", [])}
    for value in node.values():
        _walk(value, tables, ctes)


def _written(node: dict[str, Any]) -> str:
    parts = (node.get("catalog_name"), node.get("schema_name"), node.get("table_name"))
    return ".".join(str(part) for part in parts if part)


def main() -> None:
    """Speak with the parent: limits and text in, tables out, files in, answer out."""
    out = sys.stdout.buffer
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(asked)
    try:
        con = _connect(asked)
        tables = tables_of(con, asked["text"])
        _say(out, {"tables": sorted(tables)})
        files = json.loads(sys.stdin.buffer.readline())
        # The folders of the copies are readable only now and until the lock falls.
        for place, (name, path) in enumerate(files.items()):
            quoted = str(path).replace("'", "''")
            con.execute(f"attach '{quoted}' as copy_{place} (read_only)")
            con.execute(f'create view "{name}" as select * from copy_{place}.main.rows')
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        _answer(out, con, asked)
    except Refused as refused:
        _say(out, {"error": refused.kind, "about": refused.about})
    except (duckdb.OutOfMemoryException, MemoryError):
        _say(out, {"error": "memory"})
    except duckdb.InterruptException:
        _say(out, {"error": "time"})
    except duckdb.Error as error:
        text = str(error)
        kind = "time" if "execution time" in text.lower() else "sql"
        _say(out, {"error": kind, "about": text[:600], "class": type(error).__name__})


def _answer(out: BinaryIO, con: duckdb.DuckDBPyConnection, asked: dict[str, Any]) -> None:
    import pyarrow as pa

    reader = con.sql(_in_plain_types(con, asked["text"])).to_arrow_reader(10_000)
    rows, size, cut = 0, 0, False
    batches = []
    for batch in reader:
        room = asked["rows"] - rows
        if batch.num_rows > room:
            batch, cut = batch.slice(0, room), True
        rows += batch.num_rows
        size += batch.nbytes
        if size > asked["bytes"]:
            _say(out, {"error": "large"})
            return
        batches.append(batch)
        if cut:
            break
    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, reader.schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    body = buffer.getvalue()
    _say(out, {"rows": rows, "cut": cut, "bytes": len(body)})
    out.write(body)
    out.flush()


def _in_plain_types(con: duckdb.DuckDBPyConnection, text: str) -> str:
    """The text, or around it what a table on a page, in Excel and in CSV needs.

    A name that comes twice gets a number; what none of them has a type for becomes text, as DuckDB
    writes it: spans of time, times of day, moments with their zone, bytes, lists and records.
    """
    asked = con.sql(text)
    kinds = [str(kind) for kind in asked.types]
    names = _once(asked.columns)
    if names == asked.columns and all(PLAIN.match(kind) for kind in kinds):
        return text
    inner = text.strip().rstrip(";").rstrip()
    places = [f"column_{place}" for place in range(len(names))]
    taken = ", ".join(
        f"{place if PLAIN.match(kind) else f'cast({place} as varchar)'} as {_quoted(name)}"
        for place, kind, name in zip(places, kinds, names, strict=True)
    )
    # The text ends on a line of its own: its last may be a comment.
    return f"select {taken} from (\n{inner}\n) as answer({', '.join(places)})"


def _once(names: list[str]) -> list[str]:
    """The names, those that came before, in capitals or small, with a number: a, a_2, a_3."""
    given: dict[str, str] = {}
    for name in names:
        number, free = 1, name
        while free.lower() in given:
            number += 1
            free = f"{name}_{number}"
        given[free.lower()] = free
    return list(given.values())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _connect(asked: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(
        config={
            "threads": asked["threads"],
            "memory_limit": asked["memory"],
            "max_execution_time": asked["seconds"] * 1000,
            "temp_directory": "",  # what does not fit into memory is refused, not written
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
    )
    con.execute("set enable_progress_bar = false")
    return con


def _limit(asked: dict[str, Any]) -> None:
    """Bound what this process can take of the machine, where the system offers it."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock and DuckDB's own limits remain
        return
    for what, most in (
        (resource.RLIMIT_FSIZE, 0),  # no byte into any file
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, 4 * asked["seconds"] + 20),
        (resource.RLIMIT_AS, asked["address_space"]),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _say(out: BinaryIO, words: dict[str, Any]) -> None:
    out.write(json.dumps(words, ensure_ascii=False).encode("utf-8") + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
