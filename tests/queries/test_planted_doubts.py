"""What is planted in the demo is found, and little else: a check that cries wolf is not read."""

from itertools import pairwise

import pytest

from data.demo.doubtful import planted
from data.periods import Period
from data.snapshots.store import Store
from queries.engine import Engine

CASES = planted().to_dicts()
CHECKS = {
    "copied": "doubt_copied",
    "equal": "doubt_equal",
    "rounded": "doubt_rounded",
    "perfect": "doubt_perfect",
    "shrink": "doubt_shrinking",
    "jump": "doubt_jump",
}
CITIES = sorted({f"{case['area_code'][:4]}00" for case in CASES})
YEAR = {"period_from": "2020-W01", "period_to": "2020-W51"}
# Of the demo's some 500 filing units, in a whole year, over all seven checks.
FEW = 12


def doubt(case):
    return pytest.param(case, id=f"{case['kind']} {case['table_id']} {case['area_code']}")


@pytest.fixture(scope="module")
def engine(demo_store):
    engine = Engine(Store(demo_store))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def found(engine):
    """Check, and rows of all cities."""
    names = (*CHECKS.values(), "doubt_outlier")
    return {
        name: [
            row
            for city in CITIES
            for row in engine.run(name, {"parent": city} | YEAR).iter_rows(named=True)
        ]
        for name in names
    }


def concerns(row, case):
    """The row speaks of the planted place, of what is below it or of what it counts to."""
    unit, place = row["unit_code"], case["area_code"]
    return unit.startswith(place) or place.startswith(unit)


@pytest.mark.parametrize("case", [doubt(case) for case in CASES if case["kind"] in CHECKS])
def test_every_planted_doubt_is_found(found, case):
    rows = [row for row in found[CHECKS[case["kind"]]] if concerns(row, case)]
    tables = {row["table_id"] for row in rows}
    assert case["table_id"] in tables
    if case["kind"] != "rounded":  # rounding is seen over the whole year
        first, last = (Period.parse(case[name]) for name in ("period_from", "period_to"))
        ends = {Period.parse(row["period"]).end for row in rows}
        assert any(first.start <= end <= last.end for end in ends)


@pytest.mark.parametrize("case", [doubt(case) for case in CASES if case["kind"] in ("gap", "late")])
def test_what_was_planted_as_missing_or_late_stands_in_the_matrix(engine, case):
    first, last = (Period.parse(case[name]) for name in ("period_from", "period_to"))
    table = engine.run(
        "reporting_matrix",
        {
            "parent": case["area_code"],
            "period": last.text,
            "table_id": case["table_id"],
            "count": last.ordinal - first.ordinal + 1,
        },
    )
    rows = table.to_dicts()
    wanted = {"gap": "未报", "late": "迟报"}[case["kind"]]
    own = [row for row in rows if row["unit_level"] != "county" or case["table_id"] == "T09"]
    assert own
    assert {row["state"] for row in own} == {wanted}


def test_there_are_few_false_alarms(found):
    false = [
        (name, row["unit_code"], row["measure"], row["period"], row["seen"])
        for name, rows in found.items()
        for row in rows
        if not any(concerns(row, case) for case in CASES)
    ]
    assert len(false) <= FEW, false


def test_the_strongest_stand_first(found, engine):
    for name in found:
        strengths = engine.run(name, {"parent": CITIES[-1]} | YEAR)["strength"].to_list()
        assert all(before >= after for before, after in pairwise(strengths))
