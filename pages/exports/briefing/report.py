"""report: a briefing of one snapshot as slides, a bulletin or a workbook."""

import argparse
import sys
from pathlib import Path

from data import console
from data.catalogue import sentences
from data.errors import UsageError, reason_zh
from data.periods import Period
from data.snapshots.store import Store
from pages.exports import target
from pages.exports.briefing import edits as edit_files
from pages.exports.briefing import files
from pages.exports.briefing.content import build
from pages.exports.briefing.facts import Choice, Desk
from pages.exports.briefing.revisions import previous_snapshot
from queries import trace
from queries.engine import Engine


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "kind",
        metavar="种类",
        choices=tuple(files.KINDS),
        help="briefing 幻灯片（.pptx）、bulletin 通报文稿（.docx）、workbook 数据表（.xlsx）",
    )
    parser.add_argument("--area", metavar="区划代码", required=True, help="县级及以上")
    parser.add_argument("--period", metavar="报告期", required=True, help="例如 2020-W51")
    parser.add_argument("--snapshot", metavar="快照号", type=int, help="默认最新")
    parser.add_argument(
        "--since", metavar="快照号", type=int, help="与哪个快照比较往期数；默认上一期简报所用的"
    )
    parser.add_argument("--level", metavar="层级", default="", help="按哪一级排名，默认下一级")
    parser.add_argument(
        "--indicators", metavar="指标", default="", help="用逗号隔开，按此次序；默认重点指标"
    )
    parser.add_argument("--edits", metavar="文件", type=Path, help="简报页下载的修改文件")
    parser.add_argument("-o", dest="output", metavar="文件", type=Path, required=True)


def run(chosen: argparse.Namespace) -> int:
    """Run it; the exit code."""
    kind = files.KINDS[chosen.kind]
    target.check(chosen.output, kind.suffix, kind.button)
    period = Period.parse(chosen.period)
    edits = _edits(chosen.edits)
    indicators = tuple(each for each in chosen.indicators.split(",") if each) or edits.indicators
    store = console.open_store(chosen)
    engine = Engine(store)
    desk = desk_of(engine, store, engine.number(chosen.snapshot), period, chosen.since)
    briefing = build(Choice(chosen.area, period.text, indicators, chosen.level), desk, edits)
    files.save(briefing, desk.catalogue, kind, chosen.output)
    recorded = files.issue(briefing, engine)
    for note in briefing.edited:
        print(note, file=sys.stderr)
    kept = "" if recorded else "；数据仓只读，溯源码没有登记"
    demo = "，演示数据" if briefing.demo else ""
    print(f"已写入 {chosen.output}（快照 {briefing.snapshot}{demo}{kept}）。", file=sys.stderr)
    return console.DONE


def desk_of(
    engine: Engine, store: Store, number: int, period: Period, since: int | None = None
) -> Desk:
    """Where a command makes a briefing: a snapshot, and the earlier one it is compared with."""
    earlier = previous_snapshot(store, number, period) if since is None else since
    if earlier is not None:
        store.manifest(earlier)  # says it when there is none of that number
    return Desk(
        ask=lambda questions: {
            name: engine.run(name, params, number) for name, params in questions.items()
        },
        code=lambda name, params: trace.unrecorded(engine, name, params, number).code,
        manifest=store.manifest(number),
        catalogue=store.catalogue(number),
        sentences=sentences.load(store.path),
        before=None if earlier is None else lambda name, p: engine.run(name, p, earlier),
        before_number=earlier,
    )


def _edits(path: Path | None) -> edit_files.Edits:
    if path is None:
        return edit_files.NONE
    try:
        return edit_files.read(path.read_bytes())
    except OSError as error:
        raise UsageError(f"修改文件 {path} 读不了（{reason_zh(error)}）。请核对路径。") from error
