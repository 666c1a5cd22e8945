"""An office's own form is a text file: read with file and line, written as it is read."""

import pytest

from data import catalogue as catalogues
from data.catalogue import forms
from data.catalogue.forms import Quotient, SavedForm, Taken
from data.errors import CatalogueError, UsageError

GOOD = """\
table: T04
columns:
  - {header: 村, is: division_name}
  - {header: 应签, is: sign_target_pop}
  - {header: 签约/已签, is: signed_pop}
checked:
  - {header: 签约/率, numerator: signed_pop, denominator: sign_target_pop}
"""


@pytest.fixture(scope="module")
def catalogue():
    return catalogues.load()


def written(store, text, name="进度"):
    folder = store / forms.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    return store


def test_a_form_says_which_header_stands_for_which_column(tmp_path, catalogue):
    (form,) = forms.load(written(tmp_path, GOOD), catalogue)
    assert (form.name, form.table.id) == ("进度", "T04")
    assert form.headers == ("村", "应签", "签约/已签", "签约/率")
    assert form.checked == (Quotient("签约/率", "signed_pop", "sign_target_pop"),)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("table: T04", "table: T99", 1, "没有报表「T99」"),
        ("is: signed_pop", "is: signed", 5, "T04 没有列「signed」"),
        ("签约/已签, is: signed_pop", "签约/已签, is: sign_target_pop", 5, "写了两次"),
        ("denominator: sign_target_pop", "denominator: teams", 7, "「teams」不是 columns 里取的数"),
        ("checked:", "cheked:", 6, "不认识的键「cheked」"),
        ("table: T04", "table: T06", 4, "T06 没有列「sign_target_pop」"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path, catalogue, old, new, line, said):
    store = written(tmp_path / "仓", GOOD.replace(old, new))
    with pytest.raises(CatalogueError, match=said) as told:
        forms.load(store, catalogue)
    assert str(told.value).startswith(f"仓/catalogue/forms/进度.yaml 第 {line} 行：")


def test_a_table_of_several_rows_for_an_area_needs_what_tells_them_apart(tmp_path, catalogue):
    text = "table: T06\ncolumns: [{header: 镇, is: division_name}, {header: 在管, is: managed}]\n"
    with pytest.raises(CatalogueError, match="没有「chronic_type」"):
        forms.load(written(tmp_path, text), catalogue)
    with pytest.raises(CatalogueError, match="只能是htn、dm2、tb、smi"):
        forms.load(written(tmp_path, f"{text}constants: {{chronic_type: 高血压}}\n"), catalogue)
    (form,) = forms.load(written(tmp_path, f"{text}constants: {{chronic_type: htn}}\n"), catalogue)
    assert form.constants == {"chronic_type": "htn"}


def test_what_is_saved_is_what_is_read_again(tmp_path, catalogue):
    form = SavedForm(
        "签约（县里的）",
        catalogue.tables["T04"],
        (Taken("村", "division_name"), Taken("签约: 已签#2", "signed_pop", "百人")),
        (Quotient("率", "signed_pop", "signed_pop", 1000),),
        ("上周", "增减"),
        ("refused_pop", "unit_head"),
        {"reporting_unit": "县卫健委"},
        2,
        ("城区小计",),
    )
    forms.save(tmp_path, form, catalogue)
    assert forms.load(tmp_path, catalogue) == (form,)
    with pytest.raises(UsageError, match="已有名为"):
        forms.save(tmp_path, form, catalogue)
    forms.save(tmp_path, form, catalogue, again=True)


@pytest.mark.parametrize("name", ["", ".隐藏", "a/b", "..", "长" * 41, "甲\n乙", " 甲", "甲 "])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, catalogue, name):
    form = SavedForm(name, catalogue.tables["T04"], (Taken("应签", "sign_target_pop"),))
    with pytest.raises(UsageError, match="不能作名称"):
        forms.save(tmp_path, form, catalogue)
    assert not (tmp_path / forms.FOLDER).exists()


def test_a_form_that_would_not_be_read_is_not_saved(tmp_path, catalogue):
    form = SavedForm("甲", catalogue.tables["T04"], (Taken("应签", "nothing"),))
    with pytest.raises(CatalogueError):
        forms.save(tmp_path, form, catalogue)
    assert list((tmp_path / forms.FOLDER).iterdir()) == []
