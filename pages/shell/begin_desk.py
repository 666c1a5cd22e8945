"""What the page 「建立本单位数据仓」 reads and writes: the draft, the store that comes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import cast
from uuid import uuid4

import streamlit as st

from data import catalogue as catalogues
from data import settings
from data.areas import national
from data.beginning import draft as drafts
from data.beginning import faults, pack, proposed, set_up
from data.beginning.answers import STEPS, Answers, Person
from data.beginning.draft import Draft
from data.beginning.pack import Owed
from data.catalogue.model import Catalogue
from data.errors import UsageError
from data.machine import stores
from data.people import accounts
from data.snapshots.store import Store
from pages.shell import access, opened, runtime

_HAND = "begin.hand"
_TOLD = "begin.told"
REGISTER = national.TOLD


@cache
def product() -> Catalogue:
    """Return the product's own definitions, over which the store's will be laid."""
    return catalogues.load()


def draft() -> Draft:
    """Return what has been answered so far, with proposals where nothing was."""
    found = drafts.load(settings.home())
    if not found.answers.area:
        return found
    return replace(found, answers=proposed.proposed(found.answers, product()))


def held_by() -> str | None:
    """Return who else is at it, and since when, in words; None when this visitor may write."""
    found = drafts.load(settings.home())
    is_same = bool(access.visitor().name) and access.visitor().name == found.who
    if is_same or not found.is_held_by_other(_hand(), _now()):
        return None
    return f"{found.who}正在填（{found.time:%H:%M} 存过一步）"


def find(asked: str) -> str:
    """Return the code of a county or city; raises UsageError that names the nearest."""
    return national.find(asked.strip(), product())


def keep(answers: Answers, step: str, *, is_done: bool = True) -> None:
    """Write the answers of a step down, confirmed or as far as they are.

    raises  UsageError with all that is wrong with a step that is to be confirmed, or when somebody
            else is at it.
    """
    if is_done and (found := faults.faults(answers, step, product(), _today())):
        raise UsageError("\n\n".join(found))
    _write(answers, {*draft().confirmed, step} if is_done else {*draft().confirmed} - {step})


def take_over() -> None:
    """Be the one who is at it from now on."""
    found = drafts.load(settings.home())
    _write(found.answers, set(found.confirmed), takes_over=True)


def set_up_store() -> Path:
    """Make the store of the answers; raises what data/beginning/set_up.py raises."""
    if not access.may("begin"):
        raise UsageError(access.refusal("begin"))
    answers, who = draft().answers, access.visitor().words
    _write(answers, set(STEPS))  # whoever is at it makes it, nobody else
    target = set_up.own_folder(settings.home(), answers)
    set_up.set_up(target, answers, who=who, now=_now())
    stores.add(settings.home(), target)
    drafts.discard(settings.home())
    access.record("begin", f"建立 {answers.unit}的数据仓 {target.name}")
    return target


def every_store() -> tuple[Path, ...]:
    """Return the stores that this machine knows, its own one first."""
    return stores.known(settings.home()).every


def name(store: Path) -> str:
    """Return what a store is called: its office, or what it is."""
    answers = answers_of(store)
    if answers is not None:
        return answers.unit
    kept = Store(store)
    newest = kept.latest()
    is_demo = newest is not None and kept.manifest(newest).demo
    return "演示数据" if is_demo else "本机的数据仓"


def seen_name() -> str:
    """Return the name of the store that this page shows; empty where there is only one."""
    return name(opened.path()) if len(every_store()) > 1 else ""


def answers_of(store: Path) -> Answers | None:
    """Return what was answered when a store was made; None of one that began without."""
    return _answers(store, stores.state_of(store / set_up.FILE))


def pack_maker(store: Path, answers: Answers) -> Callable[[], bytes]:
    """Return the download of the first pack: made on a thread of its own."""
    asking = access.visitor()

    def make() -> bytes:
        access.record_export(f"首包 {answers.unit}", asking=asking)
        return pack.make(Store(store), answers.unit, answers.since or _today())

    return make


def owed_first() -> list[Owed]:
    """Return what each unit owes first in the store that this page shows."""
    catalogue = runtime.catalogue()
    since = catalogue.obligations["valid_from"].min()
    return pack.owed_first(catalogue, cast(date, since)) if since else []


def message(store: Path, answers: Answers) -> str:
    """Return the words for the chat that go with the first pack."""
    catalogue = catalogues.load(store)
    owed = pack.owed_first(catalogue, answers.since or _today())
    return pack.message(catalogue, answers.unit, owed)


def without_account(answers: Answers) -> dict[Person, str]:
    """Return who is to get an account and has none, with the password that he is told now."""
    known = accounts.every(settings.home())
    told = st.session_state.setdefault(_TOLD, {})
    return {
        person: told.setdefault(person, accounts.one_time_password())
        for person in answers.people
        if settings.one_name(person.name) not in known
    }


def open_store(store: Path, told: dict[Person, str]) -> None:
    """Let people in who were told their passwords, and let everybody see another store.

    raises  UsageError for whoever may not, StoreError, AccountError.
    """
    if not access.may("begin"):
        raise UsageError(access.refusal("begin"))
    access.record("begin", f"打开数据仓 {name(store)}")
    stores.open_store(settings.home(), store)
    for person, once in told.items():
        accounts.add(settings.home(), person.name, role=person.role, area=person.area, once=once)


def _write(answers: Answers, steps: set[str], *, takes_over: bool = False) -> None:
    if not access.may("begin"):
        raise UsageError(access.refusal("begin"))
    who = access.visitor()
    drafts.confirm(
        settings.home(),
        answers,
        steps,
        who=who.words,
        hand=_hand(),
        now=_now(),
        takes_over=takes_over or held_by() is None,
    )


@lru_cache(maxsize=20)
def _answers(store: Path, _state: tuple[int, ...]) -> Answers | None:
    return set_up.answers_of(store)


def _hand() -> str:
    return st.session_state.setdefault(_HAND, uuid4().hex)


def monday() -> date:
    """Return the first day of this week, from which a new store's reports are owed."""
    return _today() - timedelta(days=_today().weekday())


def _today() -> date:
    return _now().date()


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
