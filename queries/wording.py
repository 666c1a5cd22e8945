"""What DuckDB reports, as a person should read it."""

import contextlib
import re
from pathlib import Path

import duckdb

from data.errors import SnapshotDamaged
from data.snapshots.store import Store
from queries import schema
from queries.errors import QueryError, QueryStopped, QueryTimeout

_FILE = re.compile(r"[^\s'\"]+\.(?:parquet|json)")


def worded(
    error: duckdb.Error, what: str, number: int, store: Store, *, stopped: bool, time_limit: int
) -> QueryError | SnapshotDamaged:
    """The error to raise in place of DuckDB's.

    what        What was being done, in Chinese; empty while the snapshot was opened.
    stopped     Whether somebody wanted it to stop.
    time_limit  Seconds a call may take.
    """
    text = str(error)
    what = what or f"打开快照 {number:06d}"
    too_slow = QueryTimeout(f"{what}超过 {time_limit} 秒，已停止。请缩小区划或报告期的范围。")
    if isinstance(error, duckdb.InterruptException):
        return QueryStopped(f"{what}已停止。") if stopped else too_slow
    if "execution time" in text.lower() or "timeout" in text.lower():
        return too_slow
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryError(f"{what}需要的内存超过限制。请缩小范围，或放宽设置的内存限制。")
    files = _FILE.findall(text)
    if str(schema.REFERENCE) in text:
        return QueryError(
            "产品自带的资料 data/reference 缺了文件或读不了。请按安装包恢复这个文件夹。"
        )
    if files or isinstance(error, duckdb.IOException):
        shown = _inside(store, files[0]) if files else "数据文件"
        return SnapshotDamaged(
            f"快照 {number:06d} 已损坏：文件 {shown} 缺失或读不了。"
            "请改看前一个快照，并请管理员核对数据仓。",
            number=number,
        )
    return QueryError(f"{what}出错：{text.splitlines()[0]}")


def _inside(store: Store, path: str) -> str:
    for root in (store.path, store.path.resolve()):
        with contextlib.suppress(ValueError):
            return Path(path).relative_to(root).as_posix()
    return Path(path).name
