"""Workbooks that differ in what stands around the table: periods apart, units of the figures."""

from tests.data.intake.corpus.paper import (
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


@around.case(figures=base_figures("2020-10") | base_figures("2020-11"))
def a_file_that_is_called_by_all_its_months(folder):
    title = "{}帮扶对象基础情况月报表"
    sheets = {f"{month}月": base(title=title.format(f"2020年{month}月")) for month in (10, 11)}
    return workbook(folder, sheets, name="2020年1-11月基础情况.xlsx")


@around.case()
def the_month_in_which_the_form_was_made(folder):
    grid = base()
    grid.insert(1, ["", "", "制表时间:2020年12月"])
    return workbook(folder, grid)


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


# -- units ---------------------------------------------------------------------------------

_YUAN = [125000, 90000, 30000]
_HEADERS = ["基金收入", "基金支出", "年初累计结余"]
_TITLE = "2020年11月医保基金运行月报表"


def _in_yuan(title=_TITLE, line="", note="", headers=_HEADERS, values=_YUAN):
    return [
        [title],
        [f"填报单位:{UNIT}", "", "填报日期:2020年12月3日", "", line],
        ["行政区划代码", "行政区划名称", *headers],
        ["411403", "睢阳区", *values],
        SIGNED,
        [note],
    ]


def _converted(cell, sheet="Sheet1"):
    return ("提示", "unit.converted", sheet, cell)


def _unit_line(name, line):
    def write(folder):
        return workbook(folder, _in_yuan(line=line))

    write.__name__ = name
    around.case(_converted("E2"), figures=_FUND)(write)


for _number, _line in enumerate(
    (
        "单位（元）",
        "（单位：元）",
        "单位：人民币元",
        "单位：元（人民币）",
        "单位：人（金额单位：元）",
        "金额均以元为单位",
        "金额单位 元",
        "计量单位：人、元",
        "本表金额按元填报",
        "(元)",
    )
):
    _unit_line(f"yuan_beside_the_table_{_number}", _line)


@around.case(_converted("A1"), figures=_FUND)
def yuan_in_the_title(folder):
    return workbook(folder, _in_yuan(title=f"{_TITLE}(单位:元)"))


@around.case(_converted("F2"), figures=_FUND)
def a_unit_in_the_cell_behind_its_label(folder):
    grid = _in_yuan(line="单位：")
    grid[1].append("元")
    return workbook(folder, grid)


@around.case(figures=_FUND)
def units_in_brackets_of_other_shapes(folder):
    headers = [f"{_HEADERS[0]}【元】", f"{_HEADERS[1]}〔元〕", f"{_HEADERS[2]}[元]"]
    return workbook(folder, _in_yuan(headers=headers))


@around.case(_converted("", "基金(元)"), figures=_FUND)
def yuan_in_the_name_of_the_sheet(folder):
    return workbook(folder, {"基金(元)": _in_yuan()})


@around.case(_converted("A6"), figures=_FUND)
def yuan_in_a_footnote(folder):
    return workbook(folder, _in_yuan(note="注:1.本表由区医保局填报。2.金额单位为元。"))


@around.case(figures=_FUND)
def the_right_unit_and_amounts_of_money_that_are_no_unit(folder):
    note = "注:大病保险起付线1.5万元,救助每人每年200元,元旦后报送;公元2020年。"
    grid = _in_yuan(line="单位:万元", note=note, values=[12.5, 9, 3])
    return workbook(folder, grid)


_UNUSED = ("需说明", "unit.unused", "Sheet1", "E2")


@around.case(_UNUSED, figures=_FUND)
def yuan_around_a_table_whose_headers_say_otherwise(folder):
    headers = [f"{header}(万元)" for header in _HEADERS]
    return workbook(folder, _in_yuan(line="单位:元", headers=headers, values=[12.5, 9, 3]))


@around.case(_UNUSED, figures=_FUND)
def two_units_of_money_at_once(folder):
    return workbook(folder, _in_yuan(line="单位:元、万元", values=[12.5, 9, 3]))


@around.case(_UNUSED, figures=_FUND)
def yuan_in_words_that_nobody_foresaw(folder):
    return workbook(folder, _in_yuan(line="币种人民币,精确到元", values=[12.5, 9, 3]))


@around.case()
def yuan_around_a_table_without_money(folder):
    return workbook(folder, base(line=[f"填报单位:{UNIT}", "填报日期:2020年12月3日", "单位:元"]))
