"""The area register as a steward changes it: what is in it, what follows from a change, the change.

It is the one of the definition files, which the newest snapshot may not have yet.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import polars as pl

from data import catalogue as catalogues
from data.areas import changes_made, following, national, own
from data.areas.change import Change
from data.areas.following import Follows
from data.areas.own import Taken
from data.catalogue.known_areas import Areas
from data.catalogue.model import Catalogue
from data.errors import CatalogueError, UsageError
from data.publish import rebuild
from data.snapshots.store import Store
from pages.shell import access, desk_data, runtime

AS_OF = national.AS_OF
_ABOVE = ("province_code", "city_code", "county_code", "township_code")


def register() -> Areas:
    """Return the register of today's definition files.

    raises  CatalogueError when they have a mistake.
    """
    return catalogues.load(runtime.store().path).register


def listed(area: str) -> pl.DataFrame:
    """Return the areas one level below an area, in the order of their codes.

    Columns: area_code, name, level, below (how many lie in each), valid_from, valid_to, successors.
    """
    areas = register()
    inside = areas.below([area], villages=True)
    below = areas.below(inside["area_code"], villages=True).group_by("parent_code").len("below")
    return inside.join(
        below, left_on="area_code", right_on="parent_code", how="left", maintain_order="left"
    ).select(
        "area_code",
        "name",
        "level",
        pl.col("below").fill_null(0),
        "valid_from",
        "valid_to",
        "successors",
    )


def forms_by() -> Catalogue:
    """Return the definitions by which blank forms are made: today's, published or not.

    Where today's have a mistake, which the frame tells, those of the snapshot.
    """
    try:
        is_same = is_published()
    except CatalogueError:
        return runtime.catalogue()
    return runtime.catalogue() if is_same else catalogues.load(runtime.store().path)


def form_units(area: str, day: date) -> dict[str, str]:
    """Return the areas directly below one for which there are forms, code → name.

    day  Those that are gone by then are left out, and zones that owe nothing.
    """
    definitions = forms_by()
    gone = (pl.col("valid_to") < day).fill_null(False)
    is_zone = pl.col("kind") == "statistical_zone"
    owes = pl.col("area_code").is_in(definitions.obligations["unit_code"].unique().implode())
    below = definitions.register.below([area], villages=False)
    return dict(below.filter(~gone & (~is_zone | owes)).select("area_code", "name").iter_rows())


def take(asked: str) -> Taken:
    """Take the townships and villages of a county or city out of the national register.

    asked   Codes or names, blanks between them.
    raises  UsageError that asks which, or for one that is not the visitor's.
    """
    store = runtime.store()
    known = catalogues.load(store.path)
    codes = [national.find(each, known) for each in asked.split()]
    if not codes:
        raise UsageError("请写县或市的代码或名称。")
    _refuse_foreign(codes, known.register, itself=True)
    taken = own.add(store, codes)
    access.record("areas", f"从全国名录取 {'、'.join(codes)}")
    return taken


def follows(change: Change) -> Follows:
    """Return what would follow from a change; nothing is changed.

    raises  UsageError, CatalogueError.
    """
    _refuse_not_own(change)
    return following.follows(runtime.store().path, change)


def make(change: Change, reason: str) -> None:
    """Write a change into the definition files, with its reason, and into the log."""
    _refuse_not_own(change)
    who = access.visitor().words
    changes_made.make(runtime.store().path, change, who=who, reason=reason, now=_now())
    access.record("areas", f"{change.kind} {' '.join([*change.areas, *change.into])}")


def made() -> pl.DataFrame:
    """Return the changes that are the visitor's, newest first (data/areas/changes_made.py)."""
    found, limit = changes_made.made(runtime.store().path), access.area()
    if not limit:
        return found
    # Another area's reasons are not his to read.
    is_own = pl.any_horizontal(pl.col(name) == limit for name in _ABOVE).fill_null(False)
    own_codes = register().every.filter(is_own)["area_code"].to_list()
    return found.filter(pl.col("codes").list.eval(pl.element().is_in(own_codes)).list.any())


def take_back(number: int, reason: str) -> None:
    """Undo a change, and write it into the log.

    raises  UsageError when it does not stand any more, or is not the visitor's.
    """
    found = made().filter(pl.col("number") == number)
    if found.is_empty():
        raise UsageError(f"没有第 {number} 次变动。")
    _refuse_foreign(found["codes"].item(), register())
    store, who = runtime.store().path, access.visitor().words
    changes_made.take_back(store, number, who=who, reason=reason, now=_now())
    access.record("areas", f"撤回第 {number} 次变动")


def is_published() -> bool:
    """Say whether the newest snapshot has today's definitions."""
    store = runtime.store()
    newest = store.latest()
    return newest is not None and not desk_data.definitions_moved(store, newest)


def publish(store: Store, who: str, note: str) -> int:
    """Publish the newest snapshot again under today's definitions; the new number."""
    newest = store.latest()
    if newest is None:
        raise UsageError("数据仓里还没有快照。")
    today = catalogues.load(store.path)
    return rebuild(store, today, who=who, note=note, now=_now(), number=newest)


def _refuse_not_own(change: Change) -> None:
    areas = register()
    _refuse_foreign([*change.areas, *(code for code in change.into if code in areas)], areas)
    _refuse_foreign([change.parent] if change.parent else [], areas, itself=True)


def _refuse_foreign(codes: Iterable[str], areas: Areas, *, itself: bool = False) -> None:
    """Refuse areas that do not lie in the one that the visitor answers for.

    itself  That one may be named as well.
    """
    limit = access.area()
    if not limit:
        return
    for code in codes:
        row = areas.row(code) or {}
        if limit not in [row.get(name) for name in _ABOVE] or (code == limit and not itself):
            name = row.get("full_name", code)
            raise UsageError(f"{name}不在本账号负责的区划之内，请上级单位来改。")


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
