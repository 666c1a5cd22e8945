"""How many threads DuckDB gets while a snapshot is published."""

_MOST = 2
_FEW = 100_000


def threads_for(rows: int) -> int:
    """Threads for statements over so many rows.

    Waking a second one costs more than it gives where there is little to do: a publish into a
    store of some hundred rows takes a quarter less processor time with one.
    """
    return 1 if rows < _FEW else _MOST
