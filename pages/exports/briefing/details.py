"""What a click on an area opens in 汇报模式: its own figures, and those of its parts."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.catalogue.model import LEVELS, Catalogue, level_name
from pages.exports.briefing.cells import (
    LACKING_NOTE,
    decimals,
    gap_cell,
    judged_cell,
    lacking_cell,
    marked_name,
    signed_cell,
    value_cell,
)
from pages.exports.briefing.facts import Ask
from pages.exports.briefing.model import Briefing, Origin, PaperCell, PaperColumn, PaperTable
from pages.exports.briefing.sentences.figure import is_lacking
from pages.exports.briefing.sentences.places import is_small
from pages.theme import formats


def area_details(briefing: Briefing, ask: Ask, catalogue: Catalogue) -> dict[str, list[PaperTable]]:
    """Tables by area: its standing on every indicator, then each of its parts."""
    below = LEVELS[LEVELS.index(briefing.level) + 1]
    shared = {"parent": briefing.area, "period": briefing.period, "headline_only": 0}
    standing = ask("indicator_matrix", shared | {"level": briefing.level})
    inside = ask("indicator_matrix", shared | {"level": below, "headline_only": 1})
    register = catalogue.register.upper.select("area_code", f"{briefing.level}_code")
    above = dict(register.iter_rows())
    own: dict[str, list[dict[str, Any]]] = {}
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in _wanted(standing, briefing):
        own.setdefault(row["area_code"], []).append(row)
    for row in _wanted(inside, briefing):
        parts.setdefault(above.get(row["area_code"], ""), []).append(row)
    source = Origin("indicator_matrix", shared | {"level": briefing.level}, "")
    return {
        area: [
            _own(readings, source),
            _parts(parts.get(area, []), level_name(catalogue.words, below, area), source),
        ]
        for area, readings in own.items()
    }


def _wanted(table: pl.DataFrame, briefing: Briefing) -> list[dict[str, Any]]:
    rows = table.filter(~pl.col("is_parent") & pl.col("indicator").is_in(briefing.indicators))
    order = {each: number for number, each in enumerate(briefing.indicators)}
    return sorted(rows.iter_rows(named=True), key=lambda row: order[row["indicator"]])


def _own(readings: list[dict[str, Any]], source: Origin) -> PaperTable:
    columns = (
        PaperColumn("指标", weight=2.4),
        PaperColumn("人群", weight=2.0),
        PaperColumn("数值", kind="number"),
        PaperColumn("单位", weight=0.7),
        PaperColumn("变化", kind="number"),
        PaperColumn("比较对象", weight=1.6),
        PaperColumn("距目标", kind="number"),
        PaperColumn("灯号", kind="light", weight=1.5),
        PaperColumn("名次", kind="number"),
        PaperColumn("说明", weight=1.8),
    )
    return PaperTable("各项指标", columns, tuple(_own_row(each) for each in readings), source)


def _own_row(reading: Mapping[str, Any]) -> tuple[PaperCell, ...]:
    rank = "" if reading["rank"] is None else f"{reading['rank']}/{reading['ranked_of']}"
    if is_small(reading):
        rank = "基数小"
    return (
        PaperCell(reading["indicator_name"]),
        PaperCell(formats.said(reading["population_name"], reading["cumulative_word"])),
        value_cell(reading),
        PaperCell(reading["unit"]),
        signed_cell(reading["lead_change"]),
        PaperCell(_against(reading)),
        gap_cell(reading),
        judged_cell(reading),
        PaperCell(rank or formats.ABSENT),
        PaperCell(
            formats.coverage_text(
                reading["units_reported"], reading["units_expected"], reading["missing_units"]
            )
        ),
    )


def _against(reading: Mapping[str, Any]) -> str:
    """较上周, 较上年同期，可比口径; — without a base."""
    if not reading["lead"]:
        return formats.ABSENT
    basis = formats.SAME_BASIS if reading["lead_common_units"] else ""
    return formats.said(formats.against(reading["frequency"], reading["lead"]), basis)


def _parts(readings: list[dict[str, Any]], name: str, source: Origin) -> PaperTable:
    """One row per part, one column per indicator that reaches its level."""
    there = [row for row in readings if row["state"] != "不适用"]
    heads = {row["indicator"]: row for row in there}
    columns = [PaperColumn(name, weight=1.6)]
    columns += [
        PaperColumn(row["indicator_name"], row["unit"], "number", 1, decimals(row))
        for row in heads.values()
    ]
    by_area: dict[str, dict[str, dict[str, Any]]] = {}
    for row in there:
        by_area.setdefault(row["area_code"], {})[row["indicator"]] = row
    rows = []
    for found in sorted(by_area.values(), key=lambda each: next(iter(each.values()))["order_no"]):
        first = next(iter(found.values()))
        cells = [
            lacking_cell(found[each]) if each in found else PaperCell(formats.ABSENT)
            for each in heads
        ]
        rows.append((PaperCell(marked_name(first)), *cells))
    note = LACKING_NOTE if any(map(is_lacking, there)) else ""
    return PaperTable(f"各{name}", tuple(columns), tuple(rows), source, note)
