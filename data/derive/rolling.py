"""Raw rows of a report table, rolled up to the periods of an indicator (rules.md 3)."""

from collections.abc import Iterable
from datetime import timedelta

from data.catalogue.expressions import as_literal
from data.catalogue.model import Column, Table
from data.derive import steps
from data.derive.ground import Ground
from data.derive.plan import between, overlaps
from data.filed import rounds
from data.periods import Period, containing

# How the stored types of columns are called in SQL; all others are text.
_TYPES = {"int": "bigint", "decimal": "decimal(18, 4)", "bool": "boolean", "date": "date"}
_AREA_COLUMNS = (
    "area_code",
    "division_code",
    "province_code",
    "city_code",
    "county_code",
    "township_code",
    "atom",
)


class Rolling:
    """Leaves the view `rolled`: a table's rows, each for the period `p` that it counts in.

    With it, table `partly_filed`: units that filed some but not all parts of a longer period.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.con = ground.con
        self.plan = ground.plan

    def roll(self, table: Table, periods: list[Period], frequency: str) -> bool:
        """The table's rows rolled up to the periods. False without any file."""
        self._nobody_partly()
        first = None if table.register else periods[0]
        if not self._filed(table, first, periods[-1]):
            return False
        if table.register:
            self.stands_for(_register(table), kept=True)
        elif table.frequency == frequency:
            # Rows as filed need no copy: they are read once, straight from the files.
            self.stands_for(steps.text("rolled/same_frequency"), kept=False)
        else:
            keys = [name for name in table.key if name != "area_code"]
            names = [*_AREA_COLUMNS, *keys]
            columns = [column for column in table.stored_columns if column.name not in names]
            text = steps.text(
                "rolled/longer",
                keys=", ".join(f"filed.{name}" for name in names),
                columns=", ".join(f"{_rolled(column)} as {column.name}" for column in columns),
            )
            self.stands_for(text, kept=True)
            steps.run(self.con, "rolled/partly_filed", {"table_id": table.id})
        return True

    def roll_newest(self, table: Table, periods: list[Period], frequency: str) -> bool:
        """Each unit's newest filing by the end of the periods. False without any file."""
        if table.register:
            return self.roll(table, periods, frequency)
        first = containing(frequency, periods[0].start - timedelta(days=366))
        if not self._filed(table, first, periods[-1]):
            return False
        self.stands_for(
            steps.text("rolled/latest_filing"), kept=True, values={"table_id": table.id}
        )
        return True

    def roll_view(self, view: str) -> None:
        """A view made before, as the clinics' states: its rows have their periods already."""
        self._nobody_partly()
        self.stands_for(f"from {view}", kept=False)

    def roll_filings(self, periods: list[Period]) -> None:
        """Every report that fell due in these weeks."""
        self._nobody_partly()
        self.con.execute(
            "create or replace temp table first_filed "
            "(table_id text, unit integer, period text, first_imported date)"
        )
        due_dates = []
        for name in self.plan.tables_of("filings"):
            due = {
                place: between(span)
                for place, span in self.plan.state.domain[name].items()
                if place in self.plan.provinces
            }
            about = set()
            for days in self.plan.due_days(name):
                for period in sorted(set().union(*due.values())):
                    due_on = period.end + timedelta(days=days)
                    week = containing("weekly", due_on)
                    if periods[0].ordinal <= week.ordinal <= periods[-1].ordinal:
                        about.add(period)
                        due_dates += [
                            [name, f"{place}0000", days, period.text, period.end, due_on, week.text]
                            for place, span in due.items()
                            if period in span
                        ]
            if about and self._filed(self.plan.tables[name], min(about), max(about)):
                steps.run(self.con, "rolled/first_filed", {"table_id": name})
        self.ground.fill("due_dates", due_dates)
        self.stands_for(steps.text("rolled/filings"), kept=True)

    def stands_for(self, text: str, *, kept: bool, values: dict[str, str] | None = None) -> None:
        """Make `rolled` stand for these rows; kept means that they are computed only once."""
        if kept:
            self.con.execute(f"create or replace temp table rolled_rows as {text}", values or {})
            text = "from rolled_rows"
        self.con.execute(f"create or replace temp view rolled as {text}")

    def _nobody_partly(self) -> None:
        self.con.execute("create or replace temp table partly_filed (p text, unit_code text)")

    def _filed(self, table: Table, first: Period | None, last: Period) -> bool:
        """View `filed` over the files that can hold rows of these periods; False without any."""
        start = first.start if first else None
        paths = [
            str(self.plan.state.store.path / entry.path)
            for (cut, place), entry in sorted(self.plan.state.raw.get(table.id, {}).items())
            if place in self.plan.provinces and overlaps(cut, start, last.end)
        ]
        if paths:
            self.plan.state.store.check(paths)
            steps.run(self.con, "rolled/filed", files=listed(paths), columns=_typed_nulls(table))
        return bool(paths)


def listed(paths: Iterable[str]) -> str:
    """Paths as a list in SQL."""
    return f"[{', '.join(as_literal(path) for path in paths)}]"


def _typed_nulls(table: Table) -> str:
    """The columns of a table as it is now, in a row that is nowhere."""
    return ", ".join(
        f"cast(null as {_TYPES.get(column.type, 'text')}) as {column.name}"
        for column in table.stored_columns
    )


def _register(table: Table) -> str:
    state = steps.text("rolled/register", keys=", ".join(table.key))
    if table.rounds is None:
        return state
    return steps.text(
        "rolled/latest_round",
        state=state,
        exercise=", ".join(rounds.exercise(table)),
        latest_first=rounds.latest_first(table),
    )


def _rolled(column: Column) -> str:
    """How one column's sub-periods become one value."""
    name = f"filed.{column.name}"
    if column.kind == "flow":
        return f"sum({name})"
    if column.kind == "opening":
        return f"max(case when parts.is_first then {name} end)"
    if column.kind == "ytd_mch":
        return f"max(case when parts.is_last_mch then {name} end)"
    return f"max(case when parts.is_last then {name} end)"
