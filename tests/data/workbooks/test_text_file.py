"""Text files: read in columns by a fast reader, cell for cell as a spreadsheet would."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.formulas import unguarded
from data.workbooks import safety, text_file

LIMITS = safety.Limits()
CELLS = st.one_of(
    st.sampled_from(["", "1", "1,200", "宋集镇", 'a"b', '"', "甲\n乙", " x ", "'=1+1", "；", "\t"]),
    st.text(alphabet='甲乙丙ab1,;"\n \t', max_size=5),
)
GRIDS = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8)


def columns(path):
    found, height = text_file.columns(safety.check(path, LIMITS), LIMITS)
    assert all(len(column) == height for column in found)
    return [list(column) for column in found]


def squared(rows):
    """What the standard reader sees, with short rows filled up and empty columns cut off."""
    width = max((len(row) for row in rows), default=0)
    full = [[unguarded(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    out = [[row[at] for row in full] for at in range(width)]
    while out and not any(out[-1]):
        out.pop()
    return out


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    grid=GRIDS,
    line_end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_every_cell_is_where_a_spreadsheet_shows_it(
    tmp_path, grid, line_end, last, encoding, quoting
):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=line_end, quoting=quoting).writerows(grid)
    # One row of commas tells the separator whatever the cells hold.
    text = ",,,,,,,,,,,,,,,,,,,,,,,,\n" + out.getvalue()
    if not last:
        text = text.removesuffix(line_end)
    path = tmp_path / "表.csv"
    path.write_bytes(text.encode(encoding))
    wanted = squared(list(csv.reader(io.StringIO(text, newline=""))))
    found = columns(path)
    while found and not any(found[-1]):
        found.pop()
    assert found == wanted


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_separator_is_seen(tmp_path, mark):
    (tmp_path / "表.csv").write_text(mark.join("甲乙丙") + "\n" + mark.join("123"), "utf-8")
    assert columns(tmp_path / "表.csv") == [["甲", "1"], ["乙", "2"], ["丙", "3"]]


def test_empty_lines_keep_the_numbers_of_the_rows_below(tmp_path):
    (tmp_path / "表.csv").write_text("标题\n\n\n甲,乙\n1,2\n", "utf-8")
    assert columns(tmp_path / "表.csv") == [
        ["标题", "", "", "甲", "1"],
        ["", "", "", "乙", "2"],
    ]


def test_a_wider_row_far_below_is_not_lost(tmp_path):
    lines = ["甲,乙"] + ["1,2"] * 200_000 + ["1,2,3"]
    (tmp_path / "表.csv").write_text("\n".join(lines), "utf-8")
    found = columns(tmp_path / "表.csv")
    assert len(found) == 3
    assert found[2][-1] == "3"


def test_a_quoted_header_behind_the_mark_of_utf8_is_read_fast(tmp_path):
    path = tmp_path / "甲.csv"
    path.write_text('"甲","乙"\n"1","2"\n', "utf-8-sig")
    assert text_file._fast(path.read_bytes()) is not None
    assert columns(path) == [["甲", "1"], ["乙", "2"]]
