"""The copy of a workbook with its findings: colours, comments, a list with links, the same look."""

import io

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font

from data.findings import ERROR, EXPLAIN, HINT, Finding
from data.forms import marked
from tests.fuzz import bases

RED, YELLOW, BLUE = "00FFC7CE", "00FFEB9C", "00DDEBF7"


def finding(cell="C3", severity=ERROR, sheet="表一", **more):
    values = {
        "file": "表.xlsx",
        "sheet": sheet,
        "cell": cell,
        "table": "T04 家庭医生签约服务周报表",
        "column": "已签约人数",
        "area": "甲镇",
        "rule": "T04.signed_pop.2",
        "severity": severity,
        "found": "已签约人数 101",
        "expected": "不大于 100",
        "action": "请核对后改正",
    }
    return Finding(**(values | more))


@pytest.fixture
def path(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "表一"
    page.merge_cells("A1:D1")
    page["A1"] = "签约服务周报表"
    page["A1"].font = Font(name="黑体", size=18)
    page.column_dimensions["B"].width = 33
    page.append(["", "乡镇", "已签约人数(人)", "签约率"])
    page.append(["", "甲镇", 101, "=C3/100"])
    page.append(["", "乙镇", 80, "=C4/100"])
    page["C4"].comment = Comment("上周 79", "县办")
    page["D4"].number_format = "0.00%"
    book.create_sheet("隐藏").append(["甲", "乙"])
    book["隐藏"].sheet_state = "hidden"
    book.save(tmp_path / "表.xlsx")
    return tmp_path / "表.xlsx"


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def lines(book):
    return [[cell.value for cell in row] for row in book["问题清单"].iter_rows()]


class TestCells:
    def test_a_cell_has_the_colour_of_its_worst_finding_and_a_comment_with_all(self, path):
        findings = [finding(severity=HINT), finding(severity=ERROR), finding("C4", EXPLAIN)]
        page = opened(marked.marked_copy(path, findings))["表一"]
        assert page["C3"].fill.fgColor.rgb == RED
        assert page["C4"].fill.fgColor.rgb == YELLOW
        for words in ("[错误]", "[提示]", "已签约人数 101", "不大于 100", "请核对后改正"):
            assert words in page["C3"].comment.text

    def test_what_the_unit_wrote_into_a_comment_stays(self, path):
        page = opened(marked.marked_copy(path, [finding("C4", HINT)]))["表一"]
        assert page["C4"].comment.text.startswith("上周 79\n[提示]")
        assert page["C4"].fill.fgColor.rgb == BLUE

    def test_fonts_widths_formats_formulas_and_merged_cells_stay(self, path):
        page = opened(marked.marked_copy(path, [finding()]))["表一"]
        assert (page["A1"].font.name, page["A1"].font.size) == ("黑体", 18)
        assert page.column_dimensions["B"].width == 33
        assert page["D4"].number_format == "0.00%"
        assert page["D4"].value == "=C4/100"
        assert [str(area) for area in page.merged_cells.ranges] == ["A1:D1"]

    def test_a_finding_inside_merged_cells_is_marked_at_their_corner(self, path):
        page = opened(marked.marked_copy(path, [finding("B1")]))["表一"]
        assert page["A1"].fill.fgColor.rgb == RED

    def test_a_finding_in_a_hidden_sheet_brings_it_to_light(self, path):
        book = opened(marked.marked_copy(path, [finding("B1", sheet="隐藏")]))
        assert book["隐藏"].sheet_state == "visible"


class TestList:
    def test_it_stands_in_front_with_the_worst_first_and_links_to_the_cells(self, path):
        book = opened(marked.marked_copy(path, [finding("C4", HINT), finding("C3", ERROR)]))
        assert book.sheetnames[0] == "问题清单"
        told = [line for line in lines(book) if str(line[0]).isdigit()]
        assert [(line[1], line[2], line[3]) for line in told] == [
            ("错误", "表一", "C3"),
            ("提示", "表一", "C4"),
        ]
        links = [cell.hyperlink.location for cell in book["问题清单"]["D"] if cell.hyperlink]
        assert links == ["'表一'!C3", "'表一'!C4"]

    def test_a_text_that_looks_like_a_formula_stays_a_text(self, path):
        book = opened(marked.marked_copy(path, [finding(found="=1+1")]))
        cell = next(c for row in book["问题清单"].iter_rows() for c in row if c.value == "=1+1")
        assert cell.data_type == "s"

    def test_a_copy_that_is_marked_again_has_one_list(self, path, tmp_path):
        again = tmp_path / "改后.xlsx"
        again.write_bytes(marked.marked_copy(path, [finding(), finding("C4")]))
        book = opened(marked.marked_copy(again, [finding("C4", HINT)]))
        assert [name for name in book.sheetnames if name.startswith("问题清单")] == ["问题清单"]
        assert len([line for line in lines(book) if str(line[0]).isdigit()]) == 1


class TestOtherFiles:
    @pytest.mark.parametrize("suffix", [".csv", ".xls"])
    def test_other_formats_come_as_a_new_workbook_with_the_cells_in_their_places(
        self, tmp_path, suffix
    ):
        grid = [["签约服务周报表", "", ""], ["乡镇", "已签约人数", "备注"], ["甲镇", 101, "=1"]]
        path = tmp_path / f"表{suffix}"
        is_csv = suffix == ".csv"
        path.write_bytes(bases.as_csv(grid, "gb18030") if is_csv else bases.as_xls(grid))
        sheet = "" if is_csv else "Sheet1"
        book = opened(marked.marked_copy(path, [finding("B3", sheet=sheet)]))
        page = book[book.sheetnames[1]]
        assert [str(cell.value) for cell in page[3]] == ["甲镇", "101", "=1"]
        assert page["C3"].data_type == "s"
        assert page["B3"].fill.fgColor.rgb == RED
        assert any("格式无法原样保留" in str(line[0]) for line in lines(book))

    def test_a_file_with_very_many_cells_gets_the_list_only_and_is_told_so(self, path, monkeypatch):
        monkeypatch.setattr(marked, "LARGEST_CELLS", 5)
        book = opened(marked.marked_copy(path, [finding()]))
        assert book.sheetnames == ["问题清单"]
        assert any("文件较大" in str(line[0]) for line in lines(book))

    @pytest.mark.parametrize("data", [b"", b"no\0workbook", b"PK\x03\x04damaged"])
    def test_a_file_that_cannot_be_read_gets_the_list_only(self, tmp_path, data):
        path = tmp_path / "表.xlsx"
        path.write_bytes(data)
        book = opened(marked.marked_copy(path, [finding("", sheet="")]))
        assert any("读不出来" in str(line[0]) for line in lines(book))

    def test_formulas_that_point_to_other_files_become_what_they_showed(self, tmp_path):
        path = tmp_path / "表.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet("表一")
            page.write_formula(0, 0, "='[他县.xlsx]Sheet1'!A1", None, 77)
            page.write_string(1, 1, "乡镇")
        page = opened(marked.marked_copy(path, [finding("B2")]))["表一"]
        assert page["A1"].value == 77

    def test_pictures_and_the_writers_name_do_not_go_along(self, path):
        book = openpyxl.load_workbook(path)
        book.properties.creator = "王建国"
        book.save(path)
        assert opened(marked.marked_copy(path, [finding()])).properties.creator in (None, "")
