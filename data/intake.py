"""From files to a snapshot: read, check, and publish all of it or nothing."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data import kept_columns, key_variants, withheld
from data import waivers as waivers_of
from data.catalogue.model import Catalogue, Table
from data.checks import Context, answered, missing_rows, violations
from data.cross_checks import VIOLATION
from data.errors import PublishConflict, UsageError
from data.filed_rows import ANCESTORS, Change, as_it_lay, natural_key
from data.findings import ERROR, EXPLAIN, HINT, Finding, blocking
from data.importing import Batch, Reading, cell, places, read_files
from data.manifest import Manifest
from data.publish import Publication, publish, refuse_strange
from data.source_lists import WAIVER_SCHEMA
from data.store import Store
from data.waivers import Waiver
from data.workbooks import privacy
from data.workbooks.archives import Given

__all__ = ["Checked", "Waiver", "changes_of", "check", "definitions_changed", "publish_checked"]

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

    findings: list[Finding]
    rows: dict[str, pl.DataFrame]
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
    progress: Progress = lambda share, words: None,
) -> Checked:
    """Read files and check them against the newest snapshot; nothing is stored.

    without  Files that are left out, as they are called in findings.
    raises CatalogueError for definitions under which the snapshot's rows are not found again.
    """
    catalogue = catalogues.load(store.path)
    reading = read_files(
        paths,
        catalogue,
        import_date=now.date(),
        without=without,
        progress=lambda share, words: progress(0.8 * share, words),
    )
    base = store.latest()
    if base is not None:
        refuse_strange(store, store.manifest(base), catalogue)
    rows = {
        table_id: _rows_of(reading, table_id)
        for table_id in dict.fromkeys(batch.table_id for batch in reading.batches)
    }
    rows = {table_id: frame for table_id, frame in rows.items() if frame.height}
    context = Context(catalogue, rows, store, base, now.date())
    findings, read_so = waivers_of.answer_readings(reading.findings, waivers, catalogue)
    granted = [read_so]
    # Rules look across tables: all figures that the files keep back or lack are put in before any
    # runs.
    keyed = {name: _settle_keys(catalogue.tables[name], rows, context) for name in rows}
    lost = {name: _put_in(catalogue.tables[name], rows, context) for name in rows}
    for name in rows:
        findings += _keep(catalogue.tables[name], reading.batches, rows, context)

    @cache
    def is_settled() -> bool:
        """Where nothing would change, what the rows gave to think about was settled before."""
        return not waivers and all(_is_on_file(catalogue.tables[name], context) for name in rows)

    for number, table_id in enumerate(rows):
        table = catalogue.tables[table_id]
        progress(0.8 + 0.2 * number / len(rows), f"正在核对 {table.title}")
        batches = [batch for batch in reading.batches if batch.table_id == table_id]
        found = pl.concat([keyed[table_id], lost[table_id], violations(table, context)])
        if HINT in found["severity"] and is_settled():
            found = found.filter(pl.col("severity") != HINT)
        own = kept_columns.with_remarks(rows[table_id])
        found, rows[table_id], let_pass = waivers_of.answer(found, own, waivers)
        granted.append(waivers_of.kept(let_pass, rows[table_id], table))
        findings += _as_findings(found, rows[table_id], table, batches, catalogue)
        findings += _missing(table, context, rows[table_id], batches)
    kept = pl.concat(granted)
    findings += waivers_of.unused(waivers, kept)
    progress(1.0, "核对完毕")
    sources = reading.sources.join(places(reading), on="source_id", how="left")
    return Checked(
        findings, rows, sources, base, catalogue, now, tuple(waivers), kept, reading.files
    )


def publish_checked(
    store: Store,
    checked: Checked,
    *,
    who: str,
    note: str = "",
    complete: bool = False,
    progress: Progress = lambda share, words: None,
) -> int:
    """Publish what was checked as a new snapshot; its number.

    complete  The files are the units' whole reports: rows that they lack are taken away.
    raises    UsageError when findings block or the note holds personal data; PublishConflict
              when somebody was faster.
    """
    if privacy.has_any(note):
        raise UsageError("说明里有疑似身份证号或手机号。请去掉后再发布;说明会保存。")
    if not checked.is_clean:
        raise UsageError("还有未处理的问题,不能发布。请先改正或说明。")
    changes = changes_of(checked, complete=complete)
    sources = checked.sources.with_columns(
        imported_at=pl.lit(checked.now.isoformat(timespec="seconds")), imported_by=pl.lit(who)
    )

    def recheck(head: int) -> None:
        context = Context(checked.catalogue, checked.rows, store, head, checked.now.date())
        for table_id in checked.rows:
            found = violations(checked.catalogue.tables[table_id], context)
            found, _, _ = waivers_of.answer(found, checked.rows[table_id], checked.waivers)
            again = found.filter(pl.col("severity").is_in((ERROR, EXPLAIN)))
            if again.height:
                first = again.row(0, named=True)
                raise PublishConflict(
                    f"核对之后有新的快照 {head:06d},重新核对不再通过:{first['rule']} "
                    f"{first['found']}。本次没有发布;请重新核对。"
                )

    return publish(
        store,
        Publication(changes, checked.base, who, note, sources=sources, waivers=checked.granted),
        checked.catalogue,
        now=checked.now,
        recheck=recheck,
        progress=progress,
    )


def changes_of(checked: Checked, *, complete: bool = False) -> tuple[Change, ...]:
    """The checked rows as changes to publish."""
    return tuple(
        Change(
            table_id,
            rows.drop("row", "batch_no"),
            _units(rows, checked.catalogue.tables[table_id], checked) if complete else frozenset(),
        )
        for table_id, rows in checked.rows.items()
    )


def definitions_changed(store: Store, manifest: Manifest) -> bool:
    """Whether the definition files on disk differ from those of a snapshot."""
    return catalogues.load(store.path).sha != manifest.catalogue


def _rows_of(reading: Reading, table_id: str) -> pl.DataFrame:
    """All readable rows of one table, numbered; `batch_no` says from which batch each comes."""
    frames = []
    for number, batch in enumerate(b for b in reading.batches if b.table_id == table_id):
        frames.append(batch.frame.with_columns(batch_no=pl.lit(number, dtype=pl.Int64)))
    # In one piece: the rules go through the rows again and again.
    rows = pl.concat(frames, how="diagonal_relaxed").rechunk()
    # Rows without area or period have their own findings already; no rule can speak of them.
    return rows.filter(
        pl.col("area_code").is_not_null() & pl.col("period").is_not_null()
    ).with_row_index("row")


def _settle_keys(table: Table, rows: dict[str, pl.DataFrame], context: Context) -> pl.DataFrame:
    """Write codes as they are known; what is to be said of it."""
    rows[table.id], found = key_variants.settle(rows[table.id], table, context)
    return answered(found, rows[table.id])


def _put_in(table: Table, rows: dict[str, pl.DataFrame], context: Context) -> pl.DataFrame:
    """Put the figures on file where rows hold the mark of an export; marks without one are 错误."""
    if withheld.WITHHELD not in rows[table.id].columns:
        return pl.DataFrame(schema=VIOLATION)
    kept_back = [column.name for column in table.columns if column.sensitive]
    old = context.stored(table, [*natural_key(table), *kept_back])
    rows[table.id], lost = withheld.as_on_file(rows[table.id], old, table)
    return lost.select(
        "row",
        "column",
        rule=pl.lit("cell.withheld"),
        severity=pl.lit(ERROR),
        found=pl.lit(f"“{withheld.MARK}”,数据仓里没有这一行"),
        expected=pl.lit("这一行原来报过的数,或者填上实际的数"),
        action=pl.lit("请填上实际的数;行是抄来的,请核对区划、报告期等是否改动过。"),
    )


def _keep(
    table: Table, batches: Sequence[Batch], rows: dict[str, pl.DataFrame], context: Context
) -> list[Finding]:
    """Keep what is stored in the columns that files lack; 提示 for each such file."""
    own = [batch for batch in batches if batch.table_id == table.id]
    absent = {
        number: kept_columns.lacking(table, [*batch.letters, *batch.fixed])
        for number, batch in enumerate(own)
    }
    rows[table.id] = kept_columns.keep(rows[table.id], absent, table, context)
    findings = []
    for number, (columns, count) in kept_columns.counts(rows[table.id]).items():
        findings.append(
            Finding(
                file=own[number].file,
                sheet=own[number].sheet,
                cell="",
                table=f"{table.id} {table.title}",
                column="",
                area="",
                rule="column.kept",
                severity=HINT,
                found=f"比数据仓少 {columns} 列,那里的 {count} 个数照旧保留",
                expected="与空白表相同的各列",
                action="要清空的,请加上这一列并把格子空着。",
            )
        )
    return findings


def _is_on_file(table: Table, context: Context) -> bool:
    """Whether every new row of a table says what the snapshot's row of the same key says."""
    own = (column.name for column in table.stored_columns)
    return context.is_on_file(table, dict.fromkeys(("division_code", *own, *_SAID)))


