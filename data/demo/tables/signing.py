"""T04: family doctor contracts of every village, every week."""

import numpy as np
import polars as pl

from data.demo.cells import Cells
from data.demo.doubtful import KEPT_PART, plants
from data.demo.frames import Units, filing, table_frame, township_names
from data.demo.world import World, never_falling, share_of

# S004-037: this county has 243 teams.
TEAMS = {"411403": 243}
# S004-038: everybody is signed here, from the summer of 2020 on.
FULLY_SIGNED = ("411403",)
# Groups inside the supported people: share, and how much of the general shortfall they have.
GROUPS = {"elder": (0.19, 0.6), "pregnant": (0.004, 0.3), "child": (0.065, 1.3)}
GROUPS |= {"disabled": (0.06, 0.8)}
DISEASES = {"htn": 0.8, "dm2": 0.9, "tb": 0.5, "smi": 1.6}
# Weeks around the Spring Festivals of 2019 (5 February) and 2020 (25 January).
FESTIVALS = ("2019-W06", "2020-W05")
# Home visits stopped in the first weeks of the epidemic and took until summer to recover.
EPIDEMIC_BEGINS, EPIDEMIC_EASES = "2020-W05", "2020-W11"


def t04(world: World) -> pl.DataFrame:
    """家庭医生签约服务周报表, one row per village and week."""
    rng = world.rng("T04")
    weeks, home = world.weeks, world.villages.parent
    festival = _festival(world)[:, None]
    target = world.poor[world.week_month]
    signed_share, gap = _signed_share(world, festival)
    shortfall = 1 - signed_share
    refused = share_of(target, 0.07 * shortfall[:, home], rng)
    expired = share_of(target, gap[:, home] * 0.5, rng)
    signed = share_of(target - refused, signed_share[:, home], rng)
    signed = np.minimum(signed, target - refused - expired)
    away = world.profile["away_percent"].to_numpy()[world.village_county] / 100
    away = away * rng.uniform(0.7, 1.3, len(home)) * (1 - 0.6 * festival)
    columns = {
        "teams": _teams(world),
        "sign_target_pop": target,
        "away_pop": share_of(target, away, rng),
        "refused_pop": refused,
        "signed_pop": signed,
    }
    chronic = world.chronic["any"][world.week_month]
    columns["chronic_should_sign"] = chronic
    chronic_share = (1 - 0.55 * shortfall)[:, home]
    columns["chronic_signed"] = np.minimum(share_of(chronic, chronic_share, rng), signed)
    columns["expired_pop"] = expired
    columns |= _services(world, signed, columns["chronic_signed"])
    for name, (share, factor) in GROUPS.items():
        due = share_of(target, share * rng.uniform(0.8, 1.2, len(home)), rng)
        columns[f"{name}_due"] = due
        columns[f"{name}_signed"] = share_of(due, 1 - (factor * shortfall)[:, home], rng)
    for name, factor in DISEASES.items():
        due = world.chronic[name][world.week_month]
        columns[f"{name}_due"] = due
        columns[f"{name}_signed"] = share_of(due, 1 - (0.55 * factor * shortfall)[:, home], rng)
    units = Units(
        world.villages.codes,
        world.villages.codes,
        home,
        township_names(world),
        world.village_county,
    )
    filed = filing(world, "T04", weeks, "township")
    cells = {name: Cells(values) for name, values in columns.items()}
    return table_frame(world, "T04", weeks, units, filed, cells)


def _festival(world: World) -> np.ndarray:
    """1 at the Spring Festival, 0 two months away from it: people who work elsewhere are home."""
    position = np.arange(len(world.weeks))
    peaks = [np.exp(-(((position - world.weeks.at(week)) / 2.2) ** 2)) for week in FESTIVALS]
    return np.sum(peaks, axis=0)


