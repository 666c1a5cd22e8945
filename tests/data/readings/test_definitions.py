"""The calendar of the figures, against the periods as Python counts them."""

from pathlib import Path

import duckdb
import pytest

from data import periods
from data.readings import definitions


@pytest.fixture(scope="module")
def calendar() -> list[dict[str, object]]:
    con = duckdb.connect()
    definitions.run(
        con, Path(definitions.SQL / "calendar.sql"), {"$first_year": "2000", "$last_year": "2045"}
    )
    return con.sql("select * from periods order by frequency, ordinal").pl().to_dicts()


def test_every_period_is_the_one_that_python_knows(calendar):
    for row in calendar:
        period = periods.Period.parse(row["period"])
        last_year = period.same_last_year()
        label = period.label_zh().partition("（")[0]
        assert row == row | {
            "frequency": period.frequency,
            "ordinal": period.ordinal,
            "year": period.year,
            "period_start": period.start,
            "period_end": period.end,
            "previous": period.previous().text,
            "last_year": last_year and last_year.text,
            "label": label,
            "next_end": period.next().end,
            "short_label": label.removeprefix(f"{period.year}年") or label,
            "first_of_year": period.previous().year < period.year,
        }


def test_no_period_is_missing_and_none_is_there_twice(calendar):
    for frequency, first, last in [
        ("weekly", "2000-W01", "2045-W52"),
        ("monthly", "2000-01", "2045-12"),
        ("quarterly", "2000-Q1", "2045-Q4"),
        ("yearly", "2000", "2045"),
    ]:
        ordinals = [row["ordinal"] for row in calendar if row["frequency"] == frequency]
        first_to_last = periods.Period.parse(first).ordinal, periods.Period.parse(last).ordinal
        assert ordinals == list(range(first_to_last[0], first_to_last[1] + 1))


def test_the_year_of_maternal_and_child_health_begins_with_october(calendar):
    begins = {row["period"] for row in calendar if row["first_of_mch_year"]}
    of_2020 = {period for period in begins if period.startswith("2020")}
    assert of_2020 == {"2020-W40", "2020-10", "2020-Q4", "2020"}