def _as_findings(
    found: pl.DataFrame,
    rows: pl.DataFrame,
    table: Table,
    batches: list[Batch],
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
        rows.select("row", "batch_no", "area_code", "source_row"), on="row", how="left"
    )
    positions = [
        {row: index for index, row in enumerate(batch.frame["source_row"].to_list())}
        for batch in batches
    ]
    findings = []
    for line in lines.sort("row", "place").to_dicts():
        batch = batches[line["batch_no"]]
        more = line["total"] - _LISTED if line["place"] == _LISTED - 1 else 0
        index = positions[line["batch_no"]][line["source_row"]]
        findings.append(
            Finding(
                file=batch.file,
                sheet=batch.sheet,
                cell=cell(batch, index, line["column"]),
                table=f"{table.id} {table.title}",
                column=headers.get(line["column"]) or line["column"],
                area=catalogue.area_name(line["area_code"]) or line["area_code"],
                rule=line["rule"],
                severity=line["severity"],
                found=privacy.hide(line["found"])
                + (f"(另有 {more} 处同样的问题)" if more > 0 else ""),
                expected=line["expected"],
                action=line["action"],
                area_code=line["area_code"],
            )
        )
    return findings


def _missing(
    table: Table, context: Context, rows: pl.DataFrame, batches: list[Batch]
) -> list[Finding]:
    """提示(缺行): what the store has for a unit and period and its file lacks."""
    lines = missing_rows(table, context).join(rows.select("row", "batch_no"), on="row")
    return [
        Finding(
            file=batches[line["batch_no"]].file,
            sheet=batches[line["batch_no"]].sheet,
            cell="",
            table=f"{table.id} {table.title}",
            column="",
            area=line["reporting_unit"] or "",
            rule="row.missing",
            severity=HINT,
            found=f"{line['period']} 比数据仓少 {line['rows']} 行({line['examples']}…)",
            expected="与上次报送的对象相同",
            action="这些行会保留;确实不再填报的,导入时加 --complete。",
        )
        for line in lines.to_dicts()
    ]


def _units(rows: pl.DataFrame, table: Table, checked: Checked) -> frozenset[str]:
    """The units whose whole report the rows are: the nearest obliged area above each row."""
    obliged = set(
        checked.catalogue.obligations.filter(pl.col("table_id") == table.id)["unit_code"].to_list()
    )
    register = checked.catalogue.areas.select("area_code", *ANCESTORS)
    asked = rows.select("area_code", "period_end").unique().join(register, on="area_code")
    units = set()
    for place in as_it_lay(asked, checked.catalogue).to_dicts():
        above = [place[f"{level}_code"] for level in ("township", "county", "city", "province")]
        usual = place[f"{table.unit_level}_code"] or place["area_code"]
        units.add(next((code for code in above if code in obliged), usual))
    return frozenset(units)
