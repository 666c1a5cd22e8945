"""Taking a register of areas into the store's own definitions."""

import os
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data.catalogue import areas as register
from data.errors import StoreError, reason_zh
from data.store import Store


def import_areas(store: Store, path: Path) -> tuple[int, int]:
    """Lay a register file over the store's areas; how many areas are new and how many changed.

    path    CSV with the header of data/catalogue/areas.csv; rows replace those of the same code.
    raises  CatalogueError naming the line when the file or the result has a mistake; the
            store's definitions stay as they were then.
    """
    new = register.read(path, path.name)
    folder = store.path / catalogues.OVERLAY
    target = folder / "areas.csv"
    layers = [register.read(catalogues.PRODUCT / "areas.csv", "data/catalogue/areas.csv")]
    own = [register.read(target, "areas.csv")] if target.exists() else []
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
    return added, changed
