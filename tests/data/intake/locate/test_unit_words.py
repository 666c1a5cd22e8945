"""Units that a text says its figures are in, and money that it only speaks of."""

import pytest

from data.intake.locate.surroundings import units_said


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
