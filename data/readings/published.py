"""What the readings of a new snapshot are worked out from, and at which periods."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.catalogue.model import Catalogue
from data.periods import FREQUENCIES, Period, latest_ending_by
from data.snapshots.manifest import Domain, FileEntry
from data.snapshots.store import Store

FOLDER = "readings"


@dataclass(frozen=True)
class Published:
    """What is about to become a snapshot, and what its parent has.

    definitions, areas  The files of the store that the snapshot names.
    derived             Its derived files.
    domain              Which periods each table was filed for, by province.
    before, kept        Derived files and readings of the parent; empty when its definitions were
                        others: then nothing of its readings still holds.
    """

    store: Store
    catalogue: Catalogue
    definitions: Path
    areas: Path
    derived: Sequence[FileEntry]
    domain: Domain
    before: Sequence[FileEntry] = field(default=())
    kept: Sequence[FileEntry] = field(default=())


def newest_periods(domain: Domain) -> list[Period]:
    """The newest period of each frequency that has ended by the last day anybody filed for.

    Where nothing was filed in a frequency itself, what was filed at all says how far it goes.
    """
    filed = [Period.parse(last) for spans in domain.values() for _, last in spans.values()]
    found = []
    for frequency in FREQUENCIES:
        own = [period for period in filed if period.frequency == frequency] or filed
        if own:
            found.append(latest_ending_by(frequency, max(period.end for period in own)))
    return found
