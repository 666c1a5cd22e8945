"""What an overview says that has no figure: the way to an own store, and there what is due."""

from collections import Counter

import streamlit as st

from pages.components import links
from pages.components.html_table import Cell, Row, html_table, number
from pages.shell import access, begin_desk, runtime
from pages.theme.formats import date_zh


def begin_offer() -> None:
    """Offer the way to an own store to whoever may make one; nothing outside of the demo."""
    if runtime.manifest().demo and access.may("begin"):
        way = links.link("建立本单位数据仓", links.href("begin"))
        st.html(f'<p class="state">演示数据看过以后：{way}，用本单位自己的报表。</p>')


def first_reports() -> None:
    """Draw what is owed first, by whom and until when."""
    st.header("还没有报表，先报这些", anchor=False)
    tables = runtime.catalogue().tables
    owed = Counter((each.due, each.table, each.period) for each in begin_desk.owed_first())
    html_table(
        [Cell("报表"), Cell("报告期"), Cell("期限"), Cell("应报单位（个）", style="number")],
        [
            Row(
                [
                    Cell(tables[table].title),
                    Cell(period.label_zh()),
                    Cell(f"{date_zh(due)}前"),
                    number(str(units)),
                ]
            )
            for (due, table, period), units in sorted(owed.items(), key=lambda each: each[0][:2])
        ],
        caption="空白报表和发到群里的话在「建立本单位数据仓」；收上来的表在「报送与质量」上报。",
    )
