"""Workbooks whose layout differs: rows and columns around, between and in another order."""

from datetime import date

from tests.data.intake.corpus.paper import (
    CHENGGUAN,
    FIGURES,
    GUOCUN,
    HEADERS,
    MONTH,
    SIGNED,
    SONGJI,
    UNIT,
    Corpus,
    base,
    base_figures,
    base_rows,
    total_row,
    workbook,
)

layouts = Corpus()


@layouts.case()
def plain_county_form(folder):
    return workbook(folder, base(), merged=["A1:L1"])


@layouts.case()
def five_title_rows(folder):
    before = [["附件2"], [], ["睢阳区健康扶贫领导小组办公室"], ["(内部资料 注意保存)"]]
    return workbook(folder, [*before, *base()], merged=["A3:L3", "A5:L5"])


@layouts.case()
def everything_in_columns_and_no_title(folder):
    headers = ["报告期", "填报单位", "单位负责人", "填报人", "填报日期", *HEADERS[1:]]
    rows = [["2020-11", UNIT, "王建国", "李红", date(2020, 12, 3), *row[1:]] for row in base_rows()]
    return workbook(folder, [headers, *rows])


@layouts.case()
def table_that_starts_far_from_the_corner(folder):
    return workbook(folder, base(), at=(6, 3))


@layouts.case()
def columns_in_another_order(folder):
    order = [0, 1, 10, 9, 2, 3, 6, 7, 8, 4, 5, 11]
    grid = base()
    grid[2:-1] = [[row[at] for at in order] for row in grid[2:-1]]
    return workbook(folder, grid)


@layouts.case()
def total_row_first(folder):
    grid = base(total=False)
    grid.insert(3, total_row("合 计"))
    return workbook(folder, grid)


@layouts.case(("提示", "total.differs", "Sheet1", "C7"), ("提示", "total.differs", "Sheet1", "G7"))
def total_row_that_does_not_add_up(folder):
    grid = base()
    grid[6][2] = 2900
    grid[6][6] = 105001
    return workbook(folder, grid)


@layouts.case()
def subtotals_of_two_parts(folder):
    first, second, third = base_rows()
    parts = [sum(pair) for pair in zip(first[2:-1], second[2:-1], strict=True)]
    rows = [
        first,
        second,
        ["", "东片小计", *parts, ""],
        third,
        ["", "西片小计", *third[2:-1], ""],
    ]
    return workbook(folder, base(rows))


@layouts.case()
def headings_between_the_rows(folder):
    first, second, third = base_rows()
    rows = [["一、东部片区"], first, second, [], ["二、西部片区"], third]
    return workbook(folder, base(rows))


@layouts.case()
def numbering_row_under_the_headers(folder):
    grid = base()
    grid.insert(3, ["甲", "乙", *range(1, 10), "丙"])
    return workbook(folder, grid)


@layouts.case()
def headers_with_line_breaks_and_spaces(folder):
    headers = list(HEADERS)
    headers[1] = "乡\n镇"
    headers[2] = "建档立卡\n贫困人口数\n(人)"
    headers[6] = "常 住 人 口 数"
    headers[8] = "特困供养\r\n人  数"
    headers[10] = "行政村数(个)"
    return workbook(folder, base(headers=headers))


@layouts.case()
def headers_under_other_names(folder):
    headers = [*HEADERS]
    headers[1] = "县区"
    headers[2] = "贫困人口数"
    headers[5] = "患病人数"
    headers[11] = "备注(说明)"
    return workbook(folder, base(headers=headers))


@layouts.case()
def two_levels_of_headers(folder):
    upper = ["序号", "乡镇", "建档立卡", "", "防止返贫致贫监测对象人数", "其中患病人数"]
    upper += [*HEADERS[6:9], "村数", "", "备注"]
    lower = [
        "",
        "",
        "贫困人口数",
        "贫困户数",
        "",
        "",
        "",
        "",
        "",
        "建档立卡贫困村数",
        "行政村数",
        "",
    ]
    grid = base()
    grid[2:3] = [upper, lower]
    across = ["C3:D3", "J3:K3"]
    down = [f"{letter}3:{letter}4" for letter in "ABEFGHIL"]
    return workbook(folder, grid, merged=[*across, *down])


