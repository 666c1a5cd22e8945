"""The chart template: fonts, no tool bar, no request off the machine."""

from typing import Any

from pages.theme import plotly_template, tokens

LAYOUT: Any = plotly_template.TEMPLATE["layout"]


def test_every_chart_is_shown_without_english_tools_and_without_the_outside_map():
    config = plotly_template.CONFIG
    assert config["displayModeBar"] is False
    assert config["topojsonURL"].startswith("data:")
    assert config["topojsonURL"].endswith("#")


def test_the_chart_font_is_the_page_font():
    assert LAYOUT["font"]["family"] == tokens.FONT_FAMILY


def test_large_numbers_are_not_abbreviated_in_english():
    assert LAYOUT["yaxis"]["exponentformat"] == "none"
