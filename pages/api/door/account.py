"""account: who may sign in; the administrator's side of the sign-in page."""

import argparse
from pathlib import Path

from data import console, settings
from data.people import accounts
from data.settings import LEADER, ROLES, home


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    group = parser.add_subparsers(title="做什么", required=True, metavar="做什么", dest="action")
    for action, words in (
        ("add", "添加一个人，印出一次性密码"),
        ("list", "列出全部的人"),
        ("reset", "重设密码，停用的人也重新启用"),
        ("disable", "停用：马上进不来，账号还在"),
        ("remove", "删除"),
    ):
        one = group.add_parser(action, help=words, description=words)
        if action != "list":
            one.add_argument("name", metavar="姓名", help="登录用的名字，大小写、全角半角不分")
        if action == "add":
            one.add_argument("--role", choices=ROLES, default=LEADER, help="角色，默认 领导")
            one.add_argument("--area", default="", metavar="区划代码", help="只看、只报这个区划")


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store: Path = arguments.store or home()
    if arguments.action == "list":
        _print(store)
        return console.DONE
    name, once = arguments.name, ""
    if arguments.action == "add":
        _only_door(store)
        once = accounts.add(store, name, role=arguments.role, area=arguments.area)
    elif arguments.action == "reset":
        once = accounts.reset(store, name)
    elif arguments.action == "disable":
        accounts.disable(store, name)
    else:
        accounts.remove(store, name)
    if once:
        print(f"一次性密码（只显示这一次，第一次登录时要换掉）：{once}")
    print("已生效：这个人已经打开的页面几秒内退出。" if arguments.action != "add" else "已添加。")
    return console.DONE


def _only_door(store: Path) -> None:
    """Say what the first account changes, and refuse where another way in would make it useless."""
    chosen = settings.current(store)
    file = store / settings.FILE_NAME
    if chosen.open:
        raise accounts.AccountError(f"设置文件 {file} 写着 open: true，不登录就能看。请先删去。")
    if chosen.oidc:
        raise accounts.AccountError(
            f"设置文件 {file} 让统一身份认证认人（oidc）。请改写 people，或先删去 oidc。"
        )
    if chosen.has_gateway:
        raise accounts.AccountError(
            f"设置文件 {file} 让登录代理认人（trusted_proxy 的 user_header）。请改写 people。"
        )
    if not accounts.every(store):
        print("这是第一个账号：从现在起，所有人都要登录，在本机上也要。")


def _print(store: Path) -> None:
    headers = ("姓名", "角色", "区划", "状态")
    rows = [
        (each.name, each.role, each.area or "全部", _state(each))
        for each in accounts.every(store).values()
    ]
    console.print_table(headers, rows)


def _state(account: accounts.Account) -> str:
    if account.is_disabled:
        return "停用"
    return "还没登录过" if account.is_new else "可以登录"
