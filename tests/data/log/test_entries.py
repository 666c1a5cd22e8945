"""The log as its readers filter it."""

from datetime import date, datetime

import pytest

from data.log import journal
from data.log.entries import entries


@pytest.fixture
def store(tmp_path):
    for day, who, action, what, result in (
        ("2020-12-30", "王", "export", "T04 2020-W51 12行", "done"),
        ("2021-01-04", "李", "wrong_token", "接口 /api/v1/values", "refused"),
        ("2021-01-05", "zhang", "export", "T10 2020-12 3行", "done"),
    ):
        now = datetime.fromisoformat(f"{day}T08:30:00+08:00")
        journal.append(
            tmp_path, now=now, who=who, ip="10.0.0.1", action=action, what=what, result=result
        )
    (tmp_path / "log" / "2020-11.jsonl").write_text('{"action": "export", "what": "old"}\n')
    return tmp_path


def test_the_newest_comes_first_and_a_line_of_before_has_no_result(store):
    found = entries(store)
    assert found["who"].to_list() == ["zhang", "李", "王", ""]
    assert found["result"].to_list() == ["done", "refused", "done", ""]


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({"since": date(2021, 1, 4)}, ["zhang", "李"]),
        ({"action": "export", "since": date(2020, 12, 1)}, ["zhang", "王"]),
        ({"word": "ZHANG"}, ["zhang"]),
        ({"word": "/api/"}, ["李"]),
        ({"word": "T04"}, ["王"]),
        ({"word": "nobody"}, []),
    ],
)
def test_a_filter_leaves_what_it_says(store, asked, who):
    assert entries(store, **asked)["who"].to_list() == who


def test_a_store_without_a_log_has_no_lines(tmp_path):
    assert entries(tmp_path).is_empty()
