"""Indicators of one frequency whose rows are added up together: one pass instead of many."""

from data.derive import area_sql as sql
from data.derive import rows_sql
from data.derive.ground import Ground
from data.derive.measures import Measuring
from data.derive.plan import Pair
from data.periods import Period

# Every pass costs the same few statements, however few rows it adds up; a pass over more rows
# than this would only need more memory.
_ENOUGH = 1_000_000
# The lowest stored level at which an indicator of that grain is shown: 1 township … 4 province.
_LOWEST = {"village": 1, "township": 1, "county": 2, "city": 3, "province": 4}


class Batch:
    """What the measured indicators in `long` need to become rows of `derived_rows`."""

    def __init__(self, ground: Ground, measuring: Measuring) -> None:
        self.ground = ground
        self.con = ground.con
        self.measuring = measuring
        self._clear()

    def _clear(self) -> None:
        self.con.execute(sql.BATCH_TABLES)
        self.pairs: list[Pair] = []
        self.periods: set[Period] = set()
        self.families = 0

    def add(self, sources: tuple[str, ...], pairs: list[Pair], periods: list[Period]) -> None:
        """Take in indicators over the same sources whose rows have just been put into `long`.

        periods  The asked ones and those they are compared with, as tables `wanted` and `spans`
                 have them now.
        """
        filers = sorted({self.measuring.filer(population) for _, population in pairs})
        families = {filer: self.families + n for n, filer in enumerate(filers)}
        self.families += len(families)
        self.ground.insert(
            "pairs",
            ["integer"] * 4 + ["boolean"],
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
        if self.con.execute("select count(*) from long").fetchall()[0][0] > _ENOUGH:
            self.add_up()

    def add_up(self) -> None:
        """Move everything taken in so far from `long` to `derived_rows`."""
        if not self.pairs:
            return
        by_ordinal = {period.ordinal: period for period in sorted(self.periods)}
        last_year = {
            ordinal: before.ordinal
            for ordinal, period in by_ordinal.items()
            if (before := period.same_last_year()) and before.ordinal in by_ordinal
        }
        next_year = {before: ordinal for ordinal, before in last_year.items()}
        self.ground.table(
            "calendar",
            "ordinal bigint, period_end date, last_year bigint, next_year bigint",
            [
                [n, period.end, last_year.get(n), next_year.get(n)]
                for n, period in by_ordinal.items()
            ],
        )
        self.con.execute(sql.AS_WRITTEN)
        self.con.execute(
            sql.added_up(min(by_ordinal), max(by_ordinal), heirs=self.ground.has_heirs)
        )
        self.con.execute(sql.AS_IS_BEST)
        sensitive = [
            str(self.measuring.number((indicator, population)))
            for indicator, population in self.pairs
            if indicator.sensitive or population.sensitive
        ]
        if sensitive:
            limit = int(self.ground.plan.catalogue.settings["mask_below"])
            self.con.execute(rows_sql.MASK.format(pairs=", ".join(sensitive), limit=limit))
        self._clear()
