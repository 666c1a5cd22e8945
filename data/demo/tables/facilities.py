"""T03, T08, T10, T14 and T20: institutions, what they can do, their staff and their supporters."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.cells import Cells, coded, flags, texts
from data.demo.clock import days
from data.demo.frames import Filing, Units, county_names, filing, table_frame, township_names
from data.demo.tables.insurance import season, stays
from data.demo.world import World, apportion, running, share_of

COUNTY_HOSPITALS = ("县医院", "县中医院", "妇幼", "疾控中心")
COUNTY_SUFFIXES = {
    "县医院": "人民医院",
    "县中医院": "中医院",
    "妇幼": "妇幼保健院",
    "疾控中心": "疾病预防控制中心",
}
# S004-002 and S004-004: four district hospitals, and a second hospital in one of 13 townships.
MORE_COUNTY_HOSPITALS = {"411403": 1}
SECOND_HOSPITAL = ("411403101",)
# S004-031 to S004-034: general practitioners and senior titles of one district, September 2020.
GPS = {"411403": 417}
SENIOR_FULL, SENIOR_ASSOCIATE = {"411403": 30}, {"411403": 136}
# S000-049: the pension of village doctors is unsettled here.
PENSION_UNSETTLED = ("320723",)
GRADES = ("未定", "一级", "二级", "三级")
ORG_TYPES = (*COUNTY_HOSPITALS, "中心卫生院", "一般卫生院", "社区卫生服务中心")
ORG_TYPES = (*ORG_TYPES, "社区卫生服务站", "其他医院")
SUPPORTED = ("县医院", "县中医院", "妇幼", "中心卫生院")


@dataclass(frozen=True)
class Orgs:
    """All institutions of a prefecture. township is -1 for those of a county or of the city;
    county is -1 for those of the city. kind is a word of ORG_TYPES.
    """

    codes: np.ndarray
    names: np.ndarray
    areas: np.ndarray
    kinds: np.ndarray
    county: np.ndarray
    township: np.ndarray

    def pick(self, rows: np.ndarray) -> "Orgs":
        """Some of the institutions."""
        return Orgs(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def institutions(world: World) -> Orgs:
    """Hospitals of the city, of the counties, and one institution at least per township."""
    rows: list[tuple[str, str, str, str, int, int]] = []
    city = world.city
    for number, name in enumerate(("第一人民医院", "中心医院"), start=1):
        title = f"{world.city_name}{name}"
        rows.append((f"{city}C{number}", title, city, "其他医院", -1, -1))
    filing_counties = world.files("T20")
    for county, code in enumerate(world.counties.codes):
        if not filing_counties[county]:
            continue
        name = world.counties.names[county]
        for number, kind in enumerate(COUNTY_HOSPITALS, start=1):
            title = name + COUNTY_SUFFIXES[kind]
            rows.append((f"{code}H{number}", title, code, kind, county, -1))
        for number in range(MORE_COUNTY_HOSPITALS.get(code, 0)):
            title = f"{name}第{'二三四'[number]}人民医院"
            rows.append((f"{code}H{number + 5}", title, code, "其他医院", county, -1))
    centre = _centres(world)
    for town, code in enumerate(world.townships.codes):
        county = int(world.townships.parent[town])
        if not filing_counties[county]:
            continue
        name, kind = world.townships.names[town], _township_kind(code, bool(centre[town]))
        title = f"{world.counties.names[county]}{name}{_suffix(kind)}"
        rows.append((f"{code}W1", title, code, kind, county, town))
        if code in SECOND_HOSPITAL:
            title = f"{world.counties.names[county]}{name}第二卫生院"
            rows.append((f"{code}W2", title, code, "一般卫生院", county, town))
    words = [np.array(column, dtype=object) for column in list(zip(*rows, strict=True))[:4]]
    places = [np.array(column, dtype=np.int64) for column in list(zip(*rows, strict=True))[4:]]
    return Orgs(*words, *places)


def _township_kind(code: str, is_centre: bool) -> str:
    if code[6] == "0":
        return "社区卫生服务中心"
    if code[6] in "12":
        return "中心卫生院" if is_centre else "一般卫生院"
    return "社区卫生服务站"


def _suffix(kind: str) -> str:
    return {"中心卫生院": "中心卫生院", "一般卫生院": "卫生院"}.get(kind, kind)


def _centres(world: World) -> np.ndarray:
    """The largest fifth of the towns of a county have its centre hospitals."""
    size = world.by_township(world.village_residents)
    is_town = np.array([code[6] == "1" for code in world.townships.codes])
    centre = np.zeros(len(size), dtype=bool)
    for county in range(len(world.counties)):
        here = np.flatnonzero((world.townships.parent == county) & is_town)
        chosen = here[np.argsort(-size[here], kind="stable")][: max(1, round(len(here) / 5))]
        centre[chosen] = True
    return centre


def county_hospitals(world: World) -> np.ndarray:
    """Code of the county hospital for each county row."""
    return np.array([f"{code}H1" for code in world.counties.codes], dtype=object)


def _at_township_or_county(world: World, orgs: Orgs, filers: np.ndarray) -> Units:
    names = np.concatenate([township_names(world), county_names(world)])
    return Units(orgs.areas, orgs.areas, filers, names, orgs.county)


def filed_by_county(world: World, orgs: Orgs) -> Units:
    """One row per institution, filed by the county it stands in."""
    return Units(orgs.areas, orgs.areas, orgs.county, county_names(world), orgs.county)


# ---- T20 ------------------------------------------------------------------------------------


def t20(world: World) -> pl.DataFrame:
    """机构名录: everything in January 2019, afterwards only what changed."""
    rng = world.rng("T20")
    orgs, months = institutions(world), world.months
    size = len(orgs.codes)
    grade, promoted = _grades(world, orgs)
    opened = days("1998-01-01") + rng.integers(0, 6500, size)
    # A few are renamed or re-registered: their row is filed again in that month.
    renewed = np.where(rng.random(size) < 0.03, rng.integers(2, len(months), size), -1)
    row = np.arange(len(months))[:, None]
    changed = (row == 0) | (row == renewed) | (row == promoted)
    # City hospitals are registered by the first county office of the prefecture's list.
    filers = np.maximum(orgs.county, 0)
    units = Units(orgs.areas, orgs.areas, filers, county_names(world), filers)
    columns = {
        "org_code": texts(orgs.codes),
        "org_name": texts(orgs.names),
        "org_type": texts(orgs.kinds),
        "grade": coded(grade, GRADES),
        "is_government": flags(np.isin(orgs.kinds, ("社区卫生服务站",), invert=True)),
        "is_designated": flags(orgs.kinds != "疾控中心"),
        "valid_from": Cells(opened, "date"),
        "valid_to": Cells(opened, "date", valid=np.zeros(size, dtype=bool)),
    }
    filed = filing(world, "T20", months, "county")
    filed = Filing(filed.reported_on, filed.imported_on, np.ones_like(filed.kept))
    return table_frame(world, "T20", months, units, filed, columns, only=changed)


def _grades(world: World, orgs: Orgs) -> tuple[np.ndarray, np.ndarray]:
    """Grade (position in GRADES, month x institution) and month of a promotion (-1: none)."""
    rng = world.rng("grades")
    draw = rng.random(len(orgs.codes))
    grade = np.select(
        [
            orgs.county < 0,
            orgs.kinds == "县医院",
            np.isin(orgs.kinds, ("县中医院", "其他医院")),
            np.isin(orgs.kinds, ("妇幼", "中心卫生院")),
            orgs.kinds == "一般卫生院",
        ],
        [3, 2, 2, 1, np.where(draw < 0.4, 1, 0)],
        0,
    )
    promoted = np.where((orgs.kinds == "县中医院") & (draw < 0.3), 8 + (draw * 40).astype(int), -1)
    months = np.arange(len(world.months))[:, None]
    return np.where((promoted >= 0) & (months < promoted), grade - 1, grade), promoted


# ---- T08 and T10 ----------------------------------------------------------------------------


def _rated(world: World) -> Orgs:
    """The institutions of T08 and T10: all but the hospitals that have no row there."""
    orgs = institutions(world)
    return orgs.pick(orgs.kinds != "其他医院")


def t08(world: World) -> pl.DataFrame:
    """县乡机构能力达标月报表, one row per institution and month, filed by the county."""
    rng = world.rng("T08")
    orgs, months = _rated(world), world.months
    size = len(orgs.codes)
    at_county = orgs.township < 0
    people = _served(world, orgs)
    staff = _staff(world)
    quarter = world.month_quarter
    # Each institution reaches a standard when its county's share passes its own place in line.
    standard = world.curve("township standard", months, "county", start=0.8, end=0.972, gain=0.03)
    remote = world.curve("telemedicine", months, "county", start=0.55, end=0.98, gain=0.12)
    tcm = world.curve("tcm rooms", months, "county", start=0.6, end=0.92, gain=0.05)
    line = rng.random((3, size))
    has_remote = remote[:, orgs.county] > line[1]
    level2 = _level2(world, orgs)
    cases = rng.poisson(np.where(at_county, 9.0, 1.6) * has_remote * rng.uniform(0.2, 1.8, size))
    # Some have the line installed and never use it.
    cases *= (rng.random(size) > 0.15)[None, :]
    supporter, supported = _supporters(world, orgs)
    techniques = rng.poisson(np.where(at_county, 0.25, 0.03), (len(months), size))
    columns = {
        "org_code": texts(orgs.codes),
        "org_type": texts(orgs.kinds),
        "service_pop": Cells(people),
        "grade": coded(_grades(world, institutions(world))[0][:, _rated_rows(world)], GRADES),
        "level2_ok": flags(level2),
        "standard_ok": flags((standard[:, orgs.county] > line[0]) & ~at_county),
        "licensed_doctors": Cells(staff["licensed_doctors"][quarter]),
        "gps": Cells(staff["gps"][quarter]),
        "telemedicine_ok": flags(has_remote),
        "tele_cases": Cells(running(cases.astype(np.int64), months.years)),
        "tcm_ok": flags(tcm[:, orgs.county] > line[2]),
        "supporter_code": Cells(np.arange(size), "text", tuple(supporter), valid=supported),
        "new_techniques": Cells(running(techniques.astype(np.int64), months.years)),
    }
    filed = filing(world, "T08", months, "county")
    return table_frame(world, "T08", months, filed_by_county(world, orgs), filed, columns)


def _rated_rows(world: World) -> np.ndarray:
    return institutions(world).kinds != "其他医院"


def _served(world: World, orgs: Orgs) -> np.ndarray:
    """People served, month x institution."""
    county = world.by_county(world.residents)[:, orgs.county]
    return np.where(orgs.township < 0, county, world.residents[:, np.maximum(orgs.township, 0)])


def _level2(world: World, orgs: Orgs) -> np.ndarray:
    """County hospitals with level-2 capacity, month x institution; a few get there in 2020."""
    rng = world.rng("level 2")
    months = np.arange(len(world.months))[:, None]
    score = world.score("level 2", "county")[orgs.county] + rng.normal(0, 0.5, len(orgs.codes))
    since = np.select([score > -0.6, score > -1.3], [0, 14], 99)
    since = np.where(orgs.kinds == "县中医院", since + 6, since)
    return np.isin(orgs.kinds, ("县医院", "县中医院")) & (months >= since)


def t10(world: World) -> pl.DataFrame:
    """卫生人员季报表, one row per institution and quarter, filed by the county."""
    orgs = _rated(world)
    columns = {"org_code": texts(orgs.codes)}
    columns |= {name: Cells(values) for name, values in _staff(world).items()}
    filed = filing(world, "T10", world.quarters, "county")
    return table_frame(world, "T10", world.quarters, filed_by_county(world, orgs), filed, columns)


def _staff(world: World) -> dict[str, np.ndarray]:
    """Staff by profession, quarter x institution."""
    rng = world.rng("T10")
    orgs, quarters = _rated(world), world.quarters
    size, count = len(orgs.codes), len(quarters)
    people = _served(world, orgs)[np.minimum(np.arange(count) * 3 + 2, len(world.months) - 1)]
    per_1000 = np.select(
        [orgs.kinds == kind for kind in COUNTY_HOSPITALS], [1.05, 0.5, 0.28, 0.09], 0.95
    )
    growth = 1 + 0.006 * np.arange(count)[:, None]
    staff = people * per_1000 / 1000 * rng.uniform(0.8, 1.2, size) * growth
    staff = np.maximum(np.floor(staff + rng.random(size)).astype(np.int64), 4)
    gps = _general_practitioners(world, orgs)
    others = share_of(staff, rng.uniform(0.22, 0.3, size), rng)
    licensed = gps + others
    nurses = share_of(staff, rng.uniform(0.3, 0.42, size), rng)
    staff = np.maximum(staff, licensed + nurses + 2)
    hospital = orgs.township < 0
    full = share_of(staff, np.where(hospital, 0.013, 0.0005), rng)
    associate = share_of(staff, np.where(hospital, 0.055, 0.008), rng)
    full = _land_counts(world, orgs, full, staff // 4, SENIOR_FULL)
    associate = _land_counts(world, orgs, associate, staff // 4, SENIOR_ASSOCIATE)
    villages = world.by_township(world.is_village.astype(np.int64))[np.maximum(orgs.township, 0)]
    first_here = np.array([code.endswith("W1") for code in orgs.codes])
    doctors = np.where(hospital | ~first_here, 0, villages)
    doctors = share_of(np.tile(doctors, (count, 1)), rng.uniform(1.05, 1.5, size), rng)
    pension = world.curve("pension", quarters, "county", start=0.6, end=0.88, gain=0.08)
    for code in PENSION_UNSETTLED:
        county = world.counties.at(code)
        if county is not None:
            pension[:, county] *= 0.5
    trainees = rng.poisson(np.where(hospital, 0.0, 0.6), size)
    return {
        "staff": staff,
        "licensed_doctors": licensed,
        "nurses": nurses,
        "gps": gps,
        "senior_full": full,
        "senior_assoc": associate,
        "village_doctors": doctors,
        "vd_pension": share_of(doctors, pension[:, orgs.county], rng),
        "order_trainees": np.tile(trainees, (count, 1)),
    }


def _general_practitioners(world: World, orgs: Orgs) -> np.ndarray:
    """GPs per quarter and institution, from a rate per 10,000 residents of each county."""
    quarters = world.quarters
    rate = 10 * world.curve("gps", quarters, "county", start=0.29, end=0.43, gain=0.055)
    people = world.by_county(world.residents)
    weight = np.where(orgs.kinds == "县医院", 2.5, 1.0) * np.isin(
        orgs.kinds, ("县医院", "中心卫生院", "一般卫生院", "社区卫生服务中心", "社区卫生服务站")
    )
    weight = weight * _served(world, orgs)[0] ** np.where(orgs.township < 0, 0.75, 1.0)
    gps = np.zeros((len(quarters), len(orgs.codes)), dtype=np.int64)
    for quarter in range(len(quarters)):
        month = min(quarter * 3 + 2, len(world.months) - 1)
        for county, code in enumerate(world.counties.codes):
            here = orgs.county == county
            total = round(people[month, county] * rate[quarter, county] / 10_000)
            if code in GPS:
                total = GPS[code] - 9 * (len(quarters) - 1 - quarter)
            if here.any():
                gps[quarter, here] = apportion(total, weight[here])
    return gps


def _land_counts(
    world: World, orgs: Orgs, values: np.ndarray, room: np.ndarray, known: dict[str, int]
) -> np.ndarray:
    """Replace a county's figures so that each quarter adds up to a printed count."""
    for code, total in known.items():
        county = world.counties.at(code)
        if county is not None:
            here = orgs.county == county
            for quarter in range(len(values)):
                weight = (values[quarter, here] + 0.001) * (room[quarter, here] > 0)
                values[quarter, here] = apportion(total, weight)
    return values


