"""A filing on its way from uploaded bytes to a snapshot: the long work behind 上报数据.

Uploaded bytes lie in a folder that only this process's user can read, and only until they are
published or put aside. Nothing here draws.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

import polars as pl

from data.filed import changes
from data.findings import ERROR, Finding
from data.intake import preview, publishing
from data.intake.check import checking
from data.intake.check.checking import Checked
from data.intake.check.waivers import Waiver
from data.intake.read.files import Given
from data.machine.passing import PassingFolder
from data.periods import Period
from data.snapshots import drafts
from data.snapshots.store import Store
from pages.shell import own_forms
from pages.shell.own_forms import Guess
from pages.shell.work import Progress
from queries.engine import Engine

_MOST_AREAS = 12
# What is said of a file or a sheet that is none of the report tables.
_UNKNOWN = ("file.no_table", "sheet.unknown")
_MOVE = ("area_name", "indicator", "indicator_name", "unit", "decimals", "direction")


class Folder:
    """The uploaded files of one filing on disk; gone with `discard` or with the session."""

    def __init__(self) -> None:
        self._held = PassingFolder()
        self._files: dict[str, Given] = {}
        self._taken = itertools.count()

    @property
    def names(self) -> list[str]:
        """The names that the files were uploaded under."""
        return list(self._files)

    @property
    def files(self) -> list[Given]:
        """The files, each with the name that it was uploaded under."""
        return list(self._files.values())

    def put(self, name: str, content: bytes) -> None:
        """Keep one file; on disk it has a short name of ours, for its own may be too long.

        Townships call their files alike: the second 签约.xlsx becomes 签约(2).xlsx.
        """
        plain = PurePosixPath(name.replace("\\", "/").rpartition("/")[2] or "文件")
        own, number = plain.name, 1
        while own in self._files:
            number += 1
            own = f"{plain.stem}({number}){plain.suffix}"
        self._files[own] = Given(self._held.path / f"{next(self._taken)}", own)
        self._files[own].path.write_bytes(content)

    def take_out(self, name: str) -> bool:
        """Delete one file; False where there is none of that name (it lies in a zip)."""
        file = self._files.pop(name, None)
        if file is not None:
            file.path.unlink()
        return file is not None

    def file(self, name: str) -> Given:
        """The file of that name."""
        return self._files[name]

    def holding(self, shown: str) -> tuple[Given, str] | None:
        """The file that is so called in findings, and which one in it where it is a zip."""
        for name, file in self._files.items():
            if f"{shown}/".startswith(f"{name}/"):
                return file, shown.removeprefix(name).removeprefix("/")
        return None

    def that_hold(self, shown: Collection[str]) -> list[Given]:
        """The files that are so called in findings, or hold those, each once."""
        held = [each[0] for name in sorted(shown) if (each := self.holding(name))]
        return list(dict.fromkeys(held))

    def discard(self) -> None:
        """Delete the files."""
        self._held.discard()


@dataclass(frozen=True)
class Review:
    """What a check came to, and what publishing would change.

    changed  table, period, unit, added, edited, same, removed, kept: rows; None while findings
             block.
    values   Values that would be replaced, and figures, past ones that would be different
             (data/filed/changes.py).
    moves    Headline indicators of the areas concerned, one row per area and indicator that
             moves: area_name, indicator, indicator_name, unit, decimals, direction, period_before,
             before, state_before, period_after, after, state_after.
    guesses  Sheets that nobody knows, and what each looks most like.
    """

    checked: Checked
    changed: pl.DataFrame | None = None
    values: pl.DataFrame | None = None
    figures: pl.DataFrame | None = None
    moves: pl.DataFrame | None = None
    guesses: tuple[Guess, ...] = ()


def review(
    store: Store,
    folder: Folder,
    waivers: Sequence[Waiver],
    complete: bool,
    progress: Progress,
    *,
    without: Collection[str] = (),
    only_below: str = "",
) -> Review:
    """Check the files; where nothing blocks, publish them on trial and see what moves.

    without     Files that are set aside, as they are called in findings.
    only_below  Code of the area that the visitor answers for, empty for all; a file with rows
                outside it has an 错误.
    """
    checked = checking.check(
        store,
        folder.files,
        now=_now(),
        waivers=waivers,
        without=without,
        progress=lambda share, words: progress(0.6 * share, words),
    )
    if only_below:
        foreign = [*_outside(checked, only_below, complete)]
        checked = replace(checked, findings=[*foreign, *checked.findings])
    unknown = {each.file for each in checked.findings if each.rule in _UNKNOWN}
    guesses = own_forms.guesses(store, folder.that_hold(unknown)) if unknown else ()
    if not checked.is_clean or not any(rows.height for rows in checked.rows.values()):
        return Review(checked, guesses=guesses)
    progress(0.6, "与当前快照逐行比较")
    lines = preview.preview(store, checked, complete=complete)
    progress(0.65, "试算发布后的变化")
    with drafts.trial(store) as draft:
        number = publishing.publish_checked(
            draft,
            checked,
            who="试算",
            complete=complete,
            progress=lambda share, words: progress(0.65 + 0.25 * share, f"试算：{words}"),
        )
        progress(0.9, "比较重点指标")
        if checked.base is None:
            return Review(checked, lines.tables, lines.values)
        figures = changes.compare(draft, checked.base, number).figures
        moves = _moves(draft, checked, number)
        return Review(checked, lines.tables, lines.values, figures, moves)


def publish(
    store: Store, checked: Checked, *, who: str, note: str, complete: bool, progress: Progress
) -> int:
    """Publish what was reviewed; the number of the new snapshot.

    raises PublishConflict when somebody published the same rows meanwhile.
    """
    return publishing.publish_checked(
        store, checked, who=who, note=note, complete=complete, progress=progress
    )


def place(checked: Checked) -> str:
    """Return the code of the county that all rows are of, else of the city; empty for neither."""
    rows = [frame.select("area_code") for frame in checked.rows.values()]
    places = checked.catalogue.areas.join(pl.concat(rows), on="area_code", how="semi")
    for level in ("county_code", "city_code"):
        codes = places[level].unique()
        if len(codes) == 1 and codes[0]:
            return str(codes[0])
    return ""


def _outside(checked: Checked, area: str, complete: bool) -> Iterator[Finding]:
    """An 错误 for each sheet with rows of places that the visitor does not answer for.

    complete  The report takes the place of its unit's whole: a unit that reaches beyond the
              visitor's places would lose what others have filed.
    """
    inside = pl.any_horizontal(
        pl.col(name) == area
        for name in ("area_code", "province_code", "city_code", "county_code", "township_code")
    ).fill_null(False)
    own = checked.catalogue.areas.filter(inside)["area_code"]
    for table_id, rows in checked.rows.items():
        foreign = rows.filter(~pl.col("area_code").is_in(own.implode()))
        counted = foreign.group_by("source_id", "source_sheet", maintain_order=True).agg(
            pl.len().alias("rows"), pl.col("area_code", "source_row").first()
        )
        for line in counted.join(checked.sources, on="source_id").to_dicts():
            name = checked.catalogue.area_name(line["area_code"]) or line["area_code"]
            yield Finding(
                file=line["file"],
                sheet=line["source_sheet"],
                cell=f"A{line['source_row']}",
                table=f"{table_id} {checked.catalogue.tables[table_id].title}",
                column="",
                area=name,
                rule="area.not_yours",
                severity=ERROR,
                found=f"{line['rows']} 行不属于本账号负责的区划（如 {name}）",
                expected="本账号负责的区划及下级",
                action="请去掉这些行，或请上级单位上报。",
            )
    for change in publishing.changes_of(checked, complete=True) if complete else ():
        for unit in sorted(change.complete - set(own)):
            name = checked.catalogue.area_name(unit) or unit
            yield Finding(
                file="、".join(checked.files),
                sheet="",
                cell="",
                table=f"{change.table_id} {checked.catalogue.tables[change.table_id].title}",
                column="",
                area=name,
                rule="area.not_yours",
                severity=ERROR,
                found=f"按“完整报表”上报会去掉{name}其他区划已经报的行",
                expected="只动本账号负责的区划及下级",
                action="请不勾选“完整报表”再核对，或请上级单位上报。",
            )


def _moves(draft: Store, checked: Checked, number: int) -> pl.DataFrame:
    """Headline indicators before and after, at the newest period of the files."""
    rows = pl.concat(
        [frame.select("area_code", "period") for frame in checked.rows.values()], how="vertical"
    )
    periods = [Period.parse(text) for text in rows["period"].unique().to_list()]
    newest = max(periods, key=lambda period: period.end)
    engine = Engine(draft)
    try:
        return pl.concat(
            _moved(engine, area, newest.text, before=checked.base, after=number)
            for area in _concerned(checked, rows)
        )
    finally:
        engine.close()


def _moved(
    engine: Engine, area: str, period: str, *, before: int | None, after: int
) -> pl.DataFrame:
    """One area's headline indicators that show something else after the publish."""
    asked = {"area": area, "period": period}
    old, new = (
        engine.run("indicator_overview", asked, snapshot=number).filter(
            pl.col("headline").is_not_null() & pl.col("is_first_population")
        )
        for number in (before, after)
    )
    shown = ("period", "printed", "state", "numerator", "denominator")
    both = new.select("headline", *_MOVE, *shown).join(
        old.select("indicator", *shown), on="indicator", how="left", suffix="_before"
    )
    moved = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in shown)
    return (
        both.filter(moved)
        .sort("headline")
        .select(
            *_MOVE,
            "period_before",
            pl.col("printed_before").alias("before"),
            "state_before",
            pl.col("period").alias("period_after"),
            pl.col("printed").alias("after"),
            pl.col("state").alias("state_after"),
        )
    )


def _concerned(checked: Checked, rows: pl.DataFrame) -> list[str]:
    """The cities and counties whose rows come, those above first; not too many of them."""
    places = checked.catalogue.areas.join(
        rows.select("area_code").unique(), on="area_code", how="semi"
    )
    cities = places["city_code"].drop_nulls().unique().sort().to_list()
    counties = places["county_code"].drop_nulls().unique().sort().to_list()
    return list(dict.fromkeys([*cities, *counties]))[:_MOST_AREAS]


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
