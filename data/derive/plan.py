"""What a change touches: which derived values have to be computed again, and for which periods."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from data.catalogue.model import Catalogue, Indicator, Population
from data.filed.touched import ADDRESS, VIEW_TABLES, Touched
from data.filed.withheld import family_of
from data.periods import Period, containing
from data.snapshots.manifest import Domain, FileEntry
from data.snapshots.store import Store

Pair = tuple[Indicator, Population]
# The same by their ids.
Name = tuple[str, str]
# Derived files by their folder: each folder holds one file of a snapshot.
Files = dict[tuple[str, ...], FileEntry]
CLINIC_VIEWS = ("clinic_state", "village_clinic_state")


@dataclass
class State:
    """The raw state to derive from.

    raw      Table id -> (cut, province) -> file.
    domain   Table id -> province -> first and last period filed there.
    derived  Derived files of the parent snapshot, by folder.
    touched  Table id -> what changed; None derives everything.
    redefined  Of which indicators and populations no row of the parent is true any more.
    before   The parent snapshot's domain: a span that grew carries registers further.
    """

    store: Store
    catalogue: Catalogue
    areas_path: Path
    raw: dict[str, dict[tuple[str, str], FileEntry]]
    domain: Domain
    derived: Files = field(default_factory=dict)
    touched: dict[str, Touched] | None = None
    before: Domain = field(default_factory=dict)
    redefined: frozenset[Name] = frozenset()


class Plan:
    """What to compute for some provinces and frequencies, read off domains and definitions only.

    Where something is redefined, only that.
    """

    def __init__(self, state: State, provinces: list[str], frequencies: Sequence[str]) -> None:
        self.state = state
        self.catalogue = state.catalogue
        self.tables = state.catalogue.tables
        self.provinces = provinces
        self.frequencies = frequencies

    def groups(self, frequency: str) -> Iterator[tuple[tuple[str, ...], list[Pair]]]:
        """The indicators of one frequency, those that read the same tables together."""
        redefined = self.state.redefined
        groups: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
        for indicator in self.catalogue.indicators.values():
            if not indicator.computed or indicator.frequency != frequency:
                continue
            for population in indicator.populations.values():
                if not redefined or (indicator.id, population.id) in redefined:
                    groups[population.sources].append((indicator, population))
        for sources, pairs in groups.items():
            if all(self.tables_of(source) for source in sources):
                yield sources, pairs

    def makes_clinic_states(self) -> bool:
        """Whether the clinics' states of these provinces are this plan's to make."""
        if self.state.redefined:
            return any(set(sources) & set(CLINIC_VIEWS) for sources, _ in self._every_group())
        return "monthly" in self.frequencies

    def tables_of(self, source: str) -> list[str]:
        """The report tables behind a source that the provinces at hand have rows of."""
        names = self._filing_tables() if source == "filings" else [VIEW_TABLES.get(source, source)]
        return [
            name
            for name in names
            if any(place in self.state.domain.get(name, {}) for place in self.provinces)
        ]

    def _filing_tables(self) -> list[str]:
        obliged = set(self.catalogue.obligations["table_id"].to_list())
        return [
            table.id for table in self.tables.values() if table.id in obliged and not table.register
        ]

    def _span(self, sources: Iterable[str], frequency: str, place: str, domain: Domain) -> range:
        """Ordinals of the own-frequency periods that can have a value in a province.

        A period still running counts for nothing yet: its last sub-period must have been filed.
        """
        firsts, lasts = [], []
        for source in sources:
            names = [name for name in self.tables_of(source) if place in domain.get(name, {})]
            if not names:
                return range(0)
            filed = [[Period.parse(text) for text in domain[name][place]] for name in names]
            firsts.append(containing(frequency, min(first.start for first, _ in filed)).ordinal)
            if source == "filings":
                lasts.append(containing(frequency, max(last.end for _, last in filed)).ordinal)
                continue
            table = self.tables[names[0]]
            newest = self._newest(table.frequency, place, domain) if table.register else filed[0][1]
            own = own_period(newest, frequency)
            is_over = parts_of(own, table.frequency)[-1] == newest
            lasts.append(own.ordinal if is_over else own.ordinal - 1)
        # A second source only lends its newest denominator: it does not bound the end.
        return range(max(firsts), lasts[0] + 1)

    def _newest(self, frequency: str, place: str, domain: Domain) -> Period:
        """The newest period of that frequency in a province: registers are carried that far."""
        return max(
            Period.parse(spans[place][1])
            for name, spans in domain.items()
            if place in spans and self.tables[name].frequency == frequency
        )

    def spans(self, sources: tuple[str, ...], frequency: str) -> dict[str, range]:
        """Ordinals of the own-frequency periods that can have a value, by province."""
        return {
            place: self._span(sources, frequency, place, self.state.domain)
            for place in self.provinces
        }

    def changed(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair], reach: Callable[[], int]
    ) -> tuple[list[Pair], list[Period]]:
        """Which indicators of a group a change can touch, and in which periods, ascending.

        reach  How many periods further a period's filings are looked at.
        """
        spans = self.spans(sources, frequency)
        everything = {Period(frequency, n) for span in spans.values() for n in span}
        if self.state.touched is None or not everything:
            return pairs, sorted(everything)
        hit = self._grown(sources, frequency, spans)
        if not hit:
            # What is hidden of one part of a total depends on the others.
            seen = {
                family_of(self.catalogue, *pair)
                for pair in pairs
                if self._seen_in(pair[1].sources, [pair])
            }
            pairs = [pair for pair in pairs if family_of(self.catalogue, *pair) in seen]
        hit |= self._hit(sources, frequency, pairs, max(everything))
        if not hit:
            return [], []
        following = {
            Period(frequency, period.ordinal + n) for period in hit for n in range(1, reach() + 1)
        }
        a_year_on = {
            period for period in everything if (last := period.same_last_year()) and last in hit
        }
        return pairs, sorted((hit | following | a_year_on) & everything)

    def _grown(
        self, sources: tuple[str, ...], frequency: str, spans: dict[str, range]
    ) -> set[Period]:
        """Periods that can have a value only now, and those that lose the mark 暂 by them."""
        marked = max((i.provisional_periods for i, _ in self._all_pairs(sources)), default=0)
        hit: set[Period] = set()
        for place, span in spans.items():
            before = self._span(sources, frequency, place, self.state.before)
            if grown := set(span) - set(before):
                # The newest periods carry the mark; newer ones take it off the older.
                grown |= set(before[-marked:] if marked else ())
            hit |= {Period(frequency, n) for n in grown}
        if sources == ("filings",):
            for name in self.tables_of("filings"):
                hit |= self._due_in(frequency, name, self._newly_due(name))
        return hit

    def _hit(
        self, sources: tuple[str, ...], frequency: str, pairs: list[Pair], newest: Period
    ) -> set[Period]:
        """The periods that stand on a row that changed."""
        hit: set[Period] = set()
        for source, name, touched in self._seen_in(sources, pairs):
            periods = {Period.parse(text) for text, _ in touched.periods}
            if source == "filings":
                hit |= self._due_in(frequency, name, periods)
                continue
            own = {own_period(period, frequency) for period in periods}
            hit |= own
            if self.tables[name].register or len(sources) > 1:
                # Carried forward: every later period stands on this one.
                later = range(min(own).ordinal, newest.ordinal + 1)
                hit |= {Period(frequency, n) for n in later}
        return hit

    def _seen_in(self, sources: Iterable[str], pairs: list[Pair]) -> list[tuple[str, str, Touched]]:
        """The changes that indicators over these sources can see: source, table, what changed."""
        found = []
        for source in sources:
            read = {name for _, population in pairs for name in population.columns_of(source)}
            read |= {indicator.dimension for indicator, _ in pairs if indicator.dimension}
            if source == "filings":
                read = {"first_imported"}
            for name in self.tables_of(source):
                touched = (self.state.touched or {}).get(name)
                if touched is None or not touched.periods:
                    continue
                seen = touched.columns is None or touched.columns & read
                if source in CLINIC_VIEWS:
                    # Their columns have other names; the states alone are kept with the address.
                    # A remark is more than an address here: it is the reason of an override.
                    where = ADDRESS - {"remark"}
                    seen = touched.columns is None or not pairs or touched.columns - where
                if seen:
                    found.append((source, name, touched))
        return found

    def _due_in(self, frequency: str, name: str, periods: set[Period]) -> set[Period]:
        """In which periods the reports of a table about these periods fall due."""
        return {
            containing(frequency, period.end + timedelta(days=days))
            for period in periods
            for days in self.due_days(name)
        }

    def _all_pairs(self, sources: tuple[str, ...]) -> list[Pair]:
        return [pair for found, pairs in self._every_group() if found == sources for pair in pairs]

    def _every_group(self) -> Iterator[tuple[tuple[str, ...], list[Pair]]]:
        return chain.from_iterable(map(self.groups, self.frequencies))

    def _newly_due(self, table_id: str) -> set[Period]:
        """Periods of a table that came into its span: their reports are due, filed or not."""
        out: set[Period] = set()
        for place in self.provinces:
            now, before = (
                between(domain.get(table_id, {}).get(place))
                for domain in (self.state.domain, self.state.before)
            )
            out |= now - before
        return out

    def due_days(self, table_id: str) -> list[int]:
        """After how many days a table's reports are due, each number that occurs."""
        obligations = self.catalogue.obligations
        chosen = obligations.filter(obligations["table_id"] == table_id)
        return sorted(set(chosen["due_days"].to_list()))


def between(span: tuple[str, str] | None) -> set[Period]:
    """All periods from the first to the last of a span; none without one."""
    if span is None:
        return set()
    first, last = (Period.parse(text) for text in span)
    return {Period(first.frequency, n) for n in range(first.ordinal, last.ordinal + 1)}


def own_period(period: Period, frequency: str) -> Period:
    """The period of that frequency in which a period lies; itself when it has it already."""
    return period if period.frequency == frequency else period.within(frequency)


def parts_of(period: Period, frequency: str) -> list[Period]:
    """The sub-periods of a period, in order; itself when the frequencies are the same."""
    if period.frequency == frequency:
        return [period]
    part = containing(frequency, period.start)
    found = []
    while part.start <= period.end:
        if part.within(period.frequency) == period:
            found.append(part)
        part = part.next()
    return found


def overlaps(cut: str, start: date | None, end: date) -> bool:
    """Whether a file's cut can hold rows of these days (weeks may reach into the next year)."""
    span = Period.parse(cut)
    margin = timedelta(days=4)
    return span.start - margin <= end and (start is None or span.end + margin >= start)
