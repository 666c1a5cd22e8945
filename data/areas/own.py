"""The store's own areas: `<store>/catalogue/areas.csv`, laid over the product's by code."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data.areas import national
from data.catalogue import areas as register
from data.errors import StoreError, reason_zh
from data.intake import area_list
from data.intake.read.limits import FileLimits
from data.machine import locks
from data.snapshots.store import Store

FILE = "areas.csv"
_SAID = ("name", "level", "parent_code", "kind", "valid_from", "valid_to")


@dataclass(frozen=True)
class Taken:
    """How many areas are new and how many changed, and how what was given was understood."""

    added: int
    changed: int
    told: list[str]


@dataclass(frozen=True)
class Layer:
    """Rows to lay over the store's, with `file` and `line`, and what is said of them.

    dropped  Codes whose own rows go: the product's are true again, or nothing.
    """

    rows: pl.DataFrame
    told: list[str] = field(default_factory=list)
    dropped: Sequence[str] = ()


def import_areas(store: Store, path: Path) -> Taken:
    """Lay a list of areas over the store's; see data/intake/area_list.py.

    raises  CatalogueError naming the place when the file or the result has a mistake; the
            store's definitions stay as they were then.
    """
    limits = FileLimits.from_settings(catalogues.load(store.path).settings)

    def read(known: pl.DataFrame) -> Layer:
        listed = area_list.load(path, known.select(register.COLUMNS), limits)
        return Layer(listed.rows, listed.told)

    return lay_over(store.path, read)


def add(store: Store, asked: Sequence[str], year: int | None = None) -> Taken:
    """Take the townships and villages of counties or cities out of the national register.

    What the store has already stays as it is: its own word is newer than the register's.

    asked   Codes or names.
    year    Of which year the codes are; see `national.find`.
    raises  UsageError for one that is not in the register: what became of it, or the nearest.
    """
    catalogue = catalogues.load(store.path)
    codes = list(dict.fromkeys(national.find(each, catalogue, year) for each in asked))

    new = [code for code in codes if code not in catalogue.register]

    def read(known: pl.DataFrame) -> Layer:
        listed = pl.concat([*map(national.later, new), national.inside(codes)])
        kept = listed.join(known, on="area_code", suffix="_own")
        return Layer(
            listed.join(known, on="area_code", how="anti").with_columns(
                file=pl.lit("全国名录"), line=pl.int_range(pl.len(), dtype=pl.Int64) + 1
            ),
            [_told(code, catalogue.area_names.get(code), listed, kept) for code in codes],
        )

    return lay_over(store.path, read)


def _told(code: str, name: str | None, listed: pl.DataFrame, kept: pl.DataFrame) -> str:
    """What of one county or city is taken, and what stays as the store has it.

    name  None of one that was set up after the register.
    """
    own = pl.col("area_code").str.starts_with(code.removesuffix("00"))
    if name is None:
        county = listed.filter(pl.col("area_code") == code).row(0, named=True)
        return (
            f"{code} {county['name']}是名录以后新设的，只登记了县；乡镇和村请用 areas import 导入。"
            f"启用日期先写 {county['valid_from']}（年末名单上第一次有它），请按批文改。"
        )
    counted = listed.filter(own)["level"].value_counts()
    levels = dict(counted.iter_rows())
    if not levels:
        return f"{code} {name}：名录里没有它的乡镇和村，请用 areas import 导入自己的区划表。"
    said = f"{code} {name}：乡级 {levels.get('township', 0)} 个，村级 {levels.get('village', 0)} 个"
    here = kept.filter(own)
    if here.height:
        said += f"；其中 {here.height} 个数据仓里已有，不动"
    other = here.filter(pl.col("name") != pl.col("name_own"))
    if other.height:
        some = "、".join(
            f"{area} {ours}（名录作{theirs}）"
            for area, ours, theirs in other["area_code", "name_own", "name"].head(3).iter_rows()
        )
        said += f"，{other.height} 个名称与名录不同，如 {some}"
    return f"{said}。"


def lay_over(store: Path, read: Callable[[pl.DataFrame], Layer]) -> Taken:
    """Lay rows over the store's, one hand at a time, and write them where nothing is wrong.

    read    What is known, by code, as text with `file` and `line` -> the rows to lay over it.
    raises  CatalogueError as data/catalogue/areas.py; StoreError when nothing can be written.
    """
    folder = store / catalogues.OVERLAY
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locks.held(folder / ".areas.lock"):
            return _laid_over(folder, read)
    except OSError as error:
        raise StoreError(
            f"数据仓 {store} 写不进去（{reason_zh(error)}）。请检查磁盘和权限。"
        ) from error


def _laid_over(folder: Path, read: Callable[[pl.DataFrame], Layer]) -> Taken:
    target = folder / FILE
    shipped = register.read(catalogues.PRODUCT / FILE, f"data/catalogue/{FILE}")
    own = register.read(target, FILE) if target.exists() else shipped.clear()
    given = read(_by_code(shipped, own))
    before = register.build([shipped, own])
    kept = own.filter(~pl.col("area_code").is_in(given.dropped))
    after = register.build([shipped, kept, given.rows])
    compared = after.join(before, on="area_code", how="left", suffix="_before").join(
        given.rows.select("area_code"), on="area_code", how="semi"
    )
    is_new = pl.col("name_before").is_null()
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in _SAID)
    if given.rows.height or given.dropped:
        _write(_by_code(kept, given.rows), target)
    return Taken(
        compared.filter(is_new).height, compared.filter(~is_new & differs).height, given.told
    )


def _by_code(*layers: pl.DataFrame) -> pl.DataFrame:
    """The rows of layers, a later one winning."""
    return pl.concat(layers).unique("area_code", keep="last", maintain_order=True)


def _write(rows: pl.DataFrame, target: Path) -> None:
    temporary = target.with_name(".areas.tmp")
    # An empty text would be written as two quotes.
    plain = rows.sort("area_code").select(pl.col(register.COLUMNS).replace("", None))
    plain.write_csv(temporary)
    os.replace(temporary, target)
