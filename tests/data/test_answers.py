"""Answers to doubts: kept for good, the latest word counts, nobody's number in them."""

from datetime import datetime

import pytest

from data import answers
from data.answers import Doubt
from data.errors import StoreError, UsageError

NOW = datetime.fromisoformat("2021-01-04T08:30:00+08:00")
DOUBT = Doubt("doubt_equal", "991102001", "T04", "本周随访人次", "2020-W44")


def test_an_answer_is_found_again_under_its_doubt(tmp_path):
    answers.add(tmp_path, DOUBT, reason="已电话核实", who="王", now=NOW)
    (row,) = answers.latest(tmp_path).to_dicts()
    assert (row["check"], row["unit_code"], row["period"]) == (
        "doubt_equal",
        "991102001",
        "2020-W44",
    )
    assert (row["reason"], row["who"], row["time"]) == (
        "已电话核实",
        "王",
        "2021-01-04T08:30:00+08:00",
    )


def test_a_second_answer_counts_and_the_first_is_kept(tmp_path):
    answers.add(tmp_path, DOUBT, reason="在查", who="王", now=NOW)
    answers.add(tmp_path, DOUBT, reason="属实,已退回", who="李", now=NOW)
    assert answers.latest(tmp_path)["reason"].to_list() == ["属实,已退回"]
    assert (tmp_path / answers.FILE).read_text("utf-8").count("\n") == 2


def test_a_store_without_answers_has_none(tmp_path):
    assert answers.latest(tmp_path).is_empty()


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_empty_answer_is_refused(tmp_path, reason):
    with pytest.raises(UsageError, match="还没有写理由"):
        answers.add(tmp_path, DOUBT, reason=reason, who="王", now=NOW)


def test_a_persons_number_is_never_kept(tmp_path):
    with pytest.raises(UsageError) as refused:
        answers.add(tmp_path, DOUBT, reason="问了13812345678", who="王", now=NOW)
    assert "138" not in str(refused.value)
    assert not (tmp_path / answers.FILE).exists()


def test_a_store_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match="没有保存"):
        answers.add(tmp_path / "store", DOUBT, reason="已核实", who="王", now=NOW)
