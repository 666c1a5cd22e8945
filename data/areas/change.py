"""What happens to areas: set up, renamed, abolished, merged, split, each on a day.

A change becomes rows of the store's own `areas.csv`, which a person may write as well.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from data.catalogue import areas as register
from data.errors import UsageError

NEW, RENAMED, ENDED, MERGED, SPLIT = "新设", "改名", "撤销", "合并", "拆分"
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
# How many areas it happens to at least, and how many are there from then on.
_NEEDED = {NEW: (0, 1), RENAMED: (1, 1), ENDED: (1, 0), MERGED: (1, 1), SPLIT: (1, 2)}


@dataclass(frozen=True)
class Change:
    """What happens to areas of one level.

    kind      新设 | 改名 | 撤销 | 合并 | 拆分; a new code is a 合并 of one area.
    day       The first day on which it is so.
    areas     Codes of those that it happens to; none of a new one.
    into      Code → name of those that are there from then on: the new one, the new name, whoever
              takes the others in, the parts. Of one that is registered the name does not matter.
    parent    In which area a new one lies.
    villages  Of a township that is split: village → the part in which it lies.
    """

    kind: str
    day: date
    areas: tuple[str, ...] = ()
    into: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    villages: Mapping[str, str] = field(default_factory=dict)


def rows_of(change: Change, known: pl.DataFrame) -> pl.DataFrame:
    """The rows of areas.csv that a change writes: text, with `file` and `line` to be told by.

    known   The register by code, as text.
    raises  UsageError when it lacks something, or gives away a code that is in use.
    """
    _refuse_unfit(change, known)
    last_day = (change.day - timedelta(days=1)).isoformat()
    code = pl.col("area_code")
    were = known.filter(code.is_in(change.areas))
    if change.kind == RENAMED:
        changed = were.with_columns(name=pl.lit(next(iter(change.into.values()))))
    else:
        changed = were.filter(~code.is_in([*change.into])).with_columns(
            valid_to=pl.lit(last_day), successors=pl.lit(";".join(change.into))
        )
    begun = _begun(change, known)
    moved = known.filter(code.is_in([*change.villages])).with_columns(
        parent_code=code.replace_strict(change.villages, default=pl.col("parent_code"))
    )
    listed = pl.concat([changed, begun.select(known.columns), moved])
    return listed.with_columns(file=pl.lit("这次变动"), line=pl.int_range(pl.len()) + 1)


def _begun(change: Change, known: pl.DataFrame) -> pl.DataFrame:
    """The rows of areas that are new to the register."""
    named = pl.DataFrame(
        {"area_code": [*change.into], "name": [*change.into.values()]},
        schema=dict.fromkeys(("area_code", "name"), pl.String),
    ).join(known, on="area_code", how="anti")
    beside = known.filter(pl.col("area_code").is_in(change.areas))["parent_code"]
    code = pl.col("area_code")
    return named.with_columns(
        level=register.level_of(code),
        parent_code=pl.lit(change.parent or next(iter(beside), "")),
        valid_from=pl.lit(change.day.isoformat()),
        valid_to=pl.lit(""),
        successors=pl.lit(""),
        file=pl.lit(""),
        line=pl.lit(0, pl.Int64),
    ).with_columns(
        kind=pl.when(pl.col("level") == "village")
        .then(register.kind_of(code))
        .otherwise(pl.lit(""))
    )


def _refuse_unfit(change: Change, known: pl.DataFrame) -> None:
    areas, into = _NEEDED[change.kind]
    if len(change.areas) < areas:
        raise UsageError(f"{change.kind}：请选是哪个区划。")
    if len(change.into) < into:
        raise UsageError(
            f"{change.kind}：请写以后的代码和名称" + ("（至少两个）。" if into == 2 else "。")
        )
    if change.kind == MERGED and set(change.areas) <= set(change.into):
        raise UsageError("合并：并入的就是它自己。请再选至少一个区划。")
    if wrong := [code for code in change.into if not _CODE.fullmatch(code)]:
        raise UsageError(f"代码「{wrong[0]}」不是 6、9 或 12 位数字。请核对。")
    names = dict(known.select("area_code", "name").iter_rows())
    if strange := [code for code in change.areas if code not in names]:
        raise UsageError(f"区划 {strange[0]} 没有登记。请核对代码。")
    if change.kind == NEW and (used := [code for code in change.into if code in names]):
        raise UsageError(
            f"代码 {used[0]} 已是「{names[used[0]]}」。一个代码只登记一个区划，请换一个没有用过的。"
        )
    if nameless := [code for code, name in change.into.items() if not (name or names.get(code))]:
        raise UsageError(f"{change.kind}：{nameless[0]} 没有写名称。")
