"""gc: delete the files that no snapshot uses, and the log of months long past."""

import argparse

from data import console, settings
from data.log import journal


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--hours", type=float, default=1.0, metavar="小时", help="只清多久以前的")
    parser.add_argument("--lost", action="store_true", help="丢失了清单的快照的文件也清除")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    files = store.clear(arguments.hours * 3600, even_of_lost=arguments.lost)
    months = journal.trim(store.path, keep=settings.load(store.path).log_months, now=console.now())
    print(f"清除了 {len(files)} 个没有快照使用的文件。")
    if months:
        print(f"清除了 {months[0].stem} 至 {months[-1].stem} 的日志，之后的照留。")
    return console.DONE
