"""For any register of areas that come and go: who owes, how parents add up, what is compared."""

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data.periods import Period
from tests.data.changing_areas import INDICATOR, alerts, open_register, register
from tests.data.small_world import CITY, EAST, PROVINCE, WEST, derived, put
from tests.data.test_every_indicator import Compared, differences

WEEKS = tuple(Period.parse(f"{year}-W{week}") for year in (2019, 2020) for week in (48, 49, 50, 51))
TOWNSHIPS = tuple(f"{county}00{n}" for county in (EAST, WEST) for n in (1, 2, 3))
NEW = tuple(f"{county}00{n}" for county in (EAST, WEST) for n in (4, 5))
CHILDREN = {PROVINCE: (CITY,), CITY: (EAST, WEST)}


@dataclass
class Story:
    """What became of townships: from when to when they were, into what they went; who filed."""

    fates: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    filed: dict[str, dict[str, int]] = field(default_factory=dict)

    def lives(self, code: str, day) -> bool:
        """Whether a township is there on a day."""
        first, last, _ = self.fates.get(code, ("", "", ""))
        return (not first or first <= str(day)) and (not last or last >= str(day))


@st.composite
def stories(draw) -> Story:
    """Some townships end in a week of either year and go to others, some begin; most file."""
    story = Story()
    ends = {
        code: draw(st.sampled_from(WEEKS)).end - timedelta(days=draw(st.integers(0, 8)))
        for code in draw(st.lists(st.sampled_from(TOWNSHIPS), max_size=4, unique=True))
    }
    begins = {code: draw(st.sampled_from([WEEKS[1].start, *ends.values()])) for code in NEW}
    for code, begin in begins.items():
        story.fates[code] = (str(begin + timedelta(days=1)), "", "")
    lost: set[str] = set()
    for code, end in sorted(ends.items(), key=lambda one: one[1], reverse=True):
        heirs = [
            other
            for other in (*TOWNSHIPS, *NEW)
            if other not in lost | {code}
            and ends.get(other, WEEKS[-1].end + timedelta(days=99)) > end
            and begins.get(other, end) <= end
        ]
        after = draw(st.lists(st.sampled_from(heirs), max_size=2, unique=True)) if heirs else []
        story.fates[code] = ("", str(end), ";".join(after))
        if not after:
            lost.add(code)
    for week in WEEKS:
        there = [c for c in (*TOWNSHIPS, *NEW) if any(story.lives(c, d) for d in _days(week))]
        silent = draw(st.sets(st.sampled_from(there), max_size=2))
        story.filed[week.text] = {
            code: draw(st.integers(0, 10)) for code in there if code not in silent
        }
    return story


def _days(week: Period):
    return [week.start + timedelta(days=n) for n in range(7)]


# Each story takes a publish: to make a failing one smaller would take minutes.
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(stories())
def test_due_units_live_parents_are_sums_and_comparisons_are_by_the_rules(story):
    towns = [
        (code, f"{code[-4:]}镇", "township", code[:6], "")
        for code in (*TOWNSHIPS, *NEW)
        if code[-1] > "2"
    ]
    with tempfile.TemporaryDirectory() as folder:
        store, catalogue = open_register(Path(folder), register(story.fates, *towns))
        changes = [alerts(story.filed)]
        put(store, catalogue, *changes)
        _who_owes_lives(catalogue, story)
        rows = derived(store, INDICATOR)
        _only_who_lives_is_expected(rows, story)
        _parents_are_sums(rows)
        expected, found = Compared(store, catalogue, changes).both((INDICATOR, "target"))
        assert list(differences(expected, found)) == []


def _who_owes_lives(catalogue, story):
    spans = catalogue.areas.select(unit_code="area_code", born="valid_from", gone="valid_to")
    outside = catalogue.obligations.join(spans, on="unit_code").filter(
        (pl.col("valid_from") < pl.col("born"))
        | (pl.col("valid_to").is_null() & pl.col("gone").is_not_null())
        | (pl.col("valid_to") > pl.col("gone"))
    )
    assert outside.height == 0


def _only_who_lives_is_expected(rows, story):
    for row in rows.filter(pl.col("level") == "township").to_dicts():
        if not story.lives(row["area_code"], row["period_end"]):
            # It is there only for what it filed all the same in its last days.
            assert row["units_reported"] == 1
            assert row["area_code"] in story.filed.get(row["period"], ())
    cities = rows.filter(pl.col("area_code") == CITY)
    for row in cities.to_dicts():
        living = [c for c in (*TOWNSHIPS, *NEW) if story.lives(c, row["period_end"])]
        unasked = [
            code
            for code in story.filed.get(row["period"], ())
            if code not in living and _stayed(rows, code, row["period"])
        ]
        assert row["units_expected"] == len(living) + len(unasked)


def _stayed(rows, code, period):
    return rows.filter((pl.col("area_code") == code) & (pl.col("period") == period)).height > 0


def _parents_are_sums(rows):
    summed = ("numerator", "denominator", "units_expected", "units_reported")
    by_key = {(row["area_code"], row["period"]): row for row in rows.to_dicts()}
    for (area, period), row in by_key.items():
        if row["level"] == "township":
            continue
        children = [
            other
            for (code, when), other in by_key.items()
            if when == period
            and (
                code in CHILDREN.get(area, ())
                or (other["level"] == "township" and code[:6] == area)
            )
        ]
        for name in summed:
            parts = [child[name] for child in children if child[name] is not None]
            assert row[name] == (sum(parts) if parts else None), (area, period, name)
