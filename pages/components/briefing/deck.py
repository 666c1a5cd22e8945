"""汇报模式: the sheets of a briefing over the whole window, turned by keys, buttons and clicks."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from streamlit.components.v2 import component

from pages.exports.briefing.model import Briefing, PaperTable
from pages.exports.briefing.writers import sheets
from pages.theme import sheet_style

_HTML = """
<div class="deck" tabindex="0" role="region" aria-label="汇报模式">
  <div class="sheets"></div>
  <div class="details"></div>
  <div class="deck-keys">
    <button type="button" data-do="back" title="上一页（← 或 PageUp）">上一页</button>
    <button type="button" data-do="next" title="下一页（→ 或 PageDown）">下一页</button>
    <button type="button" data-do="overview" title="全部页面（按 O）">总览</button>
    <button type="button" data-do="full" title="全屏（按 F；按 B 黑屏）">全屏</button>
    <button type="button" data-do="leave" title="回到编辑（Esc）">退出</button>
  </div>
</div>
"""

# In the page itself, not in a shadow root: it must lie over the menus, and keys reach it.
_mount = component(
    "briefing_deck",
    html=_HTML,
    css=sheet_style.CSS,
    js=(Path(__file__).parent / "deck.js").read_text("utf-8"),
    isolate_styles=False,
)


def briefing_deck(
    briefing: Briefing, details: Mapping[str, Sequence[PaperTable]], *, on_leave: Callable[[], None]
) -> None:
    """Show the briefing page by page.

    details   What a click on an area opens, by its code.
    on_leave  Called when the presenter goes back to the page.
    """
    shown = "".join(sheets.sheet(page, briefing) for page in briefing.pages)
    names = {
        cell.area: cell.text.removesuffix("※")
        for page in briefing.pages
        if page.table
        for row in page.table.rows
        for cell in row
        if cell.area
    }
    opened = "".join(
        sheets.detail(area, names.get(area, area), tables) for area, tables in details.items()
    )
    _mount(
        data={
            "sheets": shown,
            "details": opened,
            "made": hashlib.sha256((shown + opened).encode("utf-8")).hexdigest(),
        },
        key="briefing_deck",
        on_leave_change=on_leave,
    )
