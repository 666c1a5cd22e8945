"""The page's 导出: one workbook of everything on it, made only when the button is pressed."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import parse_qsl

import streamlit as st

from data.catalogue.model import Catalogue, Indicator
from data.snapshots.manifest import Manifest
from pages.components import collected
from pages.components.source_note import report_tables
from pages.exports import page_book, xlsx
from pages.exports.page_book import Piece
from pages.exports.sheets import BLANK, MASKED, Book, Note, file_name
from pages.shell import access, runtime
from pages.shell.runtime import Filters
from pages.theme import formats
from queries import trace
from queries.engine import Engine
from queries.scope import Scope

# Said in words of their own; what else the address names belongs to the page.
_OWN_LINES = ("area", "period", "population", "snapshot")


@dataclass(frozen=True)
class _Here:
    """All that the file needs, taken while the page runs: it is made on another thread."""

    title: str
    filters: Filters
    link: Callable[[], str]
    engine: Engine
    catalogue: Catalogue
    manifest: Manifest
    visitor: access.Visitor
    scope: Scope
    pieces: dict[str, Piece]


def take_away_button(title: str, filters: Filters, *, link: Callable[[], str]) -> None:
    """Draw 导出 for the page that has just run.

    title    Of the page.
    filters  What is shown.
    link     Gives the address that names every filter and the snapshot.
    """
    if not collected.pieces():
        return
    here = _Here(
        title,
        filters,
        link,
        runtime.engine(),
        runtime.catalogue(),
        runtime.manifest(),
        access.visitor(),
        runtime.scope(),
        collected.pieces(),
    )
    allowed = access.may("export")
    st.download_button(
        "导出",
        data=lambda: _made(here),
        file_name=file_name(
            filters.area_name,
            title,
            formats.period_short(filters.period),
            ending="xlsx",
            demo=here.manifest.demo,
        ),
        mime=xlsx.MIME,
        key="take_away",
        on_click="ignore",
        icon=":material/download:",
        disabled=not allowed,
        help="本页的图和表，一个 Excel 工作簿；另有说明页写明条件、口径和溯源码。"
        if allowed
        else access.refusal("export"),
    )


def _made(here: _Here) -> bytes:
    pieces = list(here.pieces.values())
    sheets = page_book.sheets(pieces, here.engine.header, here.catalogue, where=_where(here))
    buffer = BytesIO()
    xlsx.write(buffer, Book(here.title, tuple(sheets), _notes(here, pieces), here.manifest.demo))
    rows = sum(sheet.table.height for sheet in sheets)
    access.record_export(
        f"{';'.join(_conditions(here)[:-1])} {rows}行",
        snapshot=here.manifest.number,
        asking=here.visitor,
    )
    return buffer.getvalue()


def _where(here: _Here) -> str:
    return (
        f"{here.filters.area_name} · {formats.period_label(here.filters.period)} · "
        f"数据截至{formats.date_zh(here.filters.period_end)} · 快照{here.manifest.number}号"
    )


def _notes(here: _Here, pieces: list[Piece]) -> tuple[Note, ...]:
    ids = dict.fromkeys(each for piece in pieces for each in piece.indicators)
    indicators = [here.catalogue.indicators[each] for each in ids]
    notes = [
        Note("页面和条件", _conditions(here)),
        Note("数据", _data(here.manifest, here.filters)),
        Note("指标口径", tuple(_definition(each, here.catalogue) for each in indicators)),
        Note("目标", _targets(here, list(ids))),
        Note("图表说明", tuple(f"{p.title}:{p.note}" for p in pieces if p.note)),
        Note("溯源码", _codes(here, pieces)),
    ]
    return tuple(note for note in notes if note.lines)


def _conditions(here: _Here) -> tuple[str, ...]:
    lines = [
        f"页面：{here.title}",
        f"区划：{here.filters.area_name}（{here.filters.area}）",
        f"报告期：{formats.period_label(here.filters.period)}；各指标取到这一期末为止的最新数",
    ]
    if here.filters.population:
        names = here.catalogue.words.get("populations", {}).get(here.filters.population, {})
        lines.append(f"人群：{names.get('name', here.filters.population)}")
    link = here.link()
    others = [
        (here.catalogue.indicators[value].name if key == "indicator" else value)
        for key, value in parse_qsl(link.partition("?")[2])
        if key not in _OWN_LINES
    ]
    if others:
        lines.append(f"本页其他条件：{'、'.join(others)}")
    return (*lines, f"本页链接：{link}")


def _data(manifest: Manifest, filters: Filters) -> tuple[str, ...]:
    lines = [
        f"数据截至：{formats.date_zh(filters.period_end)}",
        f"快照：{manifest.number}号（{manifest.time[:16].replace('T', ' ')}发布，"
        f"校验值{manifest.sha256[:12]}）",
        f"空格表示{BLANK}",
        MASKED,
        "百分数按两位小数显示，变化以百分点计。",
    ]
    return tuple(lines)


def _definition(indicator: Indicator, catalogue: Catalogue) -> str:
    caveat = f"注意：{indicator.caveat}" if indicator.caveat else ""
    titles = [
        f"{catalogue.tables[each].title}({each})"
        for each in report_tables([indicator])
        if each in catalogue.tables
    ]
    source = f"来源：{'、'.join(titles)}" if titles else ""
    said = f"{indicator.name}（{indicator.unit}）：{indicator.definition}"
    return "；".join(part.rstrip("。；") for part in (said, caveat, source) if part)


def _targets(here: _Here, indicators: list[str]) -> tuple[str, ...]:
    params = {"area": here.filters.area, "period": here.filters.period}
    rows = here.engine.run("targets_for", params, here.manifest.number, scope=here.scope)
    lines = []
    for row in rows.iter_rows(named=True):
        if row["indicator"] in indicators and row["counts"]:
            words = formats.target_text(row["target"], row["comparator"], row["unit"])
            until = f"，至{formats.date_zh(row['valid_to'])}" if row["valid_to"] else ""
            lines.append(
                f"{row['indicator_name']}:{words}({row['status']},{row['scope_name']}"
                f"{until},{row['document']})"
            )
    return tuple(dict.fromkeys(lines))


def _codes(here: _Here, pieces: list[Piece]) -> tuple[str, ...]:
    lines = []
    for piece in pieces:
        issued = trace.issue(
            here.engine, piece.query, piece.params, here.manifest.number, here.scope
        )
        kept = "" if issued.recorded else "（数据仓不可写，没有登记）"
        lines.append(f"{piece.title}：{issued.code}{kept}（查询 {piece.query}）")
    return tuple(dict.fromkeys(lines))
