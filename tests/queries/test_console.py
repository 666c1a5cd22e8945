"""The SQL console: what analysts ask is answered, what could do harm is refused or bounded."""

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from queries.console import Answered, Console, Limits, child, copies
from queries.errors import QueryError, QueryTimeout
from queries.scope import Scope
from tests.queries import tiny_store as tiny

WEEK = "2020-W51"
VILLAGE = "991102001201"
ASKED = "select count(*) as n from areas"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rows = [tiny.value(area, WEEK, 90) for area in (tiny.CITY, tiny.EAST, tiny.WEST)]
    raw = {"T04": [{"area_code": VILLAGE, "period": WEEK, "teams": 3, "smi_due": 7}]}
    return tiny.store(tmp_path_factory.mktemp("console"), rows, raw=raw)


@pytest.fixture(scope="module")
def console(store):
    return Console(store, Limits(seconds=2, memory="200MB", rows=1_000, bytes=20_000_000))


def fingerprint(folder: Path) -> str:
    """Names and bytes of everything in a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        whole.update(str(path.relative_to(folder)).encode())
        if path.is_file():
            whole.update(path.read_bytes())
    return whole.hexdigest()


# -- what it is for -----------------------------------------------------------------------------


def test_a_question_is_answered_with_plain_columns(console):
    answer = console.run(
        "select area_code, numerator / denominator as share, period_end, masked\n"
        "from indicator_values where level = 'county' order by area_code -- the last line",
        1,
    )
    assert answer.table.columns == ["area_code", "share", "period_end", "masked"]
    assert answer.table["area_code"].to_list() == [tiny.EAST, tiny.WEST]
    assert answer.table["share"].to_list() == [0.9, 0.9]
    assert not answer.cut


# What no cell of a table can hold as it is, and how it is written there.
WRITTEN = {
    "interval 3 days": "3 days",
    "time '08:30'": "08:30:00",
    "[1, 2]": "[1, 2]",
    "{'县': 1}": "{'县': 1}",
    "'a'::enum('a', 'b')": "a",
    "'101'::bit": "101",
}


@pytest.mark.parametrize("value", WRITTEN)
def test_what_no_cell_can_hold_is_an_answer_in_words(console, value):
    frame = console.run(f"select {value} as a, 1 as n -- so", 1).table
    assert frame.schema["a"] == pl.String
    assert frame["a"].item() == WRITTEN[value]


def test_a_moment_with_its_zone_is_an_answer_in_words(console):
    frame = console.run("select timestamptz '2020-12-21 08:00:00+00' as a", 1).table
    assert datetime.fromisoformat(frame["a"].item()) == datetime(2020, 12, 21, 8, tzinfo=UTC)


def test_columns_of_one_name_are_numbered_and_keep_their_order(console):
    answer = console.run(
        "select i, 'x' as A, i as a, 2 as i_2, i as I from range(900) as t(i) order by hash(i);", 1
    )
    assert answer.table.columns == ["i", "A", "a_2", "i_2", "I_3"]
    alone = console.run("select i from range(900) as t(i) order by hash(i)", 1).table
    assert answer.table["i"].to_list() == alone["i"].to_list()


def test_a_day_that_no_calendar_has_is_said_with_the_way_out(console):
    with pytest.raises(QueryError, match=r"cast\(d as varchar\)"):
        console.run("select date 'infinity' as d", 1)
    assert console.run("select date '9999-12-31' as d, date '0001-01-01' as e", 1).table.height == 1


def test_a_report_table_is_masked_as_everywhere(console):
    answer = console.run("select teams, smi_due, period from t04", 1)
    assert answer.table.rows() == [(3, None, WEEK)]


def test_somebody_with_one_county_finds_nothing_of_another(console):
    text = "select area_code from indicator_values order by 1"
    assert console.run(text, 1, scope=Scope(tiny.EAST)).table["area_code"].to_list() == [tiny.EAST]
    assert console.run("select * from t04", 1, scope=Scope(tiny.WEST)).table.is_empty()


def test_more_rows_than_allowed_are_cut_and_it_is_said(console):
    answer = console.run("select * from range(5000)", 1)
    assert (answer.table.height, answer.cut) == (1_000, True)
    assert console.run("select * from range(1000)", 1).cut is False


@pytest.mark.parametrize(
    "text",
    [
        "with t as (select 1 as a) select * from t",
        "with recursive t as (select 1 as a union all select a + 1 from t where a < 5) from t",
        "select unnest([1, 2, 3])",
        "from areas select name",
        "values (1), (2)",
        "select list_transform([1, 2], lambda x: x + 1)",
        "select row_number() over (order by area_code) from areas",
        "select count(*) filter (where level = 'county') from areas;",
        "select 'copy from read_text; drop table areas'",
        'select 1 as "COPY_QUERY_NODE"',
    ],
)
def test_ordinary_sql_works(console, text):
    assert console.run(text, 1).table.height > 0


def test_every_table_is_described_and_can_be_asked(console, store):
    told = console.documented(1)
    assert {each.name for each in told} >= {"areas", "indicator_values", "t01", "t21"}
    for table in told:
        assert table.title and table.meaning
        assert all(words for _, _, words, _ in table.columns)
    for name in ("areas", "indicators", "targets", "clinic_state", "t07"):
        listed = [column[0] for column in next(t for t in told if t.name == name).columns]
        answer = console.run(f"select * from {name} limit 1", 1)
        assert answer.table.columns == listed


def test_the_examples_run(console):
    for _, text in console.examples():
        console.run(text, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "还没有写查询"),
        ("select", "语句写法不对"),
        ("select nothing from areas", "列名或类型不对"),
        ("select * from nowhere", "没有名为“nowhere”的表"),
        ("select cast('x' as integer)", "值不能转换"),
        ("select 1; select 2", "一次只能运行一条"),
    ],
)
def test_a_mistake_is_told_in_chinese(console, text, words):
    with pytest.raises(QueryError, match=words):
        console.run(text, 1)


def test_it_can_be_stopped(console):
    class Stopped(QueryError):
        pass

    since = time.monotonic()

    def progress(_share, words):
        if words.startswith("正在查询") and time.monotonic() - since > 1:
            raise Stopped("停")

    with pytest.raises(Stopped):
        console.run("select count(*) from range(100000000000)", 1, progress=progress)
    assert time.monotonic() - since < 10


# -- what it must withstand ----------------------------------------------------------------------

# Files of this machine, given to the statements as {secret} (exists) and {target} (must not).
WRITES = [
    "copy (select 1) to '{target}'",
    "with x as (copy (select 1) to '{target}') select 1",
    "with x as (copy areas to '{target}' (format parquet)) select * from x",
    "select * from (with x as (copy (select 1) to '{target}') select 1)",
    "with x as (insert into areas values ('1')) select 1",
    "with x as (delete from areas returning *) select * from x",
    "with x as (update areas set name = '' returning *) select * from x",
    "export database '{target}'",
    "create table mine as select 1",
    "create temp table mine as select 1",
    "create or replace view areas as select 1",
    "create macro areas() as table select 1",
    "drop view areas",
    "alter table areas rename to others",
    "insert into areas select * from areas",
    "delete from areas",
    "update areas set name = 'x'",
    "truncate areas",
    "merge into areas using areas as b on true when matched then delete",
    "attach '{target}' as mine",
    "attach '{secret}' as mine (type sqlite)",
    "detach copy_0",
    "use copy_0",
    "vacuum",
    "checkpoint",
    "begin transaction",
    "call force_checkpoint()",
]
READS = [
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_csv('{secret}')",
    "select * from read_csv_auto('{secret}')",
    "select * from read_json('{secret}')",
    "select * from read_parquet('{secret}')",
    "select * from parquet_metadata('{secret}')",
    "select * from sniff_csv('{secret}')",
    "select * from '{secret}'",
    'select * from "{secret}"',
    "from '/etc/passwd'",
    "select * from glob('/*')",
    "select * from glob('{folder}/**')",
    "SELECT * FROM ReAd_TeXt('{secret}')",
    "select * from read_text/* a comment */('{secret}')",
    "select * from read_text --\n('{secret}')",
    "select (select content from read_text('{secret}'))",
    "select * from areas where exists (from read_text('{secret}'))",
    "with a as materialized (from read_text('{secret}')) select * from a",
    "select * from query('select * from read_text(''{secret}'')')",
    "select * from query_table('areas')",
    "select * from query_table(['{secret}'])",
    "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "select * from read_csv('https://example.org/x.csv')",
    "select * from 'https://example.org/x.parquet'",
    "select * from 's3://bucket/x.parquet'",
    "select * from arrow_scan(1, 2, 3)",
    "select * from seq_scan('areas')",
    "select * from pandas_scan(1)",
    "select * from python_map_function()",
]
SETTINGS = [
    "select * from duckdb_settings()",
    "from duckdb_databases()",
    "from duckdb_databases",
    "select * from duckdb_secrets()",
    "select * from duckdb_extensions()",
    "select * from duckdb_temporary_files()",
    "select * from duckdb_logs()",
    "select * from duckdb_views()",
    "with duckdb_databases as (select * from duckdb_databases) select * from duckdb_databases",
    "select current_setting('allowed_directories')",
    "select current_setting('secret_directory')",
    "select getenv('PATH')",
    "select main.getenv('HOME')",
    "select getvariable('x')",
    "select which_secret('s3://x', 's3')",
    "select * from pragma_database_list",
    "select * from pragma_database_list()",
    "select * from pragma_table_info('areas')",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_tables",
    "select * from sqlite_master",
    "select * from system.main.duckdb_settings()",
    "select * from copy_0.main.rows",
    "pragma database_list",
    "pragma memory_limit='10GB'",
    "set memory_limit = '10GB'",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "reset memory_limit",
    "set variable x = 1",
    "load httpfs",
    "install httpfs",
    "create secret (type s3, key_id 'x')",
    "show tables",
    "show all tables",
    "describe areas",
    "summarize areas",
    "explain analyze select 1",
    "prepare p as select 1",
    "execute p",
    "select $1",
    "select ?",
    "select $area",
    "import database '{folder}'",
]
TRICKS = [
    "select 1;\ncopy (select 1) to '{target}'",
    "select 1 /* ; */; drop view areas",
    "select 1 -- \n; attach '{target}' as x",
    "; select 1; ;select 2",
    "select * from ｒｅａｄ＿ｔｅｘｔ('{secret}')",
    "select * from read_text\u200b('{secret}')",
    "select * from \"read_text\"('{secret}')",
    "select * from U&\"read\\005ftext\"('{secret}')",
    "select * from areas\x00; drop view areas",
    "pivot areas on level using count(*)",
    "/*" * 200 + "select 1",
    "select " + "(" * 3_000 + "1" + ")" * 3_000,
    "select 1 " + "x" * 200_000,
    "begin; copy (select 1) to '{target}'; commit",
]
HUNGRY = [
    "select count(*) from range(100000000) a, range(100000000) b where a.range < b.range",
    "with recursive t as (select 1 as a union all select a + 1 from t) select count(*) from t",
    "with recursive t as (select 'x' as a union all select a || a from t) select max(a) from t",
    "select list(range) from range(1000000000)",
    "select repeat('x', 4000000000)",
    "select string_agg(repeat('x', 100000), '') from range(100000000)",
    "select * from range(100000000) order by hash(range)",
    "select repeat('x', 1000000) from range(1000)",
]


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """A file that must stay unread, a path that must stay empty."""
    folder = tmp_path_factory.mktemp("ground")
    secret = folder / "secret.csv"
    secret.write_text("word\nTOPSECRET\n", encoding="utf-8")
    return {"folder": str(folder), "secret": str(secret), "target": str(folder / "written")}


def filled(text: str, ground: dict[str, str]) -> str:
    for key, value in ground.items():
        text = text.replace("{" + key + "}", value)
    return text


@pytest.fixture(scope="module")
def outcomes(console, store, ground):
    """What became of every seventh statement in a process of its own: message or answer."""
    before = fingerprint(store.path)

    def outcome(text: str) -> str | Answered:
        try:
            return console.run(filled(text, ground), 1)
        except QueryError as error:
            return str(error)

    chosen = [*WRITES, *READS, *SETTINGS, *TRICKS][::7]
    with ThreadPoolExecutor(3) as pool:
        found = dict(zip(chosen, pool.map(outcome, chosen), strict=True))
    assert fingerprint(store.path) == before
    return found


def short(text: str) -> str:
    return text[:50].encode("ascii", "replace").decode()


@pytest.mark.parametrize("text", WRITES + READS + SETTINGS + TRICKS, ids=short)
def test_a_hostile_statement_is_never_run(store, ground, text):
    """The judge of the child, without a process for each of them."""
    known = copies.names(store.catalogue(1))
    with duckdb.connect(config={"threads": 1}) as con:
        try:
            named = child.tables_of(con, filled(text, ground))
        except (child.Refused, duckdb.Error):
            return
    assert named - set(known), "nothing in this statement was refused"


def test_refusals_are_in_chinese_and_tell_nothing(outcomes, store):
    assert len(outcomes) >= 15
    for text, said in outcomes.items():
        assert isinstance(said, str), text
        assert any("一" <= letter <= "鿿" for letter in said), text
        assert "TOPSECRET" not in said
        assert str(store.path) not in said


def test_nothing_was_written_and_nothing_taken_away(outcomes, ground):
    assert [path.name for path in Path(ground["folder"]).iterdir()] == ["secret.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "copy (select 1) to '{target}'",
        "select * from read_text('{secret}')",
        "select * from '{secret}'",
        "attach '{target}' as mine",
        "select * from read_csv('https://example.org/x.csv')",
        "set memory_limit = '10GB'",
        "create table copy_0.main.mine as select 1",
        "delete from copy_0.main.rows",
    ],
)
def test_the_lock_holds_even_where_the_judge_lets_something_pass(
    console, ground, text, monkeypatch, tmp_path
):
    """The second wall: the same statements with the judge taken away."""
    blind = tmp_path / "child.py"
    source = Path(child.__file__).read_text("utf-8")
    open_gate = "tables = set(['areas'])"
    judged = 'tables = tables_of(con, asked["text"])'
    assert judged in source
    blind.write_text(source.replace(judged, open_gate), "utf-8")
    monkeypatch.setattr("queries.console._CHILD", blind)
    with pytest.raises(QueryError) as caught:
        console.run(filled(text, ground), 1)
    assert "TOPSECRET" not in str(caught.value)
    assert [path.name for path in Path(ground["folder"]).iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("text", HUNGRY, ids=short)
def test_a_hungry_statement_is_bounded(console, text):
    since = time.monotonic()
    with pytest.raises(QueryError) as caught:
        console.run(text, 1)
    assert any(word in str(caught.value) for word in ("内存", "秒", "太大"))
    assert time.monotonic() - since < 25


def test_there_are_more_than_sixty_hostile_statements():
    assert len({*WRITES, *READS, *SETTINGS, *TRICKS, *HUNGRY}) >= 60


def test_after_all_that_the_console_still_answers_and_nobody_waits_for_another(console):
    found = []

    def slow():
        with pytest.raises(QueryTimeout):
            console.run("select count(*) from range(100000000000)", 1)

    beside = threading.Thread(target=slow)
    beside.start()
    found.append(console.run(ASKED, 1).table["n"].to_list())
    beside.join()
    assert found[0][0] > 0


def test_the_process_of_a_question_sees_no_environment_and_is_gone_afterwards(console, monkeypatch):
    from queries import console as module

    started = []
    true_popen = module.subprocess.Popen

    def spy(*args, **options):
        started.append((true_popen(*args, **options), options))
        return started[-1][0]

    monkeypatch.setattr(module.subprocess, "Popen", spy)
    monkeypatch.setenv("A_PASSWORD", "TOPSECRET")
    console.run(ASKED, 1)
    ((process, options),) = started
    assert options["env"] == {"PYTHONUTF8": "1"}
    assert process.poll() is not None


def test_copies_that_an_ended_process_left_behind_are_taken_away(store, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f"console-copies-{ended.pid}-abc"
    alive = tmp_path / f"console-copies-{os.getpid()}-abc"
    for folder in (left, alive):
        folder.mkdir()
    Console(store).run(ASKED, 1)
    assert not left.exists()
    assert alive.exists()
