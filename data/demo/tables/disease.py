"""T05, T06 and T12: major diseases, chronic diseases, prevention."""

import numpy as np
import polars as pl

from data.demo.cells import Cells, money, texts
from data.demo.clock import FOLDER
from data.demo.frames import (
    Filing,
    Units,
    county_names,
    filing,
    per_township,
    table_frame,
    township_names,
)
from data.demo.tables.facilities import county_hospitals
from data.demo.world import World, never_falling, running, share_of

# Code, first year in the demo, patients per 1,000 supported people, cost of one patient in 万元.
DISEASES = pl.read_csv(FOLDER / "diseases.csv")
# A township without patients files this one with zeros, so that it has reported.
ALWAYS_FILED = "md23"
CHRONIC = ("htn", "dm2", "tb", "smi")
# Registered patients among all residents, and the share of patients the form estimates.
PREVALENCE = {"htn": (0.088, 0.7), "dm2": (0.027, 0.65), "tb": (0.0006, 0.9), "smi": (0.0043, 0.9)}
MANAGED = {"htn": (0.985, 0.91), "dm2": (0.98, 0.895), "tb": (0.99, 0.92), "smi": (0.97, 0.9)}
CONTROLLED = {"htn": 0.66, "dm2": 0.58, "tb": 0.8, "smi": 0.84}


def t05(world: World) -> pl.DataFrame:
    """大病专项救治月报表, one row per township, disease with patients, and month."""
    rng = world.rng("T05")
    months, years = world.months, world.months.years
    kinds, size = len(DISEASES), len(world.townships)
    codes, since, often, price = (column.to_numpy() for column in DISEASES.iter_columns())
    patients = (world.poor_by_township[0] * often[:, None] / 1000).ravel()
    # A year opens with the patients still on the list and adds the newly confirmed.
    first = np.flatnonzero(months.numbers == 1)
    new = rng.poisson(patients * 0.055, (len(months), len(patients))).astype(np.int64)
    new[first] += rng.poisson(patients, (len(first), len(patients)))
    new *= years[:, None] >= np.repeat(since, size)
    confirmed = running(new, years)
    gone = share_of(confirmed, 0.05 * months.year_share[:, None], rng)
    gone = np.minimum(never_falling(gone, years), confirmed)
    present = never_falling(confirmed - gone, years)
    gone = confirmed - present
    reach = world.curve("treatment", months, start=0.88, end=0.984, gain=0.018, local=0.3)
    reach = np.tile(reach, kinds)
    refused = share_of(present, np.where(reach[-1] >= 1, 0.0, 0.004), rng)
    january = (months.numbers == 1)[:, None]
    reach = never_falling(np.where(january, 0.94 * reach, reach), years)
    treated = np.minimum(share_of(present, reach, rng), present - refused)
    treated = np.minimum(never_falling(treated, years), present - refused)
    cost = never_falling(
        treated
        * np.repeat(price, size)
        * rng.normal(1, 0.15, len(patients)).clip(0.5)
        * (0.5 + 0.5 * months.year_share[:, None]),
        years,
    )
    own = np.clip(0.125 - 0.02 * world.score("own payment", "township"), 0.04, 0.3)
    own = np.tile(own, kinds) * rng.uniform(0.8, 1.2, len(patients))
    columns = {
        "disease_code": texts(np.repeat(codes, size)),
        "confirmed": Cells(confirmed),
        "removed": Cells(gone),
        "refused": Cells(refused),
        "treated": Cells(treated),
        "improved": Cells(share_of(treated, rng.uniform(0.6, 0.85, len(patients)), rng)),
        "treat_cost": Cells(money(cost), "money"),
        "oop_cost": Cells(money(cost * own), "money"),
        "hospital_code": texts(np.tile(county_hospitals(world)[world.townships.parent], kinds)),
    }
    return table_frame(
        world,
        "T05",
        months,
        per_township(world, kinds),
        filing(world, "T05", months, "township"),
        columns,
        only=(confirmed > 0) | (np.repeat(codes, size) == ALWAYS_FILED),
    )


