"""大病与慢病: chains of chronic care, and who is not yet treated."""

from collections.abc import Mapping

import polars as pl

from pages.charts.ends import at_end
from pages.charts.once import made_once
from pages.charts.subjects import (
    chains,
    dimension_heat,
)
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame, titled
from pages.components.scope import period_note
from pages.shell import runtime
from pages.theme import formats

_CONTROLLED = "最近随访达标"


def cascade_chart(answer: Answer) -> None:
    """Draw the chains of chronic care. answer: chronic_cascade."""
    kinds = runtime.catalogue().words["dimensions"]["chronic_type"]["values"]
    table = _chained(answer.table, kinds)
    known = chains.at_step(table, _CONTROLLED).select("chain", "share").rows()
    shares = [(chain, share, formats.value_text(share, "%")) for chain, share in known]
    least = at_end(shares) if len(shares) > 1 else ""
    chart_frame(
        titled("慢病从发现到控制", f"{_CONTROLLED}占在管最低的是{least}" if least else ""),
        chains.chains(table),
        answer,
        key="cascade",
        indicators=[
            "htn_std_mgmt_rate",
            "dm2_std_mgmt_rate",
            "tb_systematic_mgmt_rate",
            "smi_std_mgmt_rate",
        ],
        note=f"{period_note(table)}全部人口。每种慢病以其最大一步为满格。严重精神障碍是敏感数，"
        "只有登记和规范管理两步。",
    )


def disease_chart(answer: Answer) -> None:
    """Draw who is not yet treated, disease by area. answer: dimension_matrix by disease_code."""
    names = runtime.catalogue().words["dimensions"]["disease_code"]["values"]
    most = dimension_heat.finding(answer.table, names, unit="人")
    chart_frame(
        f"大病救治：未救治最多的是{most}" if most else "大病救治：各病种与各地",
        dimension_heat.dimension_heat(answer.table, names, unit="人"),
        answer,
        key="diseases",
        indicators=["major_disease_treat_rate"],
        note=f"{period_note(answer.table)}格内为还没有救治的人数（应救治人数减已救治人数），"
        "颜色越深人数越多；空格没有患者。一人可患多种病，不能相加。",
    )


@made_once
def _chained(table: pl.DataFrame, kinds: Mapping[str, str]) -> pl.DataFrame:
    kind = pl.col("chronic_type")
    return table.with_columns(chain=kind.replace_strict(kinds, default=kind), unit=pl.lit("人"))
