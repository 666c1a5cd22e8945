"""Where a chart's or table's figures come from: tables, definitions, and the exact question."""

from collections.abc import Mapping, Sequence

import streamlit as st

from data.catalogue.model import Indicator
from pages.shell import runtime

# Views that are computed from a report table, and one that is kept from all of them.
_BEHIND = {"clinic_state": "T07", "village_clinic_state": "T07"}
_RECORDS = "各报表的报送记录"


def source_note(
    name: str,
    params: Mapping[str, object],
    *,
    indicators: Sequence[str] = (),
    note: str = "",
    key: str = "",
) -> None:
    """Draw the source line, the definitions and the 溯源 fold of one answer.

    name        The question that was asked, as in queries/sql.
    params      The values it was asked with.
    indicators  Whose definitions to offer.
    note        A remark of the page itself; may be empty.
    key         Tells two notes under the same question apart.
    """
    shown = [runtime.indicator(each) for each in indicators]
    words = [part for part in (_source(shown), note) if part]
    with st.container(horizontal=True, vertical_alignment="center"):
        if words:
            st.caption(" · ".join(words))
        if shown:
            _definitions(shown)
    _trace(name, dict(params), key or name)


def report_tables(indicators: Sequence[Indicator]) -> list[str]:
    """Return the ids of the report tables behind the indicators, without repetition."""
    sources = dict.fromkeys(
        source
        for indicator in indicators
        for population in indicator.populations.values()
        for source in population.sources
    )
    return list(dict.fromkeys(_BEHIND.get(source, source) for source in sources))


def _source(indicators: Sequence[Indicator]) -> str:
    """Return the titles of the report tables behind the indicators."""
    tables = runtime.catalogue().tables
    titles = [
        f"{tables[each].title}({each})" if each in tables else _RECORDS
        for each in report_tables(indicators)
    ]
    return f"来源：{'、'.join(titles)}" if titles else ""


def _definitions(indicators: Sequence[Indicator]) -> None:
    with st.popover("口径", icon=":material/menu_book:"):
        for indicator in indicators:
            st.markdown(f"**{indicator.name}**({indicator.unit})")
            st.write(indicator.definition)
            if indicator.caveat:
                st.caption(f"注意：{indicator.caveat}")


@st.fragment
def _trace(name: str, params: dict[str, object], key: str) -> None:
    """Fold the question away; opening it draws the fold alone, not the page again."""
    fold = st.expander("溯源", key=f"trace-{key}", on_change="rerun")
    if not fold.open:
        return
    issued = runtime.trace(name, params)
    with fold:
        st.markdown(
            f"溯源码 **{issued.code}** · 快照 {issued.snapshot} 号 "
            f"（校验值 {issued.manifest[:12]}） · 查询 {name}"
        )
        if not issued.recorded:
            st.caption("数据仓不可写，这个溯源码没有登记，日后查不到。")
        st.caption(f"核对：python -m queries trace {issued.code}")
        st.table({"参数": list(issued.params), "值": [str(v) for v in issued.params.values()]})
        st.code(runtime.engine().sql(name), language="sql")
