"""What is due and what is done of it, indicator by indicator, as one picture."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from pages.charts.ends import at_end
from pages.charts.once import made_once
from pages.charts.subjects import steps
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.theme import formats


class Due(NamedTuple):
    """One bar: the indicator, what its due and its done are called, and what they count."""

    indicator: str
    name: str
    due: str
    done: str
    unit: str


def due_chart(answer: Answer, bars: Sequence[Due], *, title: str, key: str, note: str = "") -> None:
    """Draw the named indicators in this order; the title says which has least done.

    answer  Of due_and_done.
    bars    An indicator without a row in the answer is left out.
    """
    drawn = _drawn(answer.table, bars)
    shown, rows, table = drawn.bars, drawn.rows, drawn.table
    chart_frame(
        _title(title, shown, rows),
        steps.steps(table),
        Answer(answer.query, answer.params, drawn.answered),
        key=key,
        indicators=[each.indicator for each in shown],
        note=f"{_periods(shown, rows)}右侧为已做/应做。{note}",
    )


class _Drawn(NamedTuple):
    """The bars that have a row, their rows, the table of the chart, the part of the answer."""

    bars: list[Due]
    rows: dict[str, dict]
    table: pl.DataFrame
    answered: pl.DataFrame


@made_once
def _drawn(table: pl.DataFrame, bars: Sequence[Due]) -> _Drawn:
    first = table.unique("indicator", maintain_order=True)
    rows = {row["indicator"]: row for row in first.iter_rows(named=True)}
    shown = [each for each in bars if each.indicator in rows]
    answered = table.filter(pl.col("indicator").is_in([each.indicator for each in shown]))
    return _Drawn(shown, rows, _as_steps(shown, rows), answered)


def _as_steps(bars: Sequence[Due], rows: dict[str, dict]) -> pl.DataFrame:
    """As the chart of steps takes it; a state other than 正常 is said behind the name."""
    out = []
    for bar in bars:
        row = rows[bar.indicator]
        state = "" if row["state"] == "正常" else f"（{row['state']}）"
        for order, (word, count) in enumerate(((bar.due, row["due"]), (bar.done, row["done"]))):
            out.append(
                {
                    "indicator": bar.indicator,
                    "population": row["population"],
                    "population_name": f"{bar.name}{state}",
                    "step_order": order,
                    "step": word,
                    "count": count,
                    "unit": bar.unit,
                }
            )
    schema = dict.fromkeys(steps.NEEDED, pl.String) | {"step_order": pl.Int64, "count": pl.Float64}
    return pl.DataFrame(out, schema=schema)


def _title(title: str, bars: Sequence[Due], rows: dict[str, dict]) -> str:
    shares = [(each.name, rows[each.indicator]["share"]) for each in bars]
    known = [(name, share, formats.value_text(share, "%")) for name, share in shares]
    least = at_end(known) if sum(share is not None for _, share in shares) > 1 else ""
    return f"{title}：最低的是{least}" if least else title


def _periods(bars: Sequence[Due], rows: dict[str, dict]) -> str:
    """The period, or the periods where the indicators are not of one frequency."""
    found = dict.fromkeys(rows[each.indicator]["period"] for each in bars)
    return f"{'、'.join(formats.period_label(each) for each in found)}。" if found else ""
