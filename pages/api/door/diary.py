"""Lines for the store's log from the door: written on a worker thread, pages do not wait."""

from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from data.log import journal


async def note(store: Path, *, who: str, ip: str, action: str, what: str, area: str = "") -> None:
    """Write one line; who, ip, action, what and area as in data/journal.py."""
    now = datetime.now(UTC).astimezone()
    await run_in_threadpool(
        journal.append, store, now=now, who=who, ip=ip, action=action, what=what, area=area
    )
