"""A short run of the mutated files, and every seed that once failed (python -m tests.fuzz)."""

import io
import multiprocessing
import zipfile
from concurrent.futures import ProcessPoolExecutor

import pytest

from data.intake.read.safety import FileLimits, FileRefused, check
from data.intake.read.workbook import sheets
from tests.fuzz import judge as judging
from tests.fuzz.judge import Judge

# What each of them once did is told where it was mended.
ONCE_FAILED = (
    "try:40",  # a mobile number read as a count was quoted by a rule
    "try:100",  # a table without any row that can be placed
    "try:219",  # a package directory pointing before the file's start
    "try:352",
    "2026:762",  # thousands of commas in one line made millions of cells
    "2026:1299",
    "2026:1348",
    "2026:3601",  # a cell with two addresses, the second at the far end of the sheet
    "2026:2327",  # a cell half a million columns away
    "2026:4572",  # a package of a version nobody has written
)


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    return Judge(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Judges a seed in another process: what a file takes is not lost in this one's memory."""
    with ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=judging.begin,
        initargs=(str(tmp_path_factory.mktemp("judged")),),
    ) as apart:
        yield lambda seed: apart.submit(judging.judged, seed).result(timeout=120)


@pytest.mark.parametrize("seed", ONCE_FAILED)
def test_a_file_that_once_failed_gives_findings_or_a_refusal(judged, seed):
    assert judged(seed) in ("rows", "findings", "refused")


def edited(part, old, new):
    """The clean report with one part of its package changed."""
    with zipfile.ZipFile(io.BytesIO(part)) as package:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as kept:
            for name in package.namelist():
                data = package.read(name)
                if name.endswith("sheet1.xml"):
                    assert old in data
                    data = data.replace(old, new, 1)
                kept.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "second",
    [b' r="XFD1048576"', b'r="XFD1048576"', b' r="ZZZZ9"'],
    ids=["another address", "without a space", "a column that there is not"],
)
def test_a_cell_with_a_second_address_is_refused_before_the_reader_meets_it(
    judge, tmp_path, second
):
    """The reader takes the last of two: half a terabyte was asked for, and the process died."""
    clean = next(data for suffix, data in judge.clean if suffix == ".xlsx")
    path = tmp_path / "表.xlsx"
    path.write_bytes(edited(clean, b'<c r="C8"', b'<c r="C8"' + second))
    with pytest.raises(FileRefused):
        check(path, FileLimits())


def test_a_package_of_an_unknown_version_is_refused(judge, tmp_path):
    clean = bytearray(next(data for suffix, data in judge.clean if suffix == ".xlsx"))
    at = clean.rfind(b"PK\x01\x02")
    clean[at + 6] = 224
    path = tmp_path / "表.xlsx"
    path.write_bytes(bytes(clean))
    with pytest.raises(FileRefused, match="解不开"):
        check(path, FileLimits())


def test_a_line_of_thousands_of_commas_costs_nothing(tmp_path):
    lines = ["甲,乙", "," * 5_000, *["1,2"] * 2_000]
    path = tmp_path / "表.csv"
    path.write_text("\n".join(lines), "utf-8")
    (sheet,) = sheets(check(path, FileLimits()), FileLimits())
    assert (sheet.width, sheet.height) == (2, 2_002)
    path.write_text("\n".join([*lines, "," * 5_000 + "9"]), "utf-8")
    with pytest.raises(FileRefused, match="5,001 列"):
        sheets(check(path, FileLimits()), FileLimits())


def test_mutated_files_give_findings_or_a_refusal_each_time(judged):
    outcomes = {judged(f"suite:{number}") for number in range(240)}
    assert outcomes == {"rows", "findings", "refused"}


def test_mutated_files_of_other_kinds_do_so_too(judged):
    outcomes = {judged(f"kinds:{number}") for number in range(60)}
    assert outcomes == {"rows", "findings", "refused"}
