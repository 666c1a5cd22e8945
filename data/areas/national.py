"""The national register as shipped: every township and village of the statistical office, of 2023.

A file per province, read when somebody asks for a county of it and never before.
"""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.catalogue import areas as register
from data.catalogue import county_names
from data.catalogue.model import Catalogue
from data.errors import StoreError, UsageError

FOLDER = Path(__file__).parents[1] / "reference" / "areas"
AS_OF = "2023-06-30"
TOLD = f"全国名录是国家统计局截至 {AS_OF} 的统计用区划；以后的撤并、改名请自己核对。"
_LEVELS = ("city", "county")
# The twelve digits of the statistical office end in zeros above the township.
_ZEROS = re.compile(r"(?<=^\d{6})0{6}$")


def inside(codes: Sequence[str], folder: Path = FOLDER) -> pl.DataFrame:
    """The townships and villages in some counties or cities: the register's columns as text.

    raises  StoreError when a file of the product is not there or cannot be read.
    """
    found = pl.concat([_inside(code, folder) for code in codes])
    return found.unique("area_code", maintain_order=True).sort("area_code")


def find(asked: str, catalogue: Catalogue, year: int | None = None) -> str:
    """The code of the county or city that a code or a name says.

    It may be one that was set up later and is not in the register.
    year    Of which year the code is, as it stood at the end: codes are used again.
    raises  UsageError that asks which: what an old code or name became, who had the code before,
            those that share the name, or the nearest.
    """
    asked = _ZEROS.sub("", asked)
    if year is not None and (past := county_names.became_since(asked, year)):
        raise UsageError(past)
    upper = catalogue.register.upper.filter(pl.col("level").is_in(_LEVELS))
    named = upper.filter(
        (pl.col("area_code") == asked) | (pl.col("name") == asked) | (pl.col("full_name") == asked)
    )
    if named.height == 1:
        if year is None and (twice := county_names.meant_before(asked)):
            raise UsageError(twice)
        return named["area_code"].item()
    if named.height:
        raise UsageError(f"叫「{asked}」的有 {_listed(named)}。请写代码。")
    if newer := county_names.newer(asked):
        return newer[0]
    if past := county_names.became(asked):
        raise UsageError(past)
    near = upper.filter(pl.col("area_code").is_in(_nearest(asked, upper)))
    offered = f"相近的有 {_listed(near)}。" if near.height else "区划名录里没有相近的。"
    raise UsageError(f"全国名录里没有县或市「{asked}」。{offered}请核对代码或名称。")


def later(code: str) -> pl.DataFrame:
    """A county that was set up after the register: its own row, the register's columns as text.

    Until somebody knows the day it is there from the end of the year whose list has it first.
    """
    _, name, year = county_names.newer(code) or (code, code, 0)
    row = (code, name, "county", f"{code[:4]}00", "", f"{year}-12-31", "", "")
    return pl.DataFrame([row], schema=dict.fromkeys(register.COLUMNS, pl.String), orient="row")


def _nearest(asked: str, upper: pl.DataFrame) -> list[str]:
    """Up to four codes: of a code its neighbours, of a name those that look most like it."""
    if asked.isdecimal():
        beside = upper.filter(pl.col("area_code").str.head(4) == asked[:4])["area_code"].to_list()
        return difflib.get_close_matches(asked, beside, n=4, cutoff=0)
    by_name = {
        name: code
        for column in ("full_name", "name")
        for name, code in upper.select(column, "area_code").iter_rows()
    }
    return [by_name[name] for name in difflib.get_close_matches(asked, by_name, n=4, cutoff=0.5)]


def _listed(rows: pl.DataFrame) -> str:
    return "、".join(f"{code} {name}" for code, name in rows["area_code", "full_name"].iter_rows())


def _inside(code: str, folder: Path) -> pl.DataFrame:
    path = folder / f"{code[:2]}.parquet"
    is_city = code.endswith("00")
    code_of = pl.col("area_code")
    try:
        return (
            pl.scan_parquet(path)
            .filter(code_of.str.starts_with(code[:4] if is_city else code))
            .with_columns(
                level=register.level_of(code_of),
                **dict.fromkeys(("valid_from", "valid_to", "successors"), pl.lit("")),
            )
            .with_columns(parent_code=register.parent_of(code_of, pl.col("level")))
            .select(register.COLUMNS)
            .collect()
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StoreError(
            f"产品自带的全国名录 {path.name} 缺了或坏了。请重新安装本产品。"
        ) from error
