"""What came after an area that is gone: `successors` of the register, followed through time.

An area is in a period when it is valid on the period's last day. One that is gone is stood for by
its successors, and by theirs once those are gone too.
"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from data.catalogue.files import Place

HEIRS: dict[str, Any] = {
    "area_code": pl.String,
    "heir_code": pl.String,
    "since": pl.Date,
    "until": pl.Date,
}
# Between an area's end and its successor's beginning nobody would owe anything.
_GAP = timedelta(days=31)
_BETWEEN = r"[;；、\s]+"
_STEPS = (("province", "city"), ("city", "county"), ("county", "township"), ("township", "village"))


def is_there(day: pl.Expr) -> pl.Expr:
    """Whether an area is valid on a day; without a day, it is."""
    began = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
    goes_on = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    return (began & goes_on).fill_null(True)


def heirs(register: pl.DataFrame) -> pl.DataFrame:
    """Who stands for the areas that are gone, from when to when.

    register  area_code, valid_from, valid_to and successors of areas.
    returns   HEIRS columns, one row per gone area and area that stands for it, from the day after
              its end, even where the heir begins some days later; `until` is the heir's last day.
    """
    gone = register.filter(pl.col("successors") != "").select("area_code", "valid_to", _listed())
    known = gone["next"].explode().unique().implode()
    ends = dict(
        register.filter(pl.col("area_code").is_in(known))
        .select("area_code", "valid_to")
        .iter_rows()
    )
    after = {code: (end, following) for code, end, following in gone.iter_rows()}

    def walk(code: str) -> dict[str, date]:
        """Whoever comes after an area, over however many steps -> from when on."""
        end, following = after[code]
        found: dict[str, date] = {heir: end + timedelta(days=1) for heir in following}
        for heir in following:
            for later, since in walk(heir).items() if heir in after else ():
                found[later] = min(since, found.get(later, since))
        return found

    rows = [
        (code, heir, since, ends.get(heir))
        for code, (end, _) in after.items()
        if end is not None
        for heir, since in walk(code).items()
    ]
    return pl.DataFrame(rows, schema=HEIRS, orient="row").sort("area_code", "heir_code")


def refuse_wrong(rows: pl.DataFrame) -> None:
    """Refuse successors that cannot have taken an area's place.

    rows    A register with `from_date` and `to_date`, and `file` and `line` of each row.
    raises  CatalogueError naming file and line of the first row at fault.
    """
    named = rows.filter(pl.col("successors") != "")
    if not named.height:
        return
    others = rows.select(
        next="area_code", next_level="level", next_from="from_date", next_to="to_date"
    )
    each = named.with_columns(_listed()).explode("next").join(others, on="next", how="left")
    own = pl.col("to_date")
    for wrong, problem in (
        (own.is_null(), "{area_code} 写了归入的代码，却没有停用日期。请补上 valid_to"),
        (pl.col("next") == pl.col("area_code"), "{area_code} 归入的代码是它自己。请改正"),
        (pl.col("next_level").is_null(), "{area_code} 归入的代码 {next} 不存在。请先登记"),
        (
            pl.col("next_level") != pl.col("level"),
            "{area_code} 归入的代码 {next} 不是同一层级。请改正",
        ),
        # So nothing can come after itself, over however many steps.
        (
            pl.col("next_to") <= own,
            "{area_code} 于 {to_date} 停用，归入的 {next} 那时已停用（{next_to}）。"
            "请改正代码或日期",
        ),
        (
            pl.col("next_from") > own + _GAP,
            "{area_code} 于 {to_date} 停用，归入的 {next} 到 {next_from} 才启用，中间没有着落。"
            "请改正代码或日期",
        ),
    ):
        found = each.filter(wrong.fill_null(False)).head(1)
        if found.height:
            row = found.row(0, named=True)
            raise Place(row["file"], row["line"]).fail(f"{problem.format(**row)}。")


def settled(rows: pl.DataFrame) -> pl.DataFrame:
    """The areas left over where what they lay in is gone: where they lie now, or that they went.

    Under a single successor they go on with their codes. Without any they went with it; of
    several nobody can say which, so they stay until the register does.

    rows     A register with `from_date` and `to_date`, before ancestors are looked up.
    returns  The same rows with parent_code and to_date as they come out.
    """
    if not rows["to_date"].is_not_null().any():
        return rows
    gone = rows.select("area_code", "successors", valid_from="from_date", valid_to="to_date")
    last = heirs(gone).filter(pl.col("until").is_null())
    sole = last.group_by("area_code").agg(
        heir=pl.when(pl.len() == 1).then(pl.col("heir_code").first())
    )
    for above, level in _STEPS:
        parents = rows.filter((pl.col("level") == above) & pl.col("to_date").is_not_null())
        ended = parents.select(
            parent_code="area_code", parent_end="to_date", is_last=pl.col("successors") == ""
        ).join(sole, left_on="parent_code", right_on="area_code", how="left")
        left = (pl.col("level") == level) & (
            pl.col("to_date").is_null() | (pl.col("to_date") > pl.col("parent_end"))
        )
        rows = (
            rows.join(ended, on="parent_code", how="left", maintain_order="left")
            .with_columns(
                parent_code=pl.when(left & pl.col("heir").is_not_null())
                .then("heir")
                .otherwise("parent_code"),
                to_date=pl.when(left & pl.col("is_last")).then("parent_end").otherwise("to_date"),
            )
            .drop("parent_end", "is_last", "heir")
        )
    return rows


def _listed() -> pl.Expr:
    """The codes of `successors` as a list in column `next`."""
    text = pl.col("successors").str.replace_all(_BETWEEN, ";").str.strip_chars(";")
    return text.str.split(";").alias("next")
