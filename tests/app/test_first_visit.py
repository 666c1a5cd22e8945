"""A first visit is light, still and Chinese from the first frame on."""

import re
import time

import pytest

from tests import browser as browsers
from tests.first_sight import watched

pytestmark = pytest.mark.browser

# Names and letters of Chinese offices; what the page itself shows is looked at page by page.
ALLOWED = {"data", "frykit"}


@pytest.fixture
def visit(chromium, demo_server):
    with browsers.visit(chromium, demo_server.url) as seen:
        yield seen


def test_a_first_visit_is_light_and_nothing_jumps_or_is_english_for_a_moment(visit):
    seen = watched(visit, "/village_clinics")  # charts, a map and a long list: the most on one page
    assert 1_000_000 < seen.transferred <= 3_500_000
    assert seen.shift < 0.1
    assert seen.words <= ALLOWED
    visit.choose("区划", "睢阳区(")
    assert visit.page.evaluate("sight.shift") < 0.1  # loading and the new choice together
    visit.page.evaluate("document.querySelector('.stMainBlockContainer').style.padding = '400px'")
    visit.page.wait_for_function("sight.shift > 0.1")  # what jumps is seen


@pytest.mark.parametrize("late", [0, 5])
def test_nothing_jumps_when_all_answers_are_there_and_scripts_come_late(visit, late):
    def hold(script):
        time.sleep(0 if held else late)  # the others stand behind the first
        held.append(script)
        script.continue_()

    held = []
    visit.page.route(re.compile(r"/static/js/(Html|Selectbox|ButtonGroup)\."), hold)
    assert watched(visit, "/village_clinics").shift < 0.1
    assert held


def test_rules_for_what_is_not_there_yet_rest_while_a_page_stands_and_wake_for_the_next(visit):
    watched(visit, "/")
    visit.page.wait_for_function("document.getElementById('arriving').media === 'not all'")
    visit.page.evaluate(
        """() => {
            const rules = document.getElementById('arriving');
            window.turns = [];
            new MutationObserver(() => turns.push(rules.media))
                .observe(rules, {attributeFilter: ['media']});
        }"""
    )
    visit.choose("区划", "睢阳区(")
    assert visit.page.evaluate("turns") == []  # another area brings no new kind of control
    visit.page.get_by_role("link", name="村卫生室标准化").first.click()
    visit.page.wait_for_function("turns.length === 2")
    assert visit.page.evaluate("turns") == ["all", "not all"]
    visit.page.go_back()
    visit.page.wait_for_function("turns[2] === 'all'")


def test_a_click_lays_the_rules_to_rest_so_that_what_is_read_does_not_vanish_again(visit):
    watched(visit, "/")
    after_a_click = """skeletons => {
        const rules = document.getElementById('arriving');
        rules.media = 'all';
        document.body.insertAdjacentHTML('beforeend', skeletons);
        document.body.click();
        document.body.lastElementChild.dataset.testid = 'gone';
        return rules.media;
    }"""
    assert visit.page.evaluate(after_a_click, "<div></div>") == "not all"
    still_arriving = "<div data-testid='stSkeleton'></div>"
    assert visit.page.evaluate(after_a_click, still_arriving) == "all"
