"""What must come of any file: findings or rows, quickly, in little memory, without an echo."""

import io
import re
import shutil
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from unittest import mock

import polars as pl

from data.forms.marked import is_clean, marked_copy
from data.intake import delivery
from data.intake.check import checking
from data.snapshots.store import Store
from tests.data.intake.build import small_catalogue
from tests.fuzz import bases, mutate

DAY = date(2020, 12, 22)
SECONDS, MEGABYTES = 30, 1500


@dataclass
class Verdict:
    """What came of one file: rows | findings | refused, or what went wrong."""

    outcome: str
    seconds: float
    megabytes: int
    how: str


class Judge:
    """Keeps the catalogue and the clean files; judges one seed after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catalogue = small_catalogue(folder)
        self._store = Store(folder / "store")
        self.clean = bases.files(folder, self._catalogue)
        self._other = bases.other_files(folder, self._catalogue)
        self._grids = bases.grids(folder, self._catalogue)

    def case(self, seed: str) -> mutate.Case:
        """The mutated file of a seed."""
        if seed.startswith("kinds:"):
            return mutate.of_other_kind(seed, self._other)
        return mutate.case(seed, self.clean, self._grids)

    def judge(self, seed: str) -> Verdict:
        """Read, check and mark one file; raises whatever is not a finding."""
        made = self.case(seed)
        place = self._folder / "case"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        path = place / made.name
        path.write_bytes(made.data)
        start = time.process_time()  # other work on the machine is no fault of the file
        number = int(seed.rpartition(":")[2] or 0)
        if number % 8 == 0:
            now = datetime(2020, 12, 22, tzinfo=UTC)
            # The definitions are the same for every case: read once.
            with mock.patch("data.catalogue.load", return_value=self._catalogue):
                checked = checking.check(self._store, [path], now=now)
            findings, frames = checked.findings, list(checked.rows.values())
        else:
            reading = delivery.read_files([path], self._catalogue, import_date=DAY)
            findings = reading.findings
            frames = [typed.frame for typed in reading.typed]
        if number % 10 == 0:
            copy = marked_copy(path, findings)
            if not is_clean(copy):
                raise AssertionError("the marked copy holds an ID number")
            _refuse_echo("the marked copy", _texts_of(copy), made.secrets)
        seconds = time.process_time() - start
        for finding in findings:
            for words in finding.as_dict().values():
                _refuse_echo("the findings", re.sub(r"[\s\-.]", "", words), made.secrets)
        kept = [f for f in findings if f.severity == "错误"]
        if not kept:
            for frame in frames:
                text = frame.select(pl.col(pl.String)).write_csv()
                _refuse_echo("the rows", text, made.secrets)
        if not findings and not frames:
            raise AssertionError("neither rows nor findings")
        if seconds > SECONDS:
            raise AssertionError(f"took {seconds:.0f} s")
        memory = most_memory()
        if memory > MEGABYTES:
            raise AssertionError(f"took {memory} MB")
        outcome = "rows" if frames and not kept else "findings" if frames else "refused"
        return Verdict(outcome, seconds, memory, made.how)


def most_memory() -> int:
    """The most that this program has held, MB: what getrusage says begins with its parent's."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) >> 10


def _refuse_echo(where: str, text: str, secrets: list[str]) -> None:
    for secret in secrets:
        if secret in text or secret[:17] in text:
            raise AssertionError(f"{where} repeat a personal number")


def _texts_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


# -- in a process of its own, whose memory is that of the files only ---------------------------

_own: list[Judge] = []


def begin(folder: str) -> None:
    """Make the judge of this process."""
    _own.append(Judge(Path(folder)))


def judged(seed: str) -> str:
    """Judge one file with this process's judge; what came of it."""
    return _own[0].judge(seed).outcome
