"""How many requests one may make: a bucket that fills again by the second, by whatever key."""

from collections.abc import Callable

_MOST_KEPT = 10_000


class Bounds:
    """What each key has left; whoever was quiet long enough has a full bucket.

    now  Seconds that only go forward.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, per_minute: int) -> float:
        """Count one request; seconds after which it may come again, 0 when it may pass now."""
        now = self._now()
        left, seen = self._left.pop(key, (per_minute, now))
        left = min(per_minute, left + (now - seen) * per_minute / 60)
        if len(self._left) >= _MOST_KEPT:  # the one that has been quiet longest
            del self._left[next(iter(self._left))]
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return 0.0 if left >= 1 else (1 - left) * 60 / per_minute
