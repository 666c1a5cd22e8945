"""One briefing: its order, its figures against the questions, its pages, what it refuses."""

import polars as pl
import pytest

from data.errors import ProductError
from pages.exports.briefing.details import area_details
from pages.exports.briefing.facts import BriefingError
from pages.exports.briefing.paging import (
    fits,
    heading_lines,
    row_lines,
    side_by_side,
    table_across,
    table_room,
)
from queries import trace
from tests.pages.exports.briefing import speaking, stores
from tests.pages.exports.briefing.conftest import desk_of, made
from tests.pages.exports.briefing.test_sentences import NEVER


def test_the_sections_come_in_the_order_of_a_bulletin(briefing):
    assert list(dict.fromkeys(page.section for page in briefing.pages)) == [
        "",
        "一、总体进展",
        "二、各地情况",
        "三、存在问题",
        "四、下一步工作",  # everybody has filed: no page about who has not
        "附件",
    ]


def test_a_city_has_twelve_slides_and_the_tables_behind_them(briefing):
    """Cover, figures, the eight indicators, problems, next steps."""
    deck = [page.key for page in briefing.pages if not page.annex]
    assert len(deck) == 12
    assert [key.removeprefix("areas.") for key in deck[2:10]] == list(briefing.indicators)
    behind = [page.key for page in briefing.pages if page.annex]
    assert {"clinics", "annex.1", "revisions"} <= set(behind)
    assert briefing.counted(briefing.pages[-1]) == f"附件 第 {len(behind)}/{len(behind)} 页"


def test_a_county_has_ten_slides_and_the_indicators_without_room_behind_them(nine):
    shown = made(nine[2], area=stores.counties(1)[0])
    deck = [page.key for page in shown.pages if not page.annex]
    reaching = [key.removeprefix("areas.") for key in shown.tables if key.startswith("areas.")]
    assert len(deck) <= 10
    behind = [page.key.removeprefix("areas.") for page in shown.pages if page.annex]
    assert all(each in behind or f"areas.{each}" in deck for each in reaching)


def test_the_cover_carries_the_verdict(briefing):
    (verdict,) = briefing.pages[0].sentences
    assert verdict.text.startswith("8项重点指标中，")
    assert "各县（市、区）均无滞后指标；全市无退步指标" in verdict.text


def test_the_line_of_a_ranking_is_the_trend_question_s(nine, briefing):
    asked = nine[1].run(
        "indicator_trend",
        {"indicator": "signing_rate", "area": stores.CITY, "period_from": "2019-W52",
         "period_to": stores.WEEK},
    )  # fmt: skip
    page = next(each for each in briefing.pages if each.key == "areas.signing_rate")
    shown = page.chart.series[0].values
    assert shown[-2:] == asked["printed"].to_list()[-2:] == [89.0 + 0.22, 90.0]


def test_ranking_values_are_those_of_the_ranking_question(nine, briefing):
    _, engine, _ = nine
    for indicator in briefing.indicators:
        asked = engine.run(
            "indicator_ranking",
            {"indicator": indicator, "parent": stores.CITY, "level": "county",
             "period": stores.WEEK},
        )  # fmt: skip
        table = briefing.tables[f"areas.{indicator}"]
        shown = [(row[1].area, row[0].value, row[2].value) for row in table.rows[1:]]
        assert shown == asked.select("area_code", "rank", "printed").rows()


def test_the_area_s_own_figures_are_those_of_the_value_question(nine, briefing):
    _, engine, _ = nine
    cards = {each.indicator: each for page in briefing.pages for each in page.figures}
    assert list(cards) == list(briefing.indicators)
    for indicator, card in cards.items():
        asked = engine.run(
            "indicator_value",
            {"indicator": indicator, "area": stores.CITY, "period": stores.WEEK},
        ).row(0, named=True)
        assert (card.value, card.period) == (asked["printed"], asked["period"])


