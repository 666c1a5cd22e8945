"""The charts of the page 签约服务."""

import polars as pl

from pages.charts import scatter, steps
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame
from pages.components.scope import adopted_target
from pages.shell import runtime

_RATES = ("signing_rate", "should_sign_rate", "signing_fulfilment_rate")


def steps_chart(answer: Answer) -> None:
    """Draw those due, signed and served, by population. answer: signing_funnel."""
    chart_frame(
        "应签、已签与履约",
        steps.steps(answer.table),
        answer,
        key="steps",
        alt=steps.describe(answer.table),
        indicators=_RATES,
        note="右侧为已完成/应完成。各类人群有交叉,不能相加。",
    )


def service_chart(answer: Answer, readings: pl.DataFrame) -> None:
    """Draw signing against fulfilment. answer: signing_service_scatter; readings: for targets."""
    signing, fulfilment = (runtime.indicator(_RATES[place]) for place in (0, 2))
    chart_frame(
        "签约之后有没有服务",
        scatter.scatter(
            answer.table,
            signing,
            fulfilment,
            across_target=adopted_target(readings, signing.id),
            upward_target=adopted_target(readings, fulfilment.id),
        ),
        answer,
        key="service",
        alt=scatter.describe(answer.table, signing, fulfilment),
        indicators=(signing.id, fulfilment.id),
        note="右下方为签约高、履约低的区划;圆越大,签约人数越多。",
    )
