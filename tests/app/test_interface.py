"""`/api/v1/…`: figures for other programs; who may ask, what comes back, what is refused."""

import csv
import io
import json

import polars as pl
import pyarrow.parquet as pq
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from data.people import tokens
from data.settings import Settings, SettingsError, Token, load
from pages.api.door.guard import Guard
from pages.api.door.key import DoorKey
from pages.api.figures import QUESTIONS, Figures
from queries.engine import Engine
from tests.queries import tiny_store as tiny

WEEK = "2020-W51"
VALUES = f"/api/v1/values?indicators=signing_rate&parent={tiny.CITY}&level=county"
VALUES += f"&period_from={WEEK}&period_to={WEEK}"
FILED = f"/api/v1/tables/T04?area={tiny.CITY}&period_from={WEEK}&period_to={WEEK}"
RANKING = f"/api/v1/ranking?indicator=signing_rate&parent={tiny.CITY}&level=county&period={WEEK}"
TOKEN = tokens.make()
KEY = DoorKey()
LAN = "192.168.1.20"
OPEN = Settings(open=True, tokens={"东县报表": Token(tokens.digest(TOKEN), "分析", tiny.EAST)})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    rows = [tiny.value(area, WEEK, 90) for area in (tiny.CITY, tiny.EAST, tiny.WEST)]
    raw = {
        "T04": [
            {"area_code": "991102001201", "period": WEEK, "teams": 3, "remark": "=1+1"},
            {"area_code": "991102001202", "period": WEEK, "teams": 0},
        ]
    }
    return Engine(tiny.store(tmp_path_factory.mktemp("interface"), rows, raw=raw))


@pytest.fixture
def ask(engine):
    """Ask an address; from this computer unless said otherwise."""

    def asked(address, *, method="GET", settings=None, peer="127.0.0.1", **headers):
        chosen = settings or Settings()
        app = Starlette(
            routes=Figures(lambda: engine, lambda: chosen).routes(),
            middleware=[
                Middleware(Guard, settings=lambda: chosen, key=KEY, store=engine.store.path)
            ],
        )
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        client = TestClient(app, client=(peer, 50_000), base_url="http://127.0.0.1")
        if peer == "127.0.0.1" and "authorization" not in named:
            client.get(f"/?key={KEY.text}", follow_redirects=False)
        return client.request(method, address, headers=named)

    return asked


def areas(answer):
    return sorted(row["area_code"] for row in answer.json()["rows"])


# -- what comes back ---------------------------------------------------------------------------


def test_the_figures_are_those_of_the_question(ask, engine):
    found = ask(RANKING)
    told = found.json()
    params = {"indicator": "signing_rate", "parent": tiny.CITY, "level": "county", "period": WEEK}
    table = engine.run("indicator_ranking", params)
    assert (told["title"], told["snapshot"], told["demo"]) == ("指标排名", 1, True)
    assert told["total"] == table.height == len(told["rows"])
    assert [row["printed"] for row in told["rows"]] == table["printed"].to_list()
    assert told["columns"][0].keys() == {"name", "heading", "kind"}
    assert found.headers["x-demo"] == "true"


@pytest.mark.parametrize("name", ["indicators", "areas", "tables", "openapi.json"])
def test_addresses_that_need_no_parameter(ask, name):
    assert ask(f"/api/v1/{name}").status_code == 200


def test_csv_opens_in_a_chinese_spreadsheet(ask):
    found = ask(FILED + "&format=csv")
    assert found.content.startswith(b"\xef\xbb\xbf")
    assert "filename*=UTF-8''" in found.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert [line["行政区划代码"] for line in lines] == ["991102001201", "991102001202"]
    assert [line["签约团队数"] for line in lines] == ["3", "0"]
    assert [line["备注"] for line in lines] == ["'=1+1", ""]


def test_csv_headings_can_be_the_names_of_the_columns(ask):
    text = ask(FILED + "&format=csv&names=code").content.decode("utf-8-sig")
    assert text.startswith("division_code,division_name,period,teams")


def test_parquet_keeps_types_and_meanings(ask):
    found = pq.read_table(io.BytesIO(ask(FILED + "&format=parquet").content))
    assert pl.DataFrame(found)["teams"].to_list() == [3, 0]
    assert found.schema.field("teams").metadata[b"heading"].decode() == "签约团队数"


def test_a_long_answer_comes_page_by_page(ask):
    first = ask(FILED + "&limit=1")
    assert first.headers["x-total-count"] == "2"
    following = first.json()["next"]
    assert f'<{following}>; rel="next"' == first.headers["link"]
    second = ask(following.removeprefix("http://127.0.0.1"))
    assert second.json()["rows"][0]["division_code"] == "991102001202"
    assert second.json()["next"] is None


