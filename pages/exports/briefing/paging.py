"""How much fits on a 16:9 page: text by lines, tables by the lines of their rows.

The numbers are those of the slides, in points of a page of 960 × 540; the screen has a little more.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from pages.charts.description import Chart
from pages.exports.briefing.model import (
    RANKING,
    BriefingPage,
    PaperCell,
    PaperColumn,
    PaperTable,
    Sentence,
)
from pages.theme import formats

LINE, LINES = 54, 17  # characters of a line of text in its usual size, and lines on a page
# Of the type, largest first.
SCALES = (1.5, 1.44, 1.375, 1.31, 1.25, 1.19, 1.125, 1.06, 1.0, 0.9, 0.8, 0.72)
TOP, BOTTOM = 62.0, 507.0  # points between which a page is filled
SAID_ACROSS, SAID_LINE = 66, 18.5  # characters of a line above a table, points of its height
NOTE_ACROSS, NOTE_LINE = 76, 15.5  # and below it
ROW = 16.0  # points of a line of a table in its smallest type
BESIDE_CHART, WHOLE_WIDTH = 42, 68  # characters across a table
ONE_COLUMN, TWO_COLUMNS = 18, 36  # rows of a ranking on one page
_GAP = 6.0
_SHORTENED = "名称过长的用“…”略去中间。"
_REMARKS = 4  # so many stand in a note where they have no column
_NARROW = ("名次", "灯号")  # beside name and figure, what a table in two columns keeps


def text_scale(sentences: Sequence[Sentence]) -> float:
    """How large the sentences of one page may be set, against the usual size."""
    return _largest(lambda scale: _needed(sentences, scale), LINES)


def fits(sentences: Sequence[Sentence]) -> bool:
    """Whether sentences fit one page, if only in the smallest type."""
    return _needed(sentences, SCALES[-1]) * SCALES[-1] <= LINES


def table_scale(table: PaperTable, across: float, room: float) -> float:
    """How much larger than the smallest size a table may be set, no row of an area broken for it.

    across  Characters across it in the smallest size.
    room    Lines of the smallest size, one for each line of a row.
    """
    named = any(cell.area for row in table.rows for cell in row)

    def needed(scale: float) -> float:
        rows = [row_lines(row, table.columns, across / scale) for row in table.rows]
        if named and rows != [row_lines(row, table.columns, across) for row in table.rows]:
            return inf
        return heading_lines(table.columns, across / scale) + sum(rows)

    return _largest(needed, room, least=1.0)


def table_place(page: BriefingPage) -> tuple[float, float]:
    """Between which heights a table stands: below what is said, above its note. In points."""
    said = sum(lines(each.on_slide, SAID_ACROSS) for each in page.sentences)
    top = TOP + said * SAID_LINE + (_GAP if said else 0)
    note = note_of(page)
    below = lines(note, NOTE_ACROSS) * NOTE_LINE + _GAP if note else 0
    return top, BOTTOM - below


def note_of(page: BriefingPage) -> str:
    """What stands below a page: the table's note, what the figure means, what was recorded."""
    parts = [page.table.note] if page.table and page.table.note else []
    if page.definition:
        parts.append(f"口径：{page.definition}" if page.table else page.definition)
    return "".join([*parts, page.events])


def table_room(page: BriefingPage) -> float:
    """Lines of a table that a page has room for, its heading counted."""
    top, bottom = table_place(page)
    return (bottom - top) / ROW


def table_across(page: BriefingPage) -> float:
    """Characters across the tables of a page, side by side or alone."""
    if page.layout != RANKING or page.chart is None:
        return WHOLE_WIDTH
    return 48 if page.table is not None and len(side_by_side(page.table)) > 1 else BESIDE_CHART


