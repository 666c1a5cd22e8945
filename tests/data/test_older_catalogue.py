"""A store made under an older catalogue: columns that came since are empty, and all goes on."""

import re
from dataclasses import replace

import polars as pl
import pytest

from data import catalogue as catalogues
from data.errors import CatalogueError
from data.filed import history
from data.filed.changes import compare
from data.filed.rows import prepare
from data.intake.check import checking
from data.intake.check.context import Context
from data.intake.check.rules import missing_rows, violations
from data.publish import rebuild
from data.snapshots.manifest import sorted_files
from data.snapshots.store import Store
from queries.engine import Engine
from tests.data.intake.check.test_rules import V1, V2, signing
from tests.data.small_world import EAST, MONDAY, figure, open_world, parts, put, rows

# The steward's overlay adds a column to T04 and an indicator that counts it.
COLUMN = """columns:
  - name: video_visits
    header: 视频随访人次
    type: int
    unit: 人次
    kind: flow
    required: false
    since: v3
    checks:
      - {must: "video_visits >= 0", severity: 错误}
"""
WEEKLY = ("T04,990100,township,2019-01-01,,1",)
V3 = "990101002200"
FIRST = "source_first"
# Columns that derived rows have beside those of before.
TOLD_LATER = ["missing_units", "prev_units_differ", "yoy_units_differ", "prev_merged", "yoy_merged"]


@pytest.fixture
def grown(tmp_path):
    """A store with two weeks filed under the old catalogue, and the new catalogue."""
    store, old = open_world(tmp_path, obligations=WEEKLY)
    put(store, old, rows("T04", signing(period="2020-W50"), signing(area=V3, period="2020-W50")))
    put(store, old, rows("T04", signing(), signing(area=V2)))
    (store.path / "catalogue" / "tables").mkdir()
    (store.path / "catalogue" / "tables" / "T04.yaml").write_text(COLUMN, "utf-8")
    fresh = Store(store.path)
    return fresh, catalogues.load(fresh.path)


def test_old_files_lack_the_column_and_new_rows_have_it(grown):
    store, catalogue = grown
    put(store, catalogue, rows("T04", signing(video_visits=7)))
    week = store.rows(3, "tables", "T04", "2020-W51")
    assert dict(zip(week["area_code"], week["video_visits"], strict=True)) == {V1: 7, V2: None}
    everything = store.rows(3, "tables", "T04")
    assert everything["video_visits"].to_list().count(None) == 3
    assert "video_visits" not in store.rows(2, "tables", "T04").columns


def test_figures_are_derived_from_old_and_new_files_together(grown):
    store, catalogue = grown
    put(store, catalogue, rows("T04", signing(area=V3, video_visits=7)))
    assert parts(figure(store, "signing_rate", EAST, "2020-W51", "target")) == (270, 300)
    assert parts(figure(store, "signing_rate", EAST, "2020-W50", "target")) == (180, 200)
    assert rebuild(store, catalogue, who="甲", note="重算", now=MONDAY, number=2) == 4
    assert parts(figure(store, "signing_rate", EAST, "2020-W51", "target")) == (180, 200)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("store_by: month", "store_by 由 week 改成了 month"),
        (
            "key: [area_code, followups_week]",
            "key 由 [area_code] 改成了 [area_code, followups_week]",
        ),
    ],
)
def test_definitions_under_which_old_rows_are_not_found_again_are_refused(grown, changed, told):
    store, catalogue = grown
    (store.path / "catalogue" / "tables" / "T04.yaml").write_text(changed, "utf-8")
    strange = catalogues.load(store.path)
    for publishes in (
        lambda: put(store, strange, rows("T04", signing())),
        lambda: rebuild(store, strange, who="甲", note="重算", now=MONDAY, number=2),
        lambda: checking.check(store, [], now=MONDAY),
    ):
        with pytest.raises(CatalogueError, match=re.escape(told)):
            publishes()
    assert store.latest() == 2
    put(store, catalogue, rows("T04", signing()))


def test_an_empty_table_may_still_be_defined_otherwise(grown):
    store, _ = grown
    (store.path / "catalogue" / "tables" / "T03.yaml").write_text("store_by: month", "utf-8")
    put(store, catalogues.load(store.path), rows("T04", signing()))


