"""The files of a briefing: what kinds there are, what they are called, and safe writing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from data.catalogue.model import Catalogue
from pages.exports.briefing.model import Briefing
from pages.exports.briefing.writers.bulletin import write_bulletin
from pages.exports.briefing.writers.slides import write_slides
from pages.exports.briefing.writers.workbook import write_workbook
from pages.exports.target import whole
from pages.theme import formats
from queries import trace
from queries.engine import Engine
from queries.scope import ALL, Scope

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class FileKind:
    """One kind of file.

    name    As on the command line: briefing | bulletin | workbook.
    write   Writes it whole: briefing, catalogue, target.
    """

    name: str
    button: str
    suffix: str
    mime: str
    help: str
    write: Callable[[Briefing, Catalogue, BinaryIO], None]


KINDS = {
    kind.name: kind
    for kind in (
        FileKind(
            "briefing",
            "幻灯片",
            ".pptx",
            f"{_OFFICE}.presentationml.presentation",
            "与汇报模式逐页相同，图和表都能在演示软件里修改。",
            write_slides,
        ),
        FileKind(
            "bulletin",
            "通报文稿",
            ".docx",
            f"{_OFFICE}.wordprocessingml.document",
            "通报正文和附件，不带红头，可在文字软件里修改。",
            write_bulletin,
        ),
        FileKind(
            "workbook",
            "数据表",
            ".xlsx",
            f"{_OFFICE}.spreadsheetml.sheet",
            "简报的全部数字和各项排名表，另有说明页。",
            write_workbook,
        ),
    )
}


def file_name(briefing: Briefing, kind: FileKind) -> str:
    """单位+表名+报告期; invented figures say so in the name."""
    demo = "演示数据_" if briefing.demo else ""
    title = {
        "briefing": "调度简报",
        "bulletin": "通报",
        "workbook": "简报数据",
    }[kind.name]
    period = formats.period_short(briefing.period)
    return f"{demo}{briefing.place}_{title}_{period}{kind.suffix}"


def issue(briefing: Briefing, engine: Engine, scope: Scope = ALL) -> bool:
    """Record the 溯源码 that stand in a file; False when the store cannot be written.

    scope  Under which the briefing was made.
    """
    issued = [
        trace.issue(engine, each.query, each.params, briefing.snapshot, scope)
        for each in briefing.sources()
    ]
    return all(each.recorded for each in issued)


def save(briefing: Briefing, catalogue: Catalogue, kind: FileKind, target: Path) -> None:
    """Write the file beside its place and then put it there: there is never half a file.

    raises UsageError for a place that cannot be written.
    """
    with whole(target) as file:
        kind.write(briefing, catalogue, file)
