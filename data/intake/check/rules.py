"""The rules of the catalogue, run over typed rows: what a file says against what must hold.

A rule of one row is an expression of the catalogue; null passes. Rules over several tables and
periods look at the new rows laid over a snapshot. Each violation names its row and column; the
import turns that into a cell.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from data.catalogue.expressions import column_words
from data.catalogue.model import CUMULATIVE, Check, Column, Table
from data.filed.withheld import MARK, is_listed, secrets_hidden, unseen
from data.findings import EXPLAIN, HINT
from data.intake.check.context import VIOLATION, Context, carried_on
from data.intake.check.cross_rules import cross_rule
from data.periods import Period
from data.wording import filled

_DATES = frozenset(("period_start", "period_end", "import_date"))


def violations(table: Table, context: Context) -> pl.DataFrame:
    """Everything wrong with the new rows of one table.

    returns  row, column, rule, severity, found, expected, action; one line per violation.
             需说明 of a row that has a remark comes as 提示.
    """
    new = context.rows[table.id].with_columns(import_date=pl.lit(context.import_date))
    # A rule without a table holds for all of them.
    rules = [
        rule for rule in context.catalogue.cross_checks if rule.get("table", table.id) == table.id
    ]
    # What both look up in the store is read once, before they part.
    context.unreplaced(table, ("period",))
    with ThreadPoolExecutor(1) as beside:
        crossed = beside.map(
            lambda rule: secrets_hidden(cross_rule(rule, new, table, context), new, table), rules
        )
        rows = _with_before(new, table, context)
        found = [*_row_rules(rows, table, context.catalogue.common), *_falls(rows, table)]
        found += [*crossed, pl.DataFrame(schema=VIOLATION)]
    return answered(pl.concat(found).sort("row", maintain_order=True), rows)


def answered(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Violations with 需说明 of rows that have a remark as 提示."""
    remarked = rows.filter(pl.col("remark").str.strip_chars() != "")["row"]
    is_answered = (pl.col("severity") == EXPLAIN) & pl.col("row").is_in(remarked.implode())
    return found.with_columns(
        severity=pl.when(is_answered).then(pl.lit(HINT)).otherwise(pl.col("severity")),
        found=pl.when(is_answered).then(pl.col("found") + "（备注已说明）").otherwise("found"),
    )


def missing_rows(table: Table, context: Context) -> pl.DataFrame:
    """Rows that the store has for a unit and period of the file and the file lacks.

    Those that nobody is shown are not told of.

    returns  reporting_unit, period, rows (how many), examples (areas or keys, at most three),
             row: the first of the file's own rows.
    """
    same = ["period", "reporting_unit"]
    shown = table.key[-1] if table.key else "area_code"
    new, kept = context.rows[table.id], context.unreplaced(table, {*same, "area_code", *table.key})
    if kept is not None:
        is_asked = pl.col("period").is_in(new["period"].unique().implode())
        kept = kept.filter(is_asked & is_listed(table))
    if kept is None or kept.is_empty() or table.register:
        return pl.DataFrame(
            schema={
                "reporting_unit": pl.String,
                "period": pl.String,
                "rows": pl.UInt32,
                "examples": pl.String,
                "row": new.schema["row"],
            }
        )
    return (
        kept.group_by(same, maintain_order=True)
        .agg(rows=pl.len(), examples=pl.col(shown).cast(pl.String).head(3).str.join("、"))
        .join(new.group_by(same).agg(pl.col("row").first()), on=same, nulls_equal=True)
        .sort("row")
        .select("reporting_unit", "period", "rows", "examples", "row")
    )


# -- rules of one row ----------------------------------------------------------------------


def _row_rules(rows: pl.DataFrame, table: Table, common: tuple[Column, ...]) -> list[pl.DataFrame]:
    columns = [column for column in (*common, *table.columns) if column.name in rows.columns]
    dates = _DATES | {column.name for column in columns if column.type == "date"}
    rules = [
        (column, check)
        for column in columns
        for check in column.checks
        if set(check.must.columns) <= set(rows.columns)
    ]
    if not rules:
        return []
    # One pass tells which rules are broken at all; most are not.
    broken = rows.select(
        (~check.must.polars(dates)).fill_null(False).any().alias(str(index))
        for index, (_, check) in enumerate(rules)
    ).row(0)
    headers = {column.name: column.header for column in (*common, *table.columns)}
    return [
        _violated(rows, column, check, dates, headers, table)
        for is_broken, (column, check) in zip(broken, rules, strict=True)
        if is_broken
    ]


