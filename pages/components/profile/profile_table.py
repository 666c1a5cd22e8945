"""An area's profile: one row per indicator with its figure, its place among its like, its line."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl
import streamlit as st

from pages.charts.errors import need
from pages.charts.indicators.peer_strip import peer_strip
from pages.charts.indicators.sparkline import sparkline
from pages.charts.once import made_once
from pages.components import links, states
from pages.components.html_table import Cell, Row, table_html
from pages.components.light import light_class, light_html
from pages.components.readings import reading_words as words
from pages.shell import runtime
from pages.theme import formats, tokens

NEEDED = (
    "indicator",
    "row_kind",
    "level",
    "printed",
    "difference",
    "rank",
    "ranked_of",
    "light",
    "state",
)
_HEADLINE = "重点指标"
_COUNTED = ("正常",)  # what a dot stands for; who is too small for a rank is no dot either


def profile_table(table: pl.DataFrame, sparks: pl.DataFrame, *, level_name: str) -> None:
    """Draw the profile, the headline indicators first, then field by field.

    table       Rows of area_profile, the area itself first in each indicator.
    sparks      Rows of sparkline, of the same indicators.
    level_name  What the dots are, 「县（市、区）」.
    """
    need(table, NEEDED, "profile_table")
    if table.is_empty():
        states.empty("没有数据", "到这一期末为止没有报送这些指标", "请换一个报告期、区划或领域")
        return
    st.html(_html(table, sparks, level_name, links.here()))


@made_once
def _html(table: pl.DataFrame, sparks: pl.DataFrame, level_name: str, _here: links.Here) -> str:
    profiles = [_Profile(rows) for rows in _by_indicator(table)]
    first = profiles[0]
    ranked = any(each.own["rank"] is not None for each in profiles)
    lines = _lines(sparks)
    headers = [
        Cell("指标"),
        Cell(first.own["area_name"], style="number own"),
        Cell("变化", style="number"),
        *([Cell("名次", style="number")] if ranked else []),
        Cell(f"各{level_name}中的位置" if ranked else f"各{level_name}的分布"),
        Cell("近期走势"),
    ]
    if first.beside is not None:
        headers += [
            Cell(first.beside["area_name"], style="number"),
            Cell("相差", style="number"),
        ]
    rows = []
    for title, group in _grouped(profiles):
        rows.append(Row([Cell(title, style="group", span=len(headers))]))
        rows += [each.row(lines, level_name, ranked=ranked) for each in group]
    caption = _caption(first, level_name, ranked=ranked)
    return (
        f'<div class="profile" style="--rows:{len(rows) + 1}">{_legend(first, level_name)}'
        f"{table_html(headers, rows, caption=caption)}</div>"
    )


class _Profile:
    """One indicator: the readings of the area itself, of the one beside it, of its like."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        of = {kind: list(own) for kind, own in groupby(rows, itemgetter("row_kind"))}
        self.own = of["本地区"][0]
        self.beside = next(iter(of.get("对照", ())), None)
        like = list(of.get("同级", ()))
        self._levels = {each["level"] for each in like}
        self.peers = [
            each["printed"]
            for each in like
            if each["state"] in _COUNTED and not each["masked"] and not each["small_base"]
        ]

    def row(
        self, lines: Mapping[str, Sequence[float | None]], level_name: str, *, ranked: bool
    ) -> Row:
        """The row of the table. lines: printed values by indicator, oldest first."""
        own, beside = self.own, self.beside
        cells = [
            Cell(html=_name(own)),
            Cell(html=_figure(own), style=f"number own cell-{light_class(own['light'])}"),
            Cell(html=_movement(own), style="number move"),
            *([Cell(_place(own) or formats.ABSENT, style="number place")] if ranked else []),
            Cell(html=self._strip(level_name), style="strip"),
            Cell(html=_line(own, lines.get(own["indicator"], ())), style="line"),
        ]
        if beside is not None:
            cells += [Cell(html=_figure(beside), style="number beside"), _apart(own)]
        return Row(cells)

    def _strip(self, level_name: str) -> str:
        own = self.own
        said = formats.said(
            f"{own['area_name']}{words.value_text(own)}",
            f"各{level_name}{len(self.peers)}个" if self.peers else "",
            _place(own) and f"名次{_place(own)}",
            words.target_line(own),
        )
        return peer_strip(
            self.peers,
            own=self._dot(own),
            beside=self._dot(self.beside) if self.beside else None,
            target=own["target"],
            lower_is_better=own["direction"] == "lower_better",
            label=said,
        )

    def _dot(self, reading: dict[str, Any]) -> float | None:
        """Where a reading stands among the dots; a city's count is none beside its counties'."""
        is_comparable = formats.is_rate(reading["unit"]) or reading["level"] in self._levels
        return reading["printed"] if is_comparable and not reading["masked"] else None


