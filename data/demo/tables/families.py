"""T13: rewards and support for families that kept to family planning."""

import numpy as np
import polars as pl

from data.demo.cells import Cells, money
from data.demo.frames import filing, table_frame, township_units
from data.demo.world import World, apportion, never_falling, share_of

# S000-030; S000-031 to S000-033: disabled 315, bereaved 485, complications 812.
REWARDED, SPECIAL = {"320700": 11_991}, {"320700": 315 + 485 + 812}
# Standards of a year, in 万元 per person.
REWARD, SPECIAL_SUPPORT = 0.096, 0.54


def t13(world: World) -> pl.DataFrame:
    """计生奖励扶助月报表, one row per township and month."""
    rng = world.rng("T13")
    months, size = world.months, len(world.townships)
    reward, special = _people(world)
    amount = reward * REWARD + special * SPECIAL_SUPPORT
    due = amount * months.year_share[:, None]
    paid = world.curve("rewards paid", months, start=0.93, end=0.988, gain=0.014, local=0.25)
    paid = due * never_falling(paid, months.years)
    on_time = world.curve("rewards on time", months, start=0.8, end=0.9, gain=0.045)
    on_time = never_falling(on_time, months.years) * months.year_share[:, None] ** 0.35
    households = share_of(special, rng.uniform(0.62, 0.75, size), rng)
    files = world.curve("e-files", months, start=0.72, end=0.925, gain=0.035)
    visited = world.curve("home visits", months, start=0.88, end=0.985, gain=0.03)
    visited = never_falling(visited, months.years)
    visited = np.clip(visited * np.clip(months.year_share[:, None] * 1.1, 0, 1) ** 0.5, 0, 1)
    contact = world.curve("contacts", months, start=0.8, end=0.97, gain=0.03)
    columns = {
        "reward_people": Cells(reward),
        "special_people": Cells(special),
        "fund_due": Cells(money(due), "money"),
        "fund_paid": Cells(money(never_falling(paid, months.years)), "money"),
        "paid_on_time": Cells(share_of(reward + special, on_time, rng)),
        "special_households": Cells(households),
        "special_filed": Cells(share_of(households, files, rng)),
        "special_visited": Cells(never_falling(share_of(households, visited, rng), months.years)),
        "contact_assigned": Cells(share_of(households, contact, rng)),
    }
    filed = filing(world, "T13", months, "township")
    return table_frame(world, "T13", months, township_units(world), filed, columns)


def _people(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Confirmed once a year: the same in all months of it; month x township."""
    rng = world.rng("T13 people")
    files = world.files("T13")[world.townships.parent]
    rural = world.by_township(world.village_residents * np.where(world.is_village, 1.0, 0.15))
    weight = rural * files * rng.uniform(0.75, 1.25, len(files))
    per_year = []
    for rate, known in ((0.0034, REWARDED), (0.0005, SPECIAL)):
        total = known.get(world.city, round(rate * float(weight.sum())))
        earlier = apportion(round(total * 0.955), weight)
        per_year.append(
            np.where(world.months.years[:, None] == 2020, apportion(total, weight), earlier)
        )
    return per_year[0], per_year[1]
