"""The one style sheet of the pages, built from the tokens."""

from pages.theme import tokens

# A page that is nothing but one message, sent before anything of the dashboard is.
NOTICE = f"""
body {{
  margin: 0; background: {tokens.WHITE}; color: {tokens.INK}; font-family: {tokens.FONT_FAMILY};
}}
main {{ max-width: 40em; margin: 15vh auto 0; padding: 0 1.5rem; line-height: 1.7; }}
h1 {{ font-size: {tokens.SIZE_TITLE}px; color: {tokens.BLUE}; }}
p, label, input, button, .button {{ font: inherit; font-size: {tokens.SIZE_BODY}px; }}
p {{ overflow-wrap: anywhere; }}
label, input {{ display: block; width: 100%; box-sizing: border-box; }}
input, button, .button {{ min-height: 44px; padding: .4rem .7rem; border-radius: 6px; }}
input {{ margin: .3rem 0 1rem; border: 1px solid {tokens.INK_QUIET}; }}
button, .button {{
  border: 0; padding: .4rem 1.6rem; background: {tokens.BLUE}; color: {tokens.WHITE};
}}
.button {{
  display: inline-flex; align-items: center; box-sizing: border-box; text-decoration: none;
}}
:focus-visible {{ outline: 3px solid {tokens.BLUE}; outline-offset: 2px; }}
a:not(.button) {{ color: {tokens.BLUE}; text-underline-offset: 3px; }}
[role="alert"] {{ color: {tokens.BEHIND.strong}; font-weight: 600; }}
"""

# Until the script of a kind of control is there, its place is kept; of any other element nobody
# knows the height yet, and what stands below waits unseen: nothing jumps while a page loads. The
# wait is an animation because it must end: a browser can miss that `:has()` no longer holds.
ARRIVING = """
@keyframes unseen { from, to { visibility: hidden; } }
.st-key-filter_bar [data-testid="stElementContainer"]:has(> [data-testid="stSkeleton"]) {
  min-height: 68px;
}
[data-testid="stElementContainer"][height="auto"]:has(> [data-testid="stSkeleton"]) ~ *,
.stMainBlockContainer > [data-testid="stVerticalBlock"] > :has(
  [height="auto"]:not([data-testid="stExpander"] *) > [data-testid="stSkeleton"]
) ~ * { animation: unseen 30s; }
"""

