"""What the definitions keep from people, so that no total shown gives it away."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from data.catalogue.files import Entry
from data.catalogue.formulas import condition
from data.catalogue.model import Column


def with_sensitive_rows(
    table: Entry, key: Sequence[str], columns: tuple[Column, ...]
) -> tuple[Column, ...]:
    """The columns of a table, all but its key sensitive in the rows that are not to be listed.

    raises CatalogueError where the rows are of one kind only: what the table adds up to, less the
    rows that are listed, is that kind.
    """
    if not table.values.get("sensitive_rows"):
        return columns
    types = {column.name: column.dtype for column in columns}
    rule = condition(table, "sensitive_rows", types)
    kinds = [each for each in columns if each.name in key and each.values]
    named = [each for each in kinds if each.name in rule.columns]
    if not table.place.checked:
        if len(named) != 1 or len(rule.columns) != 1:
            raise table.at("sensitive_rows").fail(
                "「sensitive_rows」应只看自然键里写了 values 的一列"
                f"（{'、'.join(each.name for each in kinds) or '这张表没有'}）。"
            )
        values = pl.Series(named[0].name, named[0].values)
        if values.to_frame().select(rule.polars()).to_series().sum() < 2:
            raise table.at("sensitive_rows").fail(
                "「sensitive_rows」至少要有两种值：只有一种，从合计减去列出的行就得出它。"
                "请再写一种常见的一同不列。"
            )
    return tuple(
        column if column.name in key else replace(column, sensitive=rule.text) for column in columns
    )


def refuse_lone_parts(table: Entry, columns: Sequence[Column]) -> None:
    """Refuse a total with one sensitive part: the others taken off, it is what is left.

    raises CatalogueError at the part.
    """
    parts: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        if column.part_of:
            parts[column.part_of].append(column)
    known = {column.name: column for column in columns}
    for whole, members in parts.items():
        place = table.entry(members[0].name).at("part_of")
        if whole not in known:
            raise place.fail(f"「part_of」里的「{whole}」不是这张表的列。")
        if len(members) == 1 or any(each.sensitive != "all" for each in members):
            raise place.fail(
                f"「{known[whole].header}」至少要有两列写 part_of: {whole}，而且都是"
                " sensitive: all：只有一列不显示，从合计减去其余各列就得出它。"
            )
