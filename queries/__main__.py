"""Questions from the command line: list | run | trace. Exit 0 done, 1 nothing to show, 2 wrong."""

import argparse
import io
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data import console
from data.errors import UsageError, reason_zh
from queries import trace
from queries.engine import Engine
from queries.headers import Header
from queries.scope import Scope

FORMATS = ("table", "csv", "json", "parquet")
# Questions whose answer is one thing: as JSON they are one object, not a list.
ONE_OBJECT = ("indicator_value", "snapshot_info", "indicator_split")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    return console.run(_parser(), arguments)


def _parser() -> console.Parser:
    parser = console.parser("python -m queries", "查询：列出、运行、按溯源码重现。")
    commands = parser.add_subparsers(metavar="命令", required=True)

    listing = commands.add_parser("list", help="列出全部查询和参数")
    listing.set_defaults(run=_list)

    run = commands.add_parser("run", help="运行一个查询")
    run.add_argument("name", metavar="查询名")
    run.add_argument(
        "-p", dest="params", metavar="参数=值", action="append", default=[], help="可写多次"
    )
    run.add_argument("--snapshot", metavar="快照号", type=int, help="默认最新")
    run.add_argument("--format", choices=FORMATS, help="默认 table，或按 -o 的扩展名")
    run.add_argument("-o", dest="output", metavar="文件", type=Path, help="写入文件")
    run.set_defaults(run=_run)

    tracing = commands.add_parser("trace", help="按溯源码重现同样的数字")
    tracing.add_argument("code", metavar="溯源码")
    tracing.add_argument("--format", choices=FORMATS, help="默认 table，或按 -o 的扩展名")
    tracing.add_argument("-o", dest="output", metavar="文件", type=Path, help="写入文件")
    tracing.set_defaults(run=_trace)
    return parser


def _list(chosen: argparse.Namespace) -> int:
    engine = Engine(console.open_store(chosen))
    headers = [engine.header(name) for name in engine.names()]
    rows = [(header.name, header.title, _asked(header)) for header in headers]
    console.print_table(("查询", "问什么", "参数（[ ] 可省略）"), rows)
    return console.DONE


def _run(chosen: argparse.Namespace) -> int:
    params = dict(_pair(text) for text in chosen.params)
    engine = Engine(console.open_store(chosen))
    frame = engine.run(chosen.name, params, chosen.snapshot)
    code = _show(frame, chosen, engine.header(chosen.name))
    if chosen.output is not None:
        issued = trace.issue(engine, chosen.name, params, chosen.snapshot)
        kept = "" if issued.recorded else "（数据仓只读，未登记）"
        print(f"溯源码 {issued.code}{kept}", file=sys.stderr)
    return code


def _trace(chosen: argparse.Namespace) -> int:
    store = console.open_store(chosen)
    if not trace.is_code(chosen.code):
        raise UsageError(f"溯源码「{chosen.code}」写法不对，应为 8 个字母或数字（A–Z、2–7）。")
    found = trace.lookup(store, chosen.code)
    if found is None:
        print(
            f"溯源码 {chosen.code} 在这个数据仓里没有登记过。请核对字母，或换 --store。",
            file=sys.stderr,
        )
        return console.FOUND
    engine = Engine(store)
    if store.manifest(found.snapshot).sha256 != found.manifest:
        print(f"快照 {found.snapshot} 与登记时不是同一个，数字不能重现。", file=sys.stderr)
        return console.FOUND
    print(
        f"溯源码 {found.code}：查询 {found.query}，快照 {found.snapshot}，"
        f"参数 {json.dumps(found.params, ensure_ascii=False)}{_seen(found.scope)}",
        file=sys.stderr,
    )
    frame = engine.run(found.query, found.params, found.snapshot, scope=found.scope)
    return _show(frame, chosen, engine.header(found.query))


def _seen(scope: Scope) -> str:
    """What the person saw to whom the code was issued."""
    area = f"，只含区划 {scope.area} 及其下级" if scope.area else ""
    return f"{area}{',敏感指标各级都遮蔽' if scope.hide_sensitive else ''}"


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise UsageError(f"参数「{text}」写法不对，应为 参数=值，例如 -p area=411400。")
    return key.strip(), value.strip()


def _asked(header: Header) -> str:
    """The parameters a person gives; optional ones in square brackets."""
    return " ".join(p.name if p.required else f"[{p.name}]" for p in header.params) or "（无）"


def _show(frame: pl.DataFrame, chosen: argparse.Namespace, header: Header) -> int:
    wanted = chosen.format or (chosen.output and chosen.output.suffix.lstrip(".")) or "table"
    if wanted not in FORMATS:
        raise UsageError(f"不认识格式「{wanted}」，只能是 {'、'.join(FORMATS)}。")
    if wanted == "parquet" and chosen.output is None:
        raise UsageError("parquet 要写入文件：请加 -o 文件名.parquet。")
    content = _bytes(frame, wanted, header)
    if chosen.output is None:
        sys.stdout.write(content.decode("utf-8"))
        sys.stdout.flush()
    else:
        try:
            chosen.output.write_bytes(content)
        except OSError as error:
            raise UsageError(
                f"文件 {chosen.output} 写不进去（{reason_zh(error)}）。请换个位置。"
            ) from error
        print(f"已写入 {chosen.output}：{frame.height} 行。", file=sys.stderr)
    if frame.is_empty():
        print("没有符合条件的数据。", file=sys.stderr)
        return console.FOUND
    return console.DONE


def _bytes(frame: pl.DataFrame, wanted: str, header: Header) -> bytes:
    if wanted == "json":
        rows = [_json_row(row) for row in frame.iter_rows(named=True)]
        one = header.name in ONE_OBJECT and len(rows) == 1
        return (json.dumps(rows[0] if one else rows, ensure_ascii=False, indent=2) + "\n").encode()
    buffer = io.BytesIO()
    if wanted == "csv":
        frame.write_csv(buffer, include_bom=True)
    elif wanted == "parquet":
        frame.write_parquet(buffer, compression="zstd")
    else:
        return _table(frame).encode("utf-8")
    return buffer.getvalue()


def _table(frame: pl.DataFrame) -> str:
    """All rows in columns; columns that are empty throughout are left out."""
    shown = [name for name in frame.columns if not frame[name].is_null().all()] or frame.columns
    out = io.StringIO()
    stdout, sys.stdout = sys.stdout, out
    try:
        console.print_table(
            shown, [[_cell(v) for v in row] for row in frame.select(shown).iter_rows()]
        )
    finally:
        sys.stdout = stdout
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return value


def _json_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat()
        if isinstance(value, date)
        else int(value)
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53
        else value
        for key, value in row.items()
    }


if __name__ == "__main__":
    raise SystemExit(main())
