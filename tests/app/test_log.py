"""操作日志: what the steward reads there, and who else does not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.log import journal
from pages.shell import access, navigation
from pages.theme.formats import as_written
from tests.app.test_frame import FRAME, StubEntry, publish, said
from tests.queries import tiny_store as tiny


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    choices = ("log_span", "log_action", "log_word")
    monkeypatch.setattr(navigation, "ENTRIES", (StubEntry("日志", "log", choices=choices),))
    publish(tmp_path, "2020-W51")
    for who, action, what in (("王", "export", "T04 12行"), ("李<b>", "restore", "恢复到 1 号")):
        journal.append(
            tmp_path, now=datetime.now(UTC), who=who, ip="10.0.0.1", action=action, what=what
        )
    return tmp_path


def show(**address):
    at = AppTest.from_file(str(FRAME), default_timeout=20)
    for key, value in address.items():
        at.query_params[key] = value
    return at.run()


def table(at):
    return next((text for text in said(at) if "从哪里" in text), "")


def test_every_line_is_told_in_words_and_the_chain_with_it(store):
    at = show()
    assert [words in table(at) for words in ("T04 12行", "恢复到 1 号", "导出", "成功")] == [
        True
    ] * 4
    assert "<b>" not in table(at)
    assert "2 行前后相接" in at.success[0].value


def test_the_filters_stand_in_the_address(store):
    at = show(log_action="export", log_word="T04")
    assert "T04 12行" in table(at) and "恢复到" not in table(at)
    assert "没有日志" in " ".join(said(show(log_word="没有这个人")))


def test_a_broken_chain_is_said_with_its_place(store):
    (file,) = Path(store / "log").glob("*.jsonl")
    file.write_text(file.read_text("utf-8").replace("12行", "2行"), "utf-8")
    assert any(f"{as_written(file.name)} 第 2 行" in words for words in said(show()))


def test_whoever_is_no_steward_does_not_read_it(store, monkeypatch):
    (store / "settings.yaml").write_text("open: true\n", "utf-8")
    at = show()
    assert table(at) == ""
    assert any(access._WORDS["log"] in words for words in said(at))


@pytest.mark.parametrize(
    ("area", "told"),
    [
        ("", {"T04 12行", "东县的", "西县的", "全市的", "账号登录"}),
        (tiny.CITY, {"东县的", "西县的", "全市的", "账号登录"}),
        (tiny.EAST, {"东县的", "账号登录"}),
    ],
)
def test_whoever_answers_for_an_area_reads_of_its_people_and_files(store, monkeypatch, area, told):
    lines = (
        ("赵", "sign_in", "账号登录", tiny.EAST),
        ("王", "publish", "东县的", tiny.EAST),
        ("李", "publish", "西县的", tiny.WEST),
        ("李", "publish", "全市的", tiny.CITY),
    )
    for who, action, what, place in lines:
        now = datetime.now(UTC)
        journal.append(store, now=now, who=who, ip="", action=action, what=what, area=place)
    steward = access.Visitor("王", "10.0.0.1", "person", "管理", area)
    monkeypatch.setattr(access, "visitor", lambda: steward)
    shown = table(show())
    known = {"T04 12行", "东县的", "西县的", "全市的", "账号登录"}
    assert {words for words in known if f">{words}<" in shown} == told
