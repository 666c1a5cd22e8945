"""The eight subject pages as a person sees them, and their figures added up from the raw files."""

from pathlib import Path

import polars as pl
import pytest

from tests import browser as browsers

pytestmark = pytest.mark.browser

SUBJECTS = ["insurance", "disease", "maternal", "prevention", "workforce", "family_planning"]
SUBJECTS += ["monitoring", "funds"]
# Those whose figures are added up here; the others are walked by tests/app/test_every_page.py.
PAGES = {
    "insurance": [
        "未参保",
        "免参保：死亡",
        "可支付",
        "推算",
        "待遇落实",
        "参保与资助人数",
        "各统筹区",
    ],
    "monitoring": ["从预警到风险消除", "其中超时未核查", "逐周预警核查", "预警与风险户"],
    "funds": ["时序进度", "中央资金", "各地各来源的资金", "亿元"],
}
SHANGQIU, TOWNSHIP = "411400", "411403101"


def filed(store: Path, table: str, *, until: str) -> pl.DataFrame:
    """The rows of Shangqiu in the raw files up to a period, read without any of our SQL."""
    files = (store / "tables" / table).glob("*/41/*.parquet")
    rows = pl.concat([pl.read_parquet(file) for file in files])
    here = pl.col("city_code") == SHANGQIU
    return rows.filter(here & ~pl.col("is_removed") & (pl.col("period") <= until))


def filed_in(store: Path, table: str, period: str) -> pl.DataFrame:
    """Those of one period."""
    return filed(store, table, until=period).filter(pl.col("period") == period)


def total(rows: pl.DataFrame, column: str) -> int:
    return int(rows[column].sum())


@pytest.fixture(scope="module")
def visit(chromium, demo_server):
    """One visitor for all of them: the scripts of the page come over the line only once."""
    with browsers.visit(chromium, demo_server.url, known=True) as seen:
        yield seen
        assert seen.off_machine == []


def kept(visit, page: str) -> str:
    """Open a subject page, see that it keeps its promises, and return what it says."""
    visit.open(f"/{page}?area={SHANGQIU}")
    charts = visit.page.locator(".js-plotly-plot")
    said = visit.text() + " ".join(charts.locator("text").all_text_contents())
    assert [words for words in PAGES[page] if words not in said] == []
    assert visit.page.locator("[aria-label*='图']").count() >= charts.count() > 2
    assert visit.faults() == []
    return said


def test_insurance_says_the_gap_and_the_fund_as_the_raw_rows_add_up(visit, demo_store):
    enrolled = filed_in(demo_store, "T02", "2020-11").drop_nulls(["should_insure", "insured_total"])
    due, insured = total(enrolled, "should_insure"), total(enrolled, "insured_total")
    fund = filed_in(demo_store, "T21", "2020-11")
    balance = sum(
        row["opening_balance"] + row["fund_income"] - row["fund_expense"]
        for row in fund.iter_rows(named=True)
    )
    months = balance * 11 / fund["fund_expense"].sum()
    said = kept(visit, "insurance")
    assert f"应参保{due / 10_000:.2f}万人，未参保{due - insured}人" in said
    assert f"基金结余{balance / 10_000:.2f}亿元，可支付{months:.1f}个月" in said


def test_monitoring_says_the_chain_as_the_raw_rows_add_up(visit, demo_store):
    week = filed_in(demo_store, "T15", "2020-W51")
    risk, helped = total(week, "illness_risk_households"), total(week, "helped_households")
    said = kept(visit, "monitoring")
    assert f"风险户已帮扶{100 * helped / risk:.2f}%" in said
    assert f"第51周超时未核查{total(week, 'alerts_overdue')}人次" in said


def test_funds_say_the_newest_state_of_every_project_added_up(visit, demo_store):
    rows = filed(demo_store, "T18", until="2020-11").sort("period")
    newest = rows.unique(["project_no", "fund_source"], keep="last")
    budget, spent = float(newest["budget"].sum()), float(newest["spent"].sum())
    said = kept(visit, "funds")
    assert f"预算{budget / 10_000:.2f}亿元" in said
    assert f"支出{100 * spent / budget:.2f}%" in said


def test_another_indicator_changes_trend_and_ranking_and_stands_in_the_address(visit):
    page = visit.open(f"/family_planning?area={SHANGQIU}")
    assert "奖特扶资金发放到位率：各" in visit.text()
    visit.choose("指标", "扶助关怀上门服务率")
    assert "扶助关怀上门服务率：各" in visit.text()
    assert "indicator=fp_visit_rate" in page.url


def test_a_township_sees_no_figures_of_people_with_hiv_but_its_county(visit):
    visit.open(f"/prevention?area={TOWNSHIP}")
    said = visit.text()
    cards = " ".join(visit.page.locator(".card").all_inner_texts())
    assert "未列：只到县级的艾滋病" in said
    assert "艾滋病" not in cards
    assert "睢阳区艾滋病防治" in said


def test_a_subject_that_the_place_does_not_have_has_no_card(visit):
    visit.open(f"/prevention?area={SHANGQIU}")
    cards = " ".join(visit.page.locator(".card").all_inner_texts())
    assert "疟疾消除率" in cards
    assert "血吸虫阻断率" not in cards
    assert "未列：本地没有的血吸虫阻断率。" in visit.text()


def test_a_township_where_all_ends_at_the_county_sees_its_county(visit):
    visit.open(f"/funds?area={TOWNSHIP}")
    said = visit.text()
    assert "资金项目只到县级，以下为所在的睢阳区。" in said
    assert "睢阳区预算" in said
    assert "不适用" not in " ".join(visit.page.locator(".card").all_inner_texts())


def test_before_anything_was_filed_the_pages_say_so(visit):
    visit.open(f"/workforce?area={SHANGQIU}&period=2019-W03")
    assert "没有数据" in visit.text()
    assert visit.faults() == []


def test_the_pages_stand_in_the_menu_in_the_order_of_the_subjects(visit):
    page = visit.open("/")
    page.get_by_text("更多专题").first.click()
    links = page.locator("a").evaluate_all("all => all.map(a => a.pathname)")
    listed = [link.strip("/") for link in links if link.strip("/") in SUBJECTS]
    assert list(dict.fromkeys(listed)) == SUBJECTS
