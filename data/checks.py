"""The rules of the catalogue, run over typed rows: what a file says against what must hold.

A rule of one row is an expression of the catalogue; null passes. Rules over several tables and
periods look at the new rows laid over a snapshot. Each violation names its row and column; the
import turns that into a cell.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from data.catalogue import expressions
from data.catalogue.model import Catalogue, Check, Column, Table, for_year
from data.findings import EXPLAIN, HINT
from data.manifest import Manifest
from data.periods import Period
from data.publish import natural_key
from data.store import Store

# Cumulative columns: within their year (or project) they never fall.
_CUMULATIVE = ("ytd", "ytd_mch", "itd")
_DATES = frozenset(("period_start", "period_end", "import_date"))
_VIOLATION = {
    "row": pl.UInt32,
    "column": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "found": pl.String,
    "expected": pl.String,
    "action": pl.String,
}


@dataclass(frozen=True)
class Context:
    """What the new rows are checked against.

    rows  Table id -> all new rows of that table (raw schema, `row` counting from 0).
    base  The snapshot they are laid over; None for an empty store.
    """

    catalogue: Catalogue
    rows: Mapping[str, pl.DataFrame]
    store: Store
    base: int | None
    import_date: date
    _stored: dict[str, pl.DataFrame | None] = field(default_factory=dict)

    def stored(self, table: Table) -> pl.DataFrame | None:
        """The snapshot's rows of a table that may matter to the new ones, or None."""
        if self.base is None:
            return None
        if table.id not in self._stored:
            places = self._places()
            paths = [
                self.store.path / entry.path
                for entry in self._manifest.under("tables", table.id)
                if entry.parts[3] in places
            ]
            self._stored[table.id] = (
                self.store.read(paths, number=self.base).filter(~pl.col("is_removed"))
                if paths
                else None
            )
        return self._stored[table.id]

    def current(self, table: Table) -> pl.DataFrame | None:
        """The snapshot's rows of a table with the new ones laid over, or None."""
        new = self.rows.get(table.id)
        old = self.stored(table)
        if new is None or old is None:
            return old if new is None else new
        shared = [name for name in old.columns if name in new.columns]
        key = natural_key(table)
        kept = old.join(new.select(key), on=key, how="anti", nulls_equal=True)
        return pl.concat([kept.select(shared), new.select(shared)], how="vertical_relaxed")

    @property
    def _manifest(self) -> Manifest:
        return self.store.manifest(self.base or 0)

    def _places(self) -> set[str]:
        return {
            code
            for rows in self.rows.values()
            for code in rows["area_code"].str.slice(0, 2).unique().to_list()
        }


def violations(table: Table, context: Context) -> pl.DataFrame:
    """Everything wrong with the new rows of one table.

    returns  row, column, rule, severity, found, expected, action; one line per violation.
             需说明 of a row that has a remark comes as 提示.
    """
    rows = context.rows[table.id].with_columns(import_date=pl.lit(context.import_date))
    rows = _with_before(rows, table, context)
    found = [
        *_row_rules(rows, table, context.catalogue.common),
        *_falls(rows, table),
        *(_cross_rule(rule, rows, table, context) for rule in _rules_of(table, context.catalogue)),
        pl.DataFrame(schema=_VIOLATION),
    ]
    out = pl.concat(found).sort("row", maintain_order=True)
    remarks = rows.select(
        "row", has_remark=pl.col("remark").fill_null("").str.strip_chars().str.len_chars() > 0
    )
    answered = (pl.col("severity") == EXPLAIN) & pl.col("has_remark")
    return (
        out.join(remarks, on="row", how="left", maintain_order="left")
        .with_columns(
            severity=pl.when(answered).then(pl.lit(HINT)).otherwise(pl.col("severity")),
            found=pl.when(answered).then(pl.col("found") + "(备注已说明)").otherwise("found"),
        )
        .drop("has_remark")
    )


def missing_rows(table: Table, context: Context) -> pl.DataFrame:
    """Rows that the store has for a unit and period of the file and the file lacks.

    returns  reporting_unit, period, rows (how many), examples (areas or keys, at most three).
    """
    old = context.stored(table)
    if old is None or table.register:
        return pl.DataFrame(
            schema={
                "reporting_unit": pl.String,
                "period": pl.String,
                "rows": pl.UInt32,
                "examples": pl.String,
            }
        )
    new = context.rows[table.id]
    key = natural_key(table)
    same = ["period", "reporting_unit"]
    shown = table.key[-1] if table.key else "area_code"
    return (
        old.join(new.select(same).unique(), on=same, how="semi", nulls_equal=True)
        .join(new.select(key), on=key, how="anti", nulls_equal=True)
        .group_by(same, maintain_order=True)
        .agg(rows=pl.len(), examples=pl.col(shown).cast(pl.String).head(3).str.join("、"))
        .select("reporting_unit", "period", "rows", "examples")
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
        _violated(rows, column, check, dates, headers)
        for is_broken, (column, check) in zip(broken, rules, strict=True)
        if is_broken
    ]


