"""template: blank forms, for units to fill in."""

import argparse
import sys
from pathlib import Path

from data import console
from data.forms import templates


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("table", nargs="?", metavar="报表", help="如 T04；不写就是该单位的全部报表")
    parser.add_argument("--area", required=True, metavar="区划代码", help="填报单位的区划代码")
    parser.add_argument(
        "--period", metavar="报告期", help="如 2020-W51；默认接着数据仓里最新的一期"
    )
    parser.add_argument("-o", dest="folder", type=Path, default=Path(), metavar="文件夹")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    made = templates.write_all(
        console.open_store(arguments),
        arguments.area,
        arguments.folder,
        table_id=arguments.table,
        period=arguments.period,
        today=console.now().date(),
    )
    for path in made:
        print(path)
    if not made:
        print(f"没有按「{arguments.period}」这种报告期报送的报表。", file=sys.stderr)
    return console.DONE if made else console.FOUND
