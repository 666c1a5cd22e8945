"""Shares: rates whose whole is made of two parts, what is counted and the rest."""

import re
from collections.abc import Iterable, Mapping

from data.catalogue.expressions import Expression
from data.catalogue.files import Entry
from data.catalogue.model import Parts, Population, Table
from data.findings import ERROR

_SUM = re.compile(r"\w+(?: \+ \w+)*")


def parts_of(
    entry: Entry, populations: Iterable[Population], tables: Mapping[str, Table]
) -> Parts | None:
    """What the two parts of a share are called; None for a rate over a population.

    raises CatalogueError where the denominator is not the numerator and something more: its rest
    would be no part of anything.
    """
    if entry.values.get("split") in (None, "none"):
        return None
    split = entry.entry("split")
    split.only(("inside", "outside"))
    parts = Parts(split.text("inside"), split.text("outside"))
    if entry.place.checked:
        return parts
    for population in populations:
        if not _is_share(population, tables):
            raise entry.at("split").fail(
                f"人群「{population.id}」的分母看不出包含分子，不能按两部分看变化。"
                "分母应写成分子加上其余的列，或在报表里有「分子 <= 分母」的核对（错误）。"
            )
    return parts


def _is_share(population: Population, tables: Mapping[str, Table]) -> bool:
    """Whether the numerator lies in the denominator: as one of its terms, or by a check."""
    part, whole = population.numerator, population.denominator
    if whole is None or (part.source, part.where) != (whole.source, whole.where):
        return False
    if part.distinct or whole.distinct or part.source not in tables:
        return False
    if _terms(part.sum) and _terms(part.sum) < _terms(whole.sum):
        return True
    rule = f"{part.sum.text} <= {whole.sum.text}"
    checks = (check for column in tables[part.source].columns for check in column.checks)
    return any(check.severity == ERROR and check.must.text == rule for check in checks)


def _terms(total: Expression) -> frozenset[str]:
    """The columns that a plain sum adds up; none where it is anything else."""
    return frozenset(total.text.split(" + ") if _SUM.fullmatch(total.text) else ())
