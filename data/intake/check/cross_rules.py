"""Rules over several tables and periods: what a file says against what the others say.

Each rule is an entry of cross_checks.yaml, its kind one function here. A side that is not in the
store cannot contradict anybody: a rule is then silent.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import polars as pl

from data.catalogue.expressions import Expression
from data.catalogue.model import Table, for_year
from data.findings import HINT
from data.intake.check import village_rules
from data.intake.check.context import Context, nothing
from data.intake.check.own_history import far, jumps
from data.intake.words import MONEY
from data.periods import Period, containing
from data.wording import filled

_DATES = frozenset(("period_start", "period_end", "import_date"))
_COUNTY = pl.col("area_code").str.slice(0, 6)
# A report that falls due in a week is about a period that ended this long before it, at most.
_LATEST_DUE = timedelta(days=200)
_ALL_TABLES = "ALL"


def cross_rule(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """Where the new rows of a table break one rule: the columns of VIOLATION."""
    bad = KINDS[rule["kind"]](rule, rows, table, context)
    return bad.select(
        pl.col("row").cast(pl.UInt32),
        pl.col("column")
        if "column" in bad.columns
        else pl.lit(rule.get("column", "")).alias("column"),
        pl.lit(rule["id"]).alias("rule"),
        pl.col("severity"),
        pl.col("found"),
        pl.lit(rule.get("expected", rule["title"])).alias("expected"),
        pl.lit(rule.get("action", "请核对")).alias("action"),
    )


def _compare_sum(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """The rows of a place added up against another table's newest month at that place.

    The file may hold some of the rows only: the store's others are added. An empty figure among
    them leaves the sum unknown.
    """
    other_table = context.catalogue.tables[rule["other"]["table"]]
    by_era = rule["other"]["expression"]
    other = context.current(other_table, ("area_code", "period_end", *by_era.values()))
    whole = context.current(table, ("area_code", "period", "period_end", rule["column"]))
    if other is None or whole is None:
        return nothing()
    place = pl.col("area_code").str.slice(0, 9)
    sums = (
        whole.group_by(place.alias("place"), "period", "period_end")
        .agg(
            row=pl.col("row").min(),
            total=pl.when(pl.col(rule["column"]).null_count() == 0).then(
                pl.col(rule["column"]).sum()
            ),
        )
        .filter(pl.col("row").is_not_null())
        .sort("period_end", "row")
    )
    eras = {year: for_year(by_era, year) for year in sums["period_end"].dt.year().unique()}
    against = pl.concat(
        [
            other.filter(pl.col("period_end").dt.year() == year).select(
                pl.col("area_code").alias("place"),
                pl.col("period_end").alias("other_end"),
                pl.col(column).alias("other"),
            )
            for year in sorted(set(other["period_end"].dt.year().to_list()))
            if (column := eras.get(year) or for_year(by_era, year))
        ]
    ).sort("other_end")
    joined = sums.join_asof(
        against,
        left_on="period_end",
        right_on="other_end",
        by="place",
        strategy="backward",
        check_sortedness=False,
    ).filter(pl.col("other").is_not_null() & (pl.col("total") != pl.col("other")))
    gap = (pl.col("total") - pl.col("other")).abs()
    return joined.select(
        pl.col("row"),
        pl.when(gap > rule["tolerance"] * pl.col("other"))
        .then(pl.lit(rule["beyond"]))
        .otherwise(pl.lit(rule["within"]))
        .alias("severity"),
        filled("合计 {}，{} 为 {}", "total", pl.lit(other_table.id), "other").alias("found"),
    )


def _exists(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A code must be found in another table; a county that never filed that one is not asked."""
    column = rule["column"]
    asked = rows.filter(pl.col(column).is_not_null())
    if rule.get("when"):
        asked = asked.filter(Expression(rule["when"]).polars(_DATES))
    if not asked.height:
        return nothing()
    known, counties = [], set()
    for side in (rule["other"], rule.get("or_other")):
        frame = _side(side, context) if side else None
        if side is None or frame is None:
            continue
        counties.update(frame.select(_COUNTY).to_series().unique().to_list())
        if side.get("where"):
            frame = frame.filter(Expression(side["where"]).polars(_DATES))
        matched = side.get("match", {})
        known.append(
            frame.select(
                pl.col(side["column"]).alias(column),
                *(pl.col(theirs).alias(ours) for theirs, ours in matched.items()),
            ).unique()
        )
    if not known:
        return nothing()
    missing = asked.filter(_COUNTY.is_in(counties))
    for frame in known:
        missing = missing.join(frame, on=frame.columns, how="anti")
    return missing.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        filled("{}", column).alias("found"),
    )


def _side(side: dict[str, Any], context: Context) -> pl.DataFrame | None:
    """The rows of another table in which a code is looked up, with the columns that takes."""
    names = ("area_code", side["column"], *side.get("match", {}).values())
    table = context.catalogue.tables[side["table"]]
    # A condition may be about any column.
    return context.current(table, None if side.get("where") else names)


