"""The strip of dots: who stands further right, and what is not drawn."""

import re
from base64 import b64decode

from pages.charts.indicators.peer_strip import peer_strip
from pages.theme import tokens


def drawn(*peers, **more):
    html = peer_strip(peers, label="东县", **more)
    return b64decode(html.partition("base64,")[2].partition('"')[0]).decode()


def dots(picture, colour):
    circles = re.findall(r'cx="([\d.]+)"[^>]*fill="([^"]+)"', picture)
    return [float(x) for x, fill in circles if fill == colour]


def test_the_better_stands_further_right_whichever_way_is_better():
    high, low = (dots(drawn(80, 90, own=85, lower_is_better=each), tokens.AXIS)
                 for each in (False, True))  # fmt: skip
    assert high == low[::-1] == sorted(high)


def test_the_area_itself_stands_in_the_middle_of_its_two_peers():
    picture = drawn(80, 90, own=85)
    assert dots(picture, tokens.BLUE) == [sum(dots(picture, tokens.AXIS)) / 2]


def test_a_target_out_of_reach_is_on_the_strip_too():
    assert "stroke-dasharray" in drawn(80, 90, own=85, target=100)
    assert dots(drawn(80, 90, own=85, target=100), tokens.AXIS) < dots(
        drawn(80, 90, own=85), tokens.AXIS
    )


def test_figures_that_are_all_alike_stand_in_the_middle():
    picture = drawn(100, 100, own=100)
    assert set(dots(picture, tokens.AXIS)) == set(dots(picture, tokens.BLUE)) == {110.0}


def test_a_single_figure_has_no_place():
    assert peer_strip([], own=85, label="东县") == ""
    assert peer_strip([80, 90], own=None, label="东县")
