"""A steward's morning in the browser: a wrong workbook, a right one, a look back, a step back."""

import re

import pytest

from data import catalogue as catalogues
from data.log import journal
from pages.shell import filing
from tests import browser as browsers
from tests.data import small_world
from tests.data.intake.build import write_report
from tests.data.sample_reports import report

pytestmark = pytest.mark.browser

NAMES = {code: name for code, name, *_ in small_world.AREAS}
VILLAGES = [code for code, _, level, *_ in small_world.AREAS if level == "village"]
SOUND = report("T04", 0)[0]
OBLIGATIONS = [f"{table},{small_world.CITY},township,2019-01-01,,1" for table in ("T04", "T15")]
HOME = f"area={small_world.CITY}"
STEWARD = f"/reporting?{HOME}&part="


class Desk:
    """A store with one week of signing, its dashboard, and workbooks to upload."""

    def __init__(self, folder, settings=""):
        self.folder = folder
        self.store, self.catalogue = small_world.open_world(folder, obligations=OBLIGATIONS)
        self.file("2020-W51", "王")
        (self.store.path / "settings.yaml").write_text(settings, "utf-8")
        self.server = browsers.start(self.store.path, folder / "server.log")

    def file(self, period, who, **change):
        """File a week's workbook without the page, as a colleague does it elsewhere."""
        held = filing.Folder()
        held.put("一.xlsx", self.workbook(period, **change).read_bytes())
        found = filing.review(self.store, held, (), False, lambda share, words: None)
        filing.publish(
            self.store, found.checked, who=who, note=period, complete=False,
            progress=lambda share, words: None,
        )  # fmt: skip
        held.discard()

    def workbook(self, period, name="签约.xlsx", of="", **change):
        """A week's report of all villages, or of those of one township."""
        rows = [
            SOUND | change | {"division_code": each, "division_name": NAMES[each]}
            for each in VILLAGES
            if each.startswith(of)
        ]
        return write_report(
            self.folder / name,
            self.catalogue,
            self.catalogue.tables["T04"],
            rows,
            period=period,
            unit="试市卫生健康委员会",
        ).path


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = Desk(tmp_path_factory.mktemp("desk"))
    yield made
    made.server.stop()


@pytest.fixture
def steward(chromium, desk):
    with browsers.visit(chromium, desk.server.url) as seen:
        yield seen
        assert seen.faults() == []


def upload(seen, *paths):
    seen.page.locator("input[type=file]").set_input_files([str(path) for path in paths])
    seen.page.get_by_text(paths[-1].name[:4]).first.wait_for(timeout=20_000)
    seen.page.get_by_role("button", name="开始核对").click()
    checked(seen, len(paths))


def checked(seen, files):
    seen.page.get_by_text(f"核对了 {files} 个文件").wait_for(timeout=60_000)
    seen.settled()


def signing_rate(seen):
    seen.open(f"/signing?{HOME}")
    return seen.page.locator(".card-value").first.inner_text()


def test_a_wrong_workbook_shows_the_cell_and_cannot_be_published(steward, desk):
    steward.open(STEWARD + "upload")
    upload(steward, desk.workbook("2020-W52", "错.xlsx", signed_pop=1200))
    said = steward.text()
    assert "有错误，不能发布" in said
    assert re.search(r"Sheet1 [A-Z]+\d+", said)
    assert steward.page.get_by_role("button", name="发布", exact=True).count() == 0
    with steward.page.expect_download() as taken:
        steward.page.get_by_role("button", name=re.compile("下载标注副本")).click()
    assert taken.value.suggested_filename == "错-问题标注.xlsx"
    for button, name in (("（", "问题清单.xlsx"), (" JSON", "问题清单.json")):
        with steward.page.expect_download() as taken:
            steward.page.get_by_role("button", name=f"下载问题清单{button}").click()
        assert taken.value.suggested_filename == name
    steward.page.get_by_text("发给填报单位的文字").click()
    steward.page.get_by_text("请试市卫生健康委员会（错.xlsx）改").wait_for(timeout=20_000)
    assert desk.store.latest() == 1
    refused = journal.read(desk.store.path)[-1]
    assert (refused["action"], refused["result"]) == ("publish", "refused")
    assert "核对 1 个文件；不能发布：" in refused["what"]
    steward.page.get_by_role("button", name="放弃这次上报").click()
    steward.page.get_by_text("选择一个或多个报表文件").wait_for(timeout=20_000)


