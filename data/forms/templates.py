"""Blank forms for a unit, as the offices know them: pre-filled, locked where nobody should write.

What the store knows of the unit and the period that comes next are found here; what a form says
comes from the catalogue (`template_parts`), which lines it has from the register and the store
(`template_rows`), how it looks from `template_look`.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from data import catalogue as catalogues
from data.catalogue.model import Catalogue, Table
from data.catalogue.succession import heirs, is_there
from data.errors import UsageError, reason_zh
from data.forms import template_rows
from data.forms.template_layout import Layout, layout
from data.forms.template_page import Page
from data.periods import Period, latest_ending_by
from data.snapshots.store import Store

# Objects are looked for in this many of the newest files of a table that is filed anew each time.
_NEWEST_CUTS = 6
_LEVELS = ("area_code", "township_code", "county_code", "city_code", "province_code")
_DIRECTORY = "T20"
_SPARE = 10
# Equal forms are equal files: when one was made is not told.
_CREATED = datetime(2020, 12, 21, 9, 0)


@dataclass(frozen=True)
class Blank:
    """A blank form: its file name, the workbook, and the period it is for."""

    name: str
    data: bytes
    period: str


def tables_of(catalogue: Catalogue, unit: str) -> list[str]:
    """The tables that a unit, or what lies in it, files; all tables where nothing is obliged."""
    units = catalogue.register.rows(catalogue.obligations["unit_code"].unique())
    inside = units.filter(_in(unit))["area_code"].implode()
    due = catalogue.obligations.filter(pl.col("unit_code").is_in(inside))["table_id"].unique()
    return sorted(due) or list(catalogue.tables)


def make(
    store: Store,
    table_id: str,
    unit: str,
    period: str | None = None,
    *,
    today: date | None = None,
    spare: int = _SPARE,
) -> Blank:
    """The blank form of one table for one unit.

    period  of the form; without one the period after the newest in the store, and with an empty
            store the last that ended before today.
    spare   empty lines for objects that nobody can list beforehand.
    raises  UsageError when there is no such table, area or period.
    """
    return _make(store, catalogues.load(store.path), table_id, unit, period, today, spare)


def _make(
    store: Store,
    catalogue: Catalogue,
    table_id: str,
    unit: str,
    period: str | None,
    today: date | None,
    spare: int,
) -> Blank:
    table = catalogue.tables.get(table_id)
    if table is None:
        known = f"{next(iter(catalogue.tables))} 至 {list(catalogue.tables)[-1]}"
        raise UsageError(f"没有报表「{table_id}」。报表代码从 {known}，用法见 --help。")
    place = catalogue.areas.filter(pl.col("area_code") == unit)
    if not place.height:
        raise UsageError(f"区划登记里没有代码「{unit}」。请核对，或先导入区划登记。")
    chosen = _period(store, table, place, period, today)
    _refuse_gone(catalogue, place, chosen)
    unit_name = _unit_name(catalogue, place)
    known, names = _known(store, table, unit, chosen), _institutions(store, unit, chosen)
    made = layout(catalogue, table, unit, chosen, unit_name, known, names, spare)
    return Blank(f"{unit_name}{table.title}{chosen.text}.xlsx", _workbook(made), chosen.text)


def _workbook(made: Layout) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": made.table.title, "created": _CREATED})
    book.set_size(2400, 1400)
    Page(book, made).write()
    book.close()
    return out.getvalue()


def write_all(
    store: Store,
    unit: str,
    folder: Path,
    *,
    table_id: str | None = None,
    period: str | None = None,
    today: date | None = None,
) -> list[Path]:
    """Write the form of one table, or of all tables of a unit, into a folder; the files.

    period  without a table: only the tables with periods of that kind.
    raises  UsageError as `make`, and when the folder cannot be written.
    """
    catalogue = catalogues.load(store.path)
    wanted = [table_id] if table_id else tables_of(catalogue, unit)
    if period and not table_id:
        kind = Period.parse(period).frequency
        wanted = [name for name in wanted if catalogue.tables[name].frequency == kind]
    written = []
    for name in wanted:
        blank = _make(store, catalogue, name, unit, period, today, _SPARE)
        path = folder / blank.name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blank.data)
        except OSError as error:
            raise UsageError(
                f"{path} 写不进去（{reason_zh(error)}）。请换一个文件夹，或关掉打开的文件。"
            ) from error
        written.append(path)
    return written


def _period(
    store: Store, table: Table, place: pl.DataFrame, asked: str | None, today: date | None
) -> Period:
    if asked:
        period = Period.parse(asked)
        if period.frequency != table.frequency:
            usual = {"weekly": "周，如 2020-W51", "monthly": "月，如 2020-12"}
            told = usual.get(table.frequency, "季，如 2020-Q4")
            raise UsageError(f"「{table.title}」的报告期是{told}，不能用「{asked}」。")
        return period
    number = store.latest()
    spans = store.manifest(number).domain.get(table.id, {}) if number else {}
    if spans:
        own = spans.get(str(place["area_code"][0])[:2])
        last = own[1] if own else max(span[1] for span in spans.values())
        return Period.parse(last).next()
    if today is None:
        raise UsageError("数据仓里还没有这张表，请用 --period 写明报告期，如 2020-W51。")
    return latest_ending_by(table.frequency, today)


def _refuse_gone(catalogue: Catalogue, place: pl.DataFrame, period: Period) -> None:
    """Refuse a form for a unit that is not there on the period's last day; name who is instead."""
    if not place.filter(~is_there(pl.lit(period.end))).height:
        return
    row = place.row(0, named=True)
    if row["valid_from"] and row["valid_from"] > period.end:
        raise UsageError(
            f"{row['full_name']}自 {row['valid_from']} 起才启用，不报 {period.text}。请另选报告期。"
        )
    after = heirs(catalogue.areas).filter(
        (pl.col("area_code") == row["area_code"])
        & pl.lit(period.end).is_between("since", pl.col("until").fill_null(period.end))
    )
    named = "、".join(f"{catalogue.area_name(code)}（{code}）" for code in after["heir_code"])
    raise UsageError(
        f"{row['full_name']}已于 {row['valid_to']} 停用，不报 {period.text}。"
        + (f"请改用 {named}。" if named else "请另选单位或报告期。")
    )