def test_who_has_the_answer_already_is_told_so(ask):
    mark = ask(VALUES).headers["etag"]
    again = ask(VALUES, if_none_match=mark)
    assert (again.status_code, again.content) == (304, b"")
    assert ask(VALUES, if_none_match=f'W/{mark}, "other"').status_code == 304
    assert ask(VALUES + "&limit=1", if_none_match=mark).status_code == 200


def test_a_new_snapshot_changes_the_mark(tmp_path):
    def mark():
        routes = Figures(lambda: Engine(store), Settings).routes()
        client = TestClient(Starlette(routes=routes), client=("127.0.0.1", 1))
        return client.get(VALUES).headers["etag"]

    store = tiny.store(tmp_path, [tiny.value(tiny.EAST, WEEK, 90)])
    before = mark()
    assert mark() == before
    tiny.store(tmp_path, [tiny.value(tiny.EAST, WEEK, 91)])
    assert mark() != before


def test_the_description_names_every_address_and_parameter(ask):
    told = ask("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.")
    assert set(told["paths"]) == {f"/api/v1/{name}" for name in QUESTIONS} | {
        "/api/v1/tables",
        "/api/v1/tables/{table_id}",
    }
    for path in told["paths"].values():
        for param in path["get"]["parameters"]:
            assert any("一" <= letter <= "鿿" for letter in param["description"]), param
    text = json.dumps(told)
    assert "cuts" not in text and '"most"' not in text


