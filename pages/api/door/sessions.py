"""Who is signed in: kept in this process only, by the hash of what the browser holds."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from data.people import accounts
from data.people.accounts import Account
from data.settings import one_name

A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Session:
    """One sign-in of a browser.

    mark         Of the account as it was then: with every change of the account it has ended.
    begun, seen  Seconds of `now`, at the sign-in and at the last click.
    """

    name: str
    mark: str
    begun: float
    seen: float


class Sessions:
    """The sign-ins of one process; a restart ends them all.

    now  Seconds that only go forward.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._open: dict[str, Session] = {}

    def begin(self, account: Account) -> str:
        """Sign somebody in; returns the token for his browser, which nothing here keeps."""
        token, now = secrets.token_urlsafe(32), self._now()
        self._open = {key: each for key, each in self._open.items() if now - each.begun < A_DAY} | {
            digest(token): Session(account.name, account.mark, now, now)
        }
        return token

    def find(self, token: str, store: Path, *, idle_minutes: int) -> Account | None:
        """Return whose sign-in it is; None when it has ended.

        It ends a day after it began, after so many minutes without a click, and when the account
        is changed.
        """
        key, now = digest(token), self._now()
        kept = self._open.get(key)
        if kept is None:
            return None
        account = accounts.every(store).get(one_name(kept.name))
        ended = now - kept.begun >= A_DAY or now - kept.seen >= idle_minutes * 60
        if account is None or account.mark != kept.mark or account.is_disabled or ended:
            self._open.pop(key, None)
            return None
        return account

    def clicked(self, token: str) -> None:
        """Note that its person is there."""
        if kept := self._open.get(digest(token)):
            self._open[digest(token)] = replace(kept, seen=self._now())

    def end(self, token: str) -> None:
        """Sign somebody out."""
        self._open.pop(digest(token), None)


def digest(token: str) -> str:
    """Return what is kept of a browser's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