CSS = f"""
/* -- the page ------------------------------------------------------------------------------ */
.stApp, .stApp button, .stApp input, .stApp table {{
  font-family: {tokens.FONT_FAMILY};
  font-feature-settings: {tokens.FIGURE_FEATURES};
  font-variant-numeric: tabular-nums lining-nums;
}}
.stMainBlockContainer {{ padding: 3.75rem 2rem 2rem; max-width: 1760px; }}
.stMainBlockContainer > [data-testid="stVerticalBlock"] {{ gap: .5rem; }}
[data-testid="stAlertContainer"] {{ padding: .25rem .8rem; min-height: 0; }}
.stApp h1 {{ font-size: {tokens.SIZE_TITLE}px; padding: 0 0 1rem; white-space: nowrap; }}
.st-key-page_header h1 {{ padding: 0; }}
.st-key-filter_bar, .st-key-page_header {{ gap: .5rem .6rem; }}
.state {{ margin: 0; font-size: {tokens.SIZE_NOTE}px; color: {tokens.INK_QUIET}; }}
.state a {{ color: {tokens.BLUE}; }}
.state b {{ color: {tokens.INK}; font-weight: 600; }}
/* In the line of the control's label, left of its question mark. */
[class*="st-key-filter_"] {{ position: relative; }}
[class*="st-key-chip_"] {{ position: absolute; top: 0; right: 1.75rem; width: auto; }}
[class*="st-key-chip_"] button {{
  min-height: 1.6rem; padding: 0 .6rem; border: 0; border-radius: 1rem;
  background: {tokens.BLUE_PALE}; color: {tokens.BLUE};
}}
[class*="st-key-chip_"] button p {{ font-size: {tokens.SIZE_NOTE}px; white-space: nowrap; }}
.st-key-frequency_choice {{ min-width: 172px; }}
/* What is shown stays in sight; on a phone it would cover the screen. */
@media screen and (min-width: 900px) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-page_header) {{
    position: sticky; top: 3.5rem; z-index: 20; background: {tokens.WHITE};
  }}
}}
/* The lower padding answers Streamlit's negative margin: without it the chart covers the title. */
.stApp h2, .stApp h3 {{ font-size: {tokens.SIZE_HEADING}px; padding: .75rem 0 1rem; }}
.js-plotly-plot text {{ font-variant-numeric: tabular-nums lining-nums; }}
:focus-visible {{ outline: 2px solid {tokens.BLUE}; outline-offset: 2px; }}
/* Streamlit shows some of these by a pale shadow only, the links of the menu not at all. */
.stApp :is(a, button, summary):focus-visible {{ outline: 2px solid {tokens.BLUE} !important; }}

/* Notes are read too: as dark as second text, not paler. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {{
  color: {tokens.INK_QUIET}; opacity: 1;
}}
/* Streamlit words that exist in English only. */
[data-testid="stElementToolbar"], [data-testid="stDataFrameColumnMenu"],
[data-testid="stAppDeployButton"], [data-testid="stHeaderActionElements"],
[data-testid="InputInstructions"] {{ display: none; }}


/* The fold under every chart must not weigh more than the chart. */
[data-testid="stExpander"] details {{ border: 0; background: transparent; }}
[data-testid="stExpander"] summary {{
  padding: 0 4px; min-height: 28px; font-size: {tokens.SIZE_NOTE}px; color: {tokens.INK_QUIET};
}}

/* -- pictures of pages, in 帮助 --------------------------------------------------------------- */
.help {{ margin: 0 0 1rem; }}
.help img {{ width: 100%; border: 1px solid {tokens.LINE}; }}
.help figcaption {{ font-size: {tokens.SIZE_NOTE}px; color: {tokens.INK_QUIET}; }}

/* -- lights: word and shape first ------------------------------------------------------------ */
.light {{ white-space: nowrap; font-size: {tokens.SIZE_BODY}px; font-weight: 600; }}
.light-met {{ color: {tokens.MET.text}; }}
.light-warning {{ color: {tokens.WARNING.text}; }}
.light-behind {{ color: {tokens.BEHIND.text}; }}
.light-none {{ color: {tokens.INK_QUIET}; font-weight: 400; }}

.stHtml a {{ color: {tokens.BLUE}; }}

/* -- key figures -------------------------------------------------------------------------- */
.cards {{ display: grid; gap: 12px; grid-template-columns: repeat(4, minmax(0, 1fr)); }}
.card {{
  border: 1px solid {tokens.LINE}; border-top: 3px solid {tokens.AXIS}; border-radius: 4px;
  padding: 8px 10px 6px; background: {tokens.WHITE}; color: {tokens.INK};
  display: flex; flex-direction: column; gap: 2px; min-width: 0;
}}
.card-met {{ border-top-color: {tokens.MET.strong}; }}
.card-warning {{ border-top-color: {tokens.WARNING.strong}; }}
.card-behind {{ border-top-color: {tokens.BEHIND.strong}; }}
.card-head {{ display: flex; justify-content: space-between; gap: 8px; align-items: baseline; }}
.card-name {{ font-size: {tokens.SIZE_BODY}px; font-weight: 600; }}
.card-value {{
  font-size: {tokens.SIZE_KEY_FIGURE}px; line-height: 1.2; font-weight: 700;
  color: {tokens.BLUE}; white-space: nowrap;
}}
.card-value small {{
  font-size: {tokens.SIZE_BODY}px; font-weight: 400; color: {tokens.INK_QUIET};
}}
.card-value .mark {{ padding-left: 6px; color: {tokens.WARNING.text}; }}
.card-line {{ font-size: {tokens.SIZE_NOTE}px; line-height: 1.4; color: {tokens.INK}; }}
.card-quiet {{ font-size: {tokens.SIZE_NOTE}px; line-height: 1.35; color: {tokens.INK_QUIET}; }}
.card a {{ color: inherit; text-decoration: none; }}
.card a:hover, .card a:focus-visible {{ color: {tokens.BLUE}; text-decoration: underline; }}
.card-row {{ display: flex; align-items: center; justify-content: space-between; gap: 8px; }}
.card .spark {{
  flex: 0 1 46%; min-width: 0; width: 46%; height: {tokens.SPARKLINE_HEIGHT}px;
}}
.card-from {{ float: right; margin-left: .5em; text-decoration: underline dotted; }}
@media screen and (max-width: 1100px) {{
  .cards {{ grid-template-columns: repeat(2, minmax(0, 1fr)); }}
}}
@media screen and (max-width: 640px) {{
  .cards {{ grid-template-columns: minmax(0, 1fr); }}
  .stMainBlockContainer {{ padding: 4rem 1rem 1rem; }}
  /* The parts of a page, up to seven, stand in one line of a phone; more of them roll in it. */
  [data-testid="stButtonGroup"]:has(button ~ button ~ button ~ button ~ button) {{
    & :has(> button) {{ flex-wrap: nowrap; overflow-x: auto; }}
    & button {{ flex: none; padding-inline: .15rem; }}
  }}
}}

/* -- the verdict and lists of sentences ------------------------------------------------------- */
.verdict {{ font-size: {tokens.SIZE_BODY}px; line-height: 1.5; color: {tokens.INK}; }}
.verdict div:first-child, .verdict div:first-child .light {{ font-size: {tokens.SIZE_HEADING}px; }}
.verdict b {{ color: {tokens.BLUE}; padding-right: 4px; }}
.verdict a {{ color: {tokens.BLUE}; }}
.panel {{
  display: grid; grid-template-columns: minmax(240px, 1fr) 3fr; gap: 8px 24px;
  border: 1px solid {tokens.LINE}; border-top: 3px solid {tokens.AXIS}; border-radius: 4px;
  padding: 8px 14px;
}}
@media screen and (max-width: 640px) {{
  .panel {{ grid-template-columns: minmax(0, 1fr); }}
}}
.panel.card-met {{ border-top-color: {tokens.MET.strong}; }}
.panel.card-warning {{ border-top-color: {tokens.WARNING.strong}; }}
.panel.card-behind {{ border-top-color: {tokens.BEHIND.strong}; }}
.panel b {{ color: {tokens.BLUE}; padding-right: 6px; }}
.panel .card-value {{ font-size: {tokens.SIZE_KEY_FIGURE + 8}px; }}
.stHtml .panel ul.points li:last-child {{ border-bottom: 0; }}
.rule {{ font-size: {tokens.SIZE_NOTE}px; color: {tokens.INK_QUIET}; line-height: 1.5; }}
.stHtml ul.points {{ margin: 0; padding: 0; list-style: none; font-size: {tokens.SIZE_BODY}px; }}
.stHtml ul.points li {{
  margin: 0; padding: 7px 0; border-bottom: 1px solid {tokens.LINE}; line-height: 1.5;
}}
.stHtml ul.points b {{ font-weight: 600; }}

/* -- tables ------------------------------------------------------------------------------ */
.table-wrap {{
  overflow-x: auto; margin-top: 8px; border-top: 2px solid {tokens.BLUE};
  container-type: inline-size;
}}
.table-wrap table {{ border-collapse: collapse; width: 100%; font-size: {tokens.SIZE_BODY}px; }}
.table-wrap caption {{
  caption-side: bottom; text-align: left; padding: 6px 0; font-size: {tokens.SIZE_NOTE}px;
  color: {tokens.INK_QUIET}; max-width: 100cqw;
}}
.table-wrap th, .table-wrap td {{
  padding: 6px 10px; border-bottom: 1px solid {tokens.LINE}; text-align: left;
  white-space: nowrap; vertical-align: top; color: {tokens.INK};
}}
.table-wrap thead th {{
  font-weight: 600; background: {tokens.PANEL}; border-bottom: 1px solid {tokens.AXIS};
  white-space: normal; min-width: 4em; vertical-align: bottom;
}}
.table-wrap thead th:first-child {{ white-space: nowrap; }}
.table-wrap td.number a {{ color: inherit; text-decoration: none; }}
.table-wrap td.number a:hover {{ text-decoration: underline; }}
.table-wrap .number {{ text-align: right; }}
.table-wrap a, .panel a {{ color: {tokens.BLUE}; text-underline-offset: 3px; }}
.table-wrap button {{
  all: unset; cursor: pointer; font-weight: 600; text-decoration: underline dotted;
  text-underline-offset: 4px;
}}
.table-wrap button:focus-visible {{ outline: 2px solid {tokens.BLUE}; }}
th[aria-sort="descending"] button::after {{ content: " ↓"; }}
th[aria-sort="ascending"] button::after {{ content: " ↑"; }}
/* A long list scrolls in its own window, under a head that stays. */
.table-tall {{ max-height: 70vh; overflow-y: auto; }}
.table-tall table {{ font-size: {tokens.SIZE_NOTE}px; }}
.table-tall thead th {{ position: sticky; top: 0; z-index: 1; }}
.table-wrap .quiet, .table-wrap .quiet * {{ color: {tokens.INK_QUIET}; }}
.table-wrap .words {{ white-space: normal; min-width: 7em; }}
.table-wrap .source {{
  white-space: normal; min-width: 11em; overflow-wrap: anywhere; color: {tokens.INK_QUIET};
}}
.table-wrap .wide {{ white-space: normal; min-width: 14em; }}
.table-wrap th[scope="row"] {{
  font-weight: 400; position: sticky; left: 0; background: {tokens.WHITE};
  border-right: 1px solid {tokens.LINE};
}}
/* Many columns: closer together, and the names in two lines, before anything is scrolled. */
.table-wrap table:has(thead th:nth-child(11)) :is(th, td) {{ padding: 6px; }}
.table-wrap table:has(thead th:nth-child(11)) th[scope="row"] {{
  white-space: normal; min-width: 6em; max-width: 11em;
}}
.stColumn .table-wrap :is(th, td) {{ padding: 6px; }}
.stColumn .table-wrap thead th {{ min-width: 3.3em; }}
.stColumn .table-wrap .wide {{ min-width: 9em; }}
.table-wrap tr.total th, .table-wrap tr.total td {{
  font-weight: 600; background: {tokens.BLUE_PALE};
}}
.table-wrap td.cell-warning {{ background: {tokens.WARNING.tint}55; }}
.table-wrap td.cell-behind {{ background: {tokens.BEHIND.tint}44; }}
.table-wrap small {{ color: {tokens.INK_QUIET}; font-size: 13px; }}

/* -- an area's profile: figure, place among its like and line of every indicator -------------- */
.profile table {{ font-size: {tokens.SIZE_NOTE}px; }}
.profile :is(th, td) {{ padding: 2px 6px; vertical-align: middle; }}
.profile tbody th.group {{ background: {tokens.PANEL}; font-weight: 600; }}
.profile .own {{ font-weight: 600; }}
.profile .light {{ font-size: {tokens.SIZE_NOTE}px; }}
.profile img {{ display: block; max-width: none; }}
.profile .spark {{ width: 110px; height: 20px; }}
.rule b {{ font-size: {tokens.SIZE_HEADING}px; line-height: 1; }}

@media screen and (max-width: 640px) {{
  /* Of each indicator a few labelled figures in two columns, the strip across. */
  .profile thead {{ display: none; }}
  .profile tbody tr {{
    display: grid; grid-template: "name name" "own move" "strip strip" "place line" "beside apart"
      / minmax(0, 1fr) minmax(0, 1fr); padding: 4px 0; border-bottom: 1px solid {tokens.LINE};
  }}
  .profile .table-wrap tbody :is(th, td) {{ border: 0; text-align: left; white-space: normal; }}
  .profile tbody th[scope="row"] {{ grid-area: name; max-width: none; position: static; }}
  .profile .own {{ grid-area: own; }} .profile .move {{ grid-area: move; }}
  .profile td.strip {{ grid-area: strip; }} .profile td.line {{ grid-area: line; }}
  .profile .place {{ grid-area: place; }} .profile .place::before {{ content: "名次 "; }}
  .profile .beside {{ grid-area: beside; }} .profile .beside::before {{ content: "对照 "; }}
  .profile .apart {{ grid-area: apart; }} .profile .apart::before {{ content: "相差 "; }}
  .st-key-filter_bar > :has(> [class*="st-key-filter_"]) {{ flex: 1 1 100% !important; }}
  .st-key-filter_bar [class*="st-key-filter_"] {{ width: 100% !important; }}
  /* The names leave room for figures; words scroll with them in one line, not in five. */
  .table-wrap th[scope="row"] {{ white-space: normal; min-width: 6em; max-width: 9em; }}
  .table-wrap :is(.words, .wide) {{ min-width: 18em; }}
}}

/* -- paper: A4 across; charts keep the size they were painted in, so the whole page shrinks to the
   sheet (`--paper`, set when printing begins) and charts that stood side by side still do. */
@page {{ size: A4 landscape; margin: 10mm; }}
@page upright {{ size: A4 portrait; margin: 8mm; }}
@media print {{
  [data-testid="stHeader"], .st-key-filter_bar, [data-testid="stExpander"],
  [data-testid="stPopover"], [data-testid="stButton"], [data-testid="stDownloadButton"],
  [data-testid="stButtonGroup"], [data-testid="stFormSubmitButton"],
  [data-testid="stLayoutWrapper"]:has(> [data-testid="stExpander"]),
  .card-from {{ display: none; }}
  .table-wrap button {{ display: contents; }}  /* else a head repeated on a new sheet is empty */
  .stMainBlockContainer {{ zoom: var(--paper, .72); padding: 0; max-width: none; }}
  .stHorizontalBlock:has(> .stColumn) {{ display: flex !important; }}
  .stHorizontalBlock > .stColumn {{ width: auto !important; }}
  .card, .table-wrap tr, .stPlotlyChart, .stHtml ul.points li {{ break-inside: avoid; }}
  [data-testid="stElementContainer"]:has(h2, h3) {{ break-after: avoid; }}
  /* A short table stays whole; of a long one no row or two, and no source line, stands alone. */
  .table-wrap:not(:has(tbody tr:nth-child(9))) {{ break-inside: avoid; }}
  .table-wrap tbody tr:is(:nth-child(-n+2), :nth-last-child(-n+4)):not(:last-child) {{
    break-after: avoid;
  }}
  .table-wrap caption,
  .stElementContainer:not(:has(.stDataFrame))
    + .stElementContainer:has([data-testid="stCaptionContainer"]),
  [data-testid="stLayoutWrapper"]:has(> .stHorizontalBlock
    > .stElementContainer:first-child [data-testid="stCaptionContainer"]) {{
    break-before: avoid; break-inside: avoid;
  }}
  .table-wrap {{ overflow: visible; }}
  .table-wrap th, .table-wrap td {{ white-space: normal; }}
  .table-wrap th[scope="row"] {{ white-space: nowrap; }}
  .table-tall {{ max-height: none; }}
  /* A profile is one upright sheet, however many indicators it has: --rows of them. */
  body:has(.profile) {{ page: upright; }}
  body:has(.profile) .stMainBlockContainer {{ zoom: 1; }}
  body:has(.profile) :is(h2, [data-testid="stSelectbox"]) {{ display: none; }}
  body:has(.profile) h1 {{ font-size: {tokens.SIZE_HEADING}px; }}
  body:has(.profile) :is(.state, .rule, .rule b, caption, [data-testid="stAlertContainer"] p) {{
    font-size: 11px; margin: 0; padding: 0;
  }}
  body:has(.profile) [data-testid="stVerticalBlock"] {{ gap: 0 !important; }}
  .profile table {{ font-size: min(12px, 640px / var(--rows)); }}
  .profile .table-wrap :is(th, td) {{
    white-space: nowrap; padding: 0 4px; height: min(20px, 800px / var(--rows)); line-height: 1;
  }}
  .profile :is(.light, small, button) {{ font-size: inherit; }}
  .profile img.strip {{ width: 150px; height: min(18px, 760px / var(--rows)); }}
  .profile img.spark {{ width: 80px; height: min(16px, 760px / var(--rows)); }}
}}
"""
