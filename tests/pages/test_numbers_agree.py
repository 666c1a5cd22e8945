"""What the pages show against a second count from the filed rows, made without the product's SQL.

Every page is walked at several filters. Each table behind a chart, a card or a list is taken as
the page holds it; its figures must be those that polars adds up from the raw rows by the rules.
"""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pages.shell import navigation
from queries import headers
from queries.question import SQL
from tests.figures import clinics
from tests.figures.figure import VILLAGE_CODE, Figure
from tests.figures.periods import parse
from tests.figures.printing import printed
from tests.figures.totals import Totals
from tests.figures.world import of_store

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


class Count:
    """The second count of a city, one figure at a time."""

    def __init__(self, store: Path) -> None:
        self.world = of_store(store).only(CITY)
        self.figures = set(self.world.figures())
        self.shapes = self.world.definitions["tables"]
        self._known = {}

    def indicator(self, name):
        """An indicator's definition."""
        return self.world.definitions["indicators"][name]

    def parts(self, indicator, population, area, period, dimension):
        """Numerator, denominator and whether they are hidden; None where the rules give no row."""
        key = (indicator, population)
        if key not in self._known:
            self._known[key] = Totals(Figure(self.world, *key))
        totals, ordinal = self._known[key], parse(period).ordinal
        if len(area) == VILLAGE_CODE:
            # Sensitive figures of a village are masked whatever their size.
            parts = totals.figure.of_villages.get((ordinal, area))
            return None if parts is None else (*parts[:2], totals.figure.sensitive)
        row = totals.row(area, ordinal, dimension)
        return None if row is None else (*(row.parts or (None, None)), row.masked)

    def filed(self, table, column, area, period):
        """The sum of a column over the filed rows of an area, None without any."""
        level = {6: "county_code", 9: "township_code", VILLAGE_CODE: "area_code"}[len(area)]
        inside = pl.col("city_code" if area == CITY else level) == area
        rows = self.world.tables[table].filter(inside & (pl.col("period") == period))
        values = rows.select(column).collect()[column].drop_nulls()
        return values.sum() if values.len() else None


@pytest.fixture(scope="module")
def count(demo_store):
    return Count(demo_store)


@pytest.fixture(scope="module")
def shown(demo_store):
    """(page, filter, piece) of every page at every filter."""
    patch = pytest.MonkeyPatch()
    patch.setenv("HPA_STORE", str(demo_store))
    pieces = []

    def take(at, entry, name):
        at.switch_page(str(entry.script))
        if entry.view:  # known by its address: the described pages share one script
            at._page_hash = calc_hash(entry.stem)
        at.run()
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


def about(piece, row, count):
    """Which figure a row is of: indicator and population."""
    indicator = row.get("indicator") or piece.params.get("indicator")
    if indicator is None:
        return None
    population = row.get("population") or piece.params.get("population")
    return str(indicator), str(population or next(iter(count.indicator(indicator)["populations"])))


def test_each_figure_is_the_sum_of_the_filed_rows(shown, count):
    """Numerator and denominator of every row that says of which figure it is, and its print."""
    odd, checked, pages, villages = [], 0, set(), set()
    for page, name, key, piece in shown:
        for row in piece.table.iter_rows(named=True):
            which = about(piece, row, count)
            area = row.get("area_code") or piece.params.get("area")
            if which is None or which not in count.figures or area is None:
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
                    must = printed(found[:2], count.indicator(which[0]))
                    if Fraction(str(row[said])) != must:
                        odd.append(f"{place}: {row[said]} printed, {float(must)} by the rule")
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
        forms = [each for each in forms if each in count.shapes]
        if len(set(forms)) != 1 or count.shapes[forms[0]]["register"]:
            continue
        if not {"area_code", "period"} <= set(piece.table.columns):
            continue
        if piece.table["area_code"].is_duplicated().any():
            continue
        numbers = {
            name
            for name, column in count.shapes[forms[0]]["columns"].items()
            if column["type"] in ("int", "decimal")
            and column.get("stored", True)
            and "sensitive" not in column
            and "sensitive_rows" not in count.shapes[forms[0]]
        }
        for row in piece.table.iter_rows(named=True):
            period = row["period"]
            if period is None or parse(period).frequency != count.shapes[forms[0]]["frequency"]:
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
        lists = {
            "clinic_fix_list": "clinic_state",
            "clinic_blank_spots": "village_clinic_state",
        }
        if piece.query not in lists or piece.table.is_empty():
            continue
        rows = clinics.states(count.world, lists[piece.query]).filter(
            (pl.col("p") == parse(piece.table["period"][0]).ordinal)
            & pl.col("area_code").str.starts_with(piece.params["area"].removesuffix("00"))
        )
        if piece.query == "clinic_fix_list":
            rows = rows.filter(pl.col("status").is_in(["未达标", "在建"]))
        else:
            rows = rows.filter(~(pl.col("clinic_ok") & pl.col("doctor_ok")))
        listed = piece.table["village_code"].sort().to_list()
        assert listed == rows["area_code"].sort().to_list(), f"{page} {name}"
        checked += len(listed)
    assert checked > 4
