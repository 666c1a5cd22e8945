"""A process that writes one large workbook, so that the server's own threads go on undisturbed.

Tables travel as Arrow files in a folder that both see; everything else through the pipe. Started
early, it has loaded its libraries by the time the rows are there.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from data.errors import ProductError
from pages.exports import xlsx
from pages.exports.sheets import Book

_ROOT = Path(__file__).parents[2]
_LOOK = 0.05  # seconds between two looks at the process
_DONE, _FULL = 0, 3


class ExportError(ProductError):
    """A file that could not be written."""


class Worker:
    """One writing process; leaving the block ends it, finished or not."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pages.exports.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def write(self, target: Path, book: Book, progress: Callable[[float, str], None]) -> None:
        """Have the workbook written.

        progress  Called twenty times a second; what it raises ends the process, and no half
                  file stays behind.
        raises    ExportError.
        """
        rows = sum(sheet.table.height for sheet in book.sheets)
        with tempfile.TemporaryDirectory(prefix="export-") as folder:
            part = Path(folder) / "book.xlsx"
            job = pickle.dumps((str(part), *_packed(book, Path(folder))))
            pipe = self._process.stdin
            if pipe is None:
                raise ExportError("写文件的程序没有启动,请再试一次。")
            with contextlib.suppress(BrokenPipeError):
                pipe.write(job)
                pipe.close()
            started = time.monotonic()
            while self._process.poll() is None:
                gone = time.monotonic() - started
                # Nobody knows the share done; some 100,000 rows take a second.
                progress(
                    min(0.5 + 0.45 * gone * 1e5 / max(rows, 1), 0.95), f"正在写文件,共{rows}行"
                )
                time.sleep(_LOOK)
            if self._process.returncode != _DONE:
                full = self._process.returncode == _FULL
                raise ExportError(
                    "磁盘写不下这个文件。请清理临时文件夹后再试。"
                    if full
                    else "文件没有写成。请减少行数或改用 CSV,再试一次。"
                )
            _moved(part, target)


def _packed(book: Book, folder: Path) -> tuple[Book, list[str]]:
    """The book without its tables, and the files in which they lie."""
    files, bare = [], []
    for number, sheet in enumerate(book.sheets):
        file = folder / f"{number}.arrow"
        sheet.table.write_ipc(file)
        files.append(str(file))
        bare.append(replace(sheet, table=pl.DataFrame()))
    return replace(book, sheets=tuple(bare)), files


def _moved(part: Path, target: Path) -> None:
    try:
        os.replace(part, target)
    except OSError:  # another disk
        target.write_bytes(part.read_bytes())


def main() -> int:
    """Write the book that comes through standard input; the exit code."""
    target, book, files = pickle.load(sys.stdin.buffer)
    sheets = [
        replace(sheet, table=pl.read_ipc(file))
        for sheet, file in zip(book.sheets, files, strict=True)
    ]
    try:
        xlsx.write(Path(target), replace(book, sheets=tuple(sheets)))
    except OSError:
        return _FULL
    return _DONE


if __name__ == "__main__":
    raise SystemExit(main())
