"""A file that nobody knows is looked at once, when it comes in, and offered for mapping."""

import pytest

from data.catalogue import forms
from data.intake.mapping import TAKEN
from data.snapshots.store import Store
from pages.shell import own_forms
from pages.shell.filing import Folder
from tests.data.intake.build import small_catalogue

OWN = "签约进度表,,,\n乡镇,应签人数,已签人数,签约率\n宋集镇,200,160,80.0\n郭村镇,120,90,75.0\n"


@pytest.fixture
def folder():
    held = Folder()
    yield held
    held.discard()


@pytest.fixture
def store(tmp_path):
    small_catalogue(tmp_path)
    return Store(tmp_path / "store")


def test_a_sheet_that_nobody_knows_is_offered_until_a_form_is_saved(store, folder):
    folder.put("进度.csv", OWN.encode())
    folder.put("说明.csv", "请 各 单位 填报\n".encode())
    (guess,) = own_forms.guesses(store, folder.files)
    assert guess.called == "进度.csv"
    assert "signed_pop" in {each.name for each in guess.proposed.columns if each.use == TAKEN}
    catalogue = small_catalogue(store.path.parent / "again")
    forms.save(store.path, guess.proposed.form("进度"), catalogue)
    assert own_forms.guesses(store, folder.files) == ()


def test_the_files_of_findings_are_found_again_each_once(folder):
    folder.put("a.csv", b"1")
    folder.put("b.zip", b"2")
    held = folder.that_hold({"a.csv", "b.zip/x.csv", "b.zip/y.csv", "c.csv"})
    assert [each.name for each in held] == ["a.csv", "b.zip"]
