"""Importing whole workbooks: what a county office files becomes typed rows, or a finding."""

from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter
import xlwt

from data.catalogue import load
from data.findings import ERROR, EXPLAIN, HINT
from data.intake import delivery
from tests.data.intake.build import (
    GUOCUN,
    SONGJI,
    TOWNSHIPS,
    VILLAGES,
    area_row,
    plain_rows,
    small_catalogue,
    write_report,
)

DAY = date(2020, 12, 22)
OWN_TABLE = """
id: T99
title: 安宁疗护周报表
name: hospice_weekly
grain: township
frequency: weekly
unit_level: county
store_by: week
key: [area_code]
columns:
  - {name: bed_days, header: 占用床位, type: int, unit: 床日, kind: flow, required: true}
  - {name: drugs, header: 镇痛药, type: decimal, unit: 毫克, kind: flow, required: true}
"""
PERIODS = {"weekly": "2020-W51", "monthly": "2020-12", "quarterly": "2020-Q4"}
# Who files rows of several counties.
CITY_OFFICE = "商丘市卫生健康委员会"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return small_catalogue(tmp_path_factory.mktemp("import"))


@pytest.fixture
def read(catalogue):
    def run(*paths, import_date=DAY):
        return delivery.read_files(paths, catalogue, import_date=import_date)

    return run


@pytest.fixture
def signing(catalogue, tmp_path):
    """Write a T04 report of four villages; `change` edits its rows first."""

    def make(change=None, name="签约.xlsx", **options):
        table = catalogue.tables["T04"]
        rows = plain_rows(catalogue, table, VILLAGES)
        if change:
            change(rows)
        options.setdefault("period", "2020-W51")
        return write_report(tmp_path / name, catalogue, table, rows, **options)

    return make


def sheet_of(book, name="Sheet1"):
    return next(page for page in book.worksheets() if page.get_name() == name)


def open_sheet(path) -> Any:
    return openpyxl.load_workbook(path).active


def rules(reading, severity=None):
    return [f.rule for f in reading.findings if severity in (None, f.severity)]


def only(reading, rule):
    found = [finding for finding in reading.findings if finding.rule == rule]
    assert len(found) == 1, [finding.line() for finding in reading.findings]
    return found[0]


def areas_of(table):
    if table.grain.startswith("village"):
        return VILLAGES
    if table.grain == "county":
        return ("411403", "411402")
    return TOWNSHIPS


