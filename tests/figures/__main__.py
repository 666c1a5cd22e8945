"""python -m tests.figures STORE: what the product answers beside what the rules come to.

One line per difference, then how much was compared. Exits with 1 when anything differs.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from data.store import Store  # the side under test, asked through its door
from queries.engine import Engine
from tests.figures.figure import Figure
from tests.figures.periods import Period, containing, parse
from tests.figures.readings import Reading, Readings
from tests.figures.world import LEVELS, World, of_store


class Question(NamedTuple):
    """One question to both sides."""

    name: str
    indicator: str
    population: str
    area: str
    level: str
    period: str


def questions(world: World, number: int, seed: int) -> list[Question]:
    """Random questions over all figures, areas with data and periods, in the order of figures."""
    random = Random(seed)
    figures = list(world.figures())
    spans = [span for table in world.tables for span in world.filed(table).values()]
    first, last = min(a.start for a, _ in spans), max(b.end for _, b in spans)
    owing = {area for duty in world.obligations for area in world.line(duty.unit)}
    places = {level: [a for a in owing if world.level(a) == level] for level in LEVELS[1:]}
    places = {level: sorted(areas) for level, areas in places.items()}
    found = []
    for _ in range(number):
        indicator, population = random.choice(figures)
        frequency = random.choices(("weekly", "monthly", "quarterly", "yearly"), (70, 20, 7, 3))[0]
        from_, to = (containing(frequency, day).ordinal for day in (first, last))
        # Most questions are about the newest periods.
        ordinal = max(random.randint(from_, to), random.randint(from_, to))
        name = random.choices(
            ("indicator_ranking", "indicator_value", "indicator_trend"), (6, 2, 2)
        )[0]
        level = random.choices(("township", "county", "city", "province"), (2, 5, 4, 1))[0]
        if name == "indicator_ranking" and level == "township":
            grain = world.definitions["indicators"][indicator]["grain"]
            level = "township" if grain == "village" else "county"
        area = random.choice(places[level])
        below = LEVELS[: LEVELS.index(world.level(area))]
        below = below[-2:] if world.level(area) != "township" else below
        if "village" in below and world.level(area) != "township":
            below = below[1:]
        text = Period(frequency, ordinal).text
        found.append(Question(name, indicator, population, area, random.choice(below), text))
    return sorted(found, key=lambda each: figures.index((each.indicator, each.population)))


def by_the_rules(readings: Readings, question: Question) -> list[Reading]:
    """The answer of the rules."""
    chosen = parse(question.period)
    if question.name == "indicator_ranking":
        return readings.ranking(question.area, question.level, chosen)
    if question.name == "indicator_value":
        return [readings.value(question.area, chosen)]
    return readings.trend(question.area, _year_before(chosen), chosen)


def _year_before(period: Period) -> Period:
    return containing("monthly", period.end.replace(year=period.end.year - 1, day=1))


def shown(engine: Engine, question: Question) -> list[dict[str, Any]]:
    """The answer of the product."""
    params = {"indicator": question.indicator, "population": question.population}
    if question.name == "indicator_ranking":
        params |= {"parent": question.area, "level": question.level, "period": question.period}
    elif question.name == "indicator_value":
        params |= {"area": question.area, "period": question.period}
    else:
        first = _year_before(parse(question.period)).text
        params |= {"area": question.area, "period_from": first, "period_to": question.period}
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
            if name in theirs[place] and not same(value, theirs[place][name]):
                said, by = (_say(each) for each in (theirs[place][name], value))
                yield f"{where} {place}: {name} is {said}, {by} by the rules"


def same(expected: Any, found: Any) -> bool:
    """Whether both are the same: numbers by what they print as."""
    if isinstance(expected, (Fraction, Decimal)) and isinstance(found, float):
        return Fraction(expected) == Fraction(repr(found))
    return expected == found


def _say(value: Any) -> str:
    return str(float(value)) if isinstance(value, (Fraction, Decimal)) else str(value)


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
    engine = Engine(Store(arguments.store))
    counted: Counter[str] = Counter()
    readings: Readings | None = None
    for question in questions(world, arguments.n, arguments.seed):
        key = (question.indicator, question.population)
        if readings is None or readings.figure.key != key:
            readings = Readings(Figure(world, *key))
        expected = by_the_rules(readings, question)
        counted["questions"] += 1
        counted["readings"] += len(expected)
        for line in differences(question, expected, shown(engine, question)):
            counted["differences"] += 1
            print(line, flush=True)
    names = ("questions", "readings", "differences")
    print(", ".join(f"{counted[name]} {name}" for name in names))
    return 1 if counted["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
