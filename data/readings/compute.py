"""Works readings out: the steps of sql/steps over the values and definitions of a snapshot.

Whoever calls has made the definitions (definitions.py) on the connection, and the view
`known_values` over the files of the values that can matter (values.py).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.readings.definitions import SQL
from data.readings.files import quoted

_STEPS = tuple(path.read_text("utf-8") for path in sorted((SQL / "steps").glob("*.sql")))
_NEAR = (SQL / "near.sql").read_text("utf-8")
_FAR = (SQL / "far.sql").read_text("utf-8")


@dataclass(frozen=True)
class Asked:
    """Whose readings are wanted, at which chosen periods.

    judges   Codes of the areas whose coverage chooses the period for those beside them.
    level    None: each judge with the areas one level below it, villages aside. A level: the areas
             of that level under the first judge; the other judges, villages, by themselves.
    """

    periods: tuple[str, ...]
    judges: tuple[str, ...]
    level: str | None = None


def work_out(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Make the table `readings`: a row per indicator, population, judge, chosen period and area.

    Its columns are those of sql/steps/8_readings.sql. `seen_by` says who sees a row: `all`; or
    `trusted` and, in another row without figures, `others`.
    raises  duckdb.Error.
    """
    con.execute(
        "create or replace temp table judging as "
        "select judges.judged_at, chosen.requested_period "
        "from (select unnest($judges) as judged_at) as judges "
        "cross join (select unnest($periods) as requested_period) as chosen",
        {"judges": list(asked.judges), "periods": list(asked.periods)},
    )
    if asked.level is None:
        con.execute(_NEAR)
    else:
        con.execute(_FAR, {"level": asked.level, "judge": asked.judges[0]})
    for step in _STEPS:
        con.execute(step)


def write(con: duckdb.DuckDBPyConnection, path: Path, period: str) -> int:
    """Write what was worked out for one chosen period as a Parquet file; its number of rows."""
    done = con.execute(
        f"copy (select * from readings where requested_period = $period "
        f"order by indicator, population, seen_by, judged_at, area_code) to {quoted(path)} "
        "(format parquet, compression zstd)",
        {"period": period},
    ).fetchone()
    return int(done[0]) if done else 0
