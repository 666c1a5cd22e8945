"""rebuild: every indicator again by today's definitions, as a new snapshot."""

import argparse

from data import catalogue as catalogues
from data import console
from data.errors import UsageError
from data.publish import rebuild


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--note", default="定义修改后重算", metavar="说明")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    newest = store.latest()
    if newest is None:
        raise UsageError(f"数据仓 {store.path} 里还没有快照。")
    number = rebuild(
        store,
        catalogues.load(store.path),
        who=console.current_user(),
        note=arguments.note,
        now=console.now(),
        number=newest,
    )
    print(number)
    return console.DONE
