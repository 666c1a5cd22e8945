"""Which area a row is about: codes first, then names, shortened ones through their stems.

Names are looked for inside the filing unit's own area; what is unknown or ambiguous is a problem
that offers the nearest, never a guess.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from data.catalogue import county_names
from data.catalogue.succession import is_there
from data.intake.typed.area_stems import mentioned, stems_of, stems_of_asked

UNKNOWN = "area.unknown"
AMBIGUOUS = "area.ambiguous"
MISMATCH = "area.mismatch"
LEVEL = "area.level"
EMPTY = "area.empty"

LEVEL_WORDS = {
    "province": "省级",
    "city": "市级",
    "county": "县级",
    "township": "乡级",
    "village": "村级",
}
_NEAREST_FROM = 4000
_OFFERED = 100


@dataclass(frozen=True)
class Problem:
    """A row whose area is not settled. row is the position in what was given."""

    row: int
    rule: str
    found: str
    expected: str


@dataclass(frozen=True)
class Resolved:
    """One area code per row (null where there is a problem), and the problems."""

    codes: pl.Series
    problems: list[Problem]


class AreaNames:
    """The area register prepared for look-ups.

    areas    the catalogue's areas frame; aliases its area_code and alias columns.
    day      of two areas that a name fits equally well, the one there on this day is meant: an
             area with a new code has kept its name.
    """

    def __init__(self, areas: pl.DataFrame, aliases: pl.DataFrame, day: date | None = None) -> None:
        self._areas = areas.with_columns(is_there=is_there(pl.lit(day, dtype=pl.Date)))
        self._aliases = aliases
        self._counties = frozenset(areas.filter(pl.col("level") == "county")["area_code"])
        self._stems: dict[tuple[str | None, tuple[str, ...]], pl.DataFrame] = {}

    def unit(self, name: str, hint: str = "") -> str | None:
        """The area a filing unit stands for (睢阳区卫健委, 宋集镇卫生院), or None.

        hint  further text of the form (its title), whose county or city settles a common name.
        """
        return self.units([name], hint).get(name)

    def units(self, names: Iterable[str], hint: str = "") -> dict[str, str]:
        """The areas of filing units by their names; units nobody can tell are left out."""
        levels = ("province", "city", "county", "township")
        asked = pl.DataFrame({"name": list(dict.fromkeys(names))}, schema={"name": pl.String})
        asked = asked.with_row_index("row")
        settled: dict[str, str] = {}
        for where in ("", hint):
            scope = mentioned(self._areas, where) if where else None
            found = self._candidates(asked, scope, levels).group_by("row").agg("area_code")
            one = asked.join(found.filter(pl.col("area_code").list.len() == 1), on="row")
            settled |= dict(one.select("name", pl.col("area_code").list.first()).iter_rows())
            asked = asked.join(one, on="row", how="anti")
            if not asked.height or not hint:
                break
        return settled

    def common_ancestor(self, codes: pl.Series) -> str | None:
        """The county that all known codes lie in, else their city, else None."""
        known = self._areas.filter(pl.col("area_code").is_in(codes.drop_nulls().unique().implode()))
        for level in ("county_code", "city_code", "province_code"):
            values = known[level].unique()
            if values.len() == 1 and values[0] is not None:
                return values[0]
        return None

    def resolve(
        self,
        codes: pl.Series,
        names: pl.Series,
        *,
        inside: pl.Series | None = None,
        scope: str | None = None,
        levels: tuple[str, ...] = (),
        strict: bool = True,
    ) -> Resolved:
        """The area of every row.

        codes, names  text columns of one length, null where empty.
        inside        the code of an area that the row's area must lie in, or null.
        scope         the filing unit's area: names are looked for inside it.
        levels        levels allowed, () for any.
        strict        whether a name that fits no area at all contradicts its code.
        """
        within = pl.lit(None, dtype=pl.String) if inside is None else inside
        written = pl.DataFrame({"code": codes, "name": names}).with_columns(inside=within)
        # A long file writes the same few areas over and over: each is settled once.
        distinct = written.unique(maintain_order=True).with_row_index("row")
        which = written.join(
            distinct, on=written.columns, how="left", nulls_equal=True, maintain_order="left"
        )["row"]
        settled, problems = self._settle(distinct, scope, levels, strict)
        return Resolved(settled.gather(which), _repeated(problems, which))

    def _settle(
        self, rows: pl.DataFrame, scope: str | None, levels: tuple[str, ...], strict: bool
    ) -> tuple[pl.Series, list[Problem]]:
        """The areas of rows of code, name and inside, and what is wrong with them."""
        known = self._areas.select(code="area_code", level="level", full="full_name")
        rows = rows.join(known, on="code", how="left", maintain_order="left")
        problems = self._unknown_codes(rows, scope, levels)
        problems += self._contradictions(rows, strict)
        coded = rows.filter(pl.col("level").is_not_null()).select("row", area="code")
        by_name, name_problems = self._by_names(rows, scope, levels)
        problems += name_problems
        problems += [
            Problem(row, EMPTY, "空", "行政区划代码或名称")
            for row in rows.filter(pl.col("code").is_null() & pl.col("name").is_null())["row"]
        ]
        found = pl.concat([coded, by_name])
        out = rows.select("row").join(found, on="row", how="left", maintain_order="left")
        if levels:
            problems += self._wrong_levels(out, levels)
        troubled = pl.Series(
            [problem.row for problem in problems if problem.rule != MISMATCH], dtype=pl.UInt32
        )
        settled = out.select(
            pl.when(~pl.col("row").is_in(troubled.implode())).then(pl.col("area"))
        ).to_series()
        return settled.alias("area_code"), problems

    # Codes --------------------------------------------------------------------------------------

    def _unknown_codes(
        self, rows: pl.DataFrame, scope: str | None, levels: tuple[str, ...]
    ) -> list[Problem]:
        wrong = rows.filter(pl.col("code").is_not_null() & pl.col("level").is_null())
        if wrong.is_empty():
            return []
        asked = wrong.filter(pl.col("name").is_not_null()).select("row", "name")
        offers = dict(
            self._candidates(asked, scope, levels)
            .group_by("row")
            .agg(pl.col("area_code").unique())
            .iter_rows()
        )
        prefixes = wrong["code"].str.head(6).unique().to_list()
        became = {
            each: county_names.became(each) for each in prefixes if each not in self._counties
        }
        problems = []
        for row, code, name in wrong.select("row", "code", "name").iter_rows():
            fits = offers.get(row, [])
            expected = "区划表中的代码"
            if past := became.get(code[:6]):
                expected += f"；{past.removesuffix('。')}"
            if len(fits) == 1:
                expected += f"；名称「{name}」对应 {fits[0]}"
            problems.append(Problem(row, UNKNOWN, code, expected))
        return problems

    def _contradictions(self, rows: pl.DataFrame, strict: bool) -> list[Problem]:
        """A name must be one of the ways to write the coded area's own name."""
        pairs = (
            rows.filter(pl.col("level").is_not_null() & pl.col("name").is_not_null())
            .select("code", "name", "full")
            .unique()
        )
        if pairs.is_empty():
            return []
        asked = stems_of_asked(pairs.with_row_index("row").select("row", "name"))
        own = self._stems_where(pl.col("area_code").is_in(pairs["code"].unique().implode()))
        fits = (
            asked.join(pairs.with_row_index("row").select("row", "code", "name"), on="row")
            .join(
                own.select("stem", code="area_code").unique(),
                on=["stem", "code"],
                how="semi",
            )
            .select("code", "name")
            .unique()
        )
        wrong = pairs.join(fits, on=["code", "name"], how="anti")
        if wrong.is_empty():
            return []
        if not strict:
            elsewhere = stems_of_asked(wrong.with_row_index("row").select("row", "name"))
            named = elsewhere.join(
                self._stems_where(pl.lit(True)).select("stem"), on="stem", how="semi"
            )
            wrong = (
                wrong.with_row_index("row").join(named.select("row").unique(), on="row").drop("row")
            )
        at = rows.join(wrong.select("code", "name"), on=["code", "name"], how="semi")
        return [
            Problem(row, MISMATCH, f"代码 {code}，名称「{name}」", f"{code} 是「{full}」")
            for row, code, name, full in at.select("row", "code", "name", "full").iter_rows()
        ]

    # Names --------------------------------------------------------------------------------------

    def _by_names(
        self, rows: pl.DataFrame, scope: str | None, levels: tuple[str, ...]
    ) -> tuple[pl.DataFrame, list[Problem]]:
        empty = pl.DataFrame(schema={"row": pl.UInt32, "area": pl.String})
        todo = rows.filter(pl.col("code").is_null() & pl.col("name").is_not_null())
        if todo.is_empty():
            return empty, []
        distinct = todo.select("name", "inside").unique(maintain_order=True).with_row_index("ask")
        found = self._candidates(
            distinct.select("name", "inside", row="ask"), scope, levels
        ).rename({"row": "ask"})
        sets = found.group_by("ask").agg(pl.col("area_code").unique().sort())
        answers = distinct.join(sets, on="ask", how="left", maintain_order="left")
        unique = answers.filter(pl.col("area_code").list.len() == 1).with_columns(
            area=pl.col("area_code").list.first()
        )
        settled = todo.select("row", "name", "inside").join(
            unique.select("name", "inside", "area"),
            on=["name", "inside"],
            how="inner",
            nulls_equal=True,
        )
        open_ones = answers.filter(pl.col("area_code").list.len().fill_null(0) != 1)
        offers: dict[tuple[str, str | None], tuple[str, str]] = {}
        for name, inside, codes in open_ones.select("name", "inside", "area_code").iter_rows():
            # Looking for the nearest takes a while; a file of thousands of wrong names needs none.
            near = len(offers) < _OFFERED
            offers[name, inside] = self._offer(name, inside or scope, levels, codes or [], near)
        at = todo.join(
            open_ones.select("name", "inside"), on=["name", "inside"], nulls_equal=True, how="semi"
        )
        problems = [
            Problem(row, offers[name, inside][0], name, offers[name, inside][1])
            for row, name, inside in at.select("row", "name", "inside").iter_rows()
        ]
        return settled.select("row", "area"), problems

    def _offer(
        self,
        name: str,
        scope: str | None,
        levels: tuple[str, ...],
        codes: list[str],
        near: bool,
    ) -> tuple[str, str]:
        if codes:
            shown = "、".join(self._label(code) for code in codes[:4])
            return AMBIGUOUS, f"只指一个区划；可能是 {shown}。请填代码"
        nearest = self.nearest(name, scope, levels) if near else []
        if not nearest:
            return UNKNOWN, "区划表中的名称，或填行政区划代码"
        return UNKNOWN, "区划表中的名称；相近的有 " + "、".join(map(self._label, nearest))

    def nearest(self, name: str, scope: str | None, levels: tuple[str, ...]) -> list[str]:
        """Up to three codes of the areas whose names look most like it.

        None for a name that an area of another level has: that is no slip of the pen.
        """
        if (self._areas["name"] == name).any():
            return []
        within = self._areas.filter(_scope(scope, levels)).head(_NEAREST_FROM)
        by_name = dict(zip(within["name"], within["area_code"], strict=True))
        matches = difflib.get_close_matches(name, list(by_name), n=3, cutoff=0.5)
        return [by_name[match] for match in matches]

    def _label(self, code: str) -> str:
        row = self._areas.filter(pl.col("area_code") == code)
        return f"{row['full_name'][0]}（{code}）"

    def _candidates(
        self, asked: pl.DataFrame, scope: str | None, levels: tuple[str, ...]
    ) -> pl.DataFrame:
        """Of each asked row and name the codes that fit best: row, area_code.

        asked may have `inside`: the area must lie in it.
        """
        if asked.is_empty():
            return pl.DataFrame(schema={"row": pl.UInt32, "area_code": pl.String})
        key = (scope, levels)
        if key not in self._stems:
            self._stems[key] = self._stems_where(_scope(scope, levels))
        hits = stems_of_asked(asked.select("row", "name")).join(self._stems[key], on="stem")
        if "inside" in asked.columns:
            hits = hits.join(asked.select("row", "inside"), on="row").filter(
                pl.col("inside").is_null()
                | pl.any_horizontal(
                    pl.col(name) == pl.col("inside")
                    for name in ("area_code", "township_code", "county_code", "city_code")
                )
            )
        hits = hits.with_columns(rank=pl.col("asked_rank") * 8 + pl.col("rank"))
        best = hits.group_by("row").agg(best=pl.col("rank").min())
        return (
            hits.join(best, on="row")
            .filter(pl.col("rank") == pl.col("best"))
            .filter(pl.col("is_there") | ~pl.col("is_there").any().over("row"))
            .select("row", "area_code")
            .unique()
        )

    def _stems_where(self, chosen: pl.Expr) -> pl.DataFrame:
        return stems_of(self._areas.filter(chosen), self._areas, self._aliases)

    def _wrong_levels(self, out: pl.DataFrame, levels: tuple[str, ...]) -> list[Problem]:
        wrong = out.join(
            self._areas.select(area="area_code", level="level", full="full_name"), on="area"
        ).filter(~pl.col("level").is_in(list(levels)))
        expected = "或".join(LEVEL_WORDS[level] for level in levels) + "区划"
        return [
            Problem(row, LEVEL, f"{full}（{LEVEL_WORDS[level]}）", expected)
            for row, full, level in wrong.select("row", "full", "level").iter_rows()
        ]


def _repeated(problems: list[Problem], which: pl.Series) -> list[Problem]:
    """The problems of distinct rows at every row that is such a one, in the order of the rows."""
    if not problems:
        return []
    of: dict[int, list[Problem]] = {}
    for problem in problems:
        of.setdefault(problem.row, []).append(problem)
    rows = which.is_in(list(of)).arg_true().to_list()
    return [replace(problem, row=row) for row in rows for problem in of[which[row]]]


def _scope(scope: str | None, levels: tuple[str, ...]) -> pl.Expr:
    chosen = pl.lit(True)
    if scope is not None:
        columns = ("area_code", "township_code", "county_code", "city_code", "province_code")
        chosen = pl.any_horizontal((pl.col(name) == scope).fill_null(False) for name in columns)
    if levels:
        chosen = chosen & pl.col("level").is_in(list(levels))
    return chosen