# ---- T14 ------------------------------------------------------------------------------------


def _supporters(world: World, orgs: Orgs) -> tuple[np.ndarray, np.ndarray]:
    """Code of the supporting hospital per institution, and whether there is one, per month."""
    rng = world.rng("supporters")
    months = world.months
    city = [f"{world.city}C1", f"{world.city}C2"]
    own = county_hospitals(world)
    supporter = np.array(
        [
            own[county] if kind == "中心卫生院" else city[number % 2]
            for number, (county, kind) in enumerate(zip(orgs.county, orgs.kinds, strict=True))
        ],
        dtype=object,
    )
    reach = world.curve("support", months, "county", start=0.8, end=0.985, gain=0.04)
    line = rng.random(len(orgs.codes))
    is_recipient = np.isin(orgs.kinds, SUPPORTED)
    return supporter, is_recipient & (np.maximum.accumulate(reach)[:, orgs.county] > line)


def t14(world: World) -> pl.DataFrame:
    """对口支援月报表, one row per pair and month, filed by the recipient's county."""
    rng = world.rng("T14")
    all_orgs, months = _rated(world), world.months
    supporter, has_agreement = _supporters(world, all_orgs)
    rows = has_agreement.any(axis=0)
    orgs, supporter = all_orgs.pick(np.flatnonzero(rows)), supporter[rows]
    has_agreement = has_agreement[:, rows]
    size = len(orgs.codes)
    first_month = has_agreement.argmax(axis=0)
    started = np.where(first_month == 0, days("2018-01-01"), months.starts[first_month])
    # Old agreements end with 2019. Those who are behind renew months later: the row stays, expired.
    late = world.score("renewal", "county")[orgs.county] + rng.normal(0, 0.6, size) < -0.9
    renewed_in = np.where(late, months.at("2020-04"), months.at("2020-01"))
    old = (first_month == 0) & (np.arange(len(months))[:, None] < renewed_in)
    new_start = np.where(first_month == 0, months.starts[renewed_in], started)
    start = np.where(old, started, new_start)
    # And some of the new ones were made for half a year and nobody has noticed.
    short = world.score("short agreements", "county")[orgs.county] + rng.normal(0, 0.9, size)
    until = np.where(short < -1.6, days("2020-08-31"), days("2022-12-31"))
    end = np.where(old, days("2019-12-31"), until)
    posted = rng.integers(1, 6, size) + (rng.random((len(months), size)) < 0.15)
    posted = np.where(np.isin(months.texts, ("2020-02", "2020-03"))[:, None], 1, posted)
    stayed = share_of(
        posted, np.clip(0.6 + 0.12 * world.score("posted", "county"), 0.2, 1.0)[orgs.county], rng
    )
    effort = np.clip(0.85 + 0.09 * world.score("four ones", "county"), 0.3, 1.08)[orgs.county]
    ones = np.minimum(share_of(np.full((len(months), size), 4), effort, rng), 4)
    ones = share_of(ones, np.clip(months.year_share[:, None] * 1.12, 0, 1), rng)
    surgeon = np.isin(orgs.kinds, ("县医院", "县中医院", "妇幼"))
    surgeries = rng.poisson(np.where(surgeon, 3.5, 0.2), (len(months), size)).astype(np.int64)
    remote = rng.poisson(np.where(surgeon, 4.0, 0.8), (len(months), size)).astype(np.int64)
    columns = {
        "supporter_code": texts(supporter),
        "recipient_code": texts(orgs.codes),
        "agreement_from": Cells(start, "date"),
        "agreement_to": Cells(end, "date"),
        "posted_staff": Cells(posted),
        "posted_6m": Cells(np.minimum(stayed, posted)),
        "four_ones_done": Cells(np.minimum(ones, 4)),
        "surgeries": Cells(running(surgeries, months.years)),
        "tele_cases": Cells(running(remote, months.years)),
        "recipient_type": texts(orgs.kinds),
    }
    filed = filing(world, "T14", months, "county")
    units = filed_by_county(world, orgs)
    return table_frame(world, "T14", months, units, filed, columns, only=has_agreement)