def test_checks_lay_new_rows_over_old_ones(grown):
    store, catalogue = grown
    table = catalogue.tables["T04"]
    new = prepare(
        rows("T04", signing(video_visits=-1, reporting_unit=None)).rows,
        table,
        catalogue,
        imported=MONDAY.date(),
    ).with_row_index("row")
    context = Context(catalogue, {"T04": new}, store, 2, MONDAY.date())
    assert "T04.video_visits.1" in violations(table, context)["rule"].to_list()
    assert missing_rows(table, context)["rows"].to_list() == [1]
    current = context.current(table)
    assert current.filter(pl.col("area_code") == V1)["video_visits"].drop_nulls().to_list() == [-1]


def test_differences_and_history_know_the_new_column(grown):
    store, catalogue = grown
    put(store, catalogue, rows("T04", signing(video_visits=7), signing(area=V2)))
    changes = compare(store, 2, 3)
    assert changes.tables.select("added", "edited", "removed").rows() == [(0, 1, 0)]
    assert changes.values.select("column", "before", "after").rows() == [
        ("video_visits", None, "7")
    ]
    states = history.of_row(store, "T04", V1, "2020-W51", column="video_visits")
    assert states.select("snapshot", "value").rows() == [(3, "7")]


def test_the_views_read_old_and_new_files_of_one_snapshot(grown):
    store, catalogue = grown
    put(store, catalogue, rows("T04", signing(video_visits=7)))
    engine = Engine(store)
    for number, expected in ((2, [None] * 4), (3, [None, None, None, 7])):
        seen = engine.table(
            "T04", area=EAST, period_from="2020-W50", period_to="2020-W51", snapshot=number
        )
        shown = seen["video_visits"].to_list() if "video_visits" in seen.columns else [None] * 4
        assert sorted(shown, key=lambda value: value or 0) == expected


def test_a_table_of_an_older_shape_keeps_it_and_a_new_table_has_the_new_one(tmp_path):
    store, catalogue = open_world(tmp_path, obligations=WEEKLY)
    put(store, catalogue, rows("T04", signing(period="2020-W50")))
    manifest = store.manifest(1)
    older = [
        store.put_frame("/".join(file.parts), pl.read_parquet(store.path / file.path).drop(FIRST))
        if file.parts[0] == "tables"
        else file
        for file in manifest.files
    ]
    store.commit(replace(manifest, number=2, parent=1, files=sorted_files(older)))
    signed = rows("T04", signing(), signing(period="2020-W50"), source_id="new")
    visits = {"area": EAST, "period": "2020-11", "op_in_county": 1}
    put(store, catalogue, signed, rows("T09", visits, source_id="new"))
    put(store, catalogue, rows("T09", visits, source_id="again"))
    assert FIRST not in store.rows(4, "tables", "T04").columns
    assert store.rows(4, "tables", "T09").select("source_id", FIRST).rows() == [("again", "new")]
    filed = Engine(store).run("reporting_summary", {"parent": EAST, "period": "2020-W51"})
    assert filed["units_refiled"].to_list() == [0]


def test_a_snapshot_whose_figures_told_less_is_read_as_it_was(tmp_path):
    store, catalogue = open_world(tmp_path, obligations=WEEKLY)
    put(store, catalogue, rows("T04", signing(period="2020-W50"), signing(), signing(area=V3)))
    manifest = store.manifest(1)
    older = [
        store.put_frame(
            "/".join(file.parts), pl.read_parquet(store.path / file.path).drop(TOLD_LATER)
        )
        if file.parts[:2] == ("derived", "area")
        else file
        for file in manifest.files
    ]
    store.commit(replace(manifest, number=2, parent=1, files=sorted_files(older)))
    asked = {"indicator": "signing_rate", "area": EAST, "period": "2020-W51"}
    new, old = (Engine(store).run("indicator_value", asked, n).to_dicts()[0] for n in (1, 2))
    assert new["change_common_units"]
    assert {name for name in new if new[name] != old[name]} == {"snapshot"}
