"""Changed values as a table on the screen."""

from typing import TextIO

import polars as pl

from data import console
from data.filed.changes import POINTS


def print_values(values: pl.DataFrame, *, file: TextIO | None = None, most: int = 0) -> None:
    """Changed values, all of them or the first so many."""
    if not values.height:
        return
    print(f"\n改动的填报数（{values.height} 个）：", file=file)
    lines = [
        (
            line["table"].partition(" ")[0],
            f"{line['area']} {line['key']}".strip(),
            line["period"],
            f"{line['header']}({line['unit']})" if line["unit"] else line["header"],
            "*" if line["masked"] else line["before"],
            "*" if line["masked"] else line["after"],
            signed(line["difference"]),
        )
        for line in (values.head(most) if most else values).to_dicts()
    ]
    heads = ("报表", "对象", "报告期", "列", "原值", "新值", "差")
    console.print_table(heads, lines, file=file)
    if len(lines) < values.height:
        print(f"另有 {values.height - len(lines)} 个没有列出。", file=file)


def signed(difference: float | None, unit: str = "") -> str | None:
    """A difference with its sign, in its unit."""
    if difference is None:
        return None
    if unit == POINTS:
        return f"{difference:+.2f} {unit}"
    text = f"{difference:+.4f}".rstrip("0").rstrip(".")
    return f"{text} {unit}".rstrip()
