"""Areas change on a day: what is written, what follows, who wrote why, and the way back."""

from datetime import date, datetime

import pytest

from data import catalogue as catalogues
from data.areas import changes_made
from data.areas.change import ENDED, MERGED, NEW, RENAMED, SPLIT, Change
from data.areas.following import follows
from data.errors import CatalogueError, UsageError
from data.forms import templates
from tests.data.small_world import EAST, WEST, open_world

A, B, C, D = "990101001", "990101002", "990101008", "990101009"
DAY, BEFORE = date(2021, 1, 1), date(2020, 12, 31)
NOW = datetime(2021, 1, 5, 9)
OWED = ("T04,990100,township,2019-01-01,,1", "T15,990101,township,2019-01-01,,1")
MERGE = Change(MERGED, DAY, (A, B), {B: ""})
SET_UP = Change(NEW, DAY, (), {D: "新镇"}, parent=EAST)


@pytest.fixture
def store(tmp_path):
    return open_world(tmp_path, obligations=OWED)[0].path


def text(store, name="areas.csv"):
    return (store / "catalogue" / name).read_text("utf-8")


def make(store, change, reason="试民函〔2020〕1号"):
    return changes_made.make(store, change, who="王", reason=reason, now=NOW)


def back(store, number, reason="写错了"):
    changes_made.take_back(store, number, who="王", reason=reason, now=NOW)


def row(store, code):
    return catalogues.load(store).register.row(code)


def duties(found):
    return found.owed.select("unit_code", "tables", "is_new", "since", "until").rows()


def test_of_merged_townships_those_that_go_file_until_the_day_before(store):
    found = follows(store, MERGE)
    assert found.rows.select("area_code", "will").rows() == [(A, "停用 2020-12-31，归到 乙镇")]
    assert duties(found) == [(A, "T04、T15", False, date(2019, 1, 1), BEFORE)]
    (said,) = found.compared
    assert said.startswith(f"从 2021-01-01 起，乙镇（{B}）") and "之和比" in said


def test_what_follows_is_told_without_a_change(store):
    before = text(store)
    follows(store, MERGE)
    assert text(store) == before
    assert not (store / "catalogue" / "area_changes.csv").exists()


def test_a_new_code_takes_the_duties_of_the_old_one(store):
    found = follows(store, Change(MERGED, DAY, (A,), {D: "甲镇"}))
    assert duties(found) == [
        (A, "T04、T15", False, date(2019, 1, 1), BEFORE),
        (D, "T04、T15", True, DAY, None),
    ]
    assert found.rows["was"].to_list() == ["", None]


def test_a_new_township_owes_from_its_day(store):
    assert duties(follows(store, SET_UP)) == [(D, "T04、T15", True, DAY, None)]


def test_a_new_name_changes_nobodys_duty(store):
    found = follows(store, Change(RENAMED, DAY, (A,), {A: "甲新镇"}))
    assert found.owed.is_empty() and "名称不分时期" in found.compared[0]
    assert found.rows["was"].item() == "名称 甲镇"


def test_an_abolished_township_takes_its_villages_with_it(store):
    make(store, Change(ENDED, DAY, (A,)))
    assert row(store, A)["valid_to"] == row(store, A + "200")["valid_to"] == BEFORE


def test_the_villages_of_a_split_township_lie_where_it_is_said(store):
    parts = {C: "东甲镇", D: "西甲镇"}
    half = Change(SPLIT, DAY, (A,), parts, villages={A + "200": C})
    assert follows(store, half).remains == [f"甲镇（{A}） 有 1 个下级没有写明归到哪一个：201村。"]
    make(store, Change(SPLIT, DAY, (A,), parts, villages={A + "200": C, A + "201": D}))
    assert row(store, A)["successors"] == f"{C};{D}"
    assert [row(store, A + each)["township_code"] for each in ("200", "201")] == [C, D]


def test_definitions_that_name_an_area_that_goes_are_told(store):
    found = follows(store, Change(MERGED, DAY, (EAST,), {WEST: ""}))
    assert found.remains[0].startswith(f"报送任务里有 1 行写的是 东县（{EAST}）")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change(NEW, DAY, (), {A: "丙镇"}, parent=EAST), f"代码 {A} 已是「甲镇」"),
        (Change(NEW, DAY, (), {"99010100": "丙镇"}, parent=EAST), "不是 6、9 或 12 位数字"),
        (Change(NEW, DAY, (), {D: ""}, parent=EAST), "没有写名称"),
        (Change(MERGED, DAY, (A,), {A: ""}), "就是它自己"),
        (Change(SPLIT, DAY, (A,), {D: "东甲镇"}), "至少两个"),
        (Change(ENDED, DAY), "请选是哪个区划"),
        (Change(ENDED, DAY, (D,)), f"区划 {D} 没有登记"),
    ],
)
def test_a_change_that_lacks_something_is_refused(store, change, told):
    with pytest.raises(UsageError, match=told):
        follows(store, change)


def test_a_change_that_the_register_does_not_allow_is_refused_with_its_row(store):
    before = text(store)
    with pytest.raises(CatalogueError, match="归入的代码 990102 不是同一层级"):
        make(store, Change(MERGED, DAY, (A,), {WEST: ""}))
    assert text(store) == before


def test_the_reason_stands_beside_the_rows_as_they_were(store):
    make(store, MERGE)
    assert text(store, "area_changes.csv").splitlines() == [
        "number,time,who,change,day,reason,"
        "area_code,name,level,parent_code,kind,valid_from,valid_to,successors",
        f"1,2021-01-05T09:00:00,王,合并,2021-01-01,试民函〔2020〕1号,{A},甲镇,township,{EAST},,,,",
    ]


@pytest.mark.parametrize(
    ("reason", "told"), [(" ", "还没有写依据"), ("电话 13800138000", "身份证号或手机号")]
)
def test_a_change_needs_a_reason_that_names_nobody(store, reason, told):
    with pytest.raises(UsageError, match=told):
        make(store, MERGE, reason)


def test_every_change_can_be_taken_back(store):
    before = catalogues.load(store).areas
    numbers = [make(store, MERGE), make(store, SET_UP)]
    assert numbers == [1, 2] and row(store, D)
    for number in reversed(numbers):
        back(store, number)
    assert catalogues.load(store).areas.equals(before)
    assert changes_made.made(store)["is_taken_back"].to_list() == [True, True]
    with pytest.raises(UsageError, match="没有第 1 次变动，或已经撤回"):
        back(store, 1)


def test_an_earlier_change_is_taken_back_alone_unless_a_later_one_wrote_the_same_rows(store):
    make(store, MERGE)
    make(store, Change(RENAMED, DAY, (A,), {A: "甲新镇"}))
    make(store, SET_UP)
    with pytest.raises(UsageError, match="第 2 次变动改过同一个区划"):
        back(store, 1)
    back(store, 2)
    back(store, 1)
    assert row(store, A)["name"] == "甲镇" and row(store, D)


def test_blank_forms_follow_a_change_at_once(tmp_path):
    store, _ = open_world(tmp_path, obligations=OWED)
    make(store.path, SET_UP)
    assert "新镇" in templates.make(store, "T15", D, "2021-W01").name
    with pytest.raises(UsageError):
        templates.make(store, "T15", D, "2020-W50")
