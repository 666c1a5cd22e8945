"""The views of one province give the answers that those of the whole snapshot give."""

import duckdb
import pytest
from polars.testing import assert_frame_equal

from queries import opened, views
from queries.engine import Engine
from queries.scope import Scope
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, WEST

FAR, FAR_CITY, FAR_COUNTY = "980000", "981100", "981102"
REGISTER = f"""{tiny.AREAS}{FAR},远省,province,,,,,
{FAR_CITY},远市,city,{FAR},,,,
{FAR_COUNTY},远县,county,{FAR_CITY},,,,
981102001,远镇,township,{FAR_COUNTY},,,,
"""
VILLAGE = "991102001201"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    values = [
        tiny.value(area, f"2020-W{week}", 50 + week)
        for area in ("990000", CITY, EAST, WEST, "991102001", FAR, FAR_CITY, FAR_COUNTY)
        for week in (49, 50, 51)
    ]
    filed = [
        {"area_code": area, "period": f"2020-W{week}", "teams": week}
        | ({"province_code": FAR, "city_code": FAR_CITY} if area.startswith("98") else {})
        for area in (VILLAGE, "991103001201", "981102001201")
        for week in (50, 51)
    ]
    path = tmp_path_factory.mktemp("provinces")
    targets = [tiny.target(60, scope="990000"), tiny.target(99, scope="981102001", status="参考")]
    peers = f"group,area_code\n近,{EAST}\n近,{FAR_COUNTY}\n"
    return tiny.store(
        path,
        values,
        areas=REGISTER,
        raw={"T04": filed},
        targets=targets,
        overlay={"peer_groups.csv": peers},
        obligations=f"T04,{CITY},township,2019-01-01,,5\n",
    )


@pytest.fixture
def in_parts(store, monkeypatch):
    monkeypatch.setattr(views, "FILES_IN_PARTS", 0)
    engine = Engine(store, ahead=True)
    yield engine
    engine.close()


def params_of(engine: Engine, name: str, area: str) -> dict[str, str] | None:
    """Parameters for a question about an area; none for a question about no area."""
    values = {
        "area": area,
        "parent": area,
        "unit": area,
        "level": "village" if len(area) > 6 else "county",
        "period": "2020-W51",
        "other_period": "2020-W50",
        "period_from": "2020-W49",
        "period_to": "2020-W51",
        "indicator": "signing_rate",
        "indicators": "signing_rate",
        "domains": "signing",
        "table_id": "T04",
    }
    header = engine.header(name)
    if "area" not in {param.type for param in header.params}:
        return None
    return {param.name: values[param.name] for param in header.params if param.required}


@pytest.mark.parametrize("scope", [Scope(), Scope(CITY)], ids=str)
def test_every_question_is_answered_alike(store, in_parts, monkeypatch, scope):
    ours = {}
    for area in (CITY, FAR_CITY, "991102001"):
        for name in in_parts.names():
            if params := params_of(in_parts, name, area):
                ours[name, area] = params, in_parts.run(name, params, scope=scope)
    assert {place.province for place in in_parts._schemas.provinces()} == {"98", "99"}
    monkeypatch.setattr(views, "FILES_IN_PARTS", 3000)
    whole = Engine(store)
    for (name, _), (params, answer) in ours.items():
        assert_frame_equal(answer, whole.run(name, params, scope=scope), check_row_order=False)
    assert not whole._schemas.provinces()
    assert sum(answer.height for _, answer in ours.values()) > len(ours)


def test_peers_in_another_province_are_compared_with(in_parts):
    params = {"indicator": "signing_rate", "area": EAST, "period": "2020-W51"}
    answer = in_parts.run("indicator_peers", params)
    assert set(answer["area_code"]) == {EAST, FAR_COUNTY}
    assert answer["printed"].null_count() == 0


def test_a_province_reads_its_own_files_only_and_leaves_with_its_snapshot(in_parts):
    params = {"indicator": "signing_rate", "area": CITY, "period": "2020-W51"}
    in_parts.run("indicator_value", params)
    (place,) = in_parts._schemas.provinces()
    cursor = in_parts._con.cursor()
    text = f"select distinct province_code from {place.schema}.t04"
    assert cursor.execute(text).fetchall() == [("990000",)]
    for area in (CITY, EAST, WEST, "991103001"):
        in_parts.run("indicator_value", params, scope=Scope(area))
    assert place not in in_parts._schemas.provinces()
    left = cursor.execute("select schema_name from duckdb_schemas()").fetchall()
    assert not [name for (name,) in left if name.startswith(f"{place.home}_in")]


def test_reports_of_the_whole_country_are_opened_when_somebody_asks_for_them(in_parts):
    in_parts.run("areas_with_data")
    cursor = in_parts._con.cursor()
    cursor.execute("use snapshot_000001")
    # Unread files are an error and never "no rows", whichever way they are asked for.
    for text in ("from t04", "from filings where cut = '2020-W51'", "from area_values limit 1"):
        with pytest.raises(duckdb.Error, match="does not exist"):
            cursor.execute(f"select * {text}").fetchall()
    with in_parts.views() as asking:
        found = asking.execute("select distinct province_code from t04 order by 1").fetchall()
    assert found == [("980000",), ("990000",)]
    assert cursor.execute("select count(*) from t04").fetchone() == (6,)


def test_the_province_looked_at_least_recently_gives_way(in_parts, monkeypatch):
    monkeypatch.setattr(opened, "PROVINCES_KEPT", 1)
    asked = {"indicator": "signing_rate", "period": "2020-W51"}
    for area in (CITY, FAR_CITY):
        in_parts.run("indicator_value", asked | {"area": area})
    assert [place.province for place in in_parts._schemas.provinces()] == ["98"]
    with in_parts.views(area=FAR_CITY) as reading:
        in_parts.run("indicator_value", asked | {"area": CITY})
        assert len(in_parts._schemas.provinces()) == 2  # one of them is being read
        assert reading.execute("select count(*) from t04").fetchone() == (2,)
