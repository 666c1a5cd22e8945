"""python -m tests.figures STORE: what the product answers beside what the rules come to.

One line per difference, then how much was compared. Exits with 1 when anything differs.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from data.snapshots.store import Store  # the side under test, asked through its door
from queries.engine import Engine
from tests.figures.figure import Figure
from tests.figures.periods import Period, containing, parse
from tests.figures.readings import Reading, Readings
from tests.figures.world import LEVELS, World, of_store


class Question(NamedTuple):
    """One question to both sides; a trend is asked from another period to this one."""

    name: str
    indicator: str
    population: str
    area: str
    level: str
    period: str
    since: str


def questions(world: World, number: int, seed: int) -> list[Question]:
    """Random questions over all figures, areas that owe and periods, in the order of figures."""
    random = Random(seed)
    figures = list(world.figures())
    spans = [span for table in world.tables for span in world.filed(table).items()]
    provinces = {province for province, _ in spans}
    first, last = min(begin.start for _, (begin, _) in spans), max(end.end for _, (_, end) in spans)
    owing = {area for duty in world.obligations for area in world.line(duty.unit)}
    owing = sorted(area for area in owing if world.province(area) in provinces)
    places = {level: [a for a in owing if world.level(a) == level] for level in LEVELS[1:]}
    found = []
    for _ in range(number):
        indicator, population = random.choice(figures)
        name = random.choices(tuple(ASKED), (6, 2, 2))[0]
        level = random.choices(LEVELS[1:], (2, 5, 4, 1))[0]
        grain = world.definitions["indicators"][indicator]["grain"]
        if level == "township" and (name == "indicator_ranking") > (grain == "village"):
            level = "county"
        frequency = random.choices(("weekly", "monthly", "quarterly", "yearly"), (70, 20, 7, 3))[0]
        begin, end = (containing(frequency, day).ordinal for day in (first, last))
        # Most questions are about the newest periods.
        ordinal = max(random.randint(begin, end) for _ in range(2))
        since = containing("monthly", max(first, Period(frequency, ordinal - 60).start))
        below = LEVELS[: LEVELS.index(level)][-2:]
        found.append(
            Question(
                name,
                indicator,
                population,
                random.choice(places[level]),
                random.choice(
                    [one for one in below if (one == "village") <= (level == "township")]
                ),
                Period(frequency, ordinal).text,
                since.text,
            )
        )
    return sorted(found, key=lambda each: figures.index((each.indicator, each.population)))


# What the product is asked by name, and how the rules answer the same.
ASKED: dict[str, Callable[[Readings, Question], list[Reading]]] = {
    "indicator_ranking": lambda by, q: by.ranking(q.area, q.level, parse(q.period)),
    "indicator_value": lambda by, q: [by.value(q.area, parse(q.period))],
    "indicator_trend": lambda by, q: by.trend(q.area, parse(q.since), parse(q.period)),
}


def shown(engine: Engine, question: Question) -> list[dict[str, Any]]:
    """The answer of the product."""
    known = question._asdict() | {
        "parent": question.area,
        "period_from": question.since,
        "period_to": question.period,
    }
    takes = {
        "indicator_ranking": ("parent", "level", "period"),
        "indicator_value": ("area", "period"),
        "indicator_trend": ("area", "period_from", "period_to"),
    }[question.name]
    params = {name: known[name] for name in ("indicator", "population", *takes)}
    return engine.run(question.name, params).to_dicts()


def differences(
    question: Question, expected: list[Reading], found: list[dict[str, Any]]
) -> Iterator[str]:
    """What both sides do not agree on, as lines to read."""
    key = "period" if question.name == "indicator_trend" else "area_code"
    where = " ".join(question)
    mine, theirs = ({row[key]: row for row in rows} for rows in (expected, found))
    for place in mine.keys() - theirs.keys():
        yield f"{where}: {place} is missing, {mine[place]['state']} by the rules"
    for place in theirs.keys() - mine.keys():
        yield f"{where}: {place} is shown as {theirs[place]['state']}, not by the rules"
    for place in mine.keys() & theirs.keys():
        for name, value in mine[place].items():
            if not same(value, theirs[place][name]):
                said, by = (_say(each) for each in (theirs[place][name], value))
                yield f"{where} {place}: {name} is {said}, {by} by the rules"


def same(expected: Any, found: Any) -> bool:
    """Whether both are the same: numbers by what they print as."""
    if isinstance(expected, (Fraction, Decimal)) and isinstance(found, float):
        return Fraction(expected) == Fraction(repr(found))
    return expected == found


def _say(value: Any) -> str:
    return str(float(value)) if isinstance(value, (Fraction, Decimal)) else str(value)


def compared(store: Path, world: World, number: int, seed: int) -> Iterator[tuple[int, list[str]]]:
    """Both answers to each random question: how many readings they have, and where they differ."""
    engine = Engine(Store(store))
    readings: Readings | None = None
    for question in questions(world, number, seed):
        key = (question.indicator, question.population)
        if readings is None or readings.figure.key != key:
            readings = Readings(Figure(world, *key))
        expected = ASKED[question.name](readings, question)
        yield len(expected), list(differences(question, expected, shown(engine, question)))


def main() -> int:
    """Ask both sides and print where they differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.figures", description=__doc__)
    parser.add_argument("store", type=Path, help="the folder of a data store")
    parser.add_argument("--n", type=int, default=100, help="how many questions (100)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other questions")
    arguments = parser.parse_args()
    try:
        world = of_store(arguments.store)
    except FileNotFoundError as error:
        parser.error(str(error))
    asked, counted, differ = 0, 0, 0
    for readings, lines in compared(arguments.store, world, arguments.n, arguments.seed):
        asked, counted, differ = asked + 1, counted + readings, differ + len(lines)
        for line in lines:
            print(line, flush=True)
    print(f"{asked} questions, {counted} readings, {differ} differences")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