class TestRealisticForms:
    @pytest.mark.parametrize("table_id", load().tables)
    @pytest.mark.parametrize("two_level", [True, False])
    def test_every_report_table_is_read_without_a_word(
        self, table_id, two_level, catalogue, read, tmp_path
    ):
        table = catalogue.tables[table_id]
        rows = plain_rows(catalogue, table, areas_of(table))
        for row, village in zip(rows, VILLAGES, strict=False):
            if table.area_column != "division_code":
                row[table.area_column] = village
                row["division_code"] = row["division_name"] = ""
        written = write_report(
            tmp_path / "表.xlsx",
            catalogue,
            table,
            rows,
            period=PERIODS[table.frequency],
            unit=CITY_OFFICE,
            two_level=two_level,
        )
        reading = read(written.path, import_date=date(2021, 1, 5))
        assert [f.line() for f in reading.findings] == []
        (typed,) = reading.typed
        assert typed.table.id == table.id
        assert typed.frame.height == len(rows)
        assert typed.frame["period"].unique().to_list() == [PERIODS[table.frequency]]
        for column in table.stored_columns:
            assert typed.frame[column.name].dtype == column.dtype
            if column.type == "int" and column.filed_at is None:
                assert typed.frame[column.name].to_list() == [row[column.name] for row in rows]

    def test_a_table_of_ones_own_counts_in_a_unit_of_its_own(self, tmp_path):
        small_catalogue(tmp_path)
        overlay = tmp_path / "store" / "catalogue" / "tables"
        overlay.mkdir()
        (overlay / "T99.yaml").write_text(OWN_TABLE, "utf-8")
        own = load(tmp_path / "store")
        table = own.tables["T99"]
        written = write_report(
            tmp_path / "安宁.xlsx",
            own,
            table,
            plain_rows(own, table, TOWNSHIPS),
            period="2020-W51",
            headers={"bed_days": "占用床位(床日)", "drugs": "镇痛药(万毫克)"},
        )
        reading = delivery.read_files([written.path], own, import_date=DAY)
        assert [f.line() for f in reading.findings] == []
        (typed,) = reading.typed
        assert typed.frame["bed_days"].to_list() == [100, 110, 120]
        assert typed.frame["drugs"].to_list() == [
            Decimal(text) for text in ("135000", "145000", "155000")
        ]
        assert "T99" in own.tables["T19"].by_name["table_id"].values

    def test_a_value_is_found_again_by_its_cell(self, signing, read):
        written = signing()
        (typed,) = read(written.path).typed
        for (row, column), address in written.cells.items():
            if column != "remark":
                assert typed.cell(row, column) == address

    def test_values_of_the_title_are_found_by_the_title_cell(self, signing, read):
        (typed,) = read(signing().path).typed
        assert typed.cell(0, "reporting_unit") == "A2"
        assert typed.frame["reporting_unit"].unique().to_list() == ["睢阳区卫生健康委员会"]
        assert typed.frame["reported_on"].unique().to_list() == [date(2020, 12, 21)]

    def test_a_table_may_stand_anywhere_in_the_sheet(self, signing, read):
        written = signing(top=7, left=3)
        (typed,) = read(written.path).typed
        assert typed.cell(0, "teams") == written.cells[0, "teams"]

    def test_who_signed_is_not_kept(self, signing, read):
        (typed,) = read(signing().path).typed
        assert not {"unit_head", "filled_by"} & set(typed.frame.columns)
        text = str(typed.frame.to_dicts())
        assert "王建国" not in text
        assert "李红" not in text

    def test_the_owner_of_an_issue_is_checked_and_not_kept(self, catalogue, read, tmp_path):
        table = catalogue.tables["T16"]
        rows = plain_rows(catalogue, table, TOWNSHIPS)
        rows[1]["owner_person"] = ""
        written = write_report(tmp_path / "a.xlsx", catalogue, table, rows, period="2020-W51")
        reading = read(written.path)
        assert only(reading, "cell.required").cell == written.cells[1, "owner_person"]
        assert "owner_person" not in reading.typed[0].frame.columns

    def test_common_columns_may_stand_beside_the_figures(self, signing, read):
        reading = read(signing(in_columns=True).path)
        assert [f.line() for f in reading.findings] == []
        assert reading.typed[0].frame["period"].unique().to_list() == ["2020-W51"]

    @pytest.mark.parametrize("period", ["2019-W50", "2022-W10", "2026-W20"])
    def test_headers_of_any_era_are_accepted(self, signing, read, period):
        written = signing(period=period, reported_on="2026年11月1日")
        reading = read(written.path, import_date=date(2026, 11, 21))
        assert [f.line() for f in reading.findings] == []

    def test_merged_units_hold_for_all_their_rows(self, catalogue, read, tmp_path):
        table = catalogue.tables["T05"]
        rows = plain_rows(catalogue, table, [SONGJI] * 3 + [GUOCUN] * 2)
        written = write_report(
            tmp_path / "a.xlsx", catalogue, table, rows, period="2020-12", merge_areas=True
        )
        reading = read(written.path)
        assert [f.line() for f in reading.findings] == []
        assert reading.typed[0].frame["area_code"].to_list() == [SONGJI] * 3 + [GUOCUN] * 2

    def test_diseases_may_be_written_by_name(self, catalogue, read, tmp_path):
        table = catalogue.tables["T05"]
        rows = plain_rows(catalogue, table, TOWNSHIPS)
        for row, words in zip(rows, ["儿童先天性心脏病", "尿毒症", "md03"], strict=True):
            row["disease_code"] = words
        written = write_report(tmp_path / "a.xlsx", catalogue, table, rows, period="2020-12")
        frame = read(written.path).typed[0].frame
        assert frame["disease_code"].to_list() == ["md01", "md07", "md03"]

    def test_two_tables_on_one_sheet_and_one_on_another(self, catalogue, read, tmp_path):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        flows, registers = catalogue.tables["T09"], catalogue.tables["T21"]
        options = {"period": "2020-11", "book": book, "unit": CITY_OFFICE}
        counties = ("411403", "411402")
        rows = plain_rows(catalogue, flows, counties)
        write_report(tmp_path / "a.xlsx", catalogue, flows, rows, sheet="就诊", **options)
        page = sheet_of(book, "就诊")
        page.write_row(20, 0, ["医保基金运行月报表 2020年11月"])
        page.write_row(21, 0, ["填报单位:睢阳区医疗保障局 填报日期:2020-12-05"])
        page.write_row(22, 0, ["行政区划代码", "基金收入", "基金支出", "年初累计结余"])
        page.write_row(23, 0, ["411403", 100.5, 90.25, 10])
        page.write_row(24, 0, ["单位负责人:甲 填报人:乙"])
        rows = plain_rows(catalogue, registers, counties)
        options["period"] = "2020-12"
        write_report(tmp_path / "a.xlsx", catalogue, registers, rows, sheet="基金", **options)
        book.close()
        reading = read(tmp_path / "a.xlsx")
        assert rules(reading) == []
        tables = [(b.table.id, b.sheet, b.frame["period"][0]) for b in reading.typed]
        assert tables == [
            ("T09", "就诊", "2020-11"),
            ("T21", "就诊", "2020-11"),
            ("T21", "基金", "2020-12"),
        ]
        assert reading.typed[1].frame["fund_income"].to_list() == [Decimal("100.5")]


