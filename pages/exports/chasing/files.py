"""The files of a 催报, and the same chase made from an engine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from data import reminders
from data.errors import UsageError
from data.periods import Period
from pages.exports import usual
from pages.exports.briefing.model import Origin
from pages.exports.chasing import words
from pages.exports.chasing.chase import COMING, OVERDUE, Chase, chase, moment_of, questions
from pages.exports.chasing.picture import write_picture
from pages.exports.chasing.slip import write_slips
from pages.exports.sheets import file_name
from pages.theme import formats
from queries import trace
from queries.engine import Engine
from queries.scope import ALL, Scope


@dataclass(frozen=True)
class FileKind:
    """One kind of file: what it is called, and what writes it."""

    button: str
    ending: str
    mime: str
    help: str
    write: Callable[[Chase, BinaryIO], None]


def text(chase: Chase) -> str:
    """Both messages, what is overdue first; one line when nothing is owed."""
    said = [words.message(chase, state) for state in (OVERDUE, COMING)]
    return "\n\n".join(each for each in said if each) or f"{chase.place}：应报的报表都已报。"


def _write_text(chase: Chase, target: BinaryIO) -> None:
    # With a mark at its beginning, so that the oldest editor reads it as what it is.
    target.write(f"{text(chase)}\n".encode("utf-8-sig"))


KINDS = {
    kind.ending: kind
    for kind in (
        FileKind("图片", "png", "image/png", "发到工作群里的一张图。", write_picture),
        FileKind(
            "打印催办单",
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "一个县一张，写明每个单位，可以签收。",
            write_slips,
        ),
        FileKind("文字", "txt", "text/plain", "贴到工作群里的文字。", _write_text),
    )
}


def name_of(chase: Chase, kind: FileKind) -> str:
    """单位+表名+报告期; invented figures say so in the name."""
    short = formats.period_short(chase.period)
    return file_name(chase.place, "催报", short, ending=kind.ending, demo=chase.demo)


def issue(chase: Chase, engine: Engine, scope: Scope = ALL) -> None:
    """Record the 溯源码 that stands in a file. scope: under which the chase was made."""
    trace.issue(engine, chase.source.query, chase.source.params, chase.snapshot, scope)


def made(
    engine: Engine,
    number: int,
    *,
    area: str,
    period: Period,
    now: datetime,
    at: datetime | None = None,
    scope: Scope = ALL,
) -> Chase:
    """Ask an engine and put the answers together.

    now     In the machine's zone; demo data have a moment of their own.
    at      The moment that tells what is overdue, where it is not that one.
    raises  UsageError for an area that the snapshot does not know, QueryError.
    """
    definitions, manifest = engine.catalogue(number), engine.store.manifest(number)
    row = definitions.register.row(area)
    if row is None:
        raise UsageError(f"没有代码为 {area} 的区划。请核对区划代码。")
    moment = at or moment_of(manifest, now, usual.newest_period(manifest))
    asked = questions(area, row["level"], period.text, moment, definitions)
    answers = {
        name: engine.run(name, params, number, scope=scope) for name, params in asked.items()
    }
    params = engine.params("unreported", asked["unreported"], number)
    code = trace.unrecorded(engine, "unreported", params, number, scope).code
    return chase(
        answers,
        area=area,
        place=row["name"],
        period=period.text,
        moment=moment,
        definitions=definitions,
        manifest=manifest,
        counted=reminders.counted(engine.store.path),
        source=Origin("unreported", params, code),
    )