def _unit_name(catalogue: Catalogue, place: pl.DataFrame) -> str:
    """A township with its county's name before it: there are many 城关镇."""
    row = place.row(0, named=True)
    if row["level"] not in ("township", "village"):
        return row["name"]
    county = row["county_code"] or row["city_code"] or ""
    full = catalogue.area_name(county) or ""
    parents = catalogue.areas.filter(pl.col("area_code") == county)["name"]
    return f"{parents[0] if parents.len() else full}{row['name']}"


def _known(store: Store, table: Table, unit: str, period: Period) -> pl.DataFrame | None:
    """The newest row of every object of the unit up to the period; None without any."""
    number = store.latest()
    if number is None:
        return None
    names = [column.name for column in template_rows.carried(table)]
    wanted = dict.fromkeys(["division_code", "area_code", *table.key, *names])
    entries = [
        entry
        for entry in store.manifest(number).under("tables", table.id)
        if entry.parts[3] == unit[:2]
    ]
    entries.sort(key=lambda entry: entry.path, reverse=True)
    cuts: list[pl.DataFrame] = []
    for entry in entries:
        rows = store.read([store.path / entry.path], number=number).filter(
            ~pl.col("is_removed") & (pl.col("period_end") <= period.end) & _in(unit)
        )
        if rows.height:
            cuts.append(rows.select(*wanted, "period_end"))
        if cuts and not table.register and len(cuts) >= _NEWEST_CUTS:
            break
    if not cuts:
        return None
    rows = pl.concat(cuts, how="diagonal_relaxed").sort("period_end", descending=True)
    if not table.register:
        rows = rows.filter(pl.col("period_end") == pl.col("period_end").max())
    return rows.unique(list(table.key), keep="first", maintain_order=True)


def _institutions(store: Store, unit: str, period: Period) -> dict[str, str]:
    """Institution code → name, from the directory in the store."""
    number = store.latest()
    if number is None:
        return {}
    paths = [
        store.path / entry.path
        for entry in store.manifest(number).under("tables", _DIRECTORY)
        if entry.parts[3] == unit[:2]
    ]
    if not paths:
        return {}
    rows = store.read(paths, number=number).filter(
        ~pl.col("is_removed") & (pl.col("period_end") <= period.end)
    )
    return dict(rows.sort("period_end").select("org_code", "org_name").iter_rows())


def _in(unit: str) -> pl.Expr:
    return pl.any_horizontal((pl.col(name) == unit).fill_null(False) for name in _LEVELS)
