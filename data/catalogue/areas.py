"""The area register: province > city > county > township > village, always text codes."""

from pathlib import Path

import polars as pl

from data.catalogue import succession
from data.catalogue.files import Place
from data.catalogue.model import AREA_SCHEMA, LEVELS
from data.errors import CatalogueError, reason_zh

COLUMNS = (
    "area_code",
    "name",
    "level",
    "parent_code",
    "kind",
    "valid_from",
    "valid_to",
    "successors",
)
KINDS = ("", "village", "neighbourhood", "other", "statistical_zone")
_LENGTH = {"province": 6, "city": 6, "county": 6, "township": 9, "village": 12}
# Levels of the statistical register that are no places of their own; their names are left out.
_PSEUDO = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def read(path: Path, shown: str, columns: tuple[str, ...] = COLUMNS) -> pl.DataFrame:
    """A register file as text columns plus `file` and `line`.

    raises CatalogueError when the header is not `columns` or the file is not UTF-8 CSV.
    """
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise CatalogueError(f"{shown} 不是可读的 UTF-8 CSV 文件。请另存为 UTF-8 CSV。") from error
    except OSError as error:
        raise CatalogueError(f"{shown} 读不了（{reason_zh(error)}）。请检查文件和权限。") from error
    if tuple(frame.columns) != columns:
        raise Place(shown, 1).fail(
            f"表头应为 {','.join(columns)}，实为 {','.join(frame.columns)}。"
        )
    return frame.select(pl.all().fill_null("").str.strip_chars()).with_columns(
        file=pl.lit(shown), line=pl.int_range(pl.len(), dtype=pl.Int64) + 2
    )


def build(layers: list[pl.DataFrame]) -> pl.DataFrame:
    """One register from layers, a later layer winning by code, in the order of codes.

    returns  AREA_SCHEMA columns, sorted by area_code; order_no counts that order. Where an area
             lies and until when takes into account what its parent became.
    raises   CatalogueError naming file and line of the first row at fault.
    """
    for layer in layers:
        _refuse(
            layer.with_columns(pl.col("line", "name").first().over("area_code").name.prefix("at_")),
            ~pl.col("area_code").is_first_distinct(),
            "区划代码 {area_code} 重复：第 {at_line} 行已是「{at_name}」，这一行是「{name}」。"
            "一个代码只能登记一个区划；先后给过两个区划的，只登记现在的那个，请删去一行",
        )
    rows = (
        pl.concat(layers)
        .unique("area_code", keep="last", maintain_order=True)
        .sort("area_code")
        .with_columns(
            from_date=pl.col("valid_from").str.to_date("%Y-%m-%d", strict=False),
            to_date=pl.col("valid_to").str.to_date("%Y-%m-%d", strict=False),
        )
    )
    length = pl.col("level").replace_strict(_LENGTH, default=None, return_dtype=pl.Int64)
    _refuse(rows, ~pl.col("level").is_in(LEVELS), "层级「{level}」不对，应为 " + "/".join(LEVELS))
    _refuse(
        rows,
        ~pl.col("area_code").str.contains(r"^[0-9]+$")
        | (pl.col("area_code").str.len_chars() != length),
        "代码 {area_code} 的位数与层级 {level} 不符（县级以上6位、乡级9位、村级12位）",
    )
    _refuse(rows, pl.col("name") == "", "区划 {area_code} 没有名称")
    _refuse(rows, ~pl.col("kind").is_in(KINDS), "类别「{kind}」不对，应为 " + "/".join(KINDS[1:]))
    for text, day in (("valid_from", "from_date"), ("valid_to", "to_date")):
        _refuse(
            rows,
            (pl.col(text) != "") & pl.col(day).is_null(),
            f"日期「{{{text}}}」不存在，应写作 2020-01-31",
        )
    _refuse(rows, pl.col("to_date") < pl.col("from_date"), "{area_code} 的停用日期早于启用日期")
    parents = rows.select(
        parent_code="area_code", parent_level="level", parent_parent="parent_code"
    )
    rows = rows.join(parents, on="parent_code", how="left", maintain_order="left")
    _refuse(
        rows,
        (pl.col("level") != "province") & pl.col("parent_level").is_null(),
        "上级代码 {parent_code} 不存在，请先登记上级",
    )
    rank = {level: index for index, level in enumerate(LEVELS)}
    _refuse(
        rows,
        pl.col("parent_level").is_not_null()
        & (
            pl.col("parent_level").replace_strict(rank, default=None, return_dtype=pl.Int64)
            >= pl.col("level").replace_strict(rank, default=None, return_dtype=pl.Int64)
        ),
        "{area_code} 的上级 {parent_code} 层级不高于本级",
    )
    succession.refuse_wrong(rows)
    return _with_ancestors(succession.settled(rows))


