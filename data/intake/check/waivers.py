"""Waivers: a steward's word that a doubt is right, and what becomes of the findings it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from data import personal
from data.catalogue.model import Catalogue, Table
from data.errors import UsageError
from data.filed.rows import key_of
from data.filed.sources import WAIVER_SCHEMA
from data.findings import EXPLAIN, HINT, Finding
from data.wording import filled

_COUNTY_CODE = 6


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
        if personal.has_any(text):
            raise UsageError("豁免的理由里有疑似身份证号或手机号。请去掉后再试；理由会保存。")
        if not (rule.strip() and area.strip() and reason.strip()):
            raise UsageError(f"--waive 应写作 规则:区划代码=理由，实为「{text}」。")
        return Waiver(rule.strip(), area.strip(), reason.strip())

    @property
    def prefix(self) -> str:
        """How the codes begin that it covers: those of the area and of everything below it."""
        code = self.area
        if len(code) != _COUNTY_CODE:
            return code
        return code[:2] if code.endswith("0000") else code.removesuffix("00")


def answer(
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
        .then(filled("{}（已豁免：{}）", "found", "reason"))
        .otherwise("found"),
    ).drop("reason")
    rows = (
        rows.join(reasons, on="row", how="left", maintain_order="left")
        .with_columns(remark=pl.concat_str("remark", "reason", separator="；", ignore_nulls=True))
        .with_columns(remark=pl.when(pl.col("remark") != "").then("remark"))
        .drop("reason")
    )
    return found, rows, let_pass


def answer_readings(
    findings: Sequence[Finding], waivers: Sequence[Waiver], catalogue: Catalogue
) -> tuple[list[Finding], pl.DataFrame]:
    """The same for what the reading itself wants explained: those findings name their area."""
    out, granted = [], []
    codes = _codes({finding.area for finding in findings}, catalogue) if waivers else {}
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
        reason = "；".join(dict.fromkeys(reasons))
        told = f"{finding.found}（已豁免：{reason}）"
        out.append(replace(finding, severity=HINT, found=told, area_code=code))
        granted.append(
            {"table_id": finding.table.partition(" ")[0], "area_code": code, "rule": finding.rule}
            | {"found": finding.found, "reason": reason}
        )
    return out, pl.DataFrame(granted, schema=WAIVER_SCHEMA)


def as_stored(let_pass: pl.DataFrame, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
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


def _codes(names: set[str], catalogue: Catalogue) -> dict[str, str]:
    """The codes of some areas by their full names."""
    found = catalogue.areas.filter(pl.col("full_name").is_in(names))
    return dict(found.select("full_name", "area_code").iter_rows())


def unused(waivers: Sequence[Waiver], granted: pl.DataFrame) -> list[Finding]:
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
            action="请核对规则编号和区划代码；不再需要就去掉。",
        )
        for waiver in waivers
        if not any(rule == waiver.rule and code.startswith(waiver.prefix) for rule, code in used)
    ]
