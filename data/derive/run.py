"""Derived values: numerators and denominators of every indicator, for areas and periods.

Run at publish, by DuckDB, over the raw Parquet files of the new state; only what a change can
touch is computed again. Rates are never stored: they are divided in the queries.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from tempfile import gettempdir

import duckdb

from data.derive.batch import Batch
from data.derive.clinics import write_clinic_states
from data.derive.files import write_figures
from data.derive.ground import Ground
from data.derive.measures import Measuring
from data.derive.plan import Files, Pair, Plan, State
from data.machine.threads import threads_for
from data.periods import FREQUENCIES, Period
from data.snapshots.manifest import FileEntry

_SIDE_BY_SIDE = 2
_MUCH = 5_000_000  # raw rows


def derive(state: State) -> list[FileEntry]:
    """Compute the derived values that a change touches and write them; the files of the new state.

    returns  All derived files of the new snapshot: those written now and those kept.
    """
    rows = sum(entry.rows for files in state.raw.values() for entry in files.values())
    threads = threads_for(rows)
    if state.redefined:
        # First what is other by definition, over all rows; then the rest, by the rows that changed.
        anew = replace(state, touched=None)
        files = _Derivation(anew, _places(anew), FREQUENCIES, threads=threads).run()
        state = replace(state, derived=files, redefined=frozenset())
    places = _places(state)
    if not places:
        return list(state.derived.values())
    if state.touched is not None or len(places) == 1:
        return list(_Derivation(state, places, FREQUENCIES, threads=threads).run().values())
    # Everything at once: small tables keep one thread of DuckDB busy, so the work goes side by
    # side in parts that share no file: by frequency, and by province where there is much of it,
    # for every part plans the same statements again.
    shares = _shares(state, places, _SIDE_BY_SIDE) if rows > _MUCH else [places]
    parts = [
        (share, frequencies)
        for share in shares
        for frequencies in (FREQUENCIES[:1], FREQUENCIES[1:])
    ]
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        done = pool.map(lambda part: _Derivation(state, *part, threads=1).run(), parts)
        return [entry for files in done for entry in files.values()]


def _places(state: State) -> list[str]:
    """Two-digit codes of the provinces to compute."""
    if state.touched is None:
        return sorted({place for files in state.raw.values() for _, place in files})
    return sorted({place for change in state.touched.values() for _, place in change.periods})


def _shares(state: State, places: list[str], count: int) -> list[list[str]]:
    """The provinces in so many shares of about the same number of rows."""
    rows = dict.fromkeys(places, 0)
    for files in state.raw.values():
        for (_, place), entry in files.items():
            rows[place] += entry.rows
    shares: list[list[str]] = [[] for _ in range(min(count, len(places)))]
    for place in sorted(places, key=lambda place: -rows[place]):
        min(shares, key=lambda share: sum(rows[one] for one in share)).append(place)
    return [sorted(share) for share in shares]


class _Derivation:
    """The derived values of some provinces and frequencies, in one in-memory database."""

    def __init__(
        self, state: State, provinces: list[str], frequencies: Sequence[str], *, threads: int
    ) -> None:
        self.state = state
        self.plan = Plan(state, provinces, frequencies)
        self.catalogue = state.catalogue
        self.tables = state.catalogue.tables
        # What does not fit into memory goes to the system's temporary folder, not to where the
        # program happens to stand.
        self.con = duckdb.connect(
            config={"threads": threads, "memory_limit": "3GB", "temp_directory": gettempdir()}
        )
        self.con.execute("set enable_progress_bar = false; set parquet_metadata_cache = true")
        # Memory is not compressed by itself; the derived rows take half as much.
        self.con.execute("attach ':memory:' as made (compress); use made")
        self.ground = Ground(self.con, self.plan)
        names = sorted(
            (indicator.id, population, indicator.frequency)
            for indicator in self.catalogue.indicators.values()
            for population in indicator.populations
        )
        self.pair_rows = [[number, *name] for number, name in enumerate(names)]
        numbers = {(row[1], row[2]): row[0] for row in self.pair_rows}
        self.measuring = Measuring(self.ground, numbers)
        self.batch = Batch(self.ground, self.measuring)
        self.asked: set[Period] = set()

    def run(self) -> Files:
        """Compute and write; the derived files of the new state by folder.

        Frequency by frequency: what is written need not be in memory any more.
        """
        self.ground.areas()
        self.ground.units()
        self.ground.fill("pair_names", self.pair_rows)
        self.ground.fill("redefined", [list(name) for name in sorted(self.state.redefined)])
        written = dict(self.state.derived)
        for frequency in self.plan.frequencies:
            if frequency == "monthly" and self.plan.makes_clinic_states():
                _, months = self._wanted(("clinic_state",), "monthly", [])
                write_clinic_states(self.ground, months, written)
            for sources, pairs in self.plan.groups(frequency):
                pairs, wanted = self._wanted(sources, frequency, pairs)
                if pairs and wanted:
                    self._measure(sources, frequency, pairs, wanted)
            self.batch.add_up()
            self.ground.fill(
                "period_names",
                [[frequency, p.ordinal, p.text, p.end, p.year] for p in sorted(self.asked)],
            )
            self.asked.clear()
            write_figures(self.ground, frequency, written)
        self.con.close()
        return written

    def _wanted(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair]
    ) -> tuple[list[Pair], list[Period]]:
        """What to compute; table `spans` says which periods can have a value in which province."""
        pairs, wanted = self.plan.changed(
            sources, frequency, pairs, lambda: self.ground.reach(sources)
        )
        if wanted:
            spans = self.plan.spans(sources, frequency)
            self.ground.fill(
                "spans",
                [[f"{place}0000", span[0], span[-1]] for place, span in spans.items() if span],
            )
        return pairs, wanted

    def _measure(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair], wanted: list[Period]
    ) -> None:
        """Put what was filed for all indicators over the same sources into the batch."""
        first = sources[0]
        part_frequency = (
            frequency
            if first == "filings"
            else self.tables[self.plan.tables_of(first)[0]].frequency
        )
        periods = self.ground.periods(wanted, part_frequency, sources)
        if len(sources) > 1:
            self.measuring.two(sources, frequency, pairs, periods)
        elif not self.measuring.one(first, frequency, pairs, periods):
            return
        self.batch.add(sources, pairs, periods)
        self.ground.add(
            "recomputed",
            [
                [indicator.id, population.id, period.text]
                for indicator, population in pairs
                for period in wanted
            ],
        )
        self.asked |= set(wanted)
