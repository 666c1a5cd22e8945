"""backup: the whole store once more in another place; what is there already is not copied again."""

import argparse
from pathlib import Path

from data import console
from data.snapshots import backup
from data.snapshots.backup import Copied


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "target", metavar="文件夹", type=Path, help="备份放在哪里，最好是另一块磁盘"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    made = backup.backup(store, arguments.target, progress=console.progress)
    return told(made, f"备份到「{arguments.target}」")


def told(made: Copied, what: str) -> int:
    """Say what was copied and what could not be; the exit code."""
    for problem in made.problems:
        print(problem)
    print(f"{what}：抄了 {made.files} 个文件，{made.size / 1e6:.1f}MB，每个都核对过。")
    return console.FOUND if made.problems else console.DONE
