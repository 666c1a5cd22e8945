"""News: what stands otherwise now than at an earlier moment, seen by the same person.

No question sees two snapshots, so the same ones are asked of both and the answers set side by
side here. A moment is a snapshot and a period: last week's snapshot showed last week.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.catalogue.model import LEVELS
from data.errors import UsageError
from data.periods import Period
from data.snapshots.store import Store
from pages.exports import usual
from pages.exports.briefing.revisions import Revision, moved, previous_snapshot, thresholds
from pages.theme import tokens
from queries.engine import ALL, Engine, Scope

# Asks a question of a snapshot: name, parameters, number.
Ask = Callable[[str, Mapping[str, Any], int], pl.DataFrame]
_KEY = ["indicator", "population", "area_code"]


@dataclass(frozen=True)
class Moment:
    """What somebody saw: a snapshot at a period."""

    snapshot: int
    period: str


@dataclass(frozen=True)
class News:
    """What turned, fell silent or was corrected between two moments.

    red, green  Rows of indicator_matrix.sql now, with light_before and printed_before.
    unreported  Rows of unreported.sql that were not among those of before.
    corrected   Past figures that read otherwise, from the briefing's threshold on, widest first.
    """

    area: str
    before: Moment
    now: Moment
    red: pl.DataFrame
    green: pl.DataFrame
    unreported: pl.DataFrame
    corrected: list[Revision]

    @property
    def count(self) -> int:
        """How many pieces of news there are."""
        return self.red.height + self.green.height + self.unreported.height + len(self.corrected)


def earlier(store: Store, now: Moment, since: int | None = None) -> Moment:
    """What was seen before: the snapshot of the briefing before, or the one that is named.

    A store without an earlier one is compared with itself, one period back.
    """
    period = Period.parse(now.period)
    number = previous_snapshot(store, now.snapshot, period) if since is None else since
    if number is None:
        return Moment(now.snapshot, period.previous().text)
    newest = usual.newest_period(store.manifest(number))
    is_before = newest is not None and newest.end < period.end
    return Moment(number, newest.text if newest is not None and is_before else now.period)


def compare(
    area: Mapping[str, Any], now: Moment, before: Moment, ask: Ask, settings: Mapping[str, Any]
) -> News:
    """Set two moments side by side.

    area      Row of the register: area_code, level.
    settings  Of the catalogue: from where on a correction counts.
    """
    below = LEVELS[min(LEVELS.index(area["level"]) + 1, LEVELS.index("township"))]
    parts = {"parent": area["area_code"], "level": below}

    def both(name: str, asked: Mapping[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The answers of now and of before, each at its own period where none is asked for."""
        return (
            ask(name, {"period": now.period, **asked}, now.snapshot),
            ask(name, {"period": before.period, **asked}, before.snapshot),
        )

    turned = _turned(*both("indicator_matrix", parts | {"headline_only": 1}))
    owed, owed_before = both("unreported", {"parent": area["area_code"]})
    corrected: list[Revision] = []
    if now.snapshot != before.snapshot:
        past, past_before = both("briefing_past", parts | {"period": now.period})
        corrected = moved(past, past_before, thresholds(settings))
    return News(
        area=area["area_code"],
        before=before,
        now=now,
        red=turned.filter(pl.col("light") == tokens.BEHIND.word),
        green=turned.filter(pl.col("light") == tokens.MET.word),
        unreported=owed.join(
            owed_before, on=["table_id", "unit_code"], how="anti", maintain_order="left"
        ),
        corrected=corrected,
    )


def of_area(
    engine: Engine, area: str, now: Moment, before: Moment, scope: Scope = ALL
) -> tuple[News, str]:
    """The news of an area and its name. raises UsageError for an area that is not there."""
    definitions = engine.catalogue(now.snapshot)
    row = definitions.register.row(area)
    if row is None:
        raise UsageError(f"没有代码为 {area} 的区划。请核对区划代码。")
    news = compare(
        row,
        now,
        before,
        lambda name, params, number: engine.run(name, params, number, scope=scope),
        definitions.settings,
    )
    return news, row["name"]


def _turned(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The readings whose light is another one now; what nobody saw before is no news.

    Of an older snapshot no sensitive figure is seen.
    """
    old = before.filter(~pl.col("masked")).select(
        *_KEY, pl.col("light").alias("light_before"), pl.col("printed").alias("printed_before")
    )
    both = now.join(old, on=_KEY, how="inner", maintain_order="left")
    return both.filter(~pl.col("masked"), pl.col("light").ne_missing(pl.col("light_before")))
