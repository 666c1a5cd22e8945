"""The frame around a page: what it says before the page runs."""

import gc
import weakref
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.snapshots.store import Store
from pages.charts.once import made_once
from pages.shell import access, first_start, navigation, runtime
from pages.shell.navigation import MenuEntry
from pages.theme.formats import as_written
from queries.scope import Scope
from tests.queries import tiny_store
from tests.queries.tiny_store import CITY, EAST, WEST

FRAME = Path(navigation.__file__).with_name("frame.py")
VIEWS = Path(__file__).parent / "views"


class StubEntry(MenuEntry):
    @property
    def script(self):
        return VIEWS / f"{self.stem}.py"


def publish(path, *periods):
    """One more snapshot in which a city, two counties and a township reported these weeks."""
    areas = (CITY, EAST, WEST, "991102001")
    values = [tiny_store.value(area, period, 90, 100) for area in areas for period in periods]
    return tiny_store.store(
        path,
        values,
        raw={"T04": [{"area_code": "991102001201", "period": period} for period in periods]},
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    monkeypatch.setattr(navigation, "ENTRIES", (StubEntry("试验", "plain"),))
    publish(tmp_path, "2020-W50", "2020-W51")
    return tmp_path


def show(**address):
    at = AppTest.from_file(str(FRAME), default_timeout=20)
    for key, value in address.items():
        at.query_params[key] = value
    return at.run()


def said(at):
    assert not at.exception
    blocks = (*at.error, *at.warning, *at.info, *at.markdown, *at.caption)
    return [*(each.value for each in blocks), *(each.proto.body for each in at.get("html"))]


def seen(at):
    return next((text for text in said(at) if text.startswith("看到:")), None)


def test_a_new_visitor_sees_the_topmost_area_and_the_newest_week(store):
    at = show()
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"
    assert at.query_params == {}


def test_the_address_chooses_area_and_period(store):
    at = show(area=EAST, period="2020-W50")
    assert seen(at) == f"看到:{EAST} 2020-W50 快照1"
    assert at.selectbox(key="area_choice").value == EAST


def test_a_township_and_a_coarser_period_can_be_chosen_too(store):
    assert seen(show(area="991102001", period="2020-12")) is None  # December has not ended
    assert seen(show(area="991102001", period="2020-W51")) == "看到:991102001 2020-W51 快照1"


def test_a_filter_changes_the_page_and_the_address(store):
    at = show()
    at.selectbox(key="area_choice").select(WEST).run()
    assert seen(at) == f"看到:{WEST} 2020-W51 快照1"
    assert at.query_params == {"area": WEST}
    at.selectbox(key="period_choice").select("2020-W50").run()
    assert at.query_params == {"area": WEST, "period": "2020-W50"}


def test_going_back_to_a_default_takes_it_out_of_the_address(store):
    at = show(area=EAST)
    at.selectbox(key="area_choice").select(CITY).run()
    assert at.query_params == {}


def test_options_name_the_area_in_full_with_its_code(store):
    labels = show().selectbox(key="area_choice").options
    assert labels[0] == f"试验市({CITY})"
    assert "试验市东县东一镇(991102001)" in labels


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"area": "zzz"}, "链接中的区划 zzz 不存在"),
        ({"area": "991104"}, "没有报送过数据"),
        ({"period": "someday"}, "链接中的报告期 someday 看不懂"),
        ({"period": "2020-W54"}, "链接中的报告期 2020-W54 看不懂"),
        ({"period": "2031-W05"}, "2031年第5周（1月27日—2月2日）没有数据"),
        ({"period": "9999-W52"}, "链接中的报告期 9999-W52 看不懂"),
        ({"period": "0001"}, "链接中的报告期 0001 看不懂"),
        ({"population": "everyone"}, "链接中的人群 everyone 不存在"),
        ({"indicator": "luck"}, "链接中的指标 luck 不存在"),
        ({"snapshot": "7"}, "链接中的快照 7 不存在（现有 1 至 1 号）"),
        ({"snapshot": "9" * 5000}, "99… 不存在"),
        ({"area": "[x](http://evil.example)"}, r"\[x\]\(http\:\/\/evil\.example\) 不存在"),
        ({"snapshot": "new"}, "链接中的快照 new 不存在"),
    ],
)
def test_a_wrong_value_in_the_address_is_said_and_the_way_back_works(store, address, words):
    at = show(**address)
    assert any(words in text for text in said(at))
    assert seen(at) is None  # no figures under a wrong heading
    (key,) = address
    at.button(key=f"drop_{key}").click().run()
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"


