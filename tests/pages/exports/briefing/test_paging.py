"""How large a page's type may be: as large as there is room, and never at the cost of a cell."""

import re

from hypothesis import given
from hypothesis import strategies as some

from pages.exports.briefing.model import (
    RANKING,
    BriefingPage,
    Origin,
    PaperCell,
    PaperColumn,
    PaperTable,
    Sentence,
)
from pages.exports.briefing.paging import (
    LINE,
    LINES,
    WHOLE_WIDTH,
    heading_lines,
    lines,
    row_lines,
    split_table,
    table_scale,
    text_scale,
)
from pages.exports.briefing.writers import sheets

ROOM = 22


def table(*rows, light=False):
    columns = (PaperColumn("单位", weight=2.0), PaperColumn("灯号" if light else "数值"))
    if light:
        columns = (columns[0], PaperColumn("灯号", kind="light"))
    return PaperTable(
        "表", columns, tuple(tuple(map(PaperCell, row)) for row in rows), Origin("", {}, "")
    )


def sentences(count, text):
    return tuple(Sentence(str(each), text) for each in range(count))


def test_a_table_of_six_rows_is_set_half_as_large_again():
    assert table_scale(table(*[("甲县", "97.61")] * 6), WHOLE_WIDTH, ROOM) == 1.5


def test_a_table_that_fills_the_page_keeps_its_size():
    assert table_scale(table(*[("甲县", "97.61")] * 21), WHOLE_WIDTH, ROOM) == 1.0


def test_no_name_is_broken_into_two_lines_for_the_sake_of_larger_type():
    across = 24.0  # two thirds of it hold this name once, and no larger
    name = "积石山保安族东乡族撒拉族自治县"
    assert table_scale(table((name, "97.61")), across, ROOM) == 1.0


def test_a_light_is_counted_with_its_shape():
    narrow = 9.0
    row = table(("甲县", "预警"), light=True)
    assert row_lines(row.rows[0], row.columns, narrow) == 2
    assert row_lines((PaperCell("甲县"), PaperCell("")), row.columns, narrow) == 1


@given(
    names=some.lists(some.text("甲县乡镇自治", min_size=1, max_size=30), min_size=1, max_size=30),
    across=some.floats(20, WHOLE_WIDTH),
)
def test_larger_type_always_fits_the_room(names, across):
    made = table(*((name, "97.61") for name in names))
    scale = table_scale(made, across, ROOM)
    if scale > 1.0:
        shown = across / scale
        used = heading_lines(made.columns, shown)
        used += sum(row_lines(row, made.columns, shown) for row in made.rows)
        assert used * scale <= ROOM


def test_few_sentences_are_set_larger_and_a_full_page_is_not():
    assert text_scale(sentences(2, "全市签约率为97.61%。")) == 1.5
    full = sentences(5, "字" * (LINE * 2 - 10))
    assert sum(lines(each.text, LINE) + 0.5 for each in full) <= LINES
    assert text_scale(full) == 1.0


def long_page(count):
    """A page of places with names of 23 characters that only their ends tell apart."""
    rows = [(PaperCell("全市"), PaperCell("97.61"))]
    named = "积石山保安族东乡族" * 2
    rows += [
        (PaperCell(f"{named}{each:02d}号管理区", area=str(each)), PaperCell("1"))
        for each in range(count)
    ]
    made = table()
    columns = (PaperColumn("单位", weight=1.0), PaperColumn("数值", weight=3.0))
    whole = PaperTable("表", columns, tuple(rows), made.source, totals=1)
    return BriefingPage("ranking", "甲", "表", table=whole, layout=RANKING)


def names_of(pages):
    return [row[0].text for page in pages for row in page.table.rows[page.table.totals :]]


def test_long_names_are_shortened_where_they_would_fill_page_after_page():
    pages = split_table(long_page(30))
    names = names_of(pages)
    assert len(pages) == 2
    assert len(set(names)) == 30
    assert all("…" in name and name.endswith("号管理区") for name in names)
    assert "略去中间" in pages[0].table.note


def test_a_few_long_names_stay_whole():
    pages = split_table(long_page(5))
    assert not any("…" in name for name in names_of(pages))
    assert pages[0].table.note == ""


def test_on_the_screen_a_table_whose_rows_break_is_set_smaller():
    """Else it would run into the foot of the sheet: ten rows of two lines are twenty."""

    def size(words, rows):
        found = re.search(
            r'<table class="(\w+)">', sheets.table_html(table(*[("甲县", words)] * rows))
        )
        return found[1] if found else ""

    assert [size("97.61", rows) for rows in (12, 13, 17)] == ["roomy", "middle", ""]
    assert [size("已报十九个" * 8, rows) for rows in (6, 8, 10)] == ["roomy", "middle", ""]
