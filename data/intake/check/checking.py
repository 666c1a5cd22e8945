"""What files say, checked against the rules and the snapshot; nothing is stored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data import personal
from data.catalogue import forms as saved_forms
from data.catalogue.forms import SavedForm
from data.catalogue.model import Catalogue, Table
from data.filed.sources import WAIVER_SCHEMA
from data.findings import ERROR, EXPLAIN, HINT, Finding, blocking
from data.intake.check import on_file
from data.intake.check import waivers as waivers_of
from data.intake.check.context import Context
from data.intake.check.rules import missing_rows, violations
from data.intake.check.waivers import Waiver
from data.intake.delivery import places, read_files
from data.intake.read.files import Given
from data.intake.typed.typist import Typed
from data.publish import refuse_strange
from data.snapshots.store import Store

# More cells of one rule than this are told as a number: nobody reads the thousandth.
_LISTED = 200
# What a row says beside the columns of its table.
_SAID = ("reporting_unit", "reported_on", "remark")

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Checked:
    """What a check of files came to.

    rows  Table id -> the rows to publish, when nothing blocks.
    base  The snapshot that they were checked against; None for an empty store.
    granted  The doubts that a waiver let pass (WAIVER_SCHEMA); they are kept with the snapshot.
    files  How each file is called in findings, also those that were refused or left out.
    """

    findings: tuple[Finding, ...]
    rows: Mapping[str, pl.DataFrame]
    sources: pl.DataFrame
    base: int | None
    catalogue: Catalogue
    now: datetime
    waivers: tuple[Waiver, ...] = field(default=())
    granted: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=WAIVER_SCHEMA))
    files: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True when nothing keeps the rows from being published."""
        return not blocking(self.findings)

    @property
    def severities(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return {
            severity: sum(finding.severity == severity for finding in self.findings)
            for severity in (ERROR, EXPLAIN, HINT)
        }


def check(
    store: Store,
    paths: Sequence[Given | Path | str],
    *,
    now: datetime,
    waivers: Sequence[Waiver] = (),
    without: Collection[str] = (),
    trying: SavedForm | None = None,
    progress: Progress = lambda share, words: None,
) -> Checked:
    """Read files and check them against the newest snapshot; nothing is stored.

    without  Files that are left out, as they are called in findings.
    trying   An own form that is not saved yet: it is the only one that is read by.
    raises CatalogueError for definitions under which the snapshot's rows are not found again.
    """
    catalogue = catalogues.load(store.path)
    delivery = read_files(
        paths,
        catalogue,
        import_date=now.date(),
        forms=[trying] if trying else saved_forms.load(store.path, catalogue),
        without=without,
        progress=lambda share, words: progress(0.8 * share, words),
    )
    base = store.latest()
    if base is not None:
        refuse_strange(store, store.manifest(base), catalogue)
    typed: dict[str, list[Typed]] = {}
    for each in delivery.typed:
        typed.setdefault(each.table.id, []).append(each)
    read = {table_id: _rows_of(own) for table_id, own in typed.items()}
    read = {table_id: frame for table_id, frame in read.items() if frame.height}
    context = Context(catalogue, read, store, base, now.date())
    findings, read_so = waivers_of.answer_readings(delivery.findings, waivers, catalogue)
    granted = [read_so]
    rows, settled, kept_back = on_file.settle(context, typed)
    context = replace(context, rows=rows)
    findings += kept_back

    @cache
    def is_settled() -> bool:
        """Where nothing would change, what the rows gave to think about was settled before."""
        return not waivers and all(_is_on_file(catalogue.tables[name], context) for name in rows)

    for number, table_id in enumerate(rows):
        table, own = catalogue.tables[table_id], typed[table_id]
        progress(0.8 + 0.2 * number / len(rows), f"正在核对 {table.title}")
        found = pl.concat([settled[table_id], violations(table, context)])
        if HINT in found["severity"] and is_settled():
            found = found.filter(pl.col("severity") != HINT)
        remarked = on_file.with_remarks(rows[table_id])
        found, rows[table_id], let_pass = waivers_of.answer(found, remarked, waivers)
        granted.append(waivers_of.as_stored(let_pass, rows[table_id], table))
        findings += _as_findings(found, rows[table_id], table, own, catalogue)
        findings += _missing(table, context, rows[table_id], own)
    kept = pl.concat(granted)
    findings += waivers_of.unused(waivers, kept)
    progress(1.0, "核对完毕")
    sources = delivery.sources.join(places(delivery), on="source_id", how="left")
    return Checked(
        tuple(findings), rows, sources, base, catalogue, now, tuple(waivers), kept, delivery.files
    )


def _rows_of(typed: Sequence[Typed]) -> pl.DataFrame:
    """All readable rows of one table, numbered; `typed_no` says which file and sheet each is of."""
    frames = [
        each.frame.with_columns(typed_no=pl.lit(number, dtype=pl.Int64))
        for number, each in enumerate(typed)
    ]
    # In one piece: the rules go through the rows again and again.
    rows = pl.concat(frames, how="diagonal_relaxed").rechunk()
    # Rows without area or period have their own findings already; no rule can speak of them.
    return rows.filter(
        pl.col("area_code").is_not_null() & pl.col("period").is_not_null()
    ).with_row_index("row")


def _is_on_file(table: Table, context: Context) -> bool:
    """Whether every new row of a table says what the snapshot's row of the same key says."""
    own = (column.name for column in table.stored_columns)
    return context.is_on_file(table, dict.fromkeys(("division_code", *own, *_SAID)))


def _as_findings(
    found: pl.DataFrame,
    rows: pl.DataFrame,
    table: Table,
    typed: Sequence[Typed],
    catalogue: Catalogue,
) -> list[Finding]:
    """Violations with the address of their cell; a rule broken too often is told as a number."""
    if not found.height:
        return []
    headers = {column.name: column.header for column in catalogue.table_columns(table)}
    counted = found.with_columns(
        place=pl.int_range(pl.len()).over("rule", "severity"),
        total=pl.len().over("rule", "severity"),
    )
    lines = counted.filter(pl.col("place") < _LISTED).join(
        rows.select("row", "typed_no", "area_code", "source_row"), on="row", how="left"
    )
    positions = [
        {row: index for index, row in enumerate(each.frame["source_row"].to_list())}
        for each in typed
    ]
    findings = []
    for line in lines.sort("row", "place").to_dicts():
        own = typed[line["typed_no"]]
        more = line["total"] - _LISTED if line["place"] == _LISTED - 1 else 0
        index = positions[line["typed_no"]][line["source_row"]]
        findings.append(
            Finding(
                file=own.file,
                sheet=own.sheet,
                cell=own.cell(index, line["column"]),
                table=f"{table.id} {table.title}",
                column=headers.get(line["column"]) or line["column"],
                area=catalogue.area_name(line["area_code"]) or line["area_code"],
                rule=line["rule"],
                severity=line["severity"],
                found=personal.hide(line["found"])
                + (f"（另有 {more} 处同样的问题）" if more > 0 else ""),
                expected=line["expected"],
                action=line["action"],
                area_code=line["area_code"],
            )
        )
    return findings


def _missing(
    table: Table, context: Context, rows: pl.DataFrame, typed: Sequence[Typed]
) -> list[Finding]:
    """提示(缺行): what the store has for a unit and period and its file lacks."""
    lines = missing_rows(table, context).join(rows.select("row", "typed_no"), on="row")
    return [
        Finding(
            file=typed[line["typed_no"]].file,
            sheet=typed[line["typed_no"]].sheet,
            cell="",
            table=f"{table.id} {table.title}",
            column="",
            area=line["reporting_unit"] or "",
            rule="row.missing",
            severity=HINT,
            found=f"{line['period']} 比数据仓少 {line['rows']} 行（{line['examples']}…）",
            expected="与上次报送的对象相同",
            action="这些行会保留；确实不再填报的，导入时加 --complete。",
        )
        for line in lines.to_dicts()
    ]
