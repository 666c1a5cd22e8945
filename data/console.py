"""What the command lines of all rooms share: Chinese usage, Chinese errors, exit codes, tables."""

import argparse
import getpass
import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from data.errors import LogNotWritten, ProductError, UsageError, is_panic
from data.settings import STORE, default_path

if TYPE_CHECKING:
    from data.snapshots.store import Store

DONE, FOUND, WRONG = 0, 1, 2
_RESULTS = {DONE: "done", FOUND: "found"}
_GAVE_UP = (
    "程序故障：处理数据的程序库停下了，没有发布任何内容。"
    "请把文件分几次导入，并把这一行和文件交给管理员。"
)

# argparse speaks through gettext; these are the sentences that a user can meet.
_WORDS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "optional arguments": "选项",
    "subcommands": "命令",
    "show this help message and exit": "显示用法",
    "%(prog)s: error: %(message)s\n": "%(message)s\n",
    "the following arguments are required: %s": "缺少：%s",
    "unrecognized arguments: %s": "不认识：%s",
    "expected one argument": "后面要跟一个值",
    "expected at least one argument": "后面至少要跟一个值",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能是 %(value)s，只能是 %(choices)s",
    "invalid %(type)s value: %(value)r": "「%(value)s」写法不对",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s %(message)s",
    "not allowed with argument %s": "不能与 %s 同用",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确：%(matches)s",
}


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese and leaves with exit code 2 on wrong usage."""

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong and how to see the usage."""
        print(f"命令写法不对：{message}。用 {self.prog} --help 看用法。", file=sys.stderr)
        raise SystemExit(WRONG)


class Command(Parser):
    """The parser of one command, whose module is loaded when the command is the one that runs."""

    module = ""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Load the command first: its module says what it takes."""
        if self.module:
            command = import_module(self.module)
            command.arguments(self)
            self.set_defaults(run=command.run)
            self.module = ""
        return super().parse_known_args(args, namespace)


def add_commands(parser: Parser, package: str, commands: Mapping[str, tuple[str, str]]) -> None:
    """Let a parser take commands: name → its module in the package, and what it is for."""
    group = parser.add_subparsers(title="命令", required=True, metavar="命令", parser_class=Command)
    for name, (module, words) in commands.items():
        group.add_parser(name, help=words, description=words).module = f"{package}.{module}"


def parser(program: str, description: str) -> Parser:
    """The parser of one room, with the option that names the store."""
    _speak_chinese()
    made = Parser(prog=program, description=description)
    made.add_argument(
        "--store",
        metavar="文件夹",
        type=Path,
        help=f"数据仓所在文件夹（默认 {STORE} 所指或 data/store）",
    )
    return made


def open_store(arguments: argparse.Namespace) -> "Store":
    """The store that the command names."""
    from data.snapshots.store import Store  # not for whoever only asks for the usage

    return Store(arguments.store or default_path())


def run(parser: Parser, words: Sequence[str] | None) -> int:
    """Run the command that the words name (None: those of the shell) and log it; the exit code.

    An error a user can mend becomes one line and exit code 2.
    """
    words = sys.argv[1:] if words is None else words
    arguments = parser.parse_args(words)
    code = WRONG
    try:
        code = _ran(lambda: _unless_unseen(arguments))
    finally:
        _log(parser.prog, arguments, words, code)
    return code


def _ran(command: Callable[[], int]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return command()
    except ProductError as error:
        print(str(error), file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        print("已中断，没有发布任何内容。", file=sys.stderr)
        return WRONG
    except BaseException as error:
        if not is_panic(error):
            raise
        print(f"{_GAVE_UP}（{error}）", file=sys.stderr)
        return WRONG


def _unless_unseen(arguments: argparse.Namespace) -> int:
    """Run the command, but write no file out of a store whose log cannot be written.

    raises LogNotWritten.
    """
    if getattr(arguments, "output", None):
        from data.log import journal  # not for whoever only asks for the usage

        store = arguments.store or default_path()
        if store.is_dir() and not journal.is_writable(store):
            raise LogNotWritten
    return arguments.run(arguments)


def _log(program: str, arguments: argparse.Namespace, words: Sequence[str], code: int) -> None:
    """Write the command into the log of its store, where there is one: by whom, from where."""
    from data.log import journal  # not for whoever only asks for the usage

    store = arguments.store or default_path()
    if not store.is_dir():
        return
    told = [Path(word).name if Path(word).is_absolute() else word for word in words]
    journal.append(
        store,
        now=now(),
        who=current_user(),
        ip=os.environ.get("SSH_CONNECTION", "").partition(" ")[0],
        action="command",
        what=f"{program} {' '.join(told)}",
        result=_RESULTS.get(code, "failed"),
    )


def current_user() -> str:
    """Who runs the command, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "未知用户"


def now() -> datetime:
    """The present moment, with the machine's time zone."""
    return datetime.now(UTC).astimezone()


class _Progress:
    """Says on the error stream how far a long command is: a line per step and per tenth."""

    def __init__(self) -> None:
        self._said: tuple[str, int] | None = None

    def __call__(self, share: float, words: str) -> None:
        if (step := (words, int(share * 10))) != self._said:
            self._said = step
            print(f"{share:4.0%} {words}", file=sys.stderr)


progress = _Progress()


def print_json(value: Any) -> None:
    """A value as JSON on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(
    headers: Sequence[str], rows: Sequence[Sequence[Any]], *, file: TextIO | None = None
) -> None:
    """A table in columns; full-width characters count for two."""
    texts = [[("—" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(_width(text) for text in column) for column in zip(headers, *texts, strict=True)]
    for line in (list(headers), *texts):
        padded = [
            text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)
        ]
        print("  ".join(padded).rstrip(), file=file)


def whole_number(text: str) -> int:
    """A snapshot number as written on the command line."""
    if not text.isdecimal():
        raise UsageError(f"快照号应为整数，实为「{text}」。")
    return int(text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _speak_chinese() -> None:
    def translate(message: str) -> str:
        return _WORDS.get(message, message)

    argparse._ = translate  # type: ignore[attr-defined]
    argparse.ngettext = lambda one, many, n: translate(one if n == 1 else many)  # type: ignore[attr-defined]
