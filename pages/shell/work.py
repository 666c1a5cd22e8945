"""Long work beside the script: it goes on while the page is looked at, and can be stopped.

A job runs on a thread of its own and says how far it is; the page looks at it four times a second
through a fragment, so that nothing else on the page is drawn again until it ends.
"""

import threading
from collections.abc import Callable
from concurrent.futures import wait
from typing import Any, Generic, Literal, TypeVar

import streamlit as st

from data.errors import ProductError
from data.machine.beside import beside
from pages.shell import failures
from pages.theme.formats import quoted

_KEY = "work."
_LOOK = 0.25  # seconds between two looks at the progress
_SHORT = 1.0  # seconds of work that need no bar

T = TypeVar("T")
State = Literal["running", "done", "failed", "cancelled"]


class Cancelled(ProductError):
    """The person who had started the work stopped it."""


class Progress:
    """What a job calls to say how far it is: `progress(share, words)`.

    share   0 to 1.
    words   What is being done, in Chinese.
    raises  Cancelled when somebody has asked to stop; the job lets it pass.
    """

    def __init__(self) -> None:
        self.share: float = 0.0
        self.words: str = "正在准备…"
        self._stop = threading.Event()

    def __call__(self, share: float, words: str) -> None:
        """Say how far the job is."""
        if self._stop.is_set():
            raise Cancelled("已取消，数据仓没有任何变化。")
        self.share, self.words = min(max(share, 0.0), 1.0), words

    def stop(self) -> None:
        """Ask the job to end at its next word."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Say whether somebody has asked to stop."""
        return self._stop.is_set()


class Job(Generic[T]):
    """One job under way or ended."""

    def __init__(self, title: str, job: Callable[[Progress], T]) -> None:
        self.title = title
        self._progress = Progress()
        self._end = beside(lambda: job(self._progress), title)

    @property
    def state(self) -> State:
        """running | done | failed | cancelled."""
        if not self._end.done():
            return "running"
        error = self._end.exception()
        return (
            "done" if error is None else "cancelled" if isinstance(error, Cancelled) else "failed"
        )

    @property
    def share(self) -> float:
        """How far it is, 0 to 1."""
        return self._progress.share

    @property
    def words(self) -> str:
        """What is being done."""
        return "正在停止…" if self._progress.is_stopping else self._progress.words

    @property
    def result(self) -> T | None:
        """What the job returned; None until it is done."""
        return self._end.result() if self.state == "done" else None

    @property
    def error(self) -> ProductError | None:
        """Why it failed; of a fault of the program the log has the story."""
        if self.state != "failed":
            return None
        error = self._end.exception()
        if isinstance(error, ProductError):
            return error
        return ProductError(f"{self.title}没有做完（程序故障，详情见服务器日志）。")

    @property
    def outcome(self) -> T:
        """What a done job returned; raises the error of one that is not done."""
        if self.state != "done":
            raise self.error or ProductError(f"{self.title}还没有做完。")
        return self._end.result()

    def cancel(self) -> None:
        """Ask the job to stop; it does so at its next word, and nothing half stays behind."""
        self._progress.stop()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for the end, or so many seconds."""
        wait([self._end], seconds)


def begin(key: str, title: str, job: Callable[[Progress], T]) -> Job[T]:
    """Start a job under a name of this session; join it when it is already running.

    key    Unique on the page; `current(key)` finds the work on later runs.
    title  What is done, in Chinese.
    job    Takes the Progress to call now and then, returns the result. It must not touch
           Streamlit: it runs on another thread.
    """
    running = current(key)
    if running is not None and running.state == "running":
        return running
    work: Job[T] = Job(title, job)
    st.session_state[_KEY + key] = work
    return work


def current(key: str) -> Job[Any] | None:
    """Return the work of that name in this session, running or ended; None when there is none."""
    return st.session_state.get(_KEY + key)


def forget(key: str) -> None:
    """Drop the work of that name; a running one is asked to stop."""
    work = st.session_state.pop(_KEY + key, None)
    if work is not None:
        work.cancel()


def show(work: Job, *, key: str) -> None:
    """Draw bar and 取消 of a running work, or what became of one that ended without a result.

    A done work draws nothing: its result is the page's business. A short one draws no bar, so
    that nothing flickers.
    """
    if work.state == "running":
        work.wait(_SHORT)
        if work.state != "running":
            st.rerun()
        _watch(work, key)
    elif work.state == "failed":
        failures.wrong(str(work.error))
    elif work.state == "cancelled":
        st.info(f"{work.title}已取消，数据仓没有任何变化。", icon=":material/info:")


@st.fragment(run_every=_LOOK)
def _watch(work: Job, key: str) -> None:
    if work.state != "running":
        st.rerun()
    with st.container(border=True):
        st.markdown(f"**{work.title}**")
        st.progress(work.share, text=f"{work.share:.0%} · {quoted(work.words, 200)}")
        st.button("取消", key=f"cancel_{key}", on_click=work.cancel)
