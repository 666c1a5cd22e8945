"""Who may do what: this computer, a signed-in person by role, anybody else."""

from urllib.parse import urlencode

import pytest
import streamlit as st

from data.errors import LogNotWritten, PublishConflict
from data.log import journal
from data.settings import VISITOR_HEADER
from pages.shell import access

CHANGES = ("upload", "publish", "restore", "areas", "console")
# role and area, as the guard tells them.
PEOPLE = {"王": ("管理", "411400"), "钱": ("管理", ""), "李": ("分析", ""), "赵": ("领导", "")}


@pytest.fixture
def come(tmp_path, monkeypatch):
    """Come in with some settings, the way the guard tells it."""

    def arrive(settings="", **found):
        (tmp_path / "settings.yaml").write_text(settings, encoding="utf-8")
        monkeypatch.setenv("HPA_STORE", str(tmp_path))
        headers = {VISITOR_HEADER: urlencode(found)} if found else {}
        monkeypatch.setattr(type(st.context), "headers", property(lambda _: headers))
        return tmp_path

    return arrive


def local(come, settings=""):
    return come(settings, kind="local", name="", ip="127.0.0.1")


def stranger(come, settings="open: true"):
    return come(settings, kind="anonymous", name="", ip="192.168.1.20")


def person(come, name):
    role, area = PEOPLE[name]
    return come(kind="person", name=name, ip="10.0.0.1", role=role, area=area)


def test_this_computer_may_do_everything(come):
    for settings in ("", "open: true"):
        local(come, settings)
        assert all(access.may(action) for action in (*CHANGES, "export"))


@pytest.mark.parametrize("action", CHANGES)
def test_without_sign_in_nobody_beyond_this_computer_changes_anything(come, action):
    stranger(come)
    assert not access.may(action)
    assert "只能在安装本看板的这台电脑上" in access.refusal(action)
    assert access.may("export")


def test_the_guards_word_holds_even_after_the_settings_were_closed_again(come):
    stranger(come, settings="open: false")
    assert not access.may("publish")


def test_a_role_says_what_a_person_may_do(come):
    person(come, "王")
    assert [access.may(action) for action in CHANGES] == [True, True, False, True, True]
    assert "影响全部区划" in access.refusal("restore")  # he answers for one city only
    person(come, "钱")
    assert all(access.may(action) for action in (*CHANGES, "log"))
    person(come, "李")
    assert [access.may(action) for action in CHANGES] == [False, False, False, False, True]
    person(come, "赵")
    assert not any(access.may(action) for action in CHANGES)
    assert access.may("export")
    assert "本账号的角色是“领导”" in access.refusal("upload")


def test_without_a_guard_only_a_closed_store_counts_as_this_computer(come):
    come("")
    assert access.may("publish")
    come("open: true")
    assert not access.may("publish")


def test_scope_follows_person_and_openness(come):
    local(come)
    assert (access.scope().area, access.scope().hide_sensitive) == ("", False)
    person(come, "王")
    assert (access.scope().area, access.scope().hide_sensitive) == ("411400", False)
    stranger(come)
    assert access.scope().hide_sensitive
    local(come, "open: true")
    assert access.scope().hide_sensitive  # at every level, whoever looks


def test_an_export_is_written_down_with_who_and_from_where(come):
    store = person(come, "李")
    assert access.record("export", "T04 2020-W51", snapshot=7)
    (line,) = journal.read(store)
    assert (line["who"], line["ip"], line["action"]) == ("李", "10.0.0.1", "export")
    assert (line["what"], line["snapshot"]) == ("T04 2020-W51", 7)


def test_nobody_exports_what_could_not_be_written_down(come):
    store = person(come, "李")
    (store / "log").write_text("a file where the folder should be")
    assert not access.may("export")
    assert "日志写不进去" in access.refusal("export")
    with pytest.raises(LogNotWritten):
        access.record_export("T04 2020-W51 12行", asking=access.visitor())


@pytest.mark.parametrize(
    ("error", "why"),
    [(PublishConflict("李先发布了。"), "李先发布了。"), (KeyError("x"), "程序故障")],
)
def test_what_comes_to_nothing_is_in_the_log_with_the_reason(come, error, why):
    folder = person(come, "王")
    with (
        pytest.raises(type(error)),
        access.recorded_if_it_fails("publish", "T04;1个文件", asking=access.visitor()),
    ):
        raise error
    (line,) = journal.read(folder)
    assert (line["who"], line["action"], line["result"]) == ("王", "publish", "failed")
    assert line["what"].startswith("T04;1个文件") and why in line["what"]
    assert line["area"] == "411400"


def test_what_is_done_leaves_its_own_line_alone(come):
    folder = person(come, "王")
    with access.recorded_if_it_fails("publish", "T04", asking=access.visitor()):
        access.record("publish", "T04", snapshot=2)
    assert [line["result"] for line in journal.read(folder)] == ["done"]
