"""Definitions of the wrong kind: a word where a list belongs, a number that is none, a rule that
is no condition. Whatever a file holds, it is loaded or refused with its place.
"""

import copy
import re
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import catalogue as catalogues
from data.catalogue import setting_kinds, word_lists
from data.catalogue.cross_rules import KINDS
from data.errors import CatalogueError
from data.intake.check.cross_rules import KINDS as DONE

ROOT = catalogues.PRODUCT.parents[1]
TABLE = "tables/T04.yaml"
TEAMS = "columns:\n  - name: teams\n    "
JUMP = "- {id: x, kind: jump, table: T04, columns: [teams], periods: 8, at_least: 4, share: 0.5, "
JUMP += "floor: 20, spread: 6, severity: 需说明, title: 突变}\n"
EXISTS = "- {id: x, kind: exists, table: T03, column: org_code, severity: 错误, title: 代码, "


def loaded(folder, name, text):
    path = folder / "catalogue" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return catalogues.load(folder)


MISTAKES = {
    "one alias without brackets": (TABLE, f"{TEAMS}aliases: 团队\n", "第 3 行", "方括号"),
    "an empty alias": (TABLE, f"{TEAMS}aliases: ['']\n", "第 3 行", "词的清单"),
    "a header of several words": (TABLE, f"{TEAMS}header: [甲, 乙]\n", "第 3 行", "不能是清单"),
    "a header that YAML takes for yes": (TABLE, f"{TEAMS}header: yes\n", "第 3 行", "加引号"),
    "checks that are no list": (
        TABLE,
        f"{TEAMS}checks: {{must: teams > 0, severity: 提示}}\n",
        "第 3 行",
        "清单",
    ),
    "a check that is a word": (TABLE, f"{TEAMS}checks: [teams > 0]\n", "第 3 行", "每一项"),
    "a check that is no condition": (
        TABLE,
        f"{TEAMS}checks:\n      - {{must: teams + 1, severity: 提示}}\n",
        "第 4 行",
        "应是一个条件",
    ),
    "a check that compares words with numbers": (
        TABLE,
        f"{TEAMS}checks:\n      - {{must: teams > remark, severity: 提示}}\n",
        "第 4 行",
        "不同种类",
    ),
    "rounds that no row is known by": (
        "tables/T17.yaml",
        "rounds: matched_people\n",
        "第 1 行",
        "编号",
    ),
    "rounds of what is no ledger": (TABLE, "rounds: village_code\n", "第 1 行", "编号"),
    "a level that files no extra row": (TABLE, f"{TEAMS}filed_at: city\n", "第 3 行", "county"),
    "another table's number": (TABLE, "id: T05\n", "第 1 行", "文件名"),
    "a setting in words": ("settings.yaml", "mask_below: 十\n", "第 1 行", "整数"),
    "half a setting": ("settings.yaml", "mask_below: 9.5\n", "第 1 行", "整数"),
    "a setting below nothing": ("settings.yaml", "mask_below: -1\n", "第 1 行", "不能小于 0"),
    "no mask without a reason": ("settings.yaml", "mask_below: 0\n", "第 1 行", "mask_reason"),
    "a part of no total": (
        TABLE,
        "columns:\n  - name: htn_due\n    part_of: nowhere\n",
        "第 3 行",
        "不是这张表的列",
    ),
    "one part kept back alone": (
        TABLE,
        "columns:\n  - name: elder_due\n    sensitive: all\n    part_of: sign_target_pop\n",
        "第 4 行",
        "至少要有两列",
    ),
    "one kind of row kept back alone": (
        "tables/T05.yaml",
        "sensitive_rows: \"disease_code = 'md29'\"\n",
        "第 1 行",
        "至少要有两种值",
    ),
    "a mask of nobody": ("settings.yaml", "mask_reason: ' '\nmask_below: 1\n", "第 2 行", "不遮蔽"),
    "a setting left empty": ("settings.yaml", "mask_below:\n", "第 1 行", "mask_below"),
    "a percentage with its sign": ("settings.yaml", "min_coverage: 90%\n", "第 1 行", "整数"),
    "more than all": ("settings.yaml", "min_coverage: 120\n", "第 1 行", "不能大于 100"),
    "an area nobody knows": ("settings.yaml", "default_area: 999999\n", "第 1 行", "999999"),
    "a name without words": ("settings.yaml", "programme_name: 扶贫\n", "第 1 行", "健康帮扶"),
    "no date": ("settings.yaml", "light_rule_date: 今天\n", "第 1 行", "今天"),
    "one amber without a list": ("settings.yaml", "light_amber: {unit: 人}\n", "第 1 行", "清单"),
    "an amber without a number": (
        "settings.yaml",
        "light_amber:\n  - {unit: 人, amber: {points: 五}}\n",
        "第 2 行",
        "不是数",
    ),
    "an amber of nothing": (
        "settings.yaml",
        "light_amber:\n  - {unit: 人, amber: none}\n",
        "第 2 行",
        "amber",
    ),
    "a limit of nothing": ("settings.yaml", "import:\n  max_file_mb: 0\n", "第 2 行", "小于 1"),
    "a limit nobody knows": ("settings.yaml", "import:\n  max_mb: 9\n", "第 2 行", "max_mb"),
    "a list of words nobody reads": ("words.yaml", "colours: {红: 红}\n", "第 1 行", "colours"),
    "words that are a list": ("words.yaml", "domains: [甲]\n", "第 1 行", "键: 值"),
    "words of another kind": ("words.yaml", "domains: {signing: [甲]}\n", "第 1 行", "清单"),
    "an era in words": (
        "words.yaml",
        "populations:\n  elder:\n    by_era: {2020前: 老人}\n",
        "第 3 行",
        "年代",
    ),
    "a population nobody named": ("words.yaml", "populations:\n  x: {}\n", "第 2 行", "name"),
    "a rule's key nobody reads": (
        "cross_checks.yaml",
        JUMP.replace("}", ", colour: red}"),
        "第 1 行",
        "colour",
    ),
    "a rule without its number": (
        "cross_checks.yaml",
        JUMP.replace("share: 0.5, ", ""),
        "第 1 行",
        "share",
    ),
    "a rule with a word for a number": (
        "cross_checks.yaml",
        JUMP.replace("periods: 8", "periods: 八"),
        "第 1 行",
        "periods",
    ),
    "a rule against an unknown table": (
        "cross_checks.yaml",
        EXISTS + "other: {table: T99, column: org_code}}\n",
        "第 1 行",
        "T99",
    ),
    "a rule against an unknown column": (
        "cross_checks.yaml",
        EXISTS + "other: {table: T20, column: orgcode}}\n",
        "第 1 行",
        "orgcode",
    ),
    "a rule whose condition is none": (
        "cross_checks.yaml",
        EXISTS + "other: {table: T20, column: org_code}, when: org_code}\n",
        "第 1 行",
        "应是一个条件",
    ),
    "parts of what may be more than the whole": (
        "indicators.yaml",
        "indicators:\n  inpatient_inpolicy_reimb_rate:\n    split: {inside: 甲, outside: 乙}\n",
        "第 3 行",
        "看不出包含分子",
    ),
    "parts of a count": (
        "indicators.yaml",
        "indicators:\n  blank_spots:\n    split: {inside: 甲, outside: 乙}\n",
        "第 3 行",
        "看不出包含分子",
    ),
    "one part of two": (
        "indicators.yaml",
        "indicators:\n  county_visit_rate:\n    split: {inside: 甲, outside: ''}\n",
        "第 3 行",
        "outside",
    ),
    "a part nobody knows": (
        "indicators.yaml",
        "indicators:\n  county_visit_rate:\n    split: {rest: 乙}\n",
        "第 3 行",
        "rest",
    ),
    "a sum of words": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    populations:\n      target:\n"
        "        numerator: {from: T04, sum: remark_of_team}\n",
        "第 5 行",
        "remark_of_team",
    ),
    "a sum that is a date": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    populations:\n      target:\n"
        "        numerator: {from: T04, sum: period_end}\n",
        "第 5 行",
        "应算出一个数",
    ),
    "a filter that is no condition": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    populations:\n      target:\n"
        "        numerator: {from: T04, sum: teams, where: teams}\n",
        "第 5 行",
        "应是一个条件",
    ),
    "a domain without a name": (
        "indicators.yaml",
        "indicators:\n  signing_rate: {domain: sports}\n",
        "第 2 行",
        "sports",
    ),
    "a population without a name": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    populations:\n      monks:\n"
        "        numerator: {from: T04, sum: teams}\n        denominator: none\n",
        "第 4 行",
        "monks",
    ),
    "facts without brackets": (
        "indicators.yaml",
        "indicators:\n  signing_rate: {facts: S000-001}\n",
        "第 2 行",
        "方括号",
    ),
    "a multiplier of nothing": (
        "indicators.yaml",
        "indicators:\n  signing_rate: {multiplier: 0}\n",
        "第 2 行",
        "小于 1",
    ),
    "an amber that is no number": (
        "indicators.yaml",
        "indicators:\n  signing_rate: {amber: {points: .nan}}\n",
        "第 2 行",
        "不是数",
    ),
    "a check of three thousand brackets": (
        TABLE,
        f"{TEAMS}checks:\n      - {{must: '{'(' * 3000}teams > 0{')' * 3000}', severity: 提示}}\n",
        "第 4 行",
        "太长",
    ),
    "a check of more brackets than can be followed": (
        TABLE,
        f"{TEAMS}checks:\n      - {{must: '{'(' * 900}teams > 0{')' * 900}', severity: 提示}}\n",
        "第 4 行",
        "括号",
    ),
    "a column whose name is no name": (
        TABLE,
        "columns:\n  - name: ../../x\n    type: int\n",
        "第 2 行",
        "不能作代号",
    ),
    "a table whose name is no name": (
        "tables/T 30.yaml",
        "title: 甲\nid: T 30\n",
        "第 2 行",
        "不能作代号",
    ),
    "an indicator whose name is no name": (
        "indicators.yaml",
        "version: 1\nindicators:\n  ../../x:\n    name: 甲\n",
        "第 3 行",
        "不能作代号",
    ),
    "a population whose name is no name": (
        "words.yaml",
        "populations:\n  a b:\n    name: 甲\n",
        "第 2 行",
        "不能作代号",
    ),
    "four hundred decimals": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    decimals: 400\n",
        "第 3 行",
        "不能大于 4",
    ),
    "more than all must have filed": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    min_coverage: 101\n",
        "第 3 行",
        "不能大于 100",
    ),
    "an amber beyond all numbers": (
        "indicators.yaml",
        "indicators:\n  signing_rate:\n    amber: {points: 1e30}\n",
        "第 3 行",
        "不能大于",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_definition_of_the_wrong_kind_is_refused_with_file_line_and_what_to_do(tmp_path, mistake):
    name, text, line, word = MISTAKES[mistake]
    with pytest.raises(CatalogueError) as caught:
        loaded(tmp_path, name, text)
    message = str(caught.value)
    assert name in message and line in message and word in message, message
    assert "\n" not in message


def test_an_own_rule_and_an_own_check_of_the_right_kind_are_taken(tmp_path):
    assert any(
        rule["id"] == "x" for rule in loaded(tmp_path, "cross_checks.yaml", JUMP).cross_checks
    )
    taken = loaded(
        tmp_path, TABLE, f"{TEAMS}checks:\n      - {{must: teams < 99, severity: 提示}}\n"
    )
    assert [check.must.text for check in taken.tables["T04"].column("teams").checks] == [
        "teams < 99"
    ]


def test_a_lower_coverage_in_the_settings_holds_for_indicators_that_name_none(tmp_path):
    own = "indicators:\n  signing_rate: {min_coverage: 75}\n"
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "indicators.yaml").write_text(own, "utf-8")
    indicators = loaded(tmp_path, "settings.yaml", "min_coverage: 60\n").indicators
    assert indicators["signing_rate"].min_coverage == 75
    assert {item.min_coverage for item in indicators.values()} == {60, 75}
    assert {item.min_coverage for item in catalogues.load().indicators.values()} == {90}


