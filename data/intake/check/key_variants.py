"""Codes that are the same to a person: 「v1」 and 「V1」, a long dash and a short one or none.

Another way to write a known code would make a second clinic, issue or project out of one. It is
read as the code that is known, and that must be explained.
"""

from collections.abc import Sequence

import polars as pl

from data.catalogue.model import Column, Table
from data.findings import ERROR, EXPLAIN, HINT
from data.intake.check.context import VIOLATION, Context
from data.wording import filled

_DASHES = "[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]"
# What stands between the parts of a code, and accents that stray onto a letter.
_BETWEEN = r"[\s\-_./\\|·\u30fc\u4e00]+"
_ACCENTS = r"\p{M}"
# Cyrillic and Greek letters that nobody can tell from Latin ones or from a digit.
_LOOK_ALIKES = dict(
    zip("авекмнорстухѕіјѵзαβεικνορτυχ", "abekmhopctyxsijv3abeikvoptux", strict=True)
)
_COUNTY = pl.col("area_code").str.slice(0, 6)


def settle(rows: pl.DataFrame, table: Table, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with every code of their key written as it is known, and what is to be said of it.

    rows     New rows of a table, with `row`.
    returns  the rows, and violations: 需说明 for each code that is written otherwise, 错误 where
             two rows are one by it, 提示 for what a register never held before.
    """
    codes = [table.by_name[name] for name in table.key if _is_code(table, name)]
    if not codes:
        return rows, pl.DataFrame(schema=VIOLATION)
    old = context.stored(table, ["area_code", *table.key])
    found: list[pl.DataFrame] = []
    for column in codes:
        known = None if old is None else old[column.name]
        written = _written_otherwise(rows[column.name], known)
        if written is not None:
            found.append(_variants(rows, column, written))
            rows = rows.with_columns(pl.col(column.name).replace(written["code"], written["known"]))
    if found:
        found.append(_repeated(rows, table, codes[0]))
    if table.register and old is not None:
        found += _first_seen(rows, old, table, codes)
    return rows, pl.concat([pl.DataFrame(schema=VIOLATION), *found])


def _is_code(table: Table, name: str) -> bool:
    return name in table.by_name and table.by_name[name].type == "code"


def _form(codes: pl.Expr) -> pl.Expr:
    """A code as it is compared: its letters evened out, one dash between its parts."""
    return (
        codes.str.normalize("NFKC")
        .str.replace_all(_ACCENTS, "")
        .str.to_lowercase()
        .str.replace_many(list(_LOOK_ALIKES), list(_LOOK_ALIKES.values()))
        .str.replace_all("([0-9])o", "${1}0")
        .str.replace_all(_DASHES, "-")
        .str.replace_all(_BETWEEN, "-")
        .str.strip_chars("-")
    )


def _joined(form: pl.Expr) -> pl.Expr:
    """The same with no dash at all where that leads to one code alone: 1-11 and 11-1 stay two."""
    tight, is_parted = form.str.replace_all("-", "", literal=True), form.str.contains("-")
    parted = form.filter(is_parted).n_unique().over(tight)
    return pl.when(parted <= 1).then(tight).otherwise(form)


def _written_otherwise(new: pl.Series, known: pl.Series | None) -> pl.DataFrame | None:
    """code, known, is_doubtful: codes that are on file, or in the rows before, written otherwise.

    A long dash in a code that nobody has becomes a short one: there is no doubt about that.
    """
    names = pl.Series([], dtype=pl.String) if known is None else known.drop_nulls().unique()
    strange = new.drop_nulls().unique(maintain_order=True)
    strange = strange.filter(~strange.is_in(names.implode()))
    if strange.is_empty():
        return None
    parts = [
        names.sort().alias("code").to_frame().with_columns(is_old=pl.lit(True)),
        strange.alias("code").to_frame(),
    ]
    # Of each form the first stands for all: the one on file, else the one that the rows had first.
    first = pl.col("known", "is_old").first().over("form").name.prefix("first_")
    formed = (
        pl.concat(parts, how="diagonal")
        .with_columns(
            pl.col("is_old").fill_null(False),
            form=_joined(_form(pl.col("code"))),
            plain=pl.col("code").str.replace_all(_DASHES, "-"),
        )
        .with_columns(known=pl.when("is_old").then("code").otherwise("plain"))
        .with_columns(first)
    )
    otherwise = formed.filter(~pl.col("is_old") & (pl.col("code") != pl.col("first_known")))
    if otherwise.is_empty():
        return None
    is_doubtful = pl.col("first_is_old") | (pl.col("plain") != pl.col("first_known"))
    return otherwise.select("code", known="first_known", is_doubtful=is_doubtful)


def _variants(rows: pl.DataFrame, column: Column, written: pl.DataFrame) -> pl.DataFrame:
    doubtful = rows.join(
        written.filter("is_doubtful").rename({"code": column.name}), on=column.name
    ).sort("row")
    return doubtful.select(
        "row",
        column=pl.lit(column.name),
        rule=pl.lit("key.variant"),
        severity=pl.lit(EXPLAIN),
        found=filled("「{}」，已按原有的「{}」读取", column.name, "known"),
        expected=pl.lit(f"与原来一样的{column.header}"),
        action=pl.lit(
            "只差写法（大小写、横线、形近的字母）：请改成原来的；确是另一个对象的，请换一个编码。"
        ),
    )


def _repeated(rows: pl.DataFrame, table: Table, column: Column) -> pl.DataFrame:
    """Rows that have become one and the same, beside those that the reading has told."""
    key = ["period", *table.key]
    place = filled("{} 第 {} 行", "source_sheet", "source_row")
    again = rows.with_columns(
        first=pl.col("row").first().over(key), other=place.first().over(key)
    ).filter(pl.col("row") != pl.col("first"))
    return again.select(
        "row",
        column=pl.lit(column.name),
        rule=pl.lit("key.duplicate"),
        severity=pl.lit(ERROR),
        found=filled("{} 与 {} 重复", "period", "other"),
        expected=pl.lit("同一报告期每个对象只有一行"),
        action=pl.lit("请删去或合并重复的行。"),
    )


def _first_seen(
    rows: pl.DataFrame, old: pl.DataFrame, table: Table, codes: Sequence[Column]
) -> list[pl.DataFrame]:
    """What a register never held before; where a county files it for the first time, the number."""
    key, column = list(table.key), codes[0]
    new = rows.join(old.select(key).unique(), on=key, how="anti", nulls_equal=True)
    is_whole = pl.all_horizontal(pl.col(name).is_not_null() for name in key)
    new = new.filter(is_whole).unique(key, keep="first", maintain_order=True)
    new = new.with_columns(county=_COUNTY)
    counties = old.select(_COUNTY).to_series().unique().implode()
    is_known = pl.col("county").is_in(counties)
    named = pl.concat_str([name for name in key if name in table.by_name], separator=" ")
    each = new.filter(is_known).select("row", found=filled("{} 第一次出现", named))
    whole = (
        new.filter(~is_known)
        .group_by("county", maintain_order=True)
        .agg(pl.col("row").first(), count=pl.len())
        .select("row", found=filled("本县第一次报，{} 个对象都是第一次出现", "count"))
    )
    return [
        told.select(
            "row",
            column=pl.lit(column.name),
            rule=pl.lit("key.first_seen"),
            severity=pl.lit(HINT),
            found="found",
            expected=pl.lit(f"报过的{column.header}"),
            action=pl.lit("新增的不必处理；原来就有的，请核对编码是否写错。"),
        )
        for told in (each, whole)
    ]
