"""From files to a snapshot: read, check, and publish all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from data import catalogue as catalogues
from data.catalogue.model import Catalogue, Table
from data.checks import Context, missing_rows, violations
from data.errors import PublishConflict, UsageError
from data.findings import ERROR, EXPLAIN, HINT, Finding, blocking
from data.importing import Batch, Reading, cell, places, read_files
from data.manifest import Manifest
from data.publish import WAIVER_SCHEMA, Change, Publication, key_of, publish
from data.store import Store
from data.workbooks import privacy

# More cells of one rule than this are told as a number: nobody reads the thousandth.
_LISTED = 200
_COUNTY_CODE = 6

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Waiver:
    """A steward's word that a doubt is right: the rule, the area's code, and the reason.

    It holds for the rows of the area and of everything below it.
    """

    rule: str
    area: str
    reason: str

    @staticmethod
    def parse(text: str) -> "Waiver":
        """Read `RULE:AREA=REASON`.

        raises UsageError when a part is missing.
        """
        rule, _, rest = text.partition(":")
        area, _, reason = rest.partition("=")
        if privacy.has_any(text):
            raise UsageError("豁免的理由里有疑似身份证号或手机号。请去掉后再试;理由会保存。")
        if not (rule.strip() and area.strip() and reason.strip()):
            raise UsageError(f"--waive 应写作 规则:区划代码=理由,实为「{text}」。")
        return Waiver(rule.strip(), area.strip(), reason.strip())

    @property
    def prefix(self) -> str:
        """How the codes begin that it covers: those of the area and of everything below it."""
        code = self.area
        if len(code) != _COUNTY_CODE:
            return code
        return code[:2] if code.endswith("0000") else code.removesuffix("00")


@dataclass(frozen=True)
class Checked:
    """What a check of files came to.

    rows  Table id -> the rows to publish, when nothing blocks.
    base  The snapshot that they were checked against; None for an empty store.
    granted  The doubts that a waiver let pass (WAIVER_SCHEMA); they are kept with the snapshot.
    """

    findings: list[Finding]
    rows: dict[str, pl.DataFrame]
    sources: pl.DataFrame
    base: int | None
    catalogue: Catalogue
    now: datetime
    waivers: tuple[Waiver, ...] = field(default=())
    granted: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=WAIVER_SCHEMA))

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
    paths: Sequence[Path | str],
    *,
    now: datetime,
    waivers: Sequence[Waiver] = (),
    progress: Progress = lambda share, words: None,
) -> Checked:
    """Read files and check them against the newest snapshot; nothing is stored."""
    catalogue = catalogues.load(store.path)
    reading = read_files(
        paths,
        catalogue,
        import_date=now.date(),
        progress=lambda share, words: progress(0.8 * share, words),
    )
    base = store.latest()
    rows = {
        table_id: _rows_of(reading, table_id)
        for table_id in dict.fromkeys(batch.table_id for batch in reading.batches)
    }
    rows = {table_id: frame for table_id, frame in rows.items() if frame.height}
    context = Context(catalogue, rows, store, base, now.date())
    findings, read_so = _waived_readings(reading.findings, waivers, catalogue)
    granted = [read_so]
    for number, table_id in enumerate(rows):
        table = catalogue.tables[table_id]
        progress(0.8 + 0.2 * number / len(rows), f"正在核对 {table.title}")
        batches = [batch for batch in reading.batches if batch.table_id == table_id]
        found = violations(table, context)
        found, rows[table_id], let_pass = _waived(found, rows[table_id], waivers)
        granted.append(_kept(let_pass, rows[table_id], table))
        findings += _as_findings(found, rows[table_id], table, batches, catalogue)
        findings += _missing(table, context, batches)
    kept = pl.concat(granted)
    findings += _unused(waivers, kept)
    progress(1.0, "核对完毕")
    sources = reading.sources.join(places(reading), on="source_id", how="left")
    return Checked(findings, rows, sources, base, catalogue, now, tuple(waivers), kept)


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
            found, _, _ = _waived(found, checked.rows[table_id], checked.waivers)
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
    rows = pl.concat(frames, how="diagonal_relaxed")
    # Rows without area or period have their own findings already; no rule can speak of them.
    return rows.filter(
        pl.col("area_code").is_not_null() & pl.col("period").is_not_null()
    ).with_row_index("row")


def _waived(
    found: pl.DataFrame, rows: pl.DataFrame, waivers: Sequence[Waiver]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Findings that a waiver answers become 提示; its reason goes into the rows' remark.

    returns  the findings, the rows, and the findings that were answered, with `reason`.
    """
    if not waivers or not found.height:
        return found, rows, found.clear().with_columns(reason=pl.lit(""))
    given = pl.DataFrame(
        [(waiver.rule, waiver.prefix, waiver.reason) for waiver in waivers],
        schema={"rule": pl.String, "prefix": pl.String, "reason": pl.String},
        orient="row",
    )
    numbered = found.with_row_index("at")
    answers = (
        numbered.filter(pl.col("severity") == EXPLAIN)
        .join(rows.select("row", "area_code"), on="row")
        .join(given, on="rule")
        .filter(pl.col("area_code").str.starts_with(pl.col("prefix")))
        .group_by("at")
        .agg(reason=pl.col("reason").unique(maintain_order=True).str.join(";"))
    )
    marked = numbered.join(answers, on="at", how="left", maintain_order="left").drop("at")
    answered = pl.col("reason").is_not_null()
    let_pass = marked.filter(answered)
    reasons = let_pass.group_by("row").agg(
        reason=pl.col("reason").unique(maintain_order=True).str.join(";")
    )
    found = marked.with_columns(
        severity=pl.when(answered).then(pl.lit(HINT)).otherwise("severity"),
        found=pl.when(answered)
        .then(pl.format("{}(已豁免:{})", "found", "reason"))
        .otherwise("found"),
    ).drop("reason")
    rows = (
        rows.join(reasons, on="row", how="left", maintain_order="left")
        .with_columns(remark=pl.concat_str("remark", "reason", separator=";", ignore_nulls=True))
        .with_columns(remark=pl.when(pl.col("remark") != "").then("remark"))
        .drop("reason")
    )
    return found, rows, let_pass


