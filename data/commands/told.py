"""What check and import share: the files they take, and how they tell what was found."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data import console
from data.commands.store.differences import print_values
from data.findings import Finding
from data.intake.check import checking
from data.intake.preview import Preview, preview
from data.intake.read.files import given_files
from data.intake.read.limits import FileLimits
from data.snapshots.store import Store

# So many changed values are listed before a publish; `diff` lists them all.
_MOST_LISTED = 50
_COUNTS = {
    "added": "新增行",
    "edited": "修改行",
    "same": "相同行",
    "removed": "删除行",
    "kept": "保留行",
}
# From so many files on a check tells how far it is.
_MANY_FILES = 20


def files(parser: argparse.ArgumentParser, *, json_words: str) -> None:
    """The files, and in what form their findings are told."""
    parser.add_argument("files", nargs="+", metavar="文件", type=Path)
    parser.add_argument("--json", action="store_true", help=json_words)
    parser.add_argument(
        "--marked",
        metavar="文件夹",
        type=Path,
        help="另写标出问题的副本：单元格着色、加批注，首页是问题清单",
    )


def differences(
    store: Store, checked: checking.Checked, *, complete: bool = False
) -> Preview | None:
    """What a publish would change; None where it cannot be published."""
    if not checked.is_clean or not checked.rows:
        return None
    return preview(store, checked, complete=complete)


def marked_copies(arguments: argparse.Namespace, checked: checking.Checked) -> None:
    """Write the marked copies, where they are asked for."""
    if arguments.marked is None:
        return
    from data.forms.marked_files import copy_name, write_marked  # a fifth of a second for few

    limits = FileLimits.from_settings(checked.catalogue.settings)
    written = write_marked(arguments.marked, arguments.files, checked.findings, limits)
    for shown, copy in written.items():
        if copy.name != copy_name(shown, longest=1 << 20):
            print(f"文件「{shown}」名称太长，副本改名为「{copy.name}」。", file=sys.stderr)
    print(f"写出 {len(written)} 个标出问题的副本，在 {arguments.marked}。", file=sys.stderr)


def progress_over(paths: Sequence[Path]) -> checking.Progress:
    """Progress on the error stream, for many files only: a line at every twentieth part."""
    told = 0

    def progress(share: float, words: str) -> None:
        nonlocal told
        if int(share * 20) > told:
            told = int(share * 20)
            console.progress(share, words)

    is_many = len(given_files(paths)) >= _MANY_FILES
    return progress if is_many else lambda share, words: None


def outcome(checked: checking.Checked, changes: Preview | None) -> None:
    """Tell the findings, and what a publish changes before it happens."""
    for finding in checked.findings:
        print(finding.line(), file=sys.stderr)
    rows = sum(frame.height for frame in checked.rows.values())
    counts = "、".join(f"{name} {number}" for name, number in checked.severities.items())
    print(f"读到 {rows} 行；问题：{counts}。", file=sys.stderr)
    if changes is not None:
        _units(changes.tables)
        print_values(changes.values, file=sys.stderr, most=_MOST_LISTED)


def _units(tables: pl.DataFrame) -> None:
    """What changes for each unit and period, not too many of them, and in all."""
    heads = ("报表", "报告期", "填报单位", *_COUNTS.values())
    moved = tables.filter(pl.sum_horizontal("added", "edited", "removed", "kept") > 0)
    if moved.height:
        console.print_table(heads, moved.head(_MOST_LISTED).rows(), file=sys.stderr)
    if moved.height > _MOST_LISTED:
        print(f"另有 {moved.height - _MOST_LISTED} 个单位和报告期没有列出。", file=sys.stderr)
    whole = tables.select(pl.col(*_COUNTS).sum()).row(0)
    counts = "、".join(
        f"{word} {count}" for word, count in zip(_COUNTS.values(), whole, strict=True)
    )
    print(f"共：{counts}。", file=sys.stderr)


def as_json(checked: checking.Checked, changes: Preview | None) -> dict[str, object]:
    """The same for a program."""
    return {
        "rows": {table: frame.height for table, frame in checked.rows.items()},
        "base": checked.base,
        "severities": checked.severities,
        "changes": None if changes is None else changes.as_dict(),
        "findings": [Finding.as_dict(finding) for finding in checked.findings],
    }


def exit_code(checked: checking.Checked) -> int:
    """2 when a file could not be taken in at all, 1 when findings block."""
    if not checked.rows:
        return console.WRONG
    return console.DONE if checked.is_clean else console.FOUND