def _carried(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """An opening figure against the period before, over the turn of the year: last_x is x then."""
    must = Expression(rule["must"])
    lasts = must.names([f"last_{name}" for name in rows.columns])
    wanted = sorted(name.removeprefix("last_") for name in lasts)
    whole = context.current(table, (*table.key, "period", *wanted))
    if whole is None:
        return nothing()
    texts = rows["period"].unique().to_list()
    before = pl.DataFrame(
        {"period": texts, "before": [Period.parse(text).previous().text for text in texts]}
    )
    key = list(table.key)
    earlier = whole.select(
        *key, pl.col("period").alias("before"), *(pl.col(n).alias(f"last_{n}") for n in wanted)
    )
    asked = rows.filter(Expression(rule["when"]).polars(_DATES))
    joined = asked.join(before, on="period").join(earlier, on=["before", *key], nulls_equal=True)
    bad = joined.filter((~must.polars(_DATES)).fill_null(False))
    headers = {name: table.by_name[name].header for name in wanted if name in table.by_name}
    told = [
        filled("上期{} {}", pl.lit(headers.get(name, name)), _number(f"last_{name}"))
        for name in wanted
    ]
    own = filled("{} {}", pl.lit(rule["title"]), _number(rule["column"]))
    return bad.select(
        "row",
        severity=pl.lit(rule["severity"]),
        found=pl.concat_str([own, *told], separator="，"),
    )


def _jump(rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context) -> pl.DataFrame:
    """A figure far from the median of the unit's own last periods."""
    whole = context.current(table, (*table.key, "period", "period_end", *rule["columns"]))
    if whole is None or not rows.height:
        return nothing()
    found = jumps(rows, whole, table, rule)
    return found.with_columns(severity=pl.lit(rule["severity"]))


def _far(rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context) -> pl.DataFrame:
    """A figure many times what the unit filed before, or a small part of it."""
    jumping = {
        name
        for each in context.catalogue.cross_checks
        if each["kind"] == "jump" and each["table"] == table.id
        for name in each["columns"]
    }
    columns = [
        column
        for column in table.columns
        if column.type in ("int", "decimal")
        and (column.unit in MONEY) == (rule["of"] == "money")
        and column.name not in jumping
        and column.name in rows.columns
    ]
    periods = int(rule["periods"])
    names = ("period_end", "reporting_unit", *(column.name for column in columns))
    before = context.recent(table, names, periods) if columns and rows.height else None
    if not columns or (before is None and rows["period"].n_unique() < 2):
        return nothing().with_columns(column=pl.lit(""))
    return far(rows, before, table, columns, rule).with_columns(severity=pl.lit(rule["severity"]))


def _filed_reports(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """Reports due and on time, as a unit counts them, against what the store received."""
    asked = rows.filter(
        pl.col(rule["column"]).is_not_null() | pl.col(rule["on_time"]).is_not_null()
    )
    if context.base is None or not asked.height:
        return nothing()
    lines = []
    for row in asked.select(
        "row", "area_code", "period", "table_id", rule["column"], rule["on_time"]
    ).to_dicts():
        due, on_time = _received(context, row["area_code"], row["period"], row["table_id"])
        filed = row[rule["column"]], row[rule["on_time"]]
        for name, own, ours in zip(("应报", "按时"), filed, (due, on_time), strict=True):
            if own is not None and due and own != ours:
                column = rule["column"] if name == "应报" else rule["on_time"]
                lines.append((row["row"], HINT, f"{name}填 {own} 份，系统计 {ours} 份", column))
    return pl.DataFrame(
        lines,
        schema={
            "row": pl.UInt32,
            "severity": pl.String,
            "found": pl.String,
            "column": pl.String,
        },
        orient="row",
    )


def _received(context: Context, unit: str, week: str, table_id: str | None) -> tuple[int, int]:
    """How many reports of a unit fell due in a week, and how many had come by then."""
    period = Period.parse(week)
    due = on_time = 0
    mine = context.catalogue.obligations.filter(pl.col("unit_code") == unit)
    for line in mine.to_dicts():
        if table_id not in (None, _ALL_TABLES, line["table_id"]):
            continue
        table = context.catalogue.tables[line["table_id"]]
        days = timedelta(days=int(line["due_days"]))
        each = containing(table.frequency, period.start - days)
        while each.end + days <= period.end:
            within = each.end + days >= period.start and line["valid_from"] <= each.end
            if within and (line["valid_to"] is None or each.end <= line["valid_to"]):
                due += 1
                on_time += _came_by(context, table, unit, each)
            each = each.next()
    return due, on_time


def _came_by(context: Context, table: Table, unit: str, period: Period) -> bool:
    rows = context.current(table, ("period", "area_code", "first_imported"))
    if rows is None or "first_imported" not in rows.columns:
        return False
    mine = rows.filter(
        (pl.col("period") == period.text) & pl.col("area_code").str.starts_with(unit)
    )
    first: Any = mine["first_imported"].min()
    if first is None:
        return False
    obligations = context.catalogue.obligations
    days = obligations.filter((pl.col("unit_code") == unit) & (pl.col("table_id") == table.id))[
        "due_days"
    ][0]
    return bool(first <= period.end + timedelta(days=int(days)))


def _number(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    return text.str.replace(r"(\.\d*?)0+$", "${1}").str.replace(r"\.$", "").fill_null("空")


Kind = Callable[[dict[str, Any], pl.DataFrame, Table, Context], pl.DataFrame]
KINDS: dict[str, Kind] = {
    "compare_sum": _compare_sum,
    "exists": _exists,
    "clinic_rule": village_rules.clinic_rule,
    "register_count": village_rules.register_count,
    "register_kind": village_rules.register_kind,
    "count_flagged": village_rules.count_flagged,
    "carried": _carried,
    "jump": _jump,
    "far": _far,
    "filed_reports": _filed_reports,
}
