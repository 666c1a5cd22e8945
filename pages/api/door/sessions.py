"""Who is signed in: kept in this process only, by the hash of what the browser holds."""

import hashlib
import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Session:
    """One sign-in of a browser.

    name         Who it is.
    mark         Of what he signed in by (his account, the provider) as it was then.
    claims       What the provider says of him.
    id_token     The provider's, for signing out there.
    ends         Seconds of `now` at which the provider's word for him ends.
    begun, seen  Seconds of `now`, at the sign-in and at the last click.
    """

    name: str
    mark: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    id_token: str = ""
    ends: float = math.inf
    begun: float = 0.0
    seen: float = 0.0


class Sessions:
    """The sign-ins of one process; a restart ends them all.

    now  Seconds that only go forward.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self._open: dict[str, Session] = {}

    def begin(self, session: Session) -> str:
        """Sign somebody in; returns the token for his browser, which nothing here keeps."""
        token, now = secrets.token_urlsafe(32), self.now()
        self._open = {key: each for key, each in self._open.items() if now - each.begun < A_DAY}
        self._open[digest(token)] = replace(session, begun=now, seen=now)
        return token

    def find(self, token: str, *, idle_minutes: int) -> Session | None:
        """Return whose sign-in it is; None when it has ended.

        It ends a day after it began, after so many minutes without a click, and with `ends`.
        """
        key, now = digest(token), self.now()
        kept = self._open.get(key)
        if kept is None:
            return None
        is_idle = now - kept.seen >= idle_minutes * 60
        if is_idle or now - kept.begun >= A_DAY or now >= kept.ends:
            self._open.pop(key, None)
            return None
        return kept

    def clicked(self, token: str) -> None:
        """Note that its person is there."""
        if kept := self._open.get(digest(token)):
            self._open[digest(token)] = replace(kept, seen=self.now())

    def end(self, token: str) -> None:
        """Sign somebody out."""
        self._open.pop(digest(token), None)


def digest(token: str) -> str:
    """Return what is kept of a browser's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
