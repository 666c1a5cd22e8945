"""The style of the briefing's 16:9 sheets: on a page, in 汇报模式 and on paper.

Every size is a multiple of `--u`, the width of the sheet divided by 1366, so that a sheet looks
the same in the projector's 1366 × 768, on a large screen and as a small picture in the overview.
In 汇报模式 nothing goes below 16 px (`--least`).
"""

from pages.theme import tokens


def _size(units: float) -> str:
    return f"max(var(--least), calc({units} * var(--u)))"


SHEET = f"""
.sheet {{
  container-type: inline-size; width: 100%; aspect-ratio: 16 / 9; background: {tokens.WHITE};
  border: 1px solid {tokens.LINE}; overflow: hidden; margin-bottom: 12px; --least: 0px;
}}
.sheet-in {{
  --u: calc(100cqw / 1366); box-sizing: border-box; height: 100%; display: flex;
  flex-direction: column; padding: calc(18 * var(--u)) calc(36 * var(--u)) 0;
  color: {tokens.INK}; font-family: {tokens.FONT_FAMILY}; font-size: {_size(17)}; line-height: 1.3;
  font-variant-numeric: tabular-nums lining-nums;
}}
.sheet-head {{
  display: flex; align-items: baseline; gap: calc(16 * var(--u));
  border-bottom: calc(3 * var(--u)) solid {tokens.BLUE}; padding-bottom: calc(6 * var(--u));
}}
.sheet-section {{
  font-size: {_size(28)}; font-weight: 700; color: {tokens.BLUE}; white-space: nowrap;
}}
.sheet-title {{ font-size: {_size(22)}; font-weight: 600; flex: 1; }}
.sheet-place {{ font-size: {_size(17)}; color: {tokens.INK_QUIET}; white-space: nowrap; }}
.sheet-demo {{
  font-size: {_size(17)}; font-weight: 600; color: {tokens.WARNING.text}; white-space: nowrap;
  border: 1px solid {tokens.WARNING.text}; border-radius: 4px; padding: 0 calc(8 * var(--u));
}}
.sheet-body {{
  flex: 1; min-height: 0; padding-top: calc(12 * var(--u)); display: flex; flex-direction: column;
  gap: calc(10 * var(--u));
}}
.sheet-note {{ font-size: {_size(16)}; color: {tokens.INK_QUIET}; }}
.sheet-foot {{
  display: flex; gap: calc(24 * var(--u)); align-items: center; min-height: calc(40 * var(--u));
  border-top: 1px solid {tokens.AXIS}; font-size: {_size(16)}; color: {tokens.INK};
  white-space: nowrap;
}}
.sheet-foot .sheet-number {{ margin-left: auto; }}
.deck .sheet-foot .sheet-number {{ padding-right: calc(330 * var(--u)); }}
.sheet p {{ margin: 0; font-size: {_size(20)}; line-height: 1.55; text-indent: 2em; }}
.sheet-said p {{ text-indent: 0; font-weight: 600; line-height: 1.4; font-size: {_size(18)}; }}
.writable [data-sentence] {{ cursor: text; }}
.writable [data-sentence]:hover {{ background: {tokens.BLUE_PALE}; }}
.writing {{ display: flex; flex-wrap: wrap; gap: 8px; text-align: left; }}
.writing textarea {{
  flex: 1 1 100%; box-sizing: border-box; font: 400 18px/1.5 {tokens.FONT_FAMILY};
  color: {tokens.INK}; border: 2px solid {tokens.BLUE}; border-radius: 4px; padding: 6px 8px;
}}
.writing button {{
  font: 400 16px {tokens.FONT_FAMILY}; color: {tokens.BLUE}; background: {tokens.WHITE};
  border: 1px solid {tokens.BLUE}; border-radius: 4px; height: 34px; padding: 0 14px;
  cursor: pointer;
}}
.sheet-words {{ flex: 1; }}
.sheet-words p {{
  font-size: max(var(--least), calc(var(--size) * var(--u))); text-indent: 0; line-height: 1.5;
  margin-bottom: 0.45em;
}}
.sheet-ranking {{ display: flex; gap: calc(16 * var(--u)); min-height: 0; flex: 1; }}
.sheet-tables {{
  display: flex; gap: calc(12 * var(--u)); align-items: flex-start; min-width: 0; flex: 1;
}}
.sheet-tables.beside {{ flex: 0 0 63%; }}
.sheet-tables.beside.of-2 {{ flex-basis: 72%; }}
.sheet-line {{
  flex: 1 1 0; min-width: 0; max-height: 100%; align-self: flex-start;
}}
.sheet .edited {{
  color: {tokens.WARNING.text}; font-size: {_size(16)}; white-space: nowrap; font-weight: 400;
}}
.sheet-cover {{
  flex: 1; display: flex; flex-direction: column; justify-content: center;
  gap: calc(22 * var(--u)); text-align: center;
}}
.sheet-cover h1 {{
  font-size: {_size(54)} !important; color: {tokens.BLUE}; margin: 0; padding: 0;
  font-weight: 700;
}}
.sheet-cover div {{ font-size: {_size(26)}; }}
.sheet-cover p {{ text-indent: 0; font-size: {_size(31)}; font-weight: 600; line-height: 1.45; }}
.sheet-cover .sheet-verdict {{ padding: 0 calc(70 * var(--u)); text-wrap: balance; }}
.sheet-cover .sheet-demo-words {{ font-size: {_size(22)}; color: {tokens.WARNING.text}; }}
.sheet-cards {{
  flex: 1; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); grid-auto-rows: 1fr;
  gap: calc(14 * var(--u)); min-height: 0;
}}
.sheet-card {{
  border: 1px solid {tokens.LINE}; border-top: calc(5 * var(--u)) solid {tokens.AXIS};
  padding: calc(8 * var(--u)) calc(14 * var(--u)); display: flex; flex-direction: column;
  gap: calc(3 * var(--u)); min-width: 0; line-height: 1.25;
}}
.sheet-card.met {{ border-top-color: {tokens.MET.strong}; }}
.sheet-card.warning {{ border-top-color: {tokens.WARNING.strong}; }}
.sheet-card.behind {{ border-top-color: {tokens.BEHIND.strong}; }}
.sheet-card b {{ font-size: {_size(20)}; font-weight: 600; }}
.sheet-people {{ color: {tokens.INK_QUIET}; }}
.sheet-value {{
  font-size: {_size(42)}; font-weight: 700; color: {tokens.BLUE}; line-height: 1.15;
}}
.sheet-value small {{ font-size: {_size(20)}; font-weight: 400; color: {tokens.INK_QUIET}; }}
.sheet-light {{ font-weight: 600; white-space: nowrap; }}
.sheet-light.met {{ color: {tokens.MET.text}; }}
.sheet-light.warning {{ color: {tokens.WARNING.text}; }}
.sheet-light.behind {{ color: {tokens.BEHIND.text}; }}
.sheet table {{
  border-collapse: collapse; width: 100%; table-layout: fixed; line-height: 1.22;
  font-size: max(var(--least), calc(16 * var(--scale, 1) * var(--u)));
}}
.sheet th, .sheet td {{
  padding: calc(1.5 * var(--scale, 1) * var(--u)) calc(5 * var(--u)); border: 0;
  border-bottom: 1px solid {tokens.LINE};
  text-align: left; font-weight: 400; overflow-wrap: anywhere; color: {tokens.INK};
}}
.sheet thead th {{
  background: {tokens.PANEL}; font-weight: 600; vertical-align: bottom;
  border-bottom: 1px solid {tokens.AXIS};
}}
.sheet .number {{ text-align: right; }}
.sheet .unit {{ display: inline-block; }}
.sheet tr.whole > * {{ background: {tokens.BLUE_PALE}; font-weight: 600; }}
.sheet-bar {{
  position: relative; height: calc(15 * var(--u)); background: {tokens.PANEL}; display: flex;
}}
.sheet-bar i {{ display: block; height: 100%; }}
.sheet-bar s {{
  position: absolute; top: calc(-3 * var(--u)); bottom: calc(-3 * var(--u)); width: 0;
  border-left: calc(2 * var(--u)) dashed {tokens.INK};
}}
.sheet-key {{
  display: flex; gap: calc(18 * var(--u)); font-size: {_size(16)}; align-items: center;
}}
.sheet-key i {{
  display: inline-block; width: calc(16 * var(--u)); height: calc(16 * var(--u));
  margin-right: calc(6 * var(--u)); vertical-align: -10%;
}}
.sheet [data-area]:not([data-area=""]) {{ cursor: pointer; }}
.sheet tr[data-area]:not([data-area=""]) th, .sheet td[data-area]:not([data-area=""]) {{
  color: {tokens.BLUE};
}}
@media screen {{
  .page-sheets .sheet:first-child {{ display: none; }}  /* the cover is for paper and projector */
}}
@media screen and (max-width: 800px) {{
  /* Too narrow for a slide: it keeps its size and is pushed sideways, nothing is left out. */
  .page-sheets .sheet, .deck:not(.overview) .sheet.current {{
    aspect-ratio: auto; overflow: auto; container-type: normal;
  }}
  .page-sheets .sheet-in, .deck:not(.overview) .sheet.current .sheet-in {{
    --u: 1px; width: 1366px; height: 768px;
  }}
  .deck:not(.overview) .sheet.current {{ width: 100vw !important; height: 100% !important; }}
}}
@media print {{
  .st-key-briefing_controls, .st-key-briefing_files, .st-key-briefing_texts,
  .st-key-briefing_sources, .stMain:has(.page-sheets) [data-testid="stAlert"],
  .stMain:has(.page-sheets) .st-key-page_header {{ display: none; }}
  .stMain:has(.page-sheets) .stMainBlockContainer {{ zoom: 1; }}
  .sheet {{ break-inside: avoid; break-after: page; margin: 0; border: 0; }}
  .page-sheets .sheet:last-child {{ break-after: auto; }}
  .sheet * {{ -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
}}
"""

