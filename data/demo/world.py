"""The simulated world of one prefecture: its places, its people, its calendar.

Everything random comes from one seed through named streams, so that a figure depends on the seed,
the prefecture and its purpose only: adding a table or a prefecture never moves another figure.
"""

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from data.demo.clock import FOLDER, Calendar, calendar
from data.demo.doubtful import KEPT_PART, plants

FIRST_WEEK, LAST_WEEK = "2019-W01", "2020-W51"
# People of a village against a neighbourhood and against an office, park or farm.
SIZE_BY_KIND = {"village": 1.0, "neighbourhood": 2.1, "other": 0.15}
# Used for a county that counties.csv does not describe.
UNKNOWN_COUNTY = {"poor_percent": 6.0, "poor_village_percent": 15, "away_percent": 20, "lean": 0.0}
PEOPLE_PER_VILLAGE = 1700


@dataclass(frozen=True)
class Places:
    """Areas of one level: codes and names in register order, and the row of the area above."""

    codes: np.ndarray
    names: np.ndarray
    parent: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, code: str) -> int | None:
        """Row of a code, None if it is not here."""
        rows = np.flatnonzero(self.codes == code)
        return int(rows[0]) if len(rows) else None


@dataclass(frozen=True)
class World:
    """One prefecture. Matrices are period x place; `profile` has a row per county."""

    city: str
    city_name: str
    seed: int
    counties: Places
    townships: Places
    villages: Places
    village_kind: np.ndarray
    profile: pl.DataFrame
    weeks: Calendar
    months: Calendar
    quarters: Calendar

    def rng(self, purpose: str) -> np.random.Generator:
        """The random stream of one purpose in this prefecture."""
        key = (int(self.city), zlib.crc32(purpose.encode()))
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))

    @cached_property
    def lean(self) -> np.ndarray:
        """How far ahead (+) or behind (-) a county generally is, in standard deviations."""
        return self.profile["lean"].to_numpy()

    @cached_property
    def village_county(self) -> np.ndarray:
        """County row of each village."""
        return self.townships.parent[self.villages.parent]

    @cached_property
    def is_village(self) -> np.ndarray:
        """Administrative villages among the villages."""
        return self.village_kind == "village"

    @cached_property
    def week_month(self) -> np.ndarray:
        """For each week the last month that was over when it ended (the first month at least)."""
        return np.maximum(np.searchsorted(self.months.ends, self.weeks.ends, side="right") - 1, 0)

    @cached_property
    def month_quarter(self) -> np.ndarray:
        """For each month its quarter, or the last one that is in the demo."""
        return np.minimum(np.arange(len(self.months)) // 3, len(self.quarters) - 1)

    def files(self, table: str) -> np.ndarray:
        """Which counties file a table (a statistical zone only files what it is told to)."""
        lists = self.profile["files"].to_list()
        return np.array([not one or table in one.split() for one in lists], dtype=bool)

    def score(self, purpose: str, level: str, local: float = 0.35) -> np.ndarray:
        """Standing of each county or township in one subject, in standard deviations.

        level: "county" or "township"; local: spread of townships inside a county.
        """
        rng = self.rng(f"score {purpose}")
        county = 0.8 * self.lean + 0.45 * rng.standard_normal(len(self.counties))
        if level == "county":
            return county
        return county[self.townships.parent] + local * rng.standard_normal(len(self.townships))

    def curve(
        self,
        purpose: str,
        when: Calendar,
        level: str = "township",
        *,
        start: float,
        end: float,
        gain: float,
        local: float = 0.35,
        wobble: float = 0.1,
    ) -> np.ndarray:
        """A share that rises along an S from `start` to `end`, period x place, within 0 to 1.

        A place one standard deviation ahead ends `gain` higher and rises earlier. Ends above 1 are
        meant: such places reach the whole and stay there.
        """
        score = self.score(purpose, level, local)
        middle = 0.42 - 0.1 * np.tanh(score)
        rise = 1 / (1 + np.exp(-9 * (when.progress[:, None] - middle)))
        low, high = 1 / (1 + np.exp(9 * middle)), 1 / (1 + np.exp(-9 * (1 - middle)))
        rise = (rise - low) / (high - low)
        first = start + 1.4 * gain * score
        share = first + (end + gain * score - first) * rise
        steps = self.rng(f"wobble {purpose}").standard_normal((len(when), len(score)))
        share += wobble * gain * smooth(steps)
        return np.clip(share, 0.0, 1.0)

    # ---- people ---------------------------------------------------------------------------

    @cached_property
    def village_residents(self) -> np.ndarray:
        """Residents per village."""
        rng = self.rng("residents")
        weights = np.array([SIZE_BY_KIND.get(kind, 1.0) for kind in self.village_kind])
        weights = weights * rng.lognormal(0.0, 0.36, len(weights))
        residents = np.zeros(len(weights), dtype=np.int64)
        for row, total in enumerate(self.profile["residents"].to_list()):
            here = self.village_county == row
            residents[here] = apportion(total, weights[here])
        return residents

    @cached_property
    def residents(self) -> np.ndarray:
        """Residents per month and township; September 2020 carries the size of counties.csv."""
        base = self.by_township(self.village_residents)
        shift = np.arange(len(self.months)) - self.months.at("2020-09")
        drift = 0.0003 * self.rng("resident drift").standard_normal(len(base))
        return np.maximum(np.rint(base * (1 + shift[:, None] * drift)).astype(np.int64), 1)

    @cached_property
    def poor_village(self) -> np.ndarray:
        """Administrative villages on the list of poor villages."""
        rng = self.rng("poor villages")
        rank = rng.random(len(self.villages))
        chosen = np.zeros(len(self.villages), dtype=bool)
        percent = self.profile["poor_village_percent"].to_numpy()
        for row, code in enumerate(self.counties.codes):
            here = np.flatnonzero((self.village_county == row) & self.is_village)
            count = POOR_VILLAGES.get(code, round(len(here) * percent[row] / 100))
            chosen[here[np.argsort(rank[here])[:count]]] = True
        return chosen

    @cached_property
    def poor(self) -> np.ndarray:
        """People supported by the programme, month x village."""
        rng = self.rng("poor people")
        share = self.profile["poor_percent"].to_numpy()[self.village_county] / 100
        share = share * np.where(self.is_village, 1.05, 0.12) * np.where(self.poor_village, 2.2, 1)
        start = self.village_residents * share * rng.lognormal(0.0, 0.3, len(share))
        start = np.floor(start + rng.random(len(start))).astype(np.int64)
        moves = rng.random((len(self.months), len(start)))
        rate = start * 0.0011
        change = (moves < rate * 0.8).astype(np.int64) - (moves > 1 - rate)
        # The yearly adjustment of the register is made in November.
        november = np.flatnonzero(self.months.numbers == 11)
        adjusted = self.rng("poor adjusted").normal(-0.006, 0.012, (len(november), len(start)))
        change[november] += np.rint(adjusted * start).astype(np.int64)
        change[0] = 0
        people = np.maximum(start + np.cumsum(change, axis=0), 0)
        for plant in plants("T04", self.city, "shrink"):
            # The list of the month before the weeks in question is already the shorter one.
            first = int(self.week_month[self.weeks.at(plant.period_from)])
            here = np.array([code.startswith(plant.area_code) for code in self.villages.codes])
            people[first:, here] = np.floor(people[first:, here] * KEPT_PART).astype(np.int64)
        return people

    @cached_property
    def chronic(self) -> dict[str, np.ndarray]:
        """Supported people with a chronic disease, month x village: any of the four, and each."""
        rng = self.rng("chronic people")
        size = len(self.villages)
        any_of_four = share_of(self.poor, rng.normal(0.165, 0.025, size).clip(0.08), rng)
        shares = {"htn": 0.70, "dm2": 0.27, "tb": 0.018, "smi": 0.045}
        return {"any": any_of_four} | {
            kind: share_of(any_of_four, share * rng.uniform(0.85, 1.15, size), rng)
            for kind, share in shares.items()
        }

    def by_township(self, values: np.ndarray) -> np.ndarray:
        """Sums of village figures per township, for a row of villages or period x village."""
        starts = np.searchsorted(self.villages.parent, np.arange(len(self.townships)))
        return np.add.reduceat(values, starts, axis=-1)

    def by_county(self, values: np.ndarray) -> np.ndarray:
        """Sums of township figures per county."""
        starts = np.searchsorted(self.townships.parent, np.arange(len(self.counties)))
        return np.add.reduceat(values, starts, axis=-1)

    @cached_property
    def poor_by_township(self) -> np.ndarray:
        """Supported people, month x township."""
        return self.by_township(self.poor)

    @cached_property
    def monitored(self) -> np.ndarray:
        """People watched for falling back into poverty, month x township."""
        rng = self.rng("monitored")
        share = rng.uniform(0.02, 0.055, len(self.townships))
        return share_of(
            self.poor_by_township, share * (1 + 0.01 * self.months.numbers[:, None]), rng
        )


# Founding documents print these two: S004-022 and S001A-014.
POOR_VILLAGES = {"411403": 29, "511822": 31}


def make_world(areas: pl.DataFrame, city: str, seed: int) -> World:
    """Build the world of one prefecture from a frame of areas (area_code, name, level, parent_code,
    kind). Statistical zones without a row in counties.csv file nothing and are left out.
    """
    known = pl.read_csv(FOLDER / "counties.csv", schema_overrides={"area_code": pl.String})
    below = areas.filter(pl.col("area_code").str.starts_with(city[:4])).sort("area_code")
    counties = below.filter(pl.col("level") == "county").join(known, on="area_code", how="left")
    zone = pl.col("kind").fill_null("") == "statistical_zone"
    counties = counties.filter(~zone | pl.col("residents").is_not_null()).sort("area_code")
    county_codes = counties["area_code"]
    townships = below.filter(
        (pl.col("level") == "township") & pl.col("parent_code").is_in(county_codes.implode())
    )
    villages = below.filter(
        (pl.col("level") == "village")
        & pl.col("parent_code").is_in(townships["area_code"].implode())
    )
    # A township without villages has nobody to report on.
    townships = townships.filter(pl.col("area_code").is_in(villages["parent_code"].implode()))
    per_county = villages.group_by(pl.col("area_code").str.head(6).alias("area_code")).len("n")
    profile = (
        counties.join(per_county, on="area_code", how="left")
        .sort("area_code")
        .with_columns(
            pl.col("residents").fill_null(pl.col("n") * PEOPLE_PER_VILLAGE).cast(pl.Int64),
            pl.col("schisto_percent").fill_null(0),
            pl.col("files").fill_null(""),
            *(pl.col(name).fill_null(value) for name, value in UNKNOWN_COUNTY.items()),
        )
    )
    return World(
        city=city,
        city_name=areas.filter(pl.col("area_code") == city)["name"][0],
        seed=seed,
        counties=_places(profile, []),
        townships=_places(townships, county_codes.to_list()),
        villages=_places(villages, townships["area_code"].to_list()),
        village_kind=villages["kind"].fill_null("").to_numpy(),
        profile=profile,
        weeks=calendar(FIRST_WEEK, LAST_WEEK),
        months=calendar("2019-01", "2020-11"),
        quarters=calendar("2019-Q1", "2020-Q3"),
    )


def _places(frame: pl.DataFrame, above: list[str]) -> Places:
    row_above = {code: row for row, code in enumerate(above)}
    parents = [row_above.get(code, 0) for code in frame["parent_code"].to_list()]
    return Places(
        frame["area_code"].to_numpy(), frame["name"].to_numpy(), np.array(parents, dtype=np.int64)
    )


# ---- arithmetic on figures ------------------------------------------------------------------


def share_of(whole: np.ndarray, share: object, rng: np.random.Generator) -> np.ndarray:
    """Whole numbers near whole x share, never above the whole, unbiased over places.

    Each place keeps its own rounding for all periods, so a figure moves only when its share does.
    """
    return np.floor(whole * share + rng.random(whole.shape[-1])).astype(np.int64)


def running(flow: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Cumulative sums over periods (first axis) that restart with each year."""
    total = np.cumsum(flow, axis=0)
    for first in np.flatnonzero(np.diff(years)) + 1:
        total[first:] -= total[first - 1].copy()
    return total


def never_falling(values: np.ndarray, years: np.ndarray) -> np.ndarray:
    """The highest value so far in each year."""
    parts = [np.maximum.accumulate(values[years == year], axis=0) for year in np.unique(years)]
    return np.concatenate(parts)


def smooth(steps: np.ndarray, memory: float = 0.85) -> np.ndarray:
    """A slow wander with unit spread, from independent steps (first axis)."""
    walk = np.empty_like(steps)
    walk[0] = steps[0]
    for row in range(1, len(steps)):
        walk[row] = memory * walk[row - 1] + np.sqrt(1 - memory**2) * steps[row]
    return walk


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers that add up to `total` in proportion to the weights (largest remainders)."""
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(np.int64)
    rest = np.argsort(parts - exact, kind="stable")[: int(total - parts.sum())]
    parts[rest] += 1
    return parts


def steer(part: np.ndarray, whole: np.ndarray, total: int) -> np.ndarray:
    """Change as little as possible so that the parts add up to `total`, 0 <= part <= whole."""
    missing = int(total - part.sum())
    room = whole - part if missing >= 0 else part
    limit = min(abs(missing), int(room.sum()))
    moved = np.minimum(apportion(limit, room.ravel().astype(float)).reshape(part.shape), room)
    left = limit - int(moved.sum())
    for cell in np.flatnonzero((room - moved).ravel())[:left] if left else ():
        moved.flat[cell] += 1
    return part + moved if missing >= 0 else part - moved
