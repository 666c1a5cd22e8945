"""What the pages show against a second count from the filed rows, made without the product's SQL.

Every page is walked at several filters. Each table behind a chart, a card or a list is taken as
the page holds it; its figures must be those that polars adds up from the raw rows by the rules.
"""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.periods import Period
from data.store import Store
from pages.shell import navigation
from queries import headers
from queries.question import SQL
from tests.data.reference_figures import (
    FIGURES,
    REGISTER_KEYS,
    VILLAGE_CODE,
    World,
    frequency_of,
    reference,
)

# A township of the country: streets have no clinics of villages.
CITY, COUNTY, TOWNSHIP = "150300", "150303", "150303104"
VILLAGE = "150303104234"
FILTERS = {
    "city-week": {"area": CITY, "period": "2020-W51"},
    "county-month": {"area": COUNTY, "period": "2020-10"},
    "township-week": {"area": TOWNSHIP, "period": "2020-W40"},
}
# Parts of 指标分析 and 总览 that stand behind a choice.
MORE = {
    "analysis": ({"look": "why", "base": "year"}, {"look": "spread"}, {"look": "compare"}),
    "overview": ({"rows": "every"},),
}
OF_VILLAGES = ({"village": VILLAGE}, {"indicator": "village_clinic_standard_rate"})
# Other words for the two parts of a figure: (numerator, denominator, printed, period).
SIDES = (
    ("numerator", "denominator", "printed", "period"),
    ("other_numerator", "other_denominator", "other_printed", "other_period"),
)
SHOWN = ("正常", "填报不全")
# What a county files beside its townships belongs to none of them.
OF_THE_COUNTY = {"report_on_time_rate", "rectification_rate"}
# A township has figures of few forms: the pages that every indicator passes through will do.
OF_A_TOWNSHIP = {"overview", "analysis", "signing", "village_clinics"}
FRAME = Path(navigation.__file__).with_name("frame.py")
ALL = {(figure.indicator, figure.population): figure for figure in FIGURES}


class Count:
    """The second count, one figure at a time."""

    def __init__(self, store: Store) -> None:
        number = store.latest()
        assert number is not None
        self.catalogue = store.catalogue(number)
        inside = self.catalogue.areas.filter(pl.col("city_code") == CITY)
        obliged = self.catalogue.obligations.filter(
            pl.col("unit_code").is_in(inside["area_code"].implode())
        )
        raw = {}
        for table in self.catalogue.tables:
            rows = store.rows(number, "tables", table)
            if rows is not None:
                raw[table] = rows.filter(pl.col("city_code") == CITY)
        self.world = World(raw, inside, obliged)
        self._known = {}

    def parts(self, indicator, population, area, period, dimension):
        """Numerator and denominator, or None where the rules give no row."""
        key = (indicator, population)
        if len(area) == VILLAGE_CODE:
            return self._of_village(ALL[key], area, period)
        if key not in self._known:
            rows = reference(self.world, ALL[key], ("township", "county", "city"))
            self._known[key] = {
                (row["area_code"], row["period"], row["dimension"]): row for row in rows.to_dicts()
            }
        row = self._known[key].get((area, period, dimension))
        return None if row is None else (row["numerator"], row["denominator"], row["masked"])

    def _of_village(self, figure, area, period):
        """Sensitive figures of a village are masked whatever their size."""
        key = (figure.name, "village")
        if key not in self._known:
            rows = self.world.of_villages(figure)
            self._known[key] = {(p, place): parts for p, place, *parts in rows.iter_rows()}
        parts = self._known[key].get((Period.parse(period).ordinal, area))
        return None if parts is None else (*parts, figure.sensitive)

    def filed(self, table, column, area, period):
        """The sum of a column over the filed rows of an area, None without any."""
        level = {6: "county_code", 9: "township_code", VILLAGE_CODE: "area_code"}[len(area)]
        rows = self.world.tables[table].filter(
            (pl.col("city_code" if area == CITY else level) == area) & (pl.col("period") == period)
        )
        values = rows[column].drop_nulls()
        return values.sum() if values.len() else None


