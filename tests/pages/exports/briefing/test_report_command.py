"""`python -m pages report`: a file or one plain line, never half a file."""

import os

import pytest

from pages.__main__ import main
from pages.exports.briefing import files
from tests.pages.exports.briefing import stores


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return stores.make(tmp_path_factory.mktemp("command") / "store", 3)


def run(store, kind, target, *more, area=stores.CITY, period=stores.WEEK):
    return main(
        ["--store", str(store.path), "report", kind, "--area", area, "--period", period,
         "-o", str(target), *more]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "suffix"), [("briefing", ".pptx"), ("bulletin", ".docx"), ("workbook", ".xlsx")]
)
def test_each_kind_is_written_from_the_newest_snapshot(store, tmp_path, kind, suffix, capsys):
    target = tmp_path / f"x{suffix}"
    assert run(store, kind, target) == 0
    assert target.read_bytes()[:2] == b"PK"
    assert "快照 2，演示数据" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [target]


def test_another_snapshot_can_be_named(store, tmp_path, capsys):
    target = tmp_path / "x.xlsx"
    assert run(store, "workbook", target, "--snapshot", "1", period=stores.BEFORE) == 0
    assert "快照 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"area": "123456"}, "没有代码为 123456 的区划"),
        ({"period": "2031-W01"}, "没有数据"),
        ({"period": "第51周"}, "写法不对或不存在"),
    ],
)
def test_a_wrong_area_or_period_is_said_and_leaves_no_file(store, tmp_path, change, words, capsys):
    assert run(store, "briefing", tmp_path / "x.pptx", **change) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more", [("--snapshot", "9"), ("--since", "9")])
def test_a_snapshot_that_is_not_there_is_said(store, tmp_path, more, capsys):
    assert run(store, "briefing", tmp_path / "x.pptx", *more) == 2
    assert "快照" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_suffix_is_said(store, tmp_path, capsys):
    assert run(store, "briefing", tmp_path / "x.docx") == 2
    assert "应存为 .pptx 文件" in capsys.readouterr().err


def test_a_missing_folder_or_a_folder_as_target_is_said(store, tmp_path, capsys):
    assert run(store, "briefing", tmp_path / "no" / "x.pptx") == 2
    assert "不存在" in capsys.readouterr().err
    (tmp_path / "x.pptx").mkdir()
    assert run(store, "briefing", tmp_path / "x.pptx") == 2
    assert "是一个文件夹" in capsys.readouterr().err


def test_a_failure_while_writing_leaves_the_old_file_and_no_half_one(
    store, tmp_path, monkeypatch, capsys
):
    def breaks(briefing, catalogue, target):
        target.write(b"half")
        raise OSError(28, os.strerror(28))

    broken = {**files.KINDS["briefing"].__dict__, "write": breaks}
    monkeypatch.setitem(files.KINDS, "briefing", files.FileKind(**broken))
    target = tmp_path / "x.pptx"
    target.write_bytes(b"old")
    assert run(store, "briefing", target) == 2
    assert "写不进去" in capsys.readouterr().err
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_edits_of_the_page_are_used(store, tmp_path, capsys):
    edits = tmp_path / "edits.json"
    edits.write_text('{"version": 1, "made_by": "试验市卫健委", "indicators": ["signing_rate"]}')
    target = tmp_path / "x.xlsx"
    assert run(store, "workbook", target, "--edits", str(edits)) == 0
    edits.write_text("nonsense")
    assert run(store, "workbook", target, "--edits", str(edits)) == 2
    assert "编辑文件读不了" in capsys.readouterr().err


def test_a_command_that_is_written_wrong_leaves_with_2(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["report", "poster"])
    assert caught.value.code == 2
    assert "不能是 poster" in capsys.readouterr().err
