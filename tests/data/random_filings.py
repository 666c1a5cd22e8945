"""Fourteen months of seeded random reports from a small city: gaps, empty cells, late arrivals.

The figures mean nothing; they only have to be added, rolled up and compared correctly.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Table
from data.filed.rows import Change
from data.periods import Period, containing
from tests.data.small_world import CITY, EAST, PROVINCE, WEST

COUNTIES = (EAST, WEST)
TOWNSHIPS = tuple(f"{county}00{n}" for county in COUNTIES for n in (1, 2, 3, 4))
# 丁镇 has no administrative village, so nobody there can file the register of clinics.
NO_VILLAGES = TOWNSHIPS[-1]
AREAS = [
    (PROVINCE, "试省", "province", "", ""),
    (CITY, "试市", "city", PROVINCE, ""),
    (EAST, "东县", "county", CITY, ""),
    (WEST, "西县", "county", CITY, ""),
    *((code, f"{code[-4:]}镇", "township", code[:6], "") for code in TOWNSHIPS),
    *(
        (township + number, f"{number}村", "village", township, kind)
        for township in TOWNSHIPS
        for number, kind in (("001", "neighbourhood"), ("200", "village"), ("201", "village"))
        if kind == "neighbourhood" or township != NO_VILLAGES
    ),
]
VILLAGES = tuple(area[0] for area in AREAS if area[2] == "village")
# T09, T13 and T18 have no obligations, T02 has some in one county, T06 is filed by one county for
# its townships, T03 and T12 by both levels; T05 of the second county begins later.
OBLIGATIONS = (
    "T01,990100,township,2019-01-01,,5",
    "T02,990101,township,2019-01-01,,5",
    "T03,990100,township,2019-01-01,,1",
    "T03,990100,county,2019-01-01,,1",
    "T04,990100,township,2019-01-01,,1",
    "T05,990101,township,2019-01-01,,5",
    "T05,990102,township,2020-04-01,,5",
    "T06,990101,township,2019-01-01,,5",
    "T06,990102,county,2019-01-01,,8",
    "T07,990100,township,2019-01-01,,5",
    "T08,990100,county,2019-01-01,,5",
    "T10,990100,county,2019-01-01,,10",
    "T11,990100,township,2019-01-01,,5",
    "T12,990100,township,2019-01-01,,5",
    "T12,990100,county,2019-01-01,,5",
    "T14,990100,county,2019-01-01,,5",
    "T15,990100,township,2019-01-01,,1",
    "T16,990100,county,2019-01-01,,1",
    "T17,990100,county,2019-01-01,,5",
    "T19,990100,township,2019-01-01,,1",
    "T20,990100,county,2019-01-01,,5",
    "T21,990100,county,2019-01-01,,5",
)
FIRST, LAST = date(2019, 11, 4), date(2021, 1, 31)
PERIOD_ENDS = {
    period.text: period.end
    for frequency in ("weekly", "monthly", "quarterly")
    for n in range(
        containing(frequency, FIRST).ordinal - 1, containing(frequency, LAST).ordinal + 1
    )
    for period in [Period(frequency, n)]
}
_MISSING, _EMPTY, _CHANGED, _GONE = 0.15, 0.12, 0.3, 0.1
_USUAL = {"service_mode": "自有", "build_state": "已投用"}
_LATE_TABLES = {"T05": (WEST, date(2020, 4, 1))}


def changes(catalogue: Catalogue, seed: int = 1) -> list[Change]:
    """Reports of all tables."""
    out = []
    for table in catalogue.tables.values():
        rows = list(_rows(table, Random(f"{seed} {table.id}")))
        schema = {column.name: column.dtype for column in table.stored_columns}
        out.append(
            Change(table.id, pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None))
        )
    return out


def _periods(table: Table) -> Iterator[Period]:
    period = Period.parse(
        {"weekly": "2019-W45", "monthly": "2019-11", "quarterly": "2019-Q4"}[table.frequency]
    )
    while period.end <= LAST:
        yield period
        period = period.next()


def _rows(table: Table, random: Random) -> Iterator[dict[str, Any]]:
    started: set[tuple[str, ...]] = set()
    for period in _periods(table):
        filed_on = period.end + timedelta(days=1)
        for unit, places in _filers(table):
            late = _LATE_TABLES.get(table.id)
            if random.random() < _MISSING or (
                late and unit.startswith(late[0]) and period.start < late[1]
            ):
                continue
            arrived = filed_on + timedelta(days=random.choice((0, 0, 1, 3, 6, 9)))
            for area, key in places:
                if table.register and random.random() > _CHANGED:
                    continue
                mark = tuple(key.values())
                row = {"area_code": area, "division_code": area, "period": period.text, **key}
                for column in table.stored_columns:
                    if column.name not in row:
                        row[column.name] = _value(table, column, area, period, random)
                if table.id == "T07":  # a judgement against the rule counts with its reason only
                    row["remark"] = random.choice((None, "现场核定"))
                row["first_imported"] = arrived
                row["is_removed"] = table.register and mark in started and random.random() < _GONE
                started.add(mark)
                yield row


def _filers(table: Table) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Who files together, and what: (area, key columns) of each row."""
    if table.id == "T04":
        for township in TOWNSHIPS:
            yield township, [(v, {}) for v in VILLAGES if v.startswith(township)]
    elif table.id == "T07":
        for township in TOWNSHIPS[:-1]:
            mine = [v for v in VILLAGES if v.startswith(township)]
            codes = [(village, n) for village in mine for n in (1, 2)]
            # The last village of each township has one clinic less, the last township's none.
            yield (
                township,
                [(v, {"village_code": v, "clinic_code": f"c{v}{n}"}) for v, n in codes[:-1]],
            )
    elif table.id in ("T03", "T08", "T10", "T25"):
        for place in (*COUNTIES, *TOWNSHIPS):
            yield place, [(place, {"org_code": f"h{place}{n}"}) for n in (1, 2)]
    elif table.id == "T20":
        for county in COUNTIES:
            yield county, [(county, {"org_code": f"h{county}{n}"}) for n in (1, 2)]
    elif table.id == "T14":
        for county in COUNTIES:
            places = (county, *(t for t in TOWNSHIPS if t.startswith(county)))
            yield (
                county,
                [
                    (place, {"supporter_code": f"s{n}", "recipient_code": f"h{place}1"})
                    for place in places
                    for n in (1, 2)
                ],
            )
    elif table.id == "T16":
        for place in (*COUNTIES, *TOWNSHIPS):
            yield place, [(place, {"issue_no": f"i{place}{n}"}) for n in range(4)]
    elif table.id == "T17":
        for county in COUNTIES:
            yield (
                county,
                [
                    (county, {"batch": n, "source_a": "医保", "source_b": b, "suspicion": s})
                    for n in ("1", "2", "10")
                    for b in ("卫健", "民政")
                    for s in ("未参保", "金额不符")
                ],
            )
    elif table.id == "T18":
        for county in COUNTIES:
            yield (
                county,
                [
                    (county, {"project_no": f"p{county}{n}", "fund_source": fund})
                    for n in (1, 2)
                    for fund in ("中央", "县")
                ],
            )
    elif table.id in ("T09", "T21", "T24"):
        for county in COUNTIES:
            yield county, [(county, {})]
    elif table.id == "T12":
        for place in (*COUNTIES, *TOWNSHIPS):
            yield place, [(place, {})]
    else:
        kinds: dict[str, tuple[str, tuple[str, ...]]] = {
            "T05": ("disease_code", ("md01", "md07", "md25")),
            "T06": ("chronic_type", ("htn", "dm2", "tb", "smi")),
            "T19": ("table_id", ("T04", "ALL")),
        }
        name, values = kinds.get(table.id, ("", ("",)))
        for township in TOWNSHIPS:
            yield township, [(township, {name: value} if name else {}) for value in values]


def _value(table: Table, column: Column, area: str, period: Period, random: Random) -> Any:
    if table.id == "T12" and (column.filed_at == "county") != (len(area) == 6):
        return None
    if not column.required and random.random() < _EMPTY:
        return None
    if column.type == "int":
        if column.name == "service_pop":
            return random.choice((150, 400, 900, 120_000, 300_000))
        if column.name == "posting_days":
            return random.choice((0, 3))
        return random.choice((0, 1, 3, 8, 12, 40, random.randrange(200)))
    if column.name in _USUAL and random.random() < 0.7:
        return _USUAL[column.name]
    if column.name == "floor_area":
        return random.choice((45.5, 60.0, 88.0))
    if column.type == "decimal":
        return round(random.random() * random.choice((1, 100, 120)), 4)
    if column.type == "bool":
        return random.random() < 0.8
    if column.type == "date":
        return period.end + timedelta(days=random.randrange(-120, 200))
    if column.type == "enum":
        return random.choice(column.values)
    return f"{column.name} {random.randrange(3)}"
