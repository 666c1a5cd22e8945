"""Sheets that an office drew itself go in by a saved form, with their own cell addresses."""

from datetime import date

import pytest
import xlsxwriter

from data.catalogue.forms import Quotient, SavedForm, Taken
from data.intake import delivery
from tests.data.intake.build import small_catalogue

DAY = date(2020, 12, 22)
TITLE = "睢阳区2020年第51周签约进度表"
UPPER = ["乡镇", "村", "应签", "签约", "", "", "不愿签"]
LOWER = ["", "", "", "上周", "本周", "签约率", ""]
ROWS = [
    ["宋集镇", "张庄村", 200, 150, 160, 80.0, 3],
    ["宋集镇", "李楼村", 100, 90, 95, "95.0%", 0],
    ["合计", "", 300, 240, 255, 85.0, 3],
]
ABSENT = (
    "teams away_pop chronic_should_sign chronic_signed expired_pop service_due service_done "
    "followups_week unit_head filled_by reported_on"
).split()


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return small_catalogue(tmp_path_factory.mktemp("own"))


@pytest.fixture
def read(catalogue, tmp_path):
    """Read a sheet under a merged header by forms."""

    def run(rows=ROWS, forms=(), *, title=TITLE, upper=UPPER, lower=LOWER, name="a.xlsx"):
        book = xlsxwriter.Workbook(str(tmp_path / name))
        page = book.add_worksheet("进度")
        page.merge_range(0, 0, 0, len(upper) - 1, title)
        page.write_row(1, 0, upper)
        page.write_row(2, 0, lower)
        for column, below in enumerate(lower):
            if not below:
                page.merge_range(1, column, 2, column, upper[column])
        page.merge_range(1, 3, 1, 5, "签约")
        for at, row in enumerate(rows, 3):
            page.write_row(at, 0, row)
        book.close()
        forms = forms or (signing(catalogue),)
        return delivery.read_files([tmp_path / name], catalogue, import_date=DAY, forms=forms)

    return run


def signing(catalogue, **changed):
    said = {
        "columns": (
            Taken("乡镇", "division_name"),
            Taken("村", "division_name"),
            Taken("应签", "sign_target_pop"),
            Taken("签约/本周", "signed_pop"),
            Taken("不愿签", "refused_pop"),
        ),
        "checked": (Quotient("签约/签约率", "signed_pop", "sign_target_pop"),),
        "left_out": ("签约/上周",),
        "absent": tuple(ABSENT),
        "constants": {"reporting_unit": "睢阳区卫生健康委员会"},
    }
    return SavedForm("进度", catalogue.tables["T04"], **(said | changed))


def told(reading):
    return [(each.rule, each.cell) for each in reading.findings]


def test_their_columns_come_to_stand_under_ours(read):
    (typed,) = (reading := read()).typed
    rows = typed.frame.select("area_code", "period", "sign_target_pop", "signed_pop", "refused_pop")
    assert rows.rows() == [
        ("411403105200", "2020-W51", 200, 160, 3),
        ("411403105201", "2020-W51", 100, 95, 0),
    ]
    assert typed.frame["reporting_unit"].to_list() == ["睢阳区卫生健康委员会"] * 2
    assert told(reading) == []


def test_findings_name_their_cells(read):
    rows = [["宋集镇", "张庄村", 200, 150, "约160", 80.0, 3], *ROWS[1:]]
    assert ("cell.unreadable", "E4") in told(read(rows))


def test_a_column_the_form_does_not_have_is_not_reported_rather_than_zero(read):
    (typed,) = read().typed
    assert typed.frame["teams"].to_list() == [None, None]


def test_a_rate_that_its_counts_do_not_give_is_told_and_not_stored(read):
    rows = [["宋集镇", "张庄村", 200, 150, 160, 82.0, 3], *ROWS[1:]]
    reading = read(rows)
    (finding,) = reading.findings
    assert (finding.rule, finding.cell, finding.severity) == ("rate.differs", "F4", "提示")
    assert finding.expected == "「已签约人数」除以「帮扶对象数」得 80.00%"
    assert reading.typed[0].frame["signed_pop"].to_list() == [160, 95]


