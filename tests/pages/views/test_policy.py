"""The page 政策与资料: real papers beside the store's figures."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shell import navigation
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, value

FRAME = Path(navigation.__file__).with_name("frame.py")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HPA_STORE", str(tmp_path))
    entries = [entry for entry in navigation.ENTRIES if entry.stem == "policy"]
    monkeypatch.setattr(navigation, "ENTRIES", tuple(entries))
    return tiny.store(
        tmp_path,
        [value(area, "2020-W51", 90) for area in (CITY, EAST)],
        targets=[tiny.target(95), tiny.target(80, scope="", status="参考")],
        raw={"T04": [{"area_code": "991102001201", "period": "2020-W51"}]},
    )


def show(**address):
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    for key, given in address.items():
        at.query_params[key] = given
    return at.run()


def said(at):
    assert not at.exception
    assert not at.error
    blocks = (*at.warning, *at.info, *at.markdown, *at.caption, *at.header, *at.get("html"))
    return "\n".join(
        str(getattr(block, "value", "") or getattr(block.proto, "body", "")) for block in blocks
    )


def test_all_facts_are_listed_and_counted(store):
    text = said(show())
    assert "共 425 条" in text
    assert "无报表，只列原文" in text
    assert "99.69%" in text


def test_the_demo_notice_does_not_call_the_papers_invented(store):
    text = said(show())
    assert "本页数字全部是虚构的" not in text
    assert "真实资料" in text


def test_a_filter_narrows_the_list_and_stands_in_the_address(store):
    at = show()
    at.selectbox(key="kind_choice").select("target").run()
    assert "共 89 条" in said(at)
    assert at.query_params["kind"] in ("target", ["target"])
    at.text_input(key="search_choice").input("S001A-008").run()
    assert "共 1 条" in said(at)
    at.text_input(key="search_choice").input("没有这样的话").run()
    assert "没有符合条件的原文" in said(at)


def test_a_link_opens_what_it_names(store):
    assert "共 11 条" in said(show(subject="signing"))
    assert "共 1 条" in said(show(search="S001A-008"))


def test_a_wrong_link_is_said_and_the_page_still_stands(store):
    text = said(show(kind="luck"))
    assert "luck 不存在" in text
    assert "共 425 条" in text


def test_targets_stand_beside_the_value_and_a_reference_one_has_no_light(store):
    text = said(show(part="targets"))
    assert "不低于95%" in text
    assert text.count("▲ 预警") == 1
    assert "90.00%" in text
    assert "演示目标，虚构" in text


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("systems", "文件提到而没有报表的做法"),
        ("series", "全国村卫生室数,1985—2024年"),
        ("counties", "本系统有数据的县都不在832个县的名单上"),
    ],
)
def test_every_part_opens_by_its_link(store, part, words):
    assert words in said(show(part=part))


def test_the_published_and_the_listed_counts_stand_side_by_side(store):
    text = said(show(part="counties"))
    assert "2018年、2019年两种数对不上" in text
    assert "少1个" in text
    assert "多1个" in text


def test_a_series_is_chosen_by_the_address(store):
    text = said(show(part="series", series="township_hospitals"))
    assert "全国乡镇卫生院数,2017—2024年" in text