def _waived_readings(
    findings: Sequence[Finding], waivers: Sequence[Waiver], catalogue: Catalogue
) -> tuple[list[Finding], pl.DataFrame]:
    """The same for what the reading itself wants explained: those findings name their area."""
    out, granted = [], []
    codes = {name: code for code, name in catalogue.area_names.items()} if waivers else {}
    for finding in findings:
        code = finding.area_code or codes.get(finding.area, "")
        reasons = [
            waiver.reason
            for waiver in waivers
            if finding.severity == EXPLAIN
            and waiver.rule == finding.rule
            and code.startswith(waiver.prefix)
        ]
        if not reasons:
            out.append(finding)
            continue
        reason = ";".join(dict.fromkeys(reasons))
        told = f"{finding.found}(已豁免:{reason})"
        out.append(replace(finding, severity=HINT, found=told, area_code=code))
        granted.append(
            {"table_id": finding.table[:3], "area_code": code, "rule": finding.rule}
            | {"found": finding.found, "reason": reason}
        )
    return out, pl.DataFrame(granted, schema=WAIVER_SCHEMA)


def _kept(let_pass: pl.DataFrame, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Answered findings as the store keeps them: by natural key, without sensitive figures."""
    secret = [column.name for column in table.columns if column.sensitive]
    key = pl.concat_str(
        [pl.col(name).cast(pl.String) for name in key_of(table)] or [pl.lit("")],
        separator=" ",
        ignore_nulls=True,
    )
    named = rows.select("row", "period", "area_code", key.alias("key"))
    return let_pass.join(named, on="row", maintain_order="left").select(
        snapshot=pl.lit(None, dtype=pl.Int64),
        time=pl.lit(None, dtype=pl.String),
        who=pl.lit(None, dtype=pl.String),
        table_id=pl.lit(table.id),
        period="period",
        area_code="area_code",
        key="key",
        column="column",
        rule="rule",
        found=pl.when(~pl.col("column").is_in(secret)).then("found"),
        reason="reason",
    )


def _unused(waivers: Sequence[Waiver], granted: pl.DataFrame) -> list[Finding]:
    """提示 for every waiver that answered nothing: a slip of the pen, or no longer needed."""
    used = set(granted.select("rule", "area_code").iter_rows())
    return [
        Finding(
            file="",
            sheet="",
            cell="",
            table="",
            column="",
            area=waiver.area,
            rule="waiver.unused",
            severity=HINT,
            found=f"豁免 {waiver.rule} 没有用上",
            expected="区划内有这条规则的需说明",
            action="请核对规则编号和区划代码;不再需要就去掉。",
        )
        for waiver in waivers
        if not any(rule == waiver.rule and code.startswith(waiver.prefix) for rule, code in used)
    ]


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


def _missing(table: Table, context: Context, batches: list[Batch]) -> list[Finding]:
    """提示(缺行): what the store has for a unit and period and the files lack."""
    return [
        Finding(
            file=batches[0].file,
            sheet=batches[0].sheet,
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
        for line in missing_rows(table, context).to_dicts()
    ]


def _units(rows: pl.DataFrame, table: Table, checked: Checked) -> frozenset[str]:
    """The units whose whole report the rows are: the nearest obliged area above each row."""
    obliged = set(
        checked.catalogue.obligations.filter(pl.col("table_id") == table.id)["unit_code"].to_list()
    )
    places = checked.catalogue.areas.filter(
        pl.col("area_code").is_in(rows["area_code"].unique().implode())
    )
    units = set()
    for place in places.to_dicts():
        above = [place[f"{level}_code"] for level in ("township", "county", "city", "province")]
        usual = place[f"{table.unit_level}_code"] or place["area_code"]
        units.add(next((code for code in above if code in obliged), usual))
    return frozenset(units)