class TestOldAndPlainFiles:
    ROW = ("411403105200", "张庄村", "2020-W51", "宋集镇卫生院", "王", "李", "2020-12-21")
    FIGURES = (3, 120, 4, 1, 110, 40, 38, 2, 300, "280", "45")

    def header(self, catalogue):
        table = catalogue.tables["T04"]
        common = [c.header for c in catalogue.common][:7]
        return [*common, *(c.header for c in table.columns[:11])]

    def test_an_old_workbook_is_read(self, catalogue, read, tmp_path):
        book = xlwt.Workbook()
        page = book.add_sheet("周报")
        for column, header in enumerate(self.header(catalogue)):
            page.write(2, column, header)
        for column, value in enumerate((*self.ROW, *self.FIGURES)):
            page.write(3, column, value)
        book.save(str(tmp_path / "a.xls"))
        reading = read(tmp_path / "a.xls")
        assert rules(reading) == []
        assert reading.typed[0].frame["service_done"].to_list() == [280]

    def test_an_error_cell_of_an_old_workbook_is_named(self, catalogue, read, tmp_path):
        book = xlwt.Workbook()
        page = book.add_sheet("周报")
        for column, header in enumerate(self.header(catalogue)):
            page.write(2, column, header)
        for column, value in enumerate((*self.ROW, *self.FIGURES)):
            page.write(3, column, value)
        page.row(4).set_cell_text(0, "411403105201")
        for column, value in enumerate((*self.ROW[1:], *self.FIGURES), start=1):
            if column == 9:
                page.row(4).set_cell_error(column, "#REF!")
            elif column != 1:
                page.write(4, column, value)
        book.save(str(tmp_path / "a.xls"))
        finding = only(read(tmp_path / "a.xls"), "cell.unreadable")
        assert (finding.cell, finding.found) == ("J5", "#REF!")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_text_files_are_read_in_the_encodings_offices_use(
        self, catalogue, read, tmp_path, encoding
    ):
        lines = [",".join(self.header(catalogue)), ",".join(map(str, (*self.ROW, *self.FIGURES)))]
        path = tmp_path / "a.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        reading = read(path)
        assert rules(reading) == []
        (typed,) = reading.typed
        assert typed.frame["area_code"].to_list() == ["411403105200"]
        assert typed.cell(0, "teams") == "H2"


