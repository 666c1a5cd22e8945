"""The simulated rows of all five prefectures, made once."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data import catalogue as catalogues
from data.catalogue.model import Catalogue
from data.demo.clock import FOLDER
from data.demo.simulate import simulate


@dataclass(frozen=True)
class Demo:
    """frames: raw rows per table; folder: the same as Parquet files, for SQL."""

    catalogue: Catalogue
    frames: dict[str, pl.DataFrame]
    folder: Path

    def ask(self, sql: str) -> pl.DataFrame:
        """Run SQL over views t01 to t21."""
        with duckdb.connect() as connection:
            for table in self.frames:
                path = self.folder / f"{table}.parquet"
                connection.execute(f"create view {table} as select * from '{path}'")
            return connection.sql(sql).pl()


@pytest.fixture(scope="session")
def demo_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    store = tmp_path_factory.mktemp("demo_definitions")
    shutil.copytree(FOLDER / "catalogue", store / "catalogue")
    return catalogues.load(store)


@pytest.fixture(scope="session")
def demo(demo_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    frames = simulate(demo_catalogue.areas)
    folder = tmp_path_factory.mktemp("demo_rows")
    for table, frame in frames.items():
        frame.write_parquet(folder / f"{table}.parquet")
    return Demo(demo_catalogue, frames, folder)
