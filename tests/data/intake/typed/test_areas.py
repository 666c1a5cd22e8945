"""Areas by code and by name: shortened names, filing units, contradictions."""

import polars as pl
import pytest

from data.intake.typed.areas import AreaNames
from tests.data.intake.build import GUOCUN, SONGJI, small_catalogue


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    catalogue = small_catalogue(tmp_path_factory.mktemp("areas"), [("411403105200", "张家庄")])
    return AreaNames(catalogue.areas, catalogue.aliases)


def texts(*values):
    return pl.Series(values, dtype=pl.String)


def by_name(register, *names, **how):
    return register.resolve(texts(*[None] * len(names)), texts(*names), **how)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("宋集镇卫生院", SONGJI),
        ("宋集卫生院", SONGJI),
        ("郭村镇中心卫生院", GUOCUN),
        ("睢阳区卫生健康委员会", "411403"),
        ("睢阳区卫健委", "411403"),
        ("商丘市睢阳区卫健委", "411403"),
        ("商丘市卫健委", "411400"),
        ("睢县人民医院", "411422"),
        ("某单位", None),
    ],
)
def test_the_area_of_a_filing_unit(register, name, code):
    assert register.unit(name) == code


def test_the_title_settles_a_common_unit_name(register):
    assert register.unit("城关卫生院") is None
    assert register.unit("城关卫生院", "睢阳区2020年第51周报表") == "411403111"


@pytest.mark.parametrize(
    "name", ["张庄村委会", "张庄村", "张庄", "张 庄", "张家庄", "宋集镇张庄村委会"]
)
def test_ways_to_write_a_village(register, name):
    resolved = by_name(register, name, scope=SONGJI, levels=("village",))
    assert resolved.codes.to_list() == ["411403105200"]
    assert resolved.problems == []


def test_a_village_and_a_neighbourhood_of_one_name_are_told_apart_by_their_kind(register):
    resolved = by_name(register, "前进村", "前进社区", scope=SONGJI, levels=("village",))
    assert resolved.codes.to_list() == ["411403105202", "411403105001"]


def test_the_bare_name_of_both_is_ambiguous(register):
    (problem,) = by_name(register, "前进", scope=SONGJI, levels=("village",)).problems
    assert problem.rule == "area.ambiguous"


def test_a_name_is_only_looked_for_inside_the_filing_unit(register):
    resolved = by_name(register, "王营村", scope=SONGJI, levels=("village",))
    assert resolved.codes.to_list() == [None]
    assert resolved.problems[0].rule == "area.unknown"


def test_a_code_wins_over_a_name_that_fits_it(register):
    resolved = register.resolve(texts("411403105200"), texts("张庄村"))
    assert (resolved.codes.to_list(), resolved.problems) == (["411403105200"], [])


def test_a_name_that_contradicts_the_code_is_told_with_the_right_name(register):
    resolved = register.resolve(texts("411403105200"), texts("李楼"))
    assert [problem.rule for problem in resolved.problems] == ["area.mismatch"]
    assert "张庄村委会" in resolved.problems[0].expected


def test_an_institution_beside_its_areas_code_is_no_contradiction(register):
    codes, names = texts("411403", SONGJI), texts("睢阳区第三人民医院", "李楼村")
    resolved = register.resolve(codes, names, strict=False)
    assert [(p.row, p.rule) for p in resolved.problems] == [(1, "area.mismatch")]


def test_rows_keep_their_order_and_their_number(register):
    codes = texts("411403105200", None, "999999", None)
    names = texts(None, "李楼", None, None)
    resolved = register.resolve(codes, names, scope=SONGJI, levels=("village",))
    assert resolved.codes.to_list() == ["411403105200", "411403105201", None, None]
    assert [(p.row, p.rule) for p in resolved.problems] == [(2, "area.unknown"), (3, "area.empty")]


@pytest.mark.parametrize("code", ["540422", "540422001", "540422001200"])
def test_a_code_of_a_county_of_the_past_is_told_what_it_became(register, code):
    (problem,) = register.resolve(texts(code), texts(None)).problems
    assert (
        problem.expected
        == "区划表中的代码；540422 米林县只到 2022 年，现在是 540481 米林市。请写 540481"
    )
