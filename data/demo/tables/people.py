"""T01: how many people the programme supports in each township."""

import numpy as np
import polars as pl

from data.demo.cells import Cells, coded
from data.demo.frames import filing, table_frame, township_units
from data.demo.world import World, share_of

ADJUSTED = (None, "年度动态调整", "人口自然增减")


def t01(world: World) -> pl.DataFrame:
    """帮扶对象基础情况月报表, one row per township and month."""
    rng = world.rng("T01")
    poor, size = world.poor_by_township, len(world.townships)
    ill = share_of(poor + world.monitored, rng.uniform(0.09, 0.15, size), rng)
    villages = world.by_township(world.is_village.astype(np.int64))
    everything = world.by_township(np.ones(len(world.villages), dtype=np.int64))
    before = np.vstack([poor[:1], poor[:-1]])
    moved = np.abs(poor - before) * 100 > 2 * before
    november = world.months.numbers[:, None] == 11
    columns = {
        "poor_pop": Cells(poor),
        "poor_households": Cells(share_of(poor, 1 / rng.uniform(2.3, 3.3, size), rng)),
        "monitored_pop": Cells(world.monitored),
        "ill_pop": Cells(ill),
        "resident_pop": Cells(world.residents),
        "dibao_pop": Cells(share_of(world.residents, rng.uniform(0.018, 0.045, size), rng)),
        "tekun_pop": Cells(share_of(world.residents, rng.uniform(0.003, 0.008, size), rng)),
        "poor_villages": Cells(world.by_township(world.poor_village.astype(np.int64))),
        # A street without administrative villages files its neighbourhoods: the form wants > 0.
        "admin_villages": Cells(np.where(villages > 0, villages, everything)),
    }
    filed = filing(world, "T01", world.months, "township")
    remark = coded(moved * np.where(november, 1, 2), ADJUSTED)
    return table_frame(
        world, "T01", world.months, township_units(world), filed, columns, remark=remark
    )
