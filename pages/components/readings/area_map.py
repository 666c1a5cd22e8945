"""The map of a page: outlines where there are any, else one tile per area; nobody is left out."""

import polars as pl
import streamlit as st

from data.maps import boundaries, own_boundaries
from pages.charts.indicators import county_map, tile_map
from pages.charts.once import made_once
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.scope import AreasBelow, period_note
from pages.shell import runtime

_ZONE = "statistical_zone"


def area_map(answer: Answer, scope: AreasBelow) -> None:
    """Draw the map of a ranking; areas without an outline are listed under it with their value.

    answer  Of indicator_ranking. Outlines the steward put into the store come first, then the
            county outlines of the product; with neither, equal tiles in the register's order.
    """
    identifier = str(answer.params["indicator"])
    indicator = runtime.indicator(identifier)
    shapes, source, problems = _outlines(answer.table["area_code"].to_list())
    if shapes["features"]:
        picture = county_map.county_map(answer.table, indicator, shapes)
        title = f"各{scope.level_name}{indicator.name}地图"
        note = f"{_not_drawn(answer, shapes)}{source}，仅作示意。点击区划可下钻。"
    else:
        picture = tile_map.tile_map(answer.table, indicator)
        title = f"各{scope.level_name}{indicator.name}方格图"
        note = f"一格一个{scope.level_name}，按区划顺序排，不表示位置和大小。点击可下钻。"
    chart_frame(
        title,
        picture,
        answer,
        key=f"map_{identifier}",
        indicators=[identifier],
        note=f"{period_note(answer.table)}{note}",
        drill=True,
    )
    for problem in problems:
        st.caption(problem)


def _outlines(codes: list[str]) -> tuple[dict, str, list[str]]:
    """The shapes to draw, where they are from, and what the steward's files lack."""
    known = runtime.catalogue().area_names
    own, problems = own_boundaries.shapes(runtime.store().path, codes, known=known)
    if own["features"]:
        return _collection(own["features"], own["missing"]), own_boundaries.SOURCE, problems
    given = boundaries.county_shapes(codes)
    return _collection(given["features"], given["missing"]), boundaries.SOURCE, problems


@made_once
def _collection(features: list[dict], missing: list[str]) -> dict:
    """The same outlines as the same object, so that the map of them is made once."""
    return {"type": "FeatureCollection", "features": features, "missing": missing}


def _not_drawn(answer: Answer, shapes: dict) -> str:
    """Name the areas without an outline, statistical zones (※) by themselves."""
    indicator = runtime.indicator(str(answer.params["indicator"]))
    kinds = {True: "统计用功能区（无边界）※", False: "未上图的单元（无边界）"}
    said = []
    for is_zone, words in kinds.items():
        rows = _of_kind(answer.table, is_zone)
        hidden = county_map.without_outline(rows, indicator, shapes)
        if hidden:
            said.append(f"{words}:{'、'.join(hidden)}。")
    return "".join(said)


@made_once
def _of_kind(table: pl.DataFrame, is_zone: bool) -> pl.DataFrame:
    return table.filter((pl.col("kind") == _ZONE) == is_zone)