def t06(world: World) -> pl.DataFrame:
    """四类慢病健康管理月报表, one row per township, chronic disease and month."""
    parts = [_chronic(world, kind) for kind in CHRONIC]
    columns = {
        name: Cells(np.concatenate([part[name] for part in parts], axis=1)) for name in parts[0]
    }
    is_tb = np.repeat(np.array(CHRONIC) == "tb", len(world.townships))
    for name in ("tb_completed_due", "tb_regular_med"):
        columns[name] = Cells(columns[name].values, valid=is_tb)
    kinds = {"chronic_type": texts(np.repeat(CHRONIC, len(world.townships)))}
    return table_frame(
        world,
        "T06",
        world.months,
        per_township(world, len(CHRONIC)),
        filing(world, "T06", world.months, "township"),
        kinds | columns,
    )


def _chronic(world: World, kind: str) -> dict[str, np.ndarray]:
    rng = world.rng(f"T06 {kind}")
    months, size = world.months, len(world.townships)
    known, found = PREVALENCE[kind]
    kept, standard = MANAGED[kind]
    share = known * rng.uniform(0.85, 1.15, size)
    poor = never_falling(world.by_township(world.chronic[kind]), months.years)
    # Registers grow slowly; a supported patient is a registered one.
    growth = 1 + 0.004 * np.arange(len(months))[:, None]
    registered = np.maximum(share_of(world.residents[0] * growth, share, rng), poor)
    registered = never_falling(registered, months.years)
    managed = world.curve(f"{kind} managed", months, start=0.9, end=kept, gain=0.01)
    managed = np.minimum(
        never_falling(share_of(registered, managed, rng), months.years), registered
    )
    quality = world.curve(
        f"{kind} standard", months, start=standard - 0.05, end=standard, gain=0.035
    )
    # Standard care is counted over the year: four visits make a well-kept patient.
    year_part = np.clip(months.year_share[:, None] * 1.09, 0, 1) ** 0.6
    done = never_falling(share_of(managed, quality * year_part, rng), months.years)
    poor_quality = np.clip(quality + 0.02, 0, 1) * year_part
    poor_done = never_falling(share_of(poor, poor_quality, rng), months.years)
    controlled = rng.uniform(0.92, 1.08, size) * CONTROLLED[kind]
    finished = running(rng.poisson(managed * 0.1), months.years).astype(np.int64)
    return {
        "estimated_patients": share_of(world.residents, share / found, rng),
        "registered": registered,
        "managed": managed,
        "followup_due": share_of(managed, np.full(size, 0.96), rng),
        "std_managed": np.minimum(done, managed),
        "controlled": share_of(managed, controlled, rng),
        "poor_registered": poor,
        "poor_std_managed": np.minimum(poor_done, np.minimum(done, managed)),
        "tb_completed_due": finished,
        "tb_regular_med": never_falling(share_of(finished, np.full(size, 0.95), rng), months.years),
    }


def t12(world: World) -> pl.DataFrame:
    """疾病防控月报表: a row per township, and a row per county for what only counties file."""
    town, county = _prevention(world), _county_prevention(world)
    size, many = len(world.townships), len(world.counties)
    is_county = np.concatenate([np.zeros(size, dtype=bool), np.ones(many, dtype=bool)])
    rows = len(world.months)
    columns = {
        name: Cells(np.hstack([values, np.zeros((rows, many), np.int64)]), valid=~is_county)
        for name, values in town.items()
    } | {
        name: Cells(np.hstack([np.zeros((rows, size), np.int64), values]), valid=is_county)
        for name, values in county.items()
    }
    areas = np.concatenate([world.townships.codes, world.counties.codes])
    units = Units(
        areas,
        areas,
        np.arange(size + many),
        np.concatenate([township_names(world), county_names(world)]),
        np.concatenate([world.townships.parent, np.arange(many)]),
    )
    below = filing(world, "T12", world.months, "township")
    above = filing(world, "T12 county", world.months, "county")
    filed = Filing(
        np.hstack([below.reported_on, above.reported_on]),
        np.hstack([below.imported_on, above.imported_on]),
        np.hstack([below.kept, above.kept]),
    )
    return table_frame(world, "T12", world.months, units, filed, columns)


