"""One basis for clinics: every chart, list, paper, file and address counts them alike.

The count to hold all of them against is taken from the states as they were derived.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from data.settings import Settings
from data.snapshots.store import Store
from pages.api.figures import Figures
from pages.exports import page_book, xlsx
from pages.exports.briefing import files
from pages.exports.sheets import Book
from pages.shell import navigation
from queries.console import Console, Limits
from tests.data.derive.test_clinics import MONTHLY, V1, V2, V3, V4, clinic, register
from tests.data.small_world import CITY, WEST, open_world, put, rows
from tests.pages.exports.briefing.conftest import desk_of, made

STATES = ("达标", "未达标", "派驻", "巡诊", "邻村延伸", "在建", "不作要求")
CLINICS, VILLAGES = "个（卫生室）", "个（行政村）"
RATE = "village_clinic_standard_rate"
FRAME = Path(navigation.__file__).with_name("frame.py")


class Counted:
    """A city of a store and the states of its clinics and villages, by county."""

    def __init__(self, store, city, period):
        self.store, self.city, self.period = store, city, period
        self.engine, self.desk = desk_of(store, period=period)
        reading = self.engine.run(
            "indicator_value",
            {"indicator": RATE, "population": "all", "area": city, "period": period},
        ).row(0, named=True)
        self.month, self.reading = reading["period"], reading
        areas = self.engine.run("areas_list", {}).filter(pl.col("city_code") == city)
        self.names = dict(areas.select("area_code", "name").iter_rows())
        self.clinics = self._states("clinic_state")
        self.villages = self._states("village_clinic_state")

    def _states(self, view):
        found = self.store.rows(self.store.latest(), "derived", view)
        here = (pl.col("city_code") == self.city) & (pl.col("period") == self.month)
        counted = {}
        for county, status in found.filter(here).select("county_code", "status").iter_rows():
            counted.setdefault(self.names[county], Counter())[status] += 1
        return counted

    @property
    def whole(self):
        return sum(self.clinics.values(), Counter())


def of_the_demo(demo_store, _folder):
    return Counted(Store(demo_store), "411400", "2020-W51")


def of_a_small_place(_demo, folder):
    south = WEST + "002"
    gone = f"{south}201,村,village,{south},village,,2020-11-15,"
    store, catalogue = open_world(folder, obligations=MONTHLY, files={"areas.csv": register(gone)})
    few = {"service_pop": 300}
    west = WEST + "001200"
    october = {"period": "2020-10", "is_standard": True, "licence_until": date(2020, 11, 10)}
    put(
        store,
        catalogue,
        rows(
            "T07",
            clinic(V1, "run out", **october),
            clinic(V2, "run out too", floor_area=58.0, remark="现场核定", **october),
            clinic(south + "201", "gone", period="2020-10"),
        ),
    )
    put(
        store,
        catalogue,
        rows(
            "T07",
            clinic(V1, "met"),
            clinic(V1, "small", floor_area=20.0),
            clinic(V2, "upheld", floor_area=58.0, is_standard=True, remark="现场核定"),
            clinic(V2, "unheard", floor_area=58.0, is_standard=True),
            clinic(V3, "few", floor_area=20.0, **few),
            clinic(V3, "few too", build_state="在建", **few),
            clinic(V4, "building", build_state="在建"),
            clinic(west, "posted", service_mode="派驻", posting_days=2),
            clinic(west, "closed", build_state="停用"),
            clinic(WEST + "001201", "visited", service_mode="巡诊", posting_days=1),
            clinic(south + "200", "extended", service_mode="邻村延伸"),
            clinic(south + "200", "west", qualified_doctors=0),
            clinic(south + "999", "nowhere"),
        ),
    )
    return Counted(store, CITY, "2020-11")


@pytest.fixture(scope="module", params=[of_a_small_place, of_the_demo])
def counted(request, demo_store, tmp_path_factory):
    return request.param(demo_store, tmp_path_factory.mktemp("clinics"))


@pytest.fixture(scope="module")
def page(counted):
    """The pieces of the page by key."""
    patch = pytest.MonkeyPatch()
    patch.setenv("HPA_STORE", str(counted.store.path))
    at = AppTest.from_file(str(FRAME), default_timeout=60)
    at.query_params["area"], at.query_params["period"] = counted.city, counted.period
    entry = next(one for one in navigation.ENTRIES if one.stem == "village_clinics")
    at.run().switch_page(str(entry.script)).run()
    patch.undo()
    assert not at.exception
    return at.session_state["collected"]


@pytest.fixture(scope="module")
def briefing(counted):
    return made(counted.desk, area=counted.city, period=counted.period)


def test_the_small_place_has_a_clinic_in_every_state(tmp_path):
    assert of_a_small_place(None, tmp_path).clinics == {
        "东县": Counter(达标=2, 未达标=4, 不作要求=2, 在建=1),
        "西县": Counter(派驻=1, 巡诊=1, 邻村延伸=1, 未达标=1),
    }


def test_the_rate_is_of_those_that_meet_the_standard_and_those_that_do_not(counted, page):
    met, unmet = counted.whole["达标"], counted.whole["未达标"]
    card = (pl.col("indicator") == RATE) & (pl.col("population") == "all")
    for reading in (counted.reading, page["cards"].table.row(by_predicate=card, named=True)):
        assert (reading["numerator"], reading["denominator"]) == (met, met + unmet)


def test_the_villages_of_a_county_come_to_its_clinics(counted):
    for code, area in counted.names.items():
        if len(code) == 6 and area in counted.clinics:
            asked = {"indicator": RATE, "population": "all", "parent": code, "level": "village"}
            villages = counted.engine.run("indicator_ranking", asked | {"period": counted.period})
            met, unmet = (counted.clinics[area][status] for status in ("达标", "未达标"))
            assert villages.select(pl.col("numerator", "denominator").sum()).row(0) == (
                met, met + unmet
            )  # fmt: skip


def test_the_chart_of_states_has_every_clinic_and_village(counted, page):
    table = page["status"].table
    for unit, states in ((CLINICS, counted.clinics), (VILLAGES, counted.villages)):
        assert by_area(table.filter(pl.col("unit") == unit)) == states
    briefed = counted.engine.run(
        "briefing_clinics",
        {"parent": counted.city, "level": "county", "period": counted.period},
    )
    changed = briefed.row(by_predicate=pl.col("is_parent"), named=True)["overridden"]
    assert table["overridden"].sum() == changed
    assert f"其中人工改判{changed}个" in page["status"].note
    drawn = {
        (area, bars.name): count
        for bars in page["status"].chart.series
        for area, count in zip(page["status"].chart.names, bars.values, strict=True)
        if count
    }
    assert drawn == {(a, s): n for a, of in counted.clinics.items() for s, n in of.items()}


def test_the_progress_ends_with_the_same_states(counted, page):
    table = page["progress"].table
    newest = table.filter((pl.col("unit") == CLINICS) & (pl.col("period") == counted.month))
    assert dict(newest.select("status", "count").iter_rows()) == counted.whole


def test_the_list_to_fix_has_those_that_fail_and_those_being_built(counted, page):
    listed = {}
    for county, status in page["fix"].table.select("county_name", "status").iter_rows():
        listed.setdefault(county, Counter())[status] += 1
    assert listed == only(counted.clinics, "未达标", "在建")


def test_the_heat_map_looks_at_the_clinics_of_the_rate_and_finds_what_the_list_lacks(counted, page):
    table = page["criteria"].table
    looked_at = dict(table.select("area_name", "clinics").unique().iter_rows())
    both = only(counted.clinics, "达标", "未达标")
    assert looked_at == {area: of.total() for area, of in both.items()}
    missing = page["fix"].table.filter(pl.col("status") == "未达标")
    words = {
        "建筑面积": "面积",
        "四室分设": "缺.*室|缺药房",
        "合格村医": "村医",
        "执业许可证": "许可证",
    }
    for criterion, pattern in words.items():
        failed = table.filter(pl.col("criterion") == criterion)["failed"].sum()
        assert failed == missing["missing"].str.contains(pattern).sum(), criterion


def test_ranking_map_and_address_divide_the_same_clinics(counted, page):
    must = {
        area: (of["达标"], of["达标"] + of["未达标"])
        for area, of in only(counted.clinics, "达标", "未达标").items()
    }
    for key in (f"ranking_{RATE}", f"map_{RATE}"):
        assert parts(page[key].table.to_dicts()) == must
    routes = Figures(lambda: counted.engine, Settings).routes()
    client = TestClient(
        Starlette(routes=routes), client=("127.0.0.1", 50_000), base_url="http://127.0.0.1"
    )
    asked = {"indicator": RATE, "population": "all", "parent": counted.city, "level": "county"}
    answer = client.get("/api/v1/ranking", params=asked | {"period": counted.period})
    assert parts(answer.json()["rows"]) == must


def test_the_pages_workbook_holds_them(counted, page):
    tables = [replace(piece, chart=None) for piece in page.values()]
    sheets = page_book.sheets(tables, counted.engine.header, counted.desk.catalogue, where="")
    file = BytesIO()
    xlsx.write(file, Book("村卫生室", tuple(sheets)))
    found = [state_rows(list(sheet.iter_rows(values_only=True))) for sheet in load_workbook(file)]
    assert only(counted.clinics, *STATES) in found


def test_the_console_answers_the_same(counted):
    text = f"""
        select a.name, c.status, count(*) from clinic_state c
        join areas a on a.area_code = c.county_code
        where c.period = '{counted.month}'
        group by a.name, c.status
    """
    console = Console(counted.store, Limits(seconds=20, memory="500MB", rows=999, bytes=9_000_000))
    answer = console.run(text, counted.store.latest()).table
    told = {}
    for area, status, count in answer.iter_rows():
        told.setdefault(area, Counter())[status] += count
    assert {area: told[area] for area in counted.clinics} == counted.clinics


def test_the_sentences_name_the_same_numbers(counted, briefing):
    said = next(s.text for p in briefing.pages for s in p.sentences if s.key == "clinics.counts")
    whole = counted.whole
    assert f"参加评定的村卫生室{whole['达标'] + whole['未达标']}个" in said
    for status in STATES:
        numbers = re.findall(rf"(?<!未){status}(?:（服务人口较少）)?(\d+)个", said)
        assert numbers == [str(whole[status])] * bool(whole[status] or status in STATES[:2]), said


def test_slides_and_workbook_hold_them_apart(counted, briefing):
    """The bulletin names the table of the workbook and has none of its own."""
    written = {}
    for kind in (files.KINDS["briefing"], files.KINDS["workbook"]):
        written[kind.name] = BytesIO()
        kind.write(briefing, counted.desk.catalogue, written[kind.name])
    must = only(counted.clinics, *STATES)
    drawn = {}
    tables = {name: [] for name in written}
    for slide in Presentation(written["briefing"]).slides:
        shapes: list[Any] = list(slide.shapes)
        for shape in shapes:
            if shape.has_chart and shape.chart.chart_type == XL_CHART_TYPE.BAR_STACKED:
                plot = shape.chart.plots[0]
                assert tuple(series.name for series in plot.series) == STATES
                for place, area in enumerate(plot.categories):
                    drawn[area] = Counter({s.name: int(s.values[place]) for s in plot.series})
            if shape.has_table:
                lines = [[cell.text for cell in row.cells] for row in shape.table.rows]
                tables["briefing"].append(lines)
    assert {area: +of for area, of in drawn.items()} == must
    for sheet in load_workbook(written["workbook"]):
        tables["workbook"].append([list(line) for line in sheet.iter_rows(values_only=True)])
    for name, found in tables.items():
        told = {}
        for lines in found:
            told |= state_columns(lines)
        assert {area: told.get(area) for area in must} == must, name


# -- reading back -----------------------------------------------------------------------------


def only(states, *chosen):
    """The counts of some states; areas without any left out."""
    counts = {area: Counter({s: of[s] for s in chosen if of[s]}) for area, of in states.items()}
    return {area: of for area, of in counts.items() if of}


def by_area(table):
    counts = {}
    for area, status, count in table.select("area_name", "status", "count").iter_rows():
        counts.setdefault(area, Counter())[status] += count
    return counts


def parts(answer):
    return {
        row["area_name"]: (row["numerator"], row["denominator"])
        for row in answer
        if row["denominator"]
    }


def state_columns(lines):
    """Of a table with a column for each state: area -> counts."""
    head = next((line for line in lines if set(STATES) <= set(map(str, line))), None)
    if head is None:
        return {}
    columns = {status: list(map(str, head)).index(status) for status in STATES}
    found = {}
    for line in lines[lines.index(head) + 1 :]:
        numbers = {s: line[place] for s, place in columns.items()}
        if line[0] and all(re.fullmatch(r"\d*", str(n or "")) for n in numbers.values()):
            found[line[0]] = Counter({s: int(n) for s, n in numbers.items() if n and int(n)})
    return found


def state_rows(lines):
    """Of a table with a row for each area and state: area -> counts of clinics."""
    wanted = ("区划", "状态", "单位", "数量")
    head = next((line for line in lines if set(wanted) <= set(line)), None)
    if head is None:
        return {}
    found = {}
    for line in lines[lines.index(head) + 1 :]:
        area, status, unit, count = (line[head.index(name)] for name in wanted)
        if unit == CLINICS:
            found.setdefault(area, Counter())[status] += count
    return found
