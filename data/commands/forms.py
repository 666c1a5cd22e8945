"""forms: an office's own forms, and what a file that nobody knows may be."""

import argparse
import sys
from pathlib import Path

from data import catalogue as catalogues
from data import console
from data.catalogue import forms as saved_forms
from data.intake.foreign import foreign_sheets
from data.intake.mapping import Proposed, propose


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    asking = commands.add_parser("propose", help="看一个不认识的表最像哪张报表，各列可能是什么")
    asking.add_argument("file", metavar="文件", type=Path)
    asking.add_argument("--table", metavar="报表", default="", help="当作哪张报表，如 T04")
    asking.add_argument("--save", metavar="名称", default="", help="照此存成表样，可再手工改")
    asking.add_argument("--unit", metavar="填报单位", default="", help="表上没有填报单位时写谁")
    asking.set_defaults(take=_propose)
    listing = commands.add_parser("list", help="列出本单位的表样")
    listing.set_defaults(take=_list)


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    return arguments.take(arguments)


def _propose(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    catalogue = catalogues.load(store.path)
    if arguments.table and arguments.table not in catalogue.tables:
        print(f"没有报表「{arguments.table}」，报表是 {catalogue.every_table}。", file=sys.stderr)
        return console.WRONG
    known = saved_forms.load(store.path, catalogue)
    found = [
        proposed
        for each in foreign_sheets([arguments.file], catalogue, known)
        if (proposed := propose(each.sheet, catalogue, arguments.table)) is not None
    ]
    if not found:
        print("没有不认识又像报表的工作表。", file=sys.stderr)
        return console.FOUND
    for proposed in found:
        _told(proposed)
    if arguments.save:
        constants = {"reporting_unit": arguments.unit} if arguments.unit else {}
        form = found[0].form(arguments.save, constants)
        print(f"已存为 {saved_forms.save(store.path, form, catalogue)}。")
    return console.DONE


def _told(proposed: Proposed) -> None:
    print(f"{proposed.in_words()}。")
    headers = {column.name: column.header for column in proposed.table.columns}
    console.print_table(
        ("他们的列", "怎样", "我们的列", "为什么", "头几行"),
        [
            (
                each.header,
                each.use,
                headers.get(each.name, each.name),
                each.why,
                "、".join(each.samples),
            )
            for each in proposed.columns
        ],
    )


def _list(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    known = saved_forms.load(store.path, catalogues.load(store.path))
    if not known:
        print("还没有表样。", file=sys.stderr)
        return console.FOUND
    rows = [(each.name, f"{each.table.id} {each.table.title}", len(each.columns)) for each in known]
    console.print_table(("名称", "报表", "取的列"), rows)
    return console.DONE
