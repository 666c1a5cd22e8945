"""政策与资料 as a person uses it: choosing, going back, taking files away."""

import csv
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FILES = {
    "facts": {"政策与资料_文件事实.csv": 425},
    "targets": {"政策与资料_目标对照.csv": None},
    "systems": {"政策与资料_无报表的做法.csv": None},
    "series": {"政策与资料_全国历年数.csv": 115},
    "counties": {
        "政策与资料_本系统中的贫困县.csv": 5,
        "政策与资料_每年摘帽县数.csv": 5,
        "政策与资料_832个县.csv": 832,
    },
}


@pytest.mark.parametrize("part", FILES)
def test_every_list_can_be_taken_away_with_as_many_rows_as_its_button_says(visit, part):
    page = visit.open(f"/policy?part={part}")
    buttons = page.get_by_test_id("stDownloadButton")
    found = {}
    for number in range(buttons.count()):
        if "行）" not in buttons.nth(number).inner_text():
            continue  # the whole page as one workbook
        with page.expect_download() as download:
            buttons.nth(number).get_by_role("button").click()
        content = Path(download.value.path()).read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(StringIO(content, newline="")))[1:]
        assert f"（{len(rows)}行）" in buttons.nth(number).inner_text()
        found[download.value.suggested_filename] = len(rows)
    assert set(found) == set(FILES[part])
    wanted = {name: count for name, count in FILES[part].items() if count}
    assert {name: found[name] for name in wanted} == wanted
    assert visit.faults() == []


def test_only_the_five_counties_of_shangqiu_are_called_poverty_counties(visit):
    visit.open("/policy?part=counties")
    said = visit.text()
    for county in ("民权县", "睢县", "宁陵县", "柘城县", "虞城县"):
        assert f"商丘市{county}（2018年摘帽）" in said
    assert said.count("年摘帽）") == 5


def test_a_choice_stands_in_the_address_and_the_back_button_undoes_it(visit):
    page = visit.open("/policy")
    field = page.locator(".st-key-search_choice input")
    field.fill("签约")
    field.press("Enter")
    page.wait_for_url("**search=**", timeout=20_000)
    visit.settled()
    assert parse_qs(urlsplit(page.url).query)["search"] == ["签约"]
    assert "共 425 条" not in visit.text()
    page.go_back()
    page.get_by_text("共 425 条").wait_for(timeout=20_000)
    expect(field).to_have_value("", timeout=20_000)
