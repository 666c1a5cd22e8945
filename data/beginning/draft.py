"""The draft of the answers while a steward is at it: in the machine's own store, one for all.

It is nothing but a file: a steward who stops half way finds his step again, and no definition, no
account and no store is there before the last step. One hand writes at a time.
"""

import os
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from data.beginning import answers as read
from data.beginning.answers import STEPS, Answers
from data.errors import StoreError, UsageError, reason_zh
from data.machine import locks

FILE = "beginning.draft.yaml"
_LOCK = ".beginning.lock"
# So long after the last word the draft is anybody's who comes.
_LEFT = timedelta(minutes=30)


@dataclass(frozen=True)
class Draft:
    """The answers so far.

    confirmed  The steps that were found right.
    who, hand  Who is at it, and of which of his windows; hand is empty while nobody is.
    time       When something was last written.
    """

    answers: Answers = field(default_factory=Answers)
    confirmed: tuple[str, ...] = ()
    who: str = ""
    hand: str = ""
    time: datetime | None = None

    @property
    def next(self) -> str | None:
        """The first step that is not confirmed; None after the last."""
        return next((step for step in STEPS if step not in self.confirmed), None)

    def is_held_by_other(self, hand: str, now: datetime) -> bool:
        """Say whether somebody else is at it."""
        if not self.hand or self.hand == hand or self.time is None:
            return False
        return now - self.time < _LEFT


def load(home: Path) -> Draft:
    """The draft of a machine's store; an empty one where nobody has begun.

    raises  StoreError when the file is not as it was written.
    """
    path = home / FILE
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
        return Draft(
            read.from_yaml(given["answers"]),
            tuple(given["confirmed"]),
            given["who"],
            given["hand"],
            datetime.fromisoformat(given["time"]),
        )
    except FileNotFoundError:
        return Draft()
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError, UsageError) as error:
        raise StoreError(f"{FILE} 读不出来。请改正，或删去它重新填。") from error


def confirm(
    home: Path,
    answers: Answers,
    steps: Iterable[str],
    *,
    who: str,
    hand: str,
    now: datetime,
    takes_over: bool = False,
) -> Draft:
    """Write answers down, with the steps that were found right.

    takes_over  The writer wants to be the one who is at it, whoever is now.
    raises      UsageError that names who is at it; StoreError.
    """
    with _alone(home):
        before = load(home)
        if before.is_held_by_other(hand, now) and not takes_over:
            raise UsageError(f"{before.who}正在填（{_at(before)}），没有保存。")
        after = replace(
            before,
            answers=answers,
            confirmed=tuple(step for step in STEPS if step in steps),
            who=who,
            hand=hand,
            time=now,
        )
        _write(home, after)
    return after


def discard(home: Path) -> None:
    """Let go of the draft: the store is made, or nobody wants it."""
    with _alone(home):
        (home / FILE).unlink(missing_ok=True)


def _at(draft: Draft) -> str:
    return f"{draft.time:%H:%M} 填过" if draft.time else ""


@contextmanager
def _alone(home: Path):
    try:
        home.mkdir(parents=True, exist_ok=True)
        with locks.held(home / _LOCK):
            yield
    except OSError as error:
        raise StoreError(f"{home} 写不进去（{reason_zh(error)}）。请检查磁盘和权限。") from error


def _write(home: Path, draft: Draft) -> None:
    plain = {
        "answers": draft.answers.as_yaml(),
        "confirmed": list(draft.confirmed),
        "who": draft.who,
        "hand": draft.hand,
        "time": draft.time.isoformat() if draft.time else "",
    }
    temporary = home / f".{FILE}.tmp"
    temporary.write_text(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), "utf-8")
    os.replace(temporary, home / FILE)
