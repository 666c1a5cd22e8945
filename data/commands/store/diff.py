"""diff: what differs between two snapshots."""

import argparse

from data import console
from data.commands.store.differences import print_values, signed
from data.filed.changes import Changes, compare


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("before", metavar="甲")
    parser.add_argument("after", metavar="乙")
    parser.add_argument(
        "--threshold",
        type=float,
        default=0.0,
        metavar="数",
        help="只列变动不小于它的数值（率按百分点）",
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 给出")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    before, after = (console.whole_number(text) for text in (arguments.before, arguments.after))
    changes = compare(store, before, after, arguments.threshold)
    if arguments.json:
        console.print_json(changes.as_dict())
    elif changes.is_empty:
        print(f"快照 {before:06d} 与 {after:06d} 的数据相同。")
    else:
        console.print_table(("报表", "报告期", "新增", "修改", "删除"), changes.tables.rows())
        print_values(changes.values)
        _print_figures(changes)
    return console.DONE


def _print_figures(changes: Changes) -> None:
    if not changes.figures.height:
        return
    print(f"\n变动的指标值（{changes.figures.height} 个）：")
    lines = [
        (
            line["indicator"],
            line["population"],
            line["dimension"] or None,
            line["area"],
            line["period"],
            "*" if line["masked"] else f"{line['before_value'] or '—'}({line['before']})",
            "*" if line["masked"] else f"{line['after_value'] or '—'}({line['after']})",
            signed(line["difference"], line["unit"]),
        )
        for line in changes.figures.to_dicts()
    ]
    console.print_table(("指标", "人群", "分组", "区划", "报告期", "原值", "新值", "差"), lines)
