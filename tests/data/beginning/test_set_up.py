"""What the answers become: text that a person may edit, and a store that shows what is owed."""

from datetime import date
from decimal import Decimal

import pytest

from data import catalogue as catalogues
from data.beginning.set_up import answers_of, set_up
from data.errors import ProductError, UsageError
from data.snapshots.store import Store
from queries.engine import Engine
from tests.data.beginning.county import COUNTY, NOW, answers


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machine") / "own"
    given = answers(population_word="监测帮扶对象")
    assert set_up(folder, given, who="张三", now=NOW) == 1
    return folder


@pytest.fixture(scope="module")
def catalogue(made):
    return catalogues.load(made)


def test_townships_owe_from_the_day_on_and_the_county_its_own_table(catalogue):
    owed = catalogue.obligations
    assert owed["table_id"].value_counts().sort("table_id").rows() == [("T04", 3), ("T09", 1)]
    assert set(owed["valid_from"]) == {date(2026, 11, 23)}


def test_an_adopted_target_has_its_document_and_lights_from_the_day_on(catalogue):
    found = {each.indicator_id: each for each in catalogue.targets if each.status == "采用"}
    own, adopted = found["county_visit_rate"], found["signing_rate"]
    assert (own.value, own.comparator, own.document) == (Decimal("90.5"), ">=", "普卫发〔2026〕3号")
    assert (adopted.scope_code, adopted.fact_id, adopted.valid_from) == (
        COUNTY,
        "S001A-008",
        date(2026, 11, 23),
    )
    assert "张三采用" in adopted.note


def test_the_offices_word_for_its_people_is_said_everywhere(catalogue):
    words = catalogue.words["populations"]
    assert words["target"]["by_era"]["2026.."] == "监测帮扶对象"
    assert words["elder"]["by_era"]["2026.."] == "监测帮扶对象中的老年人"
    assert words["target"]["by_era"]["..2020"] == "建档立卡贫困人口"


def test_every_file_says_who_wrote_it_and_may_be_edited(made):
    written = made / catalogues.OVERLAY
    for name in ("obligations.csv", "settings.yaml", "words.yaml"):
        assert "2026-11-25 张三" in (written / name).read_text("utf-8")
    assert "# T04 家庭医生签约服务周报表" in (written / "obligations.csv").read_text("utf-8")
    assert answers_of(made) == answers(population_word="监测帮扶对象")


def test_the_first_snapshot_has_no_figure_and_shows_those_who_owe(made):
    engine = Engine(Store(made))
    shown = engine.run("areas_with_data")["area_code"].to_list()
    assert shown == ["542500", COUNTY, *(f"{COUNTY}{number}" for number in (100, 200, 201))]
    missing = engine.run("unreported", {"parent": COUNTY, "period": "2026-W48"})
    assert missing.filter(missing["table_id"] == "T04").height == 3


def test_nothing_is_half_there_when_it_cannot_be_made(tmp_path):
    with pytest.raises(ProductError):
        set_up(tmp_path / "own", answers(counties=("540000",)), who="甲", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(made, tmp_path):
    with pytest.raises(UsageError, match="里已有东西"):
        set_up(made, answers(), who="乙", now=NOW)
    assert Store(made).numbers() == [1]
