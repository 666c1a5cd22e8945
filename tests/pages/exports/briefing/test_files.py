"""Slides, document and workbook read back: native, editable, and the same figure everywhere."""

import re
import time
import zipfile
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Emu

from pages.exports.briefing import files
from pages.exports.briefing.edits import NONE
from pages.exports.briefing.writers import sheets
from pages.exports.briefing.writers.slide_master import FONT, LAYOUTS
from queries import trace
from tests.pages.exports.briefing import stores
from tests.pages.exports.briefing.conftest import desk_of, made

TEXT = re.compile(r"<[^>]+>")


def bytes_of(kind, briefing, catalogue):
    target = BytesIO()
    files.KINDS[kind].write(briefing, catalogue, target)
    return target


@pytest.fixture(scope="module")
def package(nine, briefing):
    """The slides as a file, in bytes."""
    return bytes_of("briefing", briefing, nine[2].catalogue).getvalue()


@pytest.fixture(scope="module")
def slides(package):
    return Presentation(BytesIO(package))


@pytest.fixture(scope="module")
def long_deck(many):
    """The slides of 35 counties, and how many seconds of work they took."""
    briefing, catalogue = many
    begun = time.process_time()
    made_so = bytes_of("briefing", briefing, catalogue)
    return Presentation(made_so), time.process_time() - begun


@pytest.fixture(scope="module")
def document(nine, briefing):
    return Document(bytes_of("bulletin", briefing, nine[2].catalogue))


@pytest.fixture(scope="module")
def workbook(nine, briefing):
    return load_workbook(bytes_of("workbook", briefing, nine[2].catalogue))


def texts(slide):
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield from (line.text for line in shape.text_frame.paragraphs)
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def test_a_slide_stands_for_every_page_of_the_screen(slides, briefing):
    assert len(slides.slides) == len(briefing.pages)
    assert (slides.slide_width * 9, slides.slide_width) == (
        slides.slide_height * 16,
        Emu(12_192_000),
    )
    names = [slide.slide_layout.name for slide in slides.slides]
    assert names == [LAYOUTS[page.layout][0] for page in briefing.pages]
    assert len(slides.slide_layouts) == 6


def test_the_series_of_every_chart_are_the_figures_of_the_question(nine, slides, briefing):
    _, engine, _ = nine
    checked = 0
    for slide, page in zip(slides.slides, briefing.pages, strict=True):
        charts = [shape.chart for shape in slide.shapes if shape.has_chart]
        assert len(charts) == (page.chart is not None)
        if not page.key.startswith("areas."):
            continue
        asked = engine.run("briefing_trend", {"parent": stores.CITY, "period": stores.WEEK})
        rows = asked.filter(pl.col("indicator") == page.key.partition(".")[2])
        drawn = {each.name: list(each.values) for each in charts[0].plots[0].series}
        assert drawn["本期" if "本期" in drawn else "本年累计"] == rows["printed"].to_list()
        assert drawn["上年同期"] == rows["yoy_value"].to_list()
        checked += 1
    assert checked == 8


def test_slides_hold_native_charts_and_tables_and_no_picture(package, briefing):
    with zipfile.ZipFile(BytesIO(package)) as parts:
        names = parts.namelist()
    assert not [name for name in names if name.startswith("ppt/media")]
    charts = sum(page.chart is not None for page in briefing.pages)
    assert sum(name.startswith("ppt/charts/chart") for name in names) == charts
    # Each chart carries its own workbook: it can be changed by hand.
    assert sum(name.startswith("ppt/embeddings/") for name in names) == charts


def test_every_run_has_its_chinese_typeface(package):
    with zipfile.ZipFile(BytesIO(package)) as parts:
        first = min(name for name in parts.namelist() if name.startswith("ppt/charts/chart"))
        theme, chart, slide = (
            parts.read(name).decode("utf-8")
            for name in ("ppt/theme/theme1.xml", first, "ppt/slides/slide3.xml")
        )
    assert theme.count(f'<a:ea typeface="{FONT}"/>') == 2
    for text in (chart, slide):
        assert f'<a:ea typeface="{FONT}"/>' in text
        assert f'<a:cs typeface="{FONT}"/>' in text
    runs = re.findall(r"<a:r>.*?</a:r>", slide, re.S)
    assert runs and all("<a:ea " in run for run in runs)


