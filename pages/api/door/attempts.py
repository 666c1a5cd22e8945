"""Wrong passwords and tokens: whoever sends too many waits, by name and by address."""

from collections.abc import Callable

WINDOW = 15 * 60  # seconds in which they count, and for which one waits
_MOST_KEPT = 10_000


class Attempts:
    """How many wrong ones came lately, by whatever key.

    most  So many are let pass within WINDOW.
    now   Seconds that only go forward.
    """

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most = most
        self._now = now
        self._wrong: dict[str, list[float]] = {}

    def must_wait(self, key: str) -> bool:
        """Say whether nothing is tried for this key any more."""
        return len(self._lately(key)) >= self._most

    def was_wrong(self, key: str) -> None:
        """Count a wrong one; the key that has been quiet longest is forgotten for a new one."""
        lately = [*self._lately(key), self._now()][-self._most :]
        self._wrong.pop(key, None)
        if len(self._wrong) >= _MOST_KEPT:
            del self._wrong[next(iter(self._wrong))]
        self._wrong[key] = lately

    def forget(self, key: str) -> None:
        """Begin anew: the right one came."""
        self._wrong.pop(key, None)

    def _lately(self, key: str) -> list[float]:
        now = self._now()
        return [each for each in self._wrong.get(key, []) if now - each < WINDOW]
