"""What codes of counties meant in which year, and what became of them."""

import polars as pl
import pytest

from data.catalogue import county_names
from data.errors import UsageError


def test_the_shipped_table_follows_every_change_to_a_row_of_its_own():
    table = county_names.table()
    assert table.height == 7_076 and county_names.FILE.stat().st_size < 2**20
    following = table.filter(pl.col("successors").is_not_null()).select(
        code="successors", listed_from=pl.col("listed_to") + 1
    )
    assert following.join(table, on=["code", "listed_from"], how="anti").is_empty()
    assert table.select("code", "listed_from").is_duplicated().any() is False
    assert table["source"].null_count() == 0


def test_a_code_means_what_it_meant_in_that_year():
    assert county_names.became_since("340104", 2002) == ""
    assert "340104 西市区只到 2001 年" in county_names.became_since("340104", 2001)
    assert "现在是 540481 米林市" in county_names.became_since("540422", 2022)
    with pytest.raises(UsageError, match="2023 年末的名单上没有代码 653228"):
        county_names.became_since("653228", 2023)
