"""Figures that an exported table keeps back, and what their cells mean when it comes in again.

Sensitive columns leave the house masked. A blank cell would say 「没有数」 when the file is filed
again and take the figure away; the mark says that the figure is as it was.
"""

import polars as pl

from data.catalogue.expressions import Expression
from data.catalogue.model import Catalogue, Column, Indicator, Measure, Population, Table

# In the place of a figure that whoever took the file away may not see.
MARK = "※不显示"
# In a frame of rows: the columns whose cells hold the mark.
WITHHELD = "withheld"
# Codes of county and above have 6 figures; what is below them is longer.
_COUNTY_CODE = 6


def is_sensitive(catalogue: Catalogue, indicator: Indicator, population: Population) -> bool:
    """Whether the figures of an indicator and population are masked where they are small."""
    measures = [population.numerator, population.denominator]
    rules = {rule for each in measures if each for rule in sensitive_rules(catalogue, each)}
    return indicator.sensitive or population.sensitive or "all" in rules


def is_kept_from_others(
    catalogue: Catalogue, indicator_id: str, population_id: str, dimension: str = ""
) -> bool:
    """Whether a figure is shown at no level to those who may not see what is sensitive.

    dimension  The part of the indicator that it is of; empty for the whole.
    """
    indicator = catalogue.indicators.get(indicator_id)
    population = indicator.populations.get(population_id) if indicator else None
    if indicator is None or population is None:
        return True
    if is_sensitive(catalogue, indicator, population):
        return True
    if not dimension or not indicator.dimension:
        return False
    part = pl.DataFrame({indicator.dimension: [dimension]})
    return any(
        part.select(Expression(rule).polars()).item()
        for rule in part_rules(catalogue, indicator, population)
    )


def family_of(
    catalogue: Catalogue, indicator: Indicator, population: Population
) -> tuple[str, ...]:
    """What the figures of the parts of one total have in common; others have their own name."""
    measure = population.numerator
    table = catalogue.tables.get(measure.source)
    columns = [table.by_name[name] for name in measure.sum.names(table.by_name)] if table else []
    wholes = sorted({f"{measure.source}.{each.part_of}" for each in columns if each.part_of})
    return tuple(wholes) or (indicator.id, population.id)


def unlisted_kinds(
    catalogue: Catalogue, indicator: Indicator, population: Population
) -> list[tuple[str, bool]]:
    """The kinds of rows below an indicator that are not listed; whether they are sensitive.

    The others are not listed so that the sensitive ones cannot be told.
    """
    table = catalogue.tables.get(population.numerator.source)
    if table is None or not table.sensitive_rows or indicator.dimension is None:
        return []
    rule = Expression(table.sensitive_rows)
    kinds = pl.Series(indicator.dimension, table.by_name[indicator.dimension].values)
    sensitive = catalogue.words["dimensions"].get(indicator.dimension, {}).get("sensitive", ())
    return [
        (kind, kind in sensitive) for kind in kinds.to_frame().filter(rule.polars()).to_series()
    ]


def part_rules(catalogue: Catalogue, indicator: Indicator, population: Population) -> list[str]:
    """The conditions on its grouping column under which a part of an indicator is sensitive."""
    measures = [population.numerator, population.denominator]
    rules = {rule for each in measures if each for rule in sensitive_rules(catalogue, each)}
    return sorted(
        rule for rule in rules - {"all"} if Expression(rule).columns == (indicator.dimension,)
    )


def sensitive_rules(catalogue: Catalogue, measure: Measure) -> set[str]:
    """What the columns of a measure say of their sensitivity: "all" or row predicates."""
    table = catalogue.tables.get(measure.source)
    if table is None:
        return set()
    columns = (table.by_name[name] for name in measure.sum.names(table.by_name))
    return {column.sensitive for column in columns if column.sensitive}


def rows_shown(rows: pl.DataFrame, table: Table, *, everywhere: bool = False) -> pl.DataFrame:
    """The rows that may be listed: that there is a row of the other kind tells of somebody.

    everywhere  As in `secret`.
    """
    return rows.filter(is_listed(table, everywhere=everywhere))


def is_listed(table: Table, *, everywhere: bool = False) -> pl.Expr:
    """Whether a row may be listed. Whoever takes the rows away has no others to bring back."""
    if not table.sensitive_rows:
        return pl.lit(True)
    return ~_in_scope(table.sensitive_rows, everywhere=everywhere)


def secret(column: Column, *, everywhere: bool = False) -> pl.Expr:
    """Whether a row's figure of a column may not be shown, as in the masked views.

    everywhere  Also in rows of a county and above.
    """
    if not column.sensitive:
        return pl.lit(False)
    return _in_scope(column.sensitive, everywhere=everywhere)


def _in_scope(sensitive: str, *, everywhere: bool) -> pl.Expr:
    rule = pl.lit(True) if sensitive == "all" else Expression(sensitive).polars().fill_null(True)
    return rule if everywhere else rule & (pl.col("area_code").str.len_chars() > _COUNTY_CODE)


def unseen(name: str, table: Table, rows: pl.DataFrame) -> pl.Expr:
    """Whether a value a rule looked at is on file only and secret: no finding may tell it.

    name  A column of the rows, or prev_ and one: its value one period before.
    """
    own = table.by_name.get(name.removeprefix("prev_"))
    if own is None or not own.sensitive:
        return pl.lit(False)
    if name != own.name:
        return secret(own)
    return _has_mark(name) if WITHHELD in rows.columns else pl.lit(False)


def secrets_hidden(found: pl.DataFrame, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Violations without what they say of secret figures that are on file."""
    told = set(found["column"].unique().to_list())
    for column in table.columns:
        if not column.sensitive or column.name not in told:
            continue
        quiet = rows.filter(secret(column))["row"].implode()
        found = found.with_columns(
            found=pl.when((pl.col("column") == column.name) & pl.col("row").is_in(quiet))
            .then(pl.lit(f"{column.header} {MARK}"))
            .otherwise("found")
        )
    return found


def _has_mark(name: str) -> pl.Expr:
    return pl.col(WITHHELD).list.contains(name).fill_null(False)


def as_on_file(
    rows: pl.DataFrame, old: pl.DataFrame | None, table: Table
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows with the figures that are on file where they hold the mark.

    rows     New rows; those with marks name the columns in `WITHHELD` (a list, or null).
    old      The snapshot's rows of the table, or None.
    returns  the rows, and the marks that nothing stands for: row, column.
    """
    nothing = pl.DataFrame(schema={"row": rows.schema["row"], "column": pl.String})
    if WITHHELD not in rows.columns:
        return rows, nothing
    marked = rows.filter(pl.col(WITHHELD).list.len() > 0)
    names = marked[WITHHELD].explode().unique(maintain_order=True).drop_nulls().to_list()
    key = ["period", *table.key]
    if old is None:
        missing = marked
    else:
        before = old.select(*key, *(pl.col(name).alias(f"old_{name}") for name in names))
        missing = marked.join(before, on=key, how="anti", nulls_equal=True)
        rows = (
            rows.join(before, on=key, how="left", nulls_equal=True, maintain_order="left")
            .with_columns(
                pl.when(_has_mark(name)).then(f"old_{name}").otherwise(name).alias(name)
                for name in names
            )
            .drop(f"old_{name}" for name in names)
        )
    lost = missing.select("row", column=WITHHELD).explode("column")
    return rows, pl.concat([nothing, lost])
