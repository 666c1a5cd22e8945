"""Title and signature rows: labels with their values, and the units that figures are in."""

from datetime import date

import pytest

from data.intake.locate import surroundings
from data.intake.locate.surroundings import units_said
from data.intake.read.workbook import Sheet


def entries(*cells):
    sheet = Sheet(name="", columns=tuple([cell] for cell in cells), height=1)
    return {name: (e.value, e.column) for name, e in surroundings.read(sheet, [0]).entries.items()}


@pytest.mark.parametrize(
    "cells",
    [
        ("填报单位(盖章):宋集镇卫生院  填报日期:2020年12月21日  单位:人",),
        ("填报单位（盖章）：宋集镇卫生院", "填报日期：2020年12月21日", "单位：人"),
        ("填报单位:", "宋集镇卫生院", "填报日期:", "2020年12月21日"),
        ("填表单位:宋集镇卫生院(公章)", "", "填表日期: 2020年12月21日 单位:万元"),
        ("填报单位:宋集镇卫生院      2020年第51周", "填报日期:2020年12月21日"),
    ],
)
def test_unit_and_date_are_found(cells):
    found = entries(*cells)
    assert found["reporting_unit"][0] == "宋集镇卫生院"
    assert found["reported_on"][0] == "2020年12月21日"


def test_the_cell_of_a_value_is_the_cell_it_stands_in():
    found = entries("填报单位:", "宋集镇卫生院", "填报日期:2020-12-21")
    assert (found["reporting_unit"][1], found["reported_on"][1]) == (1, 2)


def test_a_date_cell_is_a_date():
    assert entries("填报日期:", date(2020, 12, 21))["reported_on"] == ("2020-12-21", 1)


def test_labels_left_blank_are_empty_not_the_next_label():
    found = entries("单位负责人(签字):      审核人:     填表人:李红   联系电话:0370-1234567")
    assert found["unit_head"][0] == ""
    assert found["filled_by"][0] == "李红"


def test_the_blank_date_of_a_form_is_empty():
    assert entries("填报日期:    年   月   日")["reported_on"][0] == ""


def test_a_title_is_no_entry():
    sheet = Sheet(name="", columns=(["2020年第51周家庭医生签约服务周报表"],), height=1)
    read = surroundings.read(sheet, [0])
    assert read.entries == {}
    assert [title.value for title in read.titles] == ["2020年第51周家庭医生签约服务周报表"]


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("单位（元）", ("元",)),
        ("（单位：元）", ("元",)),
        ("单位：人民币元", ("元",)),
        ("计量单位:人、人次、万元", ("人", "人次", "万元")),
        ("单位：人（金额单位：元）", ("人", "元")),
        ("金额均以元为单位", ("元",)),
        ("以万元计", ("万元",)),
        ("金额单位（人民币：元）", ("元",)),
        ("单位：RMB元", ("元",)),
        ("单位:￥万元", ("万元",)),
        ("注:2.金额单位均为千元。", ("千元",)),
        ("资金使用情况(元)", ("元",)),
        ("单位:宋集镇卫生院", ()),
        ("填报单位:元江县", ()),
        ("广元市、三元区、状元村", ()),
        ("公元2020年元旦,满200元、三百元", ()),
    ],
)
def test_what_is_stated(text, stated):
    assert units_said(text).stated == stated
    assert units_said(text).seen == ()


@pytest.mark.parametrize("text", ["精确到元", "币种:人民币元", "元,保留两位小数"])
def test_money_in_other_words_is_seen(text):
    assert units_said(text).seen == ("元",)