def _by_indicator(table: pl.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The rows of each indicator of which the area itself has a reading."""
    for _, rows in groupby(table.iter_rows(named=True), itemgetter("indicator")):
        listed = list(rows)
        if listed[0]["row_kind"] == "本地区":
            yield listed


def _grouped(profiles: Sequence[_Profile]) -> Iterator[tuple[str, list[_Profile]]]:
    domains = runtime.catalogue().words.get("domains") or {}
    leading = [each for each in profiles if each.own["headline"] is not None]
    if leading:
        yield _HEADLINE, sorted(leading, key=lambda each: each.own["headline"])
    others = [each for each in profiles if each.own["headline"] is None]
    for domain, name in domains.items():
        if group := [each for each in others if each.own["domain"] == domain]:
            yield str(name), group


def _name(own: dict[str, Any]) -> str:
    target = links.href("analysis", indicator=own["indicator"], population=None, village=None)
    small = formats.said(words.period_words(own), words.coverage(own).partition("，")[0])
    link = links.link(own["indicator_name"], target, title="看这一指标")
    return f"{link} <small>{escape(small)}</small>" if small else link


def _figure(reading: dict[str, Any]) -> str:
    if reading["printed"] is None and not reading["masked"]:
        return f"— <small>{escape(reading['state'])}</small>"
    mark = "<small>暂</small>" if reading["provisional"] else ""
    said = formats.said(words.target_line(reading), *words.notes(reading))
    light = light_html(reading["light"], title=said) if reading["light"] in tokens.LIGHTS else ""
    return f"{escape(words.value_text(reading))}{mark} {light}"


def _movement(reading: dict[str, Any]) -> str:
    if reading["lead_change"] is None:
        return formats.ABSENT
    percent = "" if formats.is_rate(reading["unit"]) else "%"
    against = formats.against(reading["frequency"], reading["lead"])
    basis = formats.SAME_BASIS if reading["lead_common_units"] else ""
    return (
        f'<span title="{escape(words.lead_line(reading))}">'
        f"{formats.signed(reading['lead_change'])}{percent}</span> "
        f"<small>{escape(formats.said(against, basis))}</small>"
    )


def _place(reading: dict[str, Any]) -> str:
    if reading["small_base"]:
        return "基数小"
    return "" if reading["rank"] is None else f"{reading['rank']}/{reading['ranked_of']}"


def _line(own: dict[str, Any], values: Sequence[float | None]) -> str:
    label = f"{own['area_name']}{own['indicator_name']}最近{len(values)}期走势"
    return sparkline(values, label=label) if values else ""


def _apart(own: dict[str, Any]) -> Cell:
    difference = own["difference"]
    said = formats.ABSENT if difference is None else formats.signed(difference)
    return Cell(said, style="number apart")


def _lines(sparks: pl.DataFrame) -> dict[str, list[float | None]]:
    ordered = sparks.sort("indicator", "ordinal").group_by("indicator", maintain_order=True)
    return dict(ordered.agg("printed").iter_rows())


def _legend(first: _Profile, level_name: str) -> str:
    parts = [
        f'<b style="color:{tokens.BLUE}">●</b> {escape(first.own["area_name"])}',
        f'<b style="color:{tokens.AXIS}">●</b> 各{escape(level_name)}',
        "<b>┆</b> 目标",
    ]
    if first.beside is not None:
        name = escape(first.beside["area_name"])
        parts.insert(1, f'<b style="color:{tokens.OTHER}">□</b> {name}')
    return f'<p class="rule">{" · ".join(parts)}。越靠右越好，只作说明的指标越靠右越大。</p>'


def _caption(first: _Profile, level_name: str, *, ranked: bool) -> str:
    apart = (
        f"相差为{first.own['area_name']}减{first.beside['area_name']}，数据所属期不同的不比。"
        if first.beside is not None
        else ""
    )
    place = f"名次在各{level_name}中排；" if ranked else ""
    return (
        f"率的变化和相差单位为个百分点（千分率为个千分点）。{place}"
        f"未报、遮蔽、填报不全和基数小的不画点。{apart}"
    )