def printed(numerator, denominator, indicator):
    """The figure as it must be printed: half up, and never 100.00 for what is less."""
    if denominator is None:
        exact = Decimal(numerator)
    else:
        exact = Decimal(numerator) * indicator.multiplier / Decimal(denominator)
    step = Decimal(1).scaleb(-indicator.decimals)
    rounded = exact.quantize(step, rounding=ROUND_HALF_UP)
    is_share = denominator is not None and indicator.multiplier == 100
    return 100 - step if is_share and numerator < denominator and rounded >= 100 else rounded


@pytest.fixture(scope="module")
def count(demo_store):
    return Count(Store(demo_store))


@pytest.fixture(scope="module")
def shown(demo_store):
    """(page, filter, piece) of every page at every filter."""
    patch = pytest.MonkeyPatch()
    patch.setenv("HPA_STORE", str(demo_store))
    pieces = []

    def take(at, entry, name):
        at.switch_page(str(entry.script)).run()
        assert not at.exception, f"{entry.title} at {name}"
        if "collected" in at.session_state:
            found = at.session_state["collected"].items()
            pieces.extend((entry.stem, name, key, piece) for key, piece in found)

    for name, given in FILTERS.items():
        visitor = opened(given)
        for entry in navigation.ENTRIES:
            if len(given["area"]) > 6 and entry.stem not in OF_A_TOWNSHIP:
                continue
            take(visitor, entry, name)
            more = MORE.get(entry.stem, ())
            if given["area"] == TOWNSHIP:
                more = OF_VILLAGES if entry.stem == "analysis" else ()
            for choice in more:
                take(opened(given | choice), entry, name)
    patch.undo()
    return pieces


def opened(address):
    at = AppTest.from_file(str(FRAME), default_timeout=60)
    for key, value in address.items():
        at.query_params[key] = value
    return at


def about(piece, row, catalogue):
    """Which figure a row is of: indicator and population."""
    indicator = row.get("indicator") or piece.params.get("indicator")
    if indicator is None:
        return None
    population = row.get("population") or piece.params.get("population")
    return str(indicator), str(
        population or next(iter(catalogue.indicators[indicator].populations))
    )


def test_each_figure_is_the_sum_of_the_filed_rows(shown, count):
    """Numerator and denominator of every row that says of which figure it is, and its print."""
    odd, checked, pages, villages = [], 0, set(), set()
    for page, name, key, piece in shown:
        for row in piece.table.iter_rows(named=True):
            which = about(piece, row, count.catalogue)
            area = row.get("area_code") or piece.params.get("area")
            if which not in ALL or area is None:
                continue
            for top, bottom, said, period in SIDES:
                if not {top, said, period} <= set(row) or row[period] is None:
                    continue
                state = row.get("state" if top == "numerator" else "other_state")
                if state not in (None, *SHOWN) or row.get("masked"):
                    continue
                found = count.parts(*which, area, row[period], row.get("dimension") or "")
                place = f"{page} {name} {key} {which[0]}/{which[1]} {area} {row[period]}"
                if found is None or found[2] or found[0] is None:
                    if row[said] is not None:
                        odd.append(f"{place}: {row[said]} shown, nothing filed")
                    continue
                parts = (row[top], row.get(bottom))
                if row[top] is None and row[said] is None:
                    continue
                if tuple(None if part is None else Decimal(str(part)) for part in parts) != tuple(
                    None if part is None else part.normalize() for part in found[:2]
                ):
                    odd.append(f"{place}: {parts} shown, {found[:2]} filed")
                elif row[said] is not None:
                    must = printed(found[0], found[1], count.catalogue.indicators[which[0]])
                    if Decimal(str(row[said])) != must:
                        odd.append(f"{place}: {row[said]} printed, {must} by the rule")
                checked += 1
                pages.add(page)
                villages.add((page, which[0]) if len(area) == VILLAGE_CODE else None)
    assert odd == []
    assert checked > 1_500
    told = {page for page, _ in villages - {None}}
    assert told == {"overview", "analysis", "signing", "village_clinics"}
    assert len(villages - {None}) > 7
    subjects = {entry.stem for entry in navigation.ENTRIES if entry.section == navigation.SUBJECTS}
    assert subjects | {"overview", "signing", "visits", "village_clinics", "analysis"} <= pages


