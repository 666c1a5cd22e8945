"""Uploaded files go with the process: when it is killed, with the next start."""

import gc
import os
import signal
import subprocess
import sys
import tempfile

import pytest

from data.machine.passing import PassingFolder, sweep

HOLDER = """
from data.machine.passing import PassingFolder
held = PassingFolder()
(held.path / "report.xlsx").write_bytes(b"rows")
print(held.path, flush=True)
input()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def an_hour_ago(folder):
    for path in folder.iterdir():
        os.utime(path, (1, 1))


def test_it_goes_with_whoever_holds_it(temporary):
    held, other = PassingFolder(), PassingFolder()
    (held.path / "0").write_bytes(b"rows")
    held.discard()
    assert list(temporary.iterdir()) == [other.path]
    del other
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_no_living_ones(temporary):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline()
        an_hour_ago(temporary)
        assert (sweep(), len(list(temporary.iterdir()))) == (0, 1)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    an_hour_ago(temporary)
    assert (sweep(), list(temporary.iterdir())) == (1, [])


def test_one_that_was_made_this_moment_is_left(temporary):
    (temporary / "hpa-passing-new").mkdir()
    assert sweep() == 0
