"""What a sheet that nobody here drew may be: proposed by names and by values, never guessed on."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.intake.mapping import CHECKED, LEFT_OUT, TAKEN, header_of, propose
from data.intake.read.workbook import Sheet
from tests.data.intake.build import small_catalogue

# 区县、机构 and pairs of a count and its rate under merged titles.
UPPER = ["区县", "机构", "重点人群签约", "", "", "高血压", "", "", "履约项次", "", ""]
LOWER = ["", "", "应签人数", "已签人数", "签约率", "应签", "已签", "签约率", "应", "已", "履约率"]
MERGED = ((1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 1, 7), (1, 8, 1, 10))
COUNTS = [(200, 160, 40, 30, 500, 410), (120, 90, 25, 24, 300, 111), (77, 70, 9, 5, 90, 88)]
PLACES = [("睢阳区", "宋集镇"), ("睢阳区", "郭村镇"), ("睢阳区", "城关镇")]
WEEKS = ["乡镇", "应签人数", "上周已签", "本周已签", "增减"]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return small_catalogue(tmp_path_factory.mktemp("mapping"))


def sheet(*rows, merged=()):
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    return Sheet("表", tuple(map(list, zip(*padded, strict=True))), len(rows), merged=merged)


def progress(counts=COUNTS, per=100, places=1):
    rows = []
    for place, numbers in zip(PLACES, counts, strict=True):
        row = [*place]
        for whole, part in zip(numbers[::2], numbers[1::2], strict=True):
            row += [whole, part, round(per * part / whole, places)]
        rows.append(row)
    title = ["某市家庭医生签约服务进度表"]
    return sheet(title, UPPER, LOWER, *rows, merged=MERGED)


def of(proposed):
    return {each.header: (each.use, each.name) for each in proposed.columns}


def test_pairs_of_count_and_rate_under_merged_titles_are_told_apart(catalogue):
    proposed = propose(progress(), catalogue)
    assert proposed.table.id == "T04"
    assert (proposed.top, proposed.bottom, proposed.first) == (1, 2, 3)
    found = of(proposed)
    assert found["区县"] == found["机构"] == (TAKEN, "division_name")
    assert found["高血压/应签"] == (TAKEN, "htn_due")
    assert found["高血压/已签"] == (TAKEN, "htn_signed")
    assert found["履约项次/应"] == (TAKEN, "service_due")
    assert [each.header for each in proposed.columns if each.use == CHECKED] == [
        "重点人群签约/签约率",
        "高血压/签约率",
        "履约项次/履约率",
    ]


def test_last_weeks_figure_and_the_difference_are_left_out(catalogue):
    rows = [["宋集镇", 200, 150, 160, 10], ["郭村镇", 120, 90, 88, -2], ["城关镇", 80, 1, 70, 69]]
    proposed = propose(sheet(["签约服务周报"], WEEKS, *rows), catalogue, "T04")
    found = of(proposed)
    assert found["本周已签"] == (TAKEN, "signed_pop")
    assert found["上周已签"] == found["增减"] == (LEFT_OUT, "")
    assert {each.header: each.why for each in proposed.columns}[
        "增减"
    ] == "=「本周已签」−「上周已签」"


def test_what_a_column_of_names_holds_is_not_shown(catalogue):
    rows = [["宋集镇", "王某", 200, 160], ["郭村镇", "李某", 120, 88]]
    proposed = propose(
        sheet(["表"], ["乡镇", "户主姓名", "应签人数", "已签人数"], *rows), catalogue
    )
    assert {each.header: each.samples for each in proposed.columns}["户主姓名"] == ()


def test_what_is_proposed_can_be_saved_and_lacks_nothing_in_silence(catalogue):
    proposed = propose(progress(), catalogue)
    form = proposed.form("进度")
    assert "最像 T04" in proposed.in_words()
    assert {column.name for column in proposed.missing} <= set(form.absent)
    assert set(form.headers) | set(form.left_out) == {each.header for each in proposed.columns}


@pytest.mark.parametrize(
    "rows", [[["名单"], ["姓名", "说明"], ["甲", "乙"]], [["品名", "单价"], ["纸", 3], ["笔", 4]]]
)
def test_a_sheet_like_no_report_has_no_proposal(catalogue, rows):
    assert propose(sheet(*rows), catalogue) is None


def test_the_numbering_row_belongs_to_the_header():
    numbered = sheet(["表"], ["镇", "应签", "已签"], ["甲", 1, 2], ["宋集镇", 30, 20])
    assert header_of(numbered) == (1, 1, 3)


counts = st.lists(st.tuples(st.integers(50, 9999), st.integers(1, 49)), min_size=9, max_size=9)


@settings(max_examples=10, deadline=None)
@example(counts=[(50, 1)] * 8 + [(53, 1)], per=1)
@given(counts=counts, per=st.sampled_from([1, 100]))
def test_a_rate_is_only_said_to_be_a_quotient_that_fits_every_row(catalogue, counts, per):
    rows = [tuple(n for pair in counts[at : at + 3] for n in pair) for at in (0, 3, 6)]
    made = progress(rows, per, 4 if per == 1 else 2)
    proposed = propose(made, catalogue, "T04")
    places = {each.name: each.column for each in proposed.columns if each.use == TAKEN}
    for each in proposed.columns:
        if each.quotient is None:
            continue
        over, under = (
            places[name] for name in (each.quotient.numerator, each.quotient.denominator)
        )
        for row in range(3, 6):
            shown = made.columns[each.column][row]
            share = made.columns[over][row] / made.columns[under][row]
            # A program drops zeros: 0.0200 reads 0.02, as fine as it reads, percent or share.
            last_place = 10.0 ** -len(str(shown).partition(".")[2])
            off = min(abs(shown - 100 * share), abs(shown - share))
            assert off <= last_place + 1e-9


@settings(max_examples=10, deadline=None)
@given(headers=st.lists(st.text("应已签约人数率上本周增减高血压履项次", max_size=6), min_size=3))
def test_whatever_the_headers_say_no_column_of_ours_is_proposed_twice(catalogue, headers):
    rows = [[at * 7 + column for column, _ in enumerate(headers)] for at in (1, 2, 3)]
    proposed = propose(sheet(["签约"], headers, *rows), catalogue, "T04")
    if proposed is not None:
        taken = [each.name for each in proposed.columns if each.use == TAKEN]
        assert len(taken) == len(set(taken))
        assert set(taken).isdisjoint(proposed.form("甲").absent)
