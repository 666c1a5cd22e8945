"""Map of the areas below the chosen one, filled by light or by value."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pages.charts.errors import need
from pages.charts.figure import new_figure
from pages.charts.once import made_once
from pages.charts.screen import Picture
from pages.charts.subject import Subject
from pages.theme import formats, tokens

NEEDED = (
    "area_code",
    "area_name",
    "printed",
    "numerator",
    "denominator",
    "light",
    "light_reason",
    "state",
)


@made_once
def county_map(
    table: pl.DataFrame, subject: Subject, shapes: dict, *, height: int = tokens.MAP_HEIGHT
) -> Picture:
    """Draw the areas that have an outline; each carries its name, its value and its light's shape.

    table    One row per area. printed: the rounded value, null = none (state says why).
             light 达标/预警/滞后 fills by light; if no row has one, value fills from pale to deep.
    shapes   GeoJSON of data.maps.boundaries.county_shapes; features match area_code by id.
    returns  Figure without any outside request when shown with plotly_template.CONFIG.
             `location` of a selected point is the area code. Areas without an outline are not on
             it: list them with `without_outline`.
    raises   ChartDataError when a column is missing.
    source   indicator_ranking.sql, data/maps/boundaries.py
    """
    need(table, NEEDED, "county_map")
    figure = new_figure(height=height)
    places = {feature["id"]: feature["properties"] for feature in shapes["features"]}
    rows = [row for row in table.iter_rows(named=True) if row["area_code"] in places]
    if not rows:
        return Picture(figure, describe(table, subject))
    for name, colour, members in classes(rows, subject):
        figure.add_choropleth(
            geojson=shapes,
            locations=[row["area_code"] for row in members],
            z=[1] * len(members),
            colorscale=[[0, colour], [1, colour]],
            showscale=False,
            name=name,
            showlegend=True,
            marker={"line": {"color": tokens.INK_QUIET, "width": 1}},
            hovertext=[hover(row, subject) for row in members],
            hoverinfo="text",
            customdata=[row["area_code"] for row in members],
        )
    figure.add_scattergeo(
        lon=[places[row["area_code"]]["lon"] for row in rows],
        lat=[places[row["area_code"]]["lat"] for row in rows],
        mode="text",
        text=[label(row, subject) for row in rows],
        textfont={"size": tokens.SIZE_CHART - 1, "color": tokens.INK},
        hoverinfo="skip",
        showlegend=False,
    )
    outline = _points(shapes)
    figure.update_geos(
        visible=False,
        projection={"type": "mercator"},
        lonaxis={"range": _span(outline, 0)},
        lataxis={"range": _span(outline, 1)},
        bgcolor=tokens.WHITE,
    )
    return Picture(
        figure.update_layout(
            margin={"l": 0, "r": 0, "t": 36, "b": 0}, clickmode="event+select", dragmode=False
        ),
        describe(table, subject),
    )


@made_once
def without_outline(table: pl.DataFrame, subject: Subject, shapes: dict) -> Sequence[str]:
    """「名称 数值 形状字样」 of the areas that the map cannot show, in the table's order."""
    need(table, NEEDED, "county_map")
    known = {feature["id"] for feature in shapes["features"]}
    return [
        label(row, subject, separator=" ")
        for row in table.iter_rows(named=True)
        if row["area_code"] not in known
    ]


@made_once
def describe(table: pl.DataFrame, subject: Subject) -> str:
    """The map in one sentence, for those who cannot see it."""
    need(table, NEEDED, "county_map")
    counts = {word: table.filter(pl.col("light") == word).height for word in tokens.LIGHTS}
    said = "、".join(f"{word}{count}个" for word, count in counts.items() if count)
    return f"{subject.name}地图，共{table.height}个区划" + (f"：{said}。" if said else "。")


def classes(
    rows: list[dict[str, Any]], subject: Subject
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """What the colours mean: (words, fill, areas), by light if any area has one, else by value."""
    if any(row["light"] in tokens.LIGHTS for row in rows):
        return _by_light(rows)
    return _by_value(rows, subject)


def _points(shapes: dict) -> list[tuple[float, float]]:
    """Every point of the outer edges."""
    return [
        point
        for feature in shapes["features"]
        for polygon in feature["geometry"]["coordinates"]
        for point in polygon[0]
    ]


def _span(points: list[tuple[float, float]], axis: int) -> list[float]:
    """From the least to the greatest degree, with a little air: plotly's own fit wastes a third."""
    degrees = [point[axis] for point in points]
    air = 0.02 * (max(degrees) - min(degrees))
    return [min(degrees) - air, max(degrees) + air]


def _by_light(rows: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    groups = [
        (
            f"{light.shape} {light.word}",
            light.tint,
            [row for row in rows if row["light"] == light.word],
        )
        for light in tokens.LIGHTS.values()
    ]
    rest = [row for row in rows if row["light"] not in tokens.LIGHTS]
    groups.append(("○ 无灯", tokens.NOT_REPORTED, rest))
    return [group for group in groups if group[2]]


def _by_value(
    rows: list[dict[str, Any]], subject: Subject
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Up to four classes of equal width, the deeper the larger; the areas without a value last."""
    values = [row["printed"] for row in rows if row["printed"] is not None]
    colours = tokens.SEQUENTIAL_GROUND
    groups: list[tuple[str, str, list[dict[str, Any]]]] = []
    if values:
        low, high = min(values), max(values)
        count = min(len(colours), len(set(values)))
        width = (high - low) / count
        members_of: list[list[dict[str, Any]]] = [[] for _ in range(count)]
        for row in rows:
            if row["printed"] is not None:
                place = int((row["printed"] - low) / width) if width else 0
                members_of[min(place, count - 1)].append(row)
        for colour, members in zip(colours, members_of, strict=False):
            if members:
                shown = sorted(row["printed"] for row in members)
                first, last = (formats.plain(shown[i], subject.decimals) for i in (0, -1))
                span = first if first == last else f"{first}—{last}"
                groups.append((f"{span}{subject.unit}", colour, members))
    silent = [row for row in rows if row["printed"] is None]
    return [*groups, ("无数", tokens.NOT_REPORTED, silent)] if silent else groups


def label(row: dict[str, Any], subject: Subject, separator: str = "<br>") -> str:
    """「名称 数值」 with the shape of the light, or the word for why there is no value."""
    if row["printed"] is None:
        return f"{row['area_name']}{separator}{row['state'] or '未报'}"
    value = formats.value_text(row["printed"], subject.unit, subject.decimals)
    shape = f"{tokens.light(row['light']).shape} " if row["light"] in tokens.LIGHTS else ""
    return f"{row['area_name']}{separator}{shape}{value}"


def hover(row: dict[str, Any], subject: Subject) -> str:
    """What is read on pointing at an area."""
    lines = [f"<b>{row['area_name']}</b>"]
    if row["printed"] is None:
        return f"{lines[0]}<br>{row['state'] or '未报'}"
    value = formats.value_text(row["printed"], subject.unit, subject.decimals)
    lines.append(f"{subject.name} {value}")
    if row["denominator"] is not None:
        lines.append(formats.share_note(row["numerator"], row["denominator"]))
    if row["light"]:
        why = f"，{row['light_reason']}" if row["light_reason"] else ""
        lines.append(f"{tokens.light(row['light']).shape} {row['light']}{why}")
    return "<br>".join(lines)
