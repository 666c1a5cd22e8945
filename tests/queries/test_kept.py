"""Rows kept ready leave when others are wanted, but never while somebody reads them."""

import duckdb
import pytest

from queries import kept
from queries.kept import Kept, Wanted
from queries.views import Place


@pytest.fixture
def con():
    with duckdb.connect() as made:
        for name in ("one", "two", "three"):
            made.execute(f"create schema {name}")
            made.execute(f"create view {name}.numbers as select '{name}' as word")
        yield made


def test_what_is_read_just_now_stays_and_what_nobody_reads_goes(con, monkeypatch):
    monkeypatch.setattr(kept, "TABLES", 1)
    tables = Kept(con)
    first, second, third = (Wanted("numbers", Place(name)) for name in ("one", "two", "three"))
    with con.cursor() as making, tables.held(making, first) as schema:
        for other in (second, third):
            with con.cursor() as cursor, tables.held(cursor, other):
                pass
        assert con.execute(f"select word from {schema}.numbers").fetchall() == [("one",)]
        left = con.execute("select count(*) from duckdb_tables()").fetchone()
        assert left == (2,)  # the one that is read, and the one made last
    with con.cursor() as cursor, tables.held(cursor, first) as again:
        assert again == schema


def test_some_periods_are_kept_by_their_own_rows_and_beside_all_others(con):
    tables = Kept(con)
    one, all_of_them = Wanted("numbers", Place("one"), ("w1",)), Wanted("numbers", Place("one"))
    with (
        con.cursor() as cursor,
        tables.held(cursor, one, lambda: "select 'w1' as word") as some,
        tables.held(cursor, all_of_them) as every,
    ):
        assert con.execute(f"select word from {some}.numbers").fetchall() == [("w1",)]
        assert con.execute(f"select word from {every}.numbers").fetchall() == [("one",)]
