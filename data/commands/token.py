"""token: a new password for the interface."""

import argparse

from data import console
from data.people import tokens
from data.settings import ANALYST, FILE_NAME, ROLES

PROXY_HEADER = "X-Hpa-Secret"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("name", metavar="名称", help="谁用这个口令,如 统计报表")
    parser.add_argument("--role", choices=ROLES, default=ANALYST, help="角色,默认 分析")
    parser.add_argument("--area", default="", metavar="区划代码", help="只能看这个区划及下级")
    parser.add_argument("--proxy", action="store_true", help="登录代理的密语,不是接口的口令")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    made = tokens.make()
    if arguments.proxy:
        print(f"密语(只显示这一次,请写进代理的配置):{made}")
        print(f"请把下面两行写进数据仓的 {FILE_NAME} 的 trusted_proxy:")
        print(f"  secret_header: {PROXY_HEADER}\n  secret_sha256: {tokens.digest(made)}")
        return console.DONE
    print(f"口令(只显示这一次,请交给使用者保存):{made}")
    print(f"请把下面几行写进数据仓的 {FILE_NAME},十秒内生效:")
    print(tokens.lines(arguments.name, made, role=arguments.role, area=arguments.area), end="")
    return console.DONE
