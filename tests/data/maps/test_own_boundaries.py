"""Outlines from the steward's own files: what can be drawn, and what is said of the rest."""

import json

import pytest

from data.maps.boundaries import signed_area
from data.maps.own_boundaries import FOLDER, shapes

SQUARE = [[[110.0, 30.0], [111.0, 30.0], [111.0, 31.0], [110.0, 31.0], [110.0, 30.0]]]
KNOWN = {"411422101", "411422102"}


def feature(code, coordinates=SQUARE, kind="Polygon", **more):
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"area_code": code}, "geometry": geometry} | more


def write(store, name, *features):
    folder = store / FOLDER
    folder.mkdir(exist_ok=True)
    text = json.dumps({"type": "FeatureCollection", "features": list(features)})
    (folder / name).write_text(text, "utf-8")


def test_an_outline_is_found_by_its_code_and_the_others_are_missing(tmp_path):
    write(tmp_path, "towns.geojson", feature("411422101"))
    found, problems = shapes(tmp_path, ["411422102", "411422101"], known=KNOWN)
    assert [each["id"] for each in found["features"]] == ["411422101"]
    assert found["missing"] == ["411422102"]
    assert problems == []
    place = found["features"][0]["properties"]
    assert (place["lon"], place["lat"]) == (110.5, 30.5)


def test_rings_are_wound_so_that_the_inside_is_filled(tmp_path):
    write(tmp_path, "towns.geojson", feature("411422101"))
    found, _ = shapes(tmp_path, ["411422101"], known=KNOWN)
    assert signed_area(found["features"][0]["geometry"]["coordinates"][0][0]) < 0


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (feature(None), "第1个图形没有区划代码"),
        (feature("411422101", kind="Point", coordinates=[110, 30]), "不是经纬度的面"),
        (feature("411422101", coordinates=[[[500, 30], [1, 2], [3, 4], [500, 30]]]), "不是经纬度"),
        (feature("411422101", coordinates=[[[1, 2], [3, 4]]]), "不是经纬度的面"),
        (feature("411422101", coordinates=[["甲"]]), "不是经纬度的面"),
        ("text", "没有区划代码"),
    ],
)
def test_a_feature_that_cannot_be_drawn_is_named_and_the_others_stand(tmp_path, bad, said):
    write(tmp_path, "towns.geojson", bad, feature("411422102"))
    found, problems = shapes(tmp_path, ["411422102"], known=KNOWN)
    assert len(found["features"]) == 1
    assert len(problems) == 1 and said in problems[0] and "towns.geojson" in problems[0]


def test_an_unknown_code_is_said_and_a_second_outline_gives_way(tmp_path):
    write(tmp_path, "a.geojson", feature("411422101"), feature("999999999"))
    write(tmp_path, "b.geojson", feature("411422101"))
    _, problems = shapes(tmp_path, ["411422101"], known=KNOWN)
    assert any("999999999" in line and "不在区划名录中" in line for line in problems)
    assert any("b.geojson 里又有一份" in line for line in problems)


def test_a_file_that_is_no_geojson_is_said(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "x.geojson").write_bytes(b"\xff\xfe")
    found, problems = shapes(tmp_path, ["411422101"], known=KNOWN)
    assert found["features"] == [] and "不是 UTF-8 的 GeoJSON" in problems[0]


def test_a_changed_file_is_read_again(tmp_path):
    write(tmp_path, "towns.geojson", feature("411422101"))
    shapes(tmp_path, ["411422102"], known=KNOWN)
    write(tmp_path, "towns.geojson", feature("411422101"), feature("411422102"))
    found, _ = shapes(tmp_path, ["411422102"], known=KNOWN)
    assert found["missing"] == []
