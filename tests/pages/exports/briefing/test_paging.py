"""How large a page's type may be: as large as there is room, and never at the cost of a cell."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.charts.description import Chart, Series
from pages.exports.briefing.model import (
    RANKING,
    TABLE,
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
    fit_ranking,
    heading_lines,
    lines,
    row_lines,
    side_by_side,
    split_sentences,
    split_table,
    table_scale,
    text_scale,
)
from pages.exports.briefing.writers.line_scale import fitted

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
    made = table((name, "97.61"))
    named = replace(made, rows=((PaperCell(name, area="622927"), made.rows[0][1]),))
    assert table_scale(named, across, ROOM) == 1.0


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
    full = (*sentences(6, "字" * (LINE * 2 - 10)), Sentence("last", "字"))
    assert sum(lines(each.text, LINE) + 0.5 for each in full) <= LINES
    assert text_scale(full) == 1.0


def test_much_is_set_smaller_before_it_needs_a_second_page():
    much = sentences(9, "字" * (LINE * 2 - 10))
    assert text_scale(much) < 1.0
    assert len(split_sentences(much)) == 1
    assert len(split_sentences(much * 2)) == 2


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
    return BriefingPage("annex.1", "甲", "表", table=whole, layout=TABLE)


def names_of(pages):
    return [row[0].text for page in pages for row in page.table.rows[page.table.totals :]]


def test_long_names_are_shortened_where_they_would_fill_page_after_page():
    pages = split_table(long_page(46))
    names = names_of(pages)
    assert len(pages) == 2
    assert len(set(names)) == 46
    assert all("…" in name and name.endswith("号管理区") for name in names)
    assert "略去中间" in pages[0].table.note


def test_a_few_long_names_stay_whole():
    pages = split_table(long_page(5))
    assert not any("…" in name for name in names_of(pages))
    assert pages[0].table.note == ""


def ranking(count, name="甲{}县", remark=""):
    """A page of a ranking of so many places."""
    columns = (
        PaperColumn("名次", kind="number", weight=0.5),
        PaperColumn("县", weight=1.7),
        PaperColumn("数值", "%", "number"),
        PaperColumn("灯号", kind="light", weight=1.1),
        PaperColumn("说明", weight=2.4),
    )
    rows = tuple(
        tuple(map(PaperCell, (str(each), name.format(each), "97.61", "预警", remark)))
        for each in range(1, count + 1)
    )
    chart = Chart(kind="lines", alt="", names=["第1周"], series=[])
    whole = PaperTable("表", columns, rows, Origin("", {}, ""))
    return BriefingPage("ranking", "甲", "表", table=whole, chart=chart, layout=RANKING)


def headings(page):
    return [column.title for column in page.table.columns]


@pytest.mark.parametrize(("count", "pages", "columns"), [(18, 1, 1), (19, 1, 2), (36, 1, 2)])
def test_a_ranking_stands_on_one_page_up_to_36_places(count, pages, columns):
    made = fit_ranking(ranking(count))
    assert len(made) == pages
    assert len(side_by_side(made[0].table)) == columns


def test_more_places_than_36_go_on_on_a_second_page():
    made = fit_ranking(ranking(37))
    assert [len(page.table.rows) for page in made] == [19, 18]


def test_remarks_without_room_for_their_column_stand_in_the_note():
    (page,) = fit_ranking(ranking(16, remark="已报十六分之十七，刘口镇未报，可比口径，暂定数"))
    assert "说明" not in headings(page)
    assert "甲1县已报十六分之十七" in page.table.note and "等16个" in page.table.note


def test_few_remarks_keep_their_column():
    (page,) = fit_ranking(ranking(9, remark="连续两期变差"))
    assert headings(page)[-1] == "说明"


@given(
    known=some.lists(some.floats(-1e6, 1e6), min_size=2, max_size=40),
    decimals=some.integers(0, 2),
)
def test_a_scale_holds_every_figure_and_has_few_lines(known, decimals):
    chart = Chart(
        kind="lines", alt="", names=[], series=[Series(name="", values=known)], decimals=decimals
    )
    low, high, step = fitted(chart)
    assert low <= min(known) + 1e-6 and high >= max(known) - 1e-6
    assert 1 <= round((high - low) / step) <= 7
