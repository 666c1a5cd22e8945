"""The small world's register with areas that come and go, and reports of one number each."""

from collections.abc import Mapping
from pathlib import Path

from data.catalogue.model import Catalogue
from data.filed.rows import Change
from data.snapshots.store import Store
from tests.data.small_world import AREA_HEADER, AREAS, figure, open_world, parts, rows

WEEKLY = ("T15,990100,township,2019-01-01,,1",)
INDICATOR = "alert_check_rate"
# What is said of an area beside its name: from when, to when, into what.
Fates = Mapping[str, tuple[str, str, str]]


def register(fates: Fates, *more: tuple[str, ...], names: Mapping[str, str] | None = None) -> str:
    """The text of areas.csv: the small world, more areas, and what became of some of them."""
    lines = [AREA_HEADER]
    for code, name, *others in (*AREAS, *more):
        spelt = (names or {}).get(code, name)
        lines.append(",".join((code, spelt, *others, *fates.get(code, ("", "", "")))))
    return "\n".join(lines)


def open_register(
    folder: Path, text: str, obligations: tuple[str, ...] = WEEKLY
) -> tuple[Store, Catalogue]:
    """An empty store with this register, in which townships owe T15 every week."""
    return open_world(folder, obligations=obligations, files={"areas.csv": text})


def alerts(weeks: Mapping[str, Mapping[str, int]]) -> Change:
    """T15 of some weeks: week -> township -> alerts checked, of 10 each."""
    return rows(
        "T15",
        *(
            {
                "area": code,
                "period": week,
                "alerts_checked": count,
                "alerts_new": 10,
                "alerts_open_prev": 0,
            }
            for week, counts in weeks.items()
            for code, count in counts.items()
        ),
    )


def shown(store: Store, area: str, period: str) -> dict:
    """The derived row of the checked alerts; it must be there."""
    row = figure(store, INDICATOR, area, period)
    assert row is not None
    return row


def units(row: dict) -> tuple[int, int]:
    """Reported and expected units of a row."""
    return row["units_reported"], row["units_expected"]


def compared(row: dict, kind: str = "prev") -> tuple[float | None, float | None]:
    """The numerators on both sides of a comparison: the base's, and this period's."""
    base, own = row[f"{kind}_numerator"], row[f"{kind}_self_numerator"]
    return tuple(None if part is None else float(part) for part in (base, own))  # type: ignore[return-value]


__all__ = ["alerts", "compared", "open_register", "parts", "register", "shown", "units"]
