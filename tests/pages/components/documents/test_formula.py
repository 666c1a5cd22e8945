"""Formulas in the words of the forms."""

import re
from dataclasses import replace

import pytest

from data import catalogue as catalogues
from pages.components.documents import dictionary
from pages.components.documents.formula import formula, multiplied, sql


@pytest.fixture(scope="module")
def catalogue():
    return catalogues.load()


def said(catalogue, indicator, population=None):
    populations = catalogue.indicators[indicator].populations
    return formula(catalogue, populations[population or next(iter(populations))])


def test_a_rate_is_spoken_with_the_headings_of_its_form(catalogue):
    words = said(catalogue, "signing_rate")
    assert words.text == "已签约人数 ÷ 帮扶对象数"
    assert words.tables == ("家庭医生签约服务周报表(T04)",)
    assert multiplied(catalogue.indicators["signing_rate"]) == " × 100,单位:%"


def test_sums_stand_in_brackets_and_codes_have_their_names(catalogue):
    assert said(catalogue, "county_visit_rate").text.startswith("(县域内门急诊人次+")
    assert "慢病类别=高血压" in said(catalogue, "htn_std_mgmt_rate").text


def test_a_derived_view_is_traced_to_its_form(catalogue):
    words = said(catalogue, "village_clinic_standard_rate")
    assert words.tables == ("村卫生室达标台账(T07),按标准判定的卫生室",)
    assert "状态=达标" in words.numerator


def test_every_formula_is_free_of_column_names(catalogue):
    texts = [
        (indicator.id, formula(catalogue, population).text)
        for indicator in catalogue.indicators.values()
        for population in indicator.populations.values()
    ]
    assert [pair for pair in texts if re.search("[A-Za-z]{2,}", pair[1])] == []


def test_the_question_behind_a_part_can_be_run_as_it_stands(catalogue):
    measure = catalogue.indicators["htn_std_mgmt_rate"].populations["all"].numerator
    text = sql(measure)
    assert text.startswith("select county_code, period, sum(")
    assert "from t06" in text and "group by county_code, period" in text


def test_the_rule_of_the_light_is_the_indicators_own_or_the_settings(catalogue):
    said_ = {
        name: dictionary._amber(catalogue, catalogue.indicators[name])
        for name in ("signing_rate", "blank_spots")
    }
    assert said_["signing_rate"] == "差距超过5个百分点为滞后"
    assert said_["blank_spots"] in ("差距超过0个为滞后", "不亮灯")


def test_a_definition_that_nobody_read_in_a_document_says_so(catalogue):
    said_ = {
        marks: dictionary._evidence(replace(catalogue.indicators["signing_rate"], evidence=marks))
        for marks in (("N",), ("V1",), ("V1", "N"))
    }
    assert said_["N",].startswith("待核对")
    assert "待核对" not in said_["V1",]
    assert said_["V1", "N"].startswith("一部分对照过") and "其余待核对" in said_["V1", "N"]
