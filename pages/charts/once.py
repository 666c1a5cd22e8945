"""What is made of an answer is made once: answers never change, and come back as they were.

A click runs the whole page again, and most of what it asks has been answered before. The same
frame then leads to the same chart, title and table, so they are kept beside it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from decimal import Decimal
from functools import wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakValueDictionary

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
_PLAIN = (str, int, float, bool, date, Decimal, type(None))


class Kept(Generic[_Made]):
    """So many things by name; what nobody wanted for longest goes first. Any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, _Made] = OrderedDict()
        self._turns: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()
        self._lock = Lock()

    def get(self, name: Hashable) -> _Made | None:
        """Return what is kept under this name, or None."""
        with self._lock:
            if (found := self._things.get(name)) is not None:
                self._things.move_to_end(name)
            return found

    def get_or_make(self, name: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return what is kept under this name; make it and keep it where there is nothing.

        Who wants a thing that another is just making waits for it.
        """
        if (found := self.get(name)) is not None:
            return found
        with self._turn(name):
            if (found := self.get(name)) is not None:
                return found
            made = make()
            self._put(name, made)
            return made

    def clear(self) -> None:
        """Keep nothing of what is there now."""
        with self._lock:
            self._things.clear()

    def _put(self, name: Hashable, thing: _Made) -> None:
        with self._lock:
            self._things[name] = thing
            if len(self._things) > self._most:
                self._things.popitem(last=False)

    def _turn(self, name: Hashable) -> Lock:
        with self._lock:
            # Held by those who make or wait, and by nobody else.
            if (turn := self._turns.get(name)) is None:
                turn = self._turns[name] = Lock()
            return turn


# What was made, and the arguments it was made of: they must live as long as their names below.
_kept: Kept[tuple[Any, Any]] = Kept(2_400)  # a page makes some thirty: twenty areas on four pages


def made_once(make: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Keep what a function made of these arguments.

    make     Depends on its arguments alone. What it returns is everybody's: where it is a list or
             a dictionary, say so by a type that cannot be changed (Sequence, Mapping).
    returns  The same function. Words, numbers, days and sequences of them count as the same when
             they are equal; frames, definitions and everything else when they are the same object.
    """

    @wraps(make)
    def kept(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        name = (make, _name(args), tuple((word, _name(value)) for word, value in kwargs.items()))
        return _kept.get_or_make(name, lambda: ((args, kwargs), make(*args, **kwargs)))[1]

    return kept


def forget() -> None:
    """Keep nothing of what was made so far: hardly anybody will give the same frames again."""
    _kept.clear()


def _name(value: Any) -> Hashable:
    if isinstance(value, _PLAIN):
        return type(value), value  # 1, 1.0 and True are equal, yet printed differently
    if isinstance(value, tuple | list):
        return tuple(_name(each) for each in value)
    return id(value)
