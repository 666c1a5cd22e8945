"""Short lists of sentences: eight are seen, the others are one key away."""

import polars as pl

from pages.components.readings import points
from tests.pages.components.reading_rows import reading


def listed(count):
    rows = [
        reading(reason="末位", severity=1, detail="", area_name=f"{number}县")
        for number in range(count)
    ]
    return points._listed(pl.DataFrame(rows, infer_schema_length=None))


def test_what_is_too_long_for_the_page_stands_behind_a_fold_that_counts_it():
    said = listed(11)
    shown, _, folded = said.partition("<details><summary>另有3项</summary>")
    assert shown.count("<li>") == 8
    assert folded.count("<li>") == 3 and "10县" in folded


def test_a_short_list_has_no_fold():
    assert "<details>" not in listed(8)
