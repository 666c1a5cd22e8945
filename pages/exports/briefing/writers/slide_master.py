"""The product's own slide template, built in code: one theme, one master, six layouts.

Positions are in points on a slide of 960 × 540, the 16:9 page of 13.33 × 7.5 inches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] (compiled)
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Pt

from pages.exports.briefing.model import CLINICS, COVER, FIGURES, RANKING, TABLE, WORDS
from pages.theme import tokens

WIDTH, HEIGHT = 960, 540
FONT = "Microsoft YaHei"
TEXT, FOOT, CHART, TABLE_IN, NOTE = 1, 13, 14, 15, 16
WORDS_SIZE, SAID_SIZE = 16.0, 13.0  # points of a page of sentences, of those above a table

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


@dataclass(frozen=True)
class Box:
    """A placeholder of a layout: its number, kind, place in points and size of type."""

    number: int
    kind: str
    name: str
    left: float
    top: float
    width: float
    height: float
    size: float
    bold: bool = False
    colour: str = tokens.INK
    align: str = "l"
    anchor: str = "t"


_TITLE = Box(0, "title", "标题", 30, 14, 900, 40, 22, True, tokens.BLUE, "l", "b")
_FOOT = Box(FOOT, "body", "页脚", 30, 512, 900, 22, 11.5, False, tokens.INK_QUIET, "l", "ctr")
_NOTE = Box(NOTE, "body", "说明", 30, 474, 900, 36, 11.5, False, tokens.INK_QUIET)
LAYOUTS: dict[str, tuple[str, tuple[Box, ...]]] = {
    COVER: (
        "封面",
        (
            Box(0, "ctrTitle", "标题", 60, 84, 840, 80, 40, True, tokens.BLUE, "ctr", "b"),
            Box(NOTE, "body", "结论", 90, 184, 780, 150, 22, True, tokens.INK, "ctr", "ctr"),
            Box(TEXT, "body", "副标题", 60, 350, 840, 140, 18, False, tokens.INK, "ctr"),
            _FOOT,
        ),
    ),
    FIGURES: ("重点指标", (_TITLE, _NOTE, _FOOT)),
    RANKING: (
        "排名",
        (
            _TITLE,
            Box(TEXT, "body", "文字", 30, 62, 900, 62, SAID_SIZE, True),
            Box(TABLE_IN, "tbl", "表", 30, 128, 564, 344, 12),
            Box(CHART, "chart", "图", 602, 128, 328, 344, 12),
            _NOTE,
            _FOOT,
        ),
    ),
    CLINICS: (
        "村卫生室",
        (
            _TITLE,
            Box(TEXT, "body", "文字", 30, 62, 340, 440, 16),
            Box(CHART, "chart", "图", 384, 62, 546, 440, 12),
            _FOOT,
        ),
    ),
    WORDS: ("文字", (_TITLE, Box(TEXT, "body", "文字", 30, 66, 900, 440, WORDS_SIZE), _FOOT)),
    TABLE: (
        "表格",
        (
            _TITLE,
            Box(TEXT, "body", "文字", 30, 62, 900, 44, SAID_SIZE, True),
            Box(TABLE_IN, "tbl", "表", 30, 68, 900, 404, 12),
            _NOTE,
            _FOOT,
        ),
    ),
}


def new_deck() -> tuple[Deck, dict[str, SlideLayout]]:
    """An empty presentation with the product's theme, and its layouts by name."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    master = deck.slide_masters[0]
    _theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    kept = list(master.slide_layouts)
    for spare in kept[len(LAYOUTS) :]:
        master.slide_layouts.remove(spare)
    layouts = {}
    for layout, (key, (name, boxes)) in zip(kept, LAYOUTS.items(), strict=False):
        layout.name = name
        _draw(layout, boxes, ruled=key != COVER)
        layouts[key] = layout
    for shape in list(master.shapes):  # date, footer and number in English: the layouts have ours
        if shape.is_placeholder and shape.placeholder_format.type not in (1, 2):
            shape._element.getparent().remove(shape._element)
    _place_master(master)
    return deck, layouts


def _draw(layout: SlideLayout, boxes: Sequence[Box], *, ruled: bool) -> None:
    tree = layout.shapes._spTree
    for shape in list(layout.shapes):
        tree.remove(shape._element)
    layout._element.attrib.pop("type", None)
    layout._element.set("preserve", "1")
    for number, box in enumerate(boxes, 2):
        tree.append(parse_xml(_placeholder(box, number)))
    if ruled:
        tree.append(parse_xml(_rule(len(boxes) + 2, 56, 2.25, tokens.BLUE)))
        tree.append(parse_xml(_rule(len(boxes) + 3, 511, 0.75, tokens.AXIS)))


