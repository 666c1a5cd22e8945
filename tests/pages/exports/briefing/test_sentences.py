"""Every sentence of the file of cases, word by word; and the words that no sentence holds."""

import copy
from pathlib import Path

import pytest
import yaml

from tests.pages.exports.briefing import speaking

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
# Kept apart from the product's list: taking a word off there must not silence the test.
NEVER = (
    "因为 由于 导致 造成 致使 得益于 归功 原因 造假 弄虚作假 虚报 瞒报 谎报 失职 不力 追责 问责 "
    "预计 预测 预期 有望 估计 将达到 势必 可能 显著 大幅 左右"
).split()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_rule_says_what_the_case_says(case):
    assert speaking.said(copy.deepcopy(case)) == case["says"]


def test_there_are_at_least_120_cases_and_no_two_of_one_name():
    names = [case["case"] for case in CASES]
    assert len(names) == len(set(names)) >= 120


def test_no_case_holds_a_cause_a_blame_or_a_forecast():
    found = {
        word: case["case"]
        for case in CASES
        for word in (*NEVER, *speaking.SENTENCES.banned)
        if word in case["says"]
    }
    assert found == {}


def test_the_product_bans_what_the_tests_ban():
    assert set(NEVER) - set(speaking.SENTENCES.banned) <= {"原因", "可能"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_sentence_is_set_as_chinese_is(case):
    text = case["says"]
    assert not set(text) & set(",;:()!?")
    assert "None" not in text and "nan" not in text and "{" not in text
    assert text.count("（") == text.count("）")
    assert text == "" or text.endswith("。")
    assert "，，" not in text and "。。" not in text and "，。" not in text and "；。" not in text


def test_a_monthly_figure_without_a_new_report_is_never_called_unchanged():
    quiet = [case for case in CASES if case.get("given", {}).get("no_new_report")]
    assert len(quiet) >= 5
    assert [case["case"] for case in quiet if "持平" in case["says"]] == []
    assert all("无新报数（数据截至" in case["says"] for case in quiet)


def test_a_rate_changes_in_points_and_never_in_percent():
    rates = [c for c in CASES if c["of"] == "figure" and c["given"].get("unit", "%") == "%"]
    for case in rates:
        for verb in ("提高", "下降", "上升"):
            for piece in case["says"].split(verb)[1:]:
                number = piece[: len(piece) - len(piece.lstrip("0123456789.%"))]
                assert not number.endswith("%"), case["case"]
