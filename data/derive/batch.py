"""Indicators of one frequency whose rows are added up together: one pass instead of many."""

from collections.abc import Iterator

from data.derive import steps
from data.derive.ground import Ground
from data.derive.measures import Measuring
from data.derive.plan import Pair
from data.filed.withheld import family_of, is_sensitive, unlisted_kinds
from data.periods import Period

# Every pass costs the same few statements, however few rows it adds up; a pass over more rows
# than this would only need more memory.
_PASS = 200_000
# The lowest stored level at which an indicator of that grain is shown: 1 township … 4 province.
_LOWEST = {"village": 1, "township": 1, "county": 2, "city": 3, "province": 4}
# More names than these are a number.
_NAMED_AT_MOST = 3
# The added/*.sql are written in the order in which they join best, the many rows first: the
# optimizer does not know how few the others are.
_AS_WRITTEN = "set disabled_optimizers = 'join_order,build_side_probe_side'"
_AS_IS_BEST = "reset disabled_optimizers"


class Batch:
    """What the measured indicators in `measured` need to become rows of `derived_rows`."""

    def __init__(self, ground: Ground, measuring: Measuring) -> None:
        self.ground = ground
        self.con = ground.con
        self.measuring = measuring
        self._clear()

    def _clear(self) -> None:
        steps.run(self.con, "measured/batch")
        self.pairs: list[Pair] = []
        self.periods: set[Period] = set()
        self.families = 0

    def add(self, sources: tuple[str, ...], pairs: list[Pair], periods: list[Period]) -> None:
        """Take in indicators over the same sources whose rows have just been put into `measured`.

        periods  The asked ones and those they are compared with, as tables `wanted` and `spans`
                 have them now.
        """
        filers = sorted({self.measuring.filer(population) for _, population in pairs})
        families = {filer: self.families + n for n, filer in enumerate(filers)}
        self.families += len(families)
        self.ground.add(
            "measured_pairs",
            [
                [
                    self.measuring.number(pair),
                    _LOWEST[pair[0].grain],
                    pair[0].provisional_periods or 0,
                    families[self.measuring.filer(pair[1])],
                    sources == ("filings",),
                ]
                for pair in pairs
            ],
        )
        self.measuring.expected(sources, families)
        self.pairs += pairs
        self.periods |= set(periods)
        if self.con.execute("select count(*) from measured").fetchall()[0][0] > _PASS:
            self.add_up()

    def add_up(self) -> None:
        """Move everything taken in so far from `measured` to `derived_rows`."""
        if not self.pairs:
            return
        bits = self._calendar()
        self.con.execute(_AS_WRITTEN)
        for first, last in self._passes():
            self._pass(bits | {"from_pair": first, "to_pair": last})
        self.con.execute(_AS_IS_BEST)
        self._mask()
        self._clear()

    def _passes(self) -> Iterator[tuple[int, int]]:
        """The first and last pair of each pass, few enough for the rows of a pass."""
        rows = dict(
            self.con.execute("select pair, count(*) from measured group by pair").fetchall()
        )
        numbers = sorted(map(self.measuring.number, self.pairs))
        first, filled = numbers[0], 0
        for last, following in zip(numbers, [*numbers[1:], None], strict=True):
            filled += rows.get(last, 0)
            if following is None or filled + rows.get(following, 0) > _PASS:
                yield first, last
                first, filled = following or 0, 0

    def _pass(self, values: dict[str, int]) -> None:
        with_heirs = self.ground.has_heirs
        for step in (
            "added/slice",
            *(["heirs/settled"] if with_heirs else []),
            "added/unit_periods",
            *(["heirs/groups", "heirs/turns"] if with_heirs else []),
            "added/flagged",
            *(["heirs/placed", "heirs/joined"] if with_heirs else []),
            "added/summed",
            "added/recent",
            "added/completed",
            "added/silent",
            "added/absent",
            "added/dropped",
        ):
            steps.run(self.con, step, values | {"named_at_most": _NAMED_AT_MOST})

    def _calendar(self) -> dict[str, int]:
        """Table `calendar`; between which two ordinals all lie that a step asks for."""
        by_ordinal = {period.ordinal: period for period in sorted(self.periods)}
        last_year = {
            ordinal: before.ordinal
            for ordinal, period in by_ordinal.items()
            if (before := period.same_last_year()) and before.ordinal in by_ordinal
        }
        next_year = {before: ordinal for ordinal, before in last_year.items()}
        self.ground.fill(
            "calendar",
            [
                [n, period.end, last_year.get(n), next_year.get(n)]
                for n, period in by_ordinal.items()
            ],
        )
        return {"first": min(by_ordinal) - 2, "last": max(by_ordinal) + 1}

    def _mask(self) -> None:
        """Hide the small numbers of sensitive indicators."""
        catalogue = self.ground.plan.catalogue
        # What counties file is shown from the county up: no part of it is hidden.
        sensitive = [
            (indicator, population)
            for indicator, population in self.pairs
            if is_sensitive(catalogue, indicator, population)
            and self.measuring.filer(population) != "county"
        ]
        if sensitive:
            families = [family_of(catalogue, *pair) for pair in sensitive]
            numbers = {family: n for n, family in enumerate(families)}
            rows = zip(sensitive, families, strict=True)
            self.ground.fill(
                "sensitive_pairs",
                [[self.measuring.number(pair), numbers[family]] for pair, family in rows],
            )
            limit = int(catalogue.settings["mask_below"])
            steps.run(self.con, "added/masked", {"mask_below": limit})
        unlisted = [
            [self.measuring.number(pair), kind, is_sensitive_kind]
            for pair in self.pairs
            for kind, is_sensitive_kind in unlisted_kinds(catalogue, *pair)
        ]
        if unlisted:
            self.ground.fill("unlisted_kinds", unlisted)
            steps.run(self.con, "added/outnumbered")
