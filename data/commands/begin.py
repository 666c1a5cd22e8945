"""begin: a store of the office's own, from a file of answers; and its first pack."""

import argparse
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from data import catalogue as catalogues
from data import console, settings
from data.areas import national
from data.beginning import answers as read
from data.beginning import pack
from data.beginning.answers import Answers
from data.beginning.proposed import proposed
from data.beginning.set_up import answers_of, set_up
from data.errors import UsageError, reason_zh
from data.people import accounts
from data.snapshots.store import Store


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--area", metavar="区划", help="本单位的县或市：代码或名称")
    parser.add_argument("--unit", metavar="名称", help="本单位的名称，如 某县卫生健康局")
    parser.add_argument("--since", metavar="日期", help="从哪天起报，默认本周一")
    parser.add_argument("--answers", metavar="文件", type=Path, help="答案文件；没写的各项取建议的")
    parser.add_argument(
        "--show", action="store_true", help="只印出答案文件的样子，可以改了再用，不建立"
    )
    parser.add_argument(
        "--pack", metavar="压缩包", dest="output", type=Path, help="把第一批空白表写成 .zip"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    target = arguments.store or settings.default_path()
    made = answers_of(target)
    if made is None:
        answers = _answers(arguments)
        if arguments.show:
            print(answers.as_yaml(), end="")
            return console.DONE
        _set_up(target, answers)
        made = answers
    elif not arguments.output:
        raise UsageError(f"{target} 已经建好。要第一批空白表，加 --pack 文件.zip。")
    if arguments.output:
        _pack(target, made, arguments.output)
    return console.DONE


def _answers(arguments: argparse.Namespace) -> Answers:
    given = Answers()
    if arguments.answers:
        try:
            given = read.from_yaml(arguments.answers.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{arguments.answers} 读不出来。请存成 UTF-8 文本。") from error
    product = catalogues.load()
    asked = arguments.area or given.area
    if not asked:
        raise UsageError("没有写是哪个县或市。请加 --area 代码，或写在答案文件的 area 里。")
    today = console.now().date()
    since = read.day(arguments.since) if arguments.since else given.since
    return proposed(
        replace(
            given,
            unit=arguments.unit or given.unit,
            area=national.find(asked, product),
            since=since or today - timedelta(days=today.weekday()),
        ),
        product,
    )


def _set_up(target: Path, answers: Answers) -> None:
    number = set_up(target, answers, who=console.current_user(), now=console.now())
    print(f"已建立 {answers.unit}的数据仓 {target}（{number} 号快照，还没有报表）。")
    for person in answers.people:
        once = accounts.add(settings.home(), person.name, role=person.role, area=person.area)
        print(f"{person.name}（{person.role}）的一次性密码：{once}")
    if target.resolve() != settings.home().resolve():
        print(f"用它启动看板：先设环境变量 {settings.STORE}={target}")


def _pack(target: Path, answers: Answers, out: Path) -> None:
    if answers.since is None:
        raise UsageError("答案里没有从哪天起报。")
    data = pack.make(Store(target), answers.unit, answers.since, console.progress)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{out} 写不进去（{reason_zh(error)}）。请换一个文件夹。") from error
    print(out)
