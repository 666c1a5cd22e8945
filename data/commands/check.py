"""check: look workbooks through and store nothing."""

import argparse

from data import console
from data.commands import told
from data.intake.check import checking


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    told.files(parser, json_words="问题以 JSON 给出")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store, progress = console.open_store(arguments), told.progress_over(arguments.files)
    checked = checking.check(store, arguments.files, now=console.now(), progress=progress)
    changes = told.differences(store, checked)
    if arguments.json:
        console.print_json(told.as_json(checked, changes))
    else:
        told.outcome(checked, changes)
    told.marked_copies(arguments, checked)
    return told.exit_code(checked)