class TestWhatIsWrongIsNamed:
    def test_text_that_is_no_number(self, signing, read):
        def change(rows):
            rows[1]["signed_pop"] = "很多"
            rows[2]["signed_pop"] = 12.5

        written = signing(change, total=False)
        found = [f for f in read(written.path).findings if f.rule == "cell.unreadable"]
        assert [(f.cell, f.found, f.expected, f.column) for f in found] == [
            (written.cells[1, "signed_pop"], "很多", "数字", "已签约人数"),
            (written.cells[2, "signed_pop"], "12.5", "整数", "已签约人数"),
        ]
        assert all(f.severity == ERROR and f.area for f in found)

    def test_numbers_are_read_as_a_person_would(self, signing, read):
        def change(rows):
            rows[0]["service_due"] = "１,２００"
            rows[1]["service_due"] = " 1200 "
            rows[2]["checkups_ytd"] = "—"
            rows[3]["service_due"] = "1,200项次"

        reading = read(signing(change, total=False).path)
        assert rules(reading) == []
        frame = reading.typed[0].frame
        assert frame["service_due"].to_list()[:2] == [1200, 1200]
        assert frame["service_due"][3] == 1200
        assert frame["checkups_ytd"][2] is None

    @pytest.mark.parametrize("cell", ["1\n100", "1 100", "5①", "5³"])
    def test_two_numbers_in_one_cell_are_not_one(self, signing, read, cell):
        written = signing(lambda rows: rows[1].update(followups_week=cell), total=False)
        reading = read(written.path)
        finding = only(reading, "cell.unreadable")
        assert (finding.cell, finding.severity) == (written.cells[1, "followups_week"], ERROR)
        assert reading.typed[0].frame["followups_week"][1] is None

    def test_a_digit_that_is_raised_by_its_format_is_no_further_digit(
        self, catalogue, read, tmp_path
    ):
        table = catalogue.tables["T04"]
        rows = plain_rows(catalogue, table, VILLAGES)
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        form = {"period": "2020-W51", "book": book, "total": False}
        written = write_report(tmp_path, catalogue, table, rows, **form)
        raised = book.add_format({"font_script": 1})
        cell = written.cells[1, "followups_week"]
        sheet_of(book).write_rich_string(cell, "5", raised, "3")
        book.close()
        finding = only(read(tmp_path / "a.xlsx"), "cell.unreadable")
        assert (finding.cell, finding.found) == (cell, "5³")

    def test_a_digit_that_is_struck_out_by_its_format_is_none(self, catalogue, read, tmp_path):
        table = catalogue.tables["T04"]
        rows = plain_rows(catalogue, table, VILLAGES)
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        form = {"period": "2020-W51", "book": book, "total": False}
        written = write_report(tmp_path, catalogue, table, rows, **form)
        cell = written.cells[1, "followups_week"]
        struck = book.add_format({"font_strikeout": True})
        sheet_of(book).write_rich_string(cell, struck, "5", book.add_format(), "3")
        book.close()
        assert only(read(tmp_path / "a.xlsx"), "cell.unreadable").cell == cell

    def test_counts_in_a_column_of_dates_say_how_to_mend_it(self, catalogue, read, tmp_path):
        table = catalogue.tables["T21"]
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        rows = plain_rows(catalogue, table, ("411403",))
        write_report(tmp_path, catalogue, table, rows, period="2020-12", book=book, total=False)
        years = book.add_format({"num_format": "yyyy"})
        sheet_of(book).write_number("D5", 120, years)
        book.close()
        finding = only(read(tmp_path / "a.xlsx"), "cell.unreadable")
        assert finding.action == "这一格的格式是日期，请选中这一列，设为「常规」后核对数字。"

    def test_a_word_for_nothing_is_quoted_where_a_figure_is_needed(self, signing, read):
        written = signing(lambda rows: rows[3].update(teams="无"), total=False)
        finding = only(read(written.path), "cell.required")
        assert (finding.cell, finding.found) == (written.cells[3, "teams"], "「无」，按没有填处理")
        assert "填 0" in finding.action

    def test_an_error_cell_is_never_an_empty_one(self, signing, read):
        def change(rows):
            rows[0]["checkups_ytd"] = "#REF!"

        written = signing(change, total=False)
        finding = only(read(written.path), "cell.unreadable")
        assert (finding.cell, finding.found) == (written.cells[0, "checkups_ytd"], "#REF!")

    def test_an_empty_required_cell(self, signing, read):
        written = signing(lambda rows: rows[3].update(teams=""))
        finding = only(read(written.path), "cell.required")
        assert (finding.cell, finding.severity) == (written.cells[3, "teams"], ERROR)

    def test_a_row_without_any_figure_is_one_finding(self, signing, read):
        def change(rows):
            for name in rows[2]:
                if not name.startswith("division"):
                    rows[2][name] = ""

        assert rules(read(signing(change).path)) == ["row.empty"]

    def test_a_register_key_with_letters_that_nobody_sees(self, catalogue, read, tmp_path):
        table = catalogue.tables["T16"]
        rows = plain_rows(catalogue, table, TOWNSHIPS)
        rows[0]["issue_no"] = "9901\u200b-1"
        rows[1]["issue_no"], rows[1]["remark"] = "\ufeff9901-2", "从网页粘贴"
        written = write_report(tmp_path / "a.xlsx", catalogue, table, rows, period="2020-W51")
        reading = read(written.path)
        said = [(f.severity, f.cell) for f in reading.findings if f.rule == "key.unseen_letters"]
        assert said == [
            (EXPLAIN, written.cells[0, "issue_no"]),
            (HINT, written.cells[1, "issue_no"]),
        ]
        assert reading.typed[0].frame["issue_no"].to_list()[:2] == ["9901-1", "9901-2"]

    def test_a_missing_required_column(self, signing, read):
        finding = only(read(signing(without=["signed_pop"]).path), "column.missing")
        assert (finding.column, finding.severity) == ("已签约人数", ERROR)
        assert "行的表头里没有这一列" in finding.found

    def test_a_missing_column_names_the_header_that_is_most_like_it(self, signing, read):
        like = [("已签约的人口数", [90, 91, 92, 93]), ("签约服务费", [1, 2, 3, 4])]
        path = signing(without=["signed_pop"], extra=like, two_level=False).path
        reading, page = read(path), open_sheet(path)
        finding, left = only(reading, "column.missing"), only(reading, "column.unknown")
        assert page[finding.cell].value == "已签约的人口数"
        assert f"{finding.cell}「已签约的人口数」" in finding.found
        assert f"把 {finding.cell} 改为「已签约人数」" in finding.action
        assert page[left.cell].value == "签约服务费" and "签约服务费" in left.found

    def test_a_header_of_two_rows_is_found_where_its_words_stand(self, signing, read):
        path = signing(extra=[("签约率(%)", [90, 91, 92, 93])], two_level=True).path
        finding = only(read(path), "column.unknown")
        assert open_sheet(path)[finding.cell].value == "签约率(%)"

    def test_an_unknown_column_is_said_to_be_left_out(self, signing, read):
        reading = read(signing(extra=[("签约率(%)", [90, 91, 92, 93])]).path)
        finding = only(reading, "column.unknown")
        assert finding.severity == HINT
        assert "签约率" in finding.found

    def test_a_column_that_stands_twice(self, signing, read):
        reading = read(signing(extra=[("已签人数", [1, 2, 3, 4])], two_level=False).path)
        finding = only(reading, "column.duplicate")
        assert finding.column == "已签约人数"

    def test_money_in_yuan_is_converted_and_people_in_households_are_not(
        self, catalogue, read, tmp_path
    ):
        table = catalogue.tables["T21"]
        rows = plain_rows(catalogue, table, ("411403",))
        rows[0]["fund_income"] = 123456789
        headers = {"fund_income": "基金收入(元)", "fund_expense": "基金支出(人)"}
        written = write_report(
            tmp_path / "a.xlsx", catalogue, table, rows, period="2020-12", headers=headers
        )
        reading = read(written.path)
        assert only(reading, "column.unit").column == "基金支出"
        frame = reading.typed[0].frame
        assert frame["fund_income"].to_list() == [Decimal("12345.6789")]

    def test_the_total_is_compared_and_not_imported(self, signing, read):
        written = signing(total={"signed_pop": 999})
        reading = read(written.path)
        finding = only(reading, "total.differs")
        assert finding.cell == written.total["signed_pop"]
        assert finding.severity == HINT
        assert "999" in finding.found
        assert reading.typed[0].frame.height == 4

    def test_subtotals_between_the_rows_are_compared_with_the_rows_above(
        self, catalogue, read, tmp_path
    ):
        table = catalogue.tables["T09"]
        names = [c.name for c in table.columns if c.required]
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        page = book.add_worksheet()
        page.write(0, 0, "2020年12月就诊流向月报表")
        page.write(1, 0, "填报单位:商丘市卫健委 填报日期:2020-12-20 单位负责人:甲 填报人:乙")
        page.write_row(2, 0, ["县区", *(table.column(name).header for name in names)])
        page.write_row(3, 0, ["合计", *[30] * len(names)])
        page.write_row(4, 0, ["睢阳区", *[10] * len(names)])
        page.write_row(5, 0, ["梁园", *[20] * len(names)])
        page.write_row(6, 0, ["小 计", *[31], *[30] * (len(names) - 1)])
        book.close()
        reading = read(tmp_path / "a.xlsx")
        assert only(reading, "total.differs").cell == "B7"
        assert rules(reading) == ["total.differs"]
        assert reading.typed[0].frame["area_code"].to_list() == ["411403", "411402"]

    def test_a_key_that_stands_twice_names_both_cells(self, signing, read):
        def change(rows):
            rows[2] |= {k: rows[0][k] for k in ("division_code", "division_name")}

        written = signing(change)
        finding = only(read(written.path), "key.duplicate")
        assert finding.cell == written.cells[2, "division_code"]
        assert written.cells[0, "division_code"] in finding.found

    def test_a_key_that_stands_in_two_files_names_the_other_file(self, signing, read):
        one, two = signing(name="甲.xlsx"), signing(name="乙.xlsx", unit="宋集镇卫生院")
        found = [f for f in read(one.path, two.path).findings if f.rule == "key.duplicate"]
        assert len(found) == 4
        assert "甲.xlsx" in found[0].found
        assert found[0].file == "乙.xlsx"

    def test_the_same_file_twice_is_read_once(self, signing, read, tmp_path):
        written = signing()
        copy = tmp_path / "副本.xlsx"
        copy.write_bytes(written.path.read_bytes())
        reading = read(written.path, copy)
        assert rules(reading) == ["file.duplicate"]
        assert len(reading.typed) == 1

    def test_data_below_the_signatures_is_not_lost_in_silence(self, catalogue, read, tmp_path):
        table = catalogue.tables["T21"]
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        rows = plain_rows(catalogue, table, ("411403",))
        write_report(tmp_path, catalogue, table, rows, period="2020-12", book=book)
        sheet_of(book).write_row(9, 1, ["411402", "梁园区", 1, 2, 3])
        book.close()
        assert only(read(tmp_path / "a.xlsx"), "sheet.after_end").cell == "A10"

    def test_hidden_rows_are_read_and_mentioned(self, catalogue, read, tmp_path):
        table = catalogue.tables["T21"]
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        rows = plain_rows(catalogue, table, ("411403", "411402"))
        options = {"period": "2020-12", "book": book, "unit": CITY_OFFICE}
        write_report(tmp_path, catalogue, table, rows, **options)
        sheet_of(book).set_row(5, None, None, {"hidden": True})
        book.close()
        reading = read(tmp_path / "a.xlsx")
        assert rules(reading) == ["sheet.hidden_rows"]
        assert reading.typed[0].frame.height == 2


