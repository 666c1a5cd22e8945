"""Questions asked of the snapshot, kept together with their answers for the 溯源 fold."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import polars as pl
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from pages.shell import runtime

Value = str | int | date | None
_AT_ONCE = 4  # questions on their way at the same time


@dataclass(frozen=True)
class Answer:
    """What was asked, with which values, and the table that came back."""

    query: str
    params: dict[str, Value]
    table: pl.DataFrame


def ask(query: str, /, **params: Value) -> Answer:
    """Ask a question of queries/sql; raises QueryError for a wrong name or parameter."""
    return Answer(query, params, runtime.query(query, **params))


def ask_all(*questions: tuple[str, Mapping[str, Value]]) -> list[Answer]:
    """Ask several questions at the same time; the answers come back in their order.

    A page asks about eight; most of the time of each is planning on one core, so that the whole
    page is there in about half the time.
    raises  what the first failing question raises.
    """
    new = sum(not runtime.is_answered(name, params) for name, params in questions)
    if new < 2:
        return [ask(name, **params) for name, params in questions]
    context = get_script_run_ctx()

    def answer(question: tuple[str, Mapping[str, Value]]) -> Answer:
        # The worker belongs to this visitor's request: same snapshot, same session.
        add_script_run_ctx(threading.current_thread(), context)
        name, params = question
        return ask(name, **params)

    with ThreadPoolExecutor(min(_AT_ONCE, new)) as pool:
        return list(pool.map(answer, questions))