@pytest.mark.parametrize("shown", [80, 80.0, 0.8, "80%", "80.00％", "", "—", 79.5])
def test_a_rate_may_be_written_in_any_way(read, shown):
    rows = [["宋集镇", "张庄村", 200, 150, 160, shown, 3], *ROWS[1:]]
    assert [rule for rule, _ in told(read(rows))] == (["rate.differs"] if shown == 79.5 else [])


def test_rows_that_are_left_out_and_rows_above_the_data_are_not_stored(read, catalogue):
    rows = [["任务数", "", 9, 9, 9, 9, 9], ROWS[0], ["城区", "其他", 1, 1, 1, 100, 0], ROWS[1]]
    form = signing(catalogue, skip_rows=1, without=("其他",))
    reading = read(rows, [form])
    assert reading.typed[0].frame["source_row"].to_list() == [5, 7]
    assert told(reading) == []


def test_their_unit_is_turned_into_ours(read, catalogue):
    form = signing(catalogue)
    columns = tuple(
        Taken(each.header, each.name, "百人" if each.name == "sign_target_pop" else None)
        for each in form.columns
    )
    (typed,) = read(forms=[signing(catalogue, columns=columns, checked=())]).typed
    assert typed.frame["sign_target_pop"].to_list() == [20000, 10000]


def test_a_header_that_carries_its_day_is_the_same_next_month(read, catalogue):
    form = signing(
        catalogue,
        columns=tuple(
            Taken("截至11月底应签" if each.header == "应签" else each.header, each.name)
            for each in signing(catalogue).columns
        ),
    )
    upper = [*UPPER[:2], "截至12月底应签", *UPPER[3:]]
    assert read(forms=[form], upper=upper).typed[0].frame["sign_target_pop"].to_list() == [200, 100]


def test_without_one_of_its_headers_a_sheet_is_not_that_form(read):
    reading = read(upper=[*UPPER[:6], "其他"])
    assert reading.typed == ()
    assert "file.no_table" in [rule for rule, _ in told(reading)]


def test_a_column_of_names_blocks_even_where_the_form_leaves_it_out(read, catalogue):
    form = signing(catalogue, left_out=("签约/上周", "户主姓名"))
    rows = [[*row, "王某"] for row in ROWS]
    reading = read(rows, [form], upper=[*UPPER, "户主姓名"], lower=[*LOWER, ""])
    assert ("privacy.name", "H2") in told(reading)


def test_two_forms_may_share_a_header(read, catalogue):
    chronic = SavedForm(
        "慢病",
        catalogue.tables["T06"],
        (Taken("乡镇", "division_name"), Taken("不愿签", "registered")),
        absent=tuple("managed followup_due std_managed controlled poor_registered".split())
        + ("poor_std_managed", "unit_head", "filled_by", "reported_on"),
        constants={"chronic_type": "htn", "reporting_unit": "睢阳区卫生健康委员会"},
        left_out=("村",),
    )
    reading = read(ROWS[:1], [signing(catalogue), chronic], title="睢阳区2020年12月签约进度表")
    typed = {each.table.id: each.frame for each in reading.typed}
    assert typed.keys() == {"T04", "T06"}
    assert typed["T06"].select("chronic_type", "registered").rows() == [("htn", 3)]
    assert "column.unknown" not in [rule for rule, _ in told(reading)]


def test_a_folder_of_past_years_goes_in_at_once_each_period_by_itself(catalogue, tmp_path):
    folder = tmp_path / "往年"
    folder.mkdir()
    header = "乡镇,村,应签,本周,不愿签"
    form = signing(
        catalogue,
        columns=tuple(
            Taken(each.header.rpartition("/")[2], each.name) for each in signing(catalogue).columns
        ),
        checked=(),
    )
    for week in ("2019年第50周", "2019年第51周", "2020年第51周"):
        text = f"{week}签约进度表,,,,\n{header}\n宋集镇,张庄村,200,160,3\n宋集镇,李楼村,100,95,0\n"
        (folder / f"{week}.csv").write_text(text, "utf-8")
    told_so_far = []
    reading = delivery.read_files(
        [folder],
        catalogue,
        import_date=DAY,
        forms=[form],
        progress=lambda share, words: told_so_far.append(words),
    )
    assert [each.frame["period"].unique().to_list() for each in reading.typed] == [
        ["2019-W50"],
        ["2019-W51"],
        ["2020-W51"],
    ]
    assert len(told_so_far) == 4
    assert {each.rule for each in reading.findings} <= {"area.filled_down"}
