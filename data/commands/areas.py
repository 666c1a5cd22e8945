"""areas import: a register of areas taken into the store's own definitions."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data import console
from data.catalogue import areas as register
from data.errors import StoreError, reason_zh
from data.intake import area_list
from data.intake.read.limits import FileLimits
from data.store import Store


@dataclass(frozen=True)
class Taken:
    """How many areas are new and how many changed, and how the file was understood."""

    added: int
    changed: int
    told: list[str]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")
    taking = commands.add_parser("import", help="导入区划登记(工作簿或 CSV,有代码和名称两列就行)")
    taking.add_argument("file", metavar="文件", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Run it; the exit code."""
    store = console.open_store(arguments)
    taken = import_areas(store, arguments.file)
    for line in taken.told:
        print(line)
    print(f"区划登记已更新:新增 {taken.added} 个,修改 {taken.changed} 个。")
    if store.latest() is not None:
        print("已有快照仍用原来的区划;请运行 rebuild 重算,或在下次导入时一并重算。")
    return console.DONE


def import_areas(store: Store, path: Path) -> Taken:
    """Lay a list of areas over the store's; see data/intake/area_list.py.

    raises  CatalogueError naming the place when the file or the result has a mistake; the
            store's definitions stay as they were then.
    """
    folder = store.path / catalogues.OVERLAY
    target = folder / "areas.csv"
    layers = [register.read(catalogues.PRODUCT / "areas.csv", "data/catalogue/areas.csv")]
    own = [register.read(target, "areas.csv")] if target.exists() else []
    known = pl.concat([*layers, *own]).unique("area_code", keep="last", maintain_order=True)
    read = area_list.load(path, known.select(register.COLUMNS), _limits(store))
    new = read.rows
    before = register.build([*layers, *own])
    after = register.build([*layers, *own, new])
    compared = after.join(before, on="area_code", how="left", suffix="_before").join(
        new.select("area_code"), on="area_code", how="semi"
    )
    added = compared.filter(pl.col("name_before").is_null()).height
    changed = compared.filter(
        pl.col("name_before").is_not_null()
        & pl.any_horizontal(
            pl.col(name).ne_missing(pl.col(f"{name}_before"))
            for name in ("name", "level", "parent_code", "kind", "valid_from", "valid_to")
        )
    ).height
    merged = (
        pl.concat([*own, new])
        .unique("area_code", keep="last", maintain_order=True)
        .sort("area_code")
        .select(register.COLUMNS)
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / ".areas.tmp"
        merged.write_csv(temporary)
        os.replace(temporary, target)
    except OSError as error:
        raise StoreError(
            f"数据仓 {store.path} 写不进去({reason_zh(error)})。请检查磁盘和权限。"
        ) from error
    return Taken(added, changed, read.told)


def _limits(store: Store) -> FileLimits:
    return FileLimits.from_settings(catalogues.load(store.path).settings)
