"""The list as a picture for the group chat: a PNG as wide as a telephone shows it well."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFont

from data.errors import UsageError
from pages.exports.chasing import words
from pages.exports.chasing.chase import COMING, OVERDUE, Chase
from pages.theme import tokens

_WIDTH, _MARGIN = 1080, 48
_TITLE, _HEADING, _BODY, _NOTE = 38, 30, 28, 22
_COLOURS = 48  # of three inks and their edges: a fifth of the bytes
_AIR = 1.55  # of a line, in heights of its letters
# Typefaces that come with Windows, macOS and the usual Linux packages; the first one found.
_FACES = (
    "msyh.ttc",
    "PingFang.ttc",
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "simhei.ttf",
    "simsun.ttc",
)
_FOLDERS = ("C:/Windows/Fonts", "/System/Library/Fonts", "/Library/Fonts", "/usr/share/fonts")
# In a collection: which of its faces is the simplified one.
_SIMPLIFIED = {"NotoSansCJK-Regular.ttc": 2}


def write_picture(chase: Chase, target: BinaryIO) -> None:
    """Write the picture: what is overdue, what is to come, each county's share.

    raises  UsageError on a computer without a Chinese typeface.
    """
    lines = list(_wrapped(_lines(chase)))
    height = 2 * _MARGIN + round(sum(size * _AIR for _, size, _ in lines))
    image = Image.new("RGB", (_WIDTH, height), tokens.WHITE)
    draw = ImageDraw.Draw(image)
    top = float(_MARGIN)
    for text, size, colour in lines:
        draw.text((_MARGIN, top), text, font=_font(size), fill=colour)
        top += size * _AIR
    image.quantize(_COLOURS).save(target, "PNG", optimize=True)


def _lines(chase: Chase) -> Iterator[tuple[str, int, str]]:
    """Text, size and colour of each line, before it is broken."""
    for state in (OVERDUE, COMING):
        rows = chase.of(state)
        if rows.is_empty():
            continue
        colour = tokens.BEHIND.text if state == OVERDUE else tokens.BLUE
        yield words.headline(chase, state), _TITLE, colour
        for title, counties in words.by_table(chase, rows):
            yield "", _NOTE, tokens.INK
            yield title, _HEADING, tokens.INK
            for county, units in counties:
                yield f"　{county}：{units}", _BODY, tokens.INK
        yield "", _BODY, tokens.INK
    if chase.rows.is_empty():
        yield f"{chase.place}：应报的都已报。", _TITLE, tokens.MET.text
    if chase.shares is not None:
        yield f"各{chase.level_name}报送率", _HEADING, tokens.INK
        for row in chase.shares.iter_rows(named=True):
            yield f"　{row['area_name']}：{words.share_words(row)}", _BODY, tokens.INK
    yield "", _NOTE, tokens.INK
    yield f"快照{chase.snapshot}号，溯源码{chase.source.code}", _NOTE, tokens.INK_QUIET


def _wrapped(lines: Iterator[tuple[str, int, str]]) -> Iterator[tuple[str, int, str]]:
    """The lines, none wider than the picture; the rest of one begins where its text began."""
    for text, size, colour in lines:
        indent = "　" if text.startswith("　") else ""
        rest = text
        while rest.strip():
            fits = _fitting(rest, size)
            yield rest[:fits], size, colour
            rest = indent + rest[fits:] if rest[fits:] else ""
        if not text:
            yield "", size, colour


def _fitting(text: str, size: int) -> int:
    """How many characters fit; a line does not begin with a stop or a closing bracket."""
    font, room = _font(size), _WIDTH - 2 * _MARGIN
    if font.getlength(text) <= room:
        return len(text)
    fits = next(end for end in range(len(text), 0, -1) if font.getlength(text[:end]) <= room)
    while fits > 1 and text[fits] in "，。、；：）》】":
        fits -= 1
    return fits


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = _face()
    return ImageFont.truetype(str(path), size, index=_SIMPLIFIED.get(path.name, 0))


@lru_cache(maxsize=1)
def _face() -> Path:
    found = {path.name: path for folder in _FOLDERS for path in Path(folder).rglob("*.[to]t[cf]")}
    for name in _FACES:
        if name in found:
            return found[name]
    raise UsageError(
        "这台电脑没有中文字体，画不了图片。请改用文字，或装上字体（Debian、麒麟：fonts-noto-cjk）。"
    )