def test_a_right_workbook_is_reviewed_published_and_seen_and_taken_back(steward, desk):
    before = signing_rate(steward)
    steward.open(STEWARD + "upload")
    upload(steward, desk.workbook("2020-W52", "对.xlsx", signed_pop=950))
    said = steward.text()
    assert "可以发布" in said
    assert "重点指标会怎样变" in said
    assert signing_rate_moves(said)
    assert desk.store.latest() == 1  # nothing is live before it is published

    steward.page.get_by_label("说明", exact=True).fill("第52周签约周报")
    steward.page.get_by_role("button", name="发布", exact=True).click()
    steward.page.get_by_text("已发布为").wait_for(timeout=60_000)
    steward.settled()
    assert "2 号快照" in steward.text()
    after = signing_rate(steward)
    assert (before, after) == ("90.00%", "95.00%")

    steward.open(STEWARD + "snapshots")
    steward.page.get_by_role("button", name="比较", exact=True).click()
    steward.page.get_by_text("1 号 → 2 号").wait_for(timeout=30_000)
    steward.page.get_by_role("button", name="核对每个文件").click()
    steward.page.get_by_text("号快照完好").wait_for(timeout=30_000)
    steward.page.get_by_label("理由", exact=True).fill("第52周报错了单位")
    steward.page.get_by_text("我确认").click()
    steward.page.get_by_role("button", name="恢复", exact=True).click()
    steward.page.get_by_text("已恢复，成为 3 号快照").wait_for(timeout=60_000)
    steward.settled()
    assert signing_rate(steward) == before
    done = [line["action"] for line in journal.read(desk.store.path) if line["result"] == "done"]
    assert done == ["publish", "restore"]


def test_a_wrong_file_is_set_aside_or_replaced_while_the_others_go_on(steward, desk):
    steward.open(STEWARD + "upload")
    town, other = sorted({village[:9] for village in VILLAGES})[:2]
    good = desk.workbook("2020-W52", "好.xlsx", of=town)
    wrong = desk.workbook("2020-W52", "坏.xlsx", of=other, signed_pop=1200)
    upload(steward, good, wrong)
    page = steward.page
    state = page.locator("tr", has_text="坏.xlsx").first
    assert "有错误" in state.inner_text()
    page.get_by_role("button", name="搁置有错误的 1 个，其余 1 个继续").click()
    checked(steward, 1)
    assert "已搁置" in state.inner_text() and "可以发布" in steward.text()
    page.get_by_text("替换或补交文件").click()
    right = desk.workbook("2020-W52", "坏.xlsx", of=other)
    page.locator("input[type=file]").set_input_files(str(right))
    page.get_by_role("button", name="换上并重新核对").click()
    checked(steward, 2)
    assert "可以发布" in state.inner_text()
    page.get_by_role("button", name="放弃这次上报").click()
    page.get_by_text("选择一个或多个报表文件").wait_for(timeout=20_000)


def signing_rate_moves(said):
    return re.search(r"90\.00%\(.*第51周\)\s+95\.00%\(.*第52周\)\s+提高5\.00个百分点", said)


def test_the_list_of_who_has_not_filed_can_be_read_out(steward):
    steward.open(f"{STEWARD}filing&period=2020-W51&filing_table=T15")
    assert "✕ 未报" in steward.text()
    steward.open(f"{STEWARD}chase&period=2020-W51")
    told = steward.page.locator("pre", has_text="逾期催报").inner_text()
    assert re.search(r"监测周报表》.*前报）4个单位\n\s*东县：甲镇、乙镇\n\s*西县：丙镇、丁镇", told)


