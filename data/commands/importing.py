"""import: check workbooks and publish them."""

import argparse
import sys

from data import console
from data.commands import told
from data.intake import publishing
from data.intake.check import checking
from data.intake.check.waivers import Waiver


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    told.files(parser, json_words="结果以 JSON 给出")
    parser.add_argument("--note", default="", metavar="说明", help="写进快照的说明")
    parser.add_argument("--complete", action="store_true", help="文件是完整的：缺的行从数据仓去掉")
    parser.add_argument(
        "--waive", action="append", default=[], metavar="规则:区划代码=理由", help="豁免一处需说明"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store, progress = console.open_store(arguments), told.progress_over(arguments.files)
    granted = [Waiver.parse(text) for text in arguments.waive]
    checked = checking.check(
        store, arguments.files, now=console.now(), waivers=granted, progress=progress
    )
    told.marked_copies(arguments, checked)
    changes = told.differences(store, checked, complete=arguments.complete)
    if not arguments.json:
        told.outcome(checked, changes)
    if changes is None:
        if arguments.json:
            console.print_json(told.as_json(checked, None))
        print("没有入库。", file=sys.stderr)
        return told.exit_code(checked)
    number = publishing.publish_checked(
        store, checked, who=console.current_user(), note=arguments.note, complete=arguments.complete
    )
    if arguments.json:
        console.print_json(told.as_json(checked, changes) | {"snapshot": number})
        return console.DONE
    if store.manifest(number).demo:
        print("注意：这是演示数据仓，正式数据请用 --store 另建。", file=sys.stderr)
    print(number)
    return console.DONE
