"""The last stage: what was checked becomes a new snapshot, all of it or nothing."""

from collections.abc import Callable

import polars as pl

from data import personal
from data.catalogue.model import Table
from data.errors import PublishConflict, UsageError
from data.filed.rows import ANCESTORS, Change, as_it_lay
from data.findings import ERROR, EXPLAIN
from data.intake.check import waivers as waivers_of
from data.intake.check.checking import Checked
from data.intake.check.context import Context
from data.intake.check.rules import violations
from data.publish import Publication, publish
from data.snapshots.store import Store

Progress = Callable[[float, str], None]


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
    if personal.has_any(note):
        raise UsageError("说明里有疑似身份证号或手机号。请去掉后再发布；说明会保存。")
    if not checked.is_clean:
        raise UsageError("还有未处理的问题，不能发布。请先改正或说明。")
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
                    f"核对之后有新的快照 {head:06d}，重新核对不再通过：{first['rule']} "
                    f"{first['found']}。本次没有发布；请重新核对。"
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
            rows.drop("row", "typed_no"),
            _units(rows, checked.catalogue.tables[table_id], checked) if complete else frozenset(),
        )
        for table_id, rows in checked.rows.items()
    )


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