def test_a_click_on_a_cell_names_the_file_behind_it(steward):
    steward.open(f"{STEWARD}filing&period=2020-W51")
    steward.page.locator("td a[data-go]").last.click()
    steward.page.get_by_text("报送来源").first.wait_for(timeout=20_000)
    steward.settled()
    assert "一.xlsx" in steward.text()


@pytest.fixture(scope="module")
def open_desk(tmp_path_factory):
    made = Desk(tmp_path_factory.mktemp("open"), settings="open: true\n")
    yield made
    made.server.stop()


def test_an_open_store_takes_nothing_from_beyond_this_computer(chromium, open_desk):
    with browsers.visit(chromium, open_desk.server.url) as seen:
        seen.page.context.set_extra_http_headers({"X-Forwarded-For": "192.168.1.20"})
        seen.open(STEWARD + "upload")
        assert "只能在安装本看板的这台电脑上上传报表" in seen.text()
        assert seen.page.locator("input[type=file]").count() == 0
        seen.open(STEWARD + "snapshots")
        assert seen.page.get_by_role("button", name="恢复", exact=True).count() == 0
        assert "只能在安装本看板的这台电脑上恢复快照" in seen.text()
        seen.open(STEWARD + "doubts")
        assert "数据疑点只给数据管理员看" in seen.text()


def test_an_open_store_still_takes_files_at_this_computer(chromium, open_desk):
    with browsers.visit(chromium, open_desk.server.url) as seen:
        seen.open(STEWARD + "upload")
        assert seen.page.locator("input[type=file]").count() == 1


def test_supervision_tells_of_doubts_put_right_and_of_who_files_in_time(visit):
    visit.open("/supervision?part=matching")
    assert re.search(r"确属问题\d+人次，还有\d+人次没有整改", visit.text())
    assert "人数不相加" in visit.text()
    visit.open("/supervision?part=filing")
    assert all(words in visit.text() for words in ("按时报送", "及时率", "台账更新率"))
    assert visit.faults() == []


def test_the_list_of_issues_narrows_to_the_overdue_ones_and_can_be_taken_away(visit):
    page = visit.open("/supervision?issue_kind=overdue")
    rows = page.locator("tbody tr")
    assert rows.count() > 0
    with page.expect_download() as taken:
        page.get_by_role("button", name=re.compile("下载CSV")).click()
    lines = taken.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("问题编号,县（市、区）,责任单位")
    assert all(",是," in line for line in lines[1:])


def test_a_doubt_is_answered_and_the_answer_stays(chromium, desk):
    """Two weeks alike are a copy; the steward writes what came of asking."""
    held = filing.Folder()
    held.put("同.xlsx", desk.workbook("2020-W52", "同.xlsx").read_bytes())
    found = filing.review(desk.store, held, (), False, lambda share, words: None)
    filing.publish(
        desk.store, found.checked, who="王", note="第52周", complete=False,
        progress=lambda share, words: None,
    )  # fmt: skip
    with browsers.visit(chromium, desk.server.url) as seen:
        seen.open(STEWARD + "doubts&doubt=doubt_copied")
        assert "照抄上期：需核实 4 条，已说明 0 条" in seen.text()
        seen.page.get_by_text("写核实说明").first.click()
        seen.settled()
        seen.page.get_by_label("核实结果和理由").fill("已电话核实,本周确无变化")
        seen.page.get_by_role("button", name="保存").click()
        seen.page.get_by_text("需核实 3 条，已说明 1 条").wait_for(timeout=30_000)
        seen.settled()
        assert "已电话核实,本周确无变化（本机用户，" in seen.text()


