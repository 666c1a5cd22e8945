"""Titles and rows that the subject pages word from their answers."""

from datetime import date

import polars as pl

from pages.components import listed
from pages.components.listed import Listed
from pages.components.subjects import due_chart, workforce
from pages.components.subjects.due_chart import Due

PAIRS = pl.DataFrame(
    {
        "supporter_code": ["S1", "S1", None],
        "state": ["有效", "已到期", "未结对"],
    }
)
BARS = (
    Due("a", "资金发放", "应发", "实发", "万元"),
    Due("b", "上门服务", "特殊家庭", "已上门", "户"),
    Due("missing", "建档", "特殊家庭", "已建档", "户"),
)
ROWS = {
    "a": {"population": "all", "period": "2020-11", "due": 3.5, "done": 3.0, "share": 85.71,
          "state": "正常"},
    "b": {"population": "all", "period": "2020-Q3", "due": None, "done": None, "share": None,
          "state": "已遮蔽"},
}  # fmt: skip


def test_the_pairs_title_counts_pairs_valid_ones_and_those_left_alone():
    assert workforce.pairs_finding(PAIRS) == ("对口支援关系：结对2对，1对协议有效，1个单位没有结对")
    assert workforce.pairs_finding(PAIRS.head(2)).endswith("1对协议有效")
    assert workforce.pairs_finding(PAIRS.clear()) == "对口支援关系"


def test_due_and_done_become_two_steps_and_a_masked_one_says_so():
    table = due_chart._as_steps(BARS[:2], ROWS)
    assert table.select("population_name", "step", "count", "unit").rows() == [
        ("资金发放", "应发", 3.5, "万元"),
        ("资金发放", "实发", 3.0, "万元"),
        ("上门服务（已遮蔽）", "特殊家庭", None, "户"),
        ("上门服务（已遮蔽）", "已上门", None, "户"),
    ]


def test_the_title_names_the_lowest_share_only_where_there_is_a_choice():
    assert due_chart._title("发放", BARS[:2], ROWS) == "发放"
    both = ROWS | {"b": ROWS["b"] | {"share": 90.0}}
    assert due_chart._title("发放", BARS[:2], both) == "发放：最低的是资金发放（85.71%）"


def test_indicators_of_two_frequencies_name_both_periods():
    assert due_chart._periods(BARS[:2], ROWS) == "2020年11月、2020年三季度。"
    assert due_chart._periods((), ROWS) == ""


def test_a_list_prints_words_days_and_figures_and_a_dash_for_nothing():
    cells = [
        listed._cell(value, column, column.column == "n").inner()
        for value, column in (
            ("中央", Listed("s", "来源", words={"中央": "中央资金"})),
            (date(2020, 8, 31), Listed("d", "协议止")),
            (12.5, Listed("n", "预算（万元）", 2)),
            (None, Listed("n", "预算（万元）", 2)),
        )
    ]
    assert cells == ["中央资金", "2020-08-31", "12.50", "—"]
