"""An indicator's parts where it has some: by disease, by kind of chronic disease, by source."""

from collections.abc import Mapping
from typing import Any

from pages.components.answer import Value, ask
from pages.components.html_table import Cell, Row, html_table, number
from pages.components.table_frame import table_frame
from pages.shell import runtime
from pages.theme import formats


def breakdown(params: Mapping[str, Value]) -> None:
    """Draw one row per value of the breakdown; nothing where the indicator has none.

    params  indicator, area, period, perhaps population, as indicator_dimension takes them.
    """
    indicator = runtime.indicator(str(params["indicator"]))
    if indicator.dimension is None:
        return
    words = (runtime.catalogue().words.get("dimensions") or {}).get(indicator.dimension) or {}
    names = {str(code): str(name) for code, name in (words.get("values") or {}).items()}
    answer = ask("indicator_dimension", **params)
    title = f"按{words.get('name', '分组')}"
    with table_frame(title, answer, key="breakdown", indicators=[indicator.id], dated=True):
        headers = [Cell(str(words.get("name", "分组")))]
        headers += [Cell("数值", style="number", sort=True), Cell("分子/分母", style="number")]
        rows = [_row(row, names, indicator.decimals) for row in answer.table.to_dicts()]
        html_table(headers, rows, tall=len(rows) > 12)


def _row(row: dict[str, Any], names: Mapping[str, str], decimals: int) -> Row:
    name = Cell(names.get(row["dimension"], row["dimension"]))
    if row["masked"]:
        return Row([name, number(formats.MASKED), number(formats.MASKED)])
    value = formats.value_text(row["printed"], row["unit"], decimals)
    top, bottom = formats.amount(row["numerator"]), row["denominator"]
    parts = top if bottom is None else f"{top}/{formats.amount(bottom)}"
    return Row([name, number(value, row["printed"]), number(parts)])
