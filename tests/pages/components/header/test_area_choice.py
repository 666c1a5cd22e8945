"""Choosing among tens of thousands of areas: what is listed, what a search finds, the way up."""

from datetime import date

import polars as pl
import pytest

from pages.components.header import area_choice


def world(counties):
    """A nation in small: per city ten counties, per county ten townships."""
    rows = []
    for number in range(counties):
        city, county = f"{10 + number // 10}0100", f"{10 + number // 10}01{number % 10:02d}"
        if number % 10 == 0:
            rows.append((city, f"{number}市", f"{number}市", "city", "", city, None))
        name = f"{number}县"
        rows.append((county, name, f"某市{name}", "county", city, city, county))
        rows += [
            (f"{county}{each:03d}", f"{each}镇", f"某市{name}{each}镇", "township", county, city,
             county)
            for each in range(10)
        ]  # fmt: skip
    names = ("area_code", "name", "full_name", "level", "parent_code", "city_code", "county_code")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


@pytest.fixture(scope="module")
def many():
    return world(2_000)


def test_a_citys_areas_are_all_listed():
    few = world(20)
    assert area_choice.around(few, "100101").height == few.height


def test_of_many_areas_those_around_the_chosen_one_are_listed(many):
    near = area_choice.around(many, "200105003")
    codes = set(near["area_code"])
    assert near.height < 400 < many.height
    assert {"200105003", "200105", "200100", "200105009", "200107"} <= codes
    assert "200107001" not in codes


def test_a_search_looks_through_all_by_name_and_by_code(many):
    assert area_choice.found(many, "1999县 3镇")["full_name"].to_list() == ["某市1999县3镇"]
    assert area_choice.found(many, "200105")["area_code"][0] == "200105"
    assert area_choice.found(many, "没有的").is_empty()
    assert area_choice.found(many, "  ").is_empty()


def test_an_exact_name_comes_before_longer_ones(many):
    assert area_choice.found(many, "5县")["name"][0] == "5县"


def test_the_way_up_names_what_has_data(many, monkeypatch):
    rows = {row["area_code"]: row for row in many.iter_rows(named=True)}
    monkeypatch.setattr(area_choice.runtime, "area_row", rows.get)
    assert [code for code, _ in area_choice.path("200105003")] == ["200100", "200105", "200105003"]
    del rows["200100"]
    assert [code for code, _ in area_choice.path("200105003")] == ["200105", "200105003"]


def test_an_area_that_is_gone_says_since_when():
    ends = pl.Series("valid_to", [None, date(2020, 12, 20)], dtype=pl.Date)
    named = area_choice.labels(world(1).slice(1, 2).with_columns(ends))
    assert list(named.values()) == ["某市0县(100100)", "某市0县0镇（100100000，2020-12-20停用）"]
