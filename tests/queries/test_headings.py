"""No English column name reaches a person: every column of every question has its words."""

import re
from pathlib import Path

import pytest

from data import catalogue as catalogues
from queries import headers, headings
from queries.question import SQL

FILES = sorted(path for path in SQL.glob("*/*.sql") if path.parent.name != "staging")
UNNAMED = re.compile(r"^第\d+列$")
LATIN = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return catalogues.load(tmp_path_factory.mktemp("words"))


def read(path: Path, catalogue):
    return headings.headings(headers.read(path), catalogue)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_column_has_chinese_words(path, catalogue):
    found = read(path, catalogue)
    assert [each.column for each in found if UNNAMED.match(each.words)] == [], (
        "add the column to queries/headings.yaml"
    )
    assert [each.text for each in found if LATIN.search(each.text)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_two_columns_of_a_sheet_are_called_the_same(path, catalogue):
    shown = [each.text for each in read(path, catalogue) if not each.omitted]
    assert sorted({text for text in shown if shown.count(text) > 1}) == []


def test_a_unit_stands_in_the_heading_and_a_unit_by_row_does_not(catalogue):
    path = next(path for path in FILES if path.stem == "signing_teams")
    words = {each.column: each for each in read(path, catalogue)}
    assert words["signed_pop"].text == "已签约人数(人)"
    overview = next(path for path in FILES if path.stem == "indicator_overview")
    words = {each.column: each for each in read(overview, catalogue)}
    assert (words["printed"].text, words["printed"].unit_column) == ("数值", "unit")
    assert words["change"].unit_column == "change_unit"
    assert (words["gap"].text, words["gap"].unit_column) == ("距目标（百分点或原单位）", "")


def test_a_column_of_a_report_table_is_called_as_on_its_form(catalogue):
    text = (
        "-- title: 试\n-- question: q\n-- grain: one row\n-- params: none\n-- reads: t04\n"
        "-- returns: away_pop bigint (人), nobody_named_this text\n-- nulls: none\nselect 1\n"
    )
    found = headings.headings(headers.parse("try", text), catalogue)
    assert [each.text for each in found] == ["常年外出人数(人)", "第2列"]


def test_codes_are_given_in_words():
    assert headings.value_words("level")["county"] == "县"
    assert headings.value_words("area_name") == {}
