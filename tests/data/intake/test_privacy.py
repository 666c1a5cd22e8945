"""Personal data of a workbook is recognised by its header and its form."""

import pytest

from data.intake import privacy
from data.intake.read.workbook import Sheet


@pytest.mark.parametrize(
    "header", ["姓名", "患者姓名", "身份证号码", "联 系 电 话", "手机号", "户主"]
)
def test_headers_of_personal_columns(header):
    assert privacy.is_personal_header(header)


@pytest.mark.parametrize("header", ["填报人", "责任人", "户数", "联系户数", "名称"])
def test_headers_of_other_columns(header):
    assert not privacy.is_personal_header(header)


def test_an_id_number_kept_as_a_number_is_found_by_what_is_left_of_it():
    sheet = Sheet(name="", columns=([110105194912310000.0, 12.0, "11010519491231002X"],), height=3)
    assert privacy.id_cells(sheet) == [(0, 0), (2, 0)]