def _violated(
    rows: pl.DataFrame,
    column: Column,
    check: Check,
    dates: frozenset[str],
    headers: Mapping[str, str],
    table: Table,
) -> pl.DataFrame:
    bad = rows.filter((~check.must.polars(dates)).fill_null(False))
    return bad.select(
        pl.col("row"),
        pl.lit(column.name).alias("column"),
        pl.lit(check.id).alias("rule"),
        pl.lit(check.severity).alias("severity"),
        _told(check.must.columns, headers, table, bad).alias("found"),
        pl.lit(check.must.words(headers)).alias("expected"),
        pl.lit(
            "请核对后改正" if check.severity != EXPLAIN else "请核对；属实的在该行备注中说明原因"
        ).alias("action"),
    )


def _told(
    names: Iterable[str], headers: Mapping[str, str], table: Table, rows: pl.DataFrame
) -> pl.Expr:
    """The values a rule looked at, as 「表头 值」; secret ones only where the file has them."""
    parts = []
    for name in names:
        words = column_words(name, headers)
        value = pl.col(name).cast(pl.String)
        value = value.str.replace(r"(\.\d*?)0+$", "${1}").str.replace(r"\.$", "")
        shown = (
            pl.when(unseen(name, table, rows)).then(pl.lit(MARK)).otherwise(value.fill_null("空"))
        )
        parts.append(filled("{} {}", pl.lit(words), shown))
    return pl.concat_str(parts, separator="，")


# -- rules over periods --------------------------------------------------------------------


def _with_before(rows: pl.DataFrame, table: Table, context: Context) -> pl.DataFrame:
    """Columns prev_x: column x of the same key one period before.

    Null without such a row, and for year-to-date columns at the start of their year.
    """
    names = carried_on(table) & set(rows.columns)
    if not names:
        return rows
    texts = rows["period"].unique().to_list()
    periods = [Period.parse(text) for text in texts]
    before = pl.DataFrame(
        {
            "period": texts,
            "before": [period.previous().text for period in periods],
            "starts_year": [period.previous().year != period.year for period in periods],
            "starts_mch_year": [period.start.month == 10 for period in periods],
        }
    )
    key = list(table.key)
    history = rows.select("period", *key, *sorted(names))
    kept = context.unreplaced(table, history.columns)
    if kept is not None:
        older = kept.filter(pl.col("period").is_in(before["before"].implode()))
        older = older.select(history.columns)
        history = pl.concat([history, older], how="vertical_relaxed")
    history = history.rename({"period": "before"} | {name: f"prev_{name}" for name in names})
    asked = rows.select("row", "period", *key).join(
        before, on="period", how="left", maintain_order="left"
    )
    joined = asked.join(
        history, on=["before", *key], how="left", nulls_equal=True, maintain_order="left"
    )
    starts = {"ytd": "starts_year", "ytd_mch": "starts_mch_year"}
    told = joined.select(
        "row",
        *(
            pl.when(~pl.col(starts[kind])).then(f"prev_{name}").alias(f"prev_{name}")
            if (kind := table.by_name[name].kind) in starts
            else f"prev_{name}"
            for name in sorted(names)
        ),
    )
    if told.height == rows.height:
        return rows.with_columns(told.drop("row").get_columns())
    # A key that stands twice in a file is before its successor twice.
    return rows.join(told, on="row", how="left", maintain_order="left_right")


def _falls(rows: pl.DataFrame, table: Table) -> list[pl.DataFrame]:
    """A cumulative figure below that of the period before needs its correction explained."""
    out = []
    for column in table.columns:
        if column.kind not in CUMULATIVE or f"prev_{column.name}" not in rows.columns:
            continue
        bad = rows.filter(pl.col(column.name) < pl.col(f"prev_{column.name}"))
        if bad.height:
            out.append(
                bad.select(
                    pl.col("row"),
                    pl.lit(column.name).alias("column"),
                    pl.lit(f"{table.id}.{column.name}.falls").alias("rule"),
                    pl.lit(EXPLAIN).alias("severity"),
                    _told(
                        (column.name, f"prev_{column.name}"),
                        {column.name: column.header},
                        table,
                        bad,
                    ).alias("found"),
                    pl.lit(f"累计数「{column.header}」不小于上期").alias("expected"),
                    pl.lit("请核对；属订正的在该行备注中写明订正原因").alias("action"),
                )
            )
    return out
