"""A short run of the mutated files, and every seed that once failed (python -m tests.fuzz)."""

import pytest

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


@pytest.mark.parametrize("seed", ONCE_FAILED)
def test_a_file_that_once_failed_gives_findings_or_a_refusal(judge, seed):
    assert judge.judge(seed).outcome in ("rows", "findings", "refused")


def test_mutated_files_give_findings_or_a_refusal_each_time(judge):
    outcomes = {judge.judge(f"suite:{number}").outcome for number in range(60)}
    assert outcomes == {"rows", "findings", "refused"}
