"""The same form in other kinds of files: old workbooks, text files, files with a password."""

from pathlib import Path

import xlwt

from tests.data.intake.corpus.contents import DISEASE_FIGURES, diseases
from tests.data.intake.corpus.paper import UNIT, Corpus, base, text_file, workbook
from tests.data.intake.corpus.writers import container

files = Corpus()


def old_workbook(folder: Path, grid: list, name: str = "报表.xls", merged=()) -> Path:
    """The grid as WPS and old Excel save it."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Sheet1")
    covered = {
        (row, column)
        for r1, r2, c1, c2 in merged
        for row in range(r1, r2 + 1)
        for column in range(c1, c2 + 1)
    }
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if cell != "" and (row, column) not in covered:
                page.write(row, column, cell)
    for r1, r2, c1, c2 in merged:
        page.write_merge(r1, r2, c1, c2, grid[r1][c1])
    book.save(str(folder / name))
    return folder / name


@files.case()
def an_old_workbook(folder):
    return old_workbook(folder, base(), merged=[(0, 0, 0, 11)])


@files.case(figures=DISEASE_FIGURES)
def an_old_workbook_with_merged_townships(folder):
    return old_workbook(folder, diseases(), merged=[(3, 5, 0, 0), (6, 7, 0, 0)])


@files.case()
def text_in_the_encoding_of_windows(folder):
    return text_file(folder, base(), encoding="gb18030")


@files.case()
def text_with_a_byte_order_mark(folder):
    return text_file(folder, base(), encoding="utf-8-sig", line_end="\n")


@files.case()
def text_with_tabs_as_a_spreadsheet_saves_unicode(folder):
    return text_file(folder, base(), encoding="utf-16", delimiter="\t")


@files.case(("提示", "area.filled_down", "", "A5"), figures=DISEASE_FIGURES)
def text_without_its_merged_cells(folder):
    return text_file(folder, diseases(), encoding="gb18030")


VILLAGE_FIGURES = {
    ("T04", "2020-W51", village): {"teams": n, "sign_target_pop": 100 + n, "signed_pop": 90 + n}
    for n, village in enumerate(
        ("411403105200", "411403105202", "411403108200", "411403108201"), start=1
    )
}


def villages() -> list:
    """T04 with the township once over its villages; 前进村 lies in both of them."""
    headers = ["乡镇", "行政村", "签约团队数", "建档立卡贫困人口数", "常年外出人数", "拒签人数"]
    headers += ["已签约人数", "四类慢病应签人数", "四类慢病已签人数", "协议到期人数"]
    headers += ["应履约服务项次", "已履约服务项次", "本周随访人次"]
    places = [("宋集镇", "张庄村"), ("", "前进村"), ("郭村镇", "前进村"), ("", "王营村")]
    rows = [
        [town, village, n, 100 + n, 5, 1, 90 + n, 20, 18, 0, 300, 250, 12]
        for n, (town, village) in enumerate(places, start=1)
    ]
    line = [f"填报单位:{UNIT}", "填报日期:2020年12月21日"]
    title = "家庭医生签约服务周报表(2020年第51周)"
    return base(rows, title=title, headers=headers, line=line, total=False)


@files.case(figures=VILLAGE_FIGURES)
def townships_once_over_their_villages(folder):
    return workbook(folder, villages(), merged=["A4:A5", "A6:A7"])


@files.case(figures=VILLAGE_FIGURES)
def text_with_townships_once_over_their_villages(folder):
    return text_file(folder, villages(), encoding="gb18030")


@files.case(
    ("提示", "column.filled_down", "", "A3"),
    ("提示", "column.filled_down", "", "B3"),
    ("提示", "column.filled_down", "", "C3"),
    ("提示", "column.filled_down", "", "D3"),
    ("提示", "column.filled_down", "", "E3"),
)
def text_that_names_month_and_unit_only_once(folder):
    grid = base(total=False)[2:-1]
    form = ["报告期", "填报单位", "单位负责人", "填报人", "填报日期"]
    once = ["2020-11", UNIT, "王建国", "李红", "2020/12/3"]
    lines = [form, once, *[[""] * 5 for _ in grid[2:]]]
    return text_file(
        folder, [[*left, *row] for left, row in zip(lines, grid, strict=True)], encoding="utf-8"
    )


@files.case()
def text_with_quotes_and_line_breaks(folder):
    grid = base()
    grid[2][2] = "建档立卡\n贫困人口数"
    grid[3][11] = '核实"增加"2户,见附件'
    grid[3][2] = "1,200"
    return text_file(folder, grid, encoding="utf-8")


@files.case(("错误", "file.encrypted", "", ""), figures={})
def a_workbook_with_a_password(folder):
    path = folder / "报表.xlsx"
    path.write_bytes(container("EncryptedPackage", b"x"))
    return path


@files.case(("错误", "file.foreign", "", ""), figures={})
def a_web_page_without_a_table(folder):
    path = folder / "报表.xls"
    path.write_text("<html><p>请先登录</p></html>", "utf-8")
    return path


@files.case(("错误", "file.damaged", "", ""), figures={})
def a_workbook_cut_off_on_its_way(folder):
    whole = workbook(folder, base(), name="整.xlsx")
    path = folder / "报表.xlsx"
    path.write_bytes(whole.read_bytes()[:3000])
    whole.unlink()
    return path


@files.case(("错误", "file.no_table", "", ""), ("提示", "sheet.unknown", "Sheet1", ""), figures={})
def a_workbook_without_any_report(folder):
    grid = [["值班表"], ["日期", "姓名缩写"], ["12月1日", "甲"], ["12月2日", "乙"]]
    return workbook(folder, grid)
