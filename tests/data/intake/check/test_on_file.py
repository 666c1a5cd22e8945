"""A form with fewer columns corrects what it holds and deletes nothing."""

import json
from datetime import date

import pytest

from data.__main__ import main
from data.intake.check import checking
from data.intake.check.waivers import Waiver
from tests.data.intake.build import write_report
from tests.data.intake.check.test_rules import V1, V2, A, signing
from tests.data.small_world import MONDAY, open_world, put, rows

FULL = {"checkups_ytd": 40, "elder_due": 10, "elder_signed": 9, "remark": "两村合并"}


@pytest.fixture
def world(tmp_path):
    return open_world(tmp_path)


@pytest.fixture
def write(world, tmp_path):
    """Write a form with the columns that the rows name and no others."""

    def make(table_id, *filed, period="2020-W51"):
        table = world[1].tables[table_id]
        there = {name for row in filed for name in row}
        absent = [c.name for c in table.columns if c.name not in there]
        absent += [] if "remark" in there else ["remark"]
        path = tmp_path / f"订正{len(list(tmp_path.glob('*.xlsx')))}.xlsx"
        named = [
            {"division_name": "200村" if row["division_code"] == V1 else "201村"} | row
            for row in filed
        ]
        write_report(
            path,
            world[1],
            table,
            named,
            period=period,
            unit="甲镇卫生院",
            without=absent,
            total=False,
        )
        return path

    return make


def required(code, **values):
    row = signing() | values
    for name in ("area", "period"):
        row.pop(name)
    return {"division_code": code} | row


def stored(world, table="T04"):
    store, _ = world
    return {row["area_code"]: row for row in store.rows(store.latest(), "tables", table).to_dicts()}


def run(store, *words):
    return main(["--store", str(store.path), *map(str, words)])


def test_columns_that_the_file_lacks_stay_as_they_are(world, write, capsys):
    store, catalogue = world
    put(store, catalogue, rows("T04", signing(**FULL), signing(area=V2, **FULL)))
    path = write("T04", required(V1, followups_week=6), required(V2))
    assert run(store, "import", path) == 0
    told = capsys.readouterr()
    kept = stored(world)
    assert {name: kept[V1][name] for name in FULL} == FULL
    assert (kept[V1]["followups_week"], kept[V2]["followups_week"]) == (6, 5)
    assert "column.kept" in told.err and "那里的 8 个数照旧保留" in told.err
    # The differences are shown before the publish, and are those that were meant.
    assert "改动的填报数（1 个）" in told.err
    assert told.out.strip() == "2"


def test_an_empty_cell_of_a_column_that_is_there_empties(world, write, capsys):
    store, catalogue = world
    put(store, catalogue, rows("T04", signing(**FULL), signing(area=V2, **FULL)))
    path = write("T04", required(V1, checkups_ytd=""), required(V2, checkups_ytd=40))
    assert run(store, "check", path, "--json") == 0
    (value,) = json.loads(capsys.readouterr().out)["changes"]["values"]
    assert (value["column"], value["before"], value["after"]) == ("checkups_ytd", "40", None)
    assert run(store, "import", path) == 0
    kept = stored(world)
    assert (kept[V1]["checkups_ytd"], kept[V2]["checkups_ytd"]) == (None, 40)
    assert kept[V1]["elder_due"] == 10


def test_a_first_filing_has_nothing_to_keep(world, write, capsys):
    assert run(world[0], "import", write("T04", required(V1))) == 0
    assert "column.kept" not in capsys.readouterr().err
    assert stored(world)[V1]["checkups_ytd"] is None


def test_what_is_kept_is_checked_with_what_is_new(world, write, capsys):
    store, catalogue = world
    put(store, catalogue, rows("T04", signing(elder_due=90, elder_signed=80)))
    path = write("T04", required(V1, elder_due=70))
    assert run(store, "import", path) == 1
    assert "T04.elder_signed.2" in capsys.readouterr().err


def test_a_kept_remark_does_not_answer_a_new_doubt(world, write):
    store, catalogue = world
    put(store, catalogue, rows("T04", signing(**FULL)))
    path = write("T04", required(V1, signed_pop=95, refused_pop=10))
    checked = checking.check(store, [path], now=MONDAY)
    assert {f.rule for f in checked.findings if f.severity == "需说明"} == {"T04.signed_pop.3"}
    granted = [Waiver.parse(f"T04.signed_pop.3:{V1}=拒签后又签约")]
    checked = checking.check(store, [path], now=MONDAY, waivers=granted)
    assert checked.rows["T04"]["remark"].to_list() == ["两村合并；拒签后又签约"]


CLINIC = {
    "village_code": V1,
    "clinic_code": "c1",
    "is_poor_village": True,
    "service_pop": 900,
    "qualified_doctors": 1,
    "licensed_doctors": 0,
    "service_mode": "自有",
    "online_settle": True,
    "checked_on": date(2020, 12, 1),
}


def test_of_a_register_the_last_filed_row_is_kept(world, write):
    store, catalogue = world
    fitted = CLINIC | {"floor_area": 80, "has_pharmacy": True, "licence_until": date(2023, 1, 1)}
    put(store, catalogue, rows("T07", fitted | {"area": V1, "period": "2020-10"}))
    words = CLINIC | {"is_poor_village": "是", "online_settle": "是", "service_pop": 950}
    path = write("T07", words | {"division_code": A}, period="2020-12")
    checked = checking.check(store, [path], now=MONDAY)
    (row,) = checked.rows["T07"].to_dicts()
    assert (row["service_pop"], row["floor_area"]) == (950, 80)
    assert (row["has_pharmacy"], row["licence_until"]) == (True, date(2023, 1, 1))


def test_secret_figures_that_are_kept_are_told_nobody(world, write):
    store, catalogue = world
    put(store, catalogue, rows("T04", signing(smi_due=73, smi_signed=71)))
    checked = checking.check(store, [write("T04", required(V1, smi_signed=99))], now=MONDAY)
    told = [f.line() for f in checked.findings if f.rule.startswith("T04.smi_signed")]
    assert told and "※不显示" in told[0]
    assert not any("73" in line or "71" in line for line in told)
    assert checked.rows["T04"]["smi_due"].to_list() == [73]
