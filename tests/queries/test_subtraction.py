"""No figure that is not shown can be worked out of all those that are (rules, 11)."""

import polars as pl
import pytest

from data.snapshots.store import Store
from queries.engine import Engine
from queries.scope import ALL, Scope
from tests.data.small_world import EAST, open_world, put, rows
from tests.queries.linear import Known
from tests.queries.subtraction import told

MONTH, WEEK = "2020-11", "2020-W51"
OTHERS = Scope(hide_sensitive=True)
FOUR = {
    "chronic_should_sign": ("htn_due", "dm2_due", "tb_due", "smi_due"),
    "chronic_signed": ("htn_signed", "dm2_signed", "tb_signed", "smi_signed"),
}


class TestKnown:
    """The solver itself: it must find what there is to be found."""

    def test_a_total_with_one_hidden_part_gives_it_away(self):
        known = Known()
        known.equal({"hidden": 1}, 40 - 33)
        assert known.ranges([{"hidden": 1}]) == [(7, 7)]

    def test_two_hidden_parts_of_a_total_may_be_anything_up_to_it(self):
        known = Known()
        known.equal({"one": 1, "other": 1}, 7)
        assert known.ranges([{"one": 1}], enough=99) == [(0, 7)]

    def test_rows_and_columns_together_tell_more_than_either(self):
        known = Known()
        known.equal({"a": 1, "b": 1}, 5)
        known.equal({"c": 1, "d": 1}, 3)
        known.equal({"a": 1, "c": 1}, 0)
        known.equal({"b": 1, "d": 1}, 8)
        assert known.ranges([{name: 1} for name in "abcd"]) == [(0, 0), (5, 5), (0, 0), (3, 3)]

    def test_a_part_is_bound_by_its_whole(self):
        known = Known()
        known.equal({"whole": 1}, 4)
        known.at_most({"part": 1, "whole": -1}, 0)
        assert known.ranges([{"part": 1}, {"whole": 1, "part": -1}], enough=99) == [(0, 4), (0, 4)]

    def test_what_nothing_bounds_has_no_end(self):
        known = Known()
        known.at_most({"part": 1, "whole": -1}, 0)
        assert known.ranges([{"whole": 1}], enough=99) == [(0, float("inf"))]

    def test_what_cannot_be_is_refused(self):
        known = Known()
        known.equal({"one": 1, "other": 1}, 5)
        known.at_most({"one": 1, "other": 1}, 4)
        with pytest.raises(ValueError, match="agree"):
            known.ranges([{"one": 1}])


def diseases(township, **treated):
    return [
        {
            "area": township,
            "disease_code": code,
            "confirmed": count + 1,
            "removed": 0,
            "refused": 0,
            "treated": count,
            "improved": 0,
            "treat_cost": count * 2,
            "oop_cost": count,
        }
        for code, count in treated.items()
    ]


def chronic(township, managed, registered):
    return {
        "area": township,
        "chronic_type": "smi",
        "registered": registered,
        "managed": managed,
        "followup_due": managed,
        "std_managed": managed,
        "controlled": 0,
        "poor_registered": registered // 2,
        "poor_std_managed": managed // 2,
    }


def signing(village, *, tb, smi):
    due = {"htn": 30, "dm2": 12, "tb": tb, "smi": smi}
    return {
        "area": village,
        "sign_target_pop": 300,
        "signed_pop": 250,
        **{f"{name}_due": count for name, count in due.items()},
        **{f"{name}_signed": max(count - 1, 0) for name, count in due.items()},
        "chronic_should_sign": sum(due.values()),
        "chronic_signed": sum(max(count - 1, 0) for count in due.values()),
    }


def three(folder):
    """An empty store and its definitions: one county with three townships of two villages."""
    townships = [f"{EAST}00{number}" for number in (1, 2, 3)]
    areas = [
        ("990000", "试省", "province", "", ""),
        ("990100", "试市", "city", "990000", ""),
        (EAST, "东县", "county", "990100", ""),
        *((code, f"{code[-1]}镇", "township", EAST, "") for code in townships),
        *(
            (f"{code}20{number}", f"{number}村", "village", code, "village")
            for code in townships
            for number in (0, 1)
        ),
    ]
    return open_world(folder, areas=areas)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Three townships: one sensitive disease each in one, small numbers in two, none in one."""
    first, second, third = (f"{EAST}00{number}" for number in (1, 2, 3))
    store, catalogue = three(tmp_path_factory.mktemp("masked"))
    put(
        store,
        catalogue,
        rows(
            "T05",
            *diseases(first, md13=9, md23=12, md29=3),
            *diseases(second, md13=20, md23=15),
            *diseases(third, md13=5, md23=8, md25=1),
            period=MONTH,
        ),
        rows(
            "T06",
            chronic(first, 4, 40),
            chronic(second, 60, 100),
            chronic(third, 95, 99),
            period=MONTH,
        ),
        rows(
            "T04",
            *(
                signing(f"{code}20{number}", tb=number + 1, smi=2 * place + number)
                for place, code in enumerate((first, second, third), start=1)
                for number in (0, 1)
            ),
            period=WEEK,
        ),
    )
    return store


def derived(store, table_id, period, county, scope=ALL, wholes=None):
    """The hidden numbers of a county's report that are no secret, and how many are hidden."""
    engine = Engine(store)
    table = engine.catalogue().tables[table_id]
    filed = store.rows(store.latest(), "tables", table_id).filter(
        pl.col("county_code") == county,
        pl.col("period") == period,
        pl.col("area_code").str.len_chars() > 6,
    )
    found = told(engine, filed, table, county, period, scope, wholes)
    return [each for each in found if each.is_derived and not each.is_nobody], len(found)


@pytest.mark.parametrize("scope", [ALL, OTHERS], ids=["county and above seen", "seen nowhere"])
@pytest.mark.parametrize(
    ("table_id", "period", "wholes"),
    [("T05", MONTH, None), ("T06", MONTH, None), ("T04", WEEK, None), ("T04", WEEK, FOUR)],
)
def test_nothing_hidden_can_be_worked_out(small, table_id, period, wholes, scope):
    known, hidden = derived(small, table_id, period, EAST, scope, wholes)
    assert hidden
    assert known == []


def test_a_township_total_less_the_diseases_listed_does_not_tell_the_sensitive_one(small):
    engine = Engine(small)
    with engine.reading(["t05", "derived_values"]) as cursor:
        listed = cursor.execute(
            "select area_code, sum(treated) from t05 group by area_code order by area_code"
        ).fetchall()
        totals = cursor.execute(
            "select area_code, numerator from derived_values where level = 'township' "
            "and indicator = 'major_disease_treat_rate' order by area_code"
        ).fetchall()
    left = [int(total) - int(seen) for (_, total), (_, seen) in zip(totals, listed, strict=True)]
    assert left == [15, 15, 9]  # of 3, 0 and 1 that must not be told


@pytest.mark.parametrize(
    ("table_id", "county"), [("T05", "150302"), ("T06", "411403"), ("T11", "411403")]
)
def test_nothing_hidden_in_a_county_of_the_demo_can_be_worked_out(demo_store, table_id, county):
    known, hidden = derived(Store(demo_store), table_id, "2020-09", county)
    assert hidden
    assert known == []
