"""A steward stops half way and finds his step; two of them do not write over each other."""

from datetime import timedelta

import pytest

from data.beginning import draft as drafts
from data.errors import StoreError, UsageError
from tests.data.beginning.county import NOW, answers


def put(home, hand, *, who="甲", steps=("unit",), minutes=0, takes_over=False):
    return drafts.confirm(
        home,
        answers(),
        steps,
        who=who,
        hand=hand,
        now=NOW + timedelta(minutes=minutes),
        takes_over=takes_over,
    )


def test_half_way_is_one_file_from_which_he_goes_on(tmp_path):
    put(tmp_path, "一", steps=("areas", "unit"))
    found = drafts.load(tmp_path)
    assert (found.answers, found.next) == (answers(), "duties")
    visible = [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert visible == [drafts.FILE]


def test_the_second_steward_is_told_who_is_at_it(tmp_path):
    put(tmp_path, "一")
    with pytest.raises(UsageError, match="甲正在填"):
        put(tmp_path, "二", who="乙", minutes=5)
    assert drafts.load(tmp_path).who == "甲"


def test_who_takes_over_writes_and_the_first_does_not_any_more(tmp_path):
    put(tmp_path, "一")
    put(tmp_path, "二", who="乙", minutes=5, takes_over=True)
    with pytest.raises(UsageError, match="乙正在填"):
        put(tmp_path, "一", minutes=6)


def test_a_draft_that_was_left_is_anybodys(tmp_path):
    put(tmp_path, "一")
    assert put(tmp_path, "二", who="乙", minutes=31).who == "乙"


def test_a_spoilt_draft_is_told_and_a_discarded_one_is_gone(tmp_path):
    (tmp_path / drafts.FILE).write_text("answers: [", "utf-8")
    with pytest.raises(StoreError, match="请改正，或删去它"):
        drafts.load(tmp_path)
    drafts.discard(tmp_path)
    assert drafts.load(tmp_path) == drafts.Draft()
