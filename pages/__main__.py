"""Briefings from the command line: report briefing | bulletin | workbook. Exit 0 done, 2 wrong."""

from collections.abc import Sequence

from data import console

COMMANDS = {"report": ("report", "写一份文件")}


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = console.parser("python -m pages", "简报:按一个快照写成幻灯片、通报文稿或数据表。")
    console.add_commands(parser, "pages.exports.briefing", COMMANDS)
    return console.run(parser, words)


if __name__ == "__main__":
    raise SystemExit(main())