_ALL_MONTHS = {**base_figures("2020-10"), **base_figures("2020-11")}


@layouts.case(figures=_ALL_MONTHS)
def a_sheet_for_every_month(folder):
    return workbook(
        folder,
        {
            "10月": base(title="2020年10月帮扶对象基础情况月报表"),
            "11月": base(title="2020年11月帮扶对象基础情况月报表"),
        },
    )


@layouts.case(figures=_ALL_MONTHS)
def months_only_on_the_tabs(folder):
    title = "2020年帮扶对象基础情况月报表"
    return workbook(folder, {"10月": base(title=title), "11月份": base(title=title)})


@layouts.case(("提示", "sheet.hidden", "上月", "A1"), figures=_ALL_MONTHS)
def an_old_month_on_a_hidden_sheet(folder):
    return workbook(
        folder,
        {"本月": base(), "上月": base(title="2020年10月帮扶对象基础情况月报表")},
        hidden_sheets=["上月"],
    )


@layouts.case(("提示", "sheet.unknown", "填报说明", ""))
def a_sheet_of_instructions_beside_the_form(folder):
    words = [["填报说明"], ["一、", "本表每月报一次"], ["二、", "由乡镇卫生院填报"]]
    return workbook(folder, {"填报说明": words, "表一": base()})


@layouts.case(("提示", "sheet.hidden_rows", "Sheet1", "A5"))
def a_filter_left_on(folder):
    return workbook(folder, base(), hidden_rows=[5], filtered="A3:L6")


@layouts.case()
def empty_rows_and_columns_with_borders(folder):
    return workbook(folder, base(), blank_until=(60, 30))


@layouts.case()
def signatures_spread_over_the_cells(folder):
    grid = base()
    grid[-1] = ["单位负责人:", "", "王建国", "", "审核人:", "赵敏", "填报人:", "", "李红"]
    return workbook(folder, grid)


@layouts.case()
def notes_under_the_table(folder):
    notes = [["注:1. 常住人口按公安部门口径。"], ["2. 低保人数包括城镇低保160人。"]]
    return workbook(folder, [*base(), *notes])


@layouts.case(("错误", "sheet.after_end", "Sheet1", "A8"), rows=3)
def rows_below_the_signatures(folder):
    grid = base(total=False)
    grid.append([4, "宋集镇", *FIGURES[SONGJI], ""])
    return workbook(folder, grid)


_T13 = ["序号", "乡镇", "奖励扶助对象", "特别扶助对象", "应发资金", "实发资金", "特殊家庭户数"]


@layouts.case(
    figures={
        **base_figures(),
        **{
            ("T13", MONTH, area): {
                "reward_people": 100 + n,
                "special_people": 20,
                "fund_due": 10.5,
                "fund_paid": 10.25,
                "special_households": 9,
            }
            for n, area in enumerate((SONGJI, GUOCUN, CHENGGUAN))
        },
    }
)
def two_tables_on_one_sheet(folder):
    second = [
        [],
        ["2020年11月计生奖励扶助月报表"],
        [f"填报单位:{UNIT}", "", "填报日期:2020年12月3日", "", "单位:人、万元、户"],
        _T13,
        *(
            [n + 1, name, 100 + n, 20, 10.5, 10.25, 9]
            for n, name in enumerate(("宋集镇", "郭村镇", "城关镇"))
        ),
        SIGNED,
    ]
    note = ["注:以上为基础情况,以下为计生奖励扶助。"]
    return workbook(folder, [*base(), note, *second])


@layouts.case(
    ("提示", "column.unknown", "Sheet1", "D3"),
    ("提示", "column.unknown", "Sheet1", "N3"),
)
def columns_nobody_asked_for(folder):
    grid = base()
    rates = ["贫困发生率", "3.75%", 0.0321, "1.56%", "", ""]
    marks = ["排名", 1, 2, 3, "", ""]
    for row, rate, mark in zip(grid[2:], rates, marks, strict=False):
        if len(row) > 1:
            row.insert(3, rate)
            row.append(mark)
    return workbook(folder, grid)


@layouts.case(
    ("错误", "column.missing", "Sheet1", "A3"),
    figures={
        key: {name: value for name, value in values.items() if name != "tekun_pop"}
        for key, values in base_figures().items()
    },
)
def a_column_that_was_deleted(folder):
    grid = [[*row[:8], *row[9:]] if len(row) > 3 else row for row in base()]
    return workbook(folder, grid)


