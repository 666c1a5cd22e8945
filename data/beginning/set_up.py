"""The answers become a store: plain text in its catalogue, and a first snapshot without a figure.

All is written into a folder beside, which takes its name when nothing is missing: half of a store
is never there.
"""

import csv
import io
import os
import shutil
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from data import catalogue as catalogues
from data.areas import own
from data.beginning import answers as read
from data.beginning.answers import Aim, Answers, decimal
from data.beginning.faults import every_fault
from data.catalogue.model import Catalogue, for_year
from data.errors import ProductError, StoreError, UsageError, reason_zh
from data.log import journal
from data.publish import Publication, publish
from data.snapshots.store import Store

# What was answered, in the store that came of it.
FILE = "beginning.yaml"
NOTE = "建立数据仓，还没有报表"


def set_up(target: Path, answers: Answers, *, who: str, now: datetime) -> int:
    """Make a store in a folder that is not there yet, or empty; the number of its snapshot.

    raises  UsageError with every fault of the answers, or when the folder holds something;
            CatalogueError; StoreError when it cannot be written.
    """
    product = catalogues.load()
    if found := every_fault(answers, product, now.date()):
        raise UsageError("\n".join(found))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} 里已有东西，没有动它。请换一个空文件夹。")
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        number = _made(beside, answers, product, who, now)
        if target.exists():
            target.rmdir()
        os.rename(beside, target)
    except OSError as error:
        raise StoreError(f"{target} 写不进去（{reason_zh(error)}）。请检查磁盘和权限。") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return number


def answers_of(store: Path) -> Answers | None:
    """What was answered when a store was made; None of one that began without questions."""
    try:
        return read.from_yaml((store / FILE).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ProductError):
        return None


def own_folder(home: Path, answers: Answers) -> Path:
    """A folder for the store that is not there yet: inside the machine's own one.

    There the dashboard may write, and no version control or bundle takes figures along.
    """
    first = home / "stores" / answers.area
    others = (first.with_name(f"{first.name}-{number}") for number in range(2, 100))
    return next(path for path in (first, *others) if not path.exists())


def _made(folder: Path, answers: Answers, product: Catalogue, who: str, now: datetime) -> int:
    store = Store(folder)
    own.add(store, answers.counties)
    for name, text in _texts(answers, product, who, now.date()).items():
        (folder / catalogues.OVERLAY / name).write_text(text, "utf-8")
    (folder / FILE).write_text(answers.as_yaml(), "utf-8")
    publication = Publication(changes=(), base=None, who=who, note=NOTE, kind="begin")
    number = publish(store, publication, catalogues.load(folder), now=now)
    journal.append(folder, now=now, who=who, ip="", action="publish", what=NOTE, snapshot=number)
    return number


def _texts(answers: Answers, product: Catalogue, who: str, today: date) -> dict[str, str]:
    """The files of the store's catalogue, each with who wrote it, when and why."""
    said = f"# {today} {who} 在建立数据仓时定的，可以手改；写法见 data/catalogue/README.md。\n"
    made = {
        "obligations.csv": _obligations(answers, product, said),
        "settings.yaml": said + _settings(answers, product),
    }
    if answers.targets:
        made["targets.csv"] = _targets(answers, product, f"{today} {who}采用")
    if words := _words(answers, product):
        reason = f"# 帮扶对象从 {answers.since} 起称「{answers.population_word}」。\n"
        made["words.yaml"] = said + reason + words
    return made


def _obligations(answers: Answers, product: Catalogue, said: str) -> str:
    """Which level of each county files what; the city's own duty once."""
    rows = []
    for table, duty in sorted(answers.duties.items()):
        scopes = [answers.area] if duty.level == "city" else answers.counties
        rows += [(table, scope, duty.level, answers.since, "", duty.due_days) for scope in scopes]
    columns, _ = catalogues.CSV_FILES["obligations"]
    titles = "".join(
        f"# {table} {product.tables[table].title}：报告期结束后 {duty.due_days} 天以内。\n"
        for table, duty in sorted(answers.duties.items())
    )
    return _csv(columns, rows, said + titles)


def _targets(answers: Answers, product: Catalogue, adopted: str) -> str:
    rows = [_target(aim, answers, product, adopted) for aim in answers.targets]
    return _csv(catalogues.TARGET_COLUMNS, rows)


def _target(aim: Aim, answers: Answers, product: Catalogue, adopted: str) -> list[Any]:
    unit = product.indicators[aim.indicator].unit
    offered = next(
        (each for each in product.targets if each.fact_id and each.fact_id == aim.fact_id), None
    )
    own_rank = 2 if answers.area.endswith("00") else 3
    values = {
        "indicator_id": aim.indicator,
        "population": aim.population,
        "scope_code": answers.area,
        "valid_from": answers.since,
        "comparator": aim.comparator,
        "value": decimal(aim.value),
        "unit": unit,
        "status": "采用",
        "document": aim.document,
        "document_rank": offered.document_rank if offered else own_rank,
        "section": aim.section,
        "fact_id": aim.fact_id,
        "checked": offered.checked if offered else "待核对",
        "note": adopted + (f"；{offered.note}" if offered and offered.note else ""),
    }
    return [values.get(column, "") for column in catalogues.TARGET_COLUMNS]


def _settings(answers: Answers, product: Catalogue) -> str:
    chosen = {"default_area": answers.area}
    if answers.programme != product.settings["programme_name"]:
        chosen["programme_name"] = answers.programme
    return yaml.safe_dump(chosen, allow_unicode=True)


def _words(answers: Answers, product: Catalogue) -> str:
    """The name of the people at that time, and all that is said with it, in the office's word."""
    usual = usual_word(product, answers.since)
    changed: dict[str, Any] = {}
    for name, words in product.words["populations"].items():
        for said in ("by_era", "in_sentence"):
            for era, told in words[said].items():
                if usual in told and for_year({era: told}, _year(answers.since)):
                    own_word = told.replace(usual, answers.population_word)
                    changed.setdefault(name, {})[said] = {era: own_word}
    if answers.population_word == usual:
        return ""
    return yaml.safe_dump({"populations": changed}, allow_unicode=True)


def usual_word(product: Catalogue, since: date | None) -> str:
    """What the people of the programme are called by the product at that time."""
    eras = product.words["populations"]["target"]["by_era"]
    return for_year(eras, _year(since)) or ""


def _year(since: date | None) -> int:
    return since.year if since else date.max.year


def _csv(columns: Iterable[str], rows: Iterable[Iterable[Any]], words: str = "") -> str:
    """A CSV file; the words, each line after a #, stand below the head."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    out.write(words)
    writer.writerows(rows)
    return out.getvalue()
