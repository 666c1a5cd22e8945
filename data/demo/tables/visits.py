"""T09: where people are treated."""

import numpy as np
import polars as pl

from data.demo.cells import Cells
from data.demo.frames import county_units, filing, table_frame
from data.demo.tables.insurance import season
from data.demo.world import World, running, share_of, steer

# S004-036: nine visits in ten stay within the district, by November 2020.
IN_COUNTY = {"411403": (0.90, "2020-11")}


def t09(world: World) -> pl.DataFrame:
    """就诊流向月报表, one row per county and month, cumulative within the year."""
    rng = world.rng("T09")
    months, size = world.months, len(world.counties)
    people = world.by_county(world.residents)
    poor = world.by_county(world.poor_by_township)
    busy = season(world)[:, None] * rng.normal(1, 0.03, (len(months), size))
    visits = np.rint(people * rng.uniform(0.36, 0.48, size) * busy).astype(np.int64)
    beds = np.rint(people * rng.uniform(0.0125, 0.016, size) * busy).astype(np.int64)
    op_share = world.curve("outpatients", months, "county", start=0.85, end=0.897, gain=0.03)
    ip_share = world.curve("inpatients", months, "county", start=0.7, end=0.79, gain=0.045)
    landings = _landings(world)
    for here, share in landings:
        # The county's whole curve moves, so that its year 2020 does not look cut off.
        op_share[:, here[1]] -= np.average(op_share[here], weights=visits[here]) - share - 0.002
    op_in, ip_in = share_of(visits, op_share, rng), share_of(beds, ip_share, rng)
    for here, share in landings:
        wanted = int(np.ceil(share * (visits[here].sum() + beds[here].sum())))
        op_in[here] = steer(op_in[here], visits[here], wanted - int(ip_in[here].sum()))
    primary = world.curve("primary care", months, "county", start=0.5, end=0.585, gain=0.04)
    poor_visits = np.rint(poor * rng.uniform(0.5, 0.66, size) * busy).astype(np.int64)
    poor_share = world.curve("poor visits", months, "county", start=0.81, end=0.864, gain=0.03)
    poor_in = np.minimum(share_of(poor_visits, poor_share, rng), op_in + ip_in)
    out = (visits - op_in) + (beds - ip_in)
    poor_out = np.minimum(poor_visits - poor_in, out)
    flows = {
        "op_in_county": op_in,
        "op_out_county": visits - op_in,
        "op_primary": share_of(op_in, primary, rng),
        "ip_in_county": ip_in,
        "ip_out_county": beds - ip_in,
        "poor_in_county": poor_in,
        "poor_out_county": poor_out,
        "referral_out": share_of(out, rng.uniform(0.08, 0.2, size), rng),
    }
    columns = {name: Cells(running(flow, months.years)) for name, flow in flows.items()}
    filed = filing(world, "T09", months, "county")
    return table_frame(world, "T09", months, county_units(world), filed, columns)


def _landings(world: World) -> list[tuple[tuple[slice, int], float]]:
    """Months of the year and county row of each printed rate, and the rate."""
    months, out = world.months, []
    for code, (share, until) in IN_COUNTY.items():
        county = world.counties.at(code)
        if county is not None:
            last = months.at(until) + 1
            out.append(((slice(last - int(months.numbers[last - 1]), last), county), share))
    return out
