"""What 帮助 shows: the text of each role, and the pictures that README shows too.

Texts are in pages/help, one file a role; pictures come from `python -m tests.pictures --readme`.
"""

import base64
import html
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_TEXTS = _ROOT / "pages" / "help"
_PICTURES = _ROOT / ".readme"


@dataclass(frozen=True)
class PageShown:
    """A picture of a page: the stem of its file, and the words under it."""

    stem: str
    caption: str


@dataclass(frozen=True)
class Role:
    """One kind of reader: the name, the stem of the text, the pages the day begins on."""

    name: str
    stem: str
    pages: tuple[PageShown, ...]


ROLES = (
    Role("领导", "official", (PageShown("overview", "总览：结论、重点指标、需要关注"),)),
    Role(
        "统计人员",
        "analyst",
        (PageShown("analysis", "指标分析"), PageShown("download", "数据导出")),
    ),
    Role("汇报人", "presenter", (PageShown("briefing", "周调度简报"),)),
    Role("数据管理员", "steward", (PageShown("reporting", "报送与质量"),)),
    Role("运维", "administrator", ()),
)


@cache
def text(role: Role) -> str:
    """Return a role's day in ten lines, as Markdown."""
    return (_TEXTS / f"{role.stem}.md").read_text("utf-8")


@cache
def masked() -> str:
    """Return why some figures are shown to nobody, as Markdown: it concerns every role."""
    return (_TEXTS / "masked.md").read_text("utf-8")


@cache
def picture(shown: PageShown) -> str:
    """Return a page's picture as HTML, with words for those who cannot see it."""
    data = base64.b64encode((_PICTURES / f"{shown.stem}.png").read_bytes()).decode("ascii")
    words = html.escape(f"{shown.caption}（演示数据）")
    return (
        f'<figure class="help"><img src="data:image/png;base64,{data}" alt="{words}">'
        f"<figcaption>{words}</figcaption></figure>"
    )
