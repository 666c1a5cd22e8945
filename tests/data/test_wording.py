"""Sentences over the values of rows, whatever pieces the frame is made of."""

from decimal import Decimal

import polars as pl

from data.wording import filled


def test_every_value_stands_in_its_place_and_an_empty_one_leaves_no_sentence():
    frame = pl.DataFrame({"n": [1, None], "d": [Decimal("2.50"), Decimal(1)], "s": ["甲", "乙"]})
    said = frame.select(filled("合计 {}，{} 为 {}。", "n", "s", pl.col("d")))
    assert said.to_series().to_list() == ["合计 1，甲 为 2.50。", None]


def test_a_frame_of_several_of_which_some_were_filtered_to_nothing():
    frame = pl.concat([pl.DataFrame({"n": [1, 2]}) for _ in range(3)], rechunk=False)
    kept = frame.filter(pl.Series([False, False, True, True, False, True]))
    assert kept.select(filled("第{}行", "n")).to_series().to_list() == ["第1行", "第2行", "第2行"]
