"""Roll-up over time and areas, coverage, registers, comparisons and masks (rules.md 1, 3, 6, 8)."""

from datetime import date, datetime, timedelta
from itertools import cycle

import polars as pl
from polars.testing import assert_frame_equal

from data.filed import history
from data.periods import Period
from data.publish import rebuild
from tests.data.small_world import (
    AREAS,
    CITY,
    EAST,
    PROVINCE,
    WEST,
    derived,
    figure,
    open_world,
    parts,
    put,
    rows,
)

A, B, C, D = "990101001", "990101002", "990102001", "990102002"
V1, V2, V3 = A + "200", A + "201", B + "200"
WEEKLY = ("T04,990100,township,2019-01-01,,1",)


def signing(area, period, signed, target=100, **more):
    return {
        "area": area,
        "period": period,
        "signed_pop": signed,
        "sign_target_pop": target,
        "chronic_signed": 0,
        "chronic_should_sign": 0,
        **more,
    }


class TestAddingOverAreas:
    def test_a_parent_is_the_sum_of_parts_never_the_mean_of_rates(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(
            store,
            catalogue,
            rows("T04", signing(V1, "2020-W51", 10, 10), signing(V3, "2020-W51", 0, 90)),
        )
        assert parts(figure(store, "signing_rate", EAST, "2020-W51", "target")) == (10, 100)
        assert parts(figure(store, "signing_rate", PROVINCE, "2020-W51", "target")) == (10, 100)

    def test_a_row_enters_only_when_both_parts_are_there(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(
            store,
            catalogue,
            rows(
                "T04",
                signing(V1, "2020-W51", 1, elder_due=10, elder_signed=9),
                signing(V2, "2020-W51", 1, elder_due=50, elder_signed=None),
                signing(V3, "2020-W51", 1, elder_due=None, elder_signed=None),
            ),
        )
        row = figure(store, "signing_rate", EAST, "2020-W51", "elder")
        assert parts(row) == (9, 10)
        assert (row["units_reported"], row["units_expected"]) == (1, 2)

    def test_a_zero_denominator_is_kept_as_zero_and_not_as_unreported(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(store, catalogue, rows("T04", signing(V1, "2020-W51", 0, 0)))
        row = figure(store, "signing_rate", A, "2020-W51", "target")
        assert parts(row) == (0, 0)
        assert row["units_reported"] == 1

    def test_an_institution_counts_in_its_own_area_and_above_only(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T08,990100,county,2019-01-01,,5",))
        put(
            store,
            catalogue,
            rows(
                "T08",
                {"area": A, "org_code": "h1", "org_type": "一般卫生院", "standard_ok": True},
                {"area": B, "org_code": "h2", "org_type": "中心卫生院", "standard_ok": False},
                {"area": EAST, "org_code": "h3", "org_type": "县医院", "standard_ok": True},
                period="2020-11",
            ),
        )
        name = "township_hospital_standard_rate"
        assert parts(figure(store, name, A, "2020-11")) == (1, 1)
        assert parts(figure(store, name, EAST, "2020-11")) == (1, 2)
        assert figure(store, name, A, "2020-11")["units_expected"] == 1

    def test_a_county_row_is_in_no_township_sum(self, tmp_path):
        store, catalogue = open_world(
            tmp_path,
            obligations=(
                "T12,990100,township,2019-01-01,,5",
                "T12,990100,county,2019-01-01,,5",
            ),
        )
        doses = {"dose_given": 8, "dose_due": 10}
        put(
            store,
            catalogue,
            rows(
                "T12",
                {"area": A, **doses},
                {"area": B, **doses},
                {"area": EAST, "dose_given": 16, "dose_due": 20, "hiv_cases": 5, "hiv_arv": 4},
                period="2020-12",
            ),
        )
        row = figure(store, "nip_vaccination_rate", EAST, "2020-12")
        assert parts(row) == (16, 20)
        assert (row["units_reported"], row["units_expected"]) == (2, 2)
        county = figure(store, "hiv_art_rate", EAST, "2020-Q4")
        assert parts(county) == (4, 5)
        assert (county["units_reported"], county["units_expected"]) == (1, 1)

    def test_a_unit_without_a_report_stays_visible_with_empty_figures(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(store, catalogue, rows("T04", signing(V1, "2020-W51", 1)))
        row = figure(store, "signing_rate", C, "2020-W51", "target")
        assert parts(row) == (None, None)
        assert (row["units_reported"], row["units_expected"]) == (0, 1)
        city = figure(store, "signing_rate", CITY, "2020-W51", "target")
        assert (city["units_reported"], city["units_expected"]) == (1, 4)

    def test_without_obligations_the_units_of_the_last_three_periods_are_expected(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        put(
            store,
            catalogue,
            rows(
                "T04",
                *(signing(V1, f"2020-W{week}", 1) for week in (46, 47, 48, 49, 50, 51)),
                signing(V3, "2020-W46", 1),
                signing(V3, "2020-W49", 1),
            ),
        )
        expected = {
            week: figure(store, "signing_rate", EAST, f"2020-W{week}", "target")["units_expected"]
            for week in (48, 49, 51)
        }
        assert expected == {48: 2, 49: 2, 51: 2}
        put(store, catalogue, rows("T04", signing(V1, "2020-W52", 1)))
        assert figure(store, "signing_rate", EAST, "2020-W52", "target")["units_expected"] == 1


class TestRollingUpPeriods:
    def test_a_stock_is_the_last_sub_period_and_unfiled_when_that_is_missing(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T12,990100,county,2019-01-01,,5",))
        county = {"hiv_followed": 8, "hiv_cases": 10}
        put(
            store,
            catalogue,
            rows(
                "T12",
                {"area": EAST, "period": "2020-07", **county},
                {"area": EAST, "period": "2020-09", "hiv_followed": 9, "hiv_cases": 20},
                {"area": WEST, "period": "2020-08", **county},
            ),
        )
        assert parts(figure(store, "hiv_followup_rate", EAST, "2020-Q3")) == (9, 20)
        assert parts(figure(store, "hiv_followup_rate", WEST, "2020-Q3")) == (None, None)
        assert parts(figure(store, "hiv_followup_rate", CITY, "2020-Q3")) == (9, 20)

    def test_a_year_to_date_column_of_a_quarter_is_its_last_month_as_filed(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T12,990100,township,2019-01-01,,5",))
        put(
            store,
            catalogue,
            rows(
                "T12",
                *(
                    {"area": A, "period": f"2020-0{m}", "he_done": m * 10, "he_due": 100}
                    for m in (1, 2, 3)
                ),
            ),
        )
        assert parts(figure(store, "health_education_rate", A, "2020-Q1")) == (30, 100)

    def test_a_running_quarter_has_no_value_yet(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T12,990100,township,2019-01-01,,5",))
        put(
            store,
            catalogue,
            rows(
                "T12",
                *(
                    {"area": A, "period": f"2020-0{m}", "he_done": m * 10, "he_due": 100}
                    for m in (1, 2, 3, 4, 5)
                ),
            ),
        )
        assert figure(store, "health_education_rate", A, "2020-Q2") is None

    def test_a_month_of_alerts_sums_the_flows_and_opens_with_its_first_week(self, tmp_path):
        monthly = "indicators:\n  alert_check_rate:\n    frequency: monthly\n"
        store, catalogue = open_world(
            tmp_path,
            obligations=("T15,990100,township,2019-01-01,,1",),
            files={"indicators.yaml": monthly},
        )
        weeks = ("2020-W45", "2020-W46", "2020-W47", "2020-W48")
        put(
            store,
            catalogue,
            rows(
                "T15",
                *(
                    {
                        "area": A,
                        "period": week,
                        "alerts_new": 5,
                        "alerts_checked": 4,
                        "alerts_open_prev": index,
                    }
                    for index, week in enumerate(weeks, start=3)
                ),
            ),
        )
        row = figure(store, "alert_check_rate", A, "2020-11")
        assert parts(row) == (16, 20 + 3)
        assert row["units_reported"] == 1

    def test_a_missing_week_lowers_the_coverage_of_a_month_of_flows(self, tmp_path):
        monthly = "indicators:\n  one_stop_settlement_rate:\n    frequency: monthly\n"
        store, catalogue = open_world(
            tmp_path,
            obligations=("T03,990100,township,2019-01-01,,1",),
            files={"indicators.yaml": monthly},
        )
        put(
            store,
            catalogue,
            rows(
                "T03",
                *(
                    {
                        "area": area,
                        "org_code": area,
                        "period": week,
                        "onestop_due_week": 10,
                        "onestop_done_week": 9,
                    }
                    for area, weeks in ((A, (45, 46, 47, 48)), (B, (45, 46, 48)))
                    for week in (f"2020-W{number}" for number in weeks)
                ),
            ),
        )
        row = figure(store, "one_stop_settlement_rate", EAST, "2020-11")
        assert parts(row) == (63, 70)
        assert (row["units_reported"], row["units_expected"]) == (1, 2)

    def test_the_maternal_year_of_a_fourth_quarter_has_begun_again_in_october(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T11,990100,township,2019-01-01,,5",))
        months = {
            "2020-07": 70,
            "2020-08": 80,
            "2020-09": 90,
            "2020-10": 10,
            "2020-11": 20,
            "2020-12": 30,
        }
        put(
            store,
            catalogue,
            rows(
                "T11",
                *(
                    {"area": A, "period": month, "birth_defects": 1, "perinatal_births": births}
                    for month, births in months.items()
                ),
            ),
        )
        assert parts(figure(store, "birth_defect_rate", EAST, "2020-Q3")) == (1, 90)
        assert parts(figure(store, "birth_defect_rate", EAST, "2020-Q4")) == (1, 30)

    def test_a_register_row_is_carried_forward_and_marked(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T18,990100,county,2019-01-01,,5",))
        project = {"area": EAST, "project_no": "p1", "fund_source": "省", "budget": 100}
        put(
            store,
            catalogue,
            rows(
                "T18",
                {**project, "period": "2020-09", "spent": 10},
                {
                    "area": WEST,
                    "project_no": "p2",
                    "fund_source": "县",
                    "budget": 50,
                    "spent": 5,
                    "period": "2020-11",
                },
            ),
        )
        october = figure(store, "fund_spent_rate", EAST, "2020-10")
        assert parts(october) == (10, 100)
        assert october["units_carried"] == 1
        assert parts(figure(store, "fund_spent_rate", CITY, "2020-11")) == (15, 150)
        by_source = figure(store, "fund_spent_rate", CITY, "2020-11", dimension="省")
        assert parts(by_source) == (10, 100)

    def test_a_unit_that_filed_one_row_of_its_register_is_not_counted_as_carried(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T18,990100,county,2019-01-01,,5",))
        project = {"area": EAST, "fund_source": "省", "budget": 100}
        put(
            store,
            catalogue,
            rows(
                "T18",
                {**project, "project_no": "p1", "period": "2020-09", "spent": 10},
                {**project, "project_no": "p2", "period": "2020-10", "spent": 20},
            ),
        )
        october = figure(store, "fund_spent_rate", EAST, "2020-10")
        assert (parts(october), october["units_carried"]) == ((30, 200), 0)

    def test_batches_of_one_matching_are_not_added_up_as_people(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T17,990100,county,2019-01-01,,5",))
        matched = {"source_a": "医保", "source_b": "公安", "suspicion": "死亡仍享",
                   "matched_people": 1000}  # fmt: skip

        def batch(area, number, period, confirmed):
            return {"area": area, "batch": number, "period": period,
                    "confirmed_people": confirmed, **matched}  # fmt: skip

        put(
            store,
            catalogue,
            rows(
                "T17",
                batch(EAST, "2020-9", "2020-09", 30),
                batch(EAST, "2020-10", "2020-10", 4),
                batch(EAST, "2020-9", "2020-11", 35),
                batch(WEST, "2020-9", "2020-09", 20),
            ),
        )
        name = "data_match_error_rate"
        assert parts(figure(store, name, EAST, "2020-09")) == (30, 1000)
        assert parts(figure(store, name, EAST, "2020-11")) == (4, 1000)
        assert parts(figure(store, name, CITY, "2020-11")) == (24, 2000)
        assert parts(figure(store, name, CITY, "2020-11", dimension="死亡仍享")) == (24, 2000)
        cells = history.cells_of(store, 1, name, "all", CITY, "2020-11")
        assert set(cells["key"]) == {"2020-10 医保 公安 死亡仍享", "2020-9 医保 公安 死亡仍享"}
        assert set(cells.filter(area_code=EAST)["value"]) == {"4", "1000"}


class TestTwoTables:
    def test_doctors_of_a_quarter_are_divided_by_the_newest_month_of_people(self, tmp_path):
        store, catalogue = open_world(
            tmp_path,
            obligations=("T10,990100,county,2019-01-01,,10", "T01,990100,township,2019-01-01,,5"),
        )
        people = {"poor_pop": 1, "monitored_pop": 1}
        put(
            store,
            catalogue,
            rows(
                "T10",
                {"area": A, "org_code": "h1", "gps": 3},
                {"area": EAST, "org_code": "h2", "gps": 2},
                period="2020-Q3",
            ),
            rows(
                "T01",
                {"area": A, "period": "2020-08", "resident_pop": 4000, **people},
                {"area": B, "period": "2020-08", "resident_pop": 5000, **people},
                {"area": B, "period": "2020-09", "resident_pop": 6000, **people},
            ),
        )
        assert parts(figure(store, "gp_per_10k", EAST, "2020-Q3")) == (5, 10000)
        west = figure(store, "gp_per_10k", WEST, "2020-Q3")
        assert parts(west) == (None, None)
        city = figure(store, "gp_per_10k", CITY, "2020-Q3")
        assert (city["units_reported"], city["units_expected"]) == (1, 2)

    def test_a_supported_hospital_counts_once_and_an_unsupported_one_counts_zero(self, tmp_path):
        store, catalogue = open_world(
            tmp_path,
            obligations=("T08,990100,county,2019-01-01,,5", "T14,990100,county,2019-01-01,,5"),
        )
        support = {
            "area": EAST,
            "recipient_code": "h1",
            "recipient_type": "县医院",
            "agreement_from": date(2020, 1, 1),
            "agreement_to": date(2020, 12, 31),
        }
        put(
            store,
            catalogue,
            rows(
                "T08",
                {"area": EAST, "org_code": "h1", "org_type": "县医院"},
                {"area": EAST, "org_code": "h2", "org_type": "妇幼"},
                {"area": B, "org_code": "h3", "org_type": "一般卫生院"},
                period="2020-11",
            ),
            rows(
                "T14",
                {**support, "supporter_code": "s1"},
                {**support, "supporter_code": "s2"},
                period="2020-11",
            ),
        )
        assert parts(figure(store, "counterpart_support_rate", EAST, "2020-11", "all")) == (1, 2)


class TestComparisons:
    def test_a_change_is_taken_over_the_units_in_both_periods(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(
            store,
            catalogue,
            rows(
                "T04",
                signing(V1, "2020-W50", 50),
                signing(V3, "2020-W50", 90),
                signing(V1, "2020-W51", 60),
                signing(C + "200", "2020-W51", 10),
            ),
        )
        row = figure(store, "signing_rate", CITY, "2020-W51", "target")
        assert parts(row) == (70, 200)
        assert (row["prev_numerator"], row["prev_self_numerator"]) == (50, 60)
        assert (row["prev_units"], row["units_reported"]) == (1, 2)
        assert row["prev_units_differ"]

    def test_units_that_filed_on_one_side_only_make_a_difference_on_either_side(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(
            store,
            catalogue,
            rows(
                "T04",
                *(signing(V1, week, 50) for week in ("2019-W50", "2020-W49", "2020-W50")),
                *(signing(V3, week, 50) for week in ("2019-W50", "2020-W49")),
            ),
        )
        # All who filed now filed then as well, but then somebody else did too.
        row = figure(store, "signing_rate", EAST, "2020-W50", "target")
        assert (row["prev_units"], row["units_reported"]) == (1, 1)
        assert (row["prev_units_differ"], row["yoy_units_differ"]) == (True, True)
        whole = figure(store, "signing_rate", A, "2020-W50", "target")
        assert (whole["prev_units_differ"], whole["yoy_units_differ"]) == (False, False)
        first = figure(store, "signing_rate", EAST, "2020-W49", "target")
        assert (first["prev_units_differ"], first["yoy_units_differ"]) == (None, None)

    def test_who_did_not_file_is_named_while_it_is_few(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(store, catalogue, rows("T04", signing(V3, "2020-W51", 50)))
        named = {
            area: figure(store, "signing_rate", area, "2020-W51", "target")["missing_units"]
            for area in (EAST, WEST, CITY, A, B)
        }
        assert named == {
            EAST: "甲镇",
            WEST: "丙镇、丁镇",
            CITY: "东县甲镇、西县丙镇、西县丁镇",
            A: None,
            B: None,
        }

    def test_more_than_three_who_did_not_file_are_not_named(self, tmp_path):
        more = [*AREAS, ("990102003", "戊镇", "township", WEST, "")]
        store, catalogue = open_world(tmp_path, obligations=WEEKLY, areas=more)
        put(store, catalogue, rows("T04", signing(V3, "2020-W51", 50)))
        row = figure(store, "signing_rate", CITY, "2020-W51", "target")
        assert (row["units_expected"], row["units_reported"]) == (5, 1)
        assert row["missing_units"] is None

    def test_a_53rd_week_has_no_week_a_year_before(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(
            store,
            catalogue,
            rows(
                "T04",
                signing(V1, "2019-W52", 1),
                signing(V1, "2020-W52", 2),
                signing(V1, "2020-W53", 3),
            ),
        )
        assert figure(store, "signing_rate", A, "2020-W52", "target")["yoy_numerator"] == 1
        assert figure(store, "signing_rate", A, "2020-W53", "target")["yoy_numerator"] is None
        assert figure(store, "signing_rate", A, "2020-W53", "target")["prev_numerator"] == 2


class TestMarks:
    def test_the_two_newest_months_of_visits_are_provisional_until_newer_ones_come(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=("T09,990100,county,2019-01-01,,5",))

        def visits(month):
            return rows(
                "T09",
                {
                    "area": EAST,
                    "period": month,
                    "op_in_county": 90,
                    "op_out_county": 10,
                    "ip_in_county": 0,
                    "ip_out_county": 0,
                    "op_primary": 50,
                    "poor_in_county": 1,
                    "poor_out_county": 0,
                },
            )

        for month in ("2020-08", "2020-09", "2020-10"):
            put(store, catalogue, visits(month))
        marks = derived(store, "county_visit_rate", "all").filter(pl.col("area_code") == EAST)
        assert marks.sort("period")["provisional"].to_list() == [False, True, True]

    def test_small_sensitive_numbers_are_hidden_below_the_county_and_one_more_with_them(
        self, tmp_path
    ):
        store, catalogue = open_world(tmp_path, obligations=("T06,990100,township,2019-01-01,,5",))
        put(
            store,
            catalogue,
            rows(
                "T06",
                *(
                    {
                        "area": area,
                        "chronic_type": "smi",
                        "std_managed": managed,
                        "registered": managed + 20,
                        "managed": managed,
                        "poor_std_managed": managed,
                        "poor_registered": managed + 20,
                    }
                    for area, managed in ((A, 3), (B, 40), (C, 30), (D, 50))
                ),
                period="2020-11",
            ),
        )
        hidden = derived(store, "smi_std_mgmt_rate", "all").filter(pl.col("level") == "township")
        assert dict(zip(hidden["area_code"], hidden["masked"], strict=True)) == {
            A: True,
            B: True,
            C: False,
            D: False,
        }
        assert parts(figure(store, "smi_std_mgmt_rate", EAST, "2020-11", "all")) == (43, 83)
        assert parts(figure(store, "smi_std_mgmt_rate", A, "2020-11", "all")) == (None, None)

    def test_reports_are_on_time_by_their_first_import(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        put(
            store, catalogue, rows("T04", signing(V1, "2020-W50", 1)), now=datetime(2020, 12, 14, 8)
        )
        put(
            store,
            catalogue,
            rows("T04", signing(V1, "2020-W50", 2), signing(V3, "2020-W50", 2)),
            now=datetime(2020, 12, 16, 8),
        )
        put(store, catalogue, rows("T04", signing(V1, "2020-W51", 2)))
        row = figure(store, "report_on_time_rate", EAST, "2020-W51")
        assert parts(row) == (1, 2)


def derived_scope(store, scope):
    frame = store.rows(store.latest(), "derived", scope)
    return frame.sort(pl.all())


def readings_of(store):
    """The readings of the newest snapshot, in one order."""
    frame = store.rows(store.latest(), "readings")
    return frame.sort("indicator", "population", "seen_by", "requested_period", "judged_at",
                      "area_code")  # fmt: skip


def test_publishing_bit_by_bit_gives_the_same_figures_as_all_at_once(tmp_path):
    """Only what a change touches is computed again: it must come to the same in the end."""
    obligations = (
        "T04,990100,township,2019-01-01,,1",
        "T09,990100,county,2019-01-01,,5",
        "T18,990100,county,2019-01-01,,5",
        "T12,990100,township,2019-01-01,,5",
    )
    first = Period.parse("2019-W48")
    weeks = [Period("weekly", first.ordinal + n) for n in range(0, 60, 3)]
    months = [Period("monthly", Period.parse("2019-10").ordinal + n) for n in range(15)]

    def weekly(week, n):
        return [
            signing(v, week.text, 10 + n + i)
            for i, v in enumerate((V1, V3, C + "200"))
            if (n + i) % 4
        ]

    def visits(month, n):
        return [
            {
                "area": area,
                "period": month.text,
                "op_in_county": 90 + n,
                "op_out_county": 9,
                "ip_in_county": 1,
                "ip_out_county": 2,
                "op_primary": 50,
                "poor_in_county": 1,
                "poor_out_county": 0,
            }
            for i, area in enumerate((EAST, WEST))
            if (n + i) % 5
        ]

    def projects(month, n):
        return (
            [
                {
                    "area": EAST,
                    "period": month.text,
                    "project_no": "p",
                    "fund_source": "省",
                    "budget": 100 + n,
                    "spent": n,
                }
            ]
            if n % 4 == 0
            else []
        )

    def control(month, n):
        return [
            {
                "area": A,
                "period": month.text,
                "he_done": n,
                "he_due": 20,
                "dose_due": 9,
                "dose_given": 8,
                "schisto_villages": 3,
                "schisto_interrupted": 2,
            }
        ]

    per_table = {
        "T04": [weekly(week, n) for n, week in enumerate(weeks)],
        "T09": [visits(month, n) for n, month in enumerate(months)],
        "T18": [projects(month, n) for n, month in enumerate(months)],
        "T12": [control(month, n) for n, month in enumerate(months)],
    }
    once, catalogue = open_world(tmp_path / "once", obligations=obligations)
    put(once, catalogue, *(rows(name, *sum(batches, [])) for name, batches in per_table.items()))
    bit_by_bit, catalogue = open_world(tmp_path / "bits", obligations=obligations)
    for name, batches in reversed(per_table.items()):
        # One period, two or three of them in one publish.
        sizes, left, hour = cycle((1, 2, 3)), list(batches), 0
        while left:
            size = next(sizes)
            values, left = sum(left[:size], []), left[size:]
            hour += 1
            if values:
                put(
                    bit_by_bit,
                    catalogue,
                    rows(name, *values),
                    now=datetime(2020, 12, 21) + timedelta(hours=hour),
                )
    for scope in ("area", "township"):
        expected, found = (derived_scope(store, scope) for store in (once, bit_by_bit))
        ignored = pl.col("indicator") != "report_on_time_rate"
        left, right = expected.filter(ignored), found.filter(ignored)
        odd = left.join(right, on=left.columns, how="anti", nulls_equal=True)
        assert not odd.height, odd.select("indicator", "population", "area_code", "period").rows()[
            :9
        ]
        assert left.height == right.height
    expected, found = (readings_of(store) for store in (once, bit_by_bit))
    assert_frame_equal(*(each.filter(ignored) for each in (expected, found)))


def test_a_correction_leaves_the_same_files_as_computing_everything_again(tmp_path):
    """Only indicators that read what changed are computed; rows sent again change no figure."""
    store, catalogue = open_world(
        tmp_path,
        obligations=(
            *WEEKLY,
            "T01,990100,township,2019-01-01,,5",
            "T07,990100,county,2019-01-01,,5",
            "T10,990100,county,2019-01-01,,10",
        ),
    )
    people = [{"area": area, "period": "2020-09", "resident_pop": 900} for area in (A, B)]
    staff = {"area": EAST, "org_code": "h1", "gps": 5, "period": "2020-Q3"}
    clinic = {"area": V1, "village_code": V1, "clinic_code": "c1", "service_mode": "派驻"}
    filed = {
        "T04": [signing(v, "2020-W50", 10, elder_due=9, elder_signed=3) for v in (V1, V2, V3)],
        "T01": people,
        "T10": [staff],
        "T07": [clinic | {"period": month, "posting_days": 3} for month in ("2020-10", "2020-11")],
    }
    put(store, catalogue, *(rows(name, *values) for name, values in filed.items()))
    again = put(store, catalogue, *(rows(name, *values) for name, values in filed.items()))
    assert store.files(again, "derived") == store.files(again - 1, "derived")
    moved = put(store, catalogue, rows("T07", *filed["T07"], source_id="another", source_row=9))
    for scope, stays in (("area", True), ("township", True), ("clinic_state", False)):
        files = [store.files(number, "derived", scope) for number in (moved, again)]
        assert (files[0] == files[1]) is stays, scope
    for correction in (
        rows("T04", signing(V2, "2020-W50", 10, elder_due=9, elder_signed=4)),
        rows("T04", signing(V2, "2020-W50", 11, elder_due=9, elder_signed=4)),
        rows("T01", people[1] | {"resident_pop": 800}),
        rows("T07", clinic | {"period": "2020-10", "posting_days": 0}),
    ):
        number = put(store, catalogue, correction)
        assert store.files(number, "derived") != store.files(number - 1, "derived")
        whole = rebuild(
            store, catalogue, who="甲", note="", now=datetime(2021, 1, 4), number=number
        )
        assert store.files(whole, "derived") == store.files(number, "derived")
        assert store.files(whole, "readings") == store.files(number, "readings")
