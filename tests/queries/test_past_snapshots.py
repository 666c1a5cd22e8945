"""What a township files late or corrects is not told by the snapshot before (rules, 11)."""

import polars as pl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.filed import changes, history
from data.settings import Settings
from pages.api.figures import Figures
from queries.console.copies import Copies
from queries.engine import Engine
from queries.scope import ALL
from tests.data.small_world import EAST, put, rows
from tests.queries.subtraction import told
from tests.queries.test_subtraction import FOUR, MONTH, WEEK, chronic, diseases, signing, three

FIRST, SECOND, THIRD = (f"{EAST}00{number}" for number in (1, 2, 3))
TABLES = {"T05": MONTH, "T06": MONTH, "T04": WEEK}
# In the first snapshot nobody has a sensitive disease; the township that is late has the first one.
FILED = (
    (
        (
            rows(
                "T05",
                *diseases(FIRST, md13=9, md23=12),
                *diseases(SECOND, md13=20),
                period=MONTH,
            )
        ),
        rows("T06", chronic(FIRST, 4, 40), chronic(SECOND, 60, 100), period=MONTH),
        rows(
            "T04",
            *(signing(f"{code}200", tb=3, smi=5) for code in (FIRST, SECOND)),
            period=WEEK,
        ),
    ),
    (
        rows("T05", *diseases(THIRD, md13=5, md29=1), period=MONTH),
        rows("T06", chronic(THIRD, 7, 30), period=MONTH),
        rows("T04", signing(f"{THIRD}200", tb=2, smi=1), period=WEEK),
    ),
    # Four of a township become twelve: what was masked is not any more.
    (rows("T06", chronic(FIRST, 12, 40), period=MONTH),),
)


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """A county whose third township comes in the second snapshot; a correction in the third."""
    store, catalogue = three(tmp_path_factory.mktemp("late"))
    for filed in FILED:
        put(store, catalogue, *filed)
    return store


def filed_in(store, number, table_id):
    return store.rows(number, "tables", table_id).filter(pl.col("period") == TABLES[table_id])


@pytest.mark.parametrize("table_id", TABLES)
def test_nothing_hidden_can_be_worked_out_of_all_snapshots_together(late, table_id):
    engine = Engine(late)
    found = told(
        engine,
        filed_in(late, 3, table_id),
        engine.catalogue().tables[table_id],
        EAST,
        TABLES[table_id],
        ALL,
        FOUR if table_id == "T04" else None,
        before={number: filed_in(late, number, table_id) for number in (1, 2)},
    )
    assert found
    assert [each for each in found if each.is_derived and not each.is_nobody] == []


def county(engine, number, indicator, dimension=""):
    """The county's figure as a snapshot shows it: its numerator; nothing where there is no row."""
    with engine.reading(["derived_values"], number) as cursor:
        return cursor.execute(
            "select masked, numerator from derived_values where area_code = $area "
            "and indicator = $indicator and dimension = $dimension",
            {"area": EAST, "indicator": indicator, "dimension": dimension},
        ).fetchall()


def test_a_sensitive_figure_is_seen_in_the_newest_snapshot_only(late):
    engine = Engine(late)
    shown = [county(engine, number, "smi_std_mgmt_rate") for number in (1, 2, 3)]
    assert [{masked for masked, _ in found} for found in shown] == [{True}, {True}, {False}]
    kinds = [county(engine, number, "major_disease_treat_rate", "md29") for number in (1, 3)]
    assert [len(found) for found in kinds] == [0, 1]  # not even that there was nobody yet


def test_what_was_shown_while_it_was_the_newest_is_not_any_more(tmp_path):
    store, catalogue = three(tmp_path)
    put(store, catalogue, *FILED[0])
    engine, copies = Engine(store), Copies(store, memory="200MB", threads=1)
    program = TestClient(
        Starlette(routes=Figures(lambda: engine, Settings).routes()), client=("127.0.0.1", 50_000)
    )
    address = f"/api/v1/values?indicators=smi_std_mgmt_rate&parent={EAST}&level=county&snapshot=1"
    address += f"&period_from={MONTH}&period_to={MONTH}"

    def seen():
        told_of = program.get(address)
        figures = {(row["state"], row["numerator"]) for row in told_of.json()["rows"]}
        copy = copies.file(1, "t06", ALL, lambda share, words: None)
        return figures, told_of.headers["ETag"], copy, county(engine, 1, "smi_std_mgmt_rate")

    before = seen()
    put(store, catalogue, *FILED[1])
    after = seen()
    assert ("正常", 64) in before[0] and {masked for masked, _ in before[3]} == {False}
    assert after[0] == {("已遮蔽", None)} and {masked for masked, _ in after[3]} == {True}
    # Nor does the mark of the answer, or the console's copy, stand for what it was.
    assert before[1] != after[1] and before[2] != after[2]


def test_no_comparison_and_no_history_tells_what_one_township_filed(late):
    told_of = changes.compare(late, 1, 3).figures
    sensitive = told_of.filter(pl.col("indicator").str.contains("精神"))
    assert sensitive["masked"].to_list() == [True] * sensitive.height != []
    assert sensitive["before"].to_list() == [None] * sensitive.height
    states = history.of_figure(late, "smi_std_mgmt_rate", "all", EAST, MONTH)
    assert states["masked"].all() and states.height
    lines = history.corrections(late, "smi_std_mgmt_rate", "all", EAST, MONTH, MONTH)
    assert lines.is_empty()
