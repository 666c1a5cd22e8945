"""Choosing an area: by typing in the list, by walking the tree, or by searching all of them.

A city's list fits into one control. A province or the nation does not: the control then offers
what lies around the chosen area, and the search looks through every area on the server.
"""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from data.wording import filled
from pages.charts.once import made_once
from pages.shell import address, runtime

_MANY = 1_000  # options beyond this slow the browser down
_MOST_FOUND = 12
_MOST_BELOW = 60
_UP = ("province_code", "city_code", "county_code")


@made_once
def labels(table: pl.DataFrame) -> Mapping[str, str]:
    """Return code to 「河南省商丘市睢阳区(411403)」, in the order of the table.

    An area that is gone says since when.
    """
    gone = filled("{}（{}，{}停用）", "full_name", "area_code", pl.col("valid_to").cast(pl.String))
    named = filled("{}({})", "full_name", "area_code")
    label = pl.when(pl.col("valid_to").is_null()).then(named).otherwise(gone)
    return dict(table.select("area_code", label.alias("label")).iter_rows())


@made_once
def around(every: pl.DataFrame, current: str) -> pl.DataFrame:
    """Return all areas, or those near the chosen one where there are too many to list.

    every    Rows of areas_with_data.
    returns  The chosen area with all above it, beside it and below it, and every city.
    """
    if every.height <= _MANY:
        return every
    row = every.row(by_predicate=pl.col("area_code") == current, named=True)
    county, city = row["county_code"], row["city_code"]
    near = (
        pl.col("level").is_in(["province", "city"])
        | ((pl.col("level") == "county") & pl.col("city_code").eq_missing(city))
        | pl.col("county_code").eq_missing(county)
        & pl.lit(county is not None)
        & (pl.col("level") == "township")
    )
    return every.filter(near)


def found(every: pl.DataFrame, words: str) -> pl.DataFrame:
    """Return the areas whose name has all the words, or whose code begins so; the best first.

    every  Rows of areas_with_data.
    words  As typed: 睢阳, 商丘 古城, 4114; empty finds nothing.
    """
    parts = words.split()
    if not parts:
        return every.clear()
    name, code = pl.col("full_name"), pl.col("area_code")
    matching = pl.all_horizontal(
        name.str.contains(part, literal=True) | code.str.starts_with(part) for part in parts
    )
    exact = (pl.col("name") == parts[-1]) | (code == parts[-1])
    begins = pl.col("name").str.starts_with(parts[-1])
    level = pl.col("level").replace_strict(
        {"province": 0, "city": 1, "county": 2, "township": 3}, default=4
    )
    return (
        every.with_row_index("_place")
        .filter(matching)
        .sort(~exact, ~begins, level, "_place")
        .drop("_place")
    )


def path(current: str) -> list[tuple[str, str]]:
    """Return (code, name) of the areas with data from the top down to the chosen one."""
    row = runtime.area_row(current) or {}
    codes = dict.fromkeys([*(row.get(column) for column in _UP), current])
    rows = (runtime.area_row(code) for code in codes if code)
    return [(row["area_code"], row["name"]) for row in rows if row]


def common(one: str, two: str) -> str | None:
    """Return the nearest area above both, whose coverage chooses the period; None: each its own."""
    above = [code for code, _ in path(two)]
    shared = [code for code, _ in path(one) if code in above]
    return shared[-1] if shared else None


def village_below(area: str) -> tuple[str, str, str] | None:
    """Return code, name and full name of the village chosen below an area; None without one."""
    code = address.chosen("village")
    if code is None:
        return None
    row = runtime.catalogue().register.row(code)
    if row is None:
        return None
    inside = area in (row["township_code"], row["county_code"], row["city_code"])
    return (code, row["name"], row["full_name"]) if inside else None


def area_tree(current: str) -> None:
    """Draw the button that opens the tree: the way up, the areas below, a search over all."""
    every = runtime.areas()
    with st.popover("区划树", icon=":material/account_tree:", width="content"):
        words = st.text_input(
            "查找区划", key="area_search", placeholder="名称或代码，可用空格分开", max_chars=40
        )
        if words.strip():
            _matches(found(every, words))
            return
        with st.container(horizontal=True):
            for code, name in path(current):
                _button(code, name, "up", current=current)
        below = _below(every, current)
        if below:
            st.caption(f"下级 {len(below)} 个" + _cut(len(below), _MOST_BELOW))
        with st.container(horizontal=True):
            for code, name in below[:_MOST_BELOW]:
                _button(code, name, "down", current=current)


@made_once
def _below(every: pl.DataFrame, current: str) -> Sequence[tuple[str, str]]:
    own = every.filter(pl.col("parent_code") == current)
    return own.select("area_code", "name").rows()


def _matches(table: pl.DataFrame) -> None:
    if table.is_empty():
        st.caption("没有找到。请换一个名称或代码。")
        return
    st.caption(f"找到 {table.height} 个" + _cut(table.height, _MOST_FOUND))
    for code, label in labels(table.head(_MOST_FOUND)).items():
        _button(code, label, "found")


def _cut(count: int, most: int) -> str:
    return f"，先列 {most} 个，请输入名称查找" if count > most else ""


def _button(code: str, words: str, where: str, *, current: str = "") -> None:
    st.button(
        words,
        key=f"area_{where}_{code}",
        type="primary" if code == current else "secondary",
        on_click=_choose,
        args=(code,),
    )


def _choose(code: str) -> None:
    st.session_state["area_search"] = ""
    address.choose("area", code, default=runtime.default_area())
