"""The marked copies of the files of one check, written into a folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

from data.errors import UsageError, reason_zh
from data.findings import Finding
from data.importing import shown_names, workbook_paths
from data.workbooks.marked import marked_copy, of_file
from data.workbooks.safety import Limits

Progress = Callable[[float, str], None]


def copy_name(shown: str) -> str:
    """The name of a file's marked copy: 签约.xls becomes 签约-问题标注.xlsx."""
    stem = shown.rpartition(".")[0] or shown
    return f"{stem.replace('/', '_')}-问题标注.xlsx"


def write_marked(
    folder: Path,
    paths: Sequence[Path | str],
    findings: Sequence[Finding],
    limits: Limits,
    progress: Progress = lambda share, words: None,
) -> list[Path]:
    """Write a marked copy of every file that has a finding; the copies written.

    raises  UsageError when the folder cannot be written.
    """
    written = []
    files = workbook_paths(Path(path) for path in paths)
    for number, (path, shown) in enumerate(shown_names(files).items()):
        progress(number / len(files), f"正在标注 {shown}")
        mine = of_file(findings, shown)
        if not mine:
            continue
        target = folder / copy_name(shown)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target.write_bytes(marked_copy(path, mine, limits))
        except OSError as error:
            raise UsageError(f"文件夹 {folder} 写不进去({reason_zh(error)})。") from error
        written.append(target)
    return written
