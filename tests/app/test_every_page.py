"""What holds for every page of the menu, seen in Chromium: nothing broken, English or cut off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import axe_playwright_python
import pytest

from pages.shell import navigation
from tests import browser as browsers

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SERIOUS = {"serious", "critical"}
SIZES = [(1366, 768), (1920, 1080), (390, 844)]
LATIN = re.compile(r"[A-Za-z]{2,}")
# Latin letters that Chinese offices write themselves, and names that have no other spelling.
# What a person must find on a page as it opens.
PROMISED = {
    "overview": "重点指标 变差 末位 未报 需要关注 未报情况 指标一览 近4周实际每周",
    "signing": "应签、已签与履约 签约之后有没有服务 签约团队与负担 距目标",
    "visits": "就诊流向 住院费用由谁支付 就诊率的组成 县域内就诊率地图 暂",
    "village_clinics": "未达标项 逐月进展 需要整改的卫生室 空白点",
    "area_profile": "重点指标 的分布 近期走势 对照区划",
    "dictionary": "已签约人数 ÷ 帮扶对象数 版本 规则 目标 项指标",
    "disease": "未救治最多的是 慢病从发现到控制 严重精神障碍 大病专项救治率：各",
    "maternal": "艾梅乙母婴阻断 妇幼年度起 两癌筛查 婚检率",
    "prevention": "乙肝疫苗全程接种率目标 不能再按疫苗分 艾滋病防治",
    "workforce": "名/万人 对口支援关系 已到期 卫生人员数",
    "family_planning": "发放、建档与上门 按时限发放 特殊家庭(户)",
    "outreach": "近12周各地巡诊到村数 送医上门率 巡回医疗与义诊数 应巡诊行政村数",
    "family_duty": "责任到人、信息到系统 包村 个案入库 参考目标",
    "relief": "爱心基金替患者付了多少 参考目标 减免和基金数",
    "community_health": "随访明显低于建档 社区卫生服务数 社区卫生服务站",
}
ALLOWED = set("frykit data SQL Excel XLSX CSV Parquet PPT Word WPS JSON MB".split())
# What the founding documents print themselves, quoted on their own page.
QUOTED = set("AEFI AFP CR CT HBsAg MB XX".split())
# Icons are drawn by a font from their English names; code is shown only when a fold is opened.
_UNSEEN = "() => document.querySelectorAll('[translate=no], code, pre').forEach(e => e.remove())"
_WIDTHS = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return [main.scrollWidth, main.clientWidth];
}"""
_AXE = """async () => (await axe.run()).violations.flatMap(rule => rule.nodes.map(
    node => [rule.impact, rule.id, node.html.slice(0, 200)]))"""
# What a person reads without opening anything: names of controls, hints, words on charts.
_LABELS = """() => [...document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')]
    .filter(e => !e.closest('[translate=no], svg, code, pre') && e.checkVisibility())
    .flatMap(e => ['aria-label', 'placeholder', 'title', 'alt'].map(n => e.getAttribute(n) || ''))
    .join('\\n')"""


@dataclass
class Opened:
    """A page of the menu in a browser, as it stands after its script has run."""

    entry: navigation.MenuEntry
    visit: browsers.Visit


@pytest.fixture(scope="module", params=navigation.ENTRIES, ids=lambda entry: entry.stem)
def opened(request, chromium, demo_server) -> Iterator[Opened]:
    """Each page is the first request of a session."""
    entry = request.param
    with browsers.visit(chromium, demo_server.url, known=True) as seen:
        seen.open("/" if entry == navigation.ENTRIES[0] else f"/{entry.stem}")
        yield Opened(entry, seen)


def test_the_page_opens_without_a_fault(opened):
    assert opened.visit.faults() == []
    assert "故障编号" not in opened.visit.text()
    assert opened.visit.page.title() == f"{opened.entry.title} · {navigation.TITLE}"
    assert opened.visit.page.get_by_role(
        "heading", name=opened.entry.title, exact=True
    ).is_visible()
    assert opened.visit.page.locator("html").get_attribute("lang") == "zh-CN"


def test_everything_the_page_promises_is_on_it(opened):
    charts = opened.visit.page.locator(".js-plotly-plot")
    said = opened.visit.text() + " ".join(charts.locator("text").all_text_contents())
    promised = PROMISED.get(opened.entry.stem, "").split(" ")
    assert [words for words in promised if words not in said] == []
    # Every chart says in words what it shows.
    assert opened.visit.page.locator("[aria-label*='图']").count() >= charts.count()


def test_the_page_says_that_figures_are_invented_and_of_which_day(opened):
    said = opened.visit.text()
    assert "演示数据" in said
    if opened.entry.stem in ("help", "begin"):
        return  # pictures and questions, no figures
    assert "数据截至" in said
    assert "快照" in said


def test_no_sideways_scroll_on_any_screen(opened):
    too_wide = []
    for width, height in SIZES:
        opened.visit.page.set_viewport_size({"width": width, "height": height})
        opened.visit.settled()
        content, screen = opened.visit.page.evaluate(_WIDTHS)
        if content > screen:
            too_wide.append(f"{width}×{height}: {content}")
    opened.visit.page.set_viewport_size({"width": 1366, "height": 768})
    opened.visit.settled()
    assert too_wide == []


def test_a_screen_reader_meets_no_serious_obstacle(opened):
    opened.visit.page.evaluate(AXE)
    found = opened.visit.page.evaluate(_AXE)
    assert [each for each in found if each[0] in SERIOUS] == []


def test_no_english_word_is_left_over(opened):
    labels = opened.visit.page.evaluate(_LABELS)
    opened.visit.page.evaluate(_UNSEEN)
    said = f"{opened.visit.text()}\n{labels}"
    allowed = ALLOWED | QUOTED if opened.entry.stem == "policy" else ALLOWED
    assert sorted(set(LATIN.findall(said)) - allowed) == []
