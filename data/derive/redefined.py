"""What a change of definitions leaves of the figures that are there."""

import json
from typing import Any

from data.catalogue.model import Catalogue, Indicator, Population, Table
from data.derive.plan import Files, Name
from data.filed.withheld import family_of, is_sensitive, unlisted_kinds
from data.snapshots.manifest import Manifest
from data.snapshots.soundness import differs
from data.snapshots.store import Store

# The settings that figures are made with.
_SETTINGS = ("mask_below", "clinic_floor_area", "clinic_exempt_service_pop")


def still_standing(
    store: Store, parent: Manifest, catalogue: Catalogue
) -> tuple[Files, frozenset[Name] | None]:
    """The derived files of a snapshot, and of which indicators they are no longer true.

    returns  Files by folder, and the indicators and populations that are other ones under the new
             definitions, new or gone; no files and None where every figure may be another.
    """
    files = {entry.parts: entry for entry in parent.under("derived")}
    if parent.catalogue == catalogue.sha:
        return files, frozenset()
    before = store.catalogue(parent.number)
    obliged = before.obligations.equals(catalogue.obligations)
    if not obliged or _ground(before) != _ground(catalogue):
        return {}, None
    was, now = _figures(before), _figures(catalogue)
    changed = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
    # What is hidden of one part of a total depends on the others.
    families = {found[name][1] for found in (was, now) for name in changed & found.keys()}
    changed |= {name for name, (_, family, _) in now.items() if family and family in families}
    return (files, frozenset(changed)) if _sound(store, files) else ({}, None)


def _ground(catalogue: Catalogue) -> Any:
    """What every figure stands on."""
    return (
        json.loads(catalogue.text).get("figures"),
        catalogue.register.sha,
        [catalogue.settings.get(name) for name in _SETTINGS],
        {table.id: table.unit_level for table in catalogue.tables.values()},
    )


def _figures(catalogue: Catalogue) -> dict[Name, Any]:
    """What the figures of each indicator and population are made by."""
    tables = {table.id: _shape(table) for table in catalogue.tables.values()}
    return {
        (indicator.id, population.id): (
            _figure(indicator, population, tables),
            is_sensitive(catalogue, indicator, population)
            and family_of(catalogue, indicator, population),
            unlisted_kinds(catalogue, indicator, population),
        )
        for indicator in catalogue.indicators.values()
        if indicator.computed
        for population in indicator.populations.values()
    }


def _figure(indicator: Indicator, population: Population, tables: dict[str, Any]) -> Any:
    parts = (population.numerator, population.denominator)
    # A view is made of one table, or of all of them.
    known = all(source in tables for source in population.sources)
    return (
        indicator.frequency,
        indicator.grain,
        indicator.dimension,
        indicator.min_coverage,
        indicator.provisional_periods,
        [measure.as_dict() for measure in parts if measure],
        [tables[source] for source in population.sources] if known else tables,
    )


def _shape(table: Table) -> Any:
    """What rows of a table are rolled up and placed by; its words do not count."""
    columns = [
        (column.name, column.type, column.kind, column.filed_at, column.stored)
        for column in table.columns
    ]
    return (table.frequency, table.register, table.key, table.rounds, columns)


def _sound(store: Store, files: Files) -> bool:
    """Whether the files are what they were: nothing is added to a damaged one."""
    try:
        return all(not differs(store.path / entry.path, entry.sha256) for entry in files.values())
    except OSError:
        return False
