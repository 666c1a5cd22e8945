"""After a change of definitions only the indicators that it changes are computed again."""

from datetime import datetime

import polars as pl
import pytest

from data import catalogue as catalogues
from data.publish import rebuild
from tests.data.small_world import EAST, figure, open_world, parts, put, rows

A, B = "990101001", "990101002"
V1, V2 = A + "200", B + "200"
MONDAY = datetime(2021, 1, 4)
INDICATOR = """
  {id}:
    name: 另一项
    definition: 试
    domain: signing
    unit: "%"
    multiplier: 100
    decimals: 2
    direction: higher_better
    frequency: {frequency}
    grain: township
    dimension: none
    sensitive: {sensitive}
    may_exceed_100: false
    light: true
    amber: {{points: 5}}
    min_coverage: 90
    provisional_periods: 0
    evidence: [N]
    populations:
      target:
        numerator: {{from: {table}, {numerator}}}
        denominator: {{from: {table}, {denominator}}}
"""


def another(
    id="another",
    frequency="weekly",
    sensitive="false",
    table="T04",
    numerator="sum: elder_signed",
    denominator="sum: elder_due",
):
    return "indicators:" + INDICATOR.format(**locals())


LATER = {
    "added": (None, another()),
    "of a view": (
        None,
        another(
            frequency="monthly",
            table="clinic_state",
            numerator="where: is_open, sum: 1",
            denominator="sum: 1",
        ),
    ),
    "counted otherwise": (another(), another(numerator="sum: signed_pop")),
    "hidden where small": (another(), another(sensitive="true")),
    "of another frequency": (another(), another(frequency="monthly")),
    "gone": (another(), "indicators: {}"),
    "named otherwise": (another(), another().replace("另一项", "又一项")),
}


def define(store, text):
    (store.path / "catalogue" / "indicators.yaml").write_text(text, "utf-8")
    return catalogues.load(store.path)


def filed(tmp_path, text=None):
    store, catalogue = open_world(
        tmp_path,
        obligations=("T04,990100,township,2019-01-01,,1", "T07,990100,county,2019-01-01,,5"),
        files={"indicators.yaml": text} if text else None,
    )
    clinic = {"village_code": V1, "clinic_code": "c1", "service_mode": "派驻", "posting_days": 3}
    weeks = ("2020-W49", "2020-W50", "2020-W51", "2020-W52", "2020-W53")
    put(
        store,
        catalogue,
        rows("T04", *(signed(area, week) for area in (V1, V2) for week in weeks)),
        rows("T01", *({"area": area, "period": "2020-12", "resident_pop": 90} for area in (A, B))),
        rows("T07", {"area": V1, "period": "2020-12", **clinic}),
        now=MONDAY,
    )
    return store


def signed(area, week, elder_signed=3):
    number = int(week[-2:])
    return {
        "area": area,
        "period": week,
        "signed_pop": number,
        "sign_target_pop": 100,
        "elder_due": 9,
        "elder_signed": elder_signed,
    }


def figures(store, number):
    scopes = [store.rows(number, "derived", scope) for scope in ("area", "township")]
    return pl.concat(scopes).sort(pl.all())


@pytest.mark.parametrize("change", LATER)
def test_it_leaves_the_same_figures_as_computing_everything(tmp_path, change):
    before, after = LATER[change]
    store = filed(tmp_path, before)
    catalogue = define(store, after)
    number = rebuild(store, catalogue, who="甲", note="", now=MONDAY, number=1)
    # Asked again under the same definitions, everything is computed.
    whole = rebuild(store, catalogue, who="甲", note="", now=MONDAY, number=number)
    assert figures(store, number).equals(figures(store, whole))
    late = put(store, catalogue, rows("T04", signed(V2, "2020-W52", elder_signed=9)))
    whole = rebuild(store, catalogue, who="甲", note="", now=MONDAY, number=late)
    assert figures(store, late).equals(figures(store, whole))


def test_an_import_computes_what_is_other_by_definition_with_what_it_changes(tmp_path):
    store = filed(tmp_path)
    catalogue = define(store, another())
    number = put(store, catalogue, rows("T04", signed(V2, "2020-W52", elder_signed=9)))
    assert parts(figure(store, "another", EAST, "2020-W52")) == (12, 18)
    whole = rebuild(store, catalogue, who="甲", note="", now=MONDAY, number=number)
    assert figures(store, number).equals(figures(store, whole))


def test_no_other_table_is_read_for_it(tmp_path):
    store = filed(tmp_path)
    for path in store.files(1, "tables", "T01"):
        path.unlink()
    rebuild(store, define(store, another()), who="甲", note="", now=MONDAY, number=1)
    assert parts(figure(store, "another", EAST, "2020-W52")) == (6, 18)


def test_nothing_is_added_to_a_damaged_file(tmp_path):
    store = filed(tmp_path)
    whole = filed(tmp_path / "sound")
    for path in store.files(1, "derived", "area"):
        path.write_bytes(b"PAR1")
    for each in (store, whole):
        rebuild(each, define(each, another()), who="甲", note="", now=MONDAY, number=1)
    assert figures(store, 2).equals(figures(whole, 2))