def test_every_sentence_is_tied_to_its_question_and_period(briefing):
    for each in briefing.sentences():
        assert each.free or each.source is not None, each.key
        if each.key.startswith(("level.", "places.", "lagging.")):
            assert each.indicator and each.population and each.period, each.key


def test_a_ranking_of_another_period_than_the_chosen_one_names_it(briefing):
    assert "11月数。" in briefing.tables["areas.county_visit_rate"].note
    assert "数。" not in briefing.tables["areas.signing_rate"].note


def test_the_codes_are_those_that_tracing_gives_and_nothing_is_recorded_before_a_file(nine):
    store, engine, desk = nine
    for source in made(desk).sources():
        given = trace.unrecorded(engine, source.query, source.params, 2)
        assert given.code == source.code
    assert not (store.path / trace.FILE).exists()


def test_no_sentence_holds_a_banned_word(briefing):
    words = (*NEVER, *speaking.SENTENCES.banned)
    assert [(w, s.text) for s in briefing.sentences() for w in words if w in s.text] == []


def test_indicators_can_be_chosen_and_ordered(nine):
    chosen = ("htn_std_mgmt_rate", "signing_rate")
    made_so = made(nine[2], indicators=chosen)
    assert made_so.indicators == chosen
    assert [key for key in made_so.tables if key.startswith("areas.")] == [
        f"areas.{each}" for each in chosen
    ]


def test_what_changed_in_the_past_is_listed_with_both_figures(briefing):
    table = briefing.tables["revisions"]
    rows = [tuple(cell.text for cell in row) for row in table.rows]
    assert len(rows) == 3 * (9 + 1)  # three weekly indicators, nine counties and the city
    assert ("家庭医生签约率", "第1县", "第50周", "97.00", "99.00", "+2.00", "百分点", "1→1") in rows
    said = next(each.text for each in briefing.sentences() if each.key == "revisions")
    assert "与上一期简报所用的1号快照相比，以前各期的数有30处变动达到0.1个百分点" in said


def test_a_small_change_of_the_past_stays_below_the_threshold(nine, tmp_path):
    store = stores.make(tmp_path / "store", 2)
    (store.path / "catalogue" / "settings.yaml").write_text("briefing_revision_points: 5\n")
    shared = {"targets": stores.TARGETS, "areas": stores.register(2)}
    stores.tiny.store(
        store.path, stores.rows(2, shift=2.0), raw=stores.raw(stores.BEFORE, stores.WEEK), **shared
    )
    _, desk = desk_of(store)
    assert "revisions" not in made(desk).tables


def test_the_first_briefing_has_no_page_about_changes_of_the_past(nine):
    _, desk = desk_of(nine[0], number=1, period=stores.BEFORE)
    pages = made(desk, period=stores.BEFORE).pages
    assert [each for each in pages if "历史数据变动" in each.title] == []


def test_the_same_snapshot_gives_the_same_briefing_after_a_newer_one(tmp_path):
    store = stores.make(tmp_path / "store", 3)
    before = made(desk_of(store, number=2)[1])
    stores.tiny.store(
        store.path,
        stores.rows(3, shift=9.0),
        raw=stores.raw(stores.BEFORE, stores.WEEK, "2020-W52"),
        areas=stores.register(3),
    )
    assert made(desk_of(store, number=2)[1]) == before


def test_thirty_five_places_stand_on_one_page_and_lose_no_row(many):
    briefing, _ = many
    whole = briefing.tables["areas.signing_rate"]
    (page,) = [each for each in briefing.pages if each.key.startswith("areas.signing_rate")]
    # Names may be shortened: their areas say whose row it is.
    assert [row[1].area for row in page.table.rows] == [row[1].area for row in whole.rows]
    assert [row[2].value for row in page.table.rows] == [row[2].value for row in whole.rows]
    assert len({row[1].text for row in page.table.rows}) == len(page.table.rows)
    assert sum(not page.annex for page in briefing.pages) <= 12


