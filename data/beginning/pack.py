"""The first pack: a zip with the blank forms of every unit, a note beside them, and a message.

What is in it follows from the store's own definitions, so that it can be made again.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data import catalogue as catalogues
from data.catalogue.model import Catalogue
from data.errors import UsageError
from data.forms import templates
from data.periods import Period, containing
from data.snapshots.store import Store

MESSAGE = "发到群里的话.txt"
_NOTE = "填报说明.txt"
_FREQUENCIES = {"weekly": "每周", "monthly": "每月", "quarterly": "每季", "yearly": "每年"}
# Windows' own editor tells UTF-8 by it, and wants both signs at the end of a line.
_BOM, _LINE = "\ufeff", "\r\n"

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Owed:
    """The first report of a table that a unit owes."""

    unit: str
    table: str
    period: Period
    due: date


def owed_first(catalogue: Catalogue, since: date) -> list[Owed]:
    """What each unit owes first, in the order of units and tables.

    since  Of each table's period in which it lies, or of the duty's own first one.
    """
    rows = catalogue.obligations.filter(
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= since)
    ).sort("unit_code", "table_id", "valid_from")
    first = rows.unique(["unit_code", "table_id"], keep="first", maintain_order=True)
    found = []
    for row in first.iter_rows(named=True):
        frequency = catalogue.tables[row["table_id"]].frequency
        period = containing(frequency, max(since, row["valid_from"] or since))
        if row["valid_to"] is not None and row["valid_to"] < period.end:
            continue  # merged or abolished meanwhile: its heir files for that period
        due = period.end + timedelta(days=row["due_days"])
        found.append(Owed(row["unit_code"], row["table_id"], period, due))
    return found


def message(catalogue: Catalogue, unit: str, owed: list[Owed]) -> str:
    """The words for the chat: which tables, for which period, until when.

    unit  What the office calls itself.
    """
    tables = dict.fromkeys((each.table, each.period, each.due) for each in owed)
    lines = [
        f"{number}. {catalogue.tables[table].title}：{period.label_zh()}，{_day(due)}前报"
        for number, (table, period, due) in enumerate(sorted(tables, key=lambda each: each[2]), 1)
    ]
    return "\n".join(
        [
            "各单位：请用新的报表报数。空白表在附件的压缩包里，打开写着本单位名称的文件夹。",
            *lines,
            "只填白色的格；没有发生的写 0，不要留空；不填患者姓名、证件号、手机号。",
            "填好后不改文件里的单位和表头，原样发回。",
            f"{unit}",
        ]
    )


def make(
    store: Store, unit: str, since: date, progress: Progress = lambda share, words: None
) -> bytes:
    """The pack as the bytes of a zip.

    unit     What the office calls itself.
    raises   UsageError when nothing is owed.
    """
    catalogue = catalogues.load(store.path)
    owed = owed_first(catalogue, since)
    if not owed:
        raise UsageError("没有报送任务，没有可发的空白表。")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(MESSAGE, _text(message(catalogue, unit, owed)))
        for code in dict.fromkeys(each.unit for each in owed):
            _put_unit(pack, store, catalogue, unit, [each for each in owed if each.unit == code])
            progress(len(pack.filelist) / (len(owed) * 2), "写空白表")
    return out.getvalue()


def _put_unit(
    pack: zipfile.ZipFile, store: Store, catalogue: Catalogue, office: str, owed: list[Owed]
) -> None:
    name = catalogue.area_name(owed[0].unit) or owed[0].unit
    folder = f"{owed[0].unit} {name}"
    blanks = [
        templates.make(store, each.table, each.unit, each.period.text, spare=10) for each in owed
    ]
    for blank in blanks:
        pack.writestr(f"{folder}/{blank.name}", blank.data)
    pack.writestr(f"{folder}/{_NOTE}", _text(_note(catalogue, office, name, owed)))


def _note(catalogue: Catalogue, office: str, name: str, owed: list[Owed]) -> str:
    tables = [
        f"{number}. {catalogue.tables[each.table].title}（{each.table}），"
        f"{_FREQUENCIES[catalogue.tables[each.table].frequency]}报。"
        f"这一份是{each.period.label_zh()}的，请在{_day(each.due)}前报。"
        for number, each in enumerate(owed, 1)
    ]
    return "\n".join(
        [
            f"{name}：",
            "这个文件夹里是贵单位要报的空白表，单位、村已经填好。",
            "",
            *tables,
            "",
            "怎样填：",
            "1. 只填白色的格，灰色的格锁着。每一格怎样算，把鼠标停在表头上看。",
            "2. 没有发生的写 0，不要留空；没有开展的也写 0，并在备注里写明。",
            "3. 和上期差得多、不合常理的数，在备注里写一句原因，可以少一次退回。",
            "4. 不填患者姓名、证件号、手机号。",
            "5. 填报人、负责人、填报日期都要写；日期写成 2027-01-04。",
            "6. 这张表只能报贵单位的数，别的单位用它自己文件夹里的。",
            "7. 存成原来的名字，原样发回；以后每期的空白表可以在看板「报送与质量」里下载。",
            "",
            office,
        ]
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _text(words: str) -> bytes:
    return (_BOM + words.replace("\n", _LINE) + _LINE).encode("utf-8")