class TestPeriods:
    def test_no_period_anywhere(self, signing, read):
        assert only(read(signing(period="").path), "period.missing").severity == ERROR

    def test_a_month_in_a_weekly_table(self, signing, read):
        finding = only(read(signing(period="2020-12").path), "period.frequency")
        assert (finding.found, finding.cell) == ("2020-12", "A1")

    def test_a_week_that_has_not_begun(self, signing, read):
        finding = only(read(signing(period="2020-W53").path), "period.future")
        assert finding.found == "2020-W53"

    def test_the_sheet_is_named_by_the_month_and_the_title_has_the_year(
        self, catalogue, read, tmp_path
    ):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        for month in ("10月", "11月"):
            page = book.add_worksheet(month)
            page.write(0, 0, "2020年医保基金运行月报表")
            page.write(1, 0, "填报单位:睢阳区医保局  填报日期:2020年12月5日")
            page.write_row(2, 0, ["区划代码", "基金收入", "基金支出", "年初结余"])
            page.write_row(3, 0, [411403, 1, 2, 3])
            page.write(4, 0, "负责人:甲   填表人:乙")
        book.close()
        reading = read(tmp_path / "a.xlsx")
        assert rules(reading) == []
        assert [b.frame["period"][0] for b in reading.typed] == ["2020-10", "2020-11"]
        assert reading.typed[0].frame["area_code"].to_list() == ["411403"]

    def test_a_blank_date_form_is_an_empty_date(self, signing, read):
        finding = only(read(signing(reported_on="    年  月   日").path), "cell.required")
        assert finding.column == "填报日期"


