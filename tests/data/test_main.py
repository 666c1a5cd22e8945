"""The command line as a steward uses it: words, exit codes, and what it leaves in the store."""

import json
import subprocess
import sys
from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter

from data.__main__ import main
from data.log import journal
from data.snapshots.store import Store
from tests.data.intake.build import write_report
from tests.data.small_world import TOWNSHIPS, open_world, put, rows

A = "990101001"
V1, V2 = A + "200", A + "201"
TOWNS = dict(zip(TOWNSHIPS, ("甲镇", "乙镇", "丙镇", "丁镇"), strict=True))
WEEKLY = ("T04,990100,township,2019-01-01,,1",)


# Libraries that take longest to load, and the made-up data.
HEAVY = ("openpyxl", "duckdb", "sqlglot", "lxml", "data.demo", "data.forms")


@pytest.mark.parametrize("words", [["--help"], ["snapshots"], ["verify"], ["check", "--help"]])
def test_a_command_loads_nothing_that_it_does_not_need(tmp_path, words):
    code = (
        "import sys; from data.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    spare = {"check": ["lxml"]}.get(words[0], [])  # its module says what the command takes
    ran = subprocess.run(
        [sys.executable, "-c", code, "--store", str(tmp_path), *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == str(spare)


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path, obligations=WEEKLY)


def village(code, **values):
    row = {
        "division_code": code,
        "division_name": code[-3:] + "村",
        "teams": 2,
        "sign_target_pop": 100,
        "away_pop": 0,
        "refused_pop": 0,
        "signed_pop": 90,
        "chronic_should_sign": 10,
        "chronic_signed": 9,
        "expired_pop": 0,
        "service_due": 50,
        "service_done": 40,
        "followups_week": 5,
    }
    return row | values


def workbook(folder, catalogue, *villages, name="甲镇签约周报.xlsx", period="2020-W51"):
    path = folder / name
    write_signing(path, catalogue, villages, "甲镇", period)
    return path


def write_signing(path, catalogue, villages, township, period="2020-W51"):
    optional = [c.name for c in catalogue.tables["T04"].columns if not c.required]
    write_report(
        path,
        catalogue,
        catalogue.tables["T04"],
        villages,
        period=period,
        unit=f"{township}卫生院",
        without=optional,
    )


def run(store, *words):
    return main(["--store", str(store.path), *map(str, words)])


class TestImport:
    def test_a_clean_workbook_becomes_a_snapshot_whose_number_is_printed(
        self, world, tmp_path, capsys
    ):
        store, catalogue = world
        path = workbook(tmp_path, catalogue, village(V1), village(V2, signed_pop=80))
        assert run(store, "import", path, "--note", "第51周") == 0
        assert capsys.readouterr().out.strip() == "1"
        assert store.manifest(1).note == "第51周"
        kept = store.rows(1, "tables", "T04")
        assert dict(zip(kept["area_code"], kept["signed_pop"], strict=True)) == {V1: 90, V2: 80}
        assert kept["reporting_unit"].to_list() == ["甲镇卫生院"] * 2
        assert kept["source_row"][0] > 3

    def test_a_bad_cell_is_named_and_nothing_is_stored(self, world, tmp_path, capsys):
        store, catalogue = world
        path = workbook(tmp_path, catalogue, village(V1), village(V2, signed_pop=101))
        assert run(store, "check", path) == 1
        assert run(store, "import", path) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "[错误]" in captured.err and "T04.signed_pop.2" in captured.err
        assert store.latest() is None

    def test_findings_come_as_json_with_every_field(self, world, tmp_path, capsys):
        store, catalogue = world
        path = workbook(tmp_path, catalogue, village(V1, signed_pop=101))
        assert run(store, "check", path, "--json") == 1
        told = json.loads(capsys.readouterr().out)
        first = next(f for f in told["findings"] if f["rule"] == "T04.signed_pop.2")
        assert set(first) == {
            "file",
            "sheet",
            "cell",
            "table",
            "column",
            "area",
            "rule",
            "severity",
            "found",
            "expected",
            "action",
            "area_code",
        }
        assert first["cell"][0].isalpha() and first["cell"][-1].isdigit()
        assert first["area"] == "试市东县甲镇200村"

    def test_a_waiver_with_a_reason_lets_a_doubt_pass_and_is_kept(self, world, tmp_path, capsys):
        store, catalogue = world
        path = workbook(tmp_path, catalogue, village(V1, signed_pop=95, refused_pop=10))
        assert run(store, "import", path) == 1
        words = f"T04.signed_pop.3:{V1}=拒签后又签约"
        assert run(store, "import", path, "--waive", words) == 0
        assert store.rows(1, "tables", "T04")["remark"].to_list() == ["拒签后又签约"]

    def test_a_waiver_without_a_reason_is_refused(self, world, tmp_path, capsys):
        store, catalogue = world
        path = workbook(tmp_path, catalogue, village(V1))
        assert run(store, "import", path, "--waive", f"T04.signed_pop.3:{V1}") == 2
        assert "规则:区划代码=理由" in capsys.readouterr().err

    def test_a_file_lacking_rows_keeps_them_and_says_so(self, world, tmp_path, capsys):
        store, catalogue = world
        run(store, "import", workbook(tmp_path, catalogue, village(V1), village(V2)))
        second = workbook(tmp_path, catalogue, village(V1, signed_pop=91), name="订正.xlsx")
        assert run(store, "import", second) == 0
        assert "row.missing" in capsys.readouterr().err
        assert store.rows(2, "tables", "T04").height == 2
        third = workbook(tmp_path, catalogue, village(V1, signed_pop=92), name="完整.xlsx")
        assert run(store, "import", third, "--complete") == 0
        assert store.rows(3, "tables", "T04")["area_code"].to_list() == [V1]

    @pytest.mark.parametrize(
        ("name", "content"),
        [("空.xlsx", b""), ("文字.xlsx", "不是工作簿".encode()), ("外来.csv", b"a,b\n1,2\n")],
    )
    def test_a_foreign_file_is_refused_in_words(self, world, tmp_path, capsys, name, content):
        store, _ = world
        path = tmp_path / name
        path.write_bytes(content)
        assert run(store, "import", path) == 2
        captured = capsys.readouterr()
        assert name in captured.err and "Traceback" not in captured.err
        assert store.latest() is None

    @pytest.mark.parametrize("visits", [5, 500])
    def test_many_files_of_several_counties_are_told_apart(self, world, tmp_path, capsys, visits):
        """Only the last files are doubtful; every other one is filtered to nothing."""
        store, catalogue = world
        files = []
        for place, name in TOWNS.items():
            doubtful = {"followups_week": visits} if name in ("丙镇", "丁镇") else {}
            villages = [village(place + number, **doubtful) for number in ("200", "201")]
            files.append(tmp_path / f"{name}.xlsx")
            write_signing(files[-1], catalogue, villages, name)
        assert run(store, "check", *files, "--json") == 0
        told = json.loads(capsys.readouterr().out)
        cells = [f["file"] for f in told["findings"] if f["rule"] == "T04.followups_week.2"]
        assert told["rows"] == {"T04": 8}
        assert cells == (
            ["丙镇.xlsx", "丙镇.xlsx", "丁镇.xlsx", "丁镇.xlsx"] if visits == 500 else []
        )

    def test_a_library_that_gives_up_is_one_line(self, world, tmp_path, capsys, monkeypatch):
        class PanicException(BaseException):
            """As polars and calamine raise it."""

        def give_up(*_args, **_options):
            raise PanicException("assertion failed: i < self.len()")

        store, catalogue = world
        monkeypatch.setattr("data.intake.check.checking.check", give_up)
        assert run(store, "import", workbook(tmp_path, catalogue, village(V1))) == 2
        said = capsys.readouterr().err
        assert "没有发布任何内容" in said and "交给管理员" in said
        assert store.latest() is None

    def test_a_file_that_is_not_there_is_said(self, world, tmp_path, capsys):
        assert run(world[0], "check", tmp_path / "没有.xlsx") == 2
        assert "没有.xlsx" in capsys.readouterr().err


class TestSnapshots:
    def test_an_empty_store_has_nothing_to_show(self, world, capsys):
        assert run(world[0], "snapshots") == 1
        assert "还没有快照" in capsys.readouterr().err

    def test_the_list_the_contents_and_the_difference(self, world, capsys):
        store, catalogue = world
        one = {"area": V1, "period": "2020-W51", "sign_target_pop": 100}
        put(store, catalogue, rows("T04", one | {"signed_pop": 50}))
        put(store, catalogue, rows("T04", one | {"signed_pop": 60}))
        assert run(store, "snapshots", "--json") == 0
        assert [item["number"] for item in json.loads(capsys.readouterr().out)] == [1, 2]
        assert run(store, "show", "2") == 0
        assert "家庭医生签约服务周报表" in capsys.readouterr().out
        assert run(store, "diff", "1", "2", "--json") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["tables"][0]["edited"] == 1
        assert {figure["after"] for figure in told["figures"]} >= {"60/100"}
        assert run(store, "verify") == 0

    def test_damage_is_found_and_exits_with_one(self, world, capsys):
        store, catalogue = world
        put(
            store,
            catalogue,
            rows("T04", {"area": V1, "period": "2020-W51", "signed_pop": 1, "sign_target_pop": 2}),
        )
        store.files(1, "tables")[0].write_bytes(b"")
        assert run(store, "verify", "1") == 1
        assert "与登记的校验值不符" in capsys.readouterr().out

    def test_restore_asks_which_definitions_when_they_have_changed(self, world, capsys):
        store, catalogue = world
        one = {"area": V1, "period": "2020-W51", "sign_target_pop": 100}
        put(store, catalogue, rows("T04", one | {"signed_pop": 50}))
        put(store, catalogue, rows("T04", one | {"signed_pop": 60}))
        (store.path / "catalogue" / "settings.yaml").write_text("mask_below: 5\n", "utf-8")
        assert run(store, "restore", "1") == 2
        assert "--definitions" in capsys.readouterr().err
        assert run(store, "restore", "1", "--definitions", "旧") == 0
        assert run(store, "restore", "1", "--definitions", "新") == 0
        assert Store(store.path).catalogue(4).settings["mask_below"] == 5
        assert run(store, "rebuild") == 0
        assert run(store, "gc", "--hours", "0") == 0

    def test_every_command_is_in_the_log_with_its_end_and_verify_reads_it(self, world, capsys):
        store, _ = world
        run(store, "snapshots")
        run(store, "show", "9")
        run(store, "gc", "--hours", "0")
        lines = journal.read(store.path)
        assert [line["result"] for line in lines] == ["found", "failed", "done"]
        assert lines[2]["what"].endswith("gc --hours 0") and lines[2]["who"]
        assert str(store.path) not in lines[2]["what"]
        assert run(store, "verify") == 0
        (log,) = (store.path / "log").glob("*.jsonl")
        log.write_text(log.read_text("utf-8").replace("show 9", "show 8"), "utf-8")
        capsys.readouterr()
        assert run(store, "verify") == 1
        assert f"{log.name} 第 3 行" in capsys.readouterr().out

    def test_gc_leaves_as_many_months_of_the_log_as_set(self, world, capsys):
        store, _ = world
        for month in ("2019-01", "2019-02"):
            now = datetime.fromisoformat(f"{month}-01T08:00:00+08:00")
            journal.append(store.path, now=now, who="", ip="", action="export", what="")
        assert run(store, "gc") == 0
        assert "2019-01 至 2019-01 的日志" in capsys.readouterr().out
        assert run(store, "verify") == 0

    @pytest.mark.parametrize("words", [["foo"], [], ["show", "x"], ["show", "9"], ["restore"]])
    def test_wrong_usage_is_one_chinese_line_and_exit_code_two(self, world, capsys, words):
        try:
            code = run(world[0], *words)
        except SystemExit as stopped:
            code = stopped.code
        assert code == 2
        error = capsys.readouterr().err.strip()
        assert error.count("\n") == 0 and error


class TestAreas:
    def test_a_register_joins_the_stores_definitions(self, world, tmp_path, capsys):
        store, _ = world
        path = tmp_path / "区划.csv"
        path.write_text(
            "area_code,name,level,parent_code,kind,valid_from,valid_to,successors\n"
            "990101003,戊镇,township,990101,,,,\n990101001,甲新镇,township,990101,,,,\n",
            "utf-8",
        )
        assert run(store, "areas", "import", path) == 0
        assert "新增 1 个，修改 1 个" in capsys.readouterr().out
        from data import catalogue as catalogues

        assert catalogues.load(store.path).area_name("990101001") == "试市东县甲新镇"

    def test_a_workbook_with_a_code_and_a_name_is_enough(self, world, tmp_path, capsys):
        store, _ = world
        path = tmp_path / "区划.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            page = book.add_worksheet("代码表")
            rows = [
                ["试市区划代码表"],
                ["序号", "统计用区划代码", "名称"],
                [1, "990101003000", "戊镇"],
                [2, 990101003001, "己社区居委会"],
                [3, 990101003201, "庚村委会"],
                [4, "990101001", "甲新镇"],
                [],
            ]
            for row, cells in enumerate(rows):
                page.write_row(row, 0, cells)
        assert run(store, "areas", "import", path) == 0
        said = capsys.readouterr().out
        assert (
            "读到 4 行；「统计用区划代码」是代码、「名称」是名称；层级、上级代码按代码推得" in said
        )
        assert "没有读的列：序号" in said and "新增 3 个，修改 1 个" in said
        from data import catalogue as catalogues

        areas = catalogues.load(store.path).areas
        new = areas.filter(pl.col("area_code").str.starts_with("990101003"))
        assert new.select("area_code", "level", "parent_code", "kind").rows() == [
            ("990101003", "township", "990101", ""),
            ("990101003001", "village", "990101003", "neighbourhood"),
            ("990101003201", "village", "990101003", "village"),
        ]

    def test_what_a_list_says_nothing_of_stays_as_it_was(self, world, tmp_path, capsys):
        store, _ = world
        path = tmp_path / "撤并.csv"
        path.write_bytes(
            "代码,名称,停用日期,并入代码\n990101001,,2020/12/20,990101002\n".encode("gbk")
        )
        assert run(store, "areas", "import", path) == 0
        from data import catalogue as catalogues

        areas = catalogues.load(store.path).areas
        (row,) = areas.filter(pl.col("area_code") == "990101001").to_dicts()
        assert (row["name"], row["level"], row["valid_to"], row["successors"]) == (
            "甲镇", "township", date(2020, 12, 20), "990101002",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("甲,乙\n1,2\n", "要有「区划代码」和「区划名称」两列"),
            ("代码,名称\n99010100,戊镇\n", "第 2 行：区划代码「99010100」不是 6、9 或 12 位数字"),
            ("代码,名称,停用日期\n990101001,甲镇,去年\n", "区划.csv C2：实为「去年」"),
        ],
    )
    def test_a_list_that_cannot_be_read_is_told_with_its_place(
        self, world, tmp_path, capsys, text, told
    ):
        store, _ = world
        path = tmp_path / "区划.csv"
        path.write_text(text, "utf-8")
        assert run(store, "areas", "import", path) == 2
        assert told in capsys.readouterr().err

    def test_a_mistake_leaves_the_register_as_it_was(self, world, tmp_path, capsys):
        store, _ = world
        before = (store.path / "catalogue" / "areas.csv").read_text("utf-8")
        path = tmp_path / "区划.csv"
        path.write_text(
            "area_code,name,level,parent_code,kind,valid_from,valid_to,successors\n"
            "990101003,戊镇,township,999999,,,,\n",
            "utf-8",
        )
        assert run(store, "areas", "import", path) == 2
        assert "第 2 行" in capsys.readouterr().err
        assert (store.path / "catalogue" / "areas.csv").read_text("utf-8") == before