# ---- T03 ------------------------------------------------------------------------------------


def t03(world: World) -> pl.DataFrame:
    """一站式结算和先诊疗后付费周报表, one row per institution with beds and week."""
    rng = world.rng("T03")
    orgs, weeks = institutions(world), world.weeks
    orgs = orgs.pick((orgs.county >= 0) & np.isin(orgs.kinds, ("疾控中心",), invert=True))
    size, at_county = len(orgs.codes), orgs.township < 0
    share = np.select(
        [orgs.kinds == "县医院", at_county, orgs.kinds == "社区卫生服务站"], [0.4, 0.1, 0.02], 1.0
    )
    county_stays = world.by_county(stays(world).mean(axis=0)) * 12 / 52 * 0.82
    own = world.residents[0, np.maximum(orgs.township, 0)]
    below = np.zeros(size)
    for county in range(len(world.counties)):
        here = (orgs.county == county) & ~at_county
        weight = own[here] * share[here]
        below[here] = 0.3 * weight / max(weight.sum(), 1)
    load = county_stays[orgs.county] * np.where(at_county, share, below)
    busy = season(world)[np.minimum(world.week_month + 1, len(world.months) - 1)]
    discharged = rng.poisson(load * busy[:, None]).astype(np.int64)
    first = world.curve("treat first", weeks, start=0.88, end=0.982, gain=0.018, local=0.3)
    first_county = world.curve("treat first", weeks, "county", start=0.88, end=0.982, gain=0.018)
    stop = world.curve("one stop", weeks, start=0.76, end=0.965, gain=0.028, local=0.3)
    stop_county = world.curve("one stop", weeks, "county", start=0.76, end=0.965, gain=0.028)
    town = np.maximum(orgs.township, 0)
    first = np.where(at_county, first_county[:, orgs.county], first[:, town])
    stop = np.where(at_county, stop_county[:, orgs.county], stop[:, town])
    first_due = rng.binomial(discharged, 0.92)
    stop_due = rng.binomial(discharged, 0.95)
    first_done, stop_done = rng.binomial(first_due, first), rng.binomial(stop_due, stop)
    waived_from = rng.integers(-60, 40, size) - (10 * world.score("deposit", "county"))[orgs.county]
    columns = {
        "org_code": texts(orgs.codes),
        "org_level": coded(np.where(at_county, 0, 1), ("县级", "乡级")),
        "is_designated": flags(np.ones(size, dtype=bool)),
        "deposit_waived": flags(np.arange(len(weeks))[:, None] >= waived_from),
        "discharges_week": Cells(discharged),
        "tfpl_due_week": Cells(first_due),
        "tfpl_done_week": Cells(first_done),
        "onestop_due_week": Cells(stop_due),
        "onestop_done_week": Cells(stop_done),
        "onestop_done_ytd": Cells(running(stop_done, weeks.years)),
        "arrears_week": Cells(rng.binomial(first_done, 0.004)),
    }
    below_filed = filing(world, "T03", weeks, "township")
    above_filed = filing(world, "T03 county", weeks, "county")
    filed = Filing(
        np.hstack([below_filed.reported_on, above_filed.reported_on]),
        np.hstack([below_filed.imported_on, above_filed.imported_on]),
        np.hstack([below_filed.kept, above_filed.kept]),
    )
    filers = np.where(at_county, len(world.townships) + orgs.county, orgs.township)
    units = _at_township_or_county(world, orgs, filers)
    return table_frame(world, "T03", weeks, units, filed, columns)
