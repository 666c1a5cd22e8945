"""What a chart says when it is handed a table it cannot draw."""

from collections.abc import Iterable

import polars as pl

from data.errors import ProductError


class ChartDataError(ProductError):
    """A table lacks a column that the chart needs."""


def need(table: pl.DataFrame, columns: Iterable[str], chart: str) -> None:
    """Raise ChartDataError naming the chart, the missing columns and those that are there."""
    if missing := sorted(set(columns) - set(table.columns)):
        raise ChartDataError(
            f"图表 {chart} 缺少列 {'、'.join(missing)}；现有列 {'、'.join(table.columns)}，"
            "请核对对应的查询。"
        )
