"""What the system refuses is told in Chinese."""

import errno
import os

import pytest

from data.errors import reason_zh


@pytest.mark.parametrize("code", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_a_common_refusal_has_its_own_words_and_none_of_the_systems(code):
    said = reason_zh(OSError(code, os.strerror(code)))
    assert not any(each.isascii() for each in said)


def test_any_other_is_named_by_its_number():
    assert reason_zh(OSError(errno.EIO, "I/O error")) == f"系统错误 {errno.EIO}"
    assert reason_zh(OSError("no number")) == "系统没有说明原因"
