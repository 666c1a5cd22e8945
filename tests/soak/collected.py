"""The answers of a soak, and what is wrong with them."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

# How a database, a library or a server speaks that nobody has put into words.
_FOREIGN = re.compile(
    r"\b(?:Catalog|Binder|Parser|IO|Transaction\w*|Invalid Input|Conversion|Constraint|Internal|"
    r"Out of Memory|Connection) ?(?:Error|Exception)\b|Traceback|故障编号"
)


@dataclass
class Collected:
    """What came back.

    answers  What was asked and its snapshot -> the answers given to it.
    faults   What should not have come -> how often.
    """

    answers: dict[tuple[Any, int], set[Hashable]] = field(default_factory=lambda: defaultdict(set))
    faults: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def take(self, asked: object, snapshots: set[int], text: str, answer: Hashable) -> None:
        """Take an answer in that names these snapshots."""
        self.count += 1
        if foreign := _FOREIGN.search(text):
            self.faults[f"{asked}: {text[foreign.start() : foreign.start() + 200]}"] += 1
        elif len(snapshots) != 1:
            self.faults[f"{asked}: names the snapshots {sorted(snapshots)}"] += 1
        else:
            self.answers[asked, *snapshots].add(answer)

    def refused(self, asked: object, words: str) -> None:
        """Take an error in."""
        self.count += 1
        self.faults[f"{asked}: {words[:300]}"] += 1

    def two_answers(self) -> list[tuple[Any, int]]:
        """What was answered in more than one way on one snapshot."""
        return [key for key, given in self.answers.items() if len(given) > 1]

    @property
    def snapshots(self) -> set[int]:
        """The snapshots that somebody saw."""
        return {number for _, number in tuple(self.answers)}
