"""restore: an old snapshot's data once more, as the newest."""

import argparse

from data import catalogue as catalogues
from data import console
from data.errors import UsageError
from data.publish import rebuild, restore


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("number", metavar="快照号")
    parser.add_argument("--note", default="", metavar="说明")
    parser.add_argument(
        "--definitions",
        choices=("旧", "新"),
        help="定义已改时：用旧快照当时的定义，还是现在的定义",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    number = console.whole_number(arguments.number)
    manifest = store.manifest(number)
    is_changed = catalogues.load(store.path).sha != manifest.catalogue
    if is_changed and arguments.definitions is None:
        raise UsageError(
            f"快照 {number:06d} 之后定义已改。请加 --definitions 旧（沿用当时的定义）"
            "或 --definitions 新（按现在的定义重算）。"
        )
    note = arguments.note or f"恢复到快照 {number:06d}"
    if arguments.definitions == "新":
        print(
            rebuild(
                store,
                catalogues.load(store.path),
                who=console.current_user(),
                note=note,
                now=console.now(),
                number=number,
            )
        )
    else:
        print(restore(store, number, who=console.current_user(), note=note, now=console.now()))
    return console.DONE
