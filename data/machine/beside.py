"""Work beside the caller: on a thread of its own, its end a Future."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from data.errors import ProductError

_T = TypeVar("_T")


def beside(work: Callable[[], _T], name: str) -> Future[_T]:
    """Begin the work and return its end, which raises what the work raised.

    name  Of the thread. It does not keep the program from ending, as an executor's would.
    """
    end: Future[_T] = Future()

    def run() -> None:
        try:
            end.set_result(work())
        except BaseException as error:
            end.set_exception(error)
            if not isinstance(error, ProductError):
                raise  # a fault of the program: its story goes to the server's log

    Thread(target=run, name=name, daemon=True).start()
    return end
