"""Too good to be true: each check finds its own case, and lets the ordinary pass."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

SPAN = {"parent": CITY, "period_from": "2020-W40", "period_to": "2020-W51"}
YEAR = {"parent": CITY, "period_from": "2020-01", "period_to": "2020-12"}
TOWN = "991102001"
WEEKS = [f"2020-W{number}" for number in range(40, 52)]
VILLAGES = [f"{TOWN}{number}" for number in range(201, 208)]
AREAS = tiny.AREAS.replace("991102001201,甲村,village,991102001,village,,,\n", "").replace(
    "991102001202,乙村,village,991102001,village,,,\n", ""
) + "".join(f"{code},村{code[-1]},village,{TOWN},village,,,\n" for code in VILLAGES)


def asked(store, name, **params):
    return Engine(store).run(name, SPAN | params)


def seen(table):
    return table.select("unit_code", "measure", "period", "periods", "strength").rows()


def weekly(tmp_path, **column):
    """Every village of one township files these columns week by week."""
    rows = [
        {"area_code": village, "period": week}
        | {name: figures(place, at) for name, figures in column.items()}
        for at, week in enumerate(WEEKS)
        for place, village in enumerate(VILLAGES)
    ]
    return tiny.store(tmp_path, raw={"T04": rows}, areas=AREAS)


def test_a_week_that_repeats_the_one_before_row_for_row_is_copied(tmp_path):
    def visits(place, at):
        return 10 + place + (4 if at in (5, 6) else at)  # weeks 45 and 46 repeat week 44

    store = weekly(tmp_path, followups_week=visits)
    assert seen(asked(store, "doubt_copied")) == [(TOWN, "整张报表", "2020-W46", 2, 2)]


def test_one_other_figure_is_enough_not_to_be_a_copy(tmp_path):
    store = weekly(
        tmp_path, followups_week=lambda place, at: 10 + place + (at if place == 0 else 0)
    )
    assert asked(store, "doubt_copied").is_empty()


def test_closing_figures_alone_may_stand_still(tmp_path):
    store = weekly(tmp_path, teams=lambda place, at: 30 + place)
    assert asked(store, "doubt_copied").is_empty()


def test_villages_that_all_file_the_same_are_equal(tmp_path):
    def visits(place, at):
        return 6 if at in (3, 4, 5) else 6 + place + at

    (row,) = asked(weekly(tmp_path, followups_week=visits), "doubt_equal").to_dicts()
    assert (row["unit_code"], row["period"], row["periods"]) == (TOWN, "2020-W45", 3)
    assert row["seen"] == "第43周至第45周：7个村填的都是6"
    assert row["strength"] == 3


def test_nothing_done_or_once_everywhere_is_not_remarkable(tmp_path):
    store = weekly(tmp_path, followups_week=lambda place, at: at % 2)
    assert asked(store, "doubt_equal").is_empty()


def test_figures_that_end_in_zero_are_rounded(tmp_path):
    store = weekly(tmp_path, followups_week=lambda place, at: 10 * (1 + place + at))
    (row,) = asked(store, "doubt_rounded").to_dicts()
    assert (row["unit_code"], row["strength"]) == (EAST, 3)
    assert row["seen"] == "84个数中有84个以0结尾（通常约一成）"


def test_figures_that_end_in_anything_are_not(tmp_path):
    store = weekly(tmp_path, followups_week=lambda place, at: 10 + 7 * place + 3 * at)
    assert asked(store, "doubt_rounded").is_empty()


def rates(tmp_path, figures, **more):
    """Weekly signing of a township (numerator, denominator by week) and of its county at 90 %."""
    rows = [value(TOWN, week, *figures(at)) for at, week in enumerate(WEEKS)]
    rows += [value(EAST, week, 900, 1000) for week in WEEKS]
    return tiny.store(tmp_path, rows, **more)


def test_all_signed_at_one_stroke_while_the_county_lags_is_too_good(tmp_path):
    def steps(at):
        return (200, 200) if at >= 8 else (180 + at, 200)

    (row,) = asked(rates(tmp_path, steps), "doubt_perfect").to_dicts()
    assert (row["unit_code"], row["period"], row["periods"]) == (TOWN, "2020-W51", 4)
    assert row["seen"] == "第48周由93.50%一步到恰好100%，连续4期"
    assert row["strength"] == 3


def test_all_signed_bit_by_bit_is_not(tmp_path):
    store = rates(tmp_path, lambda at: (min(200, 189 + at), 200))
    assert asked(store, "doubt_perfect").is_empty()


def test_a_small_place_may_well_have_signed_all(tmp_path):
    store = rates(tmp_path, lambda at: (20, 20) if at >= 8 else (18, 20))
    assert asked(store, "doubt_perfect").is_empty()


def test_exactly_on_target_is_asked_about_too(tmp_path):
    def steps(at):
        return (190, 200) if at >= 8 else (170 + at % 3, 200)

    store = rates(tmp_path, steps, targets=[tiny.target(95)])
    (row,) = asked(store, "doubt_perfect").to_dicts()
    assert "一步到恰好95%" in row["seen"]


def test_a_list_that_shrinks_while_the_rate_rises_is_asked_about(tmp_path):
    def steps(at):
        return (900, 1000) if at < 6 else (896, 930)

    (row,) = asked(rates(tmp_path, steps), "doubt_shrinking").to_dicts()
    assert (row["unit_code"], row["period"], row["strength"]) == (TOWN, "2020-W46", 2)
    assert row["seen"] == "分母由1000减到930（少7.0%），比率升6.34个百分点"


def test_a_list_that_shrinks_with_its_rate_is_not(tmp_path):
    store = rates(tmp_path, lambda at: (900, 1000) if at < 6 else (830, 930))
    assert asked(store, "doubt_shrinking").is_empty()


def test_a_denominator_that_always_moves_is_not(tmp_path):
    store = rates(tmp_path, lambda at: (850, 1000) if at % 2 else (840, 900))
    assert asked(store, "doubt_shrinking").is_empty()


MONTHS = [f"2020-{number:02d}" for number in range(1, 13)]


def monthly(tmp_path, own, other, name):
    """One county's rate by month, and that of its neighbours."""
    codes = (EAST, WEST, tiny.SOUTH)
    rows = [
        value(code, month, (own if code == EAST else other)(at), 1000, **name)
        for code in codes
        for at, month in enumerate(MONTHS)
    ]
    return tiny.store(tmp_path, rows)


