"""`python -m pages account`: what the administrator sees, and what is written down of it."""

import pytest

from data.log import journal
from data.people import accounts
from pages.__main__ import main


@pytest.fixture
def account(tmp_path, monkeypatch, capsys):
    """Run one command; its exit code, what it printed, what it said was wrong."""
    monkeypatch.setenv("HPA_STORE", str(tmp_path))

    def run(*words):
        code = main(["account", *words])
        return (code, *capsys.readouterr())

    return run


def test_the_printed_password_is_the_one_that_lets_in(account, tmp_path):
    code, printed, _ = account("add", "张三", "--role", "管理", "--area", "411403")
    assert code == 0 and "这是第一个账号" in printed
    once = printed.partition("换掉）：")[2].split()[0]
    assert accounts.is_right(accounts.every(tmp_path)["张三"], once)
    code, printed, _ = account("reset", "张三")
    assert code == 0 and once not in printed
    assert not accounts.is_right(accounts.every(tmp_path)["张三"], once)


def test_the_list_tells_who_may_come_in(account):
    for words in (("add", "张三"), ("add", "李四", "--role", "分析"), ("disable", "李四")):
        assert account(*words)[0] == 0
    lines = account("list")[1].splitlines()
    assert [line.split() for line in lines] == [
        ["姓名", "角色", "区划", "状态"],
        ["张三", "领导", "全部", "还没登录过"],
        ["李四", "分析", "全部", "停用"],
    ]


def test_what_was_done_is_written_down_without_the_password(account, tmp_path):
    printed = account("add", "张三", "--role", "管理", "--area", "411403")[1]
    account("remove", "张三")
    lines = journal.read(tmp_path)
    assert [str(line["what"]).partition("account ")[2] for line in lines] == [
        "add 张三 --role 管理 --area 411403",
        "remove 张三",
    ]
    once = printed.partition("换掉）：")[2].split()[0]
    assert once not in str(lines)


@pytest.mark.parametrize("words", [("add", "张三"), ("remove", "nobody"), ("add", "<x>")])
def test_a_mistake_is_one_chinese_line(account, words):
    account("add", "张三")
    code, _, said = account(*words)
    assert code == 2
    assert len(said.splitlines()) == 1 and "。" in said


@pytest.mark.parametrize("setting", ["open: true", "trusted_proxy"])
def test_no_account_is_made_that_the_settings_would_not_ask_for(account, tmp_path, setting):
    proxy = "{addresses: [10.0.0.1], user_header: X-U, secret_header: X-S, secret_sha256: %s}"
    text = setting if setting != "trusted_proxy" else f"trusted_proxy: {proxy % ('0' * 64)}"
    (tmp_path / "settings.yaml").write_text(text, "utf-8")
    code, _, said = account("add", "张三")
    assert code == 2 and setting in said
    assert not (tmp_path / accounts.FILE_NAME).exists()