def test_the_products_own_definitions_stand_what_a_stores_must(tmp_path):
    shutil.copytree(catalogues.PRODUCT / "tables", tmp_path / "catalogue" / "tables")
    for name in ("indicators.yaml", "cross_checks.yaml", "settings.yaml", "words.yaml"):
        shutil.copy(catalogues.PRODUCT / name, tmp_path / "catalogue")
    assert catalogues.load(tmp_path).sha == catalogues.load().sha


def test_a_store_whose_folder_is_called_data_is_looked_through_like_any_other(tmp_path):
    with pytest.raises(CatalogueError, match="应是一个条件"):
        loaded(tmp_path / "data", TABLE, MISTAKES["a check that is no condition"][1])


def test_every_setting_and_every_list_of_words_is_read_by_the_program():
    defined = {
        key
        for name in ("settings.yaml", "words.yaml")
        for key in yaml.safe_load((catalogues.PRODUCT / name).read_text("utf-8"))
    }
    kinds = {Path(module.__file__) for module in (setting_kinds, word_lists)}
    code = "\n".join(
        path.read_text("utf-8")
        for room in ("data", "queries", "pages")
        for path in (ROOT / room).rglob("*.py")
        if path not in kinds
    )
    assert not {key for key in defined if f'"{key}"' not in code}


