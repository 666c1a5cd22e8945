"""数据导出 and each page's 导出 as a person uses them; every file opened again."""

import csv
import io
import re

import openpyxl
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.browser

HERE = "area=411403&period=2020-W51"
LATIN = re.compile(r"[A-Za-z]{2,}")
# Pages with charts; every page is walked by test_every_page, its answers by test_headings.
PAGES = {"/signing": "签约服务", "/village_clinics": "村卫生室标准化"}


def taken(visit, name, folder, *, first=True):
    """Press a button and return the file that comes."""
    buttons = visit.page.locator("[data-testid=stDownloadButton] button")
    with visit.page.expect_download(timeout=120_000) as coming:
        buttons.filter(has_text=name).first.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def said_rows(visit):
    found = re.search(r"共 ([\d,]+) 行", visit.text())
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_gives_one_workbook_of_everything_on_it(visit, path, tmp_path):
    page = visit.open(f"{path}?{HERE}")
    charts = page.locator(".js-plotly-plot").count()
    file = taken(visit, "导出", tmp_path)
    assert file.name == f"演示数据_商丘市睢阳区_{PAGES[path]}_2020年第51周.xlsx"
    book = openpyxl.load_workbook(file)
    drawn = sum(len(vars(sheet)["_charts"]) for sheet in book.worksheets)
    assert charts - 2 <= drawn <= charts  # a map and a heat map have only their table
    assert all("演示数据" in sheet["A1"].value for sheet in book.worksheets[:-1])
    for sheet in book.worksheets[:-1]:
        assert [cell.value for cell in sheet[3] if LATIN.search(str(cell.value or ""))] == []
    said = "\n".join(str(row[0].value) for row in book["说明"].iter_rows())
    for words in (
        "演示数据",
        PAGES[path],
        "睢阳区",
        "数据截至",
        "快照",
        "溯源码",
        "目标",
        "来源：",
    ):
        assert words in said
    assert re.search(r"：[A-Z2-7]{8}（查询 ", said)


def test_as_many_rows_as_are_said_are_in_every_file(visit, tmp_path):
    visit.open(f"/download?{HERE}&table=T04")
    rows = said_rows(visit)
    assert rows > 100
    book = openpyxl.load_workbook(taken(visit, "Excel", tmp_path))
    page = book.worksheets[0]
    assert page.max_row - 3 == rows
    assert page["A4"].value.startswith("411403") and page["A4"].data_type == "s"
    text = taken(visit, "CSV", tmp_path).read_bytes().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) - 1 == rows
    assert pq.read_table(taken(visit, "Parquet", tmp_path)).num_rows == rows
    assert visit.faults() == []


def test_indicators_and_their_pivot_keep_their_choice_in_the_address(visit):
    choice = "indicators=signing_rate,county_visit_rate&from=2020-W50"
    visit.open(f"/download?{HERE}&part=indicators&{choice}")
    assert "家庭医生签约率（%）" in visit.text() and "县域内就诊率（%）" in visit.text()
    assert said_rows(visit) > 2
    visit.open("/download?area=411400&period=2020-W51&part=pivot&from=2020-W50")
    assert said_rows(visit) == 11
    assert "不是把率平均" in visit.text()
    assert visit.faults() == []


def test_a_question_of_ones_own_is_answered_and_stands_in_the_address(visit, tmp_path):
    page = visit.open("/download?part=console&sql=select+count(*)+as+n+from+areas")
    page.get_by_role("button", name="运行").click()
    page.get_by_text(re.compile("共 .* 行，用时|共 1 行")).first.wait_for(timeout=90_000)
    assert "sql=select" in page.url
    book = openpyxl.load_workbook(taken(visit, "Excel", tmp_path))
    assert book.worksheets[0]["A4"].value > 1_000
    assert visit.faults() == []


def test_a_refusal_is_said_in_words(visit):
    page = visit.open("/download?part=console&sql=drop+table+areas")
    page.get_by_role("button", name="运行").click()
    page.get_by_text("只能查询").first.wait_for(timeout=60_000)
