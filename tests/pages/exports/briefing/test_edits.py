"""Edits change words and never figures, travel in a file, and lapse with their sentence."""

import json

import pytest

from pages.exports.briefing import edits as edit_files
from pages.exports.briefing.edits import NONE, Edit, EditsError, offered
from pages.exports.briefing.model import Sentence
from tests.pages.exports.briefing.conftest import made

RULE = Sentence("level.signing_rate", "全县签约率96.98%，较上周提高0.35个百分点。")


def test_an_edited_sentence_shows_as_edited_and_keeps_what_the_rules_wrote():
    edits = NONE.changed(RULE, "签约率为96.98%，比上周提高0.35个百分点。")
    shown = edits.apply(RULE, [])
    assert shown.edited
    assert (shown.text, shown.original) == ("签约率为96.98%，比上周提高0.35个百分点。", RULE.text)


@pytest.mark.parametrize("text", ["签约率98.98%。", "签约率96.98%，第2名。", "签约率９７．98%。"])
def test_another_figure_is_refused_and_named(text):
    with pytest.raises(EditsError, match="数字由数据得出，不能改"):
        NONE.changed(RULE, text)


def test_a_figure_may_be_left_out():
    assert NONE.changed(RULE, "签约率较上周提高0.35个百分点。").texts


def test_next_steps_may_hold_any_figure():
    task = Sentence("task.x", "推动达标。", free=True)
    assert (
        NONE.changed(task, "12月28日前报3份材料。").apply(task, []).text == "12月28日前报3份材料。"
    )


def test_the_original_text_again_takes_the_edit_back():
    edits = NONE.changed(RULE, "签约率96.98%。")
    assert edits.changed(edits.apply(RULE, []), RULE.text).texts == {}


def test_an_edit_lapses_when_its_sentence_has_changed():
    edits = NONE.changed(RULE, "签约率96.98%。")
    now = Sentence(RULE.key, "全县签约率97.50%，较上周提高0.52个百分点。")
    unused = []
    assert edits.apply(now, unused) == now
    assert "原句已经变了" in unused[0]


def test_a_file_takes_edits_indicators_and_author_along():
    edits = edit_files.Edits("试验县卫健委", ("signing_rate",), {})
    edits = edits.changed(RULE, "签约率96.98%。")
    assert edit_files.read(edits.to_json().encode("utf-8")) == edits


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b'{"version": 9}', b'{"version": 1, "texts": []}',
     b'{"version": 1, "texts": {"a": 3}}', b'{"version": 1, "indicators": "x"}'],
)  # fmt: skip
def test_a_foreign_file_is_refused_in_plain_words(content):
    with pytest.raises(EditsError, match="编辑文件"):
        edit_files.read(content)


def test_a_file_that_was_tampered_with_cannot_change_a_figure(nine, briefing):
    sentence = next(each for each in briefing.sentences() if each.key == "level.signing_rate")
    content = json.loads(NONE.to_json())
    content["texts"] = {sentence.key: {"original": sentence.text, "text": "签约率99.99%。"}}
    with pytest.raises(EditsError, match=r"99\.99"):
        made(nine[2], edits=edit_files.read(json.dumps(content)))


def test_an_edit_whose_sentence_is_gone_is_named(nine):
    lost = Sentence("lagging.gone", "某指标滞后的有1个单位。")
    edits = NONE.changed(lost, "某指标滞后。")
    assert "已不在简报里" in made(nine[2], edits=edits).edited[0]


def test_edits_leave_every_figure_as_it_was(nine, briefing):
    sentence = next(each for each in briefing.sentences() if each.key == "level.signing_rate")
    text = sentence.text.replace("，", "、")
    changed = made(nine[2], edits=NONE.changed(sentence, text))
    assert changed.tables == briefing.tables
    assert [page.figures for page in changed.pages] == [page.figures for page in briefing.pages]
    assert [each.edited for each in changed.sentences()].count(True) == 1


def test_figures_of_the_same_matter_may_be_written_into_a_sentence():
    known = Sentence(RULE.key, RULE.text, known="剩余1周需提高3.02个百分点")
    assert NONE.changed(known, "签约率96.98%，剩余1周。").texts
    with pytest.raises(EditsError, match="2"):
        NONE.changed(known, "签约率96.98%，剩余2周。")


def test_the_wording_of_last_week_is_offered_with_this_week_s_figures():
    rule = "全县签约率96.63%，较上周提高0.20个百分点。"
    before = Edit(rule, "签约率达96.63%，又进0.20个百分点。")
    assert offered(before, RULE) == "签约率达96.98%，又进0.35个百分点。"
    other = Edit("全县签约率96.63%，与上周持平。", "签约率96.63%，没有变。")
    assert offered(other, RULE) == ""
