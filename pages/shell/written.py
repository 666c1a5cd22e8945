"""What people wrote into the briefings of this store, in the name of whoever is here."""

from datetime import UTC, datetime

from data import briefings
from data.briefings import Paper, Written
from data.errors import UsageError
from pages.shell import access, runtime


def standing(area: str, period: str) -> list[Written]:
    """Return the changes that stand, oldest first."""
    return briefings.standing(runtime.store().path, _paper(area, period))


def earlier(area: str, period: str) -> list[Written]:
    """Return the changes of the newest briefing before of the same area."""
    return briefings.earlier(runtime.store().path, _paper(area, period))


def keep(area: str, period: str, *, key: str, original: str, text: str, author: str) -> None:
    """Keep a changed text.

    author  Who makes the briefing: said where nobody signed in.
    raises  UsageError for who may not, and as `data.briefings.write`; StoreError.
    """
    change = Written(key, original, text, _who(author), _now().isoformat(timespec="seconds"))
    briefings.write(runtime.store().path, _paper(area, period), change)


def undo(area: str, period: str, *, author: str) -> None:
    """Take the newest change back. raises UsageError for who may not, StoreError."""
    paper = _paper(area, period)
    briefings.undo(runtime.store().path, paper, who=_who(author), now=_now())


def _who(author: str) -> str:
    if not access.may("brief"):
        raise UsageError(access.refusal("brief"))
    return access.visitor().name or author or access.visitor().words


def _paper(area: str, period: str) -> Paper:
    return Paper(area, period, masked=runtime.scope().hide_sensitive)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
