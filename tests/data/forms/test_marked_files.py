"""Marked copies on disk: every file gets its own, whatever it is called."""

import zipfile

import openpyxl

from data.findings import ERROR, Finding
from data.forms.marked_files import copy_name, write_marked
from data.intake.read.files import Given
from data.intake.read.limits import FileLimits


def finding(file):
    return Finding(file, "", "A1", "", "", "", "x", ERROR, "甲", "乙", "请改正。")


def test_a_name_that_fills_the_disks_limit_loses_its_end(tmp_path):
    files = []
    for number, ending in enumerate(("一", "二")):
        name = f"{'宋' * 82}{ending}.csv"
        (tmp_path / str(number)).write_text("a,b")
        files.append(Given(tmp_path / str(number), name))
    found = [finding(file.name) for file in files]
    written = write_marked(tmp_path / "标注", files, found, FileLimits())
    assert list(written) == [file.name for file in files]
    names = [path.name for path in written.values()]
    assert len(set(names)) == 2
    assert all(len(name.encode()) <= 255 and name.endswith("-问题标注.xlsx") for name in names)
    assert all(path.stat().st_size for path in written.values())


def test_names_that_differ_only_in_their_ending_have_two_copies(tmp_path):
    for name in ("周报.csv", "周报.txt"):
        (tmp_path / name).write_text("a,b")
    found = [finding("周报.csv"), finding("周报.txt")]
    written = write_marked(tmp_path / "标注", [tmp_path], found, FileLimits())
    assert [path.name for path in written.values()] == [
        "周报-问题标注.xlsx",
        "2-周报-问题标注.xlsx",
    ]


def test_a_member_of_a_zip_has_a_copy_of_its_own(tmp_path):
    with zipfile.ZipFile(tmp_path / "报表.zip", "w") as archive:
        archive.writestr("宋集/周报.csv", "甲,乙\n1,2")
    shown = "报表.zip/宋集/周报.csv"
    written = write_marked(
        tmp_path / "标注", [tmp_path / "报表.zip"], [finding(shown)], FileLimits()
    )
    assert written[shown].name == copy_name(shown) == "报表.zip_宋集_周报-问题标注.xlsx"
    assert openpyxl.load_workbook(written[shown])["原表"]["B1"].value == "乙"
