"""The filter bar: which area and which period; always visible, the same on every page."""

from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from data.periods import FREQUENCIES, Period
from pages.shell import address, runtime
from pages.shell.runtime import Filters

_FREQUENCY_WORDS = {"weekly": "周", "monthly": "月", "quarterly": "季", "yearly": "年"}
_OWN_POPULATION = "各指标默认人群"


def filter_bar(*, populations: Sequence[tuple[str, str]] = ()) -> Filters:
    """Draw the filters and return what is chosen.

    populations  Codes and Chinese words to choose from; none leaves that control out.
    """
    current = runtime.chosen()
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter_bar"):
        _area(current)
        _period(current)
        if populations:
            _population(current, dict(populations))
    return current


def _area(current: Filters) -> None:
    offered = runtime.offered_areas(current.area)
    labels = dict(
        offered.select(
            "area_code", pl.format("{}({})", pl.col("full_name"), pl.col("area_code"))
        ).iter_rows()
    )
    _select(
        "区划",
        key="area",
        labels=labels,
        value=current.area,
        default=runtime.default_area(),
        help="输入名称或代码即可查找;可选市、县和乡镇。",
        width=420,
    )


def _period(current: Filters) -> None:
    kinds = [frequency for frequency in FREQUENCIES if runtime.periods(frequency)]
    _remember("frequency_choice", current.frequency)
    st.segmented_control(
        "按",
        kinds,
        format_func=_FREQUENCY_WORDS.__getitem__,
        key="frequency_choice",
        required=True,
        on_change=_choose_frequency,
        help="报告期的长短。每个指标显示到这一期末为止最新的数。",
    )
    listed = runtime.periods(current.frequency)
    _select(
        "报告期",
        key="period",
        labels={period.text: period.label_zh() for period in listed},
        value=current.period,
        default=runtime.default_period(),
        help="期末之后的数一律不显示。",
        width=300,
    )


def _population(current: Filters, words: dict[str, str]) -> None:
    _select(
        "人群",
        key="population",
        labels={"": _OWN_POPULATION} | words,
        value=current.population if current.population in words else "",
        default="",
        help="没有这一人群的指标不显示数值。",
        width=200,
    )


def _select(
    label: str, *, key: str, labels: dict[str, str], value: str, default: str, help: str, width: int
) -> None:
    """Draw one searchable choice; a change is remembered before the page runs again."""
    widget = f"{key}_choice"
    _remember(widget, value)
    st.selectbox(
        label,
        list(labels),
        format_func=lambda code: labels.get(code) or str(code),
        key=widget,
        placeholder=f"请选择{label}",
        on_change=_chooser(key, widget, default),
        help=help,
        width=width,
    )


def _chooser(key: str, widget: str, default: str) -> Callable[[], None]:
    def choose() -> None:
        address.choose(key, st.session_state[widget], default=default)

    return choose


def _choose_frequency() -> None:
    """Go to the newest period of the other length that the chosen one's end allows."""
    frequency = st.session_state["frequency_choice"]
    listed = runtime.periods(frequency)
    end = Period.parse(address.chosen("period") or runtime.default_period()).end
    fitting = [period for period in listed if period.end <= end] or listed[-1:]
    address.choose("period", fitting[0].text, default=runtime.default_period())


def _remember(widget: str, value: str) -> None:
    """Give the control its value; it forgets it when the visitor goes to another page."""
    if st.session_state.get(widget) != value:
        st.session_state[widget] = value