def test_speaker_notes_hold_definition_and_code(slides, briefing, nine):
    for slide, page in zip(slides.slides, briefing.pages, strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        assert all(source.code in notes for source in page.sources)
        if page.key.startswith("areas."):
            known = nine[2].catalogue.indicators[page.key.partition(".")[2].partition("~")[0]]
            assert known.definition in notes


def test_every_slide_says_whose_figures_up_to_when_and_that_they_are_invented(slides, briefing):
    for page, slide in zip(briefing.pages, slides.slides, strict=True):
        words = "\n".join(texts(slide))
        for part in ("数据截至 2020年12月20日", "快照 2 号", briefing.counted(page), "演示数据"):
            assert part in words


def test_nothing_lies_beyond_the_slide_with_35_counties_of_long_names(long_deck):
    deck: Any = long_deck[0]
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width
            height = shape.height
            if shape.has_table:
                height = sum(row.height for row in shape.table.rows)
            assert shape.top + height <= deck.slide_height, (slide.slide_id, shape.name)
            if shape.has_table:  # and it ends above the note, and in its own width
                assert shape.top + height <= 507 * 12_700
                assert sum(c.width for c in shape.table.columns) <= 900 * 12_700 + 20


def test_the_document_keeps_to_the_page_of_the_standard(document):
    section = document.sections[0]
    assert [round(each / Mm(1)) for each in (
        section.page_width, section.page_height, section.top_margin, section.left_margin,
        section.right_margin, section.bottom_margin,
    )] == [210, 297, 37, 28, 26, 35]  # fmt: skip
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert round(225 / 25.4 * 1440 / int(grid.get(qn("w:linePitch")))) == 22
    assert round(156 / 25.4 * 72 / (16 + int(grid.get(qn("w:charSpace"))) / 4096)) == 28


def faces_of(paragraph):
    return [
        (run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt)
        for run in paragraph.runs
        if run.text
    ]


def test_title_headings_and_body_have_their_typefaces(document):
    lines = [each for each in document.paragraphs if each.text]
    assert faces_of(lines[0]) == [("方正小标宋简体", 22)]
    by_text = {each.text: each for each in lines}
    assert faces_of(by_text["一、总体进展"]) == [("黑体", 16)]
    body = next(each for each in lines if each.text.startswith("家庭医生签约率"))
    assert faces_of(body) == [("仿宋_GB2312", 16)]
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_page_numbers_stand_between_dashes_outside_on_both_sides(document):
    section = document.sections[0]
    for footer, side in ((section.footer, 2), (section.even_page_footer, 0)):
        line = footer.paragraphs[0]
        assert line.alignment == side
        assert line.text.startswith("— ") and line.text.endswith(" —")
        assert "PAGE" in line._p.xml
    assert document.settings.odd_and_even_pages_header_footer


def test_the_title_is_broken_by_sense(document):
    lines = [each.text for each in document.paragraphs]
    assert lines[:2] == ["关于试验市2020年第51周", "健康扶贫重点工作进展情况的通报"]


def test_the_one_table_of_the_bulletin_repeats_its_heading(document):
    assert len(document.tables) == 1
    for table in document.tables:
        head = table.rows[0]._tr.trPr
        assert head.find(qn("w:tblHeader")) is not None


def test_the_document_claims_no_standard_and_has_no_red_head(document):
    words = "\n".join(each.text for each in document.paragraphs)
    assert "9704" not in words and "发文机关" not in words
    assert "演示数据：数字全部是虚构的" in words


def test_screen_slides_document_and_workbook_agree_figure_by_figure(
    briefing, slides, document, workbook
):
    screen = {
        page.key: TEXT.sub("\n", sheets.sheet(page, briefing)).split("\n")
        for page in briefing.pages
    }
    annex = {key: table for key, table in briefing.tables.items() if key.startswith("annex.")}
    # Slides: every cell of every table, every sentence, every key figure.
    for slide, page in zip(slides.slides, briefing.pages, strict=True):
        shown = set(texts(slide))
        for sentence in page.sentences:
            number = f"{page.sentences.index(sentence) + 1}. " if page.numbered else ""
            assert f"{number}{sentence.on_slide}" in shown
            assert sentence.on_slide in screen[page.key]
        for figure in page.figures:
            assert f"{figure.number}{figure.unit}" in shown
            assert figure.number in screen[page.key]
        if page.table is None:
            continue
        native = [shape.table for shape in slide.shapes if shape.has_table]
        drawn = [row for table in native for row in list(table.rows)[1:]]
        for row, line in zip(page.table.rows, drawn, strict=True):
            cells = [cell.text.lstrip("●▲■ ") for cell in line.cells]
            assert cells == [cell.text for cell in row]
            assert all(not cell.text or any(cell.text in t for t in screen[page.key])
                       for cell in row)  # fmt: skip
    # Document: the sentences and the annexes.
    words = "\n".join(each.text for each in document.paragraphs)
    printed = ("verdict", "level.", "most", "lagging.", "worse.", "issues", "doubts", "task.")
    for each in briefing.sentences():
        if each.key.startswith(printed):
            assert each.in_bulletin in words
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows[1:]] for table in document.tables
    ]
    assert tables == [[[cell.text for cell in row] for row in annex["annex.1"].rows]]
    # Workbook: numbers as numbers, equal to what stands on the screen.
    sheets_ = {sheet["A1"].value: sheet for sheet in workbook.worksheets[1:]}
    for key, table in briefing.tables.items():
        sheet = next(s for title, s in sheets_.items() if title == table.title)
        for number, row in enumerate(table.rows, 4):
            for column, (cell, kind) in enumerate(zip(row, table.columns, strict=True), 1):
                found = sheet.cell(number, column).value
                if kind.kind == "number" and cell.value is None:
                    assert found is None, (key, cell)  # no word among numbers
                elif kind.kind == "number":
                    found *= 100 if "%" in sheet.cell(number, column).number_format else 1
                    assert found == pytest.approx(cell.value), (key, cell)
                    places = len(cell.text.rstrip("暂缺").partition(".")[2])
                    shown = f"{found:.{places}f}"
                    assert shown == cell.text.rstrip("暂缺").lstrip("+"), (key, cell)
                else:
                    assert (found or "") == cell.text