def test_a_link_to_another_office_s_area_says_that_it_is_not_ones_own(store, monkeypatch):
    """「没有报送过数据」 would be untrue: it is only not for this account."""
    monkeypatch.setattr(access, "scope", lambda: Scope(EAST))
    at = show(area=WEST)
    assert any("西县不在本账号负责的区划之内" in text for text in said(at))
    assert seen(at) is None
    at.button(key="drop_area").click().run()
    assert seen(at) == f"看到:{EAST} 2020-W51 快照1"


def test_two_wrong_values_are_both_said(store):
    text = said(show(area="zzz", indicator="luck"))
    assert sum("不存在" in each for each in text) == 2


def test_an_area_without_data_offers_the_area_above(store):
    at = show(area="991104")
    at.button(key=f"offer_area_{CITY}").click().run()
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"


def test_a_period_without_data_offers_the_nearest(store):
    at = show(period="2020-W40")
    at.button(key="offer_period_2020-W50").click().run()
    assert seen(at) == f"看到:{CITY} 2020-W50 快照1"


def test_the_demo_is_called_demo_and_a_page_names_its_snapshot(store):
    words = said(show())
    assert any("演示数据" in each and "虚构" in each for each in words)
    assert any("快照 1 号" in each and "数据截至 2020年12月20日" in each for each in words)


def test_a_publish_shows_on_the_next_click(store):
    at = show()
    publish(store, "2020-W50", "2020-W51", "2020-W52")
    assert seen(at.run()) == f"看到:{CITY} 2020-W52 快照2"


def test_a_chosen_period_stays_when_a_newer_one_is_published(store):
    at = show(period="2020-W50")
    publish(store, "2020-W50", "2020-W51", "2020-W52")
    assert seen(at.run()) == f"看到:{CITY} 2020-W50 快照2"


def test_a_pinned_snapshot_keeps_its_figures_and_says_so(store):
    publish(store, "2020-W50", "2020-W51", "2020-W52")
    at = show(snapshot="1")
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"
    assert any("固定的 1 号快照（最新为 2 号），敏感指标只" in each for each in said(at))
    at.button(key="unpin").click().run()
    assert seen(at) == f"看到:{CITY} 2020-W52 快照2"


def test_changed_definitions_are_said(store):
    assert not any("尚未重算" in each for each in said(show()))
    (store / "catalogue" / "settings.yaml").write_text("mask_below: 20\n", "utf-8")
    runtime._stamp_at.cache_clear()  # it looks again every few seconds
    runtime._STARTING.set()  # who comes while the server starts is told with the next click
    assert not any("尚未重算" in each for each in said(show()))
    runtime._STARTING.clear()
    assert any("定义已改，尚未重算" in each for each in said(show()))
    (store / "catalogue" / "settings.yaml").write_text("mask_below: [\n", "utf-8")
    runtime._stamp_at.cache_clear()
    at = show()
    assert any("定义文件有误" in each and "settings.yaml" in each for each in said(at))
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"  # the snapshot keeps its own


def test_a_condition_that_no_page_knows_is_named_and_the_others_hold(store):
    at = show(area=WEST, colour="red", **{"Shape[1]": "2"})
    assert seen(at).startswith(f"看到:{WEST}")
    assert "链接中的条件「colour」、「Shape\\[1\\]」不认识，已忽略。" in said(at)


def test_what_chat_programs_add_is_no_condition(store):
    at = show(area=WEST, **{"from": "singlemessage", "isappinstalled": "0", "utm_medium": "x"})
    assert not any("不认识" in words for words in said(at))


def test_a_condition_said_twice_is_told_with_the_value_that_holds(store):
    at = show(area=[EAST, WEST], period=["2020-W50", "2020-W50"])
    assert seen(at).startswith(f"看到:{WEST}")
    assert f"链接中的条件「area」写了2次，按最后一个「{WEST}」显示。" in said(at)
    assert not any("「period」" in words for words in said(at))