def _placeholder(box: Box, number: int) -> str:
    index = f' idx="{box.number}"' if box.number else ""
    bullet = "<a:buNone/>"
    run = (
        f'<a:defRPr sz="{box.size * 100:.0f}" b="{int(box.bold)}">'
        f'<a:solidFill><a:srgbClr val="{box.colour[1:]}"/></a:solidFill>{faces()}</a:defRPr>'
    )
    # A title's words are short; the other placeholders keep the size that the pages count with.
    return (
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="{box.name}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        f'<p:ph type="{box.kind}"{index}/></p:nvPr></p:nvSpPr>'
        f"<p:spPr><a:xfrm>{_offset(box.left, box.top)}{_extent(box.width, box.height)}</a:xfrm>"
        f'</p:spPr><p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{box.anchor}">'
        f'<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{box.align}">'
        f'<a:lnSpc><a:spcPct val="108000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f"{bullet}{run}</a:lvl1pPr></a:lstStyle>"
        f"<a:p><a:r><a:rPr/><a:t>{box.name}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _rule(number: int, top: float, weight: float, colour: str) -> str:
    return (
        f'<p:cxnSp {nsdecls("p", "a")}><p:nvCxnSpPr><p:cNvPr id="{number}" name="线"/>'
        f"<p:cNvCxnSpPr/><p:nvPr userDrawn='1'/></p:nvCxnSpPr><p:spPr><a:xfrm>"
        f'{_offset(30, top)}{_extent(900, 0)}</a:xfrm><a:prstGeom prst="line"><a:avLst/>'
        f'</a:prstGeom><a:ln w="{weight * 12700:.0f}"><a:solidFill>'
        f'<a:srgbClr val="{colour[1:]}"/></a:solidFill></a:ln></p:spPr></p:cxnSp>'
    )


def faces() -> str:
    """The typeface for Latin, Chinese and complex scripts, as a run's children."""
    return "".join(f'<a:{kind} typeface="{FONT}"/>' for kind in ("latin", "ea", "cs"))


def _place_master(master) -> None:
    """The master's own title and text in the product's place, so that a new slide looks right."""
    for shape in master.placeholders:
        is_title = shape.placeholder_format.type == 1
        top, height = (14, 40) if is_title else (66, 440)
        shape.left, shape.top = Pt(30), Pt(top)
        shape.width, shape.height = Pt(900), Pt(height)
        shape.text_frame.text = "标题" if is_title else "文字"


def _theme(part) -> None:
    """The colours and typefaces of the tokens in place of the library's."""
    root = etree.fromstring(part.blob)
    root.set("name", "健康扶贫监测看板")
    colours = {
        "dk1": tokens.INK,
        "lt1": tokens.WHITE,
        "dk2": tokens.BLUE,
        "lt2": tokens.PANEL,
        "accent1": tokens.BLUE,
        "accent2": tokens.MET.strong,
        "accent3": tokens.WARNING.strong,
        "accent4": tokens.BEHIND.strong,
        "accent5": tokens.BLUE_MIDDLE,
        "accent6": tokens.LAST_YEAR,
        "hlink": tokens.BLUE,
        "folHlink": tokens.INK_QUIET,
    }
    scheme = root.find(f".//{{{_A}}}clrScheme")
    for name, colour in colours.items():
        entry = scheme.find(f"{{{_A}}}{name}")
        entry.clear()
        etree.SubElement(entry, f"{{{_A}}}srgbClr", val=colour[1:])
    for group in ("majorFont", "minorFont"):
        fonts = root.find(f".//{{{_A}}}{group}")
        fonts.clear()
        for kind in ("latin", "ea", "cs"):
            etree.SubElement(fonts, f"{{{_A}}}{kind}", typeface=FONT)
        etree.SubElement(fonts, f"{{{_A}}}font", script="Hans", typeface=FONT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _offset(left: float, top: float) -> str:
    return f'<a:off x="{left * 12700:.0f}" y="{top * 12700:.0f}"/>'


def _extent(width: float, height: float) -> str:
    return f'<a:ext cx="{width * 12700:.0f}" cy="{height * 12700:.0f}"/>'