def _violated(
    rows: pl.DataFrame,
    column: Column,
    check: Check,
    dates: frozenset[str],
    headers: Mapping[str, str],
) -> pl.DataFrame:
    bad = rows.filter((~check.must.polars(dates)).fill_null(False))
    return bad.select(
        pl.col("row"),
        pl.lit(column.name).alias("column"),
        pl.lit(check.id).alias("rule"),
        pl.lit(check.severity).alias("severity"),
        _told(check.must.columns, headers).alias("found"),
        pl.lit(check.must.words(headers)).alias("expected"),
        pl.lit(
            "请核对后改正" if check.severity != EXPLAIN else "请核对;属实的在该行备注中说明原因"
        ).alias("action"),
    )


def _told(names: Iterable[str], headers: Mapping[str, str]) -> pl.Expr:
    """The values a rule looked at, as 「表头 值」."""
    parts = []
    for name in names:
        words = expressions.column_words(name, headers)
        value = pl.col(name).cast(pl.String)
        value = value.str.replace(r"(\.\d*?)0+$", "${1}").str.replace(r"\.$", "")
        parts.append(pl.format("{} {}", pl.lit(words), value.fill_null("空")))
    return pl.concat_str(parts, separator=",")


# -- rules over periods --------------------------------------------------------------------


def _with_before(rows: pl.DataFrame, table: Table, context: Context) -> pl.DataFrame:
    """Columns prev_x: column x of the same key one period before.

    Null without such a row, and for year-to-date columns at the start of their year.
    """
    names = {
        name.removeprefix("prev_")
        for column in table.columns
        for check in column.checks
        for name in check.must.columns
        if name.startswith("prev_")
    } | {column.name for column in table.columns if column.kind in _CUMULATIVE}
    names &= set(rows.columns)
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
    old = context.stored(table)
    if old is not None:
        wanted = before["before"].implode()
        older = old.filter(pl.col("period").is_in(wanted)).select("period", *key, *sorted(names))
        older = older.join(rows.select("period", *key), on=["period", *key], how="anti")
        history = pl.concat([history, older], how="vertical_relaxed")
    history = history.rename({"period": "before"} | {name: f"prev_{name}" for name in names})
    joined = rows.join(before, on="period", how="left", maintain_order="left").join(
        history, on=["before", *key], how="left", nulls_equal=True, maintain_order="left"
    )
    starts = {"ytd": "starts_year", "ytd_mch": "starts_mch_year"}
    return joined.with_columns(
        pl.when(~pl.col(starts[table.by_name[name].kind]))
        .then(pl.col(f"prev_{name}"))
        .alias(f"prev_{name}")
        for name in sorted(names)
        if table.by_name[name].kind in starts
    ).drop("before", "starts_year", "starts_mch_year")


def _falls(rows: pl.DataFrame, table: Table) -> list[pl.DataFrame]:
    """A cumulative figure below that of the period before needs its correction explained."""
    out = []
    for column in table.columns:
        if column.kind not in _CUMULATIVE or f"prev_{column.name}" not in rows.columns:
            continue
        bad = rows.filter(pl.col(column.name) < pl.col(f"prev_{column.name}"))
        if bad.height:
            out.append(
                bad.select(
                    pl.col("row"),
                    pl.lit(column.name).alias("column"),
                    pl.lit(f"{table.id}.{column.name}.falls").alias("rule"),
                    pl.lit(EXPLAIN).alias("severity"),
                    _told((column.name, f"prev_{column.name}"), {column.name: column.header}).alias(
                        "found"
                    ),
                    pl.lit(f"累计数「{column.header}」不小于上期").alias("expected"),
                    pl.lit("请核对;属订正的在该行备注中写明订正原因").alias("action"),
                )
            )
    return out


# -- rules over tables ---------------------------------------------------------------------


def _rules_of(table: Table, catalogue: Catalogue) -> list[dict[str, Any]]:
    return [rule for rule in catalogue.cross_checks if rule["table"] == table.id]


