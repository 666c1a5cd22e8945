"""Every colour, size and font of the product: pages, Plotly, slides, documents and workbooks."""

from dataclasses import dataclass

# --- ground, ink, lines -----------------------------------------------------------------
WHITE = "#FFFFFF"
BLACK = "#000000"  # the blank screen of a presentation
PANEL = "#F4F6F9"  # the ground of a quiet box
INK = "#1F2937"  # text and figures
INK_QUIET = "#4B5563"  # second text: units, notes, axis words
LINE = "#D5DAE1"  # grid lines and borders; never carries meaning
AXIS = "#8A94A3"

# --- the one deep blue, and what is derived from it ---------------------------------------
BLUE = "#12467F"  # this year's value, the chosen area, links and buttons
BLUE_MIDDLE = "#5B86B8"  # bars that stand beside each other
BLUE_LIGHT = "#8FB3DA"  # the part that is only on its way (e.g. being built)
BLUE_PALE = "#E3ECF6"  # ground of a selection
LAST_YEAR = "#9AA8BA"  # the same period a year before: always this, always thin
OTHER = "#A0561F"  # a second area or period set beside the first: this and a dotted line
TARGET = "#1F2937"  # the target line: ink, dashed, labelled

# From pale to deep, for a figure without a light; evenly spaced in lightness, so that it
# survives a black-and-white printer.
SEQUENTIAL = ("#E3ECF6", "#B9CFE7", "#8FB3DA", "#5B86B8", "#2F629B", "#12467F")
# The same as a ground on which ink stands (map areas): never deeper than ink can bear.
SEQUENTIAL_GROUND = ("#EEF3F9", "#CBDCEE", "#A8C4E2", "#86ACD6")
NOT_REPORTED = "#ECEEF1"  # ground of an area or cell without a figure (the word stands beside it)


@dataclass(frozen=True)
class Light:
    """One of the three lights, or the grey of none. The word and the shape come first.

    text    colour of the word on white (WCAG AA).
    strong  fill of a bar or a mark on white (3:1 against it).
    tint    fill of a map area or a cell on which ink stands (WCAG AA for the ink).
    symbol  the same shape as a plotly marker.
    """

    word: str
    shape: str
    text: str
    strong: str
    tint: str
    symbol: str


MET = Light("达标", "●", "#0F745E", "#3E9C84", "#D3EBE2", "circle")
WARNING = Light("预警", "▲", "#7D4600", "#A65E00", "#E8B65A", "triangle-up")
BEHIND = Light("滞后", "■", "#7A0C1C", "#8E0F22", "#D67D78", "square")
LIGHTS = {light.word: light for light in (MET, WARNING, BEHIND)}


def light(word: str | None) -> Light:
    """Return the light of that word; any other word (无目标, 未报 …) is grey with a ring."""
    if word in LIGHTS:
        return LIGHTS[word]
    return Light(word or "无目标", "○", INK_QUIET, AXIS, NOT_REPORTED, "circle-open")


# Village clinics and villages by status: colour and hatching, so that grey print still tells them
# apart. 达标 and 未达标 wear the lights' colours because they mean the same.
CLINIC_STATUS = {
    "达标": (MET.strong, ""),
    "未达标": (BEHIND.strong, ""),
    "派驻": ("#6E7A8A", "."),
    "巡诊": ("#97A1AE", "."),
    "邻村延伸": ("#B9C1CC", "."),
    "在建": (BLUE_LIGHT, "/"),
    "不作要求": ("#DDE2E9", ""),
    "未设置": (INK, "x"),
}

# How far an issue has been put right, as the ledger words it; worst first.
ISSUE_STATUS = {
    "未启动": (BEHIND.strong, ""),
    "整改中": (WARNING.strong, ""),
    "已整改待销号": (BLUE_LIGHT, ""),
    "长期坚持": ("#B9C1CC", ""),
    "已销号": (MET.strong, ""),
}

# --- type -------------------------------------------------------------------------------
FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC")
FONT_FAMILY = ", ".join(f'"{name}"' for name in FONTS) + ", sans-serif"
FIGURE_FEATURES = '"tnum" 1, "lnum" 1'  # digits of one width, so that columns align

SIZE_KEY_FIGURE = 32
SIZE_TITLE = 28
SIZE_HEADING = 20
SIZE_BODY = 16
SIZE_CHART = 14
SIZE_NOTE = 14

# --- spacing and chart sizes (px) -----------------------------------------------------------
CHART_HEIGHT = 340
MAP_HEIGHT = 380
SPARKLINE_HEIGHT = 30
BAR_STEP = 32  # height of one row in a chart of horizontal bars
BAR_CHROME = 96  # height of its title, axis and margins together


def bar_height(rows: int) -> int:
    """Height in px of a chart of `rows` horizontal bars: grows with them, never squeezes labels."""
    return max(200, BAR_CHROME + BAR_STEP * rows)


def ink_on(fill: str) -> str:
    """Ink or white, whichever reads better on a fill of that colour."""
    return INK if contrast(fill, INK) >= contrast(fill, WHITE) else WHITE


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two #RRGGBB colours, 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
