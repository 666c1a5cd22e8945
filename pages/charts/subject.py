"""What a chart needs to know of an indicator: its words, never its figures."""

from typing import Protocol


class Subject(Protocol):
    """Satisfied by the catalogue's Indicator."""

    @property
    def name(self) -> str:
        """Chinese name."""
        ...

    @property
    def unit(self) -> str:
        """Unit as printed: %, ‰, 个, 名/万人."""
        ...

    @property
    def decimals(self) -> int:
        """Places printed."""
        ...

    @property
    def direction(self) -> str:
        """higher_better, lower_better or info."""
        ...

    @property
    def frequency(self) -> str:
        """weekly, monthly, quarterly or yearly."""
        ...
