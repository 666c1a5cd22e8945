"""Accounts: what is kept of them, which passwords will do, what a change ends."""

import json
import multiprocessing
import os

import pytest

from data.people import accounts
from data.people.accounts import AccountError
from data.settings import Person

OWN = "correct horse 电池"


@pytest.fixture
def store(tmp_path):
    """A store in which 张三 has changed his one-time password."""
    accounts.add(tmp_path, "张三", role="管理", area="411403")
    accounts.change_password(tmp_path, "张三", OWN)
    return tmp_path


def known(store, name="张三"):
    return accounts.every(store)[name]


def test_without_a_file_nobody_has_an_account(tmp_path):
    assert accounts.every(tmp_path) == {}
    assert not accounts.is_right(None, "")


def test_a_new_person_gets_a_password_for_once_that_is_nowhere_kept(tmp_path):
    once = accounts.add(tmp_path, "Li Si", role="分析")
    found = known(tmp_path, "li si")
    assert (found.name, found.role, found.area, found.is_new) == ("Li Si", "分析", "", True)
    assert accounts.is_right(found, once)
    assert not accounts.is_right(found, once + "x")
    text = (tmp_path / accounts.FILE_NAME).read_text("utf-8")
    assert once not in text
    assert found.password.startswith("$argon2id$")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_the_file_is_read_by_its_owner_only(store):
    assert (store / accounts.FILE_NAME).stat().st_mode & 0o077 == 0


def test_a_name_is_the_same_in_any_case_and_width(tmp_path):
    accounts.add(tmp_path, "Zhang", role="领导")
    with pytest.raises(AccountError, match="已有“Zhang”"):
        accounts.add(tmp_path, "ZHANG", role="领导")
    assert accounts.every(tmp_path)["zhang"].person == Person("领导", "", "Zhang")


@pytest.mark.parametrize("name", ["", " ", "a\nb\x00", "x" * 41, "<b>", "../x", "-x"])
def test_a_name_that_cannot_stand_in_a_line_is_refused(tmp_path, name):
    with pytest.raises(AccountError, match="用户名"):
        accounts.add(tmp_path, name, role="领导")
    assert not (tmp_path / accounts.FILE_NAME).exists()


def test_a_wrong_role_or_area_is_refused(tmp_path):
    with pytest.raises(AccountError, match="角色"):
        accounts.add(tmp_path, "张三", role="局长")
    with pytest.raises(AccountError, match="区划"):
        accounts.add(tmp_path, "张三", role="领导", area="商丘")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "10 到 128"),
        ("x" * 200, "10 到 128"),
        ("1234567890", "太常见"),
        ("20201231123", "太常见"),
        ("Password123!", "太常见"),
        ("qwertyuiop1", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("张三zhang2020wan", "用户名"),
        ("1234567890", "太常见"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(store, password, words):
    with pytest.raises(AccountError, match=words):
        accounts.change_password(store, "张三", password)
    assert accounts.is_right(known(store), OWN)


def test_a_password_is_the_same_from_every_keyboard(store):
    wide = OWN.replace("correct", "correct")
    assert accounts.is_right(known(store), wide)


def test_every_change_gives_another_mark_and_what_ends_lets_nobody_in(store):
    marks = [known(store).mark]
    once = accounts.reset(store, "张三")
    assert (known(store).is_new, accounts.is_right(known(store), once)) == (True, True)
    assert not accounts.is_right(known(store), OWN)
    marks.append(known(store).mark)
    accounts.disable(store, "张三")
    assert not accounts.is_right(known(store), once)
    marks.append(known(store).mark)
    once = accounts.reset(store, "张三")
    assert accounts.is_right(known(store), once)
    marks.append(known(store).mark)
    assert len(set(marks)) == 4
    accounts.remove(store, "张三")
    assert accounts.every(store) == {}
    for gone in (accounts.reset, accounts.disable, accounts.remove):
        with pytest.raises(AccountError, match="没有“张三”这个用户"):
            gone(store, "张三")


def test_a_damaged_file_is_named_and_not_taken_for_none(store):
    (store / accounts.FILE_NAME).write_text('{"people": [{"name": "张三"}]}', "utf-8")
    with pytest.raises(AccountError, match=r"accounts.json 已损坏"):
        accounts.every(store)


def test_two_who_change_the_accounts_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    beside = [context.Process(target=_add_two, args=(tmp_path, letter)) for letter in "ab"]
    for process in beside:
        process.start()
    for process in beside:
        process.join(60)
    assert set(accounts.every(tmp_path)) == {"a0", "a1", "b0", "b1"}
    assert not list(tmp_path.glob("accounts.json.?*[!k]"))  # no half-written file is left


def _add_two(store, letter):
    for number in range(2):
        accounts.add(store, f"{letter}{number}", role="领导")


def test_what_the_file_says_is_what_was_written(store):
    (entry,) = json.loads((store / accounts.FILE_NAME).read_text("utf-8"))["people"]
    assert set(entry) == {"name", "role", "area", "password", "mark", "is_new", "is_disabled"}
