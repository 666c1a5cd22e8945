"""What follows from a change of areas, told before it is made."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data.areas import own
from data.areas.change import ENDED, RENAMED, Change, rows_of
from data.areas.own import Layer
from data.catalogue.model import Catalogue
from data.catalogue.succession import heirs
from data.machine.passing import PassingFolder

_TITLES = {
    "name": "名称",
    "parent_code": "上级",
    "valid_from": "启用",
    "valid_to": "停用",
    "successors": "归到",
}
# Definitions that name areas, and the column in which they do.
_NAMING = {
    "obligations": ("scope_code", "报送任务"),
    "targets": ("scope_code", "目标"),
    "events": ("scope_code", "大事记"),
    "peer_groups": ("area_code", "可比组"),
    "aliases": ("area_code", "简称"),
}


_SHOWN = 5


@dataclass(frozen=True)
class Follows:
    """What follows from a change.

    rows      area_code, name, was, will: each row of areas.csv that is written, in words; `was` is
              null of a new one.
    owed      unit_code, unit, tables (one text), is_new, since, until: whose duty to file differs,
              and which days it has from then on; both are null where nothing is owed any more.
    compared  Whose figures are compared with whose, in sentences.
    remains   Which definitions name an area that goes, in sentences: to be written anew.
    """

    rows: pl.DataFrame
    owed: pl.DataFrame
    compared: list[str]
    remains: list[str]


def follows(store: Path, change: Change) -> Follows:
    """Try a change on a copy of the definitions; nothing is changed.

    raises  UsageError, or CatalogueError where the register or another definition would be wrong.
    """
    passing = PassingFolder()
    trial, overlay = passing.path / store.name, store / catalogues.OVERLAY
    if overlay.is_dir():
        shutil.copytree(overlay, trial / catalogues.OVERLAY)
    written: list[pl.DataFrame] = []

    def read(known: pl.DataFrame) -> Layer:
        rows = rows_of(change, known)
        written.append(_told(rows, known))
        return Layer(rows)

    try:
        own.lay_over(trial, read)
        before, after = catalogues.load(store), catalogues.load(trial)
    finally:
        passing.discard()
    gone = set(change.areas) - set(change.into)
    return Follows(
        rows=written[0],
        owed=_owed(before, after),
        compared=[*_compared(change, before, after)],
        remains=[*_remains(before, gone), *_left_over(after, gone)],
    )


def _told(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    both = rows.join(known, on="area_code", how="left", suffix="_was", maintain_order="left")
    names = dict(pl.concat([known, rows]).select("area_code", "name").iter_rows())
    by_name = pl.element().replace(names)
    both = both.with_columns(
        pl.col(f"{column}{suffix}").str.split(";").list.eval(by_name).list.join("、")
        for column in ("parent_code", "successors")
        for suffix in ("", "_was")
    )

    def said(suffix: str) -> pl.Expr:
        parts = [
            pl.when(
                pl.col(name).ne_missing(pl.col(f"{name}_was")) & (pl.col(name + suffix) != "")
            ).then(pl.concat_str(pl.lit(f"{title} "), pl.col(name + suffix)))
            for name, title in _TITLES.items()
        ]
        return pl.concat_str(parts, separator="，", ignore_nulls=True)

    was = pl.when(pl.col("name_was").is_not_null()).then(said("_was"))
    return both.select("area_code", "name", was=was, will=said(""))


def _owed(before: Catalogue, after: Catalogue) -> pl.DataFrame:
    was, will = before.obligations, after.obligations
    duty, days = ["table_id", "unit_code"], ["valid_from", "valid_to"]
    no_day = pl.lit(None, pl.Date)
    differs = pl.concat(
        [
            will.join(was, on=[*duty, *days], how="anti", nulls_equal=True).select(*duty, *days),
            was.join(will, on=duty, how="anti").select(*duty, valid_from=no_day, valid_to=no_day),
        ]
    ).with_columns(is_new=~pl.col("unit_code").is_in(was["unit_code"].implode()))
    names = after.register.rows(differs["unit_code"].unique()).select("area_code", "full_name")
    return (
        differs.group_by("unit_code", "is_new", *days)
        .agg(tables=pl.col("table_id").unique().sort().str.join("、"))
        .join(names, left_on="unit_code", right_on="area_code", how="left")
        .select(
            "unit_code",
            "tables",
            "is_new",
            unit="full_name",
            since="valid_from",
            until="valid_to",
        )
        .sort("unit_code", "since", "tables")
    )


def _compared(change: Change, before: Catalogue, after: Catalogue) -> Iterator[str]:
    if change.kind == RENAMED:
        yield "名称不分时期：重算以后的快照一律用新名称，以前的快照仍用当时的。"
    if change.kind == ENDED:
        yield f"从 {change.day} 起没有谁接续：上级的较上期、较上年同期只在两期都有的单位上比。"
    known = ["area_code", "heir_code", "since"]
    new = heirs(after.areas).join(heirs(before.areas), on=known, how="anti")
    shared = new.with_columns(parts=pl.len().over("area_code"))
    alone = shared.filter(pl.col("parts") == 1)
    for (heir, since), group in alone.group_by("heir_code", "since", maintain_order=True):
        were = [*([heir] if heir in before.register else []), *group["area_code"]]
        sum_of = "之和" if len(were) > 1 else ""
        yield (
            f"从 {since} 起，{_names(after, [heir])}的较上期、较上年同期与"
            f"{_names(after, were)}{sum_of}比，并注明并入。"
        )
    split = shared.filter(pl.col("parts") > 1)
    for (code, since), group in split.group_by("area_code", "since", maintain_order=True):
        yield (
            f"从 {since} 起，{_names(after, group['heir_code'])}没有自己的上期可比；"
            f"与{_names(after, [code])}只在装得下它们的上级比。"
        )


def _remains(before: Catalogue, gone: set[str]) -> Iterator[str]:
    definitions = json.loads(before.text)["definitions"]
    for kind, (column, title) in _NAMING.items():
        codes = [row[column] for row in definitions[kind].values() if row[column] in gone]
        if codes:
            names = _names(before, dict.fromkeys(codes))
            yield f"{title}里有 {len(codes)} 行写的是 {names}：停用以后要按接续的代码另写一行。"


def _left_over(after: Catalogue, gone: set[str]) -> Iterator[str]:
    """Of an area with several successors nobody can say where the rest of it lies."""
    inside = after.register.below(gone, villages=True)
    stays = inside.filter(pl.col("parent_code").is_in(gone) & pl.col("valid_to").is_null())
    for (code,), rows in stays.group_by("parent_code", maintain_order=True):
        yield f"{_names(after, [code])} 有 {rows.height} 个下级没有写明归到哪一个：{_some(rows)}。"


def _some(rows: pl.DataFrame) -> str:
    return "、".join(rows["name"].head(_SHOWN)) + ("等" if rows.height > _SHOWN else "")


def _names(catalogue: Catalogue, codes: Iterable[object]) -> str:
    rows = catalogue.register.rows(map(str, codes))
    return "、".join(f"{name}（{code}）" for code, name in rows["area_code", "name"].iter_rows())
