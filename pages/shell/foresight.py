"""Asks ahead, while nobody asks, what the next click will probably ask.

Whoever looks at a county looks at its neighbour next, on the same page: the same questions with
another area. So when a page has run, its questions are put about the areas beside the one shown
and, where the page has been seen one level down, about those below it; then, as long as nobody
comes and the time lasts, about their like elsewhere. The answers wait where all answers wait;
nothing else is kept of them. Of some other cities the readings are made ready before, on which
most of any page's questions stand.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple

import polars as pl

from pages.charts.once import made_once
from pages.shell import address, runtime
from queries.engine import QueryStopped

AREAS = 12  # at most so many around the one shown
ELSEWHERE = 36  # and so many of its like under other parents
CITIES = 5  # at most so many others of which the readings are made ready
LONGEST = 6.0  # seconds for one page: in a store of the whole nation a few neighbours must do
SHAPES_KEPT = 64
# The columns of the areas whose codes a question may name; the own code stands for itself.
_CODES = ("parent_code", "county_code", "city_code", "area_code")


class _Of(NamedTuple):
    """A parameter that names the area shown, or one above it."""

    column: str


Shape = tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]

_shapes: OrderedDict[tuple, Shape] = OrderedDict()
_lock = Lock()


def after_page() -> None:
    """Have the neighbours' answers computed when all is quiet: called when a page has run."""
    asked, listed = runtime.asked(), runtime.areas()
    if not asked or listed.is_empty() or not runtime.engine().looks_ahead:
        return
    shown = address.chosen("area") or runtime.default_area()
    row = runtime.area_row(shown)
    if row is None:
        return
    own = {row[column]: _Of(column) for column in _CODES if row[column]}
    shape = tuple(
        dict.fromkeys(
            (name, tuple((key, own.get(value, value)) for key, value in params))
            for name, params in asked
            if any(value == shown for _, value in params)
        )
    )
    if not shape:
        return
    others = {
        key: text for key, text in address.choices().items() if key not in ("area", "village")
    }
    place = (address.page(), runtime.snapshot(), *sorted(others.items()))
    _remember((*place, row["level"]), shape)
    around = [(shape, each) for each in _beside(listed, shown)]
    below = _below(listed, shown)
    if below and (lower := _shapes.get((*place, below[0]["level"]))):
        around = [(lower, each) for each in below] + around
    around = around[:AREAS] + [(shape, each) for each in _elsewhere(listed, shown)]
    period = address.chosen("period") or runtime.default_period()
    cities = (*_cities(listed, shown), shown)
    engine, here = runtime.engine(), (runtime.snapshot(), runtime.scope())
    expect = partial(engine.expect, cities, period, *here)
    ask = runtime.asker(quietly=True)
    questions = _questions(around, lambda area: engine.is_open(area, *here))
    steps = chain([expect], (partial(ask, *question) for question in questions))
    engine.stir()  # the browser has only begun to paint
    engine.when_idle((*place, shown), _Round(steps))


class _Round:
    """A job for quiet moments: one step at each call, until they or the time are used up."""

    def __init__(self, steps: Iterator[Callable[[], object]]) -> None:
        self._steps = steps
        self._left = LONGEST

    def __call__(self) -> bool:
        """Do the next step; True when there is nothing more to do."""
        step = next(self._steps, None)
        if step is None or self._left <= 0:
            return True
        begun = time.monotonic()
        try:
            step()
        except QueryStopped:
            self._steps = chain([step], self._steps)
        self._left -= time.monotonic() - begun
        return False


def _questions(
    around: list[tuple[Shape, dict[str, Any]]], is_open: Callable[[str], bool]
) -> Iterator[tuple[str, tuple]]:
    for shape, row in around:
        for name, params in shape if is_open(row["area_code"]) else ():
            yield (
                name,
                tuple(
                    (key, row[value.column] if isinstance(value, _Of) else value)
                    for key, value in params
                ),
            )


@made_once
def _below(listed: pl.DataFrame, shown: str) -> Sequence[dict[str, Any]]:
    return listed.filter(pl.col("parent_code") == shown).head(AREAS).to_dicts()


@made_once
def _cities(listed: pl.DataFrame, shown: str) -> Sequence[str]:
    """Some cities other than that of the area shown, the likeliest to come next at the end: those
    of its own province.
    """
    cities = listed.filter(pl.col("level") == "city")
    parents = dict(cities.select("area_code", "parent_code").iter_rows())
    own = listed.row(by_predicate=pl.col("area_code") == shown, named=True)
    here = own["city_code"] or shown
    province = parents.get(here, shown)
    near = sorted(parents.keys() - {here}, key=lambda code: (parents[code] != province, code))
    return near[:CITIES][::-1]


@made_once
def _beside(listed: pl.DataFrame, shown: str) -> Sequence[dict[str, Any]]:
    """The areas of the same level under the same parent, those after it in the list first."""
    own = listed.row(by_predicate=pl.col("area_code") == shown, named=True)
    beside = listed.filter(
        (pl.col("level") == own["level"]) & pl.col("parent_code").eq_missing(own["parent_code"])
    ).to_dicts()
    at = next(i for i, each in enumerate(beside) if each["area_code"] == shown)
    return (beside[at + 1 :] + beside[:at])[:AREAS]


@made_once
def _elsewhere(listed: pl.DataFrame, shown: str) -> Sequence[dict[str, Any]]:
    """The areas of the same level under other parents: the first of each parent, then the second
    of each; those of the own province come first, and of the own city.
    """
    own = listed.row(by_predicate=pl.col("area_code") == shown, named=True)
    others = listed.filter(
        (pl.col("level") == own["level"]) & pl.col("parent_code").ne_missing(own["parent_code"])
    )
    abroad = pl.col("area_code").str.slice(0, 2) != shown[:2]
    away = pl.col("city_code").ne_missing(own["city_code"])
    turn = pl.int_range(pl.len()).over("parent_code")
    return others.sort(abroad, turn, away, maintain_order=True).head(ELSEWHERE).to_dicts()


def _remember(key: tuple, shape: Shape) -> None:
    with _lock:
        _shapes[key] = shape
        _shapes.move_to_end(key)
        if len(_shapes) > SHAPES_KEPT:
            _shapes.popitem(last=False)
