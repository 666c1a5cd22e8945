"""Workbooks that differ in what stands around the table: periods that contradict one another."""

from tests.data.workbooks.corpus.paper import (
    GUOCUN,
    MONTH,
    SIGNED,
    UNIT,
    Corpus,
    base,
    base_figures,
    workbook,
)

around = Corpus()
_APART = ("错误", "period.contradicts", "Sheet1", "A1")


def _entry(period: str) -> list[str]:
    return [f"填报单位:{UNIT}", f"报告期:{period}", "填报日期:2020年12月3日", "单位:人、户、个"]


@around.case(_APART)
def two_months_in_the_title(folder):
    return workbook(folder, base(title="2020年10月—11月帮扶对象基础情况月报表"))


@around.case(_APART)
def two_months_listed_in_the_title(folder):
    return workbook(folder, base(title="2020年10、11月帮扶对象基础情况月报表"))


@around.case(_APART, figures=base_figures("2020-10"))
def a_month_to_compare_with_before_the_month(folder):
    return workbook(folder, base(title="(对比2020年10月)2020年11月基础情况月报表"))


@around.case(_APART)
def the_title_of_the_month_before(folder):
    grid = base(title="2020年10月帮扶对象基础情况月报表", line=_entry("2020-11"))
    return workbook(folder, grid)


@around.case(("错误", "period.contradicts", "10月", "A1"))
def a_sheet_that_is_called_by_the_month_before(folder):
    return workbook(folder, {"10月": base()})


@around.case(_APART)
def a_file_that_is_called_by_the_month_before(folder):
    return workbook(folder, base(), name="基础情况月报2020-10.xlsx")


@around.case(
    ("错误", "period.contradicts", "Sheet1", "C5"),
    figures={("T01", "2020-10", GUOCUN): base_figures()["T01", MONTH, GUOCUN]},
    rows=3,
)
def a_row_of_another_month_than_the_title(folder):
    grid = base(total=False)
    for row in grid[2:6]:
        row.insert(2, "报告期" if row is grid[2] else "2020年11月")
    grid[4][2] = "2020年10月"
    return workbook(folder, grid)


@around.case()
def other_dates_around_the_table(folder):
    """A document's year, the day of printing, a rule's beginning, the year to date."""
    grid = base(title="2020年11月帮扶对象基础情况月报表", line=_entry("2020年11月(11月1日—30日)"))
    grid.insert(0, ["按照2019年印发的办法,自2020年3月起执行", "", "打印:2020年12月2日"])
    return workbook(folder, grid, name="2020年第49周报送的全部报表20201203.xlsx")


_FUND = {("T21", MONTH, "411403"): {"fund_income": 12.5, "fund_expense": 9, "opening_balance": 3}}


def _fund(title: str) -> list[list]:
    return [
        [title],
        [f"填报单位:{UNIT}", "", "填报日期:2020年12月3日"],
        ["行政区划代码", "行政区划名称", "基金收入", "基金支出", "年初累计结余"],
        ["411403", "睢阳区", 12.5, 9, 3],
        SIGNED,
    ]


@around.case(figures=_FUND)
def figures_since_the_beginning_of_the_year(folder):
    return workbook(folder, _fund("2020年1—11月医保基金运行月报表"))


@around.case(_APART, figures=_FUND)
def figures_since_some_other_month(folder):
    return workbook(folder, _fund("2020年3—11月医保基金运行月报表"))