def test_the_description_tells_every_field_and_what_a_change_is_taken_over(ask):
    paths = ask("/api/v1/openapi.json").json()["paths"]

    def fields(name):
        answered = paths[f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]
        rows = answered["application/json"]["schema"]["allOf"][1]["properties"]["rows"]
        return rows["items"]["properties"]

    row = ask(RANKING).json()["rows"][0]
    told = fields("ranking")
    assert list(told) == list(row)
    assert all(any("一" <= letter <= "鿿" for letter in each["title"]) for each in told.values())
    for change in ("change", "yoy_change", "lead_change"):
        assert told[change]["description"].startswith("单位见 change_unit。")
    for basis in ("change_common_units", "yoy_common_units", "lead_common_units"):
        assert "只算两期都报的单位" in told[basis]["description"]
    for filed in ("previous_filed", "yoy_filed", "lead_filed"):
        assert "全部单位的数值" in told[filed]["description"]
    assert told["gap"]["description"].startswith("距目标还差多少")
    day = told["period_end"]
    assert (day["type"], day["format"]) == (["string", "null"], "date")
    assert {"missing_units", "cumulative_word"} <= fields("values").keys()


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/v1/values", 400, "缺少参数 indicators"),
        ("/api/v1/values?nonsense=1", 400, "没有参数 nonsense"),
        (VALUES.replace("signing_rate", "nothing"), 400, "没有指标“nothing”"),
        (VALUES.replace(tiny.CITY, "000001"), 400, "没有代码为 000001 的区划"),
        (VALUES.replace("county", "street"), 400, "层级"),
        (VALUES.replace(WEEK, "2020-W99"), 400, "报告期"),
        (VALUES + "&limit=0", 400, "参数 limit"),
        (VALUES + "&limit=1e9", 400, "参数 limit"),
        (VALUES + "&offset=-1", 400, "参数 offset"),
        (VALUES + "&format=xml", 400, "不认识格式"),
        (VALUES + "&names=en", 400, "names"),
        (VALUES + "&limit=1&limit=2", 400, "写了两次"),
        (VALUES + "&snapshot=99", 404, "没有 99 号快照"),
        (RANKING.replace("signing_rate", "nothing"), 400, "没有指标"),
        ("/api/v1/tables/T99", 404, "没有报表“T99”"),
        ("/api/v1/tables/T04", 400, "缺少参数 area"),
        (FILED.replace(tiny.CITY, "1' or 1=1"), 400, "没有代码为"),
        (FILED.replace(f"period_to={WEEK}", "period_to=2019-W01"), 400, "反的"),
        ("/api/v1/unknown", 404, "没有这个地址"),
        ("/api/v1/tables/../../settings.yaml", 404, ""),
    ],
)
def test_a_wrong_question_is_told_in_one_chinese_line(ask, address, status, words):
    found = ask(address)
    assert found.status_code == status
    if words:
        assert words in found.json()["error"]
        assert "\n" not in found.json()["error"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nothing_is_written_here(ask, method):
    answer = ask(VALUES, method=method)
    assert (answer.status_code, "请用 GET" in answer.json()["error"]) == (405, True)


# -- who may ask -------------------------------------------------------------------------------


def test_the_guard_at_the_door_still_holds(ask):
    for headers in ({}, {"authorization": f"Bearer {TOKEN}"}):
        settings = Settings(tokens=OPEN.tokens)
        assert ask(VALUES, settings=settings, peer=LAN, **headers).status_code == 403


def test_a_token_sees_its_own_area_and_nothing_else(ask):
    found = ask(VALUES, settings=OPEN, peer=LAN, authorization=f"Bearer {TOKEN}")
    assert areas(found) == [tiny.EAST]
    assert areas(ask(VALUES, settings=OPEN, peer=LAN)) == [tiny.EAST, tiny.WEST]


def test_a_program_on_this_computer_needs_a_token_too(ask):
    settings = Settings(tokens=OPEN.tokens)
    assert areas(ask(VALUES, settings=settings, authorization=f"Bearer {TOKEN}")) == [tiny.EAST]
    assert ask(VALUES, settings=settings, authorization="Bearer wrong").status_code == 401


def test_a_spreadsheet_may_send_the_token_as_a_password(ask):
    import base64

    sent = base64.b64encode(f"x:{TOKEN}".encode()).decode()
    found = ask(VALUES, settings=OPEN, peer=LAN, authorization=f"Basic {sent}")
    assert areas(found) == [tiny.EAST]


@pytest.mark.parametrize("sent", ["Bearer wrong", "Bearer", "Basic %%%", "Digest x", "Basic eA=="])
def test_a_wrong_token_is_never_taken_for_none(ask, sent):
    found = ask(VALUES, settings=OPEN, authorization=sent)
    assert found.status_code == 401
    assert "口令" in found.json()["error"] or "Authorization" in found.json()["error"]
    assert "Bearer" in found.headers["www-authenticate"]


def test_two_askers_of_different_scope_never_share_a_mark(ask):
    mine = ask(VALUES, settings=OPEN, peer=LAN, authorization=f"Bearer {TOKEN}").headers["etag"]
    assert ask(VALUES, settings=OPEN, peer=LAN).headers["etag"] != mine
    assert "Authorization" in ask(VALUES).headers["vary"]


def test_what_was_asked_is_in_the_log_and_no_row_of_it(ask, engine):
    ask(FILED, settings=OPEN, peer=LAN, authorization=f"Bearer {TOKEN}")
    (log,) = (engine.store.path / "log").glob("*.jsonl")
    last = json.loads(log.read_text("utf-8").splitlines()[-1])
    assert (last["who"], last["ip"], last["action"]) == ("接口:东县报表", LAN, "export")
    assert "/api/v1/tables/T04" in last["what"]
    assert last["what"].endswith("共2行")
    assert TOKEN not in log.read_text("utf-8")


def test_nothing_leaves_where_the_log_cannot_be_written(ask, engine):
    log = engine.store.path / "log"
    kept = log.rename(log.with_name("log.away")) if log.exists() else None
    log.write_text("a file where the folder should be")
    try:
        found = ask(VALUES)
        assert found.status_code == 503
        assert "日志写不进去" in found.json()["error"]
    finally:
        log.unlink()
        if kept:
            kept.rename(log)


# -- tokens ------------------------------------------------------------------------------------


def test_a_token_of_the_settings_file_without_a_role_has_the_least_rights(tmp_path):
    token = tokens.make()
    text = f"tokens:\n  统计报表:\n    sha256: {tokens.digest(token)}\n    area: 991102\n"
    (tmp_path / "settings.yaml").write_text(text, "utf-8")
    known = load(tmp_path).tokens
    assert tokens.holder(token, known) == (
        "统计报表",
        Token(tokens.digest(token), "领导", "991102"),
    )
    assert tokens.holder(token + "x", known) is None


def test_a_token_of_the_command_opens_what_its_role_may_and_nothing_once_revoked(ask, engine):
    token = tokens.add(engine.store.path, "新报表", role="领导", area=tiny.EAST)
    sent = {"authorization": f"Bearer {token}"}
    assert areas(ask(VALUES, **sent)) == [tiny.EAST]
    refused = ask(FILED, **sent)
    assert (refused.status_code, "不能取报表的原始行" in refused.json()["error"]) == (403, True)
    tokens.revoke(engine.store.path, "新报表")
    assert ask(VALUES, **sent).status_code == 401


@pytest.mark.parametrize(
    "entry",
    ["{sha256: abc}", "{sha256: 5, role: 管理}", "[]", "{secret: x}", "{}"],
)
def test_a_wrong_token_entry_stops_the_start(tmp_path, entry):
    (tmp_path / "settings.yaml").write_text(f"tokens:\n  x: {entry}\n", "utf-8")
    with pytest.raises(SettingsError, match=r"tokens\.x"):
        load(tmp_path)
