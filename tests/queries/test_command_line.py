"""python -m queries: what it prints and with which exit code it leaves."""

import json

import polars as pl
import pytest

from queries import __main__ as command
from queries import trace
from queries.engine import Engine
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST, value

VALUE = ["run", "indicator_value", "-p", "indicator=signing_rate", "-p", f"area={CITY}",
         "-p", "period=2020-W51"]  # fmt: skip
RANKING = ["run", "indicator_ranking", "-p", "indicator=signing_rate", "-p", f"parent={CITY}",
           "-p", "level=county", "-p", "period=2020-W51"]  # fmt: skip


@pytest.fixture
def store(tmp_path):
    rows = [value(area, "2020-W51", 90) for area in (CITY, EAST, WEST)]
    return tiny.store(tmp_path / "store", rows)


@pytest.fixture
def call(store, capsys):
    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = command.main(["--store", str(store.path), *words])
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_one_value_is_one_json_object(call):
    code, out, _ = call(*VALUE, "--format", "json")
    got = json.loads(out)
    assert code == 0
    assert got["value"] == 90
    assert set(got) >= {
        "indicator", "population", "area_code", "requested_period", "period", "numerator",
        "denominator", "value", "unit", "units_expected", "units_reported", "snapshot",
    }  # fmt: skip


def test_a_ranking_is_a_json_list(call):
    code, out, _ = call(*RANKING, "--format", "json")
    rows = json.loads(out)
    assert code == 0
    assert set(rows[0]) >= {
        "area_code", "area_name", "period", "numerator", "denominator", "value", "rank",
        "previous_value", "change", "target", "light", "state",
    }  # fmt: skip
    assert [row["rank"] for row in rows] == [1, 1, None]


def test_csv_starts_with_a_bom_for_excel(call, tmp_path):
    file = tmp_path / "out.csv"
    code, out, _ = call(*RANKING, "-o", str(file))
    assert (code, out) == (0, "")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_parquet_keeps_types_and_rows(call, tmp_path):
    file = tmp_path / "out.parquet"
    assert call(*RANKING, "-o", str(file))[0] == 0
    assert pl.read_parquet(file).schema["rank"] == pl.Int64


def test_a_file_gets_a_trace_code_that_gives_the_same_figures(call, tmp_path):
    _, _, err = call(*RANKING, "-o", str(tmp_path / "a.csv"))
    code_word = err.split("溯源码 ")[1][:8]
    code, _, _ = call("trace", code_word, "-o", str(tmp_path / "b.csv"))
    assert code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_no_file_leaves_a_store_whose_log_cannot_be_written(call, store, tmp_path):
    (store.path / "log").write_text("a file where the folder should be")
    code, _, err = call(*RANKING, "-o", str(tmp_path / "a.csv"))
    assert (code, (tmp_path / "a.csv").exists()) == (2, False)
    assert "日志写不进去" in err
    assert call(*RANKING)[0] == 0  # looking goes on


def test_a_trace_code_that_was_never_issued_says_so(call):
    code, _, err = call("trace", "AAAAAAAA")
    assert code == 1
    assert "没有登记过" in err


def test_a_trace_code_of_a_wrong_form_is_wrong_usage(call):
    code, _, err = call("trace", "xyz")
    assert code == 2
    assert "溯源码「xyz」写法不对" in err


def test_a_trace_code_gives_the_old_figures_after_a_new_snapshot(call, store):
    asked = {"indicator": "signing_rate", "area": CITY, "period": "2020-W51"}
    issued = trace.issue(Engine(store), "indicator_value", asked)
    tiny.store(store.path, [value(CITY, "2020-W51", 95)])
    code, out, _ = call("trace", issued.code, "--format", "json")
    assert (code, json.loads(out)["value"]) == (0, 90)


def test_nothing_to_show_leaves_with_1(call):
    code, _, err = call("run", "area_children", "-p", f"area={WEST}", "-p", "area=991102001201")
    assert code == 1
    assert "没有符合条件的数据" in err


def test_the_snapshot_can_be_named(call, store):
    tiny.store(store.path, [value(CITY, "2020-W51", 95)])
    assert json.loads(call(*VALUE, "--format", "json")[1])["value"] == 95
    assert json.loads(call(*VALUE, "--snapshot", "1", "--format", "json")[1])["value"] == 90


def test_the_list_names_every_question_in_chinese(call, store):
    code, out, _ = call("list")
    assert code == 0
    for name in Engine(store).names():
        assert name in out
    assert "指标排名" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "缺少：命令"),
        (["run"], "缺少：查询名"),
        (["run", "nothing"], "没有名为「nothing」的查询"),
        (["run", "indicator_value", "-p", "area"], "参数「area」写法不对"),
        (["run", "indicator_value"], "缺少参数 indicator、area、period"),
        (["run", "freshness", "--snapshot", "99"], "没有 99 号快照"),
        (["run", "freshness", "--format", "xml"], "不能是 xml"),
        (["run", "freshness", "--format", "parquet"], "parquet 要写入文件"),
        (["run", "freshness", "-o", "/nowhere/x.csv"], "写不进去"),
        (["run", "freshness", "-o", "x.docx"], "不认识格式「docx」"),
        (["fly"], "fly"),
    ],
)
def test_wrong_usage_leaves_with_2_and_one_chinese_line(call, words, said):
    code, _, err = call(*words)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1
