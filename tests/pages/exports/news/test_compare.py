"""What is news between two moments, and what is only seen by one of them."""

import polars as pl

from pages.exports.news.compare import Moment, compare

AREA = {"area_code": "990101", "level": "county"}
NOW, BEFORE = Moment(1, "2020-W51"), Moment(1, "2020-W50")


def read(light, *, masked=False):
    """The lights of one indicator at a moment."""
    return pl.DataFrame(
        {
            "indicator": ["should_sign_rate"],
            "population": ["tb"],
            "area_code": ["990101"],
            "light": [light],
            "printed": [None if masked else 90.0],
            "masked": [masked],
        }
    )


def turned(before, now):
    def ask(name, params, _snapshot):
        if name == "unreported":
            return pl.DataFrame(schema={"table_id": pl.String, "unit_code": pl.String})
        return now if params["period"] == NOW.period else before

    return compare(AREA, NOW, BEFORE, ask, {}).green.height


def test_a_light_that_turned_is_news():
    assert turned(read("滞后"), read("达标")) == 1
    assert turned(read("达标"), read("达标")) == 0


def test_a_figure_that_the_older_snapshot_keeps_back_has_not_turned():
    assert turned(read("已遮蔽", masked=True), read("达标")) == 0