def test_columns_named_like_a_forms_columns_are_their_sums(shown, count):
    """Tables by area that carry a form's own columns: added up from the rows of their period."""
    reads = {
        path.stem: headers.read(path).reads
        for path in SQL.glob("*/*.sql")
        if path.parent.name != "staging"
    }
    odd, checked = [], 0
    for page, name, key, piece in shown:
        forms = [each[:3].upper() for each in reads.get(piece.query, ()) if each[:1] == "t"]
        forms = [each for each in forms if each in count.catalogue.tables]
        if len(set(forms)) != 1 or forms[0] in REGISTER_KEYS:
            continue
        if not {"area_code", "period"} <= set(piece.table.columns):
            continue
        if piece.table["area_code"].is_duplicated().any():
            continue
        numbers = {
            column.name
            for column in count.catalogue.tables[forms[0]].stored_columns
            if column.type in ("int", "decimal") and column.sensitive is None
        }
        for row in piece.table.iter_rows(named=True):
            period = row["period"]
            if period is None or Period.parse(period).frequency != frequency_of(forms[0]):
                continue
            for column in numbers & set(row):
                if row[column] is None:
                    continue
                must = count.filed(forms[0], column, row["area_code"], period)
                place = f"{page} {name} {key} {column} {row['area_code']} {period}"
                if must is None or Decimal(str(row[column])) != Decimal(must):
                    odd.append(f"{place}: {row[column]} shown, {must} filed")
                checked += 1
    assert odd == []
    assert checked > 50


def test_a_parent_is_the_sum_of_its_parts(shown):
    """But for the reports a county files itself: they belong to none of its townships."""
    odd, checked = [], 0
    for page, name, _key, piece in shown:
        if piece.query != "indicator_matrix":
            continue
        for (indicator,), rows in piece.table.group_by("indicator"):
            whole, parts = rows.filter("is_parent"), rows.filter(~pl.col("is_parent"))
            known = parts.drop_nulls("numerator")
            if whole.is_empty() or whole["numerator"][0] is None or parts["masked"].any():
                continue
            if known.is_empty() or (parts["state"] == "不适用").any():
                continue
            if indicator in OF_THE_COUNTY and whole["level"][0] == "county":
                continue
            for column in ("numerator", "denominator"):
                if whole[column][0] is None:
                    continue
                if whole[column][0] != pytest.approx(known[column].sum()):
                    odd.append(f"{page} {name} {indicator} {column}")
                checked += 1
    assert odd == []
    assert checked > 100


def test_the_clinics_to_fix_and_the_villages_without_are_those_of_the_rules(shown, count):
    """Counted per village: the lists name the very places whose figures are on the page."""
    checked = 0
    for page, name, _key, piece in shown:
        lists = {"clinic_fix_list": "clinics", "clinic_blank_spots": "villages"}
        if piece.query not in lists or piece.table.is_empty():
            continue
        figure = next(figure for figure in FIGURES if figure.table == lists[piece.query])
        rows = count.world.rows(figure).filter(
            (pl.col("p") == Period.parse(piece.table["period"][0]).ordinal)
            & pl.col("place").str.starts_with(piece.params["area"].removesuffix("00"))
        )
        if piece.query == "clinic_fix_list":
            rows = rows.filter(pl.col("status").is_in(["未达标", "在建"]))
        else:
            rows = rows.filter(pl.col("status").is_in(["未设置", "在建"]) | ~pl.col("doctor_ok"))
        listed = piece.table["village_code"].sort().to_list()
        assert listed == rows["place"].sort().to_list(), f"{page} {name}"
        checked += len(listed)
    assert checked > 4
