"""The steward's command line: python -m data demo | check | import | snapshots | …"""

from collections.abc import Sequence

from data import console
from data.commands import COMMANDS


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 findings, 2 wrong usage or input."""
    parser = console.parser("python -m data", "健康扶贫监测看板：数据仓的建立、导入、核对和恢复")
    console.add_commands(parser, "data.commands", COMMANDS)
    return console.run(parser, words)


if __name__ == "__main__":
    raise SystemExit(main())
