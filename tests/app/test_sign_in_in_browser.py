"""Signing in as a person does: by keyboard, on a phone, to the page that was asked for."""

import os
import shutil

import pytest

from data.people import accounts
from tests import browser as browsers

pytestmark = pytest.mark.browser

NEW = "correct horse 电池"


def test_a_person_signs_in_by_keyboard_and_is_shown_out_when_his_account_ends(
    chromium, demo_store, tmp_path
):
    own_log = shutil.ignore_patterns("log")
    store = shutil.copytree(demo_store, tmp_path / "store", copy_function=os.link, ignore=own_log)
    once = accounts.add(store, "张三", role="领导", area="411403")
    server = browsers.start(store, tmp_path / "log.txt")
    assert "key=" not in server.log.read_text("utf-8")
    try:
        with browsers.visit(chromium, server.url, width=390, height=844) as visit:
            page = visit.page
            page.goto(f"{server.url}/signing?period=2020-W50")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            for words in ("张三", "Tab", once, "Enter"):
                press(page, words)
            page.get_by_label("原密码").wait_for()
            for words in (once, "Tab", NEW, "Tab", NEW, "Enter"):
                press(page, words)
            page.get_by_role("heading", name="签约服务", exact=True).wait_for(timeout=60_000)
            visit.settled()
            assert "睢阳区" in visit.text() and "2020年第50周" in visit.text()
            assert "张三（退出）" in visit.text()
            assert visit.faults() == [], visit.faults()
            accounts.disable(store, "张三")
            page.get_by_role("heading", name="登录", exact=True).wait_for(timeout=20_000)
    finally:
        server.stop()


def press(page, words):
    if words in ("Tab", "Enter"):
        page.keyboard.press(words)
    else:
        page.keyboard.type(words)
