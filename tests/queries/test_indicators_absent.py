"""What an area does not have: never owed nor filed, or never anything to be counted over."""

from tests.queries import tiny_store as tiny
from tests.queries.test_indicator_questions import asked
from tests.queries.tiny_store import CITY, EAST, WEST, value

TOWNSHIP = "991102001"
SCHISTO = {"indicator": "schisto_interrupted_rate", "population": "all"}
VISITS = {"indicator": "county_visit_rate", "population": "all"}


def absent(tmp_path, rows, area=EAST):
    table = asked(tiny.store(tmp_path, rows), "indicators_absent", area=area)
    return dict(table.select("indicator", "reason").iter_rows())


def test_an_indicator_over_nothing_in_every_year_is_absent(tmp_path):
    rows = [value(EAST, year, 0, 0, **SCHISTO) for year in ("2018", "2019")]
    rows += [value(WEST, "2019", 3, 4, **SCHISTO)]
    assert absent(tmp_path / "east", rows)["schisto_interrupted_rate"] == "本地没有"
    assert "schisto_interrupted_rate" not in absent(tmp_path / "west", rows, WEST)


def test_what_once_had_something_to_count_is_there_for_good(tmp_path):
    rows = [value(EAST, "2018", 1, 2, **SCHISTO), value(EAST, "2019", 0, 0, **SCHISTO)]
    assert "schisto_interrupted_rate" not in absent(tmp_path, rows)


def test_what_is_owed_and_never_filed_is_missing_not_absent(tmp_path):
    assert "schisto_interrupted_rate" not in absent(
        tmp_path, [value(EAST, "2019", None, None, **SCHISTO)]
    )


def test_a_masked_figure_is_there(tmp_path):
    rows = [value(EAST, "2019", None, None, masked=True, **SCHISTO)]
    assert "schisto_interrupted_rate" not in absent(tmp_path, rows)


def test_a_count_of_none_is_a_figure(tmp_path):
    more = {"indicator": "blank_spots", "population": "all"}
    assert "blank_spots" not in absent(tmp_path, [value(EAST, "2020-11", 0, None, **more)])


def test_one_population_with_figures_is_enough(tmp_path):
    more = {"indicator": "county_visit_rate"}
    rows = [value(EAST, "2020-11", 0, 0, population="all", **more)]
    rows += [value(EAST, "2020-11", 4, 5, population="target", **more)]
    assert "county_visit_rate" not in absent(tmp_path, rows)


def test_a_township_lacks_what_ends_at_the_county_and_the_reason_says_so(tmp_path):
    rows = [value(area, "2020-11", 80, 100, **VISITS) for area in (CITY, EAST)]
    rows += [value(TOWNSHIP, "2020-W51", 90)]
    found = absent(tmp_path, rows, TOWNSHIP)
    assert found["county_visit_rate"] == "只到县级"
    assert found["should_sign_rate"] == "本地没有"
    assert "signing_rate" not in found
