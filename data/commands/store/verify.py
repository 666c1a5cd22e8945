"""verify: compute checksums again and compare them; read the log from its first line."""

import argparse

from data import console
from data.log import journal


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("number", nargs="?", metavar="快照号")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    numbers = [console.whole_number(arguments.number)] if arguments.number else store.numbers()
    problems = [problem for number in numbers for problem in store.verify(number)]
    if not arguments.number:
        problems += store.verify_chain()
    log = None if arguments.number else journal.verify(store.path)
    if log and log.problem:
        problems.append(log.problem)
    for problem in problems:
        print(problem)
    if not problems:
        told = f"，日志 {log.lines} 行前后相接" if log else ""
        print(f"{len(numbers)} 个快照全部完好{told}。")
    return console.FOUND if problems else console.DONE