def test_a_doubtful_workbook_is_let_pass_with_a_reason_that_is_kept(steward, desk):
    steward.open(STEWARD + "upload")
    upload(steward, desk.workbook("2020-W53", "疑.xlsx", service_done=0))
    assert "需说明的，逐条写明理由后才能发布" in steward.text()
    assert steward.page.get_by_role("button", name="发布", exact=True).count() == 0
    steward.page.get_by_label("同一理由用于下面没有单独填写的").fill("履约数重新核定,乡镇已说明")
    steward.page.get_by_role("button", name="按理由重新核对").click()
    steward.page.get_by_text("可以发布").wait_for(timeout=60_000)
    steward.settled()
    steward.page.get_by_label("说明", exact=True).fill("第53周")
    steward.page.get_by_role("button", name="发布", exact=True).click()
    steward.page.get_by_text("已发布为").wait_for(timeout=60_000)
    steward.open(STEWARD + "doubts")
    assert "上报时说明理由后放行的" in steward.text()
    assert "履约数重新核定,乡镇已说明" in steward.text()


def test_who_was_overtaken_by_a_colleague_checks_again_and_publishes(steward, desk):
    steward.open(STEWARD + "upload")
    upload(steward, desk.workbook("2020-W50", "晚.xlsx", signed_pop=930))
    desk.file("2020-W50", "李", signed_pop=920)
    overtaken = desk.store.latest()
    steward.page.get_by_label("说明", exact=True).fill("第50周签约周报")
    steward.page.get_by_role("button", name="发布", exact=True).click()
    steward.page.get_by_text("在核对之后已发布了相同的行").wait_for(timeout=60_000)
    assert "李" in steward.text()
    assert desk.store.latest() == overtaken
    failed = journal.read(desk.store.path)[-1]
    assert (failed["action"], failed["result"]) == ("publish", "failed")
    assert "在核对之后已发布了相同的行" in failed["what"]
    steward.page.get_by_role("button", name="按最新快照重新核对").click()
    # What the first check found still stands there until the second one begins.
    steward.page.get_by_text("在核对之后已发布了相同的行").wait_for(state="detached")
    steward.page.get_by_text("核对了 1 个文件").wait_for(timeout=60_000)
    steward.settled()
    steward.page.get_by_label("说明", exact=True).fill("第50周签约周报")
    steward.page.get_by_role("button", name="发布", exact=True).click()
    steward.page.get_by_text("已发布为").wait_for(timeout=60_000)
    assert desk.store.latest() == overtaken + 1


def test_a_blank_form_for_a_unit_comes_as_a_workbook(steward):
    page = steward.open(STEWARD + "upload")
    page.get_by_text("下载空白报表").first.click()
    steward.settled()
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载空白报表").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    assert taken.value.path().read_bytes()[:2] == b"PK"


def test_townships_are_merged_told_first_published_and_taken_back(steward, desk):
    page, merged = steward.page, "甲镇 990101001"
    # The day of the change goes by the chosen period; tests before this one filed newer ones.
    place = f"area={small_world.EAST}&period=2020-W51"
    steward.open(f"/reporting?{place}&part=areas&area_change=merge")
    page.get_by_label("哪些区划").click()
    page.get_by_role("option", name=merged).click()
    page.keyboard.press("Escape")
    page.get_by_label("并入").click()
    page.get_by_role("option", name="乙镇 990101002").click()
    page.get_by_role("button", name="看看会怎样").click()
    page.get_by_text("报到 2020-12-20 为止").wait_for()
    before, published = desk.catalogue.area_names, desk.store.latest()
    assert "之和比，并注明并入" in steward.text() and desk.store.latest() == published
    page.get_by_label("依据（批文、文号）").fill("试民函〔2020〕1号")
    page.get_by_role("button", name="保存到区划登记").click()
    page.get_by_role("button", name="按现在的区划重算并发布").click()
    page.get_by_text(f"发布为 {published + 1} 号快照").wait_for(timeout=60_000)
    gone = desk.store.catalogue(published + 1).register.row("990101001")
    assert gone["successors"] == "990101002"

    page.get_by_text("撤回一次变动").click()
    page.get_by_label("撤回的理由").fill("下周才合并")
    page.get_by_role("button", name="撤回", exact=True).click()
    page.get_by_text("合并（已撤回）").wait_for(timeout=20_000)
    steward.settled()
    assert catalogues.load(desk.store.path).area_names == before
    done = [line["action"] for line in journal.read(desk.store.path)][-3:]
    assert done == ["areas", "publish", "areas"]