class TestAreas:
    def names(self, signing, read, *names, **options):
        def change(rows):
            for row, name in zip(rows, names, strict=False):
                row["division_code"], row["division_name"] = "", name
            del rows[len(names) :]

        return read(signing(change, total=False, **options).path)

    def test_shortened_names_are_understood_inside_the_filing_unit(self, signing, read):
        reading = self.names(signing, read, "张庄", "李楼村", "前进村", unit="宋集镇卫生院")
        assert rules(reading) == []
        assert reading.typed[0].frame["area_code"].to_list() == [
            "411403105200",
            "411403105201",
            "411403105202",
        ]

    def test_a_name_that_two_townships_have_is_ambiguous_for_the_county(self, signing, read):
        finding = only(self.names(signing, read, "前进村委会"), "area.ambiguous")
        assert "411403105202" in finding.expected
        assert "411403108200" in finding.expected

    def test_an_unknown_name_offers_the_nearest(self, signing, read):
        finding = only(self.names(signing, read, "张村庄", unit="宋集镇"), "area.unknown")
        assert finding.found == "张村庄"
        assert "411403105200" in finding.expected

    def test_a_column_of_townships_beside_the_villages_settles_the_name(
        self, catalogue, read, tmp_path
    ):
        table = catalogue.tables["T04"]
        rows = plain_rows(catalogue, table, VILLAGES[2:])
        path = tmp_path / "a.csv"
        own = [c for c in table.columns if c.required]
        lines = [["2020年第51周家庭医生签约服务周报表"]]
        lines += [["填报单位:睢阳区卫健委", "填报日期:2020-12-21", "单位负责人:甲", "填报人:乙"]]
        lines += [["乡镇", "行政村", *(c.header for c in own)]]
        for town, row in zip(("宋集", "郭村镇"), rows, strict=True):
            lines += [[town, "前进村", *(str(row[c.name]) for c in own)]]
        path.write_text("\n".join(",".join(line) for line in lines), "utf-8")
        reading = read(path)
        assert rules(reading) == []
        assert reading.typed[0].frame["area_code"].to_list() == list(VILLAGES[2:])

    def test_code_and_name_that_contradict_each_other(self, signing, read):
        written = signing(lambda rows: rows[0].update(division_name="李楼村"))
        finding = only(read(written.path), "area.mismatch")
        assert "张庄村委会" in finding.expected

    def test_a_code_that_does_not_exist(self, signing, read):
        written = signing(lambda rows: rows[0].update(division_code="411403105299"))
        finding = only(read(written.path), "area.unknown")
        assert (finding.cell, finding.found) == (
            written.cells[0, "division_code"],
            "411403105299",
        )
        assert "411403105200" in finding.expected

    def test_a_county_in_a_table_of_villages(self, signing, read):
        def change(rows):
            rows[0].update(division_code="411403", division_name="睢阳区")

        assert only(read(signing(change).path), "area.level").expected == "村级区划"

    def test_an_area_that_was_abolished_before_the_period(self, catalogue, read, tmp_path):
        table = catalogue.tables["T13"]
        rows = plain_rows(catalogue, table, (SONGJI, "411403109"))
        written = write_report(tmp_path / "a.xlsx", catalogue, table, rows, period="2020-12")
        finding = only(read(written.path), "area.expired")
        assert (finding.cell, finding.expected) == (
            written.cells[1, "division_code"],
            f"改用 商丘市睢阳区宋集镇（{SONGJI}）",
        )

    def test_aliases_are_names_too(self, tmp_path):
        catalogue = small_catalogue(tmp_path, aliases=[(SONGJI, "宋集片区")])
        table = catalogue.tables["T13"]
        rows = plain_rows(catalogue, table, (SONGJI,))
        rows[0] |= {"division_code": "", "division_name": "宋集片区"}
        written = write_report(tmp_path / "a.xlsx", catalogue, table, rows, period="2020-12")
        reading = delivery.read_files([written.path], catalogue, import_date=DAY)
        assert reading.typed[0].frame["area_code"].to_list() == [SONGJI]

    def test_what_counties_file_stands_in_the_county_row_only(self, catalogue, read, tmp_path):
        table = catalogue.tables["T12"]
        rows = plain_rows(catalogue, table, (SONGJI, GUOCUN))
        rows[1]["hiv_cases"] = 3
        county = area_row(catalogue, "411403") | {"hiv_cases": 12, "malaria_due": 1}
        written = write_report(
            tmp_path / "a.xlsx", catalogue, table, [*rows, county], period="2020-12", total=False
        )
        finding = only(read(written.path), "column.filed_at")
        assert finding.cell == written.cells[1, "hiv_cases"]


