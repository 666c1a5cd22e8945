"""Areas that come and go (rules.md 2.4, 2.7, 2.9, 8): who owes, and what is compared with what."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data import catalogue as catalogues
from data.findings import ERROR
from data.intake.check import checking
from data.intake.typed.areas import AreaNames
from data.publish import rebuild
from queries.engine import Engine
from tests.data.changing_areas import (
    INDICATOR,
    alerts,
    compared,
    open_register,
    parts,
    register,
    shown,
    units,
)
from tests.data.small_world import CITY, EAST, MONDAY, WEST, figure, put, rows

A, B, C, D = "990101001", "990101002", "990102001", "990102002"
NEW, OTHER = "990101003", "990102003"
# The 51st week of 2020 ends on December 20th.
MERGED = {A: ("", "2020-12-20", B)}
SIGNING = ("T04,990100,township,2019-01-01,,1",)


def signed(period, villages):
    """T04 of a week: village -> people signed, of 10 each."""
    return rows(
        "T04",
        *(
            {"area": code, "signed_pop": n, "sign_target_pop": 10, "period": period}
            for code, n in villages.items()
        ),
    )


def filed(store, catalogue, weeks):
    put(store, catalogue, alerts(weeks))


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    store, catalogue = open_register(tmp_path_factory.mktemp("merged"), register(MERGED))
    filed(
        store,
        catalogue,
        {
            "2019-W52": {A: 1, B: 2, C: 3, D: 4},
            "2020-W51": {A: 5, B: 6, C: 7, D: 8},
            "2020-W52": {B: 12, C: 7, D: 9},
        },
    )
    return store


class TestOneOfTwoMerges:
    def test_one_that_is_gone_owes_nothing_any_more(self, merged):
        assert units(shown(merged, EAST, "2020-W51")) == (2, 2)
        assert units(shown(merged, EAST, "2020-W52")) == (1, 1)
        assert units(shown(merged, CITY, "2020-W52")) == (3, 3)
        assert shown(merged, CITY, "2020-W52")["missing_units"] is None
        assert figure(merged, "alert_check_rate", A, "2020-W52") is None

    def test_the_receiver_is_compared_with_the_sum_and_says_so(self, merged):
        row = shown(merged, B, "2020-W52")
        assert compared(row) == (5 + 6, 12)
        assert (row["prev_units_differ"], row["prev_merged"]) == (False, "甲镇")
        assert compared(row, "yoy") == (1 + 2, 12)
        assert (row["yoy_units_differ"], row["yoy_merged"]) == (False, "甲镇")

    def test_above_both_nothing_has_changed(self, merged):
        for area, base in ((EAST, 11), (CITY, 26)):
            row = shown(merged, area, "2020-W52")
            assert compared(row)[0] == base
            assert (row["prev_units_differ"], row["prev_merged"]) == (False, None)
        assert compared(shown(merged, CITY, "2020-W52"), "yoy") == (10, 28)

    def test_the_periods_before_stay_as_they_were(self, merged):
        assert parts(shown(merged, A, "2020-W51")) == (5, 10)
        assert parts(shown(merged, B, "2020-W51")) == (6, 10)


def test_a_merger_across_counties_takes_the_base_along(tmp_path):
    store, catalogue = open_register(tmp_path, register({A: ("", "2020-12-20", C)}))
    filed(
        store,
        catalogue,
        {
            "2020-W51": {A: 5, B: 6, C: 7, D: 8},
            "2020-W52": {B: 6, C: 13, D: 8},
        },
    )
    left, joined = shown(store, EAST, "2020-W52"), shown(store, WEST, "2020-W52")
    assert compared(joined) == (5 + 7 + 8, 21)
    assert (joined["prev_units_differ"], joined["prev_merged"]) == (False, "甲镇")
    # The county that gave it away compares what it still has, and says that it had more.
    assert compared(left) == (6, 6)
    assert (left["prev_units_differ"], left["prev_merged"]) == (True, None)
    city = shown(store, CITY, "2020-W52")
    assert compared(city) == (26, 27)
    assert (city["prev_units_differ"], city["prev_merged"]) == (False, None)


def test_where_one_of_those_that_merged_had_not_filed_nothing_is_compared(tmp_path):
    store, catalogue = open_register(tmp_path, register(MERGED))
    filed(
        store,
        catalogue,
        {
            "2020-W51": {B: 6, C: 7, D: 8},
            "2020-W52": {B: 12, C: 7, D: 9},
        },
    )
    row = shown(store, B, "2020-W52")
    assert compared(row) == (None, None)
    assert (row["prev_units_differ"], row["prev_merged"]) == (None, None)
    city = shown(store, CITY, "2020-W52")
    assert compared(city) == (15, 16)
    assert city["prev_units_differ"]


def test_two_that_a_township_is_split_into_compare_where_both_lie(tmp_path):
    fates = {A: ("", "2020-12-20", f"{B};{C}")}
    store, catalogue = open_register(tmp_path, register(fates))
    filed(
        store,
        catalogue,
        {
            "2020-W51": {A: 5, B: 6, C: 7, D: 8},
            "2020-W52": {B: 9, C: 10, D: 8},
        },
    )
    for area in (B, C, EAST):
        assert compared(shown(store, area, "2020-W52")) == (None, None)
    west = shown(store, WEST, "2020-W52")
    assert compared(west) == (8, 8)
    assert west["prev_units_differ"]
    city = shown(store, CITY, "2020-W52")
    assert compared(city) == (26, 27)
    assert not city["prev_units_differ"]


def test_two_merge_into_a_new_one_in_mid_year(tmp_path):
    fates = {
        A: ("", "2020-06-30", NEW),
        B: ("", "2020-06-30", NEW),
        NEW: ("2020-07-01", "", ""),
    }
    text = register(fates, (NEW, "新镇", "township", EAST, ""))
    store, catalogue = open_register(tmp_path, text)
    filed(
        store,
        catalogue,
        {
            "2019-W27": {A: 1, B: 2},
            "2020-W26": {A: 5, B: 6},
            "2020-W27": {NEW: 9},
        },
    )
    assert units(shown(store, EAST, "2020-W26")) == (2, 2)
    assert figure(store, "alert_check_rate", NEW, "2020-W26") is None
    row = shown(store, NEW, "2020-W27")
    assert units(shown(store, EAST, "2020-W27")) == (1, 1)
    assert (compared(row), row["prev_merged"]) == ((11, 9), "甲镇、乙镇")
    assert (compared(row, "yoy"), row["yoy_merged"]) == ((3, 9), "甲镇、乙镇")
    assert not shown(store, EAST, "2020-W27")["yoy_units_differ"]


def recoded():
    """A register in which the county EAST goes on under a new code; the county and its two."""
    county, one, two = "990103", "990103001", "990103002"
    fates = {
        EAST: ("", "2020-12-20", county),
        A: ("", "2020-12-20", one),
        B: ("", "2020-12-20", two),
        **{code: ("2020-12-21", "", "") for code in (county, one, two)},
    }
    text = register(
        fates,
        (county, "东市", "county", CITY, ""),
        (one, "甲镇", "township", county, ""),
        (two, "乙镇", "township", county, ""),
    )
    return text, county, one, two


def test_a_county_with_a_new_code_goes_on_where_the_old_one_ended(tmp_path):
    text, county, one, two = recoded()
    store, catalogue = open_register(tmp_path, text)
    filed(
        store,
        catalogue,
        {
            "2020-W51": {A: 5, B: 6, C: 7, D: 8},
            "2020-W52": {one: 6, two: 7, C: 7, D: 8},
        },
    )
    assert units(shown(store, EAST, "2020-W51")) == (2, 2)
    assert figure(store, "alert_check_rate", EAST, "2020-W52") is None
    row = shown(store, county, "2020-W52")
    assert (units(row), compared(row)) == ((2, 2), (11, 13))
    assert (row["prev_units_differ"], row["prev_merged"]) == (False, "东县")
    # A township that kept its name has nothing to say.
    row = shown(store, one, "2020-W52")
    assert (compared(row), row["prev_merged"]) == ((5, 6), None)
    city = shown(store, CITY, "2020-W52")
    assert (compared(city), city["prev_units_differ"]) == ((26, 28), False)


def test_a_county_with_a_new_code_says_that_one_of_its_townships_is_missing(tmp_path):
    text, county, one, _ = recoded()
    store, catalogue = open_register(tmp_path, text)
    weeks = {"2020-W51": {A: 5, B: 6, C: 7, D: 8}, "2020-W52": {one: 6, C: 7, D: 8}}
    filed(store, catalogue, weeks)
    row = shown(store, county, "2020-W52")
    assert (compared(row), row["prev_units_differ"]) == ((5, 6), True)
    assert not shown(store, one, "2020-W52")["prev_units_differ"]
    assert not shown(store, WEST, "2020-W52")["prev_units_differ"]


def test_what_the_gone_one_filed_for_its_last_week_is_its_heirs(tmp_path):
    # It ended on a Wednesday, and all filed for the whole week.
    store, catalogue = open_register(tmp_path, register({A: ("", "2020-12-16", B)}))
    filed(store, catalogue, {"2020-W51": {A: 5, B: 6}})
    assert parts(shown(store, B, "2020-W51")) == (11, 20)
    assert (parts(shown(store, EAST, "2020-W51")), units(shown(store, EAST, "2020-W51"))) == (
        (11, 20),
        (1, 1),
    )


def test_what_the_gone_one_filed_does_not_stand_for_its_silent_heir(tmp_path):
    store, catalogue = open_register(tmp_path, register({A: ("", "2020-12-16", B)}))
    filed(store, catalogue, {"2020-W51": {A: 5}})
    row = shown(store, EAST, "2020-W51")
    assert (parts(row), units(row), row["missing_units"]) == ((5, 10), (1, 2), "乙镇")
    assert parts(shown(store, B, "2020-W51")) == (None, None)


class TestVillagesOfATownshipThatMerged:
    """They keep their codes for a while, and nobody writes anew where they lie."""

    @pytest.fixture
    def world(self, tmp_path):
        return open_register(tmp_path, register(MERGED), SIGNING)

    def test_they_lie_in_the_receiver_from_then_on(self, world):
        _, catalogue = world
        village = catalogue.register.row(A + "200")
        assert (village["township_code"], village["valid_to"]) == (B, None)
        assert village["full_name"].endswith("乙镇200村")

    def test_their_reports_count_where_they_lay_in_the_period(self, world):
        store, catalogue = world
        put(store, catalogue, signed("2020-W51", {A + "200": 4, B + "200": 6}))
        put(store, catalogue, signed("2020-W52", {A + "200": 5, B + "200": 7}))
        name = "signing_rate"
        assert parts(figure(store, name, A, "2020-W51", "target")) == (4, 10)
        assert parts(figure(store, name, B, "2020-W51", "target")) == (6, 10)
        row = figure(store, name, B, "2020-W52", "target")
        assert (parts(row), compared(row)) == ((12, 20), (10, 12))
        assert figure(store, name, A, "2020-W52", "target") is None

    def test_with_a_township_that_nobody_took_over_they_are_gone(self, tmp_path):
        _, catalogue = open_register(tmp_path, register({A: ("", "2020-12-20", "")}))
        village = catalogue.register.row(A + "200")
        assert (village["township_code"], str(village["valid_to"])) == (A, "2020-12-20")


class TestARegisterThatChangesBetweenSnapshots:
    """Week 51 is filed by all; then 甲镇 goes into 乙镇, which is called 乙街道 from now on."""

    WEEKS = {"2020-W51": {A: 5, B: 6, C: 7, D: 8}}  # noqa: RUF012
    LATER = {"2020-W52": {B: 12, C: 7, D: 9}}  # noqa: RUF012

    @pytest.fixture
    def changed(self, tmp_path):
        store, catalogue = open_register(tmp_path, register({}))
        put(store, catalogue, alerts(self.WEEKS))
        text = register(MERGED, names={B: "乙街道"})
        (store.path / "catalogue" / "areas.csv").write_text(text, "utf-8")
        return store, catalogues.load(store.path)

    @staticmethod
    def answers(store, number):
        """What a pinned page of the county asks at the snapshot."""
        engine = Engine(store)
        questions = (
            ("unreported", {"parent": EAST, "period": "2020-W52"}),
            ("reporting_summary", {"parent": EAST, "period": "2020-W52"}),
            ("indicator_value", {"indicator": INDICATOR, "area": EAST, "period": "2020-W52"}),
            ("indicator_ranking", {
                "indicator": INDICATOR, "parent": EAST, "level": "township", "period": "2020-W51",
            }),
            ("area_path", {"area": A}),
        )  # fmt: skip
        return [engine.run(name, params, number).to_dicts() for name, params in questions]

    def test_a_snapshot_of_before_gives_the_answers_of_before(self, changed):
        store, catalogue = changed
        before = self.answers(store, 1)
        put(store, catalogue, alerts(self.LATER))
        assert self.answers(store, 1) == before
        after = self.answers(store, 2)
        assert [row["unit_name"] for row in before[0]] == ["甲镇", "乙镇"]
        assert after[0] == []
        assert [row["area_name"] for row in before[3]] == ["甲镇", "乙镇"]
        assert [row["area_name"] for row in after[3]] == ["甲镇", "乙街道"]

    def test_an_import_leaves_no_row_that_was_judged_by_the_old_register(self, changed):
        store, catalogue = changed
        put(store, catalogue, alerts(self.LATER))
        row = shown(store, EAST, "2020-W52")
        assert (units(row), compared(row)) == ((1, 1), (11, 12))
        assert shown(store, B, "2020-W52")["prev_merged"] == "甲镇"

    def test_a_rebuild_alone_takes_the_new_register(self, tmp_path):
        store, catalogue = open_register(tmp_path, register({}))
        put(store, catalogue, alerts({"2020-W51": {A: 5, B: 6}, "2020-W52": {B: 12}}))
        assert units(shown(store, EAST, "2020-W52")) == (1, 2)
        path = store.path / "catalogue" / "areas.csv"
        path.write_text(register(MERGED), "utf-8")
        now = catalogues.load(store.path)
        rebuild(store, now, who="甲", note="", now=MONDAY, number=1)
        assert units(shown(store, EAST, "2020-W52")) == (1, 1)

    def test_a_late_report_of_before_still_counts_where_the_village_lay_then(self, tmp_path):
        store, catalogue = open_register(tmp_path, register(MERGED), SIGNING)
        put(store, catalogue, signed("2020-W50", {A + "200": 3}))
        assert parts(figure(store, "signing_rate", A, "2020-W50", "target")) == (3, 10)
        assert parts(figure(store, "signing_rate", B, "2020-W50", "target")) == (None, None)


class TestFilingForOneThatIsGone:
    @pytest.fixture
    def world(self, tmp_path):
        store, catalogue = open_register(tmp_path, register(MERGED))
        put(store, catalogue, alerts({"2020-W51": {A: 5, B: 6, C: 7, D: 8}}))
        return store

    @staticmethod
    def check(store, tmp_path, period, code, name):
        table = catalogues.load(store.path).tables["T15"]
        numbers = {c.header: 0 for c in table.columns if c.stored and c.type == "int"}
        head = {"报告期": period, "填报单位": name, "行政区划代码": code, "行政区划名称": name}
        path = tmp_path / "filed.csv"
        pl.DataFrame([head | numbers]).write_csv(path)
        return checking.check(store, [path], now=datetime(2020, 12, 28, 9, tzinfo=UTC))

    def test_it_is_refused_with_its_successor_and_does_not_stand_unreported(self, world, tmp_path):
        checked = self.check(world, tmp_path, "2020-W52", A, "甲镇")
        (finding,) = [each for each in checked.findings if each.rule == "area.expired"]
        assert (finding.severity, finding.expected) == (ERROR, "改用 试市东县乙镇（990101002）")
        missing = Engine(world).run("unreported", {"parent": EAST, "period": "2020-W52"})
        assert missing["unit_name"].to_list() == ["乙镇"]

    def test_for_a_week_in_which_it_still_was_it_is_taken(self, tmp_path):
        store, _ = open_register(tmp_path, register({A: ("", "2020-12-16", B)}))
        checked = self.check(store, tmp_path, "2020-W51", A, "甲镇")
        assert [each.rule for each in checked.findings if each.rule == "area.expired"] == []


def test_a_name_that_two_areas_bear_means_the_one_that_is_there():
    areas = pl.DataFrame(
        {
            "area_code": ["990101", "990103"],
            "name": ["东县", "东县"],
            "level": ["county", "county"],
            "kind": ["", ""],
            "parent_code": [CITY, CITY],
            "full_name": ["试市东县", "试市东县"],
            "valid_from": [None, date(2020, 12, 21)],
            "valid_to": [date(2020, 12, 20), None],
            "township_code": [None, None],
            "county_code": ["990101", "990103"],
            "city_code": [CITY, CITY],
        }
    )
    aliases = pl.DataFrame(schema={"area_code": pl.String, "alias": pl.String})
    for day, code in ((date(2020, 12, 1), "990101"), (date(2021, 1, 1), "990103")):
        assert AreaNames(areas, aliases, day).unit("东县卫健委") == code
    assert AreaNames(areas, aliases).unit("东县卫健委") is None
