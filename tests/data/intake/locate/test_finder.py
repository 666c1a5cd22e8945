"""Report tables are found by their headers, however those are merged, worded and placed."""

import pytest

from data import catalogue as catalogues
from data.intake import words
from data.intake.locate.finder import Finder, has_data
from data.intake.locate.located import ALL
from data.intake.read.workbook import Sheet
from tests.data.intake.build import levels


@pytest.fixture(scope="module")
def catalogue():
    return catalogues.load()


@pytest.fixture(scope="module")
def finder(catalogue):
    return Finder(catalogue)


def sheet(*rows, merged=(), name="表"):
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    columns = tuple(list(column) for column in zip(*padded, strict=True))
    return Sheet(name=name, columns=columns, height=len(rows), merged=tuple(merged))


def names(found):
    return {match.column: name for name, match in found.matches.items()}


FUND = ["区划代码", "基金收入", "基金支出", "年初结余"]


class TestHeaders:
    def test_white_space_brackets_and_punctuation_do_not_matter(self, finder):
        header = ["行政区划\n代码", "1.基金 收入（万元）", "基金支出(单位：万元)", "年初累计结余："]
        (found,) = finder.find(sheet(header, ["411403", 1, 2, 3]))
        assert found.table.id == "T21"
        assert names(found) == {
            0: "division_code",
            1: "fund_income",
            2: "fund_expense",
            3: "opening_balance",
        }
        assert found.matches["fund_income"].unit == "万元"

    def test_a_bracket_that_is_no_unit_stays(self):
        assert words.key("执业(助理)医师（人）") == "执业(助理)医师"

    def test_a_number_that_belongs_to_the_name_stays(self):
        assert words.key("2型糖尿病应签人数") != words.key("型糖尿病应签人数")
        assert words.key("12.出院人次") == words.key("出院人次")

    def test_parents_are_joined_with_their_children(self, finder):
        top = ["区划代码", "签约团队数", "帮扶对象数", "常年外出人数", "拒签人数", "已签约人数"]
        top += [
            "四类慢病",
            "",
            "协议到期人数",
            "履约",
            "",
            "本周随访人次",
            "高血压",
            "",
            "糖尿病",
            "",
        ]
        below = [""] * 6 + ["应签人数", "已签人数", "", "应履约服务项次", "已履约服务项次", ""]
        below += ["应签人数", "已签人数", "应签人数", "已签人数"]
        merged = [(0, 6, 0, 7), (0, 9, 0, 10), (0, 12, 0, 13), (0, 14, 0, 15)]
        data = ["411403105200", *range(1, 16)]
        for ranges in (merged, ()):
            (found,) = finder.find(sheet(top, below, data, merged=ranges))
            assert found.table.id == "T04"
            assert found.unknown == ()
            assert found.duplicates == {}
            by_column = names(found)
            assert by_column[6] == "chronic_should_sign"
            assert by_column[9] == "service_due"
            assert [by_column[column] for column in range(12, 16)] == [
                "htn_due",
                "htn_signed",
                "dm2_due",
                "dm2_signed",
            ]

    def test_a_repeated_child_under_an_unknown_parent_is_not_guessed(self, finder, catalogue):
        own = [c.header for c in catalogue.tables["T04"].columns if c.required]
        top = ["区划代码", *own, "哮喘", "", "痛风", ""]
        below = ["", *[""] * len(own), "应签人数", "已签人数", "应签人数", "已签人数"]
        (found,) = finder.find(sheet(top, below, ["411403105200", *[1] * (len(own) + 4)]))
        assert [label for _, label in found.unknown] == [
            "哮喘/应签人数",
            "哮喘/已签人数",
            "痛风/应签人数",
            "痛风/已签人数",
        ]

    def test_of_which_may_stand_above_or_be_left_out(self, finder, catalogue):
        own = [c for c in catalogue.tables["T05"].columns if c.required]
        header = ["乡镇", *(c.header.replace("其中", "其中:") for c in own)]
        (found,) = finder.find(sheet(header, ["宋集镇", "md01", *range(1, 8)]))
        assert found.missing == []
        header = ["乡镇", *(c.header.removeprefix("其中") for c in own)]
        (found,) = finder.find(sheet(header, ["宋集镇", "md01", *range(1, 8)]))
        assert found.missing == []

    def test_every_accepted_header_of_every_table_leads_to_its_column(self, finder, catalogue):
        for table in catalogue.tables.values():
            for column in table.columns:
                for header in column.accepted_headers:
                    others = [c.header for c in table.columns if c.name != column.name]
                    cells = ["行政区划代码", header, *others]
                    (found,) = finder.find(sheet(cells, ["411403", *["1"] * (len(cells) - 1)]))
                    claimed = [match.name for match in found.matches.values() if match.column == 1]
                    doubled = [
                        name
                        for name, matches in found.duplicates.items()
                        if 1 in [match.column for match in matches]
                    ]
                    # An alias that is another column's own header may only clash, never mislead.
                    assert claimed == [column.name] or doubled, (table.id, header, claimed)

    def test_a_column_that_stands_twice_is_a_duplicate(self, finder):
        (found,) = finder.find(sheet([*FUND, "基金收入"], ["411403", 1, 2, 3, 4]))
        assert [match.column for match in found.duplicates["fund_income"]] == [1, 4]

    def test_the_better_table_wins_where_two_share_columns(self, finder, catalogue):
        for table_id in ("T03", "T08", "T10", "T20"):
            headers = [c.header for c in catalogue.tables[table_id].columns if c.required]
            (found,) = finder.find(sheet(["行政区划代码", *headers], ["411403", *["1"] * 20]))
            assert found.table.id == table_id
            assert found.ties == ()


