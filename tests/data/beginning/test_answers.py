"""The answers as text, and what is said of wrong ones."""

from dataclasses import replace
from datetime import date

import pytest

from data import catalogue as catalogues
from data.beginning.answers import Aim, Duty, Person, from_yaml
from data.beginning.faults import every_fault
from data.errors import UsageError
from tests.data.beginning.county import ADOPTED, COUNTY, NOW, answers

TODAY = NOW.date()


def test_what_was_answered_is_read_again_from_its_own_text():
    assert from_yaml(answers().as_yaml()) == answers()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("unti: 某局", "不认识的键「unti」"),
        ("since: 2027-02-30", "日期"),
        ("duties: [T04]", "duties 应写成"),
        ("duties: {T04: {level: township, due_days: 两天}}", "T04 的期限应是整数天数"),
        ("people: 张三", "「people」应是清单"),
        ("unit: [", "第 1 行"),
    ],
)
def test_a_wrong_file_is_refused_in_words(text, told):
    with pytest.raises(UsageError, match=told):
        from_yaml(text)


def test_right_answers_have_no_fault():
    assert every_fault(answers(), catalogues.load(), TODAY) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"unit": ""}, "请写本单位的名称"),
        ({"unit": "局13812345678"}, "证件号或手机号"),
        ({"area": "999999"}, "「999999」不在登记中"),
        ({"since": None}, "请写从哪一天起报"),
        ({"since": date(2206, 11, 23)}, "离今天太远"),
        ({"counties": ("411403",)}, "睢阳区不在本单位的区划里"),
        ({"duties": {}}, "至少一张报表"),
        ({"duties": {"T99": Duty("county", 1)}}, "没有报表「T99」"),
        ({"duties": {"T04": Duty("city", 1)}}, "由谁报不能是「city」"),
        ({"duties": {"T04": Duty("township", 400)}}, "不能超过 60 天"),
        ({"targets": (ADOPTED, replace(ADOPTED, fact_id="S001A-029"))}, "只能采用一个"),
        ({"targets": (replace(ADOPTED, value="九成"),)}, "「九成」不是数"),
        ({"targets": (replace(ADOPTED, value="120"),)}, "不在 0 到 100 之间"),
        ({"targets": (replace(ADOPTED, document=""),)}, "没有写出自哪份文件"),
        ({"targets": (Aim("no_such", "target", "=", "1", "甲", ""),)}, "没有指标「no_such」"),
        ({"programme": "扶贫"}, "工作名称应为"),
        ({"population_word": ""}, "怎样称呼"),
        ({"people": (Person("李四", "分析"),)}, "至少要有一个不限区划的「管理」"),
        ({"people": (Person("李四", "管理", COUNTY),)}, "至少要有一个不限区划的「管理」"),
        ({"people": (Person("张三", "管理"), Person("张三", "分析"))}, "写了 2 次"),
        ({"people": (Person("张三", "局长"),)}, "角色应为"),
    ],
)
def test_a_wrong_answer_is_told_with_its_step(changes, told):
    assert told in "\n".join(every_fault(answers(**changes), catalogues.load(), TODAY))


def test_a_county_set_up_after_the_register_cannot_owe_by_townships_it_has_not():
    found = every_fault(answers(area="653228", counties=("653228",)), catalogues.load(), TODAY)
    assert any("在名录里没有乡镇" in fault for fault in found)
