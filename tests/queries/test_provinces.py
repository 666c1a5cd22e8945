"""Of a store with several provinces only the files of the one asked about are read."""

import pytest
from polars.testing import assert_frame_equal

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


PEERS = f"group,area_code\n近,{EAST}\n近,{FAR_COUNTY}\n"


def made(path, places) -> Engine:
    """An engine over a store that has values and filed rows of some places."""
    values = [
        tiny.value(area, f"2020-W{week}", 50 + week)
        for area in ("990000", CITY, EAST, WEST, "991102001", FAR, FAR_CITY, FAR_COUNTY)
        for week in (49, 50, 51)
        if area.startswith(places)
    ]
    filed = [
        {"area_code": area, "period": f"2020-W{week}", "teams": week}
        | ({"province_code": FAR, "city_code": FAR_CITY} if area.startswith("98") else {})
        for area in (VILLAGE, "991103001201", "981102001201")
        for week in (50, 51)
        if area.startswith(places)
    ]
    return Engine(
        tiny.store(
            path,
            values,
            areas=REGISTER,
            raw={"T04": filed},
            targets=[
                tiny.target(60, scope="990000"),
                tiny.target(99, scope="981102001", status="参考"),
            ],
            overlay={"peer_groups.csv": PEERS},
            obligations=f"T04,{CITY},township,2019-01-01,,5\n",
        )
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return made(tmp_path_factory.mktemp("both"), ("98", "99"))


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return made(tmp_path_factory.mktemp("one"), ("99",))


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
def test_every_question_is_answered_as_if_there_were_no_other_province(both, one, scope):
    found = 0
    for area in (CITY, "991102001"):
        for name in both.names():
            header = both.header(name)
            params = params_of(both, name, area)
            if params and "peer_groups" not in header.reads:
                answer = both.run(name, params, scope=scope)
                assert_frame_equal(answer, one.run(name, params, scope=scope))
                found += answer.height
    assert found > 100


def test_peers_in_another_province_are_compared_with(both):
    params = {"indicator": "signing_rate", "area": EAST, "period": "2020-W51"}
    answer = both.run("indicator_peers", params)
    assert set(answer["area_code"]) == {EAST, FAR_COUNTY}
    assert answer["printed"].null_count() == 0


def test_whoever_names_an_area_reads_the_files_of_its_province(both):
    text = "select distinct province_code from t04 order by province_code"
    with both.reading(["t04"], area=CITY) as cursor:
        assert cursor.execute(text).fetchall() == [("990000",)]
    with both.reading(["t04"]) as cursor:
        assert cursor.execute(text).fetchall() == [("980000",), ("990000",)]
