"""Every value a figure ever had, with snapshot, who, file, sheet and cell."""

import shutil
from typing import Any

import openpyxl
import pytest

from data.__main__ import main
from data.errors import UsageError
from data.filed import history
from data.filed.changes import compare
from data.findings import Finding
from data.intake.check.checking import check
from data.intake.check.waivers import Waiver, answer_readings
from data.intake.preview import preview
from data.intake.read.files import Given, shown_names
from data.publish import restore
from data.snapshots.store import Store
from tests.data.small_world import EAST, MONDAY, open_world, put, rows
from tests.data.test_main import V1, V2, A, run, village, workbook

WEEKLY = ("T04,990100,township,2019-01-01,,1",)
WEEK = "2020-W51"


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    """A store with a first report and its correction, both from workbooks; nobody changes it."""
    folder = tmp_path_factory.mktemp("filed")
    store, catalogue = open_world(folder, obligations=WEEKLY)
    first = workbook(folder, catalogue, village(V1), village(V2), name="首报.xlsx")
    later = workbook(folder, catalogue, village(V1, signed_pop=80), name="订正.xlsx")
    assert run(store, "import", first, "--note", "首报") == 0
    assert run(store, "import", later, "--note", "订正上期数据") == 0
    return store, catalogue


class TestRows:
    def test_each_value_comes_with_who_when_file_sheet_and_cell(self, filed):
        store, _ = filed
        states = history.of_row(store, "T04", V1, WEEK, column="signed_pop").to_dicts()
        assert [(s["snapshot"], s["change"], s["previous"], s["value"]) for s in states] == [
            (1, "新增", None, "90"),
            (2, "修改", "90", "80"),
        ]
        assert [s["file"] for s in states] == ["首报.xlsx", "订正.xlsx"]
        assert {s["sheet"] for s in states} == {"Sheet1"}
        assert [s["note"] for s in states] == ["首报", "订正上期数据"]
        assert states[1]["header"] == "已签约人数" and states[1]["unit"] == "人"

    def test_the_cell_is_the_one_in_the_workbook(self, filed):
        store, _ = filed
        for state in history.of_row(store, "T04", V1, WEEK).to_dicts():
            book = openpyxl.load_workbook(store.path.parent / state["file"])
            cell: Any = book[state["sheet"]][state["cell"]]
            assert str(cell.value) == state["value"]

    def test_a_value_that_came_back_is_told(self, filed, tmp_path):
        store = Store(shutil.copytree(filed[0].path, tmp_path / "store"))
        restore(store, 1, who="乙", note="恢复", now=MONDAY)
        states = history.of_row(store, "T04", V1, WEEK, column="signed_pop").to_dicts()
        assert [(s["snapshot"], s["value"], s["kind"]) for s in states][-1] == (3, "90", "restore")

    def test_a_pinned_snapshot_knows_nothing_later(self, filed):
        store, _ = filed
        states = history.of_row(store, "T04", V1, WEEK, column="signed_pop", until=1)
        assert states["snapshot"].to_list() == [1]

    def test_sensitive_columns_are_not_shown_below_the_county(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        for number in (4, 5):
            put(store, catalogue, rows("T04", {"area": V1, "period": WEEK, "smi_due": number}))
        states = history.of_row(store, "T04", V1, WEEK, column="smi_due").to_dicts()
        assert [(s["masked"], s["value"], s["previous"]) for s in states] == [
            (True, None, None)
        ] * 2
        (value,) = compare(store, 1, 2).values.to_dicts()
        assert (value["masked"], value["before"], value["after"], value["difference"]) == (
            True,
            None,
            None,
            None,
        )

    def test_an_unknown_column_is_said(self, filed):
        with pytest.raises(UsageError, match="没有列"):
            history.of_row(filed[0], "T04", V1, WEEK, column="nothing")

    def test_the_demos_rows_name_no_workbook(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        row = {"area": V1, "period": WEEK, "signed_pop": 5, "source_id": "demo", "source_row": 3}
        put(store, catalogue, rows("T04", row))
        (state,) = history.of_row(store, "T04", V1, WEEK, column="signed_pop").to_dicts()
        assert (state["cell"], state["row"], state["file"][:4]) == ("", 3, "演示数据")


class TestFigures:
    def test_a_figure_moves_where_its_file_changed(self, filed):
        store, _ = filed
        states = history.of_figure(store, "signing_rate", "target", EAST, WEEK).to_dicts()
        assert [(s["snapshot"], int(s["numerator"]), int(s["denominator"])) for s in states] == [
            (1, 180, 200),
            (2, 170, 200),
        ]

    def test_the_corrections_of_a_line_leave_its_first_values_out(self, filed):
        store, _ = filed
        lines = history.corrections(store, "signing_rate", "target", EAST, "2020-W40", "2020-W52")
        assert lines.select("period", "snapshot", "previous_numerator", "numerator").rows() == [
            (WEEK, 2, 180, 170)
        ]

    def test_the_cells_of_a_county_are_those_of_its_villages(self, filed):
        store, _ = filed
        cells = history.cells_of(store, 2, "signing_rate", "target", EAST, WEEK)
        above = cells.filter((cells["part"] == "分子") & (cells["column"] == "signed_pop"))
        assert dict(zip(above["area_code"], above["value"], strict=True)) == {V1: "80", V2: "90"}
        assert dict(zip(above["area_code"], above["file"], strict=True)) == {
            V1: "订正.xlsx",
            V2: "首报.xlsx",
        }
        assert all(cell[0].isalpha() and cell[-1].isdigit() for cell in above["cell"])

    def test_a_county_elsewhere_has_none(self, filed):
        assert not history.cells_of(filed[0], 2, "signing_rate", "target", "990102", WEEK).height

    def test_a_ledger_gives_its_newest_rows(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        clinic = {
            "area_code": V1,
            "division_code": V1,
            "village_code": V1,
            "clinic_code": "c1",
            "service_mode": "自有",
            "floor_area": 80.0,
        }
        put(
            store,
            catalogue,
            rows("T07", clinic | {"period": "2020-10"}, clinic | {"period": "2020-11"}),
        )
        cells = history.cells_of(store, 1, "village_clinic_standard_rate", "all", A, "2020-12")
        assert set(cells["period"]) == {"2020-11"}
        assert "80" in cells.filter(cells["column"] == "floor_area")["value"].to_list()

    def test_an_unknown_indicator_is_said(self, filed):
        with pytest.raises(UsageError, match="没有指标"):
            history.cells_of(filed[0], 1, "nothing", "all", EAST, WEEK)


class TestWaivers:
    def test_the_reason_is_kept_and_shown_with_row_and_snapshot(self, tmp_path, capsys):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        doubtful = village(V1, signed_pop=95, refused_pop=10)
        path = workbook(tmp_path, catalogue, doubtful, village(V2))
        assert run(store, "import", path, "--waive", "T04.signed_pop.3:990101=已入户核实") == 0
        granted = history.waivers(store, 1).to_dicts()
        assert [(w["rule"], w["area_code"], w["reason"]) for w in granted] == [
            ("T04.signed_pop.3", V1, "已入户核实")
        ]
        assert granted[0]["snapshot"] == 1 and granted[0]["who"]
        (state,) = history.of_row(store, "T04", V1, WEEK, column="signed_pop").to_dicts()
        assert (state["waiver"], state["remark"]) == ("已入户核实", "已入户核实")
        capsys.readouterr()
        assert run(store, "show", "1") == 0
        assert "已入户核实" in capsys.readouterr().out
        assert run(store, "import", workbook(tmp_path, catalogue, village(V2, teams=3))) == 0
        assert history.waivers(store, 2)["reason"].to_list() == ["已入户核实"]
        assert run(store, "rebuild") == 0
        assert history.waivers(store, 3).height == 1
        assert run(store, "gc", "--hours", "0") == 0 and run(store, "verify") == 0

    def test_it_covers_the_area_and_what_is_below_and_nothing_else(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        doubtful = workbook(tmp_path, catalogue, village(V1, signed_pop=95, refused_pop=10))
        for area, is_clean in ((A, True), ("990000", True), ("990102", False), (V2, False)):
            waiver = Waiver("T04.signed_pop.3", area, "核实")
            checked = check(store, [doubtful], now=MONDAY, waivers=[waiver])
            assert checked.is_clean is is_clean, area
            unused = [f.rule for f in checked.findings if f.rule == "waiver.unused"]
            assert bool(unused) is not is_clean

    def test_what_the_reading_itself_wants_explained_is_waived_too(self, tmp_path):
        _, catalogue = open_world(tmp_path)
        doubt = Finding(
            "表.xlsx", "", "B6", "T04 签约", "", catalogue.area_name(V1), "area.outside", "需说明",
            "不在填报单位之内", "填报单位之内的村", "请核对",
        )  # fmt: skip
        findings, granted = answer_readings([doubt], [Waiver("area.outside", A, "代管")], catalogue)
        assert [(f.severity, f.area_code) for f in findings] == [("提示", V1)]
        assert granted.select("table_id", "area_code", "reason").rows() == [("T04", V1, "代管")]
        findings, granted = answer_readings(
            [doubt], [Waiver("area.outside", V2, "代管")], catalogue
        )
        assert findings == [doubt] and not granted.height

    def test_an_error_is_not_waived(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=WEEKLY)
        wrong = workbook(tmp_path, catalogue, village(V1, signed_pop=101))
        waiver = Waiver("T04.signed_pop.2", V1, "核实")
        assert not check(store, [wrong], now=MONDAY, waivers=[waiver]).is_clean


class TestChanges:
    def test_diff_prints_values_and_figures_with_their_difference(self, filed, capsys):
        assert run(filed[0], "diff", "1", "2") == 0
        told = capsys.readouterr().out
        assert "已签约人数(人)" in told and "-10" in told
        assert "90.00(180/200)" in told and "-5.00 百分点" in told

    def test_what_differs_is_named_by_indicator_people_part_place_and_period(self, tmp_path):
        store, catalogue = open_world(tmp_path, obligations=["T05,990100,township,2019-01-01,,1"])
        row = {"area": V1[:9], "period": "2020-10", "confirmed": 40, "removed": 0, "refused": 0}
        for treated, secret in ((20, 3), (21, 4)):
            put(
                store,
                catalogue,
                rows(
                    "T05",
                    row | {"disease_code": "md13", "treated": treated},
                    row | {"disease_code": "md25", "treated": secret},
                ),
            )
        found = compare(store, 1, 2)
        named = found.figures.filter(area="试市东县", indicator="大病专项救治率").select(
            "population", "dimension", "period", "before", "after"
        )
        assert ("帮扶对象", "病种：白内障", "2020-10", "20/40", "21/40") in named.rows()
        assert {row[1] for row in named.rows()} == {"", "病种：白内障", "病种：艾滋病机会性感染"}
        by_key = {line["key"]: line for line in found.values.to_dicts()}
        assert (by_key["白内障"]["before"], by_key["白内障"]["after"]) == ("20", "21")
        # That a township has such a row tells of somebody: the change is not listed there.
        assert "艾滋病机会性感染" not in by_key
        assert found.tables["edited"].to_list() == [1]

    def test_a_yes_or_no_that_differs_is_told_in_words(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        row = {"area": V1, "village_code": V1, "clinic_code": "W1"}
        for is_built in (True, False):
            put(store, catalogue, rows("T07", row | {"period": "2020-12", "has_consult": is_built}))
        (told,) = compare(store, 1, 2).values.to_dicts()
        assert (told["before"], told["after"]) == ("是", "否")

    def test_a_threshold_leaves_smaller_moves_out(self, filed):
        store, _ = filed
        assert compare(store, 1, 2, threshold=5).figures.height == 3
        assert compare(store, 1, 2, threshold=5.01).figures.height == 0
        assert compare(store, 1, 2, threshold=10.5).values.height == 0
        assert compare(store, 1, 2, threshold=10).values.height == 1

    def test_what_was_empty_before_is_told_whatever_the_threshold(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        row = {"area": V1, "period": WEEK, "sign_target_pop": 100}
        put(store, catalogue, rows("T04", row | {"signed_pop": 50}))
        put(store, catalogue, rows("T04", row | {"signed_pop": 50, "teams": 2}))
        values = compare(store, 1, 2, threshold=100).values
        assert values.select("column", "before", "after").rows() == [("teams", None, "2")]

    def test_a_preview_tells_new_changed_same_and_kept_rows_before_anything_is_published(
        self, filed, tmp_path
    ):
        store, catalogue = filed
        path = workbook(tmp_path, catalogue, village(V1, signed_pop=85), name="再报.xlsx")
        checked = check(store, [path], now=MONDAY)
        told = preview(store, checked).tables.to_dicts()
        assert [(t["edited"], t["added"], t["kept"], t["removed"]) for t in told] == [(1, 0, 1, 0)]
        assert told[0]["unit"] == "甲镇卫生院"
        (value,) = preview(store, checked).values.to_dicts()
        assert (value["column"], value["before"], value["after"]) == ("signed_pop", "80", "85")
        whole = preview(store, checked, complete=True).tables.to_dicts()
        assert [(t["edited"], t["kept"], t["removed"]) for t in whole] == [(1, 0, 1)]
        assert store.latest() == 2

    def test_a_preview_on_an_empty_store_is_all_new(self, tmp_path):
        store, catalogue = open_world(tmp_path)
        checked = check(store, [workbook(tmp_path, catalogue, village(V1))], now=MONDAY)
        assert preview(store, checked).tables["added"].to_list() == [1]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    names = ["甲镇/周报.xlsx", "乙镇/周报.xlsx", "月报.xlsx"]
    assert list(shown_names([Given.of(tmp_path / name) for name in names]).values()) == names


def test_many_files_tell_how_far_they_are(tmp_path, capsys):
    store, _ = open_world(tmp_path)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(25):
        (folder / f"{number}.csv").write_text(f"甲,乙\n{number},2\n", "utf-8")
    assert main(["--store", str(Store(store.path).path), "check", str(folder)]) == 2
    told = capsys.readouterr().err
    assert "（13/25）" in told or "（12/25）" in told
