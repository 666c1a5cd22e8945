"""snapshots: the list of all."""

import argparse
import sys

from data import console

KINDS = {"import": "导入", "demo": "演示", "restore": "恢复", "rebuild": "重算"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--json", action="store_true", help="以 JSON 给出")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    manifests = [store.manifest(number) for number in store.numbers()]
    if not manifests:
        print(f"数据仓 {store.path} 里还没有快照。", file=sys.stderr)
        return console.FOUND
    if arguments.json:
        console.print_json(
            [
                {
                    "number": m.number,
                    "parent": m.parent,
                    "time": m.time,
                    "who": m.who,
                    "note": m.note,
                    "kind": m.kind,
                    "demo": m.demo,
                    "files": len(m.files),
                    "sha256": m.sha256,
                }
                for m in manifests
            ]
        )
        return console.DONE
    console.print_table(
        ("快照", "时间", "发布人", "方式", "演示", "文件数", "说明"),
        [
            (
                m.number,
                m.time[:16],
                m.who,
                KINDS[m.kind],
                "演示" if m.demo else "",
                len(m.files),
                m.note,
            )
            for m in manifests
        ],
    )
    return console.DONE
