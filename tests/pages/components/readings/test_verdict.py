"""The sentences that answer within ten seconds: what is behind, worse, last and silent."""

import polars as pl
import pytest

from pages.components.analysis import reading_panel
from pages.components.readings import verdict
from tests.pages.components.reading_rows import led_by_year, reading

_NOBODY = pl.DataFrame(schema=dict.fromkeys(("table_title", "period", "unit_label"), pl.String))


@pytest.fixture(autouse=True)
def _plain_names(monkeypatch):
    """No store behind the page: names of areas lead nowhere."""
    for module in (verdict, reading_panel):
        monkeypatch.setattr(module.links, "area_link", lambda _code, name: name)


def table(*rows):
    return pl.DataFrame(rows, infer_schema_length=None)


def ranked(*ranks, **changed):
    """A ranking of one indicator: the areas 甲, 乙, 丙 … with these places."""
    return [
        reading(
            area_code=str(place), area_name=name, rank=rank, is_parent=False,
            ranked_of=len(ranks), printed=100.0 - (rank or 0),
        ) | changed
        for place, (name, rank) in enumerate(zip("甲乙丙丁戊己庚辛壬", ranks, strict=False))
    ]  # fmt: skip


class TestVerdict:
    def test_worse_is_said_by_the_comparison_that_leads(self):
        fallen = led_by_year(lead_change=-4.1, lead_change_is="worse", change=0.5)
        risen = reading(change=-0.5, lead="year", lead_change=1.0, lead_change_is="better")
        said = verdict._worse(table(fallen, risen), "商丘市", None, "")
        assert "家庭医生签约率较上年同期下降4.10个百分点（<abbr" in said
        assert said.count("家庭医生签约率") == 1

    def test_without_a_worse_one_the_level_is_named_and_the_parts_that_got_worse_are_counted(self):
        risen = table(reading(lead_change_is="better"))
        said = verdict._worse(risen, "商丘市", None, "")
        assert said == "<b>变差</b> 商丘市重点指标无退步。"
        parts = pl.DataFrame(
            {
                "area_code": ["411400", "411402", "411402", "411403"],
                "is_parent": [True, False, False, False],
                "lead_change_is": ["better", "worse", "worse", "better"],
            }
        )
        said = verdict._worse(risen, "商丘市", parts, "县（市、区）")
        assert said == "<b>变差</b> 商丘市重点指标无退步；1个县（市、区）有指标退步。"

    def test_a_lowered_light_says_why(self):
        said = verdict._lights(table(reading(light="滞后", light_reason="连续两期变差")), "商丘市")
        assert "滞后的是家庭医生签约率（连续两期变差）" in said

    @pytest.mark.parametrize(
        ("ranks", "said"),
        [
            ((1, 2, 2, 2), "乙（家庭医生签约率）、丙（家庭医生签约率）、丁（家庭医生签约率）。"),
            ((1, 2, 2, 2, 2, 2, 2, 2), "丁（家庭医生签约率）等7个。"),
            ((1, 1, 1), ""),
            ((1, 2, None), "乙（家庭医生签约率）。"),
        ],
    )
    def test_all_that_share_the_last_place_are_named_or_counted(self, ranks, said):
        assert verdict._last(table(*ranked(*ranks)), "乡镇").endswith(said)
        assert bool(verdict._last(table(*ranked(*ranks)), "乡镇")) == bool(said)

    def test_who_is_silent_is_named_up_to_three_and_then_counted(self):
        units = [
            {"table_title": "签约周报", "period": "2020-W51", "unit_label": f"{n}县"}
            for n in "甲乙丙丁"
        ]
        assert "签约周报（2020年第51周）甲县、乙县。" in verdict._silent(table(*units[:2]))
        assert "甲县、乙县、丙县等4个。" in verdict._silent(table(*units))
        assert verdict._silent(_NOBODY) == "<b>未报</b> 应报的都已报。"


class TestReadingPanel:
    def test_those_that_share_a_place_are_all_named_or_none(self):
        first, last = reading_panel._ends(table(*ranked(1, 2, 3, 4, 4, 6, 7, 8)))
        assert first["area_name"].to_list() == ["甲", "乙", "丙"]
        assert last["area_name"].to_list() == ["辛", "庚", "己"]
        _, shared = reading_panel._ends(table(*ranked(1, 2, 3, 4, 5, 5, 5, 5)))
        assert shared["area_name"].to_list() == ["戊", "己", "庚", "辛"]
        assert "（第5名）等4个" in reading_panel._ranked(shared)

    def test_where_all_are_equal_nobody_is_first_or_last(self):
        _, last = reading_panel._ends(table(*ranked(1, 1, 1)))
        assert last.is_empty()

    def test_small_bases_are_named_with_their_size_and_who_owes_nothing_is_not_silent(self):
        rows = [
            *ranked(1, 2),
            reading(area_name="小乡", rank=None, small_base=True, denominator=14.0),
            reading(area_name="农场", rank=None, printed=None, state="不适用"),
            reading(area_name="丙乡", rank=None, printed=None, state="未报"),
        ]
        said = reading_panel._where(table(*rows), "乡镇（街道）", "人")
        assert "<b>不排名</b> 基数小：小乡（14人）" in said
        assert "<b>无数</b> 丙乡（未报）" in said
