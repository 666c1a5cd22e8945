"""Workbooks whose cells differ: numbers as texts, names cut short, formulas, dates."""

from datetime import date

from tests.data.intake.corpus.paper import (
    CHENGGUAN,
    COLUMNS,
    FIGURES,
    GUOCUN,
    MONTH,
    SIGNED,
    SONGJI,
    UNIT,
    Corpus,
    Formula,
    base,
    base_figures,
    base_rows,
    text_file,
    workbook,
)

contents = Corpus()
_FULL = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


def _without(*cells: tuple[str, str]) -> dict:
    """The base figures with some of them not read."""
    figures = base_figures()
    for area, column in cells:
        figures["T01", MONTH, area][column] = None
    return figures


@contents.case()
def numbers_as_texts(folder):
    rows = [[n, name, *(f" {v} " for v in values), ""] for n, name, *values, _ in base_rows()]
    return workbook(folder, base(rows))


@contents.case()
def full_width_digits(folder):
    rows = [
        [n, name, *(str(v).translate(_FULL) for v in values), ""]
        for n, name, *values, _ in base_rows()
    ]
    return workbook(folder, base(rows))


@contents.case()
def thousands_separators_of_two_kinds(folder):
    rows = base_rows()
    rows[0][6], rows[1][6] = "32,000", "28，000"
    rows[0][2] = "1,200"
    return workbook(folder, base(rows))


@contents.case(
    ("错误", "cell.unreadable", "Sheet1", "G5"),
    ("错误", "cell.unreadable", "Sheet1", "G6"),
    ("错误", "cell.unreadable", "Sheet1", "C4"),
    figures=_without((GUOCUN, "resident_pop"), (CHENGGUAN, "resident_pop"), (SONGJI, "poor_pop")),
)
def two_numbers_in_one_cell(folder):
    rows = base_rows()
    rows[1][6], rows[2][6], rows[0][2] = "28\n000", "45 000", "120①"
    return workbook(folder, base(rows, total=False))


@contents.case()
def units_typed_into_the_cells(folder):
    rows = base_rows()
    rows[0][6], rows[1][6], rows[2][6] = "3.2万", "2.8万人", "45000人"
    rows[0][2] = "1200人"
    rows[1][3] = "300户"
    return workbook(folder, base(rows))


@contents.case()
def ten_thousands_in_a_header(folder):
    grid = base()
    grid[2][6] = "常住人口数(万人)"
    for row, value in zip(grid[3:7], (3.2, "2.80", 4.5, 10.5), strict=True):
        row[6] = value
    return workbook(folder, grid)


_FUND = {
    ("T21", MONTH, "411403"): {
        "fund_income": 12345.67,
        "fund_expense": 9000,
        "opening_balance": 3000.5,
    }
}


def _fund(headers, values, line):
    return [
        ["2020年11月医保基金运行月报表"],
        [f"填报单位:{UNIT}", "", "填报日期:2020年12月3日", "", line],
        ["行政区划代码", "行政区划名称", *headers],
        ["411403", "睢阳区", *values],
        SIGNED,
    ]


@contents.case(figures=_FUND)
def hundred_millions_in_headers(folder):
    headers = ["基金收入(亿元)", "基金支出(万元)", "年初累计结余(元)"]
    return workbook(folder, _fund(headers, [1.234567, 9000, 30005000], "单位:见表头"))


@contents.case(
    ("提示", "unit.converted", "Sheet1", "E2"),
    ("提示", "unit.converted", "Sheet1", "E2"),
    ("提示", "unit.converted", "Sheet1", "E2"),
    figures=_FUND,
)
def yuan_in_the_unit_line(folder):
    headers = ["基金收入", "基金支出", "年初累计结余"]
    values = [123456700, "90,000,000", 30005000]
    return workbook(folder, _fund(headers, values, "金额单位:元"))


@contents.case(
    ("错误", "cell.required", "Sheet1", "H4"),
    ("错误", "cell.required", "Sheet1", "I5"),
    ("错误", "cell.required", "Sheet1", "J6"),
    ("错误", "cell.required", "Sheet1", "K6"),
    figures=_without(
        (SONGJI, "dibao_pop"),
        (GUOCUN, "tekun_pop"),
        ("411403111", "poor_villages"),
        ("411403111", "admin_villages"),
    ),
)
def dashes_and_slashes_where_a_number_must_be(folder):
    rows = base_rows()
    rows[0][7], rows[1][8], rows[2][9], rows[2][10] = "—", "/", "无", ""
    return workbook(folder, base(rows, total=False))


