"""The changes of areas that were made in a store, each with its reason; and the way back.

`area_changes.csv` lies beside the store's own `areas.csv` and keeps, for each row that a change
wrote, the row as it was before: text that a person may read, in the same columns.
"""

import os
from datetime import datetime
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data import personal
from data.areas import own
from data.areas.change import Change, rows_of
from data.areas.following import follows
from data.areas.own import Layer
from data.catalogue import areas as register
from data.errors import StoreError, UsageError, reason_zh

FILE = "area_changes.csv"
TAKEN_BACK = "撤回"
# What is said of a change; of one that takes another back `day` is the other's number.
SAID = ("number", "time", "who", "change", "day", "reason")
_COLUMNS = (*SAID, *register.COLUMNS)


def make(store: Path, change: Change, *, who: str, reason: str, now: datetime) -> int:
    """Write a change into the store's areas.csv, and beside it who made it and why; its number.

    raises  UsageError without a reason or with a person's number in it; as `follows`.
    """
    _refuse_unreasoned(reason)
    follows(store, change)  # other definitions could be wrong with it
    before: list[pl.DataFrame] = []

    def read(known: pl.DataFrame) -> Layer:
        rows = rows_of(change, known)
        before.append(_as_they_were(rows["area_code"], known))
        return Layer(rows)

    own.lay_over(store, read)
    return _note(store, before[0], change.kind, change.day.isoformat(), who, reason, now)


def take_back(store: Path, number: int, *, who: str, reason: str, now: datetime) -> None:
    """Give the rows of a change back what they were.

    raises  UsageError without a reason, when there is no such change that stands, or when a later
            one wrote the same rows.
    """
    _refuse_unreasoned(reason)
    standing = made(store).filter(~pl.col("is_taken_back")).explode("codes")
    codes = standing.filter(pl.col("number") == number)["codes"]
    if codes.is_empty():
        raise UsageError(f"没有第 {number} 次变动，或已经撤回。")
    later = standing.filter((pl.col("number") > number) & pl.col("codes").is_in(codes.implode()))
    if later.height:
        raise UsageError(f"第 {later['number'].item(0)} 次变动改过同一个区划，请先撤回它。")
    noted = _noted(store).filter(pl.col("number") == str(number))
    was_there = pl.col("name") != ""
    before: list[pl.DataFrame] = []

    def read(known: pl.DataFrame) -> Layer:
        before.append(_as_they_were(noted["area_code"], known))
        rows = noted.filter(was_there).select(
            *register.COLUMNS, file=pl.lit(FILE), line=pl.int_range(pl.len()) + 1
        )
        return Layer(rows, dropped=noted.filter(~was_there)["area_code"].to_list())

    own.lay_over(store, read)
    _note(store, before[0], TAKEN_BACK, str(number), who, reason, now)


def made(store: Path) -> pl.DataFrame:
    """The changes of a store, newest first: SAID, codes (a list), is_taken_back.

    `number` is a whole number, the rest of SAID text.
    raises  CatalogueError when the file is not as it was written.
    """
    noted = _noted(store)
    is_back = pl.col("change") == TAKEN_BACK
    taken_back = noted.filter(is_back)["day"].unique().implode()
    return (
        noted.filter(~is_back)
        .group_by(SAID, maintain_order=True)
        .agg(codes=pl.col("area_code"))
        .with_columns(
            pl.col("number").cast(pl.Int64), is_taken_back=pl.col("number").is_in(taken_back)
        )
        .sort("number", descending=True)
    )


def _as_they_were(codes: pl.Series, known: pl.DataFrame) -> pl.DataFrame:
    """The rows of the store's own file; of a code that it does not have, the code alone."""
    own_rows = known.filter(pl.col("file") == own.FILE).select(register.COLUMNS)
    return codes.to_frame().join(own_rows, on="area_code", how="left", maintain_order="left")


def _note(
    store: Path,
    before: pl.DataFrame,
    change: str,
    day: str,
    who: str,
    reason: str,
    now: datetime,
) -> int:
    noted = _noted(store)
    number = 1 + max((int(each) for each in noted["number"]), default=0)
    said = {
        "number": str(number),
        "time": now.isoformat(timespec="seconds"),
        "who": who,
        "change": change,
        "day": day,
        "reason": " ".join(reason.split()),
    }
    new = before.with_columns(**{name: pl.lit(text) for name, text in said.items()})
    path = store / catalogues.OVERLAY / FILE
    temporary = path.with_name(".area_changes.tmp")
    try:
        pl.concat([noted, new.select(_COLUMNS)]).with_columns(pl.all().replace("", None)).write_csv(
            temporary
        )
        os.replace(temporary, path)
    except OSError as error:
        raise StoreError(
            f"{path.name} 写不进去（{reason_zh(error)}），区划已改而理由没有记下。"
            "请检查磁盘和权限。"
        ) from error
    return number


def _noted(store: Path) -> pl.DataFrame:
    path = store / catalogues.OVERLAY / FILE
    if not path.exists():
        return pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    return register.read(path, FILE, _COLUMNS).select(_COLUMNS)


def _refuse_unreasoned(reason: str) -> None:
    if not reason.strip():
        raise UsageError("还没有写依据。请写明批文或理由，以后查得到为什么改。")
    if personal.has_any(reason):
        raise UsageError("理由里有身份证号或手机号，没有保存。请删去后再试。")
