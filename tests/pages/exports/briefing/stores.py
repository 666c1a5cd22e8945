"""Small stores for briefings: a city of some counties, two snapshots, a revised past."""

from pathlib import Path

from data.snapshots.store import Store
from tests.queries import tiny_store as tiny

CITY = tiny.CITY
WEEK, BEFORE, LAST_YEAR = "2020-W51", "2020-W50", "2019-W51"
LONG = "积石山保安族东乡族撒拉族自治县"
WEEKLY = ("signing_rate", "should_sign_rate", "signing_fulfilment_rate")
MONTHLY = {
    "county_visit_rate": "all",
    "village_clinic_standard_rate": "all",
    "insurance_enrolment_rate": "target",
    "major_disease_treat_rate": "target",
    "htn_std_mgmt_rate": "all",
}


def counties(count: int) -> list[str]:
    return [f"9911{number:02d}" for number in range(1, count + 1)]


def register(count: int, *, long: bool = False) -> str:
    lines = [
        "area_code,name,level,parent_code,kind,valid_from,valid_to,successors",
        "990000,试验省,province,,,,,",
        f"{CITY},试验市,city,990000,,,,",
    ]
    for number, code in enumerate(counties(count), 1):
        name = f"{LONG}{number}" if long else f"第{number}县"
        lines.append(f"{code},{name},county,{CITY},,,,")
        lines.append(f"{code}001,{number}镇,township,{code},,,,")
        lines.append(f"{code}001201,{number}村,village,{code}001,village,,,")
    return "\n".join(lines) + "\n"


def rows(count: int, *, shift: float = 0.0) -> list[dict]:
    """Figures of the newest week, the one before and a year before; the last county is behind.

    shift  Added to every numerator of the week before: a past that was revised.
    """
    found = []
    places = [(CITY, 100 * count), *((code, 100) for code in counties(count))]
    for number, (area, whole) in enumerate(places):
        share = 0.9 if number == 0 else max(0.5, 0.99 - number / 100)
        for indicator in WEEKLY:
            for period, less in ((WEEK, 0), (BEFORE, 1), (LAST_YEAR, 5)):
                moved = shift if period == BEFORE else 0
                found.append(
                    tiny.value(area, period, (share - less / 100) * whole + moved, whole,
                               indicator=indicator)
                )  # fmt: skip
        for indicator, population in MONTHLY.items():
            for period, less in (("2020-11", 0), ("2020-10", 1), ("2019-11", 5)):
                found.append(
                    tiny.value(area, period, (share - less / 100) * whole, whole,
                               indicator=indicator, population=population)
                )  # fmt: skip
    return found


def clinics(count: int) -> list[dict]:
    found = []
    for number, code in enumerate(counties(count), 1):
        for clinic in range(3):
            found.append(
                {
                    "period": "2020-11",
                    "village_code": f"{code}001201",
                    "clinic_code": f"{code}001201{clinic:02d}",
                    "status": "未达标" if clinic == 0 and number % 2 else "达标",
                    "exempt": False,
                    "is_poor_village": False,
                    "floor_area_ok": not (clinic == 0 and number % 2),
                    "rooms_ok": True,
                    "doctor_ok": True,
                    "licence_ok": True,
                    "override": False,
                    "carried": False,
                    "filed_period": "2020-11",
                }
            )
    return found


def villages(count: int) -> list[dict]:
    return [
        {
            "period": "2020-11",
            "village_code": f"{code}001201",
            "status": "达标",
            "exempt": False,
            "doctor_ok": True,
            "is_poor_village": False,
        }
        for code in counties(count)
    ]


def raw(*periods: str) -> dict[str, list[dict]]:
    """Enough filed rows for the store to know which periods it holds, and two ledgers."""
    area = f"{counties(1)[0]}001201"
    issue = {
        "area_code": f"{counties(1)[0]}001",
        "period": periods[0],
        "issue_no": "1",
        "source": "自查",
        "issue": "台账不全",
        "owner_unit": "试验单位",
        "found_on": tiny.day("2020-01-01"),
        "due_on": tiny.day("2020-02-01"),
        "status": "整改中",
    }
    doubt = {
        "area_code": counties(1)[0],
        "period": periods[0],
        "batch": "1",
        "suspicion": "未参保",
        "source_a": "医保",
        "source_b": "农业农村",
        "matched_people": 1000,
        "suspect_people": 50,
        "verified_people": 40,
        "confirmed_people": 10,
        "fixed_people": 5,
    }
    return {
        "T04": [{"area_code": area, "period": period} for period in periods],
        "T16": [issue],
        "T17": [doubt],
    }


TARGETS = [
    tiny.target(80.0),
    tiny.target(95.0, indicator="htn_std_mgmt_rate", population="all"),
]


def make(path: Path, count: int = 9, *, long: bool = False) -> Store:
    """Two snapshots: the week before, then the newest week with that one revised by a point."""
    shared = {
        "targets": TARGETS,
        "areas": register(count, long=long),
        "clinics": clinics(count),
        "villages": villages(count),
    }
    old = [row for row in rows(count) if row["period"] != WEEK]
    tiny.store(path, old, raw=raw(BEFORE), **shared)
    return tiny.store(path, rows(count, shift=2.0), raw=raw(BEFORE, WEEK), **shared)
