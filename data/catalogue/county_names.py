"""What codes of counties meant in which year: codes are used again, and counties change theirs.

Known are the lists of the ends of years. They say who was there under which code and name, not who
took in whom: of a county that is gone the table knows the neighbours that came instead.
"""

from functools import cache
from pathlib import Path

import polars as pl

from data.errors import StoreError, UsageError

FILE = Path(__file__).parents[1] / "reference" / "county_names.csv"
COLUMNS = ("code", "name", "listed_from", "listed_to", "change", "successors", "source")
NOW, RENAMED, RECODED, TAKEN, GONE = "在用", "更名", "改代码", "换名", "撤销"
# A code that meant another district longer ago than this stands in no file that is still read.
_REMEMBERED = 2000
_MOST_OFFERED = 12


@cache
def table() -> pl.DataFrame:
    """COLUMNS, by code and year; years are whole numbers, `listed_to` is null where it goes on.

    raises  StoreError when the product's own file is not there.
    """
    try:
        return pl.read_csv(
            FILE,
            schema_overrides={
                **dict.fromkeys(("code", "successors"), pl.String),
                **dict.fromkeys(("listed_from", "listed_to"), pl.Int64),
            },
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StoreError(f"产品自带的 {FILE.name} 缺了或坏了。请重新安装本产品。") from error


def became_since(code: str, year: int) -> str:
    """What became of the county that had a code at the end of a year; empty where it still has it.

    raises  UsageError when no county had it then.
    """
    had = table().filter((pl.col("code") == code) & _listed_in(year))
    if had.is_empty():
        raise UsageError(f"{year} 年末的名单上没有代码 {code}。请核对代码和年份。")
    row = had.row(0, named=True)
    last = _last(row)
    return "" if last["change"] == NOW and last["code"] == code else _became(row)


def newer(asked: str) -> tuple[str, str, int] | None:
    """Code, name and first year of a county that is on the newest list, by its code or name."""
    found = _of(asked).filter(pl.col("change") == NOW)
    return found.select("code", "name", "listed_from").row(0) if found.height == 1 else None


def meant_before(code: str) -> str:
    """Who had the code before its present owner, in a sentence; empty where nobody had."""
    spans = table().filter(pl.col("code") == code)
    others = spans.filter((pl.col("change") == TAKEN) & (pl.col("listed_to") >= _REMEMBERED))
    if others.is_empty():
        return ""
    before, after = others.row(-1, named=True), spans.row(-1, named=True)
    return (
        f"{code} 到 {before['listed_to']} 年是{before['name']}，"
        f"{before['listed_to'] + 1} 年起是{after['name']}。要{after['name']}，请写名称；"
        f"{_gone(before)}"
    )


def became(asked: str) -> str:
    """What became of counties of the past, by code or name, in a sentence; empty where none was."""
    past = _of(asked).filter(pl.col("change") != NOW).sort("listed_to")
    # A county that kept its name over several codes is told once, by its latest.
    latest = {_last(row)["code"]: row for row in past.iter_rows(named=True)}
    return "".join(map(_became, latest.values()))


def _of(asked: str) -> pl.DataFrame:
    return table().filter((pl.col("code") == asked) | (pl.col("name") == asked))


def _became(row: dict) -> str:
    last = _last(row)
    if last["change"] == NOW:
        return (
            f"{row['code']} {row['name']}只到 {row['listed_to']} 年，现在是 "
            f"{last['code']} {last['name']}。请写 {last['code']}。"
        )
    return _gone(last)


def _gone(row: dict) -> str:
    """Who may have taken in a county of which the lists say no more."""
    year = row["listed_to"] + 1
    beside = table().filter(pl.col("code").str.head(4) == row["code"][:4])
    there = beside.filter(_listed_in(year))
    new = there.filter(pl.col("listed_from") == year)
    heirs = [_last(each) for each in (new if new.height else there).iter_rows(named=True)]
    listed = dict.fromkeys(f"{each['code']} {each['name']}" for each in heirs)
    said = f"{row['code']} {row['name']}只到 {row['listed_to']} 年，归到哪里名单上没有写"
    if not listed:
        return f"{said}。请向当地民政部门核对，再写现在的代码或名称。"
    some = "、".join([*listed][:_MOST_OFFERED]) + ("等" if len(listed) > _MOST_OFFERED else "")
    which = "同一年同一市新有的是" if new.height else "同一市当时还有"
    return f"{said}；{which} {some}。请核对是哪一个，再写它的代码或名称。"


def _listed_in(year: int) -> pl.Expr:
    return (pl.col("listed_from") <= year) & (pl.col("listed_to").fill_null(year) >= year)


def _last(row: dict) -> dict:
    """The last county that a county goes on as, over new names and codes; perhaps itself."""
    while row["change"] in (RENAMED, RECODED):
        following = table().filter(
            (pl.col("code") == row["successors"]) & (pl.col("listed_from") == row["listed_to"] + 1)
        )
        row = following.row(0, named=True)
    return row
