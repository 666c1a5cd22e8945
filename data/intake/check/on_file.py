"""What is on file already comes into the new rows before any rule runs: rules look across tables.

Codes are written as they are known, figures that an export kept back are put in, and columns that
a file lacks keep what is stored: a shorter form deletes nothing. To empty a figure its column must
stand in the file, with an empty cell.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from data.catalogue.model import Table
from data.filed.rows import natural_key
from data.filed.withheld import MARK, WITHHELD, as_on_file
from data.findings import ERROR, HINT, Finding
from data.intake.check import key_variants
from data.intake.check.context import VIOLATION, Context
from data.intake.check.rules import answered
from data.intake.typed.typist import Typed

_KEPT = "kept_"


def settle(
    context: Context, typed: Mapping[str, Sequence[Typed]]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame], list[Finding]]:
    """Bring the new rows in line with the snapshot.

    typed    Table id -> where the rows come from, by `typed_no`.
    returns  table id -> the rows; table id -> violations; 提示 for each file whose lacking columns
             are kept.
    """
    settled: dict[str, pl.DataFrame] = {}
    found: dict[str, pl.DataFrame] = {}
    told: list[Finding] = []
    for name, rows in context.rows.items():
        table = context.catalogue.tables[name]
        rows, variants = key_variants.settle(rows, table, context)
        variants = answered(variants, rows)
        rows, lost = _with_withheld(rows, table, context)
        rows = _with_kept(rows, _lacking(table, typed[name]), table, context)
        settled[name], found[name] = rows, pl.concat([variants, lost])
        told += _kept_findings(rows, table, typed[name])
    return settled, found, told


def _with_withheld(
    rows: pl.DataFrame, table: Table, context: Context
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The figures on file where rows hold the mark of an export; marks without one are 错误."""
    if WITHHELD not in rows.columns:
        return rows, pl.DataFrame(schema=VIOLATION)
    secret = [column.name for column in table.columns if column.sensitive]
    old = context.stored(table, [*natural_key(table), *secret])
    rows, lost = as_on_file(rows, old, table)
    return rows, lost.select(
        "row",
        "column",
        rule=pl.lit("cell.withheld"),
        severity=pl.lit(ERROR),
        found=pl.lit(f"“{MARK}”，数据仓里没有这一行"),
        expected=pl.lit("这一行原来报过的数，或者填上实际的数"),
        action=pl.lit("请填上实际的数；行是抄来的，请核对区划、报告期等是否改动过。"),
    )


def _kept_findings(rows: pl.DataFrame, table: Table, typed: Sequence[Typed]) -> list[Finding]:
    """提示 for each file that lacks columns of which something is stored."""
    findings = []
    for number, (columns, count) in _counts(rows).items():
        findings.append(
            Finding(
                file=typed[number].file,
                sheet=typed[number].sheet,
                cell="",
                table=f"{table.id} {table.title}",
                column="",
                area="",
                rule="column.kept",
                severity=HINT,
                found=f"比数据仓少 {columns} 列，那里的 {count} 个数照旧保留",
                expected="与空白表相同的各列",
                action="要清空的，请加上这一列并把格子空着。",
            )
        )
    return findings


def _lacking(table: Table, typed: Sequence[Typed]) -> dict[int, list[str]]:
    """typed_no -> the stored columns of a table, 备注 among them, that the file does not have."""
    own = [column.name for column in table.stored_columns]
    always = {*table.key, table.area_column, "area_code", "division_code"}
    return {
        number: [
            name
            for name in (*own, "remark")
            if name not in always and name not in each.letters and name not in each.fixed
        ]
        for number, each in enumerate(typed)
    }


def _with_kept(
    rows: pl.DataFrame, absent: Mapping[int, Sequence[str]], table: Table, context: Context
) -> pl.DataFrame:
    """The new rows with what is stored in the columns that their file lacks.

    absent   typed_no -> such columns.
    returns  the rows in their order, and `kept_x` beside each such column x: what is stored, null
             where the file has the column or the store has nothing. Of a register it is what was
             last filed. Secret figures are named in `WITHHELD`: no finding may tell them.
    """
    names = list(dict.fromkeys(name for each in absent.values() for name in each))
    old = context.stored(table, [*natural_key(table), "period_end", *names]) if names else None
    if old is None:
        return rows
    before = _before(rows, old, names, table)
    kept = [
        pl.when(pl.col("typed_no").is_in([no for no, each in absent.items() if name in each]))
        .then(_KEPT + name)
        .alias(_KEPT + name)
        for name in names
    ]
    rows = rows.join(before, on="row", how="left", maintain_order="left").with_columns(kept)
    secret = [column.name for column in table.columns if column.sensitive and column.name in names]
    if secret:
        marks = pl.col(WITHHELD) if WITHHELD in rows.columns else pl.lit([], pl.List(pl.String))
        told = [pl.when(pl.col(_KEPT + n).is_not_null()).then(pl.lit(n)) for n in secret]
        own = pl.concat_list(told).list.drop_nulls()
        rows = rows.with_columns(pl.concat_list(marks.fill_null([]), own).alias(WITHHELD))
    # A remark explains the figures beside it: it may not answer what the new ones give to doubt.
    figures = [name for name in names if name != "remark"]
    return rows.with_columns(pl.coalesce(name, _KEPT + name).alias(name) for name in figures)


def with_remarks(rows: pl.DataFrame) -> pl.DataFrame:
    """The checked rows with the stored 备注 of those whose file has no such column."""
    names = [name for name in rows.columns if name.startswith(_KEPT)]
    if _KEPT + "remark" in names:
        rows = rows.with_columns(remark=pl.coalesce("remark", _KEPT + "remark"))
    return rows.drop(names)


def _counts(rows: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """typed_no -> how many columns and how many values of its rows were kept."""
    names = [name for name in rows.columns if name.startswith(_KEPT)]
    if not names:
        return {}
    by_batch = rows.group_by("typed_no").agg(pl.col(names).count())
    told = {line["typed_no"]: [line[name] for name in names] for line in by_batch.to_dicts()}
    return {no: (sum(n > 0 for n in each), sum(each)) for no, each in told.items() if any(each)}


def _before(
    rows: pl.DataFrame, old: pl.DataFrame, names: Sequence[str], table: Table
) -> pl.DataFrame:
    """row, and as `kept_x` what is stored of the same key and period, in a register last filed."""
    kept = [pl.col(name).alias(_KEPT + name) for name in names]
    stored = old.select(*natural_key(table), pl.col("period_end").alias("end"), *kept)
    if not table.register:
        key = natural_key(table)
        found = rows.select("row", *key).join(stored.drop("end"), on=key, nulls_equal=True)
    else:
        asked = rows.select("row", "period_end", *table.key)
        found = asked.join(stored, on=list(table.key), nulls_equal=True)
        found = found.filter(pl.col("end") <= pl.col("period_end")).sort("end")
    return found.select("row", *(_KEPT + name for name in names)).unique("row", keep="last")