def level_of(code: pl.Expr) -> pl.Expr:
    """The level that a code says by its length and its zeros."""
    length = code.str.len_chars()
    return (
        pl.when((length == 6) & code.str.ends_with("0000"))
        .then(pl.lit("province"))
        .when((length == 6) & code.str.ends_with("00"))
        .then(pl.lit("city"))
        .when(length == 6)
        .then(pl.lit("county"))
        .when(length == 9)
        .then(pl.lit("township"))
        .when(length == 12)
        .then(pl.lit("village"))
    )


def parent_of(code: pl.Expr, level: pl.Expr) -> pl.Expr:
    """The code of the area above, as a code of a level says it."""
    return (
        pl.when(level == "village")
        .then(code.str.head(9))
        .when(level == "township")
        .then(code.str.head(6))
        .when(level == "county")
        .then(code.str.head(4) + "00")
        .when(level == "city")
        .then(code.str.head(2) + "0000")
    )


def kind_of(code: pl.Expr) -> pl.Expr:
    """Of a village's twelve digits the last three: below 200 neighbourhoods, below 400 villages."""
    number = code.str.tail(3)
    return (
        pl.when(number < "200")
        .then(pl.lit("neighbourhood"))
        .when(number < "400")
        .then(pl.lit("village"))
        .otherwise(pl.lit("other"))
    )


def _with_ancestors(rows: pl.DataFrame) -> pl.DataFrame:
    """Each area's own code and its ancestors' by level, its full name and its order."""
    codes: dict[str, pl.Expr] = {
        f"{level}_code": pl.when(pl.col("level") == level).then(pl.col("area_code"))
        for level in LEVELS[:-1]
    }
    out = rows.with_columns(**codes, next_code=pl.col("parent_code"))
    lookup = rows.select(
        next_code="area_code", up_level="level", up_code="area_code", up_next="parent_code"
    )
    for _ in LEVELS[1:]:
        out = (
            out.join(lookup, on="next_code", how="left", maintain_order="left")
            .with_columns(
                *(
                    pl.when(pl.col("up_level") == level)
                    .then(pl.col("up_code"))
                    .otherwise(pl.col(f"{level}_code"))
                    .alias(f"{level}_code")
                    for level in LEVELS[:-1]
                ),
                next_code=pl.col("up_next"),
            )
            .drop("up_level", "up_code", "up_next")
        )
    names = rows.select(pl.col("area_code"), pl.col("name"))
    for level in LEVELS[:-1]:
        out = out.join(
            names.rename({"area_code": f"{level}_code", "name": f"{level}_name"}),
            on=f"{level}_code",
            how="left",
            maintain_order="left",
        )
    city = (
        pl.when(pl.col("city_name").is_in(_PSEUDO))
        .then(pl.col("province_name"))
        .otherwise(pl.col("city_name"))
    )
    full_name = (
        pl.when(pl.col("level") == "province")
        .then(pl.col("name"))
        .when(pl.col("level") == "city")
        .then(
            pl.when(pl.col("name").is_in(_PSEUDO))
            .then(pl.col("province_name") + pl.col("name"))
            .otherwise(pl.col("name"))
        )
        .otherwise(
            pl.concat_str(
                city,
                pl.col("county_name"),
                pl.when(pl.col("level") != "county").then(pl.col("township_name")),
                pl.when(pl.col("level") == "village").then(pl.col("name")),
                ignore_nulls=True,
            )
        )
    )
    return out.with_columns(
        valid_from=pl.col("from_date"),
        valid_to=pl.col("to_date"),
        full_name=full_name,
        order_no=pl.int_range(pl.len(), dtype=pl.Int64),
    ).select(list(AREA_SCHEMA))


def _refuse(rows: pl.DataFrame, wrong: pl.Expr, problem: str) -> None:
    """Raise for the first row for which `wrong` is true; null counts as right."""
    found = rows.filter(wrong.fill_null(False)).head(1)
    if found.height:
        row = found.row(0, named=True)
        raise Place(row["file"], row["line"]).fail(f"{problem.format(**row)}。请改正这一行。")
