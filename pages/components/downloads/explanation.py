"""What the files of 数据导出 say of themselves: conditions, data, definitions, 溯源码."""

from collections.abc import Mapping, Sequence

from data.catalogue.model import Indicator
from data.periods import Period, latest_ending_by
from pages.components.source_note import report_tables
from pages.exports.sheets import BLANK, MASKED, Note
from pages.shell import runtime
from pages.shell.runtime import Filters
from pages.theme import formats


def span_words(period_from: str, period_to: str) -> str:
    """Return 2020年第51周, or 2020年第50周至2020年第51周."""
    first, last = formats.period_short(period_from), formats.period_short(period_to)
    return first if first == last else f"{first}至{last}"


def common(filters: Filters, lines: Sequence[str]) -> tuple[Note, ...]:
    """Return the notes on conditions and data. lines: conditions of the part itself."""
    manifest = runtime.manifest()
    return (
        Note("条件", (f"区划：{filters.area_name}（{filters.area}）及其下级", *lines)),
        Note(
            "数据",
            (
                f"快照：{manifest.number}号（{manifest.time[:16].replace('T', ' ')}发布，"
                f"校验值{manifest.sha256[:12]}）",
                f"空格表示{BLANK}",
                MASKED,
            ),
        ),
    )


def definitions(indicators: Sequence[Indicator]) -> Note:
    """Return what the indicators mean and where they come from."""
    tables = runtime.catalogue().tables
    lines = []
    for each in indicators:
        titles = [f"{tables[t].title}({t})" for t in report_tables([each]) if t in tables]
        source = f"；来源：{'、'.join(titles)}" if titles else ""
        lines.append(f"{each.name}（{each.unit}）：{each.definition.rstrip('。')}{source}")
    return Note("指标口径", tuple(lines))


def code(query: str, params: Mapping[str, object]) -> Note:
    """Issue the 溯源码 of a question and return it as a note."""
    issued = runtime.trace(query, dict(params))
    kept = "" if issued.recorded else "（数据仓不可写，没有登记）"
    return Note("溯源码", (f"{issued.code}{kept}（查询 {query}）",))


def reaching(frequencies: Sequence[str], period_from: str, period_to: str) -> tuple[str, str]:
    """Return the span to ask for, so that coarser indicators are found too.

    A week lies inside a month that ends later: the newest month that has ended by then counts,
    as it does on every page (the figure shown is the latest one by the chosen period's end).
    """
    first, last = Period.parse(period_from), Period.parse(period_to)
    starts = [latest_ending_by(each, last.end) for each in frequencies]
    earliest = min([first, *starts], key=lambda each: each.end)
    return earliest.text if earliest.end < first.start else first.text, last.text
