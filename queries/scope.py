"""What a person may see: an area with all that lies under it, with or without sensitive figures."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Restricts every view of a snapshot.

    area            Code of the area whose values are seen, with all below it; empty: all areas.
                    What lies above keeps its name and has no readings; what lies beside is not
                    there. A code that the snapshot's register does not know sees no values.
    hide_sensitive  Mask sensitive figures at every level, not only below the county.
    """

    area: str = ""
    hide_sensitive: bool = False

    @property
    def suffix(self) -> str:
        """A name for the schema of this scope: empty for everything, else letters and figures."""
        if self == ALL:
            return ""
        digest = hashlib.sha256(self.area.encode("utf-8")).hexdigest()[:12] if self.area else "all"
        return f"_{digest}{'_hidden' if self.hide_sensitive else ''}"


ALL = Scope()
