"""总览, 指标分析 and 指标词典 as a person uses them: down, back, aside, and from a pasted link."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests import browser as browsers

pytestmark = pytest.mark.browser

CITY, COUNTY, TOWNSHIP = "411400", "411422", "411422101"
_END = "script_finished"
BARS = '[aria-label*="排名图"] .bars .point'


@pytest.fixture(scope="module")
def visit(chromium, demo_server):
    """One visitor for all of them: the scripts of the page come over the line only once."""
    with browsers.visit(chromium, demo_server.url, known=True) as seen:
        yield seen
        assert seen.off_machine == []


def query(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def wait_for(visit, pattern):
    visit.page.wait_for_url(re.compile(pattern), timeout=20_000)
    visit.settled()


def test_the_verdict_is_on_the_first_screen_with_what_is_worse_last_and_silent(visit):
    visit.open("/")
    verdict = visit.page.locator(".verdict")
    box = verdict.bounding_box()
    assert box is not None and box["y"] + box["height"] < 420
    said = verdict.inner_text()
    assert [word for word in ("重点指标", "变差", "末位", "未报") if word not in said] == []


def test_a_click_in_the_matrix_opens_the_indicator_of_that_area(visit):
    visit.open("/")
    cell = visit.page.locator('.table-wrap td a[title^="睢县 履约率"]').first
    value = cell.inner_text()
    cell.click()
    wait_for(visit, r"/analysis\?")
    assert query(visit.page)["area"] == COUNTY
    assert query(visit.page)["indicator"] == "signing_fulfilment_rate"
    shown = visit.page.locator(".panel .card-value").inner_text().replace("\n", "")
    assert shown.startswith(value.removesuffix("%"))
    assert visit.faults() == []


def test_a_heading_of_the_matrix_puts_the_areas_in_order(visit):
    page = visit.open("/")
    page.get_by_role("button", name="履约率", exact=True).first.click()
    cells = page.locator("tr:not(.total) td:nth-child(4)")
    values = [float(text.split("%")[0]) for text in cells.all_inner_texts()]
    assert len(values) > 5
    in_order = page.eval_on_selector_all(
        "tbody tr td:nth-child(4)", "all => all.map(cell => parseFloat(cell.dataset.value))"
    )
    assert in_order == sorted(in_order, reverse=True)


def test_drilling_goes_city_county_township_village_and_back_by_crumb_and_button(visit):
    page = visit.open(f"/analysis?area={CITY}")
    bar = page.locator(BARS).first
    bar.scroll_into_view_if_needed()
    bar.click(force=True)
    wait_for(visit, r"area=4114(?!00)\d\d\b")
    county = query(page)["area"]
    rows = page.locator("table th[scope=row] a")
    rows.first.scroll_into_view_if_needed()
    rows.first.click()
    wait_for(visit, r"area=\d{9}\b")
    township = query(page)["area"]
    assert township.startswith(county)
    page.locator("table th[scope=row] a").first.click()
    wait_for(visit, r"village=\d{12}\b")
    assert query(page)["village"].startswith(township)
    assert "村" in page.locator(".state b").inner_text() or "社区" in visit.text()
    assert visit.faults() == []
    page.go_back()
    page.wait_for_url(lambda url: "village" not in url)
    visit.settled()
    assert query(page)["area"] == township
    page.locator(".state a").last.click()
    wait_for(visit, rf"area={county}\b")
    page.locator(".state a").first.click()
    page.wait_for_url(lambda url: county not in url, timeout=20_000)
    visit.settled()
    assert page.locator(".state b").inner_text() == "商丘市"


def test_a_township_without_outline_stands_as_a_tile_and_a_click_goes_there(visit):
    page = visit.open(f"/analysis?area={COUNTY}")
    tiles = page.locator('[aria-label*="方格图"] .bars .point')
    assert tiles.count() == page.locator("table th[scope=row]").count()
    tiles.first.scroll_into_view_if_needed()
    tiles.first.click(force=True)
    wait_for(visit, rf"area={COUNTY}\d\d\d\b")


def test_two_periods_two_areas_and_peers_are_compared(visit):
    visit.open(f"/analysis?area={COUNTY}&look=compare")
    assert "2019年第51周" in visit.text()
    visit.choose("与哪一期比", "2020年第40周")
    assert query(visit.page)["other_period"] == "2020-W40"
    visit.page.get_by_text("2020年第51周与2020年第40周").first.wait_for(timeout=20_000)
    visit.page.get_by_text("两个地区", exact=True).click()
    visit.settled()
    visit.choose("与哪个地区比", "睢阳区(")
    said = re.compile(r"睢县比睢阳区(高|低)\d+\.\d\d个百分点")
    visit.page.get_by_text(said).first.wait_for(timeout=20_000)
    visit.choose("报告期", "2020年第50周")  # the area is still among those to choose from
    area = visit.page.get_by_role("combobox", name="区划")
    assert area.input_value().startswith("商丘市睢县")
    visit.page.get_by_text("同类地区", exact=True).click()
    visit.page.get_by_text("同类组「县」中的位置").first.wait_for(timeout=20_000)
    assert visit.faults() == []


def test_a_pasted_link_opens_the_same_comparison(visit):
    visit.open(
        f"/analysis?area={COUNTY}&look=compare&against=areas&other_area=411403&period=2020-W45"
    )
    assert "睢县比睢阳区" in visit.text()
    assert "2020年第45周" in visit.page.locator(".state").inner_text()


def test_the_copied_link_names_the_pages_own_choices_too(visit):
    page = visit.open(f"/analysis?area={COUNTY}&look=why")
    page.get_by_role("button", name="复制链接").click()
    link = page.locator('[data-testid="stPopoverBody"] code').inner_text().strip()
    named = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
    assert named["look"] == "why" and named["base"] == "previous"
    assert named["area"] == COUNTY and named["period"] == "2020-W51" and named["snapshot"] == "1"


def test_a_choice_of_one_part_draws_that_part_alone_and_the_copied_link_names_it(visit):
    received: list[bytes] = []
    visit.page.on(
        "websocket", lambda its: its.on("framereceived", lambda data: received.append(data))
    )
    page = visit.open(f"/?area={CITY}")
    received.clear()
    page.get_by_text("全部指标", exact=True).click()
    wait_for(visit, "rows=every")
    assert page.locator("table th").first.inner_text() == "指标"
    messages = [ForwardMsg.FromString(data) for data in received]
    ends = [each.script_finished for each in messages if each.WhichOneof("type") == _END]
    assert ends == [ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]
    page.get_by_role("button", name="复制链接").click()
    link = page.locator('[data-testid="stPopoverBody"] code').inner_text().strip()
    assert parse_qs(urlsplit(link).query)["rows"] == ["every"]
    assert visit.faults() == []


def test_a_click_on_a_chart_of_such_a_part_goes_down_with_the_whole_page(visit):
    page = visit.open(f"/analysis?area={CITY}&look=why")
    bar = page.locator(f".st-key-children_{CITY} .bars .point").first
    bar.scroll_into_view_if_needed()
    bar.click(force=True)
    wait_for(visit, r"area=4114(?!00)\d\d\b")
    assert page.locator(".state b").inner_text() != "商丘市"
    assert query(page)["look"] == "why"
    assert visit.faults() == []


def test_filters_stay_from_page_to_page_and_a_chip_takes_one_off(visit):
    page = visit.open(f"/analysis?area={COUNTY}&period=2020-W45&population=elder")
    page.get_by_role("link", name="签约服务").click()
    page.wait_for_url("**/signing?*")
    visit.settled()
    kept = query(page)
    assert (kept["area"], kept["period"], kept["population"]) == (COUNTY, "2020-W45", "elder")
    chips = page.get_by_role("button", name=re.compile("✕"))
    words = [text.split(" ✕")[0] for text in chips.all_inner_texts()]
    assert words == ["睢县", "2020年第45周", "老年人"]
    chips.nth(1).click()
    page.wait_for_url(lambda url: "period" not in url)
    visit.settled()
    assert chips.count() == 2


def test_the_tree_finds_an_area_by_name_and_by_code(visit):
    page = visit.open("/analysis")
    page.get_by_role("button", name="区划树").click()
    field = page.get_by_role("textbox", name="查找区划")
    field.fill("睢县 平岗")
    field.press("Enter")
    page.get_by_role("button", name=re.compile(r"平岗镇\(411422101\)")).click()
    wait_for(visit, rf"area={TOWNSHIP}\b")
    assert page.locator(".state b").inner_text() == "平岗镇"


def test_a_year_to_date_indicator_offers_the_period_alone(visit):
    page = visit.open(f"/analysis?area={CITY}&indicator=county_visit_rate")
    page.get_by_text("本期", exact=True).first.click()
    visit.settled()
    assert "县域内就诊率（全部，本期）" in visit.text()
    assert query(page)["reading"] == "alone"


def test_few_people_are_said_not_to_be_ranked(visit):
    visit.open(f"/analysis?area={COUNTY}&look=spread")
    assert re.search(r"\d+ 个与整体的差异不显著，不宜排名", visit.text())


def test_a_change_is_split_into_its_two_parts(visit):
    visit.open(f"/analysis?area={CITY}&look=why&base=year")
    said = visit.text()
    assert "分子由" in said and "分母由" in said and "变化主要来自" in said


def test_a_figure_leads_down_to_the_filed_values(visit):
    visit.open(f"/analysis?area={TOWNSHIP}&look=origin")
    said = visit.text()
    sums = re.search(r"分子 已签约人数合计 (\d+)人.*分母 .*合计 (\d+)人", said)
    assert sums is not None
    assert f"即 {sums[1]} ÷ {sums[2]}" in said
    assert "历次取值" in said and "公布以后没有改过" in said


def test_the_dictionary_searches_report_columns_and_links_to_the_analysis(visit):
    page = visit.open("/dictionary")
    field = page.get_by_role("textbox", name="查找")
    field.fill("建筑面积")
    field.press("Enter")
    visit.settled()
    field.fill("四类慢病应签")
    field.press("Enter")
    visit.settled()
    links = page.locator("table th[scope=row] a")
    assert links.all_inner_texts()[0].startswith("应签尽签率")
    links.first.click()
    wait_for(visit, r"indicator=should_sign_rate")
    assert "四类慢病已签人数 ÷ 四类慢病应签人数" in visit.text()
    assert "执行" not in page.title()
    page.get_by_role("main").get_by_role("link", name="指标分析").click()
    wait_for(visit, r"/analysis\?.*indicator=should_sign_rate")
    assert visit.faults() == []