def split_sentences(sentences: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    """Sentences in groups that fit one page each; never an empty list."""
    pages: list[list[Sentence]] = [[]]
    for each in sentences:
        if pages[-1] and not fits([*pages[-1], each]):
            pages.append([])
        pages[-1].append(each)
    return [tuple(page) for page in pages]


def fit_ranking(page: BriefingPage) -> list[BriefingPage]:
    """A ranking on as few pages as it needs: whole, without remarks, then in two columns.

    Remarks that lose their column stand in the note. A page holds 36 rows; more go on behind it.
    """
    table = page.table
    if table is None:
        return [page]
    spoken = _without_remarks(table)
    if len(table.rows) - table.totals <= ONE_COLUMN:
        for shown in (table, spoken, _with_short_names(spoken, BESIDE_CHART)):
            if _stands(made := replace(page, table=shown)):
                return [made]
    narrow = _narrow(spoken)
    body = narrow.rows[narrow.totals :]
    count = -(-len(body) // TWO_COLUMNS)
    size = -(-len(body) // count)
    return [
        replace(
            page,
            table=_with_short_names(
                replace(
                    narrow,
                    rows=(*(narrow.rows[: narrow.totals]), *body[start : start + size]),
                ),
                24,
            ),
            sentences=page.sentences if not start else (),
        )
        for start in range(0, len(body), size)
    ]


def side_by_side(table: PaperTable) -> tuple[PaperTable, ...]:
    """A ranking of more than 18 rows as two tables of about the same length."""
    if len(table.rows) - table.totals <= ONE_COLUMN:
        return (table,)
    half = -(-len(table.rows) // 2)
    return (
        replace(table, rows=table.rows[:half]),
        replace(table, rows=table.rows[half:], totals=0),
    )


def split_table(page: BriefingPage) -> list[BriefingPage]:
    """A page whose table is too long as several; the totals stand on the first.

    Sentences stand on the first page only. Names so long that the table would run on for more than
    a page are shortened: their ends tell them apart.
    """
    table = page.table
    if table is None:
        return [page]
    across = table_across(page)
    sizes, short = _table_sizes(page, table, across), _with_short_names(table, across)
    if short != table and len(sizes) - len(fewer := _table_sizes(page, short, across)) > 1:
        table, sizes = short, fewer
    body = table.rows[table.totals :]
    pages, start = [], 0
    for number, size in enumerate(sizes):
        head = table.rows[: table.totals] if not number else ()
        rows = (*head, *body[start : start + size])
        pages.append(
            replace(
                page,
                table=replace(table, rows=rows, totals=len(head)),
                sentences=page.sentences if not number else (),
            )
        )
        start += size
    return pages


def split_chart(page: BriefingPage, most: int = 16) -> list[BriefingPage]:
    """A page of a chart with too many groups as several of about the same size."""
    if page.chart is None or len(page.chart.names) <= most:
        return [page]
    total = len(page.chart.names)
    size = -(-total // -(-total // most))
    return [
        replace(
            page,
            chart=_part(page.chart, start, size),
            sentences=page.sentences if not start else (),
        )
        for start in range(0, total, size)
    ]


def heading_lines(columns: Sequence[PaperColumn], across: float) -> int:
    """How many lines the tallest heading takes."""
    whole = sum(column.weight for column in columns)
    return max(lines(each.heading, across * each.weight / whole) for each in columns)


def lines(text: str, across: float) -> int:
    """Lines that a text takes at so many full-width characters to the line; at least one."""
    return max(1, -int(-width(text) // max(across - 0.6, 1)))


def width(text: str) -> float:
    """The width of a text in full-width characters."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text)


def row_lines(row: Sequence[PaperCell], columns: Sequence[PaperColumn], across: float) -> int:
    """Lines that a row of a table takes."""
    whole = sum(column.weight for column in columns)
    return max(
        lines(_with_light(cell.text, column), across * column.weight / whole)
        for cell, column in zip(row, columns, strict=True)
    )


def _needed(sentences: Sequence[Sentence], scale: float) -> float:
    return sum(lines(each.on_slide, LINE / scale) + 0.5 for each in sentences)


def _stands(page: BriefingPage) -> bool:
    """Whether the whole table of a page fits it in the smallest type."""
    table, across = page.table, table_across(page)
    if table is None:
        return True
    rows = sum(row_lines(row, table.columns, across) for row in table.rows)
    return heading_lines(table.columns, across) + rows <= table_room(page)


def _without_remarks(table: PaperTable) -> PaperTable:
    """The table without its last column of remarks; they stand in the note, with their area."""
    at = next((n for n, each in enumerate(table.columns) if each.title == "说明"), None)
    if at is None:
        return table
    said = [f"{row[1].text}{row[at].text}" for row in table.rows if row[at].text]
    note = f"{formats.names(said, most=_REMARKS, between='；')}。" if said else ""
    return replace(
        table,
        columns=(*table.columns[:at], *table.columns[at + 1 :]),
        rows=tuple((*row[:at], *row[at + 1 :]) for row in table.rows),
        note=f"{table.note}{note}",
    )


def _narrow(table: PaperTable) -> PaperTable:
    """Place, name, figure and light: what a table keeps that stands beside itself."""
    kept = [at for at, each in enumerate(table.columns) if at in (1, 2) or each.title in _NARROW]
    return replace(
        table,
        columns=tuple(replace(table.columns[at], weight=_NARROW_WEIGHTS[n])
                      for n, at in enumerate(kept)),
        rows=tuple(tuple(row[at] for at in kept) for row in table.rows),
    )  # fmt: skip


_NARROW_WEIGHTS = (0.62, 2.0, 1.05, 1.2)


def _table_sizes(page: BriefingPage, table: PaperTable, across: float) -> list[int]:
    """How many rows of the table stand on each page."""
    heading = heading_lines(table.columns, across)
    first = table_room(replace(page, table=table)) - heading - table.totals
    more = table_room(replace(page, table=table, sentences=())) - heading
    heights = [row_lines(row, table.columns, across) for row in table.rows[table.totals :]]
    return _sizes(heights, first, more)


def _with_short_names(table: PaperTable, across: float) -> PaperTable:
    """The table with every area's name on one line; names that would be alike stay whole."""
    whole = sum(column.weight for column in table.columns)
    cells = [cell for row in table.rows for cell in row]
    names = {cell.text for cell in cells if cell.area}
    room = {column: across * column.weight / whole for column in table.columns}
    made: dict[str, str] = {}
    for row in table.rows:
        for cell, column in zip(row, table.columns, strict=True):
            if cell.area and lines(cell.text, room[column]) > 1:
                made[cell.text] = _shortened(cell.text, int(room[column] - 0.6))
    told = Counter(made.get(name, name) for name in names)
    made = {name: short for name, short in made.items() if told[short] == 1}
    if not made:
        return table
    rows = tuple(
        tuple(replace(cell, text=made.get(cell.text, cell.text)) for cell in row)
        for row in table.rows
    )
    return replace(table, rows=rows, note=f"{table.note}{_SHORTENED}")


def _shortened(name: str, most: int) -> str:
    """Beginning and end of a name, most of it the end: there it says what kind of place it is."""
    front = max(1, (most - 1) // 3)
    return f"{name[:front]}…{name[-(most - 1 - front) :]}"


def _with_light(text: str, column: PaperColumn) -> str:
    """A light stands with its shape before the word."""
    return f"●　{text}" if column.kind == "light" and text else text


def _largest(needed: Callable[[float], float], room: float, least: float = 0) -> float:
    """The largest scale whose lines fit: short pages are read from the back of the room."""
    offered = [scale for scale in SCALES if scale >= least]
    return next((scale for scale in offered if needed(scale) * scale <= room), offered[-1])


def _sizes(heights: Sequence[int], first: float, more: float) -> list[int]:
    """How many rows stand on each page: as few pages as can be, filled to about the same share."""
    total, count = sum(heights), 1
    while count < len(heights) and first + (count - 1) * more < total:
        count += 1
    while True:
        share = min(1.0, total / (first + (count - 1) * more))
        sizes = _filled(heights, [share * first] + [share * more] * (count - 1))
        stands = all(
            sum(heights[sum(sizes[:page]) :][:size]) <= (more if page else first)
            for page, size in enumerate(sizes)
        )
        if stands or count >= len(heights):
            return sizes
        count += 1


def _filled(heights: Sequence[int], bars: Sequence[float]) -> list[int]:
    """Rows for each page, so that every page is filled to its bar as nearly as can be."""
    sizes, used, bar = [0], 0.0, bars[0]
    for height in heights:
        if sizes[-1] and used + height / 2 > bar and len(sizes) < len(bars):
            bar += bars[len(sizes)]
            sizes.append(0)
        sizes[-1] += 1
        used += height
    return sizes


def _part(chart: Chart, start: int, size: int) -> Chart:
    cut = slice(start, start + size)
    return replace(
        chart,
        names=chart.names[cut],
        codes=chart.codes[cut],
        series=[
            replace(
                each,
                values=each.values[cut],
                colour=each.colour if isinstance(each.colour, str) else each.colour[cut],
            )
            for each in chart.series
        ],
    )
