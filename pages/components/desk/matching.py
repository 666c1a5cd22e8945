"""数据比对疑点, from matched to put right; and which areas file in time."""

import polars as pl

from pages.components.answer import Answer
from pages.components.listed import Listed, listed
from pages.components.table_frame import table_frame

_MATCHED = (
    Listed("suspicion", "疑点"),
    Listed("source_a", "数据源甲"),
    Listed("source_b", "数据源乙"),
    Listed("batches", "已比对（批）"),
    Listed("latest_batch", "最近一批"),
    Listed("matched_people", "比对（人）"),
    Listed("suspect_people", "疑点（人）"),
    Listed("verified_people", "已核实（人）"),
    Listed("verified_share", "核实率（%）", 2),
    Listed("confirmed_people", "确属问题（人）"),
    Listed("fixed_people", "已整改（人）"),
    Listed("fixed_share", "整改率（%）", 2),
    Listed("open_people", "未整改（人）"),
    Listed("open_batches", "早先未整改完（批）"),
)
_TOLD = ("suspect_people", "verified_people", "confirmed_people", "open_people")
_FILING = (
    Listed("area_name", "区划"),
    Listed("reports_owed", "应报（份）"),
    Listed("reports_filed", "已报（份）"),
    Listed("reports_in_time", "按时（份）"),
    Listed("reports_late", "迟报（份）"),
    Listed("reports_missing", "未报（份）"),
    Listed("complete_share", "完整率（%）", 2),
    Listed("on_time_share", "及时率（%）", 2),
    Listed("ledger_share", "台账更新率（%）", 2),
)


def doubts_table(answer: Answer) -> None:
    """Draw each kind of doubt from the people matched to those put right. answer: data_doubts."""
    note = (
        "同一比对的各批是同一批人，人数不相加，只算各县（市、区）最近一批。"
        "核实率=已核实÷疑点，整改率=已整改÷确属问题。疑点只是比对结果，核实之前不等于问题。"
    )
    with table_frame(_finding(answer.table), answer, key="data_doubts", note=note):
        listed(answer.table, _MATCHED)


def filing_table(answer: Answer, *, level_name: str) -> None:
    """Draw which areas file in time, the latest first. answer: reporting_by_area."""
    note = "各报表最近一个应报期合计，及时率低的在前；台账更新率取自《报表报送情况登记》。"
    with table_frame(f"各{level_name}按时报送", answer, key="filing_by_area", note=note):
        listed(answer.table, _FILING)


def _finding(table: pl.DataFrame) -> str:
    if table.is_empty() or table.select(_TOLD).null_count().sum_horizontal().item():
        return "数据比对疑点：从比对到整改"
    suspect, verified, confirmed, left = (table[name].sum() for name in _TOLD)
    return (
        f"最近一批疑点{suspect}人次，已核实{verified}人次；"
        f"确属问题{confirmed}人次，还有{left}人次没有整改"
    )
