"""The SQL console: an analyst's own question, answered where it can do no harm.

The text runs in a process of its own (queries/console/child.py), on read-only copies of the tables
it names (queries/console/copies.py), within limits of time, memory and rows.
"""

import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa

from data.catalogue.model import Column, Table
from data.snapshots.store import Store
from queries.console import copies
from queries.errors import QueryError, QueryTimeout
from queries.scope import ALL, Scope

_CHILD = Path(__file__).with_name("child.py")
_LOOK = 0.1  # seconds between two looks at the child
_STARTING = 30  # seconds for the child to come up on a busy machine
_LATE = 5  # seconds after its own limit within which the child must have answered
_ADDRESS_SPACE = 4 * 1024**3  # virtual; what is really used is bounded by the memory limit
_DAYS = date(1, 1, 1), date(9999, 12, 31)  # what Python, Excel and readers of CSV can hold
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Limits:
    """What one question may take: seconds, DuckDB's memory, rows and bytes of the answer."""

    seconds: int = 15
    memory: str = "512MB"
    threads: int = 1
    rows: int = 100_000
    bytes: int = 200_000_000


@dataclass(frozen=True)
class Answered:
    """An answer; `cut` says that there were more rows than are given."""

    table: pl.DataFrame
    cut: bool
    seconds: float


@dataclass(frozen=True)
class Documented:
    """One table of the console: its columns as (name, type, words with unit, meaning)."""

    name: str
    title: str
    meaning: str
    columns: tuple[tuple[str, str, str, str], ...]


class Console:
    """Answers people's own SQL on the snapshots of a store."""

    def __init__(self, store: Store, limits: Limits | None = None) -> None:
        self._store = store
        self.limits = limits or Limits()
        self._copies = copies.Copies(store, memory="1GB", threads=2)

    def run(
        self,
        text: str,
        number: int,
        *,
        scope: Scope = ALL,
        progress: Progress = lambda share, words: None,
    ) -> Answered:
        """Answer one SELECT on a snapshot.

        scope     What the person may see: nothing else is in the copies.
        progress  Called ten times a second; what it raises stops the question.
        raises    QueryError in Chinese: refused, mistyped, too large; QueryTimeout.
        """
        if not text.strip():
            raise QueryError("还没有写查询。请写一条 select 语句，或从示例开始。")
        known = copies.names(self._store.catalogue(number))
        progress(0.02, "正在启动查询")
        with tempfile.TemporaryDirectory(prefix="console-") as folder, _Child(folder) as child:
            child.tell(self._asked(text))
            tables = self._heard(child, _STARTING, progress)["tables"]
            files = {}
            for name in tables:
                if name not in known:
                    raise QueryError(f"没有名为“{name}”的表。能查的表列在说明里。")
                files[name] = str(self._copies.file(number, name, scope, progress))
            started = time.monotonic()
            child.tell(files)
            told = self._heard(child, self.limits.seconds + _LATE, progress)
            body = child.body(told["bytes"], self.limits.seconds + _LATE, progress)
            seconds = time.monotonic() - started
        return Answered(_frame(body), told["cut"], seconds)

    def documented(self, number: int) -> list[Documented]:
        """Return the tables with what their columns mean, as the snapshot's catalogue says it."""
        catalogue = self._store.catalogue(number)
        told = copies.documents()["tables"].items()
        return [
            *(_described(name, entry) for name, entry in told),
            *(_report(table) for table in catalogue.tables.values()),
        ]

    def examples(self) -> list[tuple[str, str]]:
        """Return (title, SQL) of worked examples."""
        listed = copies.documents()["examples"]
        return [(each["title"], each["sql"].strip()) for each in listed]

    def _asked(self, text: str) -> dict[str, Any]:
        limits = self.limits
        return {
            "text": text,
            "seconds": limits.seconds,
            "memory": limits.memory,
            "threads": limits.threads,
            "rows": limits.rows,
            "bytes": limits.bytes,
            "address_space": _ADDRESS_SPACE,
        }

    def _heard(self, child: "_Child", seconds: float, progress: Progress) -> dict[str, Any]:
        told = child.line(seconds, progress)
        if told is None:
            raise QueryTimeout(self._too_slow())
        if "error" in told:
            raise self._worded(told)
        return told

    def _worded(self, told: dict[str, Any]) -> QueryError:
        limits, about = self.limits, told.get("about", "")
        words = {
            "long": "查询太长了。请写得短一些。",
            "one": "一次只能运行一条语句。请去掉多余的分号和语句。",
            "select": "只能查询（select），不能修改、导出或设置。请改成一条 select 语句。",
            "show": "这里不能用 show、describe、summarize。表和列的说明就在旁边。",
            "parameter": "不能用 $ 或 ? 参数。请把值直接写在语句里。",
            "table": f"不能查“{about}”。只能查说明里列出的表，表名前不加库名。",
            "function": f"不能用函数 {about}：它会读文件、列出系统信息或运行别的语句。",
            "memory": f"查询需要的内存超过限制（{limits.memory}）。请加上 where 条件或先汇总。",
            "large": "结果太大了。请少选几列，或加上 where 条件和 limit。",
            "syntax": f"语句写法不对：{about}",
        }
        if told["error"] == "time":
            return QueryTimeout(self._too_slow())
        if told["error"] == "gone":
            return QueryError(
                f"查询超出了允许的内存（{limits.memory}）或时间，已停止，其他人不受影响。"
                "请加上 where 条件或先汇总。"
            )
        return QueryError(words.get(told["error"]) or _database_words(told))

    def _too_slow(self) -> str:
        return (
            f"查询超过{self.limits.seconds}秒，已停止。请加上 where 条件，"
            "少连接几张表，或先汇总再连接。"
        )


