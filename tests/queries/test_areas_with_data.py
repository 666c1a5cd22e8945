"""areas_with_data: whom the filter bar offers."""

import pytest

from queries.engine import Engine
from tests.queries import tiny_store
from tests.queries.tiny_store import AREAS, CITY, EAST, WEST, value

TOWN = "991102001"
SECOND_CITY = "991200,第二市,city,990000,,,,\n991201,北县,county,991200,,,,\n"


def listed(path, *areas, register=AREAS):
    store = tiny_store.store(path, [value(area, "2020-W51", 90) for area in areas], areas=register)
    return Engine(store).run("areas_with_data")


def test_only_areas_with_values_are_listed(tmp_path):
    assert listed(tmp_path, CITY, EAST)["area_code"].to_list() == [CITY, EAST]


def test_an_area_stands_right_before_what_lies_under_it(tmp_path):
    found = listed(tmp_path, WEST, TOWN, CITY, EAST)
    assert found["area_code"].to_list() == [CITY, EAST, TOWN, WEST]
    assert found["level"].to_list() == ["city", "county", "township", "county"]


def test_codes_above_its_own_level_are_given_and_below_it_null(tmp_path):
    town = listed(tmp_path, CITY, TOWN).row(1, named=True)
    assert (town["city_code"], town["county_code"], town["parent_code"]) == (CITY, EAST, EAST)
    assert listed(tmp_path, CITY)["county_code"].to_list() == [None]


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        (("990000", CITY), [CITY]),
        (("990000", CITY, "991200"), ["990000", CITY, "991200"]),
    ],
)
def test_a_province_is_listed_only_above_several_cities(tmp_path, areas, expected):
    found = listed(tmp_path, *areas, register=AREAS + SECOND_CITY)
    assert found["area_code"].to_list() == expected
