"""show: what one snapshot holds."""

import argparse

from data import console
from data.commands.store.snapshots import KINDS
from data.filed.history import listed, waivers


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("number", metavar="快照号")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    manifest = store.manifest(console.whole_number(arguments.number))
    catalogue = store.catalogue(manifest.number)
    print(f"快照 {manifest.number:06d}  {manifest.time}  {manifest.who}  {KINDS[manifest.kind]}")
    print(f"说明：{manifest.note or '无'}  {'演示数据' if manifest.demo else ''}")
    print(f"校验值：{manifest.sha256}")
    rows = []
    for table_id, spans in sorted(manifest.domain.items()):
        entries = manifest.under("tables", table_id)
        rows.append(
            (
                table_id,
                catalogue.tables[table_id].title,
                min(first for first, _ in spans.values()),
                max(last for _, last in spans.values()),
                sum(entry.rows for entry in entries),
            )
        )
    console.print_table(("报表", "名称", "最早", "最近", "行数"), rows)
    granted = waivers(store, manifest.number)
    mine = listed(catalogue, granted.filter(granted["snapshot"] == manifest.number))
    if mine:
        print("\n这次发布豁免的需说明：")
        console.print_table(("报表", "报告期", "区划", "规则", "理由", "豁免人"), mine)
    return console.DONE
