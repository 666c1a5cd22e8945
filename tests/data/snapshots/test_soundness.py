"""A file is read whole by the process that opens it first, and again only when it has changed."""

import os

import pytest

from data.snapshots.soundness import differs, sha256_of


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"figures" * 1000)
    return path


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_one_bit_is_seen_at_the_first_look_and_after_a_sound_one(file):
    stated = sha256_of(file)[:12]
    assert not differs(file, stated)
    flip(file)
    assert differs(file, stated)
    assert differs(file, stated)
    flip(file)  # mended
    assert not differs(file, stated)


def test_a_sound_file_is_not_read_again_while_size_and_time_are_the_same(file):
    stated, time = sha256_of(file), os.stat(file).st_mtime_ns
    assert not differs(file, stated)
    flip(file)
    os.utime(file, ns=(time, time))
    assert not differs(file, stated)  # what only `verify` finds


def test_another_name_of_a_sound_file_is_sound(file, tmp_path):
    stated = sha256_of(file)
    assert not differs(file, stated)
    os.link(file, tmp_path / "draft")
    assert not differs(tmp_path / "draft", stated)


def test_a_missing_file_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        differs(tmp_path / "none", "")