@contents.case(
    ("错误", "cell.unreadable", "Sheet1", "C4"),
    ("错误", "cell.unreadable", "Sheet1", "D5"),
    ("错误", "cell.unreadable", "Sheet1", "E6"),
    ("错误", "cell.unreadable", "Sheet1", "F4"),
    figures=_without(
        (SONGJI, "poor_pop"),
        (SONGJI, "ill_pop"),
        (GUOCUN, "poor_households"),
        ("411403111", "monitored_pop"),
    ),
)
def numbers_nobody_can_read(folder):
    rows = base_rows()
    rows[0][2], rows[1][3], rows[2][4], rows[0][5] = "约1200", "99.1%", "30余人", 150.5
    return workbook(folder, base(rows, total=False))


@contents.case()
def formulas_with_their_results(folder):
    grid = base()
    for at in range(2, 11):
        letter = "ABCDEFGHIJK"[at]
        grid[6][at] = Formula(f"=SUM({letter}4:{letter}6)", grid[6][at])
    grid[3][2] = Formula("=[1]乡镇表!$C$4", 1200)
    grid[4][6] = Formula("=27000+1000", 28000)
    return workbook(folder, grid)


@contents.case(
    ("错误", "cell.unreadable", "Sheet1", "C4"),
    ("错误", "cell.unreadable", "Sheet1", "G6"),
    ("提示", "total.unreadable", "Sheet1", "C7"),
    ("提示", "total.differs", "Sheet1", "G7"),
    figures=_without((SONGJI, "poor_pop"), ("411403111", "resident_pop")),
)
def formulas_with_errors(folder):
    grid = base()
    grid[3][2] = Formula("=#REF!+1", "#REF!")
    grid[5][6] = Formula("=1/0", "#DIV/0!")
    grid[6][2] = Formula("=SUM(C4:C6)", "#REF!")
    return workbook(folder, grid)


@contents.case()
def names_cut_short_and_names_of_hospitals(folder):
    rows = base_rows()
    rows[0][1], rows[1][1], rows[2][1] = "宋集", "郭村镇卫生院", "城 关"
    return workbook(folder, base(rows))


@contents.case()
def names_with_spaces_and_their_county(folder):
    rows = base_rows()
    rows[0][1], rows[1][1], rows[2][1] = "宋 集 镇", "睢阳区郭村镇", " 城关镇人民政府 "
    return workbook(folder, base(rows))


@contents.case(
    ("错误", "area.unknown", "Sheet1", "B5"),
    figures={k: v for k, v in base_figures().items() if k[2] != GUOCUN},
)
def a_name_nobody_knows(folder):
    rows = base_rows()
    rows[1][1] = "国村镇"
    return workbook(folder, base(rows))


_CODED = ["行政区划代码", "行政区划名称"]


def _coded(codes):
    headers = [*_CODED, *base()[2][2:]]
    rows = [[code, *row[1:]] for code, row in zip(codes, base_rows(), strict=True)]
    return base(rows, headers=headers)


@contents.case()
def codes_as_numbers(folder):
    return workbook(folder, _coded([411403105, 411403108.0, "411403111"]))


@contents.case()
def codes_of_twelve_digits(folder):
    return workbook(folder, _coded(["411403105000", 411403108000, " 411403111000 "]))


@contents.case(
    ("错误", "area.mismatch", "Sheet1", "A5"),
    ("错误", "area.unknown", "Sheet1", "A6"),
    figures={
        ("T01", MONTH, area): dict(zip(COLUMNS, FIGURES[area], strict=True))
        for area in (SONGJI, GUOCUN)
    },
)
def codes_that_do_not_fit_their_names(folder):
    grid = _coded(["411403105", "411403108", "411403999"])
    grid[4][1] = "城关镇"
    return workbook(folder, grid)


@contents.case(
    ("错误", "key.duplicate", "Sheet1", "B6"),
    ("提示", "T01.admin_villages.vs_register", "Sheet1", "K6"),
    figures={("T01", MONTH, GUOCUN): {"poor_pop": 900}},
    rows=3,
)
def one_township_twice(folder):
    rows = base_rows()
    rows[2][1] = "宋集镇"
    return workbook(folder, base(rows, total=False))


@contents.case(
    ("需说明", "area.outside", "Sheet1", "B6"),
    ("提示", "area.outside", "Sheet1", "B5"),
    figures={("T01", MONTH, GUOCUN): {"poor_pop": 900}},
    rows=3,
)
def rows_of_the_neighbours(folder):
    line = ("填报单位:宋集镇卫生院", "", "填报日期:2020年12月3日")
    rows = base_rows()
    rows[1][1], rows[1][-1] = "411403108", "郭村镇委托代报"
    rows[2][1] = "411403111"
    return workbook(folder, base(rows, line=line))


