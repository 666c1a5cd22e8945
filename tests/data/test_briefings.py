"""What was written into a briefing stays with who and when, and is taken back step by step."""

from datetime import UTC, datetime

import pytest

from data import briefings
from data.briefings import Paper, Written
from data.errors import UsageError

NOW = datetime(2020, 12, 21, 9, tzinfo=UTC)
WEEK, BEFORE = Paper("991100", "2020-W51"), Paper("991100", "2020-W50")


def change(text, key="level.signing_rate"):
    return Written(key, "原句", text, "张三", NOW.isoformat())


def texts(store, paper=WEEK):
    return [each.text for each in briefings.standing(store, paper)]


def test_changes_are_kept_in_their_order_and_undone_from_the_last(tmp_path):
    for text in ("甲", "乙"):
        briefings.write(tmp_path, WEEK, change(text))
    assert texts(tmp_path) == ["甲", "乙"]
    briefings.undo(tmp_path, WEEK, who="李四", now=NOW)
    assert texts(tmp_path) == ["甲"]
    briefings.undo(tmp_path, WEEK, who="李四", now=NOW)
    briefings.undo(tmp_path, WEEK, who="李四", now=NOW)
    assert texts(tmp_path) == []


def test_another_area_period_or_view_has_its_own(tmp_path):
    briefings.write(tmp_path, WEEK, change("甲"))
    for other in (BEFORE, Paper("991101", "2020-W51"), Paper("991100", "2020-W51", masked=True)):
        assert texts(tmp_path, other) == []


def test_the_newest_briefing_before_is_offered_again(tmp_path):
    briefings.write(tmp_path, Paper("991100", "2020-W49"), change("旧"))
    briefings.write(tmp_path, Paper("991100", "2020-11"), change("月"))
    briefings.write(tmp_path, BEFORE, change("上周"))
    assert [each.text for each in briefings.earlier(tmp_path, WEEK)] == ["上周"]
    assert briefings.earlier(tmp_path, Paper("991100", "2020-W49")) == []


def test_a_mobile_number_is_not_kept(tmp_path):
    with pytest.raises(UsageError, match="身份证号或手机号"):
        briefings.write(tmp_path, WEEK, change("联系13812345678"))
    assert texts(tmp_path) == []