def _cross_rule(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    kinds = {
        "compare_sum": _compare_sum,
        "exists": _exists,
        "clinic_rule": _clinic_rule,
        "register_count": _register_count,
        "register_kind": _register_kind,
    }
    bad = kinds[rule["kind"]](rule, rows, table, context)
    return bad.select(
        pl.col("row"),
        pl.lit(rule["column"]).alias("column"),
        pl.lit(rule["id"]).alias("rule"),
        pl.col("severity"),
        pl.col("found"),
        pl.lit(rule.get("expected", rule["title"])).alias("expected"),
        pl.lit(rule.get("action", "请核对")).alias("action"),
    )


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema={name: _VIOLATION[name] for name in ("row", "severity", "found")})


def _compare_sum(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """The rows of a place added up against another table's newest month at that place."""
    other_table = context.catalogue.tables[rule["other"]["table"]]
    other = context.current(other_table)
    if other is None:
        return _nothing()
    by_era = rule["other"]["expression"]
    place = pl.col("area_code").str.slice(0, 9)
    sums = (
        rows.group_by(place.alias("place"), "period", "period_end")
        .agg(total=pl.col(rule["column"]).sum(), row=pl.col("row").first())
        .sort("period_end")
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
        pl.format("合计 {},{} 为 {}", "total", pl.lit(other_table.id), "other").alias("found"),
    )


def _exists(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A code must be found in another table; without that table it is a hint at most."""
    column = rule["column"]
    asked = rows.filter(pl.col(column).is_not_null())
    if rule.get("when"):
        names = frozenset(rows.columns)
        asked = asked.filter(expressions.parse(rule["when"], names).polars(_DATES))
    if not asked.height:
        return _nothing()
    known = []
    for side in (rule["other"], rule.get("or_other")):
        frame = context.current(context.catalogue.tables[side["table"]]) if side else None
        if side is None or frame is None:
            continue
        if side.get("where"):
            frame = frame.filter(
                expressions.parse(side["where"], frozenset(frame.columns)).polars(_DATES)
            )
        matched = side.get("match", {})
        known.append(
            frame.select(
                pl.col(side["column"]).alias(column),
                *(pl.col(theirs).alias(ours) for theirs, ours in matched.items()),
            ).unique()
        )
    if not known:
        return _nothing()
    missing = asked
    for frame in known:
        missing = missing.join(frame, on=frame.columns, how="anti")
    return missing.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        pl.format("{}", column).alias("found"),
    )


def _clinic_rule(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A filed 是否达标 against the four criteria of rules.md 7."""
    area = int(context.catalogue.settings["clinic_floor_area"])
    rooms = ("has_consult", "has_treatment", "has_publichealth", "has_pharmacy")
    meets = (
        (pl.col("floor_area") >= area)
        & pl.all_horizontal(*rooms)
        & (pl.col("qualified_doctors") >= 1)
        & (pl.col("licence_until") >= pl.col("period_end"))
    ).fill_null(False)
    judged = (pl.col("service_mode") == "自有") & (
        pl.col("build_state").fill_null("已投用") == "已投用"
    )
    bad = rows.filter(
        judged & pl.col("is_standard").is_not_null() & (pl.col("is_standard") != meets)
    )
    return bad.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        pl.when(pl.col("is_standard"))
        .then(pl.lit("填达标,按规则为未达标"))
        .otherwise(pl.lit("填未达标,按规则为达标"))
        .alias("found"),
    )


def _villages(rule: dict[str, Any], context: Context) -> pl.DataFrame:
    return context.catalogue.areas.filter(
        (pl.col("level") == rule["level"]) & (pl.col("kind") == rule["area_kind"])
    )


def _register_count(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A number of villages against the area register, where that has any."""
    counts = _villages(rule, context).group_by(area_code="township_code").agg(registered=pl.len())
    bad = rows.join(counts, on="area_code").filter(pl.col(rule["column"]) != pl.col("registered"))
    return bad.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        pl.format("填报 {} 个,区划登记 {} 个", rule["column"], "registered").alias("found"),
    )


def _register_kind(
    rule: dict[str, Any], rows: pl.DataFrame, table: Table, context: Context
) -> pl.DataFrame:
    """A code must be an area of that kind in the register, where its county has any."""
    villages = _villages(rule, context)
    counties = villages["county_code"].unique().implode()
    bad = rows.filter(
        pl.col(rule["column"]).str.slice(0, 6).is_in(counties)
        & ~pl.col(rule["column"]).is_in(villages["area_code"].implode())
    )
    return bad.select(
        pl.col("row"),
        pl.lit(rule["severity"]).alias("severity"),
        pl.format("{}", rule["column"]).alias("found"),
    )
