"""The marked copies of the files of one check, written into a folder."""

import errno
import io
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from data.errors import UsageError, reason_zh
from data.findings import Finding
from data.forms.marked import marked_copy, of_file
from data.intake.read.files import Given, given_files, shown_names
from data.intake.read.limits import FileLimits

_ENDING = "-问题标注.xlsx"
# Most disks hold names of so many bytes; some encrypted ones and some shares only half of it.
_LONGEST = (255, 120)

Progress = Callable[[float, str], None]


def copy_name(shown: str, longest: int = 255) -> str:
    """The name of a file's marked copy: 签约.xls becomes 签约-问题标注.xlsx.

    longest  bytes that it may have; a longer name loses its end.
    """
    stem = shown.rpartition(".")[0] or shown
    room = longest - len(_ENDING.encode())
    cut = stem.replace("/", "_").encode()[:room].decode("utf-8", "ignore")
    return f"{cut}{_ENDING}"


def write_marked(
    folder: Path,
    paths: Sequence[Given | Path | str],
    findings: Sequence[Finding],
    limits: FileLimits,
    progress: Progress = lambda share, words: None,
) -> dict[str, Path]:
    """Write a marked copy of every file that has a finding: how the file is called, and its copy.

    raises  UsageError when the folder cannot be written.
    """
    written: dict[str, Path] = {}
    named = dict.fromkeys(finding.file for finding in findings)
    files = given_files(paths)
    for number, (file, shown) in enumerate(shown_names(files).items()):
        progress(number / len(files), f"正在标注 {shown}")
        for name in named:
            member = name.removeprefix(f"{shown}/")
            if name == shown or member != name:
                copy = marked_copy(file, of_file(findings, name), limits, member=member)
                written[name] = _write(folder, name, copy, set(written.values()))
    return written


def zipped(
    paths: Sequence[Given | Path | str], findings: Sequence[Finding], limits: FileLimits
) -> bytes:
    """The marked copies of all files that have a finding, as one zip."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as package:
        for copy in write_marked(Path(folder), paths, findings, limits).values():
            package.write(copy, copy.name)
    return out.getvalue()


def _write(folder: Path, name: str, copy: bytes, taken: set[Path]) -> Path:
    """Write a copy under the longest name that the disk holds and no other copy has."""
    problem = OSError()
    for longest in _LONGEST:
        target = folder / copy_name(name, longest)
        number = 1
        while target in taken:
            number += 1
            target = folder / f"{number}-{copy_name(name, longest - 8)}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target.write_bytes(copy)
        except OSError as error:
            problem = error
            if error.errno != errno.ENAMETOOLONG:
                break
        else:
            return target
    raise UsageError(f"文件夹 {folder} 写不进去（{reason_zh(problem)}）。") from problem