_TYPES = {"int": "数字", "decimal": "数字", "bool": "是否", "date": "日期"}


def _described(name: str, told: dict[str, Any]) -> Documented:
    columns = tuple((column, *_typed(words), "") for column, words in told["columns"].items())
    return Documented(name, told["title"], told["meaning"], columns)


def _report(table: Table) -> Documented:
    """A report table: its own headers, units and rules say what its columns are."""
    told = copies.documents()
    own = [
        (each.name, _TYPES.get(each.type, "文字"), _headed(each), each.note)
        for each in table.stored_columns
    ]
    columns = {column[0]: column for column in own}
    for name, words in (told["row_columns"] | told["row_ends"]).items():
        columns.setdefault(name, (name, *_typed(words), ""))
    order = dict.fromkeys([*told["row_columns"], *columns, *told["row_ends"]])
    hidden = "敏感列在县以下为空。" if any(each.sensitive for each in table.columns) else ""
    if table.sensitive_rows:
        hidden = "敏感的几种和陪着它们的一种，县以下不列。"
    return Documented(
        table.id.lower(),
        f"{table.id} {table.title}",
        f"各单位报送的原始行，一行一个填报对象和报告期。{hidden}",
        tuple(columns[name] for name in order),
    )


def _headed(column: Column) -> str:
    return f"{column.header}({column.unit})" if column.unit else column.header


def _typed(words: str) -> tuple[str, str]:
    kind, _, rest = words.partition(" ")
    return kind, rest


def _database_words(told: dict[str, Any]) -> str:
    """What DuckDB found, its first line; the names in it are the person's own."""
    first = told["about"].splitlines()[0] if told["about"] else ""
    kind, _, rest = first.partition(": ")
    said = {
        "CatalogException": "没有这个表或函数",
        "BinderException": "列名或类型不对",
        "ParserException": "语句写法不对",
        "ConversionException": "值不能转换成要求的类型",
        "InvalidInputException": "函数的参数不对",
        "OutOfRangeException": "数值超出范围",
    }.get(told.get("class", ""), "语句不能运行")
    return f"{said}:{rest or kind}"


class _Child:
    """The process of one question; leaving the block ends it, whatever it is doing."""

    def __init__(self, folder: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"PYTHONUTF8": "1"},
            close_fds=True,
        )
        self._heard: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self._left = b""

    def __enter__(self) -> "_Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def tell(self, words: dict[str, Any]) -> None:
        pipe: BinaryIO = self._process.stdin  # type: ignore[assignment]
        try:
            pipe.write(json.dumps(words, ensure_ascii=False).encode("utf-8") + b"\n")
            pipe.flush()
        except BrokenPipeError:
            return  # what it said before it went away is still to be heard

    def line(self, seconds: float, progress: Progress) -> dict[str, Any] | None:
        """Return what the child says next; None when it takes too long."""
        while b"\n" not in self._left:
            more = self._next(seconds, progress)
            if more is None:
                return None
            if not more:
                return {"error": "gone"}
            self._left += more
        said, _, self._left = self._left.partition(b"\n")
        return json.loads(said)

    def body(self, size: int, seconds: float, progress: Progress) -> bytes:
        """Return that many bytes. raises QueryError when they do not come."""
        parts, there = [self._left], len(self._left)
        while there < size:
            more = self._next(seconds, progress)
            if not more:
                raise QueryError("查询结果没有传完，请再运行一次。")
            parts.append(more)
            there += len(more)
        return b"".join(parts)[:size]

    def _next(self, seconds: float, progress: Progress) -> bytes | None:
        started = time.monotonic()
        while (gone := time.monotonic() - started) < seconds:
            progress(min(0.2 + 0.7 * gone / seconds, 0.9), f"正在查询，已用{gone:.0f}秒")
            try:
                return self._heard.get(timeout=_LOOK)
            except queue.Empty:
                continue
        return None

    def _listen(self) -> None:
        pipe: Any = self._process.stdout
        try:
            while chunk := pipe.read1(1 << 20):
                self._heard.put(chunk)
        except ValueError:
            return  # closed under the reader: the question is over
        self._heard.put(b"")


def _frame(body: bytes) -> pl.DataFrame:
    """The answer; its decimals as numbers. raises QueryError for days that no calendar has."""
    with pa.ipc.open_stream(body) as stream:
        frame = pl.from_arrow(stream.read_all())
    if not isinstance(frame, pl.DataFrame):
        raise QueryError("查询没有返回表格。请改成一条 select 语句。")
    for name in frame.select(pl.selectors.temporal()).columns:
        if not frame[name].is_between(*_DAYS).all():
            raise QueryError(
                f"列“{name}”里有公元1年至9999年以外的日期，放不进表格。"
                f"请改成文字再查：cast({name} as varchar)。"
            )
    return frame.with_columns(pl.selectors.decimal().cast(pl.Float64))