def test_a_lost_visitor_is_told_which_page_is_missing(store):
    at = show(missing="zzz")
    assert any("没有“zzz”这个页面" in each for each in said(at))
    assert seen(at)


def test_a_damaged_manifest_is_named_and_the_last_good_snapshot_offered(store):
    publish(store, "2020-W50", "2020-W51", "2020-W52")
    manifest = store / "snapshots" / "000002.json"
    manifest.write_text(manifest.read_text("utf-8").replace("试验", "改过"), "utf-8")
    at = show()
    assert any("快照 000002 已损坏" in each for each in said(at))
    at.button(key="last_good").click().run()
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"


def test_the_newest_snapshot_lost_is_said_above_the_figures_of_the_one_before(store):
    publish(store, "2020-W50", "2020-W51", "2020-W52")
    (store / "snapshots" / "000002.json").unlink()
    at = show()
    assert any("最新的 2 号快照的清单不见了" in each for each in said(at))
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"


def test_a_damaged_data_file_is_named_and_the_last_good_snapshot_offered(store):
    before = {path for path in store.rglob("*.parquet")}
    publish(store, "2020-W49", "2020-W50", "2020-W51")
    new = next(
        path
        for path in sorted((store / "derived" / "area").rglob("*.parquet"))
        if path not in before
    )
    content = bytearray(new.read_bytes())
    content[len(content) // 2] ^= 1  # it can still be read, and says something else
    new.write_bytes(content)
    at = show()
    assert any("快照 000002 已损坏" in each and new.stem in each for each in said(at))
    at.button(key="last_good").click().run()
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"


def test_a_store_without_a_good_snapshot_says_so(store):
    (store / "snapshots" / "000001.json").write_text("", "utf-8")
    words = said(show())
    assert any("快照 000001 已损坏" in each for each in words)
    assert any("没有更早的完好快照" in each for each in words)


def test_a_question_that_fails_is_one_plain_message(store, monkeypatch):
    monkeypatch.setattr(navigation, "ENTRIES", (StubEntry("试验", "refused"),))
    assert any(as_written("no_such_question") in each for each in said(show()))


def test_the_first_start_builds_the_demo_once_and_shows_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path / "fresh"))
    monkeypatch.setattr(navigation, "ENTRIES", (StubEntry("试验", "plain"),))
    calls = []

    def build(path, progress):
        calls.append(path)
        progress(0.5, "正在生成报表")
        publish(path, "2020-W51")

    monkeypatch.setattr("data.demo.build.build", build)
    at = show()
    assert seen(at) == f"看到:{CITY} 2020-W51 快照1"
    assert seen(show())
    assert calls == [tmp_path / "fresh"]


def test_a_first_start_that_fails_says_why(tmp_path, monkeypatch):
    from data.errors import StoreError

    monkeypatch.setenv("HPA_STORE", str(tmp_path / "sealed"))
    monkeypatch.setattr(navigation, "ENTRIES", (StubEntry("试验", "plain"),))

    def build(path, progress):
        raise StoreError(f"数据仓 {path} 写不进去(Permission denied)。请检查权限。")

    monkeypatch.setattr("data.demo.build.build", build)
    assert any("写不进去" in each for each in said(show()))


def test_two_visitors_wait_for_the_same_build(tmp_path, monkeypatch):
    import threading

    gate, calls = threading.Event(), []

    def build(path, progress):
        calls.append(path)
        gate.wait(10)
        Store(path)
        publish(path, "2020-W51")

    monkeypatch.setattr("data.demo.build.build", build)
    first = first_start.begin(tmp_path)
    second = first_start.begin(tmp_path)
    assert first is second and first is not None
    gate.set()
    first_start.watch(first, lambda share, words: None)
    assert calls == [tmp_path]
    assert first_start.begin(tmp_path) is None


def test_what_was_made_of_older_snapshots_goes_when_a_newer_one_is_shown(store):
    class Chart:
        """Something that can be seen to be gone."""

    chart = made_once(lambda _table: Chart())
    show()
    kept = weakref.ref(chart(pl.DataFrame({"a": [1]})))
    show()
    assert kept() is not None
    publish(store, "2020-W52")
    show(snapshot="1")
    assert kept() is not None
    show()
    gc.collect()
    assert kept() is None
