"""The whole dashboard in Chromium: arriving, filtering, pasting links, losing the way."""

import json
import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import browser as browsers

pytestmark = pytest.mark.browser


def query(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def head(visit):
    """Title, area, period, date and snapshot: what a page says it shows."""
    return visit.page.get_by_text("数据截至").first.inner_text()


def test_a_filter_changes_what_is_shown_and_the_address(visit):
    visit.open("/signing")
    before = visit.text()
    visit.choose("区划", "睢阳区(")
    county = query(visit.page)["area"]
    assert "睢阳区" in head(visit)
    assert visit.text() != before
    visit.choose("报告期", "2020年第40周")
    assert query(visit.page) == {"area": county, "period": "2020-W40"}
    assert "2020年10月4日" in head(visit)
    assert visit.faults() == []


def test_a_pasted_link_gives_the_same_view_in_a_new_session(chromium, demo_server):
    shown = []
    with browsers.visit(chromium, demo_server.url) as first:
        first.open("/signing?area=411403&period=2020-W45")
        shown.append(first.text())
    with browsers.visit(chromium, demo_server.url) as second:
        second.open("/signing?area=411403&period=2020-W45")
        shown.append(second.text())
    assert "睢阳区" in shown[0]
    assert shown[0] == shown[1]


def test_choices_go_along_to_the_next_page_and_come_back_with_the_browsers_button(visit):
    visit.open("/?area=411403&period=2020-W45")
    visit.page.get_by_role("link", name="签约服务").click()
    visit.page.wait_for_url("**/signing?*")
    visit.settled()
    assert query(visit.page) == {"area": "411403", "period": "2020-W45"}
    assert "睢阳区" in head(visit)
    visit.choose("区划", "梁园区(")
    visit.page.go_back()
    visit.page.wait_for_url("**area=411403**")
    visit.settled()
    visit.page.get_by_text("睢阳区").first.wait_for()
    assert "睢阳区" in head(visit)


def test_a_change_of_page_is_one_step_back_though_its_address_is_written_in_two(visit):
    visit.open("/?area=411403")
    steps = visit.page.evaluate(
        """async () => {
            const entries = [history.length];
            const goes = to => { history.pushState({}, '', to); entries.push(history.length); };
            goes('/signing');
            goes('/signing?area=411403');
            goes('/signing?area=411402');
            document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
            goes('/signing?area=411481');
            return entries.map(entry => entry - entries[0]);
        }"""
    )
    assert steps == [0, 1, 1, 2, 3]


def test_an_unknown_area_is_said_and_the_way_back_works(visit):
    visit.open("/visits?area=zzz")
    assert "链接中的区划 zzz 不存在" in visit.text()
    visit.page.get_by_role("button", name="去掉这个条件").click()
    visit.page.get_by_text("数据截至").first.wait_for()
    visit.settled()
    assert "area" not in query(visit.page)


def test_a_link_damaged_on_its_way_loses_no_condition_and_what_nobody_knows_is_named(visit):
    visit.open("/signing?area=411403&amp;Period=2020-W45&colour=red&from=singlemessage")
    assert "睢阳区" in head(visit)
    assert "2020年11月8日" in head(visit)
    assert query(visit.page) == {"area": "411403", "period": "2020-W45", "colour": "red"}
    assert "链接中的条件「colour」不认识，已忽略。" in visit.text()
    visit.page.get_by_role("button", name="复制链接").click()
    copied = visit.page.locator("code").filter(has_text="area=411403").inner_text()
    assert "period=2020-W45" in copied
    assert "colour" not in copied
    visit.open("/signing?area=411403&area=411424")
    assert "柘城县" in head(visit)
    assert "链接中的条件「area」写了2次，按最后一个「411424」显示。" in visit.text()
    assert visit.faults() == []


def test_an_unknown_page_goes_home_and_says_so(visit):
    visit.open("/no-such-page")
    assert "没有“no-such-page”这个页面" in visit.text()
    assert "Page not found" not in visit.text()
    assert visit.page.get_by_role("heading", name="总览", exact=True).is_visible()


def test_a_copied_link_names_every_filter_and_the_snapshot(visit):
    visit.open("/visits")
    visit.page.get_by_role("button", name="复制链接").click()
    link = visit.page.locator('[data-testid="stPopoverBody"] code').inner_text().strip()
    named = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
    assert set(named) == {"area", "period", "snapshot"}
    assert urlsplit(link).path == "/visits"
    head_before = head(visit)
    visit.page.goto(link)
    visit.settled()
    assert head(visit) == head_before
    assert "固定的 1 号快照" in visit.text()


def copy(demo_store: Path, folder: Path) -> Path:
    """The demo store again, files linked: what a test breaks must not be the others'."""
    return Path(shutil.copytree(demo_store, folder, copy_function=os.link))


def again(manifest: dict, **changes) -> str:
    """A manifest with changes, sealed as the store seals it."""
    from data.snapshots.manifest import FileEntry, Manifest

    body = {key: value for key, value in (manifest | changes).items() if key != "sha256"}
    files = tuple(FileEntry(**entry) for entry in body.pop("files"))
    return Manifest(**body, files=files).to_json()


def test_a_publish_shows_on_the_next_click_and_a_damaged_one_offers_the_last_good(
    chromium, demo_store, tmp_path
):
    store = copy(demo_store, tmp_path / "store")
    server = browsers.start(store, tmp_path / "log.txt")
    try:
        with browsers.visit(chromium, server.url) as visit:
            visit.open("/signing")
            assert "快照 1 号" in head(visit)
            first = json.loads((store / "snapshots" / "000001.json").read_text("utf-8"))
            later = store / "snapshots" / "000002.json"
            later.write_text(again(first, number=2, parent=1, note="again"), "utf-8")
            visit.choose("报告期", "2020年第40周")
            assert "快照 2 号" in head(visit)
            (store / "snapshots" / "000003.json").write_text("{", "utf-8")
            visit.open("/signing")
            assert "快照 000003 已损坏" in visit.text()
            visit.page.get_by_role("button", name="改看最近的完好快照（2 号）").click()
            visit.page.get_by_text("数据截至").first.wait_for()
            visit.settled()
            assert "快照 2 号" in head(visit)
            assert query(visit.page)["snapshot"] == "2"
    finally:
        server.stop()


def test_first_start_builds_the_demo_with_a_bar_and_then_opens_the_pasted_page(chromium, tmp_path):
    server = browsers.start(tmp_path / "fresh", tmp_path / "log.txt")
    try:
        with browsers.visit(chromium, server.url) as visit:
            visit.page.goto(f"{server.url}/signing?area=411403", wait_until="commit")
            visit.page.get_by_text("第一次启动").wait_for(timeout=20_000)
            visit.page.get_by_role("heading", name="签约服务", exact=True).wait_for(timeout=120_000)
            visit.settled()
            assert "睢阳区" in head(visit)
            assert visit.faults() == []
    finally:
        server.stop()


def other_address():
    """An address of this machine that is not loopback, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation network; nothing is sent
        except OSError:
            return None
        return None if (name := probe.getsockname()[0]).startswith("127.") else name


@pytest.mark.parametrize("under", ["streamlit", "uvicorn"])
def test_a_server_that_listens_everywhere_still_answers_this_computer_only(
    demo_store, tmp_path, under
):
    """Under both servers, from a foreign folder, and with the app as the first request."""
    uvicorn = (
        *(sys.executable, "-m", "uvicorn", "app:app", "--app-dir", str(browsers.ROOT)),
        *("--host", "0.0.0.0", "--port", "{port}"),
    )
    command = uvicorn if under == "uvicorn" else ()
    server = browsers.start(
        demo_store, tmp_path / "log.txt", command=command, folder=tmp_path, host="0.0.0.0"
    )
    health = f"{server.url}/api/v1/health"
    try:
        held = {"Cookie": browsers.cookie(server.url)}
        page = urllib.request.Request(f"{server.url}/signing", headers=held)
        with urllib.request.urlopen(page) as answer:
            assert 'lang="zh-CN"' in answer.read().decode("utf-8")
        with urllib.request.urlopen(urllib.request.Request(health, headers=held)) as answer:
            assert json.load(answer)["demo"] is True
        for forwarded in ({"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 gateway"}):
            assert refusal(urllib.request.Request(health, headers=held | forwarded)) == 403
        assert refusal(health, "需要钥匙") == 403
        if (address := other_address()) is not None:
            assert refusal(health.replace("127.0.0.1", address)) == 403
    finally:
        server.stop()


def refusal(request, words="拒绝访问"):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert words in caught.value.read().decode("utf-8")
    return caught.value.code
