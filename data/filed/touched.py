"""What of the filed rows a publish changes, as far as figures are made of it."""

from dataclasses import dataclass

# Which report tables each view is made from; `filings` is made from all of them.
VIEW_TABLES = {"clinic_state": "T07", "village_clinic_state": "T07"}
# Where a row comes from: no figure is made of it.
ADDRESS = frozenset(
    "reporting_unit reported_on remark source_id source_sheet source_row source_first".split()
)


@dataclass(frozen=True)
class Touched:
    """What a publish changes in one report table.

    periods  (period, province) pairs with a row that is not what it was.
    columns  The columns whose values changed; None when rows came or went.
    """

    periods: frozenset[tuple[str, str]]
    columns: frozenset[str] | None

    def joined(self, other: "Touched") -> "Touched":
        """Both changes as one."""
        known = self.columns is not None and other.columns is not None
        columns = (self.columns or frozenset()) | (other.columns or frozenset())
        return Touched(self.periods | other.periods, columns if known else None)