def _prevention(world: World) -> dict[str, np.ndarray]:
    rng = world.rng("T12")
    months, size = world.months, len(world.townships)
    children = world.residents * 0.0105 / 12
    # Schools check vaccination books in September.
    autumn = np.where(months.numbers == 9, 1.35, 1.0)[:, None]
    due = rng.poisson(children * 13 * autumn).astype(np.int64)
    given = world.curve("vaccination", months, start=0.972, end=0.988, gain=0.006, local=0.3)
    slump = np.where(np.isin(months.texts, ("2020-02", "2020-03")), 0.93, 1.0)[:, None]
    babies = rng.poisson(children).astype(np.int64)
    hepatitis = world.curve("hepatitis b", months, start=0.87, end=0.925, gain=0.022)
    people = never_falling(world.poor_by_township, months.years)
    taught = world.curve("health education", months, start=0.9, end=0.975, gain=0.03)
    taught = taught * np.clip(months.year_share[:, None] * 1.34, 0, 1) ** 0.6
    share = world.profile["schisto_percent"].to_numpy()[world.townships.parent] / 100
    villages = world.by_township(world.is_village.astype(np.int64))
    endemic = share_of(villages, np.minimum(share * rng.uniform(0.5, 1.5, size), 1), rng)
    stopped = world.curve("schistosomiasis", months, start=0.8, end=0.975, gain=0.03)
    return {
        "dose_due": running(due, months.years),
        "dose_given": running(share_of(due, given * slump, rng), months.years),
        "hepb_due": running(babies, months.years),
        "hepb_full": running(share_of(babies, hepatitis, rng), months.years),
        "he_due": people,
        "he_done": never_falling(share_of(people, taught, rng), months.years),
        "schisto_villages": np.tile(endemic, (len(months), 1)),
        "schisto_interrupted": share_of(np.tile(endemic, (len(months), 1)), stopped, rng),
    }


def _county_prevention(world: World) -> dict[str, np.ndarray]:
    rng = world.rng("T12 county")
    months, size = world.months, len(world.counties)
    people = world.by_county(world.residents)
    cases = share_of(people, rng.uniform(0.00012, 0.0004, size), rng)
    cases = np.maximum.accumulate(cases + rng.poisson(0.12, people.shape).cumsum(axis=0))
    settings = {"start": 0.82, "end": 0.93, "gain": 0.03}
    reach = [
        world.curve(f"hiv {name}", months, "county", **settings) for name in ("seen", "arv", "told")
    ]
    groups = never_falling(share_of(people, rng.uniform(0.0015, 0.003, size), rng), months.years)
    groups = share_of(groups, months.year_share[:, None], rng)
    referred = running(rng.poisson(people * 0.000004), months.years).astype(np.int64)
    free_from = rng.integers(-20, 14, size)
    free = np.arange(len(months))[:, None] >= free_from
    return {
        "hiv_cases": cases,
        "hiv_followed": share_of(cases, reach[0], rng),
        "hiv_arv": share_of(cases, reach[1] - 0.09, rng),
        "hiv_interv_due": groups,
        "hiv_interv_done": never_falling(share_of(groups, reach[2] - 0.055, rng), months.years),
        "referral_due": referred,
        "referral_done": never_falling(share_of(referred, np.full(size, 0.97), rng), months.years),
        "malaria_due": np.ones((len(months), size), dtype=np.int64),
        "malaria_done": free.astype(np.int64),
    }
