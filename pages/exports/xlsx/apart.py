"""A process that writes one large workbook, so that the server's own threads go on undisturbed.

The fast writer holds the interpreter for a second and more at a time. An executor's process will
not do: it loads the main module again, which Streamlit exchanges for the page being run. Started
early, this one has loaded its libraries by the time the rows are there.
"""

import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path

import polars as pl

from data.errors import ProductError
from data.machine.beside import beside
from pages.exports import xlsx
from pages.exports.sheets import Book

_ROOT = Path(__file__).parents[3]
_LOOK = 0.05  # seconds between two looks at the process
_DONE, _FULL = 0, 3


class ExportError(ProductError):
    """A file that could not be written."""


class Worker:
    """One writing process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pages.exports.xlsx.apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
        )

    def end(self) -> None:
        """End the process, finished or not."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
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
            handing = beside(lambda: self._hand_over(part, book), "export")
            started = time.monotonic()
            try:
                while not handing.done():
                    gone = time.monotonic() - started
                    # Nobody knows the share done; some 100,000 rows take a second.
                    share = min(0.5 + 0.45 * gone * 1e5 / max(rows, 1), 0.95)
                    progress(share, f"正在写文件，共{rows}行")
                    wait([handing], _LOOK)
            finally:
                self._process.kill()
                wait([handing])
            if self._process.returncode != _DONE:
                full = self._process.returncode == _FULL
                raise ExportError(
                    "磁盘写不下这个文件。请清理临时文件夹后再试。"
                    if full
                    else "文件没有写成。请减少行数或改用 CSV，再试一次。"
                )
            shutil.move(part, target)

    def _hand_over(self, part: Path, book: Book) -> None:
        """Send the book and wait until the process ends; tables lie in files beside the part.

        To pickle them would hold the interpreter for a third of a second.
        """
        files = [part.with_name(f"{number}.arrow") for number in range(len(book.sheets))]
        for sheet, file in zip(book.sheets, files, strict=True):
            sheet.table.write_ipc(file)
        bare = tuple(replace(sheet, table=pl.DataFrame()) for sheet in book.sheets)
        self._process.communicate(pickle.dumps((part, replace(book, sheets=bare), files)))


def main() -> int:
    """Write the book that comes through standard input; the exit code."""
    target, book, files = pickle.load(sys.stdin.buffer)
    sheets = tuple(
        replace(sheet, table=pl.read_ipc(file))
        for sheet, file in zip(book.sheets, files, strict=True)
    )
    try:
        xlsx.write(target, replace(book, sheets=sheets))
    except OSError:
        return _FULL
    return _DONE


if __name__ == "__main__":
    raise SystemExit(main())
