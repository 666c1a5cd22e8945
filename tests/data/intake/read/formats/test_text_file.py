"""Text files: read in columns by a fast reader, cell for cell as a spreadsheet would."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.formulas import unguarded
from data.intake.read import safety
from data.intake.read.cells import Counts, longer_than, positions
from data.intake.read.formats import text_file

LIMITS = safety.FileLimits()
CELLS = st.one_of(
    st.sampled_from(["", "1", "1,200", "宋集镇", 'a"b', '"', "甲\n乙", " x ", "'=1+1", "；", "\t"]),
    st.text(alphabet='甲乙丙ab1,;"\n \t', max_size=5),
)
GRIDS = st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8)


def columns(path):
    found, height = text_file.columns(path.read_bytes(), LIMITS)
    assert all(len(column) == height for column in found)
    return [list(column) for column in found]


def bare(cell):
    """A cell without its guard, or without tabs around it: those are no part of it."""
    return unguarded(cell) if unguarded(cell) != cell else cell.strip("\t")


def squared(rows):
    """What the standard reader sees, with short rows filled up and empty columns cut off."""
    width = max((len(row) for row in rows), default=0)
    full = [[bare(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
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


LONG = ["150302001002,和平社区,12,0,,2019-08-11", "150302001003,公园社区,,7,-3,"] * 4_500
ODD = {
    "nothing odd": "",
    "a zero in front": "1,乙,007,1,1,",
    "a plus": "1,乙,+5,1,1,",
    "a minus without a number": "1,乙,-0,1,1,",
    "a space": "1,乙, 5,1,1,",
    "a thousand's point": "1,乙,1.000,1,1,",
    "a word": "1,乙,缺,1,1,",
    "a long number": "1,乙,13800000000,1,1,",
    "a number too long to hold": f"1,乙,{'9' * 30},1,1,",
    "a short row": "1,乙,5",
    "a long row": "1,乙,5,1,1,,7",
    "an empty row": "",
    "a quoted cell": '1,"乙,丙",5,1,1,',
    "another digit": "1,乙,５,1,1,",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("odd", ODD)
def test_a_long_file_of_numbers_is_read_cell_for_cell(tmp_path, odd, line_end):
    head = ["签约周报表,,,,,", "代码,名称,帮扶人数,外出人数,差,日期"]
    rows = [*head, *LONG, *([ODD[odd]] if odd != "nothing odd" else []), *LONG[:5]]
    text = line_end.join(rows) + line_end
    path = tmp_path / "表.csv"
    path.write_bytes(text.encode("utf-8-sig"))
    assert columns(path) == squared(list(csv.reader(io.StringIO(text, newline=""))))


def test_the_counts_of_a_long_file_are_numbers_at_once(tmp_path):
    path = tmp_path / "表.csv"
    path.write_text("\r\n".join(["代码,名称,帮扶人数,外出人数,差,日期", *LONG]), "gb18030")
    found, _ = text_file.columns(path.read_bytes(), LIMITS)
    assert [isinstance(column, Counts) for column in found] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    counted = found[2][1:]
    assert isinstance(counted, Counts) and counted.numbers.to_list()[:2] == [12, None]
    assert positions(found[3], {"7", "外出人数"})[:3] == [0, 2, 4]
    assert longer_than(found[4], 2) == {"-3", "差"}