@contents.case(
    figures={
        ("T01", "2020-10", SONGJI): {"poor_pop": 1200},
        ("T01", "2020-11", GUOCUN): {"poor_pop": 900},
        ("T01", "2020-09", "411403111"): {"poor_pop": 700},
    }
)
def months_as_dates_and_numbers(folder):
    grid = base(title="帮扶对象基础情况月报表", total=False)
    months = ["报告期", date(2020, 10, 1), 202011, "2020年9月份"]
    for row, month in zip(grid[2:-1], months, strict=True):
        row.insert(1, month)
    return workbook(folder, grid)


@contents.case(
    ("需说明", "T00.reported_on.1", "Sheet1", "A2"),
)
def a_report_dated_before_its_month(folder):
    line = (f"填报单位:{UNIT}    填报日期:2020年9月1日", "单位:人")
    return workbook(folder, base(line=line))


@contents.case(
    ("错误", "period.missing", "Sheet1", "A3"),
    figures={},
    rows=0,
)
def no_period_anywhere(folder):
    return workbook(folder, base(title="帮扶对象基础情况月报表"))


@contents.case(("提示", "period.from_file_name", "Sheet1", ""))
def the_period_only_in_the_file_name(folder):
    title = "帮扶对象基础情况月报表"
    return workbook(folder, base(title=title), name="睢阳区2020年11月.xlsx")


@contents.case(
    ("错误", "column.filed_at", "Sheet1", "C6"),
    ("错误", "column.filed_at", "Sheet1", "G4"),
    figures={
        ("T12", MONTH, SONGJI): {"dose_due": 500, "hiv_cases": 3},
        ("T12", MONTH, "411403"): {"dose_due": 900, "hiv_cases": 30},
    },
    rows=3,
)
def figures_on_the_wrong_level(folder):
    headers = ["序号", "单位", "应种剂次", "实种剂次", "乙肝疫苗应全程接种", "乙肝疫苗全程接种"]
    headers += ["艾滋病感染者数", "随访检测人数", "抗病毒治疗人数"]
    rows = [
        [1, "宋集镇", 500, 490, 40, 39, 3, "", ""],
        [2, "郭村镇", 400, 390, 30, 29, "", "", ""],
        [3, "睢阳区", 900, "", "", "", 30, 28, 27],
    ]
    title = "2020年11月疾病防控月报表"
    return workbook(folder, base(rows, title=title, headers=headers, total=False))


_T05 = ["乡镇", "病种代码", "确诊患者数", "其中死亡或迁出", "拒绝救治", "已救治人数"]
_T05 += ["其中治愈好转", "救治总费用", "个人自付费用"]
_DISEASES = [
    ["宋集镇", "md01", 10, 0, 0, 9, 5, 6.5, 0.6],
    ["", "md03 胃癌", 12, 1, 0, 11, 6, 7.5, 0.7],
    ["", "食管癌", 14, 0, 1, 12, 7, 8.5, 0.8],
    ["郭村镇", "md01", 9, 0, 0, 8, 4, 5.5, 0.5],
    ["", "md03", 8, 0, 0, 7, 3, 4.5, 0.4],
]
DISEASE_FIGURES = {
    ("T05", MONTH, f"{SONGJI} md01"): {"confirmed": 10, "treat_cost": 6.5},
    ("T05", MONTH, f"{SONGJI} md03"): {"confirmed": 12, "treat_cost": 7.5},
    ("T05", MONTH, f"{SONGJI} md04"): {"confirmed": 14, "treat_cost": 8.5},
    ("T05", MONTH, f"{GUOCUN} md01"): {"confirmed": 9, "treat_cost": 5.5},
    ("T05", MONTH, f"{GUOCUN} md03"): {"confirmed": 8, "treat_cost": 4.5},
}


def diseases():
    """T05 with the township only on the first of its rows."""
    title = "2020年11月大病专项救治月报表"
    line = (f"填报单位:{UNIT}", "填报日期:2020年12月3日", "单位:人、万元")
    return base([list(row) for row in _DISEASES], title=title, headers=_T05, line=line, total=False)


@contents.case(figures=DISEASE_FIGURES)
def merged_townships_over_their_diseases(folder):
    return workbook(folder, diseases(), merged=["A4:A6", "A7:A8"])


