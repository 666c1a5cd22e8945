"""demo: a store of made-up data, or a few workbooks to practise the import with."""

import argparse
from pathlib import Path

from data import console
from data.demo.build import build, build_samples


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--cities", metavar="代码,…", help="只模拟这些市，如 411400,511800")
    parser.add_argument(
        "--scale", choices=("national",), default="", help="national：全国规模，只供测速，需数分钟"
    )
    parser.add_argument(
        "--samples", metavar="文件夹", type=Path, help="不建数据仓，只写几个练习导入用的样表"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    if arguments.samples:
        for path in build_samples(arguments.samples):
            print(path)
        return console.DONE
    cities = arguments.cities.split(",") if arguments.cities else None
    number = build(console.open_store(arguments).path, cities, console.progress, arguments.scale)
    print(number)
    return console.DONE
