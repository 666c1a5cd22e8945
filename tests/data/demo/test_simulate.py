"""What is simulated: the shape of the rows, and that the same seed gives the same rows."""

import hashlib
import io

import polars as pl
import pytest

from data.demo.simulate import CITIES, TABLES, simulate
from data.errors import UsageError

SMALL = "150300"
CONTEXT_FIRST = ["area_code", "period", "period_start", "period_end", "division_code"]
CONTEXT_LAST = [
    "reporting_unit",
    "reported_on",
    "remark",
    "first_imported",
    "is_removed",
    "source_id",
    "source_sheet",
    "source_row",
]
ZONE = "411472"


def fingerprint(frames: dict[str, pl.DataFrame]) -> dict[str, str]:
    out = {}
    for table, frame in frames.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        out[table] = hashlib.sha256(buffer.getvalue()).hexdigest()
    return out


def test_the_same_seed_gives_the_same_bytes(demo_catalogue):
    first = fingerprint(simulate(demo_catalogue.areas, [SMALL]))
    assert first == fingerprint(simulate(demo_catalogue.areas, [SMALL]))
    assert first != fingerprint(simulate(demo_catalogue.areas, [SMALL], seed=7))


def test_a_prefecture_does_not_depend_on_the_others(demo, demo_catalogue):
    alone = simulate(demo_catalogue.areas, ["511800"])
    for table, frame in demo.frames.items():
        among_all = frame.filter(pl.col("area_code").str.starts_with("5118"))
        assert among_all.drop("source_row").equals(alone[table].drop("source_row")), table


def test_an_unknown_prefecture_is_named(demo_catalogue):
    with pytest.raises(UsageError, match="440300"):
        simulate(demo_catalogue.areas, ["440300"])


@pytest.mark.parametrize("table_id", TABLES)
def test_columns_and_types_are_those_of_the_store(demo, table_id):
    table, frame = demo.catalogue.tables[table_id], demo.frames[table_id]
    own = [c.name for c in table.stored_columns if c.name != "area_code"]
    assert frame.columns[:5] == CONTEXT_FIRST
    assert frame.columns[-8:] == CONTEXT_LAST
    assert sorted(frame.columns[5:-8]) == sorted(own)
    for column in table.stored_columns:
        assert frame.schema[column.name] == column.dtype, (table_id, column.name)


@pytest.mark.parametrize("table_id", TABLES)
def test_a_natural_key_is_there_once(demo, table_id):
    table, frame = demo.catalogue.tables[table_id], demo.frames[table_id]
    keys = frame.select("period", *table.key)
    assert keys.n_unique() == keys.height
    assert keys.null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("table_id", TABLES)
def test_required_columns_are_filled(demo, table_id):
    frame = demo.frames[table_id]
    if table_id == "T12":
        frame = frame.filter(pl.col("area_code").str.len_chars() == 9)
    for column in demo.catalogue.tables[table_id].stored_columns:
        if column.required and column.filed_at is None:
            assert frame[column.name].null_count() == 0, column.name


def test_all_prefectures_and_periods_are_there(demo):
    signing = demo.frames["T04"]
    assert signing["area_code"].str.head(4).unique().sort().to_list() == [c[:4] for c in CITIES]
    assert signing["period"].n_unique() == 103
    assert demo.frames["T01"]["period"].n_unique() == 23
    assert demo.frames["T10"]["period"].n_unique() == 7


def test_zones_file_what_they_are_told_to(demo):
    counties = {
        table: set(frame["area_code"].str.head(6).unique()) for table, frame in demo.frames.items()
    }
    filing = {table for table, codes in counties.items() if ZONE in codes}
    assert filing == {"T01", "T02", "T04", "T09", "T15"}
    assert not any({"320771", "411471"} & codes for codes in counties.values())


def test_every_obliged_unit_of_a_plain_table_files(demo):
    due = demo.catalogue.obligations.group_by("table_id").agg("unit_code")
    registers = {name for name, table in demo.catalogue.tables.items() if table.register}
    for table_id, units in due.iter_rows():
        if table_id in registers:
            continue
        codes = demo.frames[table_id]["area_code"]
        seen = set(codes.str.head(6)) | set(codes.str.head(9))
        assert set(units) <= seen, table_id
