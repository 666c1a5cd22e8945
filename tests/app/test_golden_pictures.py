"""The core pages look as they did when somebody last looked at them and found them good.

After a wanted change: python -m tests.pictures --golden, look at the pictures, commit them.
"""

import io

import pytest
from PIL import Image, ImageDraw

from tests import browser as browsers
from tests import golden

pytestmark = pytest.mark.browser

# Other fonts and rendering move single letters; a lost card, table or colour moves whole cells.
TOLERANCE = 0.06


@pytest.fixture(scope="module")
def visitor(chromium, demo_server):
    with browsers.visit(chromium, demo_server.url, known=True) as seen:
        yield seen


@pytest.mark.parametrize("stem", golden.PAGES)
def test_the_page_looks_as_it_did(visitor, stem):
    visitor.open(golden.PAGES[stem])
    kept, apart = Image.open(golden.file_of(stem)), 1.0
    for _ in range(5):  # charts are painted after the script has ended
        now = Image.open(io.BytesIO(visitor.page.screenshot()))
        if (apart := golden.difference(now, kept)) <= TOLERANCE:
            break
        visitor.page.wait_for_timeout(1_000)
    assert apart <= TOLERANCE


def test_a_page_without_its_cards_is_told_from_a_whole_one():
    whole = Image.open(golden.file_of("overview"))
    without = whole.copy()
    width, height = whole.size
    ImageDraw.Draw(without).rectangle((0, height // 4, width, height // 2), fill="white")
    assert golden.difference(without, whole) > TOLERANCE
