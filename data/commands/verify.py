"""verify: compute checksums again and compare them."""

import argparse

from data import console


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("number", nargs="?", metavar="快照号")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    numbers = [console.whole_number(arguments.number)] if arguments.number else store.numbers()
    problems = [problem for number in numbers for problem in store.verify(number)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(numbers)} 个快照全部完好。")
    return console.FOUND if problems else console.DONE
