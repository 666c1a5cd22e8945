"""The list of pages. A new page is one line here and one script in pages/views/."""

from dataclasses import dataclass
from pathlib import Path

TITLE = "健康扶贫监测看板"
_VIEWS = Path(__file__).parents[1] / "views"


@dataclass(frozen=True)
class Entry:
    """One page of the menu: its Chinese title and the stem of its script and address."""

    title: str
    stem: str

    @property
    def script(self) -> Path:
        """The page's script."""
        return _VIEWS / f"{self.stem}.py"


# The first one is the home page and lives at `/`.
ENTRIES = (
    Entry("总览", "overview"),
    Entry("签约服务", "signing"),
    Entry("县域内就诊", "visits"),
    Entry("村卫生室标准化", "village_clinics"),
)

# The addresses at which a page answers, without a slash (the home page has none of its own).
ADDRESSES = tuple(entry.stem for entry in ENTRIES[1:])
