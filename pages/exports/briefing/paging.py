"""How much fits on a 16:9 page: text by lines, tables by the lines of their rows.

The numbers are those of the slides, which are a little narrower than the screen.
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

LINE = 52  # characters of a line of text
LINES = 16  # lines of text on a page
TABLE_LINES = 20  # lines of a table on a page with a sentence above, its heading counted
MORE_LINES = 22  # and on a page without
BESIDE_CHART, WHOLE_WIDTH = 42, 68  # characters across a table
_SHORTENED = "名称过长的用“…”略去中间。"
SCALES = (1.5, 1.375, 1.25, 1.125)  # of the type of a page with little on it, largest first


def text_scale(sentences: Sequence[Sentence]) -> float:
    """How much larger than the smallest size the sentences of one page may be set."""
    return _largest(
        lambda scale: sum(lines(each.text, LINE / scale) + 0.5 for each in sentences), LINES
    )


def table_scale(table: PaperTable, across: float, room: float) -> float:
    """How much larger than the smallest size a table may be set, no cell broken for it.

    across  Characters across it in the smallest size.
    room    Lines of the smallest size, one for each line of a row.
    """

    def needed(scale: float) -> float:
        rows = [row_lines(row, table.columns, across / scale) for row in table.rows]
        if rows != [row_lines(row, table.columns, across) for row in table.rows]:
            return inf
        return heading_lines(table.columns, across / scale) + sum(rows)

    return _largest(needed, room)


def split_sentences(sentences: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    """Sentences in groups that fit one page each; never an empty list."""
    pages: list[list[Sentence]] = [[]]
    used = 0.0
    for each in sentences:
        need = lines(each.text, LINE) + 0.5  # and the space between
        if pages[-1] and used + need > LINES:
            pages.append([])
            used = 0.0
        pages[-1].append(each)
        used += need
    return [tuple(page) for page in pages]


def split_table(page: BriefingPage) -> list[BriefingPage]:
    """A page whose table is too long as several; the totals stand on the first.

    The chart goes along with the rows; sentences stand on the first page only. Names so long that
    the table would run on for more than a page are shortened: their ends tell them apart.
    """
    table = page.table
    if table is None:
        return [page]
    across = BESIDE_CHART if page.layout == RANKING else WHOLE_WIDTH
    sizes, short = _table_sizes(page, table, across), _with_short_names(table, across)
    if short != table and len(sizes) - len(fewer := _table_sizes(page, short, across)) > 1:
        table, sizes = replace(short, note=f"{table.note}{_SHORTENED}"), fewer
    body = table.rows[table.totals :]
    pages, start = [], 0
    for number, size in enumerate(sizes):
        head = table.rows[: table.totals] if not number else ()
        rows = (*head, *body[start : start + size])
        pages.append(
            replace(
                page,
                table=replace(table, rows=rows, totals=len(head)),
                chart=_part(page.chart, start, size),
                sentences=page.sentences if not number else (),
            )
        )
        start += size
    return pages


def _table_sizes(page: BriefingPage, table: PaperTable, across: float) -> list[int]:
    """How many rows of the table stand on each page."""
    heading = heading_lines(table.columns, across)
    said = sum(lines(each.text, LINE) for each in page.sentences)
    first = (TABLE_LINES - max(said - 2, 0) if said else MORE_LINES) - heading - table.totals
    heights = [row_lines(row, table.columns, across) for row in table.rows[table.totals :]]
    return _sizes(heights, first, MORE_LINES - heading)


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
    rows = tuple(
        tuple(replace(cell, text=made.get(cell.text, cell.text)) for cell in row)
        for row in table.rows
    )
    return replace(table, rows=rows)


def _shortened(name: str, most: int) -> str:
    """Beginning and end of a name, most of it the end: there it says what kind of place it is."""
    front = max(1, (most - 1) // 3)
    return f"{name[:front]}…{name[-(most - 1 - front) :]}"


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
    width = sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text)
    return max(1, -int(-width // max(across - 0.6, 1)))


def row_lines(row: Sequence[PaperCell], columns: Sequence[PaperColumn], across: float) -> int:
    """Lines that a row of a table takes."""
    whole = sum(column.weight for column in columns)
    return max(
        lines(_with_light(cell.text, column), across * column.weight / whole)
        for cell, column in zip(row, columns, strict=True)
    )


def _with_light(text: str, column: PaperColumn) -> str:
    """A light stands with its shape before the word."""
    return f"●　{text}" if column.kind == "light" and text else text


def _largest(needed: Callable[[float], float], room: float) -> float:
    """The largest scale whose lines fit: short pages are read from the back of the room."""
    return next((scale for scale in SCALES if needed(scale) * scale <= room), 1.0)


def _sizes(heights: Sequence[int], first: int, more: int) -> list[int]:
    """How many rows stand on each page: as few pages as can be, filled to about the same share."""
    total, count = sum(heights), 1
    while count < len(heights) and first + (count - 1) * more < total:
        count += 1
    while True:
        share = min(1.0, total / (first + (count - 1) * more))
        sizes = _filled(heights, [share * first] + [share * more] * (count - 1))
        fits = all(
            sum(heights[sum(sizes[:page]) :][:size]) <= (more if page else first)
            for page, size in enumerate(sizes)
        )
        if fits or count >= len(heights):
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


def _part(chart: Chart | None, start: int, size: int) -> Chart | None:
    if chart is None:
        return None
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
