"""What a snapshot is shown of when nobody says: its newest period and its first area."""

from data.catalogue.model import Catalogue
from data.errors import StoreError
from data.periods import FREQUENCIES, Period
from data.snapshots.manifest import Manifest
from queries.engine import Engine


def newest_period(manifest: Manifest) -> Period | None:
    """The newest period filed, weeks before months before quarters before years; None: none is."""
    filed = [
        Period.parse(last) for places in manifest.domain.values() for _, last in places.values()
    ]
    for frequency in FREQUENCIES:
        if newest := max((each for each in filed if each.frequency == frequency), default=None):
            return newest
    return None


def first_area(codes: list[str], definitions: Catalogue) -> str:
    """The area to begin with among those with values: what the settings say, else the first."""
    wanted = str(definitions.settings.get("default_area"))
    return wanted if wanted in codes else codes[0]


def place_and_period(
    engine: Engine, number: int, *, area: str | None, period: str | None
) -> tuple[str, Period]:
    """What a command is about: as it was told, else as a new visitor would see it.

    raises  StoreError for a snapshot that holds nothing, UsageError for a wrong period.
    """
    chosen = Period.parse(period) if period else newest_period(engine.store.manifest(number))
    codes = [area] if area else engine.run("areas_with_data", snapshot=number)["area_code"]
    if chosen is None or not len(codes):
        raise StoreError(f"快照 {number} 里没有任何报表数据。请先导入报表。")
    return first_area(list(codes), engine.catalogue(number)), chosen
