"""T11: mothers and children, counted from October to September."""

import numpy as np
import polars as pl

from data.demo.cells import Cells
from data.demo.clock import calendar
from data.demo.frames import filing, table_frame, township_units
from data.demo.world import World, running, share_of, steer

# The counting year that January 2019 belongs to began three months earlier.
EARLIER = "2018-10"
# S000-026 to S000-028, printed without a date: put at the end of the counting year 2020.
PRENATAL, NEWBORN, DEFECTS = {"320700": 0.6470}, {"320700": 0.9969}, {"320700": 0.00384}
# S004-042: 5,000 cases and more of each screening.
SCREENINGS = {"411403": 5_000}


def t11(world: World) -> pl.DataFrame:
    """妇幼健康月报表, one row per township and month, cumulative within the counting year."""
    months = calendar(EARLIER, world.months.texts[-1])
    years = months.years + (months.numbers >= 10)
    flows = _births(world, months.numbers)
    flows |= _before_birth(world, flows)
    _land(world, flows, years == 2020)
    skipped = len(months) - len(world.months)
    columns = {name: Cells(running(flow, years)[skipped:]) for name, flow in flows.items()}
    filed = filing(world, "T11", world.months, "township")
    return table_frame(world, "T11", world.months, township_units(world), filed, columns)


def _curve(world: World, name: str, rows: int, start: float, end: float, gain: float) -> np.ndarray:
    """A curve over the demo's months, held at its first value for the months before them."""
    curve = world.curve(f"mch {name}", world.months, start=start, end=end, gain=gain)
    return np.vstack([np.repeat(curve[:1], rows - len(curve), axis=0), curve])


def _births(world: World, numbers: np.ndarray) -> dict[str, np.ndarray]:
    rng = world.rng("T11")
    rows, size = len(numbers), len(world.townships)
    # More children are born in autumn; fewer every year.
    autumn = 1 + 0.12 * np.cos((numbers - 10) / 12 * 2 * np.pi)
    decline = 1 - 0.006 * np.arange(rows)
    expected = world.residents[0] * 0.0112 / 12 * (autumn * decline)[:, None]
    live = rng.poisson(expected).astype(np.int64)
    # Stillbirths make more mothers than children, twins the contrary.
    women = np.maximum(live + rng.binomial(live, 0.005) - rng.binomial(live, 0.006), 0)
    perinatal = live + rng.binomial(live, 0.0055)
    in_hospital = _curve(world, "hospital", rows, 0.985, 0.993, 0.0035)
    managed = _curve(world, "managed", rows, 0.87, 0.93, 0.02)
    prenatal = _curve(world, "prenatal", rows, 0.52, 0.68, 0.06)
    newborn = _curve(world, "newborn", rows, 0.965, 0.992, 0.005)
    tested = _curve(world, "tested", rows, 0.88, 0.945, 0.02)
    antenatal = _curve(world, "antenatal", rows, 0.81, 0.89, 0.025)
    tests = share_of(women, tested, rng)
    return {
        "delivered_women": women,
        "live_births": live,
        "hospital_births": share_of(live, in_hospital, rng),
        # Kept below the live births of the month as well, so that the rate stays below 100 %.
        "maternal_managed": np.minimum(share_of(np.minimum(women, live), managed, rng), women),
        "prenatal_screened": share_of(women, prenatal, rng),
        "newborn_screened": share_of(live, newborn, rng),
        "birth_defects": rng.binomial(perinatal, 0.0055 + rng.uniform(-0.0015, 0.0015, size)),
        "perinatal_births": perinatal,
        "pmtct_tested": tests,
        "pmtct_tested_antenatal": np.minimum(share_of(women, antenatal, rng), tests),
    }


def _before_birth(world: World, births: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Infections found, checks before marriage and pregnancy, cancer screening."""
    rng = world.rng("T11 checks")
    rows = len(births["live_births"])
    women = births["delivered_women"]
    care = np.clip(0.9 + 0.04 * world.score("pmtct care", "township"), 0, 1)
    hiv, syphilis = rng.binomial(women, 0.0006), rng.binomial(women, 0.0022)
    hepatitis = rng.binomial(women, 0.052)
    treated = np.clip(care - 0.02, 0, 1)
    couples = rng.poisson(world.residents[0] * 0.0058 / 12, women.shape).astype(np.int64)
    target = rng.poisson(world.residents[0] * 0.0088 / 12, women.shape).astype(np.int64)
    slump = np.ones(rows)
    slump[-10:-8] = 0.3
    couples, target = share_of(couples, slump[:, None], rng), share_of(target, slump[:, None], rng)
    premarital = _curve(world, "premarital", rows, 0.78, 0.955, 0.035)
    precon = _curve(world, "preconception", rows, 0.84, 0.978, 0.025)
    screened = world.residents[0] * 0.0075 / 12 * slump[:, None]
    infants, children = rng.binomial(hiv, 0.97), rng.binomial(syphilis, 0.97)
    return {
        "hiv_women": hiv,
        "hiv_women_arv": rng.binomial(hiv, care),
        "hiv_infants": infants,
        "hiv_infants_arv": rng.binomial(infants, np.clip(care + 0.02, 0, 1)),
        "syph_women": syphilis,
        "syph_women_treated": rng.binomial(syphilis, treated),
        "syph_children": children,
        "syph_children_treated": rng.binomial(children, treated),
        "hbv_newborns": hepatitis,
        "hbv_hbig": rng.binomial(hepatitis, np.clip(care + 0.025, 0, 1)),
        "premarital_checked": share_of(couples * 2, premarital, rng),
        "registered_couples": couples,
        "precon_target": target,
        "precon_checked": share_of(target, precon, rng),
        "two_cancer_screened": rng.poisson(screened).astype(np.int64),
    }


def _land(world: World, flows: dict[str, np.ndarray], year: np.ndarray) -> None:
    """Let the city's sums of one counting year come out as the documents print them."""
    city = world.city
    women, live = flows["delivered_women"][year], flows["live_births"][year]
    if city in PRENATAL:
        total = round(PRENATAL[city] * int(women.sum()))
        flows["prenatal_screened"][year] = steer(flows["prenatal_screened"][year], women, total)
    if city in NEWBORN:
        total = round(NEWBORN[city] * int(live.sum()))
        flows["newborn_screened"][year] = steer(flows["newborn_screened"][year], live, total)
    if city in DEFECTS:
        # Few cases: first the cases, then the births that make the printed rate exact.
        defects, perinatal = flows["birth_defects"][year], flows["perinatal_births"][year]
        cases = round(DEFECTS[city] * int(perinatal.sum()))
        births = round(cases / DEFECTS[city])
        flows["birth_defects"][year] = steer(defects, live, cases)
        still = steer(perinatal - live, live, births - int(live.sum()))
        flows["perinatal_births"][year] = live + still
    for code, least in SCREENINGS.items():
        county = world.counties.at(code)
        if county is None:
            continue
        here = np.ix_(year, world.townships.parent == county)
        flow = flows["two_cancer_screened"][here]
        missing = max(least - int(flow.sum()), 0)
        flows["two_cancer_screened"][here] = steer(flow, flow * 20 + 20, int(flow.sum()) + missing)
