"""汇报模式 as the room sees it: large enough, nothing cut, turned by keys, back by one key."""

import re
from typing import Any

import pytest
from pptx import Presentation

from data.catalogue import sentences
from tests import browser as browsers

pytestmark = pytest.mark.browser

CITY, COUNTY = "411400", "411481"  # nine counties and a zone; a county of 31 townships
SIZES = [(1366, 768), (1920, 1080)]
# Of one sheet: the smallest letters, the smallest key figure, and whether anything is cut off.
SEEN = """() => {
  const sheet = document.querySelector('.deck .sheet.current');
  const size = e => parseFloat(getComputedStyle(e).fontSize);
  const walker = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT);
  const letters = [];
  while (walker.nextNode())
    if (walker.currentNode.textContent.trim()) letters.push(size(walker.currentNode.parentElement));
  const frame = sheet.getBoundingClientRect();
  const body = sheet.querySelector('.sheet-body');
  const over = [...sheet.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > frame.right + 1 || box.bottom > frame.bottom + 1
      || box.left < frame.left - 1);
  }).length;
  const inner = [...sheet.querySelectorAll('.sheet-body, .sheet-card')].filter(
    e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).length;
  const last = body && body.lastElementChild && body.lastElementChild.getBoundingClientRect();
  const foot = sheet.querySelector('.sheet-foot').getBoundingClientRect();
  return {
    least: Math.min(...letters),
    key: Math.min(...[...sheet.querySelectorAll('.sheet-value')].map(size), 999),
    over: over + inner + (last && last.bottom > foot.top + 1 ? 1 : 0),
    foot: sheet.querySelector('.sheet-foot').innerText,
    width: frame.width, height: frame.height,
  };
}"""


@pytest.fixture(scope="module")
def shown(chromium, demo_server):
    """One visitor for the tests that only turn pages."""
    with browsers.visit(chromium, demo_server.url, known=True) as seen:
        present(seen)
        yield seen
        assert seen.faults() == []


def present(seen, area=CITY):
    seen.page.goto(f"{seen.url}/briefing?present=1&snapshot=1&area={area}", wait_until="commit")
    seen.page.wait_for_selector(".deck .sheet.current", timeout=60_000)


def number(seen):
    return int(seen.page.locator(".deck .sheet.current").get_attribute("data-page"))


def press(seen, key):
    seen.page.keyboard.press(key)
    return number(seen)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("area", [CITY, COUNTY])
def test_every_page_is_large_enough_and_nothing_is_cut(chromium, demo_server, area, size):
    with browsers.visit(
        chromium, demo_server.url, width=size[0], height=size[1], known=True
    ) as seen:
        present(seen, area)
        total = seen.page.locator(".deck .sheet").count()
        press(seen, "Home")
        found = []
        for page in range(1, total + 1):
            found.append((page, seen.page.evaluate(SEEN)))
            press(seen, "ArrowRight")
    assert total > 12
    assert [(page, each["least"]) for page, each in found if each["least"] < 16] == []
    assert [(page, each["key"]) for page, each in found if each["key"] < 28] == []
    assert [page for page, each in found if each["over"]] == []
    assert all(abs(each["width"] * 9 - each["height"] * 16) < 20 for _, each in found)
    for _, each in found:
        for words in ("数据截至 2020年12月20日", "快照 1 号", "演示数据"):
            assert words in each["foot"]
    assert "第 1/" in found[0][1]["foot"] and "附件 第" in found[-1][1]["foot"]


def test_keys_of_keyboard_and_presenter_turn_the_pages(shown):
    total = shown.page.locator(".deck .sheet").count()
    assert press(shown, "Home") == 1
    assert press(shown, "ArrowRight") == 2
    assert press(shown, "PageDown") == 3
    assert press(shown, "ArrowLeft") == 2
    assert press(shown, "PageUp") == 1
    assert press(shown, "PageUp") == 1
    assert press(shown, "End") == total
    assert press(shown, "PageDown") == total
    assert shown.page.url.endswith(f"#p{total}")


def test_buttons_turn_the_pages(shown):
    press(shown, "Home")
    shown.page.get_by_role("button", name="下一页").click()
    assert number(shown) == 2
    shown.page.get_by_role("button", name="上一页").click()
    assert number(shown) == 1


def test_the_overview_shows_every_page_and_a_click_opens_one(shown):
    press(shown, "Home")
    shown.page.get_by_role("button", name="总览", exact=True).click()
    sheets = shown.page.locator(".deck .sheet")
    assert all(sheets.nth(each).is_visible() for each in range(sheets.count()))
    sheets.nth(4).click()
    assert number(shown) == 5
    assert not sheets.nth(0).is_visible()


