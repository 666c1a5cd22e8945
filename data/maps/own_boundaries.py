"""Outlines that the steward supplies: `<store>/boundaries/*.geojson`, for townships and villages.

A file is a GeoJSON FeatureCollection in longitude and latitude (WGS84). Each feature is a Polygon
or MultiPolygon and names its area by the code of the register, as `id` or as the property
`area_code`. What cannot be used is left out and said, file and feature; the rest is drawn.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.maps.boundaries import wound

FOLDER = "boundaries"
SOURCE = "边界数据：本单位自备"
_LARGEST = 40_000_000  # bytes of one file; larger ones make every first map wait
_MOST_POINTS = 20_000  # of one area; an outline for a screen needs a few hundred


@dataclass(frozen=True)
class Outlines:
    """What the folder gives.

    features  GeoJSON features by area code, with `id` and the properties name, lon, lat.
    problems  What could not be used, one Chinese line each.
    """

    features: dict[str, dict]
    problems: tuple[str, ...]


def shapes(store: Path, codes: Iterable[str], *, known: Collection[str]) -> tuple[dict, list[str]]:
    """Return the FeatureCollection of the asked areas that have an outline, and what is wrong.

    codes    Area codes in the order to be drawn.
    known    Every code of the register: a feature with another one is a problem.
    returns  As data.maps.boundaries.county_shapes, and one Chinese line per problem in the files.
    """
    asked = list(dict.fromkeys(codes))
    every, said = _folder(store / FOLDER)
    strange = [code for code in every if code not in known]
    if strange:
        listed = "、".join(strange[:3])
        said = [*said, f"边界文件里有 {len(strange)} 个代码不在区划名录中（{listed}），没有画。"]
    return {
        "type": "FeatureCollection",
        "features": [every[code] for code in asked if code in every],
        "missing": [code for code in asked if code not in every],
    }, said


def _folder(folder: Path) -> tuple[dict[str, dict], list[str]]:
    """All files of the folder, each read once until it changes."""
    features: dict[str, dict] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.geojson")):
        stamp = path.stat()
        found = _read(path, stamp.st_mtime_ns, stamp.st_size)
        problems += found.problems
        for code, feature in found.features.items():
            if code in features:
                problems.append(f"区划 {code} 的边界在 {path.name} 里又有一份，用的是前一份。")
            else:
                features[code] = feature
    return features, problems


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, size: int) -> Outlines:
    if size > _LARGEST:
        return Outlines({}, (f"边界文件 {path.name} 超过40MB，没有读。请简化后再放入。",))
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return Outlines({}, (f"边界文件 {path.name} 不是 UTF-8 的 GeoJSON，没有读。",))
    listed = content.get("features") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        return Outlines({}, (f"边界文件 {path.name} 没有 features 列表，没有读。",))
    features: dict[str, dict] = {}
    problems: list[str] = []
    for number, raw in enumerate(listed, start=1):
        where = f"边界文件 {path.name} 第{number}个图形"
        code = _code(raw)
        if not code:
            problems.append(f"{where}没有区划代码（id 或 area_code），没有画。")
        elif code in features:
            problems.append(f"{where}的区划 {code} 前面已有，没有画。")
        elif polygons := _polygons(raw.get("geometry")):
            features[code] = _feature(code, polygons)
        else:
            problems.append(f"{where}（区划 {code}）不是经纬度的面，没有画。")
    return Outlines(features, tuple(problems))


def _code(raw: Any) -> str:
    if not isinstance(raw, dict):
        return ""
    properties = raw.get("properties")
    given = raw.get("id") or (properties.get("area_code") if isinstance(properties, dict) else None)
    return str(given).strip() if given is not None else ""


def _polygons(geometry: Any) -> list[list[list[tuple[float, float]]]]:
    """The polygons with their rings wound as plotly fills them; none if anything is off."""
    if not isinstance(geometry, dict):
        return []
    coordinates = geometry.get("coordinates")
    kind = geometry.get("type")
    listed = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(kind))
    if not isinstance(listed, list):
        return []
    try:
        polygons = [
            [[(float(point[0]), float(point[1])) for point in ring] for ring in polygon]
            for polygon in listed
        ]
    except (TypeError, ValueError, IndexError, KeyError):
        return []
    rings = [ring for polygon in polygons for ring in polygon]
    points = [point for ring in rings for point in ring]
    whole = all(len(ring) >= 4 for ring in rings) and all(polygons)
    inside = all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points)
    if not points or not whole or not inside or len(points) > _MOST_POINTS:
        return []
    return [wound(polygon) for polygon in polygons]


def _feature(code: str, polygons: list[list[list[tuple[float, float]]]]) -> dict:
    outer = max((polygon[0] for polygon in polygons), key=len)
    across, up = [x for x, _ in outer], [y for _, y in outer]
    return {
        "type": "Feature",
        "id": code,
        "properties": {
            "name": code,
            "lon": (min(across) + max(across)) / 2,
            "lat": (min(up) + max(up)) / 2,
        },
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }
