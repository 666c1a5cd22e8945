"""token: a new password for the interface."""

import argparse

from data import console, tokens
from data.settings import ANALYST, FILE_NAME, ROLES


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("name", metavar="名称", help="谁用这个口令,如 统计报表")
    parser.add_argument("--role", choices=ROLES, default=ANALYST, help="角色,默认 分析")
    parser.add_argument("--area", default="", metavar="区划代码", help="只能看这个区划及下级")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    made = tokens.make()
    print(f"口令(只显示这一次,请交给使用者保存):{made}")
    print(f"请把下面几行写进数据仓的 {FILE_NAME},再重新启动看板:")
    print(tokens.lines(arguments.name, made, role=arguments.role, area=arguments.area), end="")
    return console.DONE