DECK = f"""
.deck {{ position: fixed; inset: 0; z-index: 999995; background: {tokens.WHITE}; outline: none; }}
.deck .sheet {{ display: none; border: 0; margin: 0; --least: 16px; }}
.deck .sheets {{ height: 100%; }}
.deck:not(.overview) .sheets {{ display: flex; align-items: center; justify-content: center; }}
.deck:not(.overview) .sheet.current {{
  display: block; width: min(100vw, calc(100vh * 16 / 9)); height: min(100vh, calc(100vw * 9 / 16));
}}
.deck.overview {{ overflow-y: auto; background: {tokens.PANEL}; padding: 16px 16px 64px; }}
.deck.overview .sheets {{
  display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 14px;
  height: auto; align-content: start;
}}
.deck.overview .sheet {{
  display: block; --least: 0px; cursor: pointer; border: 1px solid {tokens.AXIS};
}}
.deck.overview .sheet-in * {{ pointer-events: none; }}
.deck.overview .sheet.current {{ outline: 4px solid {tokens.BLUE}; }}
.deck.blank::after {{
  content: ""; position: fixed; inset: 0; background: {tokens.BLACK}; z-index: 3;
}}
.deck-keys {{ position: fixed; right: 10px; bottom: 3px; display: flex; gap: 4px; z-index: 2; }}
.deck-keys button, .deck-back {{
  font: 400 16px {tokens.FONT_FAMILY}; color: {tokens.BLUE}; background: {tokens.WHITE};
  border: 1px solid {tokens.LINE}; border-radius: 4px; min-width: 40px; height: 32px;
  padding: 0 8px; cursor: pointer;
}}
.deck-keys button:focus-visible, .deck-back:focus-visible {{ outline: 2px solid {tokens.BLUE}; }}
.deck-detail {{
  display: none; position: absolute; inset: 0; background: {tokens.WHITE}; overflow-y: auto;
  padding: 24px 40px 64px; font-family: {tokens.FONT_FAMILY}; color: {tokens.INK}; z-index: 1;
}}
.deck-detail.open {{ display: block; }}
.deck:has(.deck-detail.open) .deck-keys {{ display: none; }}
.deck-detail h2 {{ font-size: 28px; color: {tokens.BLUE}; margin: 0 0 12px; padding: 0; }}
.deck-detail h3 {{ font-size: 20px; margin: 18px 0 8px; padding: 0; }}
.deck-detail table {{ border-collapse: collapse; width: 100%; font-size: 17px; line-height: 1.3; }}
.deck-detail th, .deck-detail td {{
  text-align: left; padding: 5px 8px; border: 0; border-bottom: 1px solid {tokens.LINE};
  font-weight: 400; color: {tokens.INK}; font-size: 17px;
}}
.deck-detail thead th {{ background: {tokens.PANEL}; font-weight: 600; font-size: 16px; }}
.deck-detail .number {{ text-align: right; }}
@media print {{
  .deck {{ position: static; }}
  .deck .sheet, .deck:not(.overview) .sheet.current {{
    display: block; width: 100%; height: auto; --least: 0px;
  }}
  .deck:not(.overview) .sheets {{ display: block; }}
  .deck-keys, .deck-detail {{ display: none !important; }}
}}
"""

CSS = SHEET + DECK