@contents.case(("提示", "area.filled_down", "Sheet1", "A5"), figures=DISEASE_FIGURES)
def townships_only_on_their_first_row(folder):
    return workbook(folder, diseases())


_T07 = ["卫生室编码", "所属行政村", "是否贫困村", "服务人口", "建筑面积", "诊室", "治疗室"]
_T07 += ["公共卫生室", "药房", "合格村医数", "其中执业(助理)医师", "服务方式"]
_T07 += ["医疗机构执业许可证有效期", "医保联网结算", "是否达标", "核查日期"]


@contents.case(
    figures={
        ("T07", MONTH, "ws001"): {
            "is_poor_village": True,
            "floor_area": 80,
            "has_pharmacy": True,
            "licence_until": date(2022, 12, 31),
        },
        ("T07", MONTH, "ws002"): {
            "is_poor_village": False,
            "floor_area": 75.5,
            "has_pharmacy": True,
            "licence_until": date(2022, 6, 30),
        },
        ("T07", MONTH, "ws003"): {
            "is_poor_village": False,
            "floor_area": 90,
            "has_pharmacy": True,
            "licence_until": date(2023, 1, 5),
        },
    }
)
def ticks_words_and_dates_in_every_fashion(folder):
    rows = [
        ["ws001", "411403105200", "√", 900, "80㎡", "有", "是", 1, "Y", 2, 1, "自有"],
        ["ws002", 411403105201, "×", "1,100", "75.5平方米", "是", "√", "是", "有", 1, 0, " 自 有 "],
        ["ws003", "李楼村", "否", 1300, 90, "√", "√", "√", "√", 2, "—", "自有"],
    ]
    rows[2][1], rows[2][10] = "王营村", 1
    rows[0] += ["2022.12.31", "已联网", "达标", "2020年11月20日"]
    rows[1] += [20220630, "是", "是", "2020-11-21"]
    rows[2] += [date(2023, 1, 5), True, "√", date(2020, 11, 22)]
    title = "2020年11月村卫生室达标台账"
    return workbook(folder, base(rows, title=title, headers=_T07, total=False))


@contents.case()
def dates_as_days_of_excel_beside_their_labels(folder):
    grid = base(title="帮扶对象基础情况月报表")
    grid[1] = ["填报单位", UNIT, "填报日期", 44168, "报告期", 44136]
    return workbook(folder, grid)


@contents.case()
def letters_that_nobody_sees(folder):
    grid = base()
    unseen = "\u200b \ufeff \u200e \u202b \u00ad \u2060 \u200d \ufe0f".split(" ")
    grid[2] = [f"{cell[:1]}{unseen[at % 8]}{cell[1:]}" for at, cell in enumerate(grid[2])]
    for row in grid[3:7]:
        row[1:] = [f"{unseen[at % 8]}{cell}" if cell else cell for at, cell in enumerate(row[1:])]
    return workbook(folder, grid)


@contents.case()
def radicals_copied_out_of_a_pdf_file(folder):
    grid = base()
    grid[1][0] = "填报单位:睢阳区⺠政局"
    grid[0] = ["2020年11⽉帮扶对象基础情况⽉报表"]
    grid[1][1] = "填报⽇期:2020年12⽉3⽇"
    return workbook(folder, grid)


@contents.case(
    figures={
        ("T01", "2020-12", SONGJI): {"poor_pop": 1200},
        ("T01", "2020-12", GUOCUN): {"poor_pop": 900},
        ("T01", "2020-12", "411403111"): {"poor_pop": 700},
    }
)
def months_and_days_as_excel_rewrites_them_in_text_files(folder):
    grid = base(title="帮扶对象基础情况月报表", total=False, line=[f"填报单位:{UNIT}"])
    told = [
        ("报告期", "填报日期"),
        ("Dec-20", "4-Jan-21"),
        ("20-Dec", "44200"),
        ("12月-20", "2021/1/4"),
    ]
    for row, cells in zip(grid[2:-1], told, strict=True):
        row[1:1] = cells
    return text_file(folder, grid, encoding="gb18030")


@contents.case(
    figures={
        ("T01", "2020-12", SONGJI): {"poor_pop": 1200},
        ("T01", "2020-12", GUOCUN): {"poor_pop": 900},
        ("T01", "2020-12", "411403111"): {"poor_pop": 700},
    }
)
def months_as_first_days_in_text_files(folder):
    grid = base(title="帮扶对象基础情况月报表", total=False)
    for row, month in zip(grid[2:-1], ["报告期", "2020/12/1", "44166", "Dec 2020"], strict=True):
        row.insert(1, month)
    return text_file(folder, grid, encoding="gb18030")
