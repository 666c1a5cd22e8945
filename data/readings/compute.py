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
    """Whose readings are wanted.

    judging  Areas, each with a chosen period: its coverage chooses what is shown at it.
    level    None: of each judge and the areas one level below it, villages aside. A level: of the
             areas of that level under the first judge; the other judges, villages, by themselves.
    """

    judging: tuple[tuple[str, str], ...]
    level: str | None = None


def work_out(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Make the table `readings`: a row per indicator, population, judge, chosen period and area.

    Its columns are those of sql/steps/8_readings.sql. `seen_by` says who sees a row: `all`; or
    `trusted` and, in another row without figures, `others`.
    raises  duckdb.Error.
    """
    judges, periods = zip(*asked.judging, strict=True)
    con.execute(
        "create or replace temp table judging as "
        "select unnest($judges) as judged_at, unnest($periods) as requested_period",
        {"judges": list(judges), "periods": list(periods)},
    )
    if asked.level is None:
        con.execute(_NEAR)
    else:
        con.execute(_FAR, {"level": asked.level, "judge": judges[0]})
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