@pytest.fixture
def spending():
    return {"indicator": "primary_visit_share", "population": "all"}


def test_a_leap_in_the_last_months_is_asked_about(tmp_path, spending):
    store = monthly(
        tmp_path, lambda at: 400 + 10 * at + (300 if at >= 10 else 0), lambda at: 400 + 10 * at,
        spending,
    )  # fmt: skip
    (row,) = asked(store, "doubt_jump", **YEAR).to_dicts()
    assert (row["unit_code"], row["period"], row["strength"]) == (EAST, "2020-11", 3)
    assert row["seen"].startswith("期限前由49.00%一步升到80.00%，平时每期约1.00个百分点")


def test_a_leap_that_all_make_or_in_the_middle_of_the_year_is_not(tmp_path, spending):
    def late(at):
        return 400 + 10 * at + (300 if at >= 10 else 0)

    assert asked(monthly(tmp_path / "all", late, late, spending), "doubt_jump", **YEAR).is_empty()

    def early(at):
        return 400 + 10 * at + (300 if at >= 5 else 0)

    store = monthly(tmp_path / "early", early, lambda at: 400 + 10 * at, spending)
    assert asked(store, "doubt_jump", **YEAR).is_empty()


def test_one_that_leaves_its_own_way_and_that_of_its_neighbours_is_asked_about(tmp_path):
    """Six townships of one county; one of them is 40 points off in one week."""
    towns = [f"99110200{number}" for number in range(1, 7)]
    areas = tiny.AREAS + "".join(
        f"{code},东{code[-1]}镇,township,{EAST},,,,\n" for code in towns[2:]
    )
    rows = [
        value(town, week, 800 + place + 5 * at - (400 if (place, at) == (0, 7) else 0), 1000)
        for place, town in enumerate(towns)
        for at, week in enumerate(WEEKS)
    ]
    (row,) = asked(tiny.store(tmp_path, rows, areas=areas), "doubt_outlier").to_dicts()
    assert (row["unit_code"], row["period"], row["strength"]) == (towns[0], "2020-W47", 3)
    assert row["seen"].startswith("本期43.50%，同级中位数83.")


def test_where_all_fall_together_nobody_is_off(tmp_path):
    towns = [f"99110200{number}" for number in range(1, 7)]
    areas = tiny.AREAS + "".join(
        f"{code},东{code[-1]}镇,township,{EAST},,,,\n" for code in towns[2:]
    )
    rows = [
        value(town, week, 800 + place - (400 if at == 7 else 0), 1000)
        for place, town in enumerate(towns)
        for at, week in enumerate(WEEKS)
    ]
    assert asked(tiny.store(tmp_path, rows, areas=areas), "doubt_outlier").is_empty()
