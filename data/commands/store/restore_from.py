"""restore-from: bring back from a backup what the store lacks and what is damaged in it."""

import argparse
from pathlib import Path

from data import console
from data.commands.store.backup import told
from data.snapshots import backup


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("source", metavar="文件夹", type=Path, help="backup 做成的备份")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    made = backup.restore_from(arguments.source, store, progress=console.progress)
    return told(made, f"从「{arguments.source}」恢复")