class TestRows:
    def test_title_numbering_totals_signatures_and_footnotes_are_no_data(self, finder):
        rows = [
            ["2020年12月医保基金运行月报表"],
            ["填报单位:睢阳区医保局", "", "填报日期:2020年12月21日"],
            FUND,
            ["甲", 1, 2, 3],
            ["合计", 3, 3, 3],
            ["411403", 1, 1, 1],
            [],
            ["411402", 2, 2, 2],
            ["单位负责人:", "", "填报人:李"],
            ["注:本表按月报送。"],
        ]
        (found,) = finder.find(sheet(*rows))
        assert found.rows == (5, 7)
        assert found.totals == ((4, ALL),)
        assert found.above == (0, 1)
        assert found.below == (8, 9)

    def test_a_remark_that_begins_like_a_footnote_is_data(self, finder):
        rows = [[*FUND, "备注"], ["411403", 1, 2, 3, "注:上月有误"], ["411402", 1, 2, 3, ""]]
        (found,) = finder.find(sheet(*rows))
        assert found.rows == (1, 2)

    def test_a_village_whose_name_has_a_total_in_it_is_data(self, finder):
        rows = [["区划名称", *FUND[1:]], ["会计村", 1, 2, 3], ["小计庄村", 1, 2, 3]]
        (found,) = finder.find(sheet(*rows))
        assert found.rows == (1, 2)

    def test_two_tables_one_below_the_other(self, finder):
        rows = [FUND, ["411403", 1, 2, 3], ["负责人:甲"], ["2020年11月"], FUND, ["411403", 4, 5, 6]]
        first, second = finder.find(sheet(*rows))
        assert (first.rows, second.rows) == ((1,), (5,))
        assert 3 in second.above

    def test_a_header_repeated_on_every_printed_page(self, finder):
        rows = [FUND, ["411403", 1, 2, 3], FUND, ["411402", 4, 5, 6]]
        assert [found.rows for found in finder.find(sheet(*rows))] == [(1, 3)]

    def test_the_title_and_the_signature_repeated_on_every_page_as_well(self, finder):
        title, signed = ["2020年12月医保基金运行月报表"], ["填报人:甲"]
        first = [title, FUND, ["411403", 1, 2, 3], signed]
        second = [["第2页"], title, FUND, ["411402", 4, 5, 6], signed]
        (found,) = finder.find(sheet(*first, *second))
        assert found.rows == (2, 7)

    def test_the_same_header_under_another_months_title_is_another_table(self, finder):
        first = [["2020年11月医保基金运行月报表"], FUND, ["411403", 1, 2, 3]]
        second = [["2020年12月医保基金运行月报表"], FUND, ["411403", 4, 5, 6]]
        found = finder.find(sheet(*first, *second))
        assert [each.rows for each in found] == [(2,), (5,)]

    def test_hundreds_of_pages_are_one_table(self, finder):
        rows = [row for page in range(500) for row in (FUND, ["411403", page, 2, 3])]
        (found,) = finder.find(sheet(*rows))
        assert len(found.rows) == 500

    def test_a_sheet_of_words_is_no_table(self, finder):
        page = sheet(["填表说明"], ["1. 基金收入指……", "按月填报"], ["2. 单位", "万元"])
        assert finder.find(page) == []
        assert has_data(page)
        assert not has_data(sheet(["说明"]))


def test_the_builder_writes_two_levels_where_headers_share_a_beginning():
    assert levels(["高血压应签人数", "高血压已签人数", "备注"]) == [
        ("高血压", "应签人数"),
        ("高血压", "已签人数"),
        ("备注",),
    ]
