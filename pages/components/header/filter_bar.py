"""The filter bar: which area and which period; always visible, the same on every page."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from data.periods import FREQUENCIES, Period
from pages.charts.once import made_once
from pages.components import links
from pages.components.header import area_choice
from pages.shell import address, runtime
from pages.shell.runtime import Filters

_FREQUENCY_WORDS = {"weekly": "周", "monthly": "月", "quarterly": "季", "yearly": "年"}
_OWN_POPULATION = "各指标默认人群"


def filter_bar(
    *, populations: Sequence[tuple[str, str]] = (), indicators: Mapping[str, str] | None = None
) -> Filters:
    """Draw the filters and return what is chosen.

    populations  Codes and Chinese words to choose from; none leaves that control out.
    indicators   Indicators by id, as they are to be listed; None leaves that control out. The
                 first holds until another is chosen; read it with `chosen_indicator`.
    """
    links.listen(address.page())
    current = runtime.chosen()
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter_bar"):
        _area(current)
        area_choice.area_tree(current.area)
        _period(current)
        if indicators:
            _indicator(indicators)
        if populations:
            _population(current, dict(populations))
    return current


def chosen_indicator(indicators: Mapping[str, str]) -> str:
    """Return the chosen indicator, the first of those offered without a choice."""
    chosen = address.chosen("indicator")
    return chosen if chosen and chosen in indicators else next(iter(indicators))


def _indicator(indicators: Mapping[str, str]) -> None:
    _select(
        "指标",
        key="indicator",
        labels=indicators,
        value=chosen_indicator(indicators),
        default="",
        help="输入名称或领域即可查找。",
        width=250,
    )


def _area(current: Filters) -> None:
    _select(
        "区划",
        key="area",
        labels=area_choice.labels(area_choice.around(runtime.areas(), current.area)),
        value=current.area,
        default=runtime.default_area(),
        help="输入名称或代码即可查找；可选市、县和乡镇。列不下的，用右边的区划树。",
        width=260,
        chip=area_choice.path(current.area)[-1][1],
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
        labels=_labels(listed),
        value=current.period,
        default=runtime.default_period(),
        help="期末之后的数一律不显示。",
        width=290,
        chip=Period.parse(current.period).label_zh().partition("（")[0],
    )


@made_once
def _labels(periods: Sequence[Period]) -> Mapping[str, str]:
    return {period.text: period.label_zh() for period in periods}


def _population(current: Filters, words: dict[str, str]) -> None:
    _select(
        "人群",
        key="population",
        labels={"": _OWN_POPULATION} | words,
        value=current.population if current.population in words else "",
        default="",
        help="没有这一人群的指标不显示数值。",
        width=160,
        chip=words.get(current.population, ""),
    )


def _select(
    label: str,
    *,
    key: str,
    labels: Mapping[str, str],
    value: str,
    default: str,
    help: str,
    width: int,
    chip: str = "",
) -> None:
    """Draw one searchable choice; a change is remembered before the page runs again.

    chip  Names a choice that is not as a new visitor sees it; a click takes the condition off.
          It stands in the line of the label, so that nothing below moves when it comes or goes.
    """
    widget = f"{key}_choice"
    _remember(widget, value)
    with st.container(key=f"filter_{key}", width=width):
        st.selectbox(
            label,
            list(labels),
            format_func=lambda code: labels.get(code) or str(code),
            key=widget,
            placeholder=f"请选择{label}",
            on_change=_chooser(key, widget, default),
            help=help,
        )
        if chip and value != default:
            st.button(
                f"{chip} ✕",
                key=f"chip_{key}",
                help="已选的条件；点击去掉，回到默认。",
                on_click=address.choose,
                args=(key, None),
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
