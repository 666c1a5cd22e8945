"""news: what is new since an earlier snapshot, as text or JSON."""

import argparse
import sys

from data import console
from pages.exports import usual
from pages.exports.news import robot, words
from pages.exports.news.compare import Moment, earlier, of_area
from queries.engine import Engine

_LAST, _BRIEFING = "last", "briefing"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--since",
        metavar="快照号",
        default=_BRIEFING,
        help="与哪个快照比：last 上一个快照，briefing 上一期简报所用的（默认），或快照号",
    )
    parser.add_argument("--area", metavar="区划代码", help="默认打开看板先看的区划")
    parser.add_argument("--period", metavar="报告期", help="默认有数据的最新一期")
    parser.add_argument("--snapshot", metavar="快照号", type=int, help="默认最新")
    parser.add_argument(
        "--send", action="store_true", help="发到设置文件里的群机器人（robot），敏感的小数不发"
    )
    parser.add_argument("--json", action="store_true", help="印出 JSON，一条不少")


def run(chosen: argparse.Namespace) -> int:
    """Run it; the exit code, 1 when there is no news."""
    engine = Engine(console.open_store(chosen))
    number = engine.number(chosen.snapshot)
    area, period = usual.place_and_period(engine, number, area=chosen.area, period=chosen.period)
    since = _since(chosen.since, engine, number)
    now = Moment(number, period.text)
    before = earlier(engine.store, now, since)
    news, place = of_area(engine, area, now, before)
    demo = engine.store.manifest(number).demo
    if chosen.json:
        console.print_json(words.data(news, place=place, demo=demo))
    else:
        print(words.message(news, place=place, demo=demo))
    if chosen.send:
        robot.tell(
            engine, robot.wanted(engine.store.path), area, now, before, who=console.current_user()
        )
        print("已发到群机器人。", file=sys.stderr)
    return console.DONE if news.count else console.FOUND


def _since(written: str, engine: Engine, number: int) -> int | None:
    """The number of the snapshot that is meant; None: that of the briefing before."""
    if written == _BRIEFING:
        return None
    if written == _LAST:
        return max((each for each in engine.store.numbers() if each < number), default=None)
    since = console.whole_number(written)
    engine.store.manifest(since)  # says it when there is none of that number
    return since
