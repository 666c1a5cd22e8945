"""What became of each file of a check, and the words with which its unit is asked."""

import io

import openpyxl
import pytest

from data.findings import Finding
from data.forms import marked
from data.intake.chat_words import chat_words
from data.intake.check import checking
from data.intake.file_states import file_states
from tests.data import small_world
from tests.data.intake.build import write_report
from tests.data.sample_reports import report as sound_rows
from tests.data.small_world import MONDAY

VILLAGES = [code for code, _, level, *_ in small_world.AREAS if level == "village"]
NAMES = {code: name for code, name, *_ in small_world.AREAS}
SOUND = sound_rows("T04", 0)[0]


@pytest.fixture
def check(tmp_path):
    """Check a file for each of three townships; `changes` edit the rows of each."""
    store, catalogue = small_world.open_world(tmp_path)
    folder = tmp_path / "given"
    folder.mkdir()

    def checked(*changes, without=()):
        towns = sorted({village[:9] for village in VILLAGES})
        for town, change in zip(towns, changes, strict=False):
            rows = [
                SOUND | {"division_code": each, "division_name": NAMES[each]} | change
                for each in VILLAGES
                if each.startswith(town)
            ]
            write_report(
                folder / f"{NAMES[town]}.xlsx", catalogue, catalogue.tables["T04"], rows,
                period="2020-W51", unit=f"{NAMES[town]}人民政府",
            )  # fmt: skip
        return checking.check(store, [folder], now=MONDAY, without=without)

    return checked


def test_each_file_says_what_was_read_from_it_and_the_worst_come_first(check):
    states = file_states(check({}, {"signed_pop": "十二"}))
    told = states.select("file", "tables", "periods", "units", "errors", "state").rows()
    assert told[0] == ("乙镇.xlsx", "T04", "2020-W51", "乙镇人民政府", 2, "有错误")
    assert told[1] == ("甲镇.xlsx", "T04", "2020-W51", "甲镇人民政府", 0, "可以发布")


def test_a_file_set_aside_is_named_and_holds_up_nothing(check):
    aside = {"乙镇.xlsx"}
    checked = check({}, {"signed_pop": "十二"}, without=aside)
    assert checked.is_clean
    states = file_states(checked, aside)
    assert states.select("file", "state", "rows").rows()[0] == ("乙镇.xlsx", "已搁置", 0)


def test_a_file_that_is_no_workbook_has_a_state_too(check, tmp_path):
    (tmp_path / "given" / "纪要.docx").write_bytes(b"PK\x03\x04")
    assert file_states(check({})).filter(file="纪要.docx")["state"].item() == "有错误"


def found(cell, value, severity="错误", **more):
    kind = {
        "file": "甲镇.xlsx", "sheet": "签约", "table": "T04 家庭医生签约服务周报表",
        "column": "已签约人数", "area": "", "rule": "cell.number", "expected": "数字",
        "action": "请填写数字。",
    }  # fmt: skip
    return Finding(cell=cell, found=value, severity=severity, **(kind | more))


def test_the_words_for_a_chat_name_unit_table_cells_and_what_to_do():
    said = chat_words([found("C7", "十二"), found("C9", "")], {"甲镇.xlsx": "甲镇"})
    assert said == (
        "请甲镇（甲镇.xlsx）改：\n1. T04 C7（十二）、C9（空）「已签约人数」应为数字。请填写数字。"
    )


def test_each_file_is_asked_by_itself_first_to_mend_then_to_explain_and_hints_are_left_out():
    said = chat_words(
        [
            found("C7", "9", "需说明", rule="jump"),
            found("C8", "十"),
            found("C9", "", "提示"),
            found("D4", "十一", file="乙镇.xlsx"),
        ],
        {"甲镇.xlsx": "甲镇"},
    )
    asked = [line for line in said.splitlines() if line.startswith("请")]
    assert asked == [
        "请甲镇（甲镇.xlsx）改：",
        "请甲镇（甲镇.xlsx）核实，属实的在「备注」写明原因：",
        "请乙镇.xlsx改：",
    ]
    assert "C9" not in said


def test_many_cells_of_one_kind_are_told_as_a_number():
    said = chat_words([found(f"C{row}", "十") for row in range(7, 20)], {})
    assert "C12（十）等 13 格「已签约人数」" in said and "C13" not in said


def test_the_list_of_several_files_names_the_file_of_each_line():
    both = [found("C7", "十"), found("C8", "十", file="乙镇.xlsx")]
    for findings, has_files in ((both, True), (both[:1], False)):
        page = openpyxl.load_workbook(io.BytesIO(marked.list_of(findings))).active
        rows = [[cell for cell in row if cell] for row in page.iter_rows(values_only=True)]
        head = next(row for row in rows if "序号" in row)
        assert ("文件" in head) is has_files
        assert rows[-1][0] == str(len(findings))
        assert ("乙镇.xlsx" in rows[-1]) is has_files
