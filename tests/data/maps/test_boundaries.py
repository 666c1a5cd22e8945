"""County outlines: every county of the five cities, the right way round, in the right place."""

import csv
from pathlib import Path

import polars as pl
import pytest

from data import catalogue as catalogues
from data.maps import boundaries

AREAS = Path(__file__).parents[3] / "data" / "demo" / "catalogue" / "areas.csv"
# Statistical zones of the five cities' register: no administrative outline exists.
ZONES = ["320771", "411471", "411472"]
COUNTIES = [
    "150302", "150303", "150304",
    "320703", "320706", "320707", "320722", "320723", "320724",
    "411402", "411403", "411421", "411422", "411423", "411424", "411425", "411426", "411481",
    "421202", "421221", "421222", "421223", "421224", "421281",
    "511802", "511803", "511822", "511823", "511824", "511825", "511826", "511827",
]  # fmt: skip


@pytest.fixture(scope="module")
def shapes():
    return boundaries.county_shapes([*COUNTIES, *ZONES])


def test_all_32_counties_of_the_five_cities_have_an_outline(shapes):
    assert len(COUNTIES) == 32
    assert [feature["id"] for feature in shapes["features"]] == COUNTIES


def test_a_county_that_changed_its_code_keeps_its_outline():
    """The package has 米林市, 错那市 and 嘉峪关市 under the codes that they had before."""
    old, new = (
        boundaries.county_shapes(codes)["features"]
        for codes in (["540422", "540530", "620200"], ["540481", "540581", "620201"])
    )
    assert [feature["id"] for feature in new] == ["540481", "540581", "620201"]
    assert [each["geometry"] for each in old] == [each["geometry"] for each in new]
    assert [each["properties"]["name"] for each in new] == ["米林市", "错那市", "嘉峪关市"]


def test_every_county_of_the_register_has_an_outline_but_five():
    """大兴安岭's districts are known to the statistical office only, 中沙群岛 is water."""
    counties = catalogues.load().register.upper.filter(
        (pl.col("level") == "county") & (pl.col("kind") != "statistical_zone")
    )
    missing = ["232761", "232762", "232763", "232764", "460323"]
    assert boundaries.county_shapes(counties["area_code"])["missing"] == missing


def test_zones_without_an_outline_are_listed(shapes):
    assert shapes["missing"] == ZONES


def test_outer_rings_run_clockwise_and_holes_do_not(shapes):
    for feature in shapes["features"]:
        for outer, *holes in feature["geometry"]["coordinates"]:
            assert boundaries.signed_area(outer) < 0, feature["id"]
            assert all(boundaries.signed_area(hole) > 0 for hole in holes), feature["id"]


def test_rings_are_closed_enough_to_fill_and_lie_in_china(shapes):
    for feature in shapes["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert len(ring) >= 3
                assert all(73 < lon < 136 and 17 < lat < 54 for lon, lat in ring)


def test_a_label_point_lies_within_its_outline_box(shapes):
    for feature in shapes["features"]:
        points = [point for polygon in feature["geometry"]["coordinates"] for point in polygon[0]]
        lons, lats = zip(*points, strict=True)
        place = feature["properties"]
        assert min(lons) < place["lon"] < max(lons), feature["id"]
        assert min(lats) < place["lat"] < max(lats), feature["id"]


def test_names_agree_with_the_area_register():
    if not AREAS.exists():
        pytest.skip("the demo catalogue is not there")
    with AREAS.open(encoding="utf-8") as file:
        names = {row["area_code"]: row["name"] for row in csv.DictReader(file)}
    known = [code for code in COUNTIES if code in names]
    shapes = boundaries.county_shapes(known)
    assert {f["id"]: f["properties"]["name"] for f in shapes["features"]} == {
        code: names[code] for code in known
    }


def test_repeated_codes_give_one_feature():
    assert len(boundaries.county_shapes(["320706", "320706"])["features"]) == 1


def test_winding_of_a_reversed_square_is_mended():
    clockwise = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)]
    assert boundaries.signed_area(clockwise) < 0
    assert boundaries.wound([clockwise[::-1], clockwise]) == [clockwise, clockwise[::-1]]


def test_an_unknown_geometry_type_is_named():
    with pytest.raises(boundaries.BoundaryError, match="未知图形类型3"):
        boundaries._polygons((3).to_bytes(4, "little"))
