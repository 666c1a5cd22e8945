"""What the steward's pages write and read beside the snapshots: answers, restores, checks."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from data import answers as kept
from data import catalogue as catalogues
from data import personal, reminders
from data.answers import Doubt
from data.errors import SnapshotDamaged, UsageError
from data.filed import history
from data.log import journal
from data.log.entries import entries
from data.log.journal import Chain
from data.publish import rebuild
from data.publish import restore as publish_again
from data.snapshots.manifest import Manifest
from data.snapshots.store import Store
from pages.exports import usual
from pages.exports.briefing.model import Origin
from pages.exports.chasing import chase as chases
from pages.exports.chasing.chase import Chase
from pages.shell import access, runtime
from pages.shell.runtime import Filters
from queries import trace as traces


def answers() -> pl.DataFrame:
    """Return the answer in force of each doubt (data/answers.py)."""
    return kept.latest(runtime.store().path)


def answer(doubt: Doubt, reason: str) -> None:
    """Keep a steward's answer to a doubt, and write it into the log.

    raises UsageError for an empty one or one with personal data, StoreError when not kept.
    """
    who = access.visitor().words
    kept.add(runtime.store().path, doubt, reason=reason, who=who, now=_now())
    access.record("answer", f"{doubt.check} {doubt.unit_code} {doubt.table_id} {doubt.period}")


def chase_questions(filters: Filters) -> dict[str, dict[str, Any]]:
    """Return what is to be asked for a 催报 of the chosen area and period."""
    return chases.questions(
        filters.area, filters.area_level, filters.period, _moment(), runtime.catalogue()
    )


def chase(filters: Filters, answers: Mapping[str, pl.DataFrame]) -> Chase:
    """Return the answers to `chase_questions` put together, with how often who was asked."""
    params = runtime.engine().params(
        "unreported", chase_questions(filters)["unreported"], runtime.snapshot()
    )
    code = traces.unrecorded(
        runtime.engine(), "unreported", params, runtime.snapshot(), runtime.scope()
    ).code
    return chases.chase(
        answers,
        area=filters.area,
        place=filters.area_name,
        period=filters.period,
        moment=_moment(),
        definitions=runtime.catalogue(),
        manifest=runtime.manifest(),
        counted=reminders.counted(runtime.store().path),
        source=Origin("unreported", params, code),
    )


def remind(chase: Chase, asked: pl.DataFrame) -> None:
    """Keep that these rows of a chase were asked for, and write it into the log.

    raises StoreError when not kept.
    """
    who = access.visitor().words
    reminders.add(runtime.store().path, asked, who=who, now=_now())
    access.record("remind", f"{chase.place} {chase.period} {asked.height}份", area=chase.area)


def waivers(area: str) -> pl.DataFrame:
    """Return the doubts that were let pass with a reason, of an area and below, newest first.

    Columns: snapshot, time, who, table_id, period, area (name), column, rule, found, reason.
    """
    found = history.waivers(runtime.store(), runtime.snapshot())
    names = _below(area, found["area_code"]).rename({"area": "area_code", "full_name": "area"})
    return found.join(names, on="area_code").sort("time", descending=True)


def log_entries(span: str | None, action: str | None, word: str | None) -> pl.DataFrame:
    """Return lines of the log, newest first (data/log/entries.py).

    Whoever answers for an area sees the lines of it and of those below.

    span  So many days back from today, as text; all: without an end.
    """
    days = int(span) if span and span.isdecimal() else None
    since = None if days is None else (_now() - timedelta(days=days)).date()
    found = entries(runtime.store().path, since=since, action=action, word=word)
    own = access.area()
    return found.join(_below(own, found["area"]), on="area", how="semi") if own else found


def log_chain() -> Chain:
    """Return whether the lines of the log follow each other unbroken."""
    return journal.verify(runtime.store().path)


def refuse_personal(*texts: str) -> None:
    """Refuse words that would be kept for good with a person's number in them.

    raises UsageError.
    """
    if any(personal.has_any(text) for text in texts):
        raise UsageError("填写的文字里有身份证号或手机号，没有保存。请删去后再试。")


def manifests(store: Store) -> list[tuple[int, Manifest | None]]:
    """Return all snapshots, newest first; None for one whose manifest is damaged or lost."""
    found: list[tuple[int, Manifest | None]] = []
    for number in sorted([*store.numbers(), *store.lost()], reverse=True):
        try:
            found.append((number, store.manifest(number)))
        except SnapshotDamaged:
            found.append((number, None))
    return found


def verify(store: Store, number: int, progress: Callable[[float, str], None]) -> list[str]:
    """Recompute every hash of a snapshot, saying how far it is; the problems found."""
    progress(0.0, f"核对 {number} 号快照的每个文件")
    return store.verify(number, progress=progress)


def definitions_moved(store: Store, number: int) -> bool:
    """Say whether a snapshot's definitions are not those of today's files."""
    return catalogues.stamp(store.path) != store.manifest(number).catalogue


def restore(store: Store, number: int, *, who: str, reason: str, with_today: bool) -> int:
    """Publish an old snapshot again as the newest one; its new number.

    with_today  Compute its tables again under today's definitions, instead of its own.
    raises      StoreError for a damaged one; nothing has changed then.
    """
    note = f"恢复到 {number} 号：{reason}"
    if with_today:
        today = catalogues.load(store.path)
        return rebuild(store, today, who=who, note=note, now=_now(), number=number)
    return publish_again(store, number, who=who, note=note, now=_now())


def _below(area: str, codes: pl.Series) -> pl.DataFrame:
    """Return which of these codes are the area or lie in it: area (code), full_name."""
    listed = runtime.catalogue().register.rows(codes.unique())
    inside = pl.any_horizontal(
        pl.col(name) == area
        for name in ("area_code", "province_code", "city_code", "county_code", "township_code")
    ).fill_null(False)
    return listed.filter(inside).select(pl.col("area_code").alias("area"), "full_name")


def _moment() -> datetime:
    return chases.moment_of(runtime.manifest(), _now(), usual.newest_period(runtime.manifest()))


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
