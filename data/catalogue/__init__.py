"""The catalogue: every definition in one place, from text files that a person can edit.

The product's files lie beside this module; a store may lay its own over them, key by key, in
`<store>/catalogue/`. `load` resolves and validates both; a snapshot keeps the resolved result.
"""

import hashlib
import json
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import polars as pl

from data.catalogue import areas as register
from data.catalogue import build, defaults, files
from data.catalogue.files import Entry, Place
from data.catalogue.known_areas import Areas
from data.catalogue.model import Catalogue
from data.errors import CatalogueError

PRODUCT = Path(__file__).parent
OVERLAY = "catalogue"

TARGET_COLUMNS = (
    "indicator_id,population,scope_code,condition,valid_from,valid_to,comparator,value,unit,"
    "status,document,document_rank,section,fact_id,checked,note"
).split(",")
# Which columns tell two rows of a CSV file apart: an overlay row with the same ones wins.
CSV_FILES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "targets": (
        tuple(TARGET_COLUMNS),
        ("indicator_id", "population", "scope_code", "condition", "valid_from", "fact_id"),
    ),
    "aliases": (("area_code", "alias"), ("area_code", "alias")),
    "obligations": (
        ("table_id", "scope_code", "unit_level", "valid_from", "valid_to", "due_days"),
        ("table_id", "scope_code", "unit_level", "valid_from"),
    ),
    "events": (
        ("date", "scope_code", "indicator_id", "title", "source"),
        ("date", "scope_code", "title"),
    ),
    "peer_groups": (("group", "area_code"), ("group", "area_code")),
}


Layer = dict[str, dict[str, Entry]]
# Folders of definitions: where, how they are shown to people, a checksum of what they hold.
Checked = tuple[tuple[Path, str, str], ...]


def load(store: Path | None = None) -> Catalogue:
    """The product's definitions with the store's laid over them, validated.

    raises CatalogueError naming file, line and what to do at the first mistake.
    """
    return _loaded(_checked(store))


def stamp(store: Path) -> str:
    """The `sha` of the definitions that `load` would give, which are not kept.

    It covers the areas: the text that it is made of names their own.
    raises what `load` raises.
    """
    return _stamped(_checked(store))


def _checked(store: Path | None) -> Checked:
    folders = [(PRODUCT, "data/catalogue")]
    if store is not None and (store / OVERLAY).is_dir():
        folders.append((store / OVERLAY, f"{store.name}/{OVERLAY}"))
    return tuple((folder, shown, _checksum(folder)) for folder, shown in folders)


@lru_cache(maxsize=4)
def _stamped(checked: Checked) -> str:
    return _loaded.__wrapped__(checked).sha


# Definitions seldom change while a process runs, and to read and check them takes a second.
@lru_cache(maxsize=2)
def _loaded(checked: Checked) -> Catalogue:
    """The definitions of folders, which their checksums tell from what stood there before."""
    folders = [(folder, shown) for folder, shown, _ in checked]
    layers = [_layer(*each) for each in checked]
    merged: Layer = {kind: {} for kind in build.KINDS}
    for layer in layers:
        merged = _lay_over(merged, layer)
    areas = register.build(
        [
            register.read(folder / "areas.csv", f"{shown}/areas.csv")
            for folder, shown in folders
            if (folder / "areas.csv").exists()
        ]
    )
    return build.catalogue(merged, Areas(areas.lazy()))


@lru_cache(maxsize=4)
def _layer(folder: Path, shown: str, _checksum: str) -> Layer:
    """One folder as it was read: the product's own is the same under every overlay."""
    return _read_layer(folder, shown)


def _checksum(folder: Path) -> str:
    """A checksum of everything that `_loaded` reads from a folder."""
    digest = hashlib.sha256()
    for pattern in ("*.csv", "*.yaml", "tables/*.yaml"):
        for path in sorted(folder.glob(pattern)):
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()


def from_json(text: str, areas: pl.LazyFrame) -> Catalogue:
    """The catalogue that a snapshot keeps: the text of `Catalogue.text` and its register.

    raises StoreError when the register cannot be read.
    """
    place = Place("快照的目录", 1, checked=True)
    kept = json.loads(text)
    definitions = kept["definitions"]
    merged = {
        kind: {key: files.entries(value, place) for key, value in group.items()}
        for kind, group in definitions.items()
    }
    return build.catalogue(merged, Areas(areas, sha=kept.get("areas", "")), text=text)


