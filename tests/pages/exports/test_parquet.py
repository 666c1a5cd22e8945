"""Parquet files: the table as it is, and what each column means."""

import json
from datetime import date

import polars as pl
import pyarrow.parquet as pq

from pages.exports import parquet
from pages.exports.sheets import FileColumn


def test_types_stay_and_every_column_says_what_it_is(tmp_path):
    table = pl.DataFrame(
        {"code": ["000005", "=1"], "people": [1, None], "on": [date(2020, 12, 20)] * 2, "x": [1, 2]}
    )
    columns = (
        FileColumn("code", "区划代码"),
        FileColumn("people", "帮扶对象(人)", "number", meaning="期末数"),
        FileColumn("on", "日期", "date"),
    )
    path = tmp_path / "made.parquet"
    parquet.write(path, table, columns, {"标题": "签约", "演示数据": "是"})
    found = pq.read_table(path)
    assert found.column_names == ["code", "people", "on"]
    assert pl.DataFrame(found).equals(table.drop("x"))
    field = found.schema.field("people")
    assert field.metadata[b"heading"].decode() == "帮扶对象(人)"
    assert field.metadata[b"description"].decode() == "期末数"
    assert found.schema.field("code").metadata[b"description"].decode() == "区划代码"
    assert json.loads(found.schema.metadata[b"about"]) == {"标题": "签约", "演示数据": "是"}
