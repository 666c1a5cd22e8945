"""chase: who has not filed, as text, a picture or slips; nothing is sent by it."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from data import console, reminders
from data.errors import UsageError
from pages.exports import target, usual
from pages.exports.chasing import files
from queries.engine import Engine


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--area", metavar="区划代码", help="默认打开看板先看的区划")
    parser.add_argument("--period", metavar="报告期", help="默认有数据的最新一期")
    parser.add_argument("--snapshot", metavar="快照号", type=int, help="默认最新")
    parser.add_argument(
        "--at", metavar="时刻", type=_moment, help="按这一刻算是否逾期，如 2020-12-21T07；默认现在"
    )
    parser.add_argument("--record", action="store_true", help="记下这一次催报的次数")
    parser.add_argument("--json", action="store_true", help="印出逐个单位的 JSON")
    parser.add_argument(
        "-o", dest="output", metavar="文件", type=Path, help="存成 .png、.docx 或 .txt"
    )


def run(chosen: argparse.Namespace) -> int:
    """Run it; the exit code, 1 when nothing is owed."""
    kind = _kind(chosen.output)
    store = console.open_store(chosen)
    engine = Engine(store)
    number = engine.number(chosen.snapshot)
    area, period = usual.place_and_period(engine, number, area=chosen.area, period=chosen.period)
    now = console.now()
    made = files.made(engine, number, area=area, period=period, now=now, at=chosen.at)
    if chosen.json:
        console.print_json(made.rows.to_dicts())
    elif kind is None:
        print(files.text(made))
    else:
        with target.whole(chosen.output) as file:
            kind.write(made, file)
        files.issue(made, engine)
        print(f"已写入 {chosen.output}（{made.rows.height}份未报）。", file=sys.stderr)
    if chosen.record and made.rows.height:
        reminders.add(store.path, made.rows, who=console.current_user(), now=now)
        print(f"已记下催报 {made.rows.height} 份。", file=sys.stderr)
    return console.DONE if made.rows.height else console.FOUND


def _kind(output: Path | None) -> files.FileKind | None:
    if output is None:
        return None
    kind = files.KINDS.get(output.suffix.lower().removeprefix("."))
    if kind is None:
        endings = "、".join(f".{each}" for each in files.KINDS)
        raise UsageError(f"催报可以存成 {endings}，实为「{output.name}」。")
    target.check(output, f".{kind.ending}", kind.button)
    return kind


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone()