def _read_layer(folder: Path, shown: str) -> Layer:
    """All definitions of one folder by kind and key; a file that is not there says nothing."""
    layer: Layer = {kind: {} for kind in (*build.KINDS, "defaults")}
    read_yaml = partial(files.read_yaml, shipped=folder == PRODUCT)
    for path in sorted((folder / "tables").glob("*.yaml")):
        name = f"{shown}/tables/{path.name}"
        entry = _mapping(read_yaml(path, name), name)
        layer["tables"][path.stem] = _columns_by_name(entry)
    for kind in ("words", "settings"):
        if (folder / f"{kind}.yaml").exists():
            name = f"{shown}/{kind}.yaml"
            layer[kind][kind] = _mapping(read_yaml(folder / f"{kind}.yaml", name), name)
    if (folder / "indicators.yaml").exists():
        name = f"{shown}/indicators.yaml"
        top = _mapping(read_yaml(folder / "indicators.yaml", name), name)
        top.only(("version", "defaults", "indicators"))
        group = _mapping(top.values.get("indicators"), name)
        group.named()
        for key, value in group.values.items():
            layer["indicators"][key] = _mapping(value, name)
        layer["defaults"]["indicators"] = top.entry("defaults")
    if (folder / "cross_checks.yaml").exists():
        name = f"{shown}/cross_checks.yaml"
        for value in read_yaml(folder / "cross_checks.yaml", name) or []:
            entry = _mapping(value, name)
            key = str(entry.need("id"))
            if key in layer["cross_checks"]:
                raise entry.place.fail(f"规则编号「{key}」重复。请改一个编号。")
            layer["cross_checks"][key] = entry
    for kind, (columns, key_columns) in CSV_FILES.items():
        path = folder / f"{kind}.csv"
        if not path.exists():
            continue
        for entry in files.read_csv(path, f"{shown}/{kind}.csv", columns):
            key = "|".join(entry.values[column] for column in key_columns)
            if key in layer[kind]:
                other = layer[kind][key].place
                raise entry.place.fail(f"与第 {other.line} 行重复。请删去一行。")
            layer[kind][key] = entry
    return layer


def _lay_over(below: Layer, above: Layer) -> Layer:
    """The upper layer over the lower one: whole rows of CSV files, single values of YAML files.

    The defaults of a file are for its own indicators, not for those whose values it changes.
    """
    own = above["defaults"].get("indicators")
    indicators = {
        key: defaults.filled(entry, own, is_new=key not in below["indicators"]) if own else entry
        for key, entry in above["indicators"].items()
    }
    above = above | {"indicators": indicators}
    return {
        kind: {
            **below[kind],
            **{
                key: _merged(below[kind][key], entry) if key in below[kind] else entry
                for key, entry in above[kind].items()
            },
        }
        for kind in build.KINDS
    }


def _merged(below: Entry, above: Entry) -> Entry:
    out = above.over(below)
    for key, value in above.values.items():
        under = below.values.get(key)
        if isinstance(value, Entry) and isinstance(under, Entry):
            out.values[key] = _merged(under, value)
    return out


def _mapping(value: Any, shown: str) -> Entry:
    if not isinstance(value, Entry):
        raise Place(shown, 1).fail("应由「键: 值」组成。请对照 data/catalogue/README.md。")
    return value


def _columns_by_name(table: Entry) -> Entry:
    """A table whose list of columns has become a mapping by name, so that layers can merge."""
    columns = table.values.get("columns")
    if columns is None:
        return table
    if not isinstance(columns, list):
        raise table.at("columns").fail("「columns」应是列的清单。")
    by_name: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for column in columns:
        if not isinstance(column, Entry):
            raise table.at("columns").fail("「columns」的每一项应由「键: 值」组成。")
        name = str(column.need("name"))
        if name in by_name:
            raise column.place.fail(f"列「{name}」写了两次。请删去一处。")
        by_name[name] = column
        places[name] = column.place
    table.values["columns"] = Entry(by_name, table.at("columns"), places)
    return table


__all__ = ["Catalogue", "CatalogueError", "from_json", "load", "stamp"]
