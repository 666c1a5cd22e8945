"""The engine: snapshots, parameters, limits, locks and damage."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import pytest

from data.errors import SnapshotDamaged, SnapshotMissing
from data.snapshots.store import Store
from queries import question
from queries.engine import Engine
from queries.errors import QueryError, QueryStopped, QueryTimeout
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, value

ASKED = {"indicator": "signing_rate", "area": CITY, "period": "2020-W51"}


@pytest.fixture
def store(tmp_path):
    return tiny.store(tmp_path / "store", [value(CITY, "2020-W51", 90)])


def test_a_missing_parameter_is_named_before_the_sql_runs(store):
    with pytest.raises(QueryError, match="缺少参数 indicator、period"):
        Engine(store).run("indicator_value", {"area": CITY})


def test_an_unknown_parameter_is_named_with_those_that_there_are(store):
    with pytest.raises(QueryError, match="没有参数 aera；可用的有 indicator、area"):
        Engine(store).run("indicator_value", ASKED | {"aera": CITY})


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"period": "2020-W54"}, "报告期「2020-W54」写法不对或不存在"),
        ({"area": "123456"}, "没有代码为 123456 的区划"),
        ({"indicator": "signing"}, "没有指标「signing」"),
        ({"indicator": "policy_awareness_rate"}, "没有报表，不计算"),
        ({"population": "cats"}, "没有人群「cats」；可用的有 target、elder"),
        ({"area": 991100}, "应为文字"),
    ],
)
def test_a_mistyped_parameter_is_named_in_chinese(store, params, said):
    with pytest.raises(QueryError, match=said):
        Engine(store).run("indicator_value", ASKED | params)


def test_a_wrong_level_lists_the_levels(store):
    asked = {"indicator": "signing_rate", "parent": CITY, "level": "县", "period": "2020-W51"}
    with pytest.raises(QueryError, match="层级「县」不对，应为 province、city"):
        Engine(store).run("indicator_ranking", asked)


def test_an_unknown_question_offers_the_near_ones(store):
    with pytest.raises(QueryError, match="没有名为「indicator_valeu」的查询；相近的有"):
        Engine(store).run("indicator_valeu", ASKED)


def test_the_population_left_out_is_the_indicators_first(store):
    assert Engine(store).run("indicator_value", ASKED)["population"][0] == "target"


def test_a_value_that_looks_like_sql_stays_a_value(store):
    asked = {"parent": "x' or '1'='1", "level": "county"}
    with pytest.raises(QueryError, match="没有代码为"):
        Engine(store).run("areas_list", asked)


def test_two_snapshots_answer_side_by_side_each_with_its_own_figures_and_targets(tmp_path):
    path = tmp_path / "store"
    tiny.store(path, [value(CITY, "2020-W51", 90)], targets=[tiny.target(95)])
    store = tiny.store(path, [value(CITY, "2020-W51", 91)], targets=[tiny.target(80)])
    engine = Engine(store)
    for _ in range(2):
        old, new = (engine.run("indicator_value", ASKED, number) for number in (1, 2))
        assert (old["printed"][0], old["light"][0], old["snapshot"][0]) == (90.0, "预警", 1)
        assert (new["printed"][0], new["light"][0], new["snapshot"][0]) == (91.0, "达标", 2)
    assert engine.run("indicator_value", ASKED)["snapshot"][0] == 2


def test_only_a_few_snapshots_are_kept_open(tmp_path):
    path = tmp_path / "store"
    for figure in range(90, 96):
        store = tiny.store(path, [value(CITY, "2020-W51", figure)])
    engine = Engine(store)
    seen = [engine.run("indicator_value", ASKED, number)["printed"][0] for number in range(1, 7)]
    assert seen == [90.0, 91.0, 92.0, 93.0, 94.0, 95.0]
    assert len(engine.open_snapshots()) == 4
    assert engine.run("indicator_value", ASKED, 1)["printed"][0] == 90.0


def test_threads_share_the_engine(tmp_path):
    path = tmp_path / "store"
    tiny.store(path, [value(CITY, "2020-W51", 90)])
    engine = Engine(tiny.store(path, [value(CITY, "2020-W51", 91)]))

    def ask(turn: int) -> float:
        return engine.run("indicator_value", ASKED, turn % 2 + 1)["printed"][0]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(12))) == [90.0, 91.0] * 6


def test_an_empty_store_says_what_to_do(tmp_path):
    with pytest.raises(SnapshotMissing, match="还没有快照"):
        Engine(Store(tmp_path)).run("freshness")


def test_a_snapshot_that_is_not_there_is_named(store):
    with pytest.raises(SnapshotMissing, match="没有 7 号快照"):
        Engine(store).run("freshness", {}, 7)


def test_a_missing_file_is_named_with_its_snapshot(store):
    path = store.files(1, "derived")[0]
    path.unlink()
    with pytest.raises(SnapshotDamaged, match=f"快照 000001 已损坏：文件 derived/.*{path.name}"):
        Engine(store).run("indicator_value", ASKED)


def test_a_file_lost_while_running_is_named_too(store):
    engine = Engine(store)
    engine.run("freshness")
    path = store.files(1, "derived")[0]
    path.unlink()
    with pytest.raises(SnapshotDamaged, match=path.name):
        engine.run("indicator_value", ASKED)


def test_a_broken_file_is_named(store):
    path = store.files(1, "derived")[0]
    path.write_bytes(b"not parquet at all")
    with pytest.raises(SnapshotDamaged, match=path.name):
        Engine(store).run("indicator_value", ASKED)


def test_a_flipped_bit_never_changes_a_figure_in_silence(store):
    """13 of 100 such files were still read, with other figures in them."""
    engine = Engine(store)

    def figures():
        with engine.reading(["derived_values"]) as cursor:
            return cursor.execute("select * from derived_values").fetchall()

    right = figures()
    (path,) = store.files(1, "derived")
    whole = path.read_bytes()
    for place in range(8, len(whole), 40):
        broken = bytearray(whole)
        broken[place] ^= 1 << place % 8
        path.write_bytes(broken)
        os.utime(path, (place, place))  # within a tick of the clock it would look unchanged
        with pytest.raises(SnapshotDamaged, match=path.name):
            figures()
    path.write_bytes(whole)
    assert figures() == right


def test_a_damaged_snapshot_does_not_spoil_the_others(tmp_path):
    path = tmp_path / "store"
    tiny.store(path, [value(CITY, "2020-W51", 90)])
    store = tiny.store(path, [value(CITY, "2020-W51", 91)])
    next(iter(set(store.files(2, "derived")) - set(store.files(1, "derived")))).unlink()
    engine = Engine(store)
    with pytest.raises(SnapshotDamaged):
        engine.run("indicator_value", ASKED, 2)
    assert engine.run("indicator_value", ASKED, 1)["printed"][0] == 90.0


def slow_engine(store, monkeypatch, seconds=None):
    """An engine with one more question, which counts for ever."""
    engine = Engine(store)
    text = (
        "select 'x' as frequency, '' as period, date '2020-01-01' as period_end, "
        "cast(sum(a.range * b.range) as text) as label "
        "from range(100000000) as a, range(100000) as b"
    )
    known = engine._questions["freshness"]
    monkeypatch.setitem(engine._questions, "slow", replace(known, text=text))
    return engine


def test_a_question_that_takes_too_long_is_stopped_in_chinese(store, monkeypatch):
    (store.path / "settings.yaml").write_text("time_limit: 1\n", "utf-8")
    engine = slow_engine(store, monkeypatch)
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match="超过 1 秒，已停止"):
        engine.run("slow")
    assert time.monotonic() - started < 10
    assert engine.run("indicator_value", ASKED)["printed"][0] == 90.0


def test_a_running_question_can_be_interrupted(store, monkeypatch):
    engine = slow_engine(store, monkeypatch)
    engine.run("freshness")
    caught = []

    def ask():
        try:
            engine.run("slow", token="visitor-1")
        except QueryError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 10
    while not engine.interrupt("visitor-1") and time.monotonic() < deadline:
        time.sleep(0.05)
    thread.join(10)
    assert [type(error) for error in caught] == [QueryStopped]
    assert engine.interrupt("visitor-1") is False


@pytest.mark.parametrize(
    "statement",
    [
        "copy (select 1) to '/tmp/leak.csv'",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "set threads = 1",
        "attach '/tmp/other.db'",
        "install httpfs",
    ],
)
def test_after_the_start_nothing_outside_the_store_can_be_reached(store, statement):
    engine = Engine(store)
    engine.run("freshness")
    with pytest.raises(duckdb.Error), engine._con.cursor() as cursor:
        cursor.execute(statement).fetchall()


def test_python_objects_are_never_read_in_place_of_tables(store):
    import polars as pl

    engine = Engine(store)
    stolen = pl.DataFrame({"a": [1]})
    with pytest.raises(duckdb.Error), engine._con.cursor() as cursor:
        cursor.execute("select * from stolen").fetchall()
    assert stolen.height == 1


def test_sensitive_columns_are_empty_below_the_county(tmp_path):
    rows = [
        {"area_code": "991102001201", "period": "2020-W51", "smi_due": 3, "htn_due": 30},
        {"area_code": tiny.EAST, "period": "2020-W51", "smi_due": 40, "htn_due": 300},
    ]
    engine = Engine(tiny.store(tmp_path, raw={"T04": rows}))
    with engine.reading(["t04"]) as cursor:
        found = cursor.execute("select area_code, smi_due, htn_due from t04 order by 1").fetchall()
    assert found == [(tiny.EAST, 40, 300), ("991102001201", None, 30)]


def test_a_predicate_hides_only_the_rows_it_means(tmp_path):
    rows = [
        {"area_code": "991102001", "period": "2020-11", "chronic_type": kind, "registered": 4}
        for kind in ("htn", "smi")
    ]
    engine = Engine(tiny.store(tmp_path, raw={"T06": rows}))
    with engine.reading(["t06"]) as cursor:
        found = cursor.execute("select chronic_type, registered from t06 order by 1").fetchall()
    assert found == [("htn", 4), ("smi", None)]


def test_rows_that_tell_of_somebody_are_not_listed_below_the_county(tmp_path):
    rows = [
        {"area_code": "991102001", "period": "2020-11", "disease_code": code, "confirmed": 4}
        for code in ("md01", "md23", "md25")
    ]
    engine = Engine(tiny.store(tmp_path, raw={"T05": rows}))
    with engine.reading(["t05"]) as cursor:
        found = cursor.execute("select disease_code, confirmed from t05").fetchall()
    assert found == [("md01", 4)]


def test_removed_rows_of_a_ledger_are_left_out(tmp_path):
    rows = [
        {"area_code": tiny.EAST, "period": "2020-W51", "issue_no": "1", "is_removed": False},
        {"area_code": tiny.EAST, "period": "2020-W51", "issue_no": "2", "is_removed": True},
    ]
    engine = Engine(tiny.store(tmp_path, raw={"T16": rows}))
    with engine.reading(["t16"]) as cursor:
        assert cursor.execute("select issue_no from t16").fetchall() == [("1",)]


def test_the_filed_rows_of_a_table_can_be_taken_away(tmp_path):
    rows = [
        {"area_code": "991102001201", "period": "2020-W50", "teams": 1},
        {"area_code": "991102001201", "period": "2020-W51", "teams": 2, "smi_due": 3},
        {"area_code": "991103001201", "period": "2020-W51", "teams": 3},
    ]
    engine = Engine(tiny.store(tmp_path, raw={"T04": rows}))
    table = engine.table("T04", area=tiny.EAST, period_from="2020-W51", period_to="2020-W51")
    assert table.select("area_code", "teams", "smi_due", "source_row").rows() == [
        ("991102001201", 2, None, 5)
    ]
    all_weeks = engine.table("T04", area=CITY, period_from="2020", period_to="2020", limit=2)
    assert all_weeks["teams"].to_list() == [1, 2]


def test_a_table_that_is_not_there_is_named(store):
    with pytest.raises(QueryError, match="没有报表「T99; drop"):
        Engine(store).table("T99; drop", area=CITY, period_from="2020", period_to="2020")


def test_a_dashboard_open_to_all_masks_sensitive_figures_at_every_level(tmp_path):
    more = {"indicator": "should_sign_rate"}
    disease = {"indicator": "major_disease_treat_rate"}
    rows = [
        value(tiny.EAST, "2020-W51", 400, 500, population="smi", **more),
        value(tiny.EAST, "2020-W51", 400, 500, population="htn", **more),
        value(tiny.EAST, "2020-11", 60, 80, **disease),
        value(tiny.EAST, "2020-11", 30, 40, dimension="md01", **disease),
        value(tiny.EAST, "2020-11", 30, 40, dimension="md25", **disease),
    ]
    raw = {"T04": [{"area_code": tiny.EAST, "period": "2020-W51", "smi_due": 40, "htn_due": 9}]}
    store = tiny.store(tmp_path, rows, raw=raw)
    asked = {"indicator": "should_sign_rate", "area": tiny.EAST, "period": "2020-W51"}
    closed = Engine(store)
    assert closed.run("indicator_value", asked | {"population": "smi"})["printed"][0] == 80.0
    (store.path / "settings.yaml").write_text("open: true\n", "utf-8")
    engine = Engine(store)
    smi = engine.run("indicator_value", asked | {"population": "smi"}).row(0, named=True)
    assert (smi["state"], smi["numerator"], smi["printed"]) == ("已遮蔽", None, None)
    assert engine.run("indicator_value", asked | {"population": "htn"})["printed"][0] == 80.0
    parts = engine.run("indicator_dimension", asked | {"indicator": "major_disease_treat_rate"})
    assert parts.select("dimension", "printed").rows() == [("md01", 75.0), ("md25", None)]
    filed = engine.table("T04", area=tiny.EAST, period_from="2020", period_to="2020")
    assert filed.select("smi_due", "htn_due").rows() == [(None, 9)]


def test_a_question_that_was_just_saved_is_asked_as_it_is_now(store, tmp_path, monkeypatch):
    folder = tmp_path / "sql" / "试验"
    folder.mkdir(parents=True)
    text = (
        "-- title: 试\n-- question: q\n-- grain: g\n-- params: none\n-- reads: none\n"
        "-- returns: a integer\n-- nulls: none\n\nselect {} as a\n"
    )
    file = folder / "tried.sql"
    file.write_text(text.format(1), "utf-8")
    monkeypatch.setattr(question, "SQL", tmp_path / "sql")
    engine = Engine(store)
    assert engine.run("tried")["a"].to_list() == [1]
    file.write_text(text.format(2), "utf-8")
    os.utime(file, ns=(1, 1))
    assert engine.run("tried")["a"].to_list() == [2]
    file.unlink()
    assert engine.run("tried")["a"].to_list() == [2]
