"""Who has not filed what at a moment: what is overdue, and what is still to come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from data import reminders
from data.catalogue.model import Catalogue, level_name
from data.periods import Period
from data.snapshots.manifest import Manifest
from pages.exports.briefing.model import Origin

OVERDUE, COMING = "逾期未报", "未报"
_HOUR = 18  # for snapshots whose settings do not name one yet
_SEVEN = 7  # when the week's papers are made
Ask = Callable[[str, Mapping[str, Any]], pl.DataFrame]


@dataclass(frozen=True)
class Chase:
    """The reports that one area owes.

    place     The area in words.
    moment    As of when; what was due by then is overdue.
    hour      At which the day of a due date ends.
    rows      Rows of unreported.sql with reminded (times), last_time, last_who.
    shares    Rows of reporting_by_area.sql by county, who lacks most first; None below the city.
    level_name  What its counties are called, 县（市、区）.
    source    The question of the rows and its 溯源码.
    """

    place: str
    area: str
    period: str
    moment: datetime
    hour: int
    rows: pl.DataFrame
    shares: pl.DataFrame | None
    level_name: str
    snapshot: int
    demo: bool
    source: Origin

    def of(self, state: str) -> pl.DataFrame:
        """The rows that are overdue, or those that are still to come."""
        return self.rows.filter(pl.col("state") == state)


def moment_of(manifest: Manifest, now: datetime, newest: Period | None) -> datetime:
    """Now; for demo data, whose weeks are long past, the Monday after its newest one at seven."""
    if not manifest.demo or newest is None:
        return now
    monday = newest.end + timedelta(days=1)
    return now.replace(
        year=monday.year, month=monday.month, day=monday.day, hour=_SEVEN, minute=0, second=0
    )


def questions(
    area: str, level: str, period: str, moment: datetime, definitions: Catalogue
) -> dict[str, dict[str, Any]]:
    """What is to be asked, parameters by name of the question."""
    closed = _closed(moment, _due_hour(definitions))
    asked: dict[str, dict[str, Any]] = {
        "unreported": {"parent": area, "period": period, "closed": closed}
    }
    if level in ("province", "city"):
        asked["reporting_by_area"] = {"parent": area, "level": "county", "period": period}
    return asked


def chase(
    answers: Mapping[str, pl.DataFrame],
    *,
    area: str,
    place: str,
    period: str,
    moment: datetime,
    definitions: Catalogue,
    manifest: Manifest,
    counted: pl.DataFrame,
    source: Origin,
) -> Chase:
    """Put the answers to `questions` together.

    counted  From data/reminders.py.
    """
    rows = answers["unreported"].join(counted, on=reminders.KEY, how="left", maintain_order="left")
    shares = answers.get("reporting_by_area")
    return Chase(
        place=place,
        area=area,
        period=period,
        moment=moment,
        hour=_due_hour(definitions),
        rows=rows.with_columns(pl.col("reminded").fill_null(0)),
        shares=None if shares is None else shares.sort("complete_share", maintain_order=True),
        level_name=level_name(definitions.words, "county", area),
        snapshot=manifest.number,
        demo=manifest.demo,
        source=source,
    )


def _due_hour(definitions: Catalogue) -> int:
    return int(definitions.settings.get("due_hour", _HOUR))


def _closed(moment: datetime, hour: int) -> date:
    """The last day whose due hour has passed."""
    return moment.date() if moment.hour >= hour else moment.date() - timedelta(days=1)