def test_every_kind_of_rule_that_may_be_written_is_done():
    assert KINDS.keys() == DONE.keys()


# -- whatever a file holds ---------------------------------------------------------------------

FILES = {
    path.relative_to(catalogues.PRODUCT).as_posix(): yaml.safe_load(path.read_text("utf-8"))
    for path in (
        *(catalogues.PRODUCT / name for name in ("settings.yaml", "words.yaml")),
        *(catalogues.PRODUCT / name for name in ("cross_checks.yaml", "indicators.yaml")),
        *sorted((catalogues.PRODUCT / "tables").glob("*.yaml")),
    )
}
ODD = [None, 5, -1, 2.5, 10**30, True, "", "甲", "x >= 'a", "2020-13-40", "'", float("nan")]
ODD += [[], ["a"], [None], [[1]], {}, {"a": 1}, {1: 2}, {"must": 1}, {"..": None}]


def places(value, before=()):
    """Every path in a file below its top."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in inside:
        yield (*before, key)
        if isinstance(below, dict | list):
            yield from places(below, (*before, key))


SPOTS = {name: list(places(content)) for name, content in FILES.items()}


@given(st.sampled_from(sorted(SPOTS)), st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_stands_in_a_definition_it_is_taken_or_refused_with_its_line(tmp_path, name, data):
    *path, last = data.draw(st.sampled_from(SPOTS[name]))
    changed = copy.deepcopy(FILES[name])
    at = changed
    for key in path:
        at = at[key]
    at[last] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    text = yaml.safe_dump(changed, allow_unicode=True)
    try:
        loaded(tmp_path, name, text)
    except CatalogueError as refused:
        assert re.search(r"\.yaml( 第 \d+ 行)?：", str(refused)), refused
    finally:
        (tmp_path / "catalogue" / name).unlink()
