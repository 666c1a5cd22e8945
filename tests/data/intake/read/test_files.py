"""Zips of workbooks, and files whose names no disk, no screen or no code page agrees with."""

import os
import zipfile

import pytest

from data.intake.read import files, kinds, safety
from data.intake.read.files import Given

LIMITS = safety.FileLimits()


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def opened(path, limits=LIMITS):
    return list(files.opened(Given.of(path), path.name, limits))


def test_every_member_is_looked_at_by_itself(tmp_path):
    members = {
        "甲/一.csv": "a,b\n1,2",
        "乙/坏.xlsx": b"PK\x03\x04",
        "图.png": b"\x89PNG",
        "空/": b"",
    }
    found = opened(zipped(tmp_path / "报表.zip", members))
    assert [(each.shown, each.stem, each.refused and each.refused.rule) for each in found] == [
        ("报表.zip/甲/一.csv", "一", None),
        ("报表.zip/乙/坏.xlsx", "坏", "file.damaged"),
        ("报表.zip/图.png", "图", "file.foreign"),
    ]


def test_a_zip_in_a_zip_is_refused_and_costs_no_other_member(tmp_path):
    inner = zipped(tmp_path / "里.zip", {"一.csv": "a,b"}).read_bytes()
    found = opened(zipped(tmp_path / "外.zip", {"里.zip": inner, "二.csv": "a,b"}))
    assert [str(each.refused or each.file.kind) for each in found] == [
        "里.zip：压缩包里又有压缩包。请解开后再报。",
        kinds.TEXT,
    ]


def test_a_zip_without_a_file_says_so(tmp_path):
    (found,) = opened(zipped(tmp_path / "空.zip", {"__MACOSX/._a.xlsx": b"x"}))
    assert "里面没有文件" in found.refused.found


def test_a_bomb_among_the_members_is_stopped(tmp_path):
    path = zipped(
        tmp_path / "大.zip", {"大.csv": bytes(80 << 20)}, compression=zipfile.ZIP_DEFLATED
    )
    (found,) = opened(path)
    assert found.refused.rule == "file.bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_in_a_code_page_that_the_zip_does_not_tell(tmp_path, encoding):
    name = "签约周报".encode(encoding)
    path = zipped(tmp_path / "报表.zip", {"X" * len(name): "a,b"})
    path.write_bytes(path.read_bytes().replace(b"X" * len(name), name))
    assert [each.shown for each in opened(path)] == ["报表.zip/签约周报"]


def test_bytes_of_another_code_page_on_the_disk_are_shown_as_words(tmp_path):
    raw = os.fsencode(tmp_path) + b"/" + "宋集镇周报.csv".encode("gb18030")
    with open(raw, "wb") as file:
        file.write(b"a,b")
    (path,) = tmp_path.iterdir()
    given = Given.of(path)
    assert given.name == "宋集镇周报.csv"
    (found,) = files.opened(given, given.name, LIMITS)
    assert found.file.kind == kinds.TEXT


def test_signs_that_turn_or_break_a_line_are_left_out_of_a_name():
    assert files.readable("周报\u202exslx.exe\n\x07") == "周报xslx.exe"


def test_a_member_is_found_again_by_its_name(tmp_path):
    path = zipped(tmp_path / "报表.zip", {"一.csv": "a,b", "二.csv": "c,d"})
    assert files.one(Given.of(path), "二.csv", LIMITS).data == b"c,d"
    with pytest.raises(safety.FileRefused, match="没有「三"):
        files.one(Given.of(path), "三.csv", LIMITS)
