"""What a briefing is made of, before anybody draws it: pages of figures, tables and sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pages.charts.description import Chart

# The six ways in which a page is laid out, on the screen and as a slide.
COVER, FIGURES, RANKING, CLINICS, WORDS, TABLE = (
    "cover",
    "figures",
    "ranking",
    "clinics",
    "words",
    "table",
)


@dataclass(frozen=True)
class Origin:
    """The question behind something shown, and its 溯源码."""

    query: str
    params: Mapping[str, Any]
    code: str


@dataclass(frozen=True)
class Sentence:
    """One sentence and what it speaks of.

    key         Stays the same from week to week, so that an edit finds its sentence again.
    original    What the rules wrote, when a person has changed the text; else empty.
    free        A person may write other figures too (下一步: dates, units).
    short       What a slide says where the whole text is too long for it.
    brief       What the bulletin says instead, which has two to four pages.
    known       More of the same matter: its figures may be written into the text.
    """

    key: str
    text: str
    indicator: str = ""
    population: str = ""
    area: str = ""
    period: str = ""
    source: Origin | None = None
    original: str = ""
    free: bool = False
    short: str = ""
    brief: str = ""
    known: str = ""

    @property
    def on_slide(self) -> str:
        """The text as it stands on a slide; what a person wrote stands as it is."""
        return self.text if self.edited else self.short or self.text

    @property
    def in_bulletin(self) -> str:
        """The text as it stands in the bulletin; what a person wrote stands as it is."""
        return self.text if self.edited else self.brief or self.text

    @property
    def edited(self) -> bool:
        """Whether a person has changed the text."""
        return bool(self.original)


@dataclass(frozen=True)
class KeyFigure:
    """One key figure: number and unit apart, its light, and short lines below it.

    people   The population in words.
    kind     本年累计 or 项目累计; empty for any other figure.
    alone    The period by itself beside a cumulative figure.
    against  What the comparison that leads is with: 较上年同期; empty without one.
    change   That comparison, in `points` (百分点, % …).
    reason   Why the light is not the one of the gap: 连续两期变差.
    said     The whole sentence, with what each comparison rests on; slides have a shorter one.
    """

    indicator: str
    population: str
    name: str
    number: str
    unit: str
    value: float | None
    period: str
    light: str
    lines: tuple[str, ...]
    people: str = ""
    kind: str = ""
    alone: float | None = None
    against: str = ""
    change: float | None = None
    points: str = ""
    reason: str = ""
    said: str = ""

    @property
    def about(self) -> str:
        """Of which people, and how summed up: 人群：建档立卡贫困人口，本年累计."""
        return "，".join(filter(None, (f"人群：{self.people}" if self.people else "", self.kind)))

    @property
    def judged(self) -> str:
        """The light with its reason: 滞后（连续两期变差）."""
        return f"{self.light}（{self.reason}）" if self.reason else self.light


@dataclass(frozen=True)
class PaperCell:
    """One cell: what stands there, and the number behind it where it is one."""

    text: str
    value: float | None = None
    light: str = ""
    area: str = ""


@dataclass(frozen=True)
class PaperColumn:
    """One column: heading, unit in brackets, and how it is set.

    kind    text | number | light.
    weight  Width against the other columns.
    decimals  Places after the point, for the workbook's number format.
    more    Stands only where there is room: in the document and the workbook.
    """

    title: str
    unit: str = ""
    kind: str = "text"
    weight: float = 1.0
    decimals: int = 2
    more: bool = False

    @property
    def heading(self) -> str:
        """The heading with its unit: 数值（%）."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True)
class PaperTable:
    """A table; the first `totals` rows are of the whole area and stand out.

    note  Stands below it everywhere.
    more  Stands below it too where there is room: in the document and the workbook.
    """

    title: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[PaperCell, ...], ...]
    source: Origin
    note: str = ""
    more: str = ""
    totals: int = 0

    def for_screen(self) -> "PaperTable":
        """The table as it stands on a page of the screen and on a slide."""
        kept = [at for at, column in enumerate(self.columns) if not column.more]
        return replace(
            self,
            columns=tuple(self.columns[at] for at in kept),
            rows=tuple(tuple(row[at] for at in kept) for row in self.rows),
        )


@dataclass(frozen=True)
class BriefingPage:
    """One page of the screen, one slide.

    numbered  The sentences are counted: 1. 2. 3.
    annex     It stands behind the deck, apart, and is counted for itself.
    events    What was recorded on the days of its chart.
    """

    key: str
    section: str
    title: str
    layout: str
    sentences: tuple[Sentence, ...] = ()
    figures: tuple[KeyFigure, ...] = ()
    table: PaperTable | None = None
    chart: Chart | None = None
    unit: str = ""
    definition: str = ""
    sources: tuple[Origin, ...] = ()
    numbered: bool = False
    annex: bool = False
    events: str = ""


@dataclass(frozen=True)
class Briefing:
    """All of it, of one area, period and snapshot.

    pages    The deck, then its annexes; tables too long for a page already split.
    said     Every sentence by its section, for the document: a page may not hold them all.
    figures  Of all chosen indicators, in their order.
    bulletin_title  Its two lines, broken by sense.
    tables   Whole tables by key of their page, for document and workbook.
    demo     The store holds invented figures: every page and file says so.
    edited   Notes on edits that could not be used; shown, not printed.
    """

    area: str
    area_name: str
    place: str
    level: str
    children: str
    period: str
    period_label: str
    period_end: date
    frequency: str
    snapshot: int
    snapshot_time: str
    manifest: str
    demo: bool
    title: str
    bulletin_title: tuple[str, str]
    span: str
    made_by: str
    indicators: tuple[str, ...]
    pages: tuple[BriefingPage, ...]
    said: Mapping[str, tuple[Sentence, ...]]
    figures: tuple[KeyFigure, ...]
    tables: Mapping[str, PaperTable] = field(default_factory=dict)
    edited: tuple[str, ...] = ()

    def counted(self, page: BriefingPage) -> str:
        """Where a page stands: 第3/12页, 附件第1/6页."""
        alike = [each for each in self.pages if each.annex == page.annex]
        where = "附件 第" if page.annex else "第"
        return f"{where} {alike.index(page) + 1}/{len(alike)} 页"

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence, in order."""
        for each in self.said.values():
            yield from each

    def sources(self) -> list[Origin]:
        """Every question asked, once, in order."""
        return list({each.code: each for page in self.pages for each in page.sources}.values())
