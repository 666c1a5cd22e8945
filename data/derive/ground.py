"""The ground of a derivation: areas, units and periods as tables; every indicator stands on it."""

from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.catalogue.succession import heirs
from data.derive import steps
from data.derive.plan import Plan, parts_of
from data.periods import Period


class Ground:
    """The derivation's database and what the program itself puts into it."""

    def __init__(self, con: Any, plan: Plan) -> None:
        self.con = con
        self.plan = plan
        for step in ("ground/words", "ground/tables", "stored/rows"):
            steps.run(con, step)

    def areas(self) -> None:
        """Areas of the provinces at hand, numbered, and each one's ancestors including itself."""
        self.fill("provinces", [[place + "0000"] for place in self.plan.provinces])
        known = heirs(self.plan.catalogue.register.upper)
        self.fill("heir_codes", [list(row) for row in known.iter_rows()])
        steps.run(self.con, "ground/areas", {"areas_file": str(self.plan.state.areas_path)})

    @cached_property
    def has_heirs(self) -> bool:
        """Whether any place is gone and others stand for it."""
        return self.con.execute("select count(*) > 0 from heirs").fetchall()[0][0]

    def units(self) -> None:
        """Which unit reports for each area, table by table."""
        self.fill(
            "usual_units", [[table.id, table.unit_level] for table in self.plan.tables.values()]
        )
        with TemporaryDirectory() as folder:
            path = Path(folder) / "obligations.parquet"
            self.plan.catalogue.obligations.write_parquet(path)
            steps.run(self.con, "ground/units", {"obligations_file": str(path)})

    def periods(
        self, wanted: list[Period], part_frequency: str, sources: tuple[str, ...]
    ) -> list[Period]:
        """Tables `wanted` and `parts` for the periods to compute and those they are compared with.

        returns  All periods in `wanted`: the asked ones, the ones before and a year before.
        """
        compared = {
            Period(period.frequency, period.ordinal - n)
            for period in wanted
            for n in range(1, self.reach(sources) + 1)
        }
        compared |= {last for period in wanted if (last := period.same_last_year())}
        everything = sorted(set(wanted) | compared)
        asked = set(wanted)
        values, parts = [], []
        for period in everything:
            inner = parts_of(period, part_frequency)
            last_year = period.same_last_year()
            values.append(
                [
                    period.text,
                    period.start,
                    period.end,
                    period.ordinal,
                    inner[-1].start,
                    last_year.ordinal if last_year else None,
                    period in asked,
                    len(inner),
                ]
            )
            mch_last = [part for part in inner if part.end.month <= 9] if len(inner) > 3 else inner
            for part in inner:
                parts.append(
                    [
                        period.text,
                        period.start,
                        period.end,
                        part.text,
                        part.end,
                        part == inner[0],
                        part == inner[-1],
                        bool(mch_last) and part == mch_last[-1],
                    ]
                )
        self.fill("wanted", values)
        self.fill("parts", parts)
        return everything

    def reach(self, sources: tuple[str, ...]) -> int:
        """How many periods further a period's filings are looked at.

        The next one compares with them. Where units without an obligation file, those of the
        last three periods are expected: then it is two.
        """
        names = {name for source in sources for name in self.plan.tables_of(source)}
        return 2 if names & self._free and sources != ("filings",) else 1

    @cached_property
    def _free(self) -> set[str]:
        """The tables that some unit files without an obligation."""
        rows = self.con.execute(steps.text("ground/freely_filed")).fetchall()
        return {name for (name,) in rows}

    def fill(self, name: str, rows: list[list[Any]]) -> None:
        """A small table (sql/ground/tables.sql) anew, of rows made here."""
        self.con.execute(f"delete from {name}")
        self.add(name, rows)

    def add(self, name: str, rows: list[list[Any]]) -> None:
        """Rows made here into a small table, handed over column by column."""
        if rows:
            columns = [list(cells) for cells in zip(*rows, strict=True)]
            lists = ", ".join("unnest(?)" for _ in columns)
            self.con.execute(f"insert into {name} select {lists}", columns)
