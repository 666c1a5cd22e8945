"""Briefings, accounts and the offline bundle from the command line. Exit 0 done, 2 wrong."""

from collections.abc import Sequence

from data import console

COMMANDS = {
    "report": ("exports.briefing.report", "写一份文件"),
    "chase": ("exports.chasing.command", "催报：谁还没报，贴到群里的文字、图片、催办单"),
    "news": ("exports.news.command", "新情况：自某个快照以来转红、转绿、新增未报、往期数变动"),
    "monday": ("exports.monday", "周一七点要的全部文件：简报、通报、数据表、催报、新情况"),
    "bundle": ("bundle.command", "打成一个离线安装包"),
    "account": ("api.door.account", "谁能登录：添加、列出、重设密码、停用、删除"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = console.parser("python -m pages", "简报、账号和离线包。")
    console.add_commands(parser, "pages", COMMANDS)
    return console.run(parser, words)


if __name__ == "__main__":
    raise SystemExit(main())