def test_no_page_holds_more_lines_than_fit(many):
    briefing, _ = many
    for page in briefing.pages:
        if page.layout == "words" and len(page.sentences) > 1:
            assert fits(page.sentences)
        if page.table is None:
            continue
        parts = side_by_side(page.table) if page.layout == "ranking" else (page.table,)
        for part in parts:
            across = table_across(page) / len(parts)
            used = heading_lines(part.columns, across)
            used += sum(row_lines(row, part.columns, across) for row in part.rows)
            assert used <= table_room(page) + 1, page.key


def test_a_click_on_an_area_has_its_figures_and_its_parts(nine, briefing):
    _, engine, desk = nine
    found = area_details(briefing, lambda name, params: engine.run(name, params), desk.catalogue)
    assert list(found) == stores.counties(9)
    own, parts = found[stores.counties(9)[0]]
    assert own.rows[0][0].text == "家庭医生签约率"
    assert [cell.text for cell in own.rows[0]][-2:] == ["1/9", ""]
    assert parts.title == "各乡镇（街道）"


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"area": "110000x"}, "没有代码为 110000x 的区划"),
        ({"area": f"{stores.counties(1)[0]}001"}, "简报请选县级及以上的区划"),
        ({"period": "2031-W01"}, "没有数据"),
        ({"period": "2020-W99"}, "写法不对或不存在"),
        ({"indicators": ("nonsense",)}, "没有指标 nonsense"),
        ({"level": "village"}, "不能按 village 排名"),
    ],
)
def test_what_cannot_be_made_is_said_in_plain_words(nine, choice, words):
    with pytest.raises(ProductError, match=words):
        made(nine[2], **choice)


def test_an_area_without_any_figure_is_refused(tmp_path):
    areas = stores.register(2) + "991200,无数市,city,990000,,,,\n991201,无数县,county,991200,,,,\n"
    store = stores.tiny.store(
        tmp_path / "store", stores.rows(2), raw=stores.raw(stores.WEEK), areas=areas
    )
    with pytest.raises(BriefingError, match="没有所选指标的数据"):
        made(desk_of(store)[1], area="991200")


def test_the_questions_of_the_briefing_give_whole_and_parts(nine):
    _, engine, _ = nine
    params = {"parent": stores.CITY, "level": "county", "period": stores.WEEK}
    areas = engine.run("briefing_areas", params)
    signing = areas.filter((pl.col("indicator") == "signing_rate") & ~pl.col("is_parent"))
    assert signing.filter("is_first")["rank"].to_list() == [1, 2, 3]
    assert signing.filter("is_last")["rank_from_last"].to_list() == [3, 2, 1]
    clinics = engine.run("briefing_clinics", params)
    whole = clinics.row(0, named=True)
    assert (whole["is_parent"], whole["met"], whole["unmet"]) == (True, 22, 5)
    assert (whole["failed_area"], whole["failed_rooms"], whole["villages"]) == (5, 0, 9)
    assert clinics.filter(~pl.col("is_parent"))["met"].sum() == whole["met"]
    issues = engine.run("briefing_issues", params)
    assert issues.select("issues", "settled", "open", "overdue").rows() == [(1, 0, 1, 1)] * 2
    runs = {
        (row["indicator"], row["area_code"]): (
            row["missed_since"],
            row["missed_periods"],
            row["missed_always"],
            row["last_periods"],
        )
        for row in engine.run("briefing_streaks", params).iter_rows(named=True)
    }
    fourth, *_, last = stores.counties(9)[3:]
    assert runs["htn_std_mgmt_rate", last] == ("2020-10", 2, True, 2)
    # It has reached its 95.00 % this month; a county that meets the target may be the last too.
    assert runs["htn_std_mgmt_rate", fourth] == (None, 0, False, 0)
    assert runs["signing_rate", last] == (None, 0, False, 3)
    past = engine.run("briefing_past", params)
    assert set(past["period"]) >= {stores.WEEK, stores.BEFORE, "2020-11", "2020-10"}
