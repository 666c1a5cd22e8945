"""What sums tell of numbers that are not shown: the least and the most each can be (simplex)."""

from collections.abc import Hashable, Mapping

import numpy as np

Terms = Mapping[Hashable, float]
_EXACT = 1e-7


class Known:
    """Numbers from 0 up, by name, and the sums of them that are known."""

    def __init__(self) -> None:
        self._place: dict[Hashable, int] = {}
        self._sums: list[tuple[dict[int, float], float, bool]] = []

    def equal(self, terms: Terms, value: float) -> None:
        """A sum whose value is shown."""
        self._sums.append((self._row(terms), float(value), True))

    def at_most(self, terms: Terms, value: float) -> None:
        """A sum that cannot be more than a value."""
        self._sums.append((self._row(terms), float(value), False))

    def ranges(self, wanted: list[Terms], enough: float = 1) -> list[tuple[float, float]]:
        """The least and the most of some sums; less far apart than they are, once by `enough`.

        raises ValueError where no numbers agree with all that is known.
        """
        rows = [self._row(terms) for terms in wanted]
        asked = np.zeros((len(rows), len(self._place)))
        for number, row in enumerate(rows):
            for place, factor in row.items():
                asked[number, place] = factor
        table = _Simplex(*self._equations())
        low = high = asked @ table.solution()[: asked.shape[1]]
        for number, row in enumerate(asked):
            for sign in (1, -1):
                if high[number] - low[number] >= enough - _EXACT:
                    break
                table.climb(sign * row)
                seen = asked @ table.solution()[: asked.shape[1]]
                low, high = np.minimum(low, seen), np.maximum(high, seen)
                if table.is_endless and sign > 0:
                    high[number] = np.inf
        return list(zip(low.tolist(), high.tolist(), strict=True))

    def _row(self, terms: Terms) -> dict[int, float]:
        return {
            self._place.setdefault(name, len(self._place)): factor
            for name, factor in terms.items()
            if factor
        }

    def _equations(self) -> tuple[np.ndarray, np.ndarray]:
        """The sums as equations: what one may be short of its bound is one more number."""
        slack = sum(not exact for *_, exact in self._sums)
        left = np.zeros((len(self._sums), len(self._place) + slack))
        right = np.zeros(len(self._sums))
        free = len(self._place)
        for number, (terms, value, exact) in enumerate(self._sums):
            for place, factor in terms.items():
                left[number, place] = factor
            right[number] = value
            if not exact:
                left[number, free] = 1
                free += 1
        return left, right


class _Simplex:
    """Numbers x >= 0 with left @ x = right; `climb` goes from one such x to the best."""

    def __init__(self, left: np.ndarray, right: np.ndarray) -> None:
        flip = np.where(right < 0, -1.0, 1.0)
        left, right = left * flip[:, None], right * flip
        count, self._width = left.shape
        self._rows = np.hstack([left, np.eye(count), right[:, None]])
        self._base = np.arange(self._width, self._width + count)
        self.is_endless = False
        self._maximise(np.r_[np.zeros(self._width), -np.ones(count)])
        if self._rows[self._base >= self._width, -1].sum() > 1e-5:
            raise ValueError("no numbers agree with all that is known")
        for row in np.flatnonzero(self._base >= self._width):
            inside = np.flatnonzero(np.abs(self._rows[row, : self._width]) > _EXACT)
            if inside.size:
                self._pivot(row, inside[0])
        kept = self._base < self._width  # the others say what is said already
        self._rows = np.hstack([self._rows[kept, : self._width], self._rows[kept, -1:]])
        self._base = self._base[kept]

    def solution(self) -> np.ndarray:
        """The numbers where the climbing stands."""
        found = np.zeros(self._width)
        found[self._base] = self._rows[:, -1]
        return found

    def climb(self, worth: np.ndarray) -> None:
        """Go where the sum of the first numbers, each with its factor, is the most."""
        self._maximise(np.r_[worth, np.zeros(self._rows.shape[1] - 1 - len(worth))])

    def _maximise(self, worth: np.ndarray) -> None:
        self.is_endless = False
        for turn in range(100_000):
            gain = worth - worth[self._base] @ self._rows[:, :-1]
            better = np.flatnonzero(gain > _EXACT)
            if not better.size:
                return
            # The first one, from a while on: it cannot go round in circles.
            entering = better[0] if turn > 2_000 else better[np.argmax(gain[better])]
            column = self._rows[:, entering]
            up = np.flatnonzero(column > _EXACT)
            if not up.size:
                self.is_endless = True
                return
            steps = self._rows[up, -1] / column[up]
            least = up[steps <= steps.min() + 1e-12]
            self._pivot(least[np.argmin(self._base[least])], entering)
        raise ValueError("no end was found")

    def _pivot(self, row: int, column: int) -> None:
        self._rows[row] /= self._rows[row, column]
        factors = self._rows[:, column].copy()
        factors[row] = 0
        touched = np.flatnonzero(factors)
        self._rows[touched] -= np.outer(factors[touched], self._rows[row])
        self._base[row] = column
