"""What a trend marks: events that concern the area, corrections in words."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import polars as pl
import pytest

from data.catalogue.known_areas import Areas
from pages.components.analysis import line_marks
from pages.components.answer import Answer

AREAS = pl.DataFrame(
    [("411403", "county", "410000", "411400", "411403", None)],
    schema=["area_code", "level", "province_code", "city_code", "county_code", "township_code"],
    orient="row",
)
TABLE = pl.DataFrame(
    {
        "period": ["2020-W50", "2020-W51"],
        "population": ["target"] * 2,
        "period_start": [date(2020, 12, 7), date(2020, 12, 14)],
        "period_end": [date(2020, 12, 13), date(2020, 12, 20)],
    }
)


def event(day, scope, indicator, title):
    return {"date": day, "scope_code": scope, "indicator_id": indicator, "title": title,
            "source": "试验"}  # fmt: skip


@pytest.fixture
def catalogue(monkeypatch):
    events = [
        event("2020-12-15", "411400", "signing_rate", "上级的"),
        event("2020-12-08", "000000", "", "全国的"),
        event("2020-12-15", "411402", "signing_rate", "别处的"),
        event("2020-12-15", "411400", "htn_std_mgmt_rate", "别的指标"),
        event("2020-11-01", "411400", "signing_rate", "太早的"),
    ]
    found = SimpleNamespace(register=Areas(AREAS.lazy()), events=events)
    monkeypatch.setattr(line_marks.runtime, "catalogue", lambda: found)


@pytest.mark.usefixtures("catalogue")
def test_only_events_of_the_area_the_indicator_and_the_time_are_marked():
    found = line_marks.events("signing_rate", "411403", TABLE)
    assert [each.title for each, _ in found] == ["全国的", "上级的"]


def test_a_correction_says_before_and_after_and_when(monkeypatch):
    population = SimpleNamespace(denominator="measure")
    indicator = SimpleNamespace(
        id="signing_rate", multiplier=100, unit="%", decimals=2, populations={"target": population}
    )
    rows = pl.DataFrame(
        {
            "period": ["2020-W50"],
            "snapshot": [2],
            "time": ["2020-12-22T09:00:00"],
            "numerator": [Decimal(90)],
            "denominator": [Decimal(100)],
            "previous_numerator": [Decimal(80)],
            "previous_denominator": [Decimal(100)],
        }
    )
    runtime = line_marks.runtime
    monkeypatch.setattr(runtime, "indicator", lambda _: indicator)
    monkeypatch.setattr(runtime, "snapshot", lambda: 2)
    monkeypatch.setattr(runtime, "store", lambda: None)
    monkeypatch.setattr(runtime, "scope", lambda: SimpleNamespace(hide_sensitive=False))
    monkeypatch.setattr(line_marks.history, "corrections", lambda *_, **__: rows)
    answer = Answer("indicator_trend", {"indicator": "signing_rate", "area": "411403"}, TABLE)
    said = line_marks.corrections(answer)
    assert list(said) == ["2020-W50"]
    assert "快照 2 号（2020-12-22）：80.00% 改为 90.00%" in said["2020-W50"]
