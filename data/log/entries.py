"""The audit log as a table, filtered, for those who read it."""

from datetime import date
from pathlib import Path

import polars as pl

from data.log import journal

_SCHEMA = {
    "time": pl.String,
    "who": pl.String,
    "ip": pl.String,
    "action": pl.String,
    "what": pl.String,
    "snapshot": pl.Int64,
    "result": pl.String,
    "area": pl.String,
}


def entries(
    store: Path, *, since: date | None = None, action: str | None = None, word: str | None = None
) -> pl.DataFrame:
    """The lines of the log, newest first.

    since    Lines of this day and later; None for all.
    action   As `journal.append` names it; None for all.
    word     Part of a name, an address or what was done, in capitals or not; None for all.
    returns  time (text, to the second, with its zone), who, ip, action, what, snapshot (null where
             there is none), result (empty in lines of before it was kept), area (code; empty for
             what concerns all).
    """
    lines = [
        {
            name: line.get(name) if name == "snapshot" else str(line.get(name) or "")
            for name in _SCHEMA
        }
        for line in journal.read(store)
    ]
    kept = pl.DataFrame(lines, schema=_SCHEMA).reverse()
    if since is not None:
        kept = kept.filter(pl.col("time") >= since.isoformat())
    if action is not None:
        kept = kept.filter(pl.col("action") == action)
    if word is not None:
        text = pl.concat_str("who", "ip", "what", separator="\n").str.to_lowercase()
        kept = kept.filter(text.str.contains(word.lower(), literal=True))
    return kept
