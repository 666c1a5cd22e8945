"""From nothing to the first published week: a steward walks once, a township fills, it goes in."""

import zipfile
from datetime import date

import pytest

from data import catalogue as catalogues
from data.beginning.answers import Duty
from data.beginning.set_up import set_up
from data.snapshots.store import Store
from tests import browser as browsers
from tests.data.beginning.county import COUNTY, NOW, answers
from tests.data.beginning.filling import filled

pytestmark = pytest.mark.browser

UNIT = "普兰县卫生健康委员会"


@pytest.fixture
def home(tmp_path):
    """The machine's own store, of another office."""
    other = answers(people=(), unit="某市卫生健康委员会", duties={"T09": Duty("county", 5)})
    set_up(tmp_path / "home", other, who="甲", now=NOW)
    return tmp_path / "home"


def test_a_county_walks_from_nothing_to_its_first_published_week(home, chromium, tmp_path):
    server = browsers.start(home, tmp_path / "server.log")
    try:
        with browsers.visit(chromium, server.url) as seen:
            _walk(seen)
            _open(seen, tmp_path / "首包.zip")
            store = Store(home / "stores" / COUNTY)
            _file(seen, store, tmp_path)
            assert store.latest() == 2
            assert seen.faults() == []
    finally:
        server.stop()


def press(seen, name, then):
    """Press a button and wait for the words that come of it: until then all looks settled."""
    seen.page.get_by_role("button", name=name, exact=True).click()
    seen.page.get_by_text(then).last.wait_for(timeout=60_000)
    seen.settled()


def _walk(seen):
    seen.open("/begin")
    seen.page.get_by_label("本单位名称").fill(UNIT)
    seen.page.get_by_label("哪个县或市（代码或名称）").fill("普兰县县")
    press(seen, "确认，下一步", "请核对代码或名称")
    seen.page.get_by_label("哪个县或市（代码或名称）").fill("普兰县")
    press(seen, "确认，下一步", "乡级 3 个、村级 10 个")
    seen.open("/begin")  # he comes again, and goes on where he stopped
    press(seen, "由我接着填", "乡级 3 个、村级 10 个")
    for then in ("要报哪些报表", "都是参考", "这项工作叫什么", "不建账号", "各步都填好了"):
        press(seen, "确认，下一步", then)
    press(seen, "建立数据仓", "发到群里的话")


def _open(seen, pack):
    with seen.page.expect_download(timeout=60_000) as taken:
        seen.page.get_by_role("button", name="下载首包").last.click()
    taken.value.save_as(pack)
    press(seen, "打开这个数据仓", "打开现在的数据仓")
    seen.page.get_by_text("打开现在的数据仓").click()
    seen.page.get_by_text("还没有报表，先报这些").wait_for(timeout=60_000)
    seen.settled()
    said = seen.text()
    assert UNIT in said
    assert "家庭医生签约服务周报表" in said


def _file(seen, store, folder):
    with zipfile.ZipFile(folder / "首包.zip") as pack:
        name = next(each for each in pack.namelist() if "签约" in each)
        path = folder / "签约周报.xlsx"
        filled(pack.read(name), catalogues.load(store.path), path, date.today())
    seen.open("/reporting")
    seen.page.locator("input[type=file]").set_input_files(str(path))
    seen.page.get_by_text(path.name[:4]).first.wait_for(timeout=20_000)
    seen.page.get_by_role("button", name="开始核对").click()
    seen.page.get_by_text("可以发布").first.wait_for(timeout=60_000)
    seen.settled()
    assert "需说明 0" in seen.text() or "没有问题" in seen.text()
    seen.page.get_by_label("说明", exact=True).fill("第一周签约周报")
    seen.page.get_by_role("button", name="发布", exact=True).click()
    seen.page.get_by_text("已发布为").wait_for(timeout=60_000)
    seen.settled()
    seen.open("/")
    assert "90.00%" in seen.text()