@layouts.case(
    ("错误", "column.duplicate", "Sheet1", "D3"),
    figures={
        key: {name: value for name, value in values.items() if name != "poor_pop"}
        for key, values in base_figures().items()
    },
)
def a_column_that_stands_twice(folder):
    grid = [[*row[:3], row[2], *row[3:]] if len(row) > 3 else row for row in base()]
    return workbook(folder, grid)


@layouts.case(
    figures={
        ("T01", "2023-11", area): {"poor_pop": values[0], "poor_villages": values[7]}
        for area, values in FIGURES.items()
    }
)
def words_of_a_later_time(folder):
    headers = list(HEADERS)
    headers[2], headers[3], headers[9] = "脱贫人口数", "脱贫户数", "脱贫村数"
    line = (f"填报单位:{UNIT}", "填报日期:2023年12月3日")
    grid = base(title="2023年11月帮扶对象基础情况月报表", headers=headers, line=line)
    return workbook(folder, grid)


@layouts.case(
    ("提示", "area.from_sheet_name", "宋集镇", "A3"),
    ("提示", "area.from_sheet_name", "郭村", "A3"),
    ("提示", "area.from_sheet_name", "城关镇", "A3"),
)
def a_sheet_for_every_township(folder):
    headers = HEADERS[2:]
    sheets = {
        name: base([row[2:]], headers=headers, total=False)
        for name, row in zip(("宋集镇", "郭村", "城关镇"), base_rows(), strict=True)
    }
    return workbook(folder, sheets)


@layouts.case(("错误", "column.missing", "Sheet1", "A3"), figures={}, rows=0)
def a_county_form_that_names_no_township(folder):
    row = base_rows()[0]
    return workbook(folder, base([row[2:]], headers=HEADERS[2:], total=False))


@layouts.case(("错误", "sheet.no_rows", "Sheet1", "A3"), figures={}, rows=0)
def an_empty_form(folder):
    return workbook(folder, base([], total=False))


def _total_called(name):
    def write(folder):
        grid = base(total=False)
        grid.insert(-1, total_row(name))
        return workbook(folder, grid)

    write.__name__ = f"total_row_called_{name}"
    return write


_SUMS = ("全区", "总数", "计", "合计(3个)", "合计(3个乡镇)", "本页合计", "睢阳区", UNIT)
_SUMS += ("本区", "全部", "全区总计", "合计数", "Total")
for _name in _SUMS:
    layouts.case()(_total_called(_name))


@layouts.case(("提示", "total.differs", "Sheet1", "C7"))
def own_name_as_a_total_that_does_not_add_up(folder):
    grid = base(total=False)
    grid.insert(-1, total_row("睢阳区"))
    grid[6][2] += 1
    return workbook(folder, grid)


@layouts.case()
def pages_that_carry_their_sums_forward(folder):
    first, second, third = base_rows()
    so_far = [a + b for a, b in zip(first[2:-1], second[2:-1], strict=True)]
    rows = [first, second, ["", "过次页", *so_far, ""], ["", "承前页", *so_far, ""], third]
    return workbook(folder, base(rows))


@layouts.case(("提示", "total.differs", "Sheet1", "C6"))
def a_sum_carried_forward_wrongly(folder):
    first, second, third = base_rows()
    so_far = [a + b for a, b in zip(first[2:-1], second[2:-1], strict=True)]
    so_far[0] -= 1
    return workbook(folder, base([first, second, ["", "过次页", *so_far, ""], third]))


@layouts.case()
def the_year_so_far_below_the_month(folder):
    grid = base()
    grid.insert(-1, total_row("本年累计"))
    grid[7][2] = 99_999
    return workbook(folder, grid)


@layouts.case()
def everything_printed_again_on_the_second_page(folder):
    grid = base()
    first, second, third = base_rows()
    top = grid[:3]
    page = [first, second, ["", "本页小计", *_added(first, second), ""]]
    again = [third, total_row("合计"), grid[-1]]
    return workbook(folder, [*top, *page, ["第1页 共2页"], *top, *again])


def _added(*rows):
    return [sum(column) for column in zip(*(row[2:-1] for row in rows), strict=True)]