class TestPersonalData:
    ID = "11010519491231002X"

    def test_an_id_number_blocks_wherever_it_stands(self, signing, read):
        reading = read(signing(unit=f"某单位{self.ID}").path)
        finding = only(reading, "privacy.id")
        assert (finding.severity, finding.cell) == (ERROR, "A2")

    def test_nothing_of_it_is_ever_shown(self, signing, read):
        def change(rows):
            rows[0]["remark"] = f"患者{self.ID},电话13812345678"
            rows[1]["teams"] = self.ID
            rows[2]["teams"] = 13912345678

        reading = read(signing(change, name=f"{self.ID}.xlsx", sheet="13712345678").path)
        assert {"privacy.id", "privacy.mobile"} <= set(rules(reading, ERROR))
        text = " ".join(finding.line() for finding in reading.findings)
        text += str(reading.sources.to_dicts())
        for part in (self.ID, "13812345678", "13912345678", "13712345678", "19491231"):
            assert part not in text

    def test_a_number_with_a_wrong_checksum_is_no_id_number(self, signing, read):
        reading = read(signing(lambda rows: rows[0].update(remark="编号110105194912310021")).path)
        assert rules(reading) == []

    @pytest.mark.parametrize(("code", "blocks"), [("13468586096", True), ("15030200101", False)])
    @pytest.mark.parametrize("as_number", [True, False])
    def test_a_mobile_number_is_no_code_but_a_countys_own_codes_may_look_like_one(
        self, catalogue, read, tmp_path, code, blocks, as_number
    ):
        table = catalogue.tables["T16"]
        rows = plain_rows(catalogue, table, TOWNSHIPS)
        rows[1]["issue_no"] = int(code) if as_number else code
        written = write_report(tmp_path / "a.xlsx", catalogue, table, rows, period="2020-W51")
        found = [f.cell for f in read(written.path).findings if f.rule == "privacy.mobile"]
        assert found == ([written.cells[1, "issue_no"]] if blocks else [])

    def test_a_mobile_number_in_a_data_row_blocks_and_in_the_signature_does_not(
        self, signing, read
    ):
        written = signing(lambda rows: rows[0].update(remark="联系13812345678"))
        finding = only(read(written.path), "privacy.mobile")
        assert finding.cell == written.cells[0, "remark"]

    def test_a_column_of_names_blocks(self, signing, read):
        reading = read(signing(extra=[("患者姓名", ["张三", "李四", "", ""])]).path)
        finding = only(reading, "privacy.name")
        assert finding.severity == ERROR
        assert "张三" not in finding.line()

    def test_an_id_number_in_a_sheet_that_is_no_table_blocks(self, catalogue, read, tmp_path):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        table = catalogue.tables["T21"]
        rows = plain_rows(catalogue, table, ("411403",))
        write_report(tmp_path, catalogue, table, rows, period="2020-12", book=book)
        book.add_worksheet("名单").write(4, 2, self.ID)
        book.close()
        finding = only(read(tmp_path / "a.xlsx"), "privacy.id")
        assert (finding.sheet, finding.cell) == ("名单", "C5")

    def test_an_id_number_in_a_comment_blocks(self, catalogue, read, tmp_path):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        table = catalogue.tables["T21"]
        rows = plain_rows(catalogue, table, ("411403",))
        write_report(tmp_path, catalogue, table, rows, period="2020-12", book=book)
        sheet_of(book).write_comment("C5", f"见{self.ID}")
        book.close()
        assert only(read(tmp_path / "a.xlsx"), "privacy.id").severity == ERROR


