"""monday: all that is wanted on Monday at seven, in a folder of the day; a scheduler calls it."""

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from data import console
from data.errors import ProductError, UsageError, reason_zh
from data.periods import Period
from pages.exports import target, usual
from pages.exports.briefing import files as papers
from pages.exports.briefing.content import build
from pages.exports.briefing.facts import Choice
from pages.exports.briefing.report import desk_of
from pages.exports.chasing import files as chases
from pages.exports.news import robot, words
from pages.exports.news.compare import Moment, earlier, of_area
from pages.exports.sheets import file_name
from pages.theme import formats
from queries.engine import Engine


@dataclass(frozen=True)
class Paper:
    """One file: its name, and what writes it."""

    name: str
    write: Callable[[BinaryIO], object]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--area",
        metavar="区划代码",
        action="append",
        help="县级及以上，可以写几次；默认打开看板先看的区划",
    )
    parser.add_argument("--period", metavar="报告期", help="默认有数据的最新一期")
    parser.add_argument("--snapshot", metavar="快照号", type=int, help="默认最新")
    parser.add_argument(
        "--send", action="store_true", help="新情况另发到设置文件里的群机器人（robot）"
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="文件夹",
        type=Path,
        required=True,
        help="里面建当天日期的文件夹；同一天再运行，换成新的",
    )


def run(chosen: argparse.Namespace) -> int:
    """Run it: one line per file; the exit code, 1 when something could not be made."""
    engine = Engine(console.open_store(chosen))
    number = engine.number(chosen.snapshot)
    failed = 0
    folder = chosen.output / f"{console.now():%Y-%m-%d}"
    with _replaced(folder) as new:
        for area in chosen.area or [None]:
            place, period = usual.place_and_period(engine, number, area=area, period=chosen.period)
            for make in (_briefing, _chase, _news):
                failed += _written(new, make(engine, number, place, period))
            if chosen.send:
                failed += _sent(engine, number, place, period)
    print(f"已放进 {folder}（快照 {number}）。", file=sys.stderr)
    return console.FOUND if failed else console.DONE


def _briefing(engine: Engine, number: int, area: str, period: Period) -> Iterator[Paper]:
    """Slides, bulletin and workbook of one briefing."""
    desk = desk_of(engine, engine.store, number, period)
    briefing = build(Choice(area, period.text), desk)
    for kind in papers.KINDS.values():
        yield Paper(
            papers.file_name(briefing, kind),
            lambda file, kind=kind: kind.write(briefing, desk.catalogue, file),
        )
    papers.issue(briefing, engine)


def _chase(engine: Engine, number: int, area: str, period: Period) -> Iterator[Paper]:
    """Who has not filed: text, picture and slips."""
    chase = chases.made(engine, number, area=area, period=period, now=console.now())
    for kind in chases.KINDS.values():
        yield Paper(chases.name_of(chase, kind), lambda file, kind=kind: kind.write(chase, file))
    chases.issue(chase, engine)


def _news(engine: Engine, number: int, area: str, period: Period) -> Iterator[Paper]:
    """What is new since the briefing before: text and JSON."""
    now = Moment(number, period.text)
    news, place = of_area(engine, area, now, earlier(engine.store, now))
    demo = engine.store.manifest(number).demo
    said = {
        "txt": f"\ufeff{words.message(news, place=place, demo=demo)}\n",
        "json": json.dumps(
            words.data(news, place=place, demo=demo), ensure_ascii=False, indent=2, default=str
        ),
    }
    for ending, text in said.items():
        short = formats.period_short(period.text)
        yield Paper(
            file_name(place, "新情况", short, ending=ending, demo=demo),
            lambda file, text=text: file.write(text.encode()),
        )


def _written(folder: Path, found: Iterator[Paper]) -> int:
    """Write the files of one kind, a line for each; how many times it came to nothing."""
    failed = 0
    try:
        for paper in found:
            failed += _one(folder, paper)
    except ProductError as error:
        print(f"没有做成：{error}")
        return failed + 1
    return failed


def _one(folder: Path, paper: Paper) -> int:
    try:
        with target.whole(folder / paper.name) as file:
            paper.write(file)
    except ProductError as error:
        print(f"没有做成 {paper.name}：{error}")
        return 1
    print(f"已写入 {paper.name}")
    return 0


def _sent(engine: Engine, number: int, area: str, period: Period) -> int:
    """Tell the group's robot; a failure is told and stops nothing."""
    now = Moment(number, period.text)
    try:
        told = robot.wanted(engine.store.path)
        before = earlier(engine.store, now)
        robot.tell(engine, told, area, now, before, who=console.current_user())
    except ProductError as error:
        print(f"新情况没有发出：{error}")
        return 1
    print("新情况已发到群机器人")
    return 0


@contextlib.contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """Give a new folder to fill; once it is full it takes the place of the one of that name.

    raises UsageError for a place that cannot be written, or whose files somebody holds open.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    except OSError as error:
        raise UsageError(
            f"文件夹 {folder.parent} 写不进去（{reason_zh(error)}）。请换个位置。"
        ) from error
    old = new.with_name(f"{new.name}-old")
    try:
        yield new
        new.chmod(0o755)
        try:
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
        except OSError as error:
            if old.exists() and not folder.exists():
                old.rename(folder)
            raise UsageError(
                f"文件夹 {folder} 换不成新的（{reason_zh(error)}）。"
                "请关掉正打开着的文件，再运行一次。"
            ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
