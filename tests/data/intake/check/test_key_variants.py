"""Keys that differ so little that a person sees one: they are one, and it is said."""

from datetime import date

import polars as pl
import pytest

from data.filed.rows import prepare
from data.intake.check.context import Context
from data.intake.check.key_variants import settle
from tests.data.intake.check.test_rules import A
from tests.data.small_world import MONDAY, open_world, put, rows

ISSUE = {"area": A, "period": "2020-W51", "source": "暗访", "found_on": date(2020, 8, 20)}


def issue(number, **values):
    return ISSUE | {"issue_no": number} | values


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path)


@pytest.fixture
def settled(world):
    """The new rows after their codes were settled, and (rule, severity, row) of what was said."""
    store, catalogue = world

    def run(*values, table="T16"):
        new = prepare(
            rows(table, *values).rows, catalogue.tables[table], catalogue, imported=MONDAY.date()
        ).with_row_index("row")
        context = Context(catalogue, {table: new}, store, store.latest(), MONDAY.date())
        after, found = settle(new, catalogue.tables[table], context)
        return after, list(found.select("rule", "severity", "row").rows()), found

    return run


@pytest.fixture
def filed(world):
    def run(*values, table="T16"):
        put(*world, rows(table, *values))

    return run


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("9901-0252", "9901–0252"),
        ("9901-0252V1", "9901-0252v1"),
        ("9901—A", "9901-a"),
        ("9901-0252", "99010252"),
        ("9901-0252", "9901_0252."),
        ("9901-0252", "9901一0252"),
        ("9901-0252", "99О1-0252"),
        ("99010252V1", "99010252-V1"),
        ("99010252V1", "99010252Ѵ1\u0301"),
    ],
)
def test_another_way_to_write_a_known_code_is_read_as_it_and_must_be_explained(
    settled, filed, known, written
):
    filed(issue(known, period="2020-W50"))
    after, said, found = settled(issue(written))
    assert after["issue_no"].to_list() == [known]
    assert said == [("key.variant", "需说明", 0)]
    assert written in found["found"][0] and known in found["found"][0]


def test_the_code_that_is_on_file_is_left_alone_also_where_another_looks_like_it(settled, filed):
    filed(issue("A1", period="2020-W50"), issue("a1", period="2020-W50"))
    after, said, _ = settled(issue("a1"), issue("A1"))
    assert after["issue_no"].to_list() == ["a1", "A1"]
    assert said == []


def test_parts_of_a_code_in_another_order_are_another_code(settled, filed):
    filed(issue("2020-1-11", period="2020-W50"))
    after, said, _ = settled(issue("2020-11-1"))
    assert after["issue_no"].to_list() == ["2020-11-1"]
    assert said == [("key.first_seen", "提示", 0)]


def test_a_new_code_has_short_dashes_and_is_a_hint(settled, filed):
    filed(issue("9901-1", period="2020-W50"))
    after, said, _ = settled(issue("9901—2"))
    assert after["issue_no"].to_list() == ["9901-2"]
    assert said == [("key.first_seen", "提示", 0)]


def test_two_ways_to_write_it_in_one_file_are_one_row_twice(settled, filed):
    filed(issue("9901-1", period="2020-W50"))
    after, said, _ = settled(issue("9901-2a"), issue("9901-2A"))
    assert after["issue_no"].to_list() == ["9901-2a", "9901-2a"]
    assert said == [
        ("key.variant", "需说明", 1),
        ("key.duplicate", "错误", 1),
        ("key.first_seen", "提示", 0),
    ]


def test_a_county_that_files_a_register_for_the_first_time_is_told_the_number(settled, filed):
    filed(issue("9901-1", period="2020-W50"))
    west = {"area": "990102001"}
    _, said, found = settled(issue("9901-1"), issue("w1", **west), issue("w2", **west))
    assert said == [("key.first_seen", "提示", 1)]
    assert "2 个对象" in found["found"][0]


def test_a_part_of_the_key_that_is_new_is_a_new_row(settled, filed):
    project = {"area": A, "period": "2020-11", "project_no": "p1", "fund_source": "中央"}
    filed(project | {"period": "2020-10"}, table="T18")
    _, said, found = settled(project, project | {"fund_source": "省级"}, table="T18")
    assert said == [("key.first_seen", "提示", 1)]
    assert "p1 省级" in found["found"][0]


def test_an_empty_store_and_a_table_that_is_no_register_say_nothing_of_what_is_new(settled, filed):
    assert settled(issue("9901-1"))[1] == []
    report = {"area": A, "period": "2020-W51", "org_code": "h1"}
    filed(report | {"period": "2020-W50"}, table="T03")
    assert settled(report | {"org_code": "h2"}, table="T03")[1] == []
    after, said, _ = settled(report | {"org_code": "H1"}, table="T03")
    assert after["org_code"].to_list() == ["h1"]
    assert said == [("key.variant", "需说明", 0)]


def test_a_row_without_a_code_is_told_by_the_reading_alone(settled, filed):
    filed(issue("9901-1", period="2020-W50"))
    _, said, _ = settled(issue(None), issue("9901-1"))
    assert said == []


def test_thousands_of_codes_keep_their_order(settled, filed):
    filed(*(issue(f"9901-{n}", period="2020-W50") for n in range(500)))
    after, said, _ = settled(*(issue(f"9901–{n}") for n in range(500)))
    assert after["issue_no"].to_list() == [f"9901-{n}" for n in range(500)]
    assert len(said) == 500
    assert after.schema["issue_no"] == pl.String
