"""Tokens of programs: made once, listed without themselves, revoked at once."""

import pytest

from data.__main__ import main
from data.people import tokens
from data.people.tokens import TokenError
from data.settings import Token


@pytest.fixture
def store(tmp_path):
    text = f"tokens:\n  旧报表: {{sha256: {tokens.digest('old')}}}\n"
    (tmp_path / "settings.yaml").write_text(text, "utf-8")
    return tmp_path


def run(store, capsys, *words):
    code = main(["--store", str(store), "token", *words])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_token_is_printed_once_and_kept_as_a_hash_for_its_owner_only(store, capsys):
    code, said = run(store, capsys, "统计报表", "--role", "分析", "--area", "991102")
    token = said.splitlines()[0].rpartition("：")[2]
    assert (code, said.count(token)) == (0, 1)
    assert tokens.holder(token, tokens.own(store)) == (
        "统计报表",
        Token(tokens.digest(token), "分析", "991102"),
    )
    file = store / tokens.FILE_NAME
    assert token not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_says_no_role_gets_the_least(store, capsys):
    run(store, capsys, "统计报表")
    assert tokens.own(store)["统计报表"].role == "领导"


def test_the_list_shows_both_kinds_and_no_hash(store, capsys):
    run(store, capsys, "新报表", "--role", "管理")
    code, said = run(store, capsys, "--list")
    assert code == 0 and "旧报表" in said and "新报表" in said
    assert "settings.yaml" in said and tokens.digest("old") not in said


def test_what_is_revoked_holds_no_more_at_once(store, capsys):
    token = tokens.add(store, "统计报表", role="分析")
    assert run(store, capsys, "统计报表", "--revoke")[0] == 0
    assert tokens.holder(token, tokens.own(store)) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("旧报表",), "已有名为“旧报表”的口令"),
        (("旧报表", "--revoke"), "请在那里删去它的几行"),
        (("没有", "--revoke"), "没有名为“没有”的口令"),
        (("a", "--area", "商丘"), "数字的代码"),
        (("a\nb",), "一行"),
        ((), "还没有写名称"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_remedy(store, capsys, words, said):
    code, told = run(store, capsys, *words)
    assert (code, said in told) == (2, True)
    assert not tokens.own(store)


def test_a_damaged_file_is_named_and_lets_nobody_in(store):
    (store / tokens.FILE_NAME).write_text("{")
    with pytest.raises(TokenError, match="已损坏"):
        tokens.own(store)
