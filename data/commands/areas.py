"""areas: townships and villages come into the store's own definitions."""

import argparse
from pathlib import Path

from data import console
from data.areas import own
from data.areas.own import Taken
from data.snapshots.store import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    adding = commands.add_parser("add", help="从全国名录（2023年）取一个县、市的乡镇和村")
    adding.add_argument("areas", metavar="代码", nargs="+", help="县或市的代码、名称，可写几个")
    adding.add_argument("--year", metavar="年份", type=int, help="代码是哪一年年末的")
    adding.set_defaults(take=_add)
    taking = commands.add_parser(
        "import", help="导入区划登记（工作簿或 CSV，有代码和名称两列就行）"
    )
    taking.add_argument("file", metavar="文件", type=Path)
    taking.set_defaults(take=_import)
    shipping = commands.add_parser(
        "ship", help="由安装包重做产品自带的全国名录（.tgz）、县名年表（.whl），开发时用"
    )
    shipping.add_argument("package", metavar="安装包", type=Path)
    shipping.set_defaults(take=_ship)


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    return arguments.take(arguments)


def _add(arguments: argparse.Namespace) -> int:
    from data.areas.national import TOLD

    store = console.open_store(arguments)
    return _told(store, own.add(store, arguments.areas, arguments.year), TOLD)


def _import(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    return _told(store, own.import_areas(store, arguments.file))


def _told(store: Store, taken: Taken, *more: str) -> int:
    for line in (*taken.told, *more):
        print(line)
    if not (taken.added or taken.changed):
        print("区划登记没有变化。")
        return console.DONE
    print(f"区划登记已更新：新增 {taken.added} 个，修改 {taken.changed} 个。")
    if store.latest() is not None:
        print("已有快照仍用原来的区划；请运行 rebuild 重算，或在下次导入时一并重算。")
    return console.DONE


def _ship(arguments: argparse.Namespace) -> int:
    from data.areas import ship, ship_names  # for whoever makes the product

    if arguments.package.suffix == ".whl":
        print(f"已写出县名年表：{ship_names.ship_names(arguments.package).height} 行。")
    else:
        print(f"已写出全国名录：{ship.ship(arguments.package).height} 个，按省分文件。")
    return console.DONE