def test_a_click_on_an_area_opens_it_and_one_key_returns_to_the_same_page(shown):
    page = shown.page
    for key in ("Escape", "Backspace"):
        rows = page.locator(".sheet.current tr[data-area]:not([data-area=''])")
        before = press(shown, "Home")
        while not rows.count():  # how many pages of words come first depends on what is said
            assert press(shown, "ArrowRight") == before + 1
            before += 1
        row = rows.first
        code = row.get_attribute("data-area")
        name = row.locator("td").nth(1).inner_text().rstrip("※")
        row.click()
        detail = page.locator(f".deck-detail.open[data-detail='{code}']")
        assert name in detail.inner_text()
        assert "各乡镇（街道）" in detail.inner_text()
        assert press(shown, key) == before
        assert page.locator(".deck-detail.open").count() == 0


def test_no_sheet_of_the_demo_holds_a_cause_a_blame_or_a_forecast(shown):
    said = shown.page.locator(".deck .sheets").text_content()
    assert len(said) > 3_000
    assert sentences.load().banned_in(said) == []


def test_the_screen_goes_black_and_comes_back_as_it_was(shown):
    before = press(shown, "Home")
    shown.page.keyboard.press("b")
    over = "() => getComputedStyle(document.querySelector('.deck'), '::after').position"
    assert shown.page.evaluate(over) == "fixed"
    assert press(shown, "PageDown") == before
    assert shown.page.evaluate(over) != "fixed"


def test_no_menu_and_no_control_of_the_page_is_in_sight(shown):
    press(shown, "Home")
    covered = shown.page.evaluate(
        "() => [[20, 20], [700, 20], [1340, 30], [700, 400], [30, 740]].every(([x, y]) =>"
        " document.elementFromPoint(x, y).closest('.deck'))"
    )
    assert covered


def test_the_whole_window_is_asked_for_with_one_key(shown):
    shown.page.evaluate("() => document.documentElement.requestFullscreen = () => window.full = 1")
    press(shown, "f")
    assert shown.page.evaluate("() => window.full") == 1


def test_the_button_pins_the_snapshot_and_the_way_out_leads_back(visit):
    visit.open(f"/briefing?area={CITY}")
    page = visit.page
    page.get_by_role("button", name="汇报模式").click()
    page.wait_for_selector(".deck .sheet.current", timeout=60_000)
    assert "snapshot=1" in page.url and "present=1" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector(".deck", state="detached", timeout=60_000)
    visit.settled()
    assert "present" not in page.url
    assert visit.faults() == []


def test_a_sentence_is_changed_where_it_stands_and_a_changed_figure_is_refused(visit):
    visit.open(f"/briefing?area={CITY}")
    page = visit.page
    sentence = page.locator("[data-sentence='level.signing_rate']").first
    box = page.get_by_role("textbox", name="修改这句话")

    def write(change):
        sentence.click()
        box.fill(change(box.input_value()))
        page.get_by_role("button", name="保存", exact=True).click()

    write(lambda text: re.sub(r"\d\d\.\d\d%", "12.34%", text, count=1))
    page.get_by_text("改动里出现了原句没有的数字").wait_for(timeout=20_000)
    write(lambda text: text.replace("全市", "我市"))
    page.wait_for_selector(".page-sheets .edited", timeout=20_000)
    page.get_by_text("改过1处").click()
    page.get_by_role("button", name="撤销这一处").click()
    page.wait_for_selector(".page-sheets .edited", state="detached", timeout=20_000)
    assert "我市" not in sentence.inner_text()


def test_the_slides_of_the_button_have_the_figures_of_the_page(visit):
    visit.open(f"/briefing?area={COUNTY}")
    page = visit.page
    with page.expect_download(timeout=60_000) as got:
        page.get_by_role("button", name="幻灯片").click()
    assert got.value.suggested_filename == "演示数据_永城市_调度简报_2020年第51周.pptx"
    slides: Any = Presentation(got.value.path()).slides
    sheets = page.locator(".page-sheets .sheet")
    assert len(slides) == sheets.count()
    for slide, sheet in zip(slides, sheets.all(), strict=True):
        shown = sheet.text_content()
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        cells = [cell.text.lstrip("●▲■ ") for table in tables for row in table.rows
                 for cell in row.cells]  # fmt: skip
        assert [text for text in cells if text not in shown] == []
    assert visit.faults() == []


def test_each_sheet_prints_on_a_page_of_its_own_without_controls(visit):
    visit.open(f"/briefing?area={CITY}")
    page = visit.page
    page.emulate_media(media="print")
    total = page.locator(".page-sheets .sheet").count()
    assert not page.locator(".st-key-briefing_controls").is_visible()
    assert not page.locator(".st-key-filter_bar").is_visible()
    printed = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))
    assert total <= pages <= total + 1
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", printed)
    assert float(box[1]) > float(box[2])  # A4 across
