"""T07: the village clinics, in full once and then only where something changed."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from data.demo.cells import Cells, coded, flags, texts
from data.demo.clock import days
from data.demo.frames import Filing, Units, filing, table_frame, township_names
from data.demo.world import World, apportion

MODES = ("自有", "派驻", "巡诊", "邻村延伸")
OWN, POSTED, TOURING, NEIGHBOUR = range(4)
STATES = ("已投用", "在建", "停用")
IN_USE, BUILDING, CLOSED = range(3)
# S004-005: 613 clinics in this district; S004-022: those of its 29 poor villages are all built.
CLINICS = {"411403": 613}
ALL_BUILT = {"411403": "2020-10"}
# What a clinic that misses the standard misses, and how often.
FAULTS = ("area", "rooms", "doctor", "licence")
FAULT_SHARES = [0.38, 0.27, 0.2, 0.15]
LICENCE_YEARS = 5
REMARKS = (
    None,
    "面积差不足2平方米,县级现场核查认定达标,人工改判",
    "核查时公共卫生室被挪用,县级认定不达标,人工改判",
    "许可证换证中,旧证已到期",
)


@dataclass(frozen=True)
class Register:
    """The clinics of a prefecture: what they are, one per place in each array."""

    village: np.ndarray
    number: np.ndarray
    mode: np.ndarray
    # Months (positions in the calendar) of opening, of closing, of meeting the standard.
    opens: np.ndarray
    closes: np.ndarray
    mends: np.ndarray
    fault: np.ndarray

    def __len__(self) -> int:
        return len(self.village)


def t07(world: World) -> pl.DataFrame:
    """村卫生室达标台账: all clinics in January 2019, afterwards those that changed."""
    rng = world.rng("T07")
    months, clinics = world.months, _register(world)
    size, month = len(clinics), np.arange(len(world.months))[:, None]
    poor = world.poor_village[clinics.village]
    good = month >= clinics.mends
    building = month < clinics.opens
    closed = month >= clinics.closes
    own = (clinics.mode == OWN) | (month >= clinics.mends) & (clinics.mode != OWN)
    mode = np.where(own, OWN, clinics.mode)
    fault = {name: ~good & (clinics.fault == row) for row, name in enumerate(FAULTS)}
    area = (
        np.where(fault["area"], rng.integers(320, 598, size), rng.integers(600, 1450, size)) * 1000
    )
    rooms = _rooms(rng, fault["rooms"])
    doctors = np.where(fault["doctor"], 0, rng.choice([1, 2, 3], size, p=[0.66, 0.28, 0.06]))
    licensed = np.minimum(doctors, rng.random(size) < 0.24)
    licence, renewed, waiting = _licences(world, rng, clinics, fault["licence"])
    standard = (area >= 600_000) & np.all(rooms, axis=0) & (doctors >= 1)
    standard &= licence >= months.ends[:, None]
    judged, remark = _judged(rng, standard, area, poor)
    remark = np.where((remark == 0) & waiting, 3, remark)
    used = own & ~building
    state = np.where(building, BUILDING, np.where(closed, CLOSED, IN_USE))
    delay = rng.integers(0, 3, size)
    expected = months.ends[np.minimum(clinics.opens + delay, len(months) - 1)] + 30
    row_changed = _changed(mode, state, area, doctors, *rooms, licence, judged) | renewed
    columns = {
        "clinic_code": texts(_codes(world, clinics)),
        "village_code": texts(world.villages.codes[clinics.village]),
        "is_poor_village": flags(poor),
        "service_pop": Cells(_served(world, clinics)),
        "floor_area": Cells(area, "money", valid=used),
        "has_consult": flags(rooms[0], used),
        "has_treatment": flags(rooms[1], used),
        "has_publichealth": flags(rooms[2], used),
        "has_pharmacy": flags(rooms[3], used),
        "qualified_doctors": Cells(np.where(building, 0, doctors)),
        "licensed_doctors": Cells(np.where(building, 0, licensed)),
        "service_mode": coded(mode, MODES),
        "posting_days": Cells(
            np.where(mode == POSTED, rng.integers(2, 6, size), 1) * 10_000,
            "money",
            valid=np.isin(mode, (POSTED, TOURING)),
        ),
        "licence_until": Cells(licence, "date", valid=used),
        "online_settle": flags(month >= rng.integers(-40, 22, size)),
        "drug_kinds": Cells(np.where(building, 0, rng.integers(62, 180, size))),
        "is_standard": flags(judged, used),
        "checked_on": Cells(months.ends[:, None] - rng.integers(0, 40, row_changed.shape), "date"),
        "build_state": coded(state, STATES),
        "expected_open": Cells(
            np.maximum(expected, months.ends[:, None] + 30), "date", valid=building
        ),
    }
    home = world.villages.parent[clinics.village]
    units = Units(
        world.villages.codes[clinics.village],
        world.townships.codes[home],
        home,
        township_names(world),
        world.village_county[clinics.village],
    )
    filed = filing(world, "T07", months, "township")
    # A change is filed sooner or later: nothing of a register gets lost.
    filed = Filing(filed.reported_on, filed.imported_on, np.ones_like(filed.kept))
    notes = coded(np.where(used, remark, 0), REMARKS)
    return table_frame(world, "T07", months, units, filed, columns, only=row_changed, remark=notes)


def _register(world: World) -> Register:
    """Decide for every administrative village which clinics it has and how they will fare."""
    rng = world.rng("clinics")
    village = np.repeat(np.arange(len(world.villages)), _per_village(world, rng))
    number = np.arange(len(village)) - np.searchsorted(village, village) + 1
    size, county = len(village), world.village_county[village]
    poor = world.poor_village[village]
    months = len(world.months)
    mode = rng.choice(4, size, p=[0.945, 0.025, 0.02, 0.01])
    mode = np.where((number > 1) | poor, OWN, mode)
    opens = np.where(rng.random(size) < 0.022, rng.integers(2, months + 6, size), 0)
    closes = np.where(rng.random(size) < 0.006, rng.integers(3, months, size), 99)
    # A clinic meets the standard when its county's share passes its place in the line.
    share = world.curve("clinic standard", world.months, "county", start=0.58, end=0.825, gain=0.06)
    share = np.maximum.accumulate(share, axis=0)[:, county] + np.where(poor, 0.09, 0.0)
    line = rng.random(size)
    never = np.full(size, 99)
    mends = np.where((share >= line).any(axis=0), (share >= line).argmax(axis=0), never)
    mends = np.where(opens > 0, 0, mends)
    # Few of the villages served from outside get a clinic of their own.
    mends = np.where((mode != OWN) & (rng.random(size) < 0.8), 99, mends)
    mends = np.where(mode != OWN, np.where(mends == 0, 99, mends), mends)
    fault = rng.choice(len(FAULTS), size, p=FAULT_SHARES)
    for code, until in ALL_BUILT.items():
        row = world.counties.at(code)
        if row is not None:
            here = county == row
            built = here & poor
            mode, closes = np.where(here, OWN, mode), np.where(here, 99, closes)
            opens = np.where(here, 0, opens)
            last = world.months.at(until)
            mends = np.where(built, np.minimum(mends, rng.integers(0, last + 1, size)), mends)
    return Register(village, number, mode, opens, closes, mends, fault)


def _per_village(world: World, rng: np.random.Generator) -> np.ndarray:
    """Number of clinics per village-level unit: none, one, sometimes more."""
    draw = rng.random(len(world.villages))
    lacking = np.clip(0.012 - 0.008 * world.score("presence", "county"), 0, 0.05)
    lacking = lacking[world.village_county]
    count = np.where(draw < lacking, 0, np.where(draw > 0.955, 2, 1))
    count = np.where(world.poor_village & (draw > lacking * 0.3), 1, count)
    for code, total in CLINICS.items():
        county = world.counties.at(code)
        if county is not None:
            here = np.flatnonzero((world.village_county == county) & world.is_village)
            count[here] = 1
            more = here[~world.poor_village[here]]
            count[more] += apportion(total - len(here), world.village_residents[more])
    return np.where(world.is_village, count, 0)


def _codes(world: World, clinics: Register) -> list[str]:
    codes = world.villages.codes[clinics.village]
    return [f"{code}V{number}" for code, number in zip(codes, clinics.number, strict=True)]


def _served(world: World, clinics: Register) -> np.ndarray:
    """Residents shared among the clinics of a village; a poor village never counts as too small."""
    count = np.bincount(clinics.village, minlength=len(world.villages))[clinics.village]
    served = np.maximum(world.village_residents[clinics.village] // count, 60)
    return np.where(world.poor_village[clinics.village], np.maximum(served, 860), served)


def _rooms(rng: np.random.Generator, failing: np.ndarray) -> list[np.ndarray]:
    """The four rooms, month x clinic; where rooms fail, one or two are missing."""
    size = failing.shape[1]
    first, second = rng.choice(4, size, p=[0.05, 0.25, 0.45, 0.25]), rng.integers(0, 8, size)
    return [~failing | ((first != room) & (second != room)) for room in range(4)]


def _licences(
    world: World, rng: np.random.Generator, clinics: Register, expired: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Day the licence ends (month x clinic), months of renewal, and months between the old and the
    new one.
    """
    months, size = world.months, len(clinics)
    first, span = days("2019-02-01"), 5 * 365
    until = first + rng.integers(0, span, size)
    until = np.where(until >= days("2019-01-31"), until, first)
    runs_out = np.searchsorted(months.ends, until)
    # Most renew in the month before; some one or two months late.
    late = np.where(rng.random(size) < 0.1, rng.integers(1, 3, size), -1)
    for code in ALL_BUILT:
        row = world.counties.at(code)
        if row is not None:
            late = np.where(world.village_county[clinics.village] == row, -1, late)
    renewal = np.where(until <= months.ends[-1] + 31, np.maximum(runs_out + late, 1), 99)
    month = np.arange(len(months))[:, None]
    renewed = month >= renewal
    licence = np.where(renewed, until + LICENCE_YEARS * 365, until)
    lapsed = days("2018-12-31") - rng.integers(0, 300, size)
    mended_on = months.starts[np.minimum(clinics.mends, len(months) - 1)] + 10
    is_licence_case = expired.any(axis=0)
    licence = np.where(is_licence_case, mended_on + LICENCE_YEARS * 365, licence)
    licence = np.where(expired, lapsed, licence)
    gap = (month >= runs_out) & ~renewed & ~is_licence_case
    return licence, (month == renewal) & ~is_licence_case, gap


def _judged(
    rng: np.random.Generator, standard: np.ndarray, area: np.ndarray, poor: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The filed 是否达标: the rule, but for a few the county judged otherwise and said why."""
    size = standard.shape[1]
    draw = rng.random(size)
    near = (area[0] >= 580_000) & (area[0] < 600_000) & ~standard & (draw < 0.6)
    spoiled = standard & (draw > 0.9975) & ~poor
    remark = np.where(near, 1, np.where(spoiled, 2, 0))
    return (standard | near) & ~spoiled, remark


def _changed(*columns: np.ndarray) -> np.ndarray:
    """Where a row differs from the month before; the first month is filed in full."""
    changed = np.zeros(np.broadcast_shapes(*(column.shape for column in columns)), dtype=bool)
    changed[0] = True
    for column in columns:
        if column.ndim == 2:
            changed[1:] |= column[1:] != column[:-1]
    return changed
