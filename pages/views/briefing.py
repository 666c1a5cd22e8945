"""周调度简报: the Monday briefing on the screen, in slides, in a document and in a workbook."""

from pages.components.briefing import state
from pages.components.briefing.controls import briefing_controls, text_controls
from pages.components.briefing.deck import briefing_deck
from pages.components.briefing.desk import briefing_of, details_of
from pages.components.briefing.files import briefing_files
from pages.components.briefing.sheets import briefing_sheets
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.shell import runtime

if state.presenting():
    briefing = briefing_of(state.wish(runtime.chosen()))
    briefing_deck(briefing, details_of(briefing), on_leave=state.leave)
else:
    filters = filter_bar()
    page_header("周调度简报", filters)
    briefing_controls()
    briefing = briefing_of(state.wish(filters))
    briefing_files(briefing)
    text_controls(briefing)
    briefing_sheets(briefing)
