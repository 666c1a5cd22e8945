"""What a person may see: an area with all that lies under it, with or without sensitive figures."""

import hashlib
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scope:
    """Restricts every view of a snapshot.

    area            Code of the area whose values are seen, with all below it; empty: all areas.
                    What lies above keeps its name and has no readings; what lies beside is not
                    there. A code that the snapshot's register does not know sees no values.
    hide_sensitive  Mask sensitive figures at every level, not only below the county.
    is_past         A newer snapshot is there. What a county's figure moved by from one snapshot to
                    the next is what one township filed late or corrected: so sensitive figures
                    are seen in the newest snapshot only, and a total that would tell of them too.
    """

    area: str = ""
    hide_sensitive: bool = False
    is_past: bool = False

    @property
    def suffix(self) -> str:
        """A name for the schema of this scope: empty for everything, else letters and figures."""
        if self == ALL:
            return ""
        digest = hashlib.sha256(self.area.encode("utf-8")).hexdigest()[:12] if self.area else "all"
        hidden, past = ("_hidden" if self.hide_sensitive else "", "_past" if self.is_past else "")
        return f"_{digest}{hidden}{past}"

    def at(self, number: int, newest: int | None) -> "Scope":
        """The scope in which a snapshot is seen while another one may be the newest."""
        if number >= (newest or number):
            return self
        return replace(self, hide_sensitive=True, is_past=True)


ALL = Scope()