def test_the_workbook_is_made_to_be_printed_and_says_where_it_comes_from(workbook, briefing):
    assert workbook.sheetnames[0] == "总体进展"
    assert workbook.sheetnames[-1] == "说明"
    for sheet in workbook.worksheets[:-1]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.freeze_panes == "B4"
        assert "演示数据" in sheet["A2"].value
    notes = "\n".join(str(c.value) for row in workbook["说明"].rows for c in row)
    assert all(source.code in notes for source in briefing.sources())


def test_an_edited_sentence_says_so_in_every_file(nine, briefing):
    _, _, desk = nine
    sentence = next(each for each in briefing.sentences() if each.key == "level.signing_rate")
    edits = NONE.changed(sentence, sentence.text.replace("全市", "我市"))
    edited = made(desk, edits=edits)
    deck = Presentation(bytes_of("briefing", edited, desk.catalogue))
    assert any("（编辑过）" in text for slide in deck.slides for text in texts(slide))
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides]
    assert any(f"原句：{sentence.text}" in each for each in notes)
    word = Document(bytes_of("bulletin", edited, desk.catalogue))
    assert any("（编辑过）" in each.text for each in word.paragraphs)
    book = load_workbook(bytes_of("workbook", edited, desk.catalogue))
    assert sentence.text in [cell.value for cell in book["文字"]["C"]]
    assert any("编辑过" in sheets.sheet(page, edited) for page in edited.pages)


def test_the_same_briefing_gives_the_same_words_and_days_in_a_second_file(nine, briefing, slides):
    second = Presentation(bytes_of("briefing", briefing, nine[2].catalogue))
    assert [list(texts(s)) for s in slides.slides] == [list(texts(s)) for s in second.slides]
    assert slides.core_properties.created == second.core_properties.created


def test_a_cell_that_begins_like_a_formula_stays_text(tmp_path):
    store = stores.make(tmp_path / "store", 2)
    areas = stores.register(2).replace("第1县", "=1+1县")
    stores.tiny.store(
        store.path, stores.rows(2), raw=stores.raw(stores.BEFORE, stores.WEEK), areas=areas
    )
    _, desk = desk_of(store)
    book = load_workbook(bytes_of("workbook", made(desk), desk.catalogue))
    cells = [cell for sheet in book.worksheets for row in sheet.rows for cell in row]
    assert any(cell.value == "=1+1县" for cell in cells)
    assert [cell for cell in cells if cell.data_type == "f"] == []


def test_a_file_records_its_codes(tmp_path):
    store = stores.make(tmp_path / "store", 2)
    engine, desk = desk_of(store)
    briefing = made(desk)
    assert files.issue(briefing, engine)
    for source in briefing.sources():
        assert trace.lookup(store, source.code).query == source.query


def test_35_counties_are_written_within_the_time_allowed(many, long_deck):
    briefing, catalogue = many
    assert long_deck[1] < 20
    for kind in ("bulletin", "workbook"):
        begun = time.process_time()
        bytes_of(kind, briefing, catalogue)
        assert time.process_time() - begun < 20
