"""A snapshot's manifest takes its number once, whole, on disks of every kind."""

import errno
import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.errors import StoreError
from data.snapshots.placing import place


def refused(number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.fixture(params=["with hard links", "without"])
def disk(request, monkeypatch):
    """Disks as offices have them: exFAT and network shares have no hard links."""
    if request.param == "without":
        monkeypatch.setattr(os, "link", refused(errno.EPERM))


@pytest.mark.usefixtures("disk")
class TestOneOfSeveral:
    def test_gets_the_name_and_what_stands_there_is_whole(self, tmp_path):
        texts = [f"{number}" * 100_000 for number in range(8)]

        def publish(text):
            finished = tmp_path / f".{text[0]}.tmp"
            finished.write_text(text)
            return place(finished, tmp_path / "000001.json")

        with ThreadPoolExecutor(8) as pool:
            placed = list(pool.map(publish, texts))
        assert placed.count(True) == 1
        assert (tmp_path / "000001.json").read_text() == texts[placed.index(True)]

    def test_who_comes_too_late_changes_nothing_and_leaves_nothing(self, tmp_path):
        name, late = tmp_path / "000001.json", tmp_path / ".late.tmp"
        name.write_text("first")
        late.write_text("late")
        assert not place(late, name)
        assert name.read_text() == "first"
        assert not list(tmp_path.glob(".*"))


def test_a_process_killed_while_it_places_keeps_nobody_from_it(tmp_path, monkeypatch):
    killed = (
        "import os, pathlib, sys, data.snapshots.placing\n"
        "def refuse(*_): raise OSError\n"
        "os.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "os.link = refuse\n"
        "data.snapshots.placing.place(folder / '.killed.tmp', folder / '000001.json')\n"
    )
    (tmp_path / ".killed.tmp").write_text("half")
    ended = subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert ended.returncode == -9
    assert not (tmp_path / "000001.json").exists()
    monkeypatch.setattr(os, "link", refused(errno.EPERM))
    (tmp_path / ".next.tmp").write_text("whole")
    assert place(tmp_path / ".next.tmp", tmp_path / "000001.json")
    assert (tmp_path / "000001.json").read_text() == "whole"


def test_a_disk_with_neither_links_nor_locks_is_refused_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", refused(errno.EOPNOTSUPP))
    monkeypatch.setattr(fcntl, "flock", refused(errno.ENOLCK))
    finished = tmp_path / ".new.tmp"
    finished.write_text("new")
    with pytest.raises(StoreError, match="没有硬链接，也不能加锁"):
        place(finished, tmp_path / "000001.json")
    assert not (tmp_path / "000001.json").exists()
