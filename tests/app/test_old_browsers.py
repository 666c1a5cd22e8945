"""A browser that cannot read the pages' scripts shows a Chinese page that says so."""

import pytest

from pages.api.old_browsers import NOTICE

pytestmark = pytest.mark.browser
PAGE = f"<html><body><div id='root'>看板</div>{NOTICE}</body></html>"


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_a_new_browser_shows_the_dashboard_and_no_notice(page):
    page.set_content(PAGE)
    assert page.locator("#root").is_visible()
    assert not page.locator("#too-old").is_visible()


def test_a_browser_that_stops_at_the_new_words_is_told_which_ones_will_do(page):
    # Words that no browser knows yet stand for those that an old one does not know.
    page.set_content(PAGE.replace("class { static { } }", "class { surely { } }"))
    assert not page.locator("#root").is_visible()
    said = page.locator("#too-old").inner_text()
    assert "浏览器版本太旧" in said
    assert "Chromium 94 或更高" in said
    assert f"Chromium {page.context.browser.version.partition('.')[0]} 内核" in said
