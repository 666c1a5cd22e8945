"""The DuckDB of an engine, before it is closed to everything but the store."""

import warnings
from pathlib import Path

import duckdb

from data.settings import Settings
from data.snapshots.store import Store
from queries import schema

# A relation would be planned twice, for its types and to run: that costs more than the copy.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")


def connect(settings: Settings, store: Store, readings: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that may read the store and the product's own papers.

    readings  Where readings are put that somebody asked for: in the store, or beside it.
    """
    con = duckdb.connect(
        config={
            "threads": settings.threads,
            "memory_limit": settings.memory_limit,
            # Milliseconds. In the configuration, so that every cursor has it.
            "max_execution_time": settings.time_limit * 1000,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
            "max_temp_directory_size": "0KB",
        }
    )
    folders = (store.path.resolve(), store.path, schema.REFERENCE, readings)
    listed = ", ".join("'" + str(each).replace("'", "''") + "/'" for each in folders)
    con.execute("set enable_progress_bar = false")
    con.execute("set parquet_metadata_cache = true")
    # The questions join in the order in which they should run. Looking for a better one took
    # longer than running them: the matrix of a city is a third faster without.
    con.execute("set disabled_optimizers = 'join_order'")
    con.execute(f"set allowed_directories = [{listed}]")
    return con


def close_to_others(con: duckdb.DuckDBPyConnection) -> None:
    """Let nothing be reached from now on but what `connect` allows, and nothing be set."""
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