class TestFiles:
    def test_a_folder_is_read_in_order_without_temporary_files(self, signing, read, tmp_path):
        signing(name="b.xlsx")
        for name in ("~$b.xlsx", "._b.xlsx", ".DS_Store", "__MACOSX/b.xlsx", "Thumbs.db"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(b"lock")
        reading = read(tmp_path)
        assert rules(reading) == []
        assert reading.sources["file"].to_list() == ["b.xlsx"]

    def test_no_file_of_a_folder_is_left_out_in_silence(self, signing, read, tmp_path):
        signing(name="b")
        (tmp_path / "扫描件.pdf").write_bytes(b"%PDF-1.4")
        (tmp_path / "说明.txt").write_text("请查收", "utf-8")
        reading = read(tmp_path)
        assert [(f.file, f.rule) for f in reading.findings] == [
            ("扫描件.pdf", "file.foreign"),
            ("说明.txt", "file.no_table"),
        ]
        assert len(reading.typed) == 1

    def test_a_hidden_file_is_read_and_a_linked_folder_is_told(self, signing, read, tmp_path):
        folder = tmp_path / "报表"
        folder.mkdir()
        signing(name="报表/.签约.xlsx")
        (tmp_path / "别处").mkdir()
        (folder / "链接").symlink_to(tmp_path / "别处", target_is_directory=True)
        reading = read(folder)
        assert [(f.file, f.rule) for f in reading.findings] == [("链接", "file.missing")]
        assert reading.sources["file"].to_list() == [".签约.xlsx"]

    def test_an_empty_folder_is_named(self, read, tmp_path):
        assert rules(read(tmp_path)) == ["file.missing"]

    def test_a_bad_file_does_not_keep_the_others_from_being_checked(self, signing, read, tmp_path):
        bad = tmp_path / "坏.xlsx"
        bad.write_bytes(b"PK\x03\x04")
        reading = read(bad, signing().path)
        assert rules(reading) == ["file.damaged"]
        assert len(reading.typed) == 1

    def test_a_workbook_without_a_table_is_an_error(self, read, tmp_path):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
        page = book.add_worksheet("台账")
        page.write_row(0, 0, ["日期", "摘要"])
        page.write_row(1, 0, ["2020", "购买办公用品"])
        book.close()
        assert set(rules(read(tmp_path / "a.xlsx"))) == {"file.no_table", "sheet.unknown"}

    def test_sources_name_the_file_and_never_its_folder(self, signing, read, tmp_path):
        reading = read(signing().path)
        assert reading.sources.columns == ["source_id", "file", "sha256", "bytes"]
        assert str(tmp_path) not in str(reading.sources.to_dicts())
        assert reading.typed[0].frame["source_id"].unique().to_list() == [
            reading.sources["sha256"][0][:12]
        ]

    def test_progress_is_told_in_chinese(self, signing, catalogue):
        told = []
        delivery.read_files(
            [signing().path],
            catalogue,
            import_date=DAY,
            progress=lambda share, words: told.append((share, words)),
        )
        assert told[0] == (0.0, "正在读取 签约.xlsx（1/1）")
        assert told[-1][0] == 1.0

    def test_thousands_of_equal_problems_are_counted_not_listed(self, catalogue, read, tmp_path):
        header = ["行政区划代码", *(c.header for c in catalogue.tables["T21"].columns)]
        lines = [
            ["2020年12月"],
            ["填报单位:甲 填报日期:2020-12-21 单位负责人:甲 填报人:乙"],
            header,
        ]
        lines += [["411403", "x", "1", "2"]] * 1000
        path = tmp_path / "a.csv"
        path.write_text("\n".join(",".join(line) for line in lines), "utf-8")
        found = [f for f in read(path).findings if f.rule == "cell.unreadable"]
        assert len(found) == 201
        assert "另有 800 处" in found[-1].found


def test_the_frame_has_the_raw_schema(signing, read):
    frame = read(signing().path).typed[0].frame
    assert frame.columns[:5] == [
        "division_code",
        "area_code",
        "period",
        "period_start",
        "period_end",
    ]
    assert frame.columns[-6:] == [
        "reporting_unit",
        "reported_on",
        "remark",
        "source_id",
        "source_sheet",
        "source_row",
    ]
    assert frame.schema["period_end"] == pl.Date
    assert frame["period_end"][0] == date(2020, 12, 20)


@pytest.mark.parametrize("is_old", [True, False])
def test_days_counted_from_1904_are_read_right_and_told_once(read, tmp_path, is_old):
    header = ["行政区划代码", "填报日期", "基金收入", "基金支出", "年初累计结余"]
    lines = [["2020年11月"], ["填报单位:睢阳区医保局 单位负责人:甲 填报人:乙"], header]
    day = date(2020, 12, 3)
    path = tmp_path / ("基金.xls" if is_old else "基金.xlsx")
    book: Any
    if is_old:
        book = xlwt.Workbook()
        book.dates_1904 = True
        page, dated = book.add_sheet("表"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    else:
        book = xlsxwriter.Workbook(str(path), {"date_1904": True})
        page, dated = book.add_worksheet("表"), book.add_format({"num_format": "yyyy-mm-dd"})
    for row, cells in enumerate([*lines, ["411403", day, 3, 2, 1]]):
        for column, cell in enumerate(cells):
            page.write(row, column, cell, *([dated] if cell is day else []))
    book.save(str(path)) if is_old else book.close()
    reading = read(path)
    assert rules(reading) == ["file.days_from_1904"]
    assert reading.typed[0].frame["reported_on"].to_list() == [day]


class TestWhatIsSaidOfFilesThatHoldNoReport:
    def test_a_text_without_a_separator(self, read, tmp_path):
        path = tmp_path / "表.csv"
        path.write_text("行政区划代码 签约团队数 已签约人数\n411403105 1 3\n", "utf-8")
        finding = only(read(path), "file.no_table")
        assert finding.found == "没有认出分隔符，每行只有一格"
        assert "用逗号分隔" in finding.action

    def test_the_report_that_it_looks_most_like_and_what_it_lacks(self, read, tmp_path):
        path = tmp_path / "表.csv"
        path.write_text("行政区划代码,签约团队数,已签约人数\n411403105,1,3\n", "utf-8")
        finding = only(read(path), "file.no_table")
        assert "最像 T04 家庭医生签约服务周报表：2 列对得上，缺「" in finding.found
        assert "等 " in finding.found

    def test_a_number_among_the_headings_heads_no_column(self, read, tmp_path):
        path = tmp_path / "表.xlsx"
        book = xlsxwriter.Workbook(str(path))
        book.add_worksheet().write_row(0, 0, ["行政区划代码", 12.5, "签约团队数", "已签约人数"])
        book.close()
        assert "：2 列对得上" in only(read(path), "file.no_table").found

    def test_a_code_that_a_spreadsheet_rounded(self, catalogue, read, tmp_path):
        header = ",".join(["行政区划代码", *(c.header for c in catalogue.tables["T21"].columns)])
        text = f"2020年12月\n填报单位:甲 填报日期:2020-12-21\n{header}\n4.11403E+11,3,2,1\n"
        path = tmp_path / "表.csv"
        path.write_text(text, "utf-8")
        finding = only(read(path), "area.unknown")
        assert "科学计数" in finding.action and "别名" not in finding.action