def _signed_share(world: World, festival: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the people who did not refuse that is signed, and the gap left by expired
    contracts and refusals; both week x township.
    """
    share = world.curve(
        "signing", world.weeks, start=0.89, end=0.98, gain=0.025, local=0.3, wobble=0.06
    )
    for code in FULLY_SIGNED:
        here = world.townships.parent == world.counties.at(code)
        missing = 1 - share[:, here]
        share[:, here] += missing * np.clip((world.weeks.progress[:, None] - 0.55) / 0.23, 0, 1)
    for plant in plants("T04", world.city, "shrink"):
        # Taking the unsigned off the list is a way to raise a rate.
        here = plant.cells(world.weeks, world.townships.codes)
        share[here] = np.minimum(share[here] / KEPT_PART, 1.0)
    for plant in plants("T04", world.city, "perfect"):
        share[plant.cells(world.weeks, world.townships.codes)] = 1.0
    # Contracts run for a calendar year; those who renew late lose people in January.
    since_new_year = (world.weeks.numbers - 1)[:, None]
    gap = (1 - share) * (0.3 + 1.2 * np.exp(-since_new_year / 5))
    share = share - gap * 0.35 + (1 - share) * 0.25 * festival
    return np.clip(share, 0, 1), gap


def _teams(world: World) -> np.ndarray:
    """Contract teams per village: one each, two in large ones; fewer where a count is known."""
    teams = np.where(world.village_residents > 4500, 2, 1)
    for code, count in TEAMS.items():
        county = world.counties.at(code)
        if county is not None:
            here = np.flatnonzero(world.village_county == county)
            teams[here] = 0
            teams[here[np.argsort(-world.village_residents[here], kind="stable")[:count]]] = 1
    return teams


def _services(world: World, signed: np.ndarray, chronic: np.ndarray) -> dict[str, np.ndarray]:
    """Services due and done this year, visits of the week, free check-ups this year."""
    rng = world.rng("T04 services")
    weeks, home = world.weeks, world.villages.parent
    due_flow = (signed * 2.0 + chronic * 6.0) / 52
    due = np.concatenate(
        [np.cumsum(due_flow[weeks.years == year], axis=0) for year in np.unique(weeks.years)]
    )
    quality = world.curve(
        "fulfilment", weeks, start=0.83, end=0.925, gain=0.03, local=0.4, wobble=0.2
    )
    # A year begins slowly and catches up; the first weeks of the epidemic stood still.
    quality *= 0.8 + 0.2 * weeks.year_share[:, None] ** 0.5
    halt = _halt(world)[:, None]
    quality *= 1 - 0.11 * halt
    done = never_falling(due * quality[:, home], weeks.years)
    due_items = np.floor(due).astype(np.int64)
    done_items = np.minimum(np.floor(done).astype(np.int64), due_items)
    load = chronic / 13 + signed / 60
    load *= 1 - 0.75 * halt
    load *= (_teams(world) > 0) * quality[:, home]
    return {
        "service_due": due_items,
        "service_done": done_items,
        "followups_week": rng.poisson(load).astype(np.int64),
        "checkups_ytd": _checkups(world, rng),
    }


def _halt(world: World) -> np.ndarray:
    """How far home visits stood still: 1 in the worst weeks of the epidemic, 0 in other times."""
    week = np.arange(len(world.weeks))
    begins = (week - world.weeks.at(EPIDEMIC_BEGINS) + 1) / 2
    eases = np.exp(-np.maximum(week - world.weeks.at(EPIDEMIC_EASES), 0) / 4)
    return np.clip(begins, 0, 1) * eases


def _checkups(world: World, rng: np.random.Generator) -> np.ndarray:
    """Free check-ups, mostly from April to October, never above the year's smallest list."""
    weeks = world.weeks
    reach = world.score("checkups", "township") * 0.04 + 0.86
    season = 1 / (1 + np.exp(-(weeks.numbers - 27) / 5.5))
    people = np.empty((len(weeks), len(world.villages)), dtype=np.int64)
    for year in np.unique(weeks.years):
        here = weeks.years == year
        people[here] = world.poor[np.unique(world.week_month[here])].min(axis=0)
    rate = season[:, None] * np.clip(reach, 0, 0.99)[world.villages.parent]
    return share_of(people, rate, rng)
