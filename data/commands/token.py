"""token: passwords of programs for the interface: make, list, revoke."""

import argparse
from pathlib import Path

from data import console, settings
from data.errors import UsageError
from data.people import tokens
from data.settings import FILE_NAME, LEADER, ROLES, home

PROXY_HEADER = "X-Hpa-Secret"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("name", metavar="名称", nargs="?", help="谁用这个口令，如 统计报表")
    parser.add_argument(
        "--role",
        choices=ROLES,
        default=LEADER,
        help="领导（默认）：只取指标，敏感的小数遮蔽；分析、管理：还取报表原始行，不遮蔽",
    )
    parser.add_argument("--area", default="", metavar="区划代码", help="只能看这个区划及下级")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--list", action="store_true", help="列出全部口令的名称和权限")
    which.add_argument("--revoke", action="store_true", help="停用这个名称的口令，十秒内生效")
    which.add_argument("--proxy", action="store_true", help="登录代理的密语，不是接口的口令")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store: Path = arguments.store or home()
    if arguments.list:
        _print(store)
    elif not arguments.name:
        raise UsageError("还没有写名称。如 token 统计报表 --role 分析；看全部用 --list。")
    elif arguments.revoke:
        tokens.revoke(store, arguments.name)
        print(f"口令“{arguments.name}”已停用，十秒内生效。")
    elif arguments.proxy:
        made = tokens.make()
        print(f"密语（只显示这一次，请写进代理的配置）：{made}")
        print(f"请把下面两行写进数据仓的 {FILE_NAME} 的 trusted_proxy:")
        print(f"  secret_header: {PROXY_HEADER}\n  secret_sha256: {tokens.digest(made)}")
    else:
        made = tokens.add(store, arguments.name, role=arguments.role, area=arguments.area)
        print(f"口令（只显示这一次，请交给使用者保存）：{made}")
        print("已生效。停用：python -m data token 名称 --revoke。")
    return console.DONE


def _print(store: Path) -> None:
    own, written = tokens.own(store), settings.current(store).tokens
    rows = [
        (name, each.role, each.area or "全部", "本命令" if name in own else FILE_NAME)
        for name, each in {**written, **own}.items()
    ]
    console.print_table(("名称", "角色", "区划", "写在"), rows)
