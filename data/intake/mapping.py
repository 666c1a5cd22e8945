"""What the columns of a sheet that is none of ours may stand for: by their names, by their values.

Pure functions of a sheet and the catalogue; a person decides, and what he decides is saved as a
form (data/catalogue/forms.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

import polars as pl

from data import personal
from data.catalogue.forms import Quotient, SavedForm, Taken
from data.catalogue.model import Catalogue, Column, Table
from data.intake import privacy, words
from data.intake.locate import surroundings
from data.intake.locate.finder import may_be_header
from data.intake.locate.headers import NUMBERING_COLUMN, HeaderLabel, keys_of, labels_over
from data.intake.locate.located import texts_of
from data.intake.locate.own_forms import headers_over
from data.intake.locate.rows import is_numbering
from data.intake.read.workbook import Sheet
from data.intake.typed.rates import shows
from data.intake.typed.value import shown

TAKEN, CHECKED, LEFT_OUT = "取", "核对", "不取"
# Headers of other periods and of differences: never what this period files.
_ANOTHER_PERIOD = re.compile(
    r"上[周月季期年]|去年|前一[周月期]|同期|增减|增长|环比|同比|较上|[比较]上"
)
# Beside those, the figures of this period say so; alone nobody would write it.
_THIS = re.compile(r"[本当][周月季期年]")
_RATE = re.compile(r"率|占比|比例|比重|百分比|%")
_AREA_HEADER = re.compile(r"[县区镇乡村]|街道|社区|地区|区划|机构|单位")
_BODY = re.compile(r"(?:村民|居民)?委员会$|委会$")
# Wider than this no form is: every column is compared with every other.
_WIDEST = 120
_ROWS, _FIRST_ROWS, _DEEPEST, _SAMPLES = 60, 100, 5, 3
# From this likeness on a name is proposed; that of a name under another parent counts less.
_LIKE, _LOWEST_ALONE, _REPEATED = 0.5, 0.9, 0.55
_MOSTLY = 0.6
_NOISE = 1e-6
_SIGNED = ("unit_head", "filled_by", "reported_on")


@dataclass(frozen=True)
class Proposal:
    """What one of their columns may be.

    header    as a form's file calls it; column: where it stands.
    use       TAKEN, CHECKED or LEFT_OUT.
    name      our column where it is taken; quotient where it is checked.
    why       why so, in words; samples: what the first rows hold.
    """

    header: str
    column: int
    use: str
    name: str = ""
    quotient: Quotient | None = None
    why: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposed:
    """A sheet as one of our tables.

    top, bottom  first and last row of the header; first: the first row of data.
    columns      a proposal for each column with a header, left to right.
    missing      required columns that none of theirs stands for.
    unsaid       what the form does not say of itself: reporting_unit, unit_head …
    """

    table: Table
    top: int
    bottom: int
    first: int
    columns: tuple[Proposal, ...]
    missing: tuple[Column, ...]
    unsaid: tuple[str, ...]

    @property
    def fitting(self) -> int:
        """How many columns of the table theirs stand for."""
        return len({each.name for each in self.columns if each.name in self.table.by_name})

    def in_words(self) -> str:
        """「最像 T04 …：12 列对得上，缺…」."""
        lacks = "".join(f"「{column.header}」" for column in self.missing[:4])
        more = f"等 {len(self.missing)} 列" if len(self.missing) > 4 else ""
        said = f"最像 {self.table.id} {self.table.title}：{self.fitting} 列对得上"
        return f"{said}，缺{lacks}{more}" if self.missing else said

    def form(self, name: str, constants: Mapping[str, str] | None = None) -> SavedForm:
        """The form that the proposals make; what is lacking was not filed."""
        constants = constants or {}
        absent = [column.name for column in self.missing if column.name not in self.table.key]
        absent += [each for each in self.unsaid if each in _SIGNED]
        return SavedForm(
            name,
            self.table,
            tuple(Taken(each.header, each.name) for each in self.columns if each.use == TAKEN),
            tuple(each.quotient for each in self.columns if each.quotient),
            tuple(each.header for each in self.columns if each.use == LEFT_OUT),
            tuple(each for each in absent if each not in constants),
            constants,
        )


def propose(sheet: Sheet, catalogue: Catalogue, table_id: str = "") -> Proposed | None:
    """What a sheet looks most like, and what its columns may be.

    table_id  as this table, if it is given.
    returns   None where no header is found, nothing in it is like any table's, or it is too wide.
    """
    found = header_of(sheet) if sheet.width <= _WIDEST else None
    if found is None:
        return None
    top, bottom, first = found
    labels = labels_over(sheet, top, bottom, catalogue.units)
    told = _Columns(sheet, labels, first, catalogue)
    tables = [catalogue.tables[table_id]] if table_id else list(catalogue.tables.values())
    title = words.key("".join(str(cell) for row in range(top) for cell in sheet.row(row)))
    scored = [
        (_score(named := told.by_name(table), table, title), table, named) for table in tables
    ]
    score, table, named = max(scored, key=lambda each: each[0])
    if score <= 0 and not table_id:
        return None
    columns = told.by_values(table, named)
    taken = {each.name for each in columns}
    around = surroundings.read(sheet, range(top), catalogue.units).entries
    return Proposed(
        table,
        top,
        bottom,
        first,
        columns,
        tuple(
            column
            for column in table.columns
            if column.required and column.filed_at is None and column.name not in taken
        ),
        tuple(
            name
            for name in ("reporting_unit", *_SIGNED)
            if name not in taken and not (name in around and around[name].value)
        ),
    )


def header_of(sheet: Sheet) -> tuple[int, int, int] | None:
    """The first and last row of a header, and the first row below it that holds figures.

    Where no row does, the row with the most words may be the header of an empty form.
    """
    for first in range(1, min(sheet.height, _FIRST_ROWS)):
        cells = [cell for cell in sheet.row(first) if cell != ""]
        figures = sum(_is_figure(cell) for cell in cells)
        if figures < 2 or is_numbering(sheet, first):
            continue
        bottom = first - 1
        while bottom > 0 and is_numbering(sheet, bottom):
            bottom -= 1
        top = bottom
        while top and bottom - top + 1 < _DEEPEST and _is_header(sheet, top - 1):
            top -= 1
        return (top, bottom, first) if _is_header(sheet, bottom) else None
    rows = range(min(sheet.height, _FIRST_ROWS))
    widest = max(rows, key=lambda row: len(set(texts_of(sheet, row))), default=0)
    if not rows or len(set(texts_of(sheet, widest))) < 2:
        return None
    return widest, widest, widest + 1


def _is_header(sheet: Sheet, row: int) -> bool:
    return may_be_header(sheet, row) and len(set(sheet.row(row)) - {""}) >= 2


def _is_figure(cell: object) -> bool:
    if isinstance(cell, str):
        return re.fullmatch(r"[\d,]+(\.\d+)?%?", words.plain(cell)) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _score(named: Mapping[int, tuple[str, float]], table: Table, title: str) -> float:
    """How much a sheet is like a table: what is there, less what is not."""
    own = {name: like for name, like in named.values() if name in table.by_name}
    needed = [c for c in table.columns if c.required and c.filed_at is None]
    lacking = sum(column.name not in own for column in needed)
    if len(own) < 2:
        return 0
    return sum(own.values()) - 0.05 * lacking + 2 * _likeness(words.key(table.title), title)


class _Columns:
    """The columns of a sheet with what their first rows hold."""

    def __init__(
        self, sheet: Sheet, labels: Sequence[HeaderLabel], first: int, catalogue: Catalogue
    ) -> None:
        self._labels, self._catalogue = labels, catalogue
        self._headers = headers_over(labels)
        self._lowest = [label.leaf for label in labels if label.levels]
        last = min(first + _ROWS, sheet.height)
        cells = {at: [*column[first:last]] for at, column in enumerate(sheet.columns)}
        self._samples = {
            at: tuple(personal.hide(shown(cell)) for cell in own if cell != "")[:_SAMPLES]
            for at, own in cells.items()
        }
        self._texts = pl.DataFrame(
            {str(at): [str(cell) for cell in own] for at, own in cells.items()},
            schema={str(at): pl.String for at in cells},
        )
        written = pl.all().str.normalize("NFKC").str.replace_all(r"[\s,]", "")
        numbers = self._texts.select(written.cast(pl.Float64, strict=False))
        filled = self._texts.select((pl.all() != "").sum()).row(0)
        self._numbers = numbers.select(
            str(at)
            for at in cells
            if filled[at] and numbers[str(at)].count() >= _MOSTLY * filled[at]
        )

    def by_name(self, table: Table) -> dict[int, tuple[str, float]]:
        """Their column → ours and how like their names are, the likest first."""
        units = self._catalogue.units
        ours = keys_of(table.columns, units)
        pairs = sorted(
            (
                (like, at, name)
                for at, label in enumerate(self._labels)
                if self._may_be_taken(label)
                for name, like in self._likest(label, ours).items()
                if like >= _LIKE and self._is_of_kind(at, table.by_name[name])
            ),
            key=lambda pair: (-pair[0], pair[1]),
        )
        chosen: dict[int, tuple[str, float]] = {}
        for like, at, name in pairs:
            if at not in chosen and name not in {name for name, _ in chosen.values()}:
                chosen[at] = name, like
        common = keys_of(self._catalogue.common, units)
        for at, label in enumerate(self._labels):
            known = [common[way] for keys in label.keys for way in keys if way in common]
            if known and at not in chosen:
                chosen[at] = known[0], 1.0
        return chosen

    def by_values(
        self, table: Table, named: Mapping[int, tuple[str, float]]
    ) -> tuple[Proposal, ...]:
        """A proposal for every column: its name first, then what its values show."""
        areas = self._areas()
        taken: dict[int, str] = {at: name for at, (name, _) in named.items()}
        # A header alone may err: what holds names of areas is a column of areas.
        taken = {at: name for at, name in taken.items() if at not in areas} | areas
        figures = {at: name for at, name in taken.items() if str(at) in self._numbers.columns}
        own = {at: name for at, name in figures.items() if name in table.by_name}
        found = []
        for at, label in enumerate(self._labels):
            if not label.levels or label.leaf in NUMBERING_COLUMN:
                continue
            is_personal = privacy.is_personal_header("".join(label.levels))
            samples = () if is_personal else self._samples[at]
            each = Proposal(self._headers[at], at, LEFT_OUT, samples=samples)
            if at in taken:
                why = "都是区划" if at in areas else self._said(named[at][1])
                each = replace(each, use=TAKEN, name=taken[at], why=why)
            elif (pair := self._quotient(at, own)) is not None:
                over, under = (self._headers[each] for each in pair)
                quotient = Quotient(each.header, own[pair[0]], own[pair[1]])
                why = f"=「{over}」÷「{under}」"
                each = replace(each, use=CHECKED, quotient=quotient, why=why)
            else:
                each = replace(each, why=self._sum(at) or self._not_taken(label))
            found.append(each)
        return tuple(found)

    def _may_be_taken(self, label: HeaderLabel) -> bool:
        said = "".join(label.levels)
        return bool(said) and not _ANOTHER_PERIOD.search(said) and not _RATE.search(label.leaf)

    def _is_of_kind(self, at: int, column: Column) -> bool:
        is_number = str(at) in self._numbers.columns
        empty = not self._samples[at]
        return empty or is_number == (column.type in ("int", "decimal")) or column.type == "code"

    def _likest(self, label: HeaderLabel, ours: Mapping[str, str]) -> dict[str, float]:
        best: dict[str, float] = {}
        deep = len(label.keys)
        for depth, keys in enumerate(label.keys):
            is_lowest = depth == deep - 1 and deep > 1
            repeated = is_lowest and self._lowest.count(label.leaf) > 1
            worth = _REPEATED if repeated else _LOWEST_ALONE if is_lowest else 1.0
            for way in dict.fromkeys(way for key in keys for way in (key, _THIS.sub("", key))):
                for key, name in ours.items():
                    best[name] = max(best.get(name, 0.0), worth * _likeness(way, key))
        return best

    def _said(self, like: float) -> str:
        return "表头相同" if like == 1 else "表头相近，请核对"

    def _not_taken(self, label: HeaderLabel) -> str:
        said = "".join(label.levels)
        if _ANOTHER_PERIOD.search(said):
            return "别的时期的数，或两期之差"
        return "没有对得上的列"

    def _areas(self) -> dict[int, str]:
        """Columns whose values are codes or names of areas, by their values."""
        register = self._catalogue.areas
        codes = set(register["area_code"])
        names = set(register["name"])
        names |= {_BODY.sub("", name) for name in names}
        found = {}
        for at, label in enumerate(self._labels):
            values = {each for each in self._texts[str(at)] if each}
            if not values or not _AREA_HEADER.search("".join(label.levels)):
                continue
            for name, known in (("division_code", codes), ("division_name", names)):
                if len(values & known) >= _MOSTLY * len(values):
                    found[at] = name
        return found

    def _quotient(self, at: int, own: Mapping[int, str]) -> tuple[int, int] | None:
        """The two taken columns whose quotient a column shows in every row, the nearest first."""
        pairs = sorted(
            permutations(own, 2), key=lambda pair: (abs(pair[0] - at) + abs(pair[1] - at), pair)
        )
        # A whole number may be any quotient by chance.
        said = "".join(self._labels[at].levels)
        broken = self._texts[str(at)].str.contains(r"%|％|\.\d*[1-9]").any()
        if not pairs or not (broken or _RATE.search(said)):
            return None
        tried = [self._shows(at, *pair) for pair in pairs]
        numbers = self._numbers.select(pl.all().name.suffix("_number"))
        fits = pl.concat([self._texts, numbers], how="horizontal").select(tried).row(0)
        return next((pair for pair, holds in zip(pairs, fits, strict=True) if holds), None)

    def _shows(self, at: int, over: int, under: int) -> pl.Expr:
        part, whole = pl.col(f"{over}_number"), pl.col(f"{under}_number")
        quotient = pl.when(whole != 0).then(part / whole)
        shown_so = shows(pl.col(str(at)), quotient, 100)
        # Where every row says the same, any two equal columns would do.
        enough = (shown_so.count() >= 2) & (quotient.n_unique() > 1)
        return (shown_so.all() & enough).alias(f"{over}/{under}")

    def _sum(self, at: int) -> str:
        """「=甲−乙」 or 「=甲+乙」 where two other columns give a column in every row."""
        if str(at) not in self._numbers.columns or self._numbers[str(at)].n_unique() < 2:
            return ""
        others = [int(each) for each in self._numbers.columns if int(each) != at]
        near = sorted(others, key=lambda other: abs(other - at))[:8]
        own = pl.col(str(at))
        for one, two in permutations(near, 2):
            first, second = pl.col(str(one)), pl.col(str(two))
            for sign, made in (("−", first - second), ("+", first + second)):
                holds = ((own - made).abs() <= _NOISE).fill_null(False).all()
                if self._numbers.select(holds).item():
                    return f"=「{self._headers[one]}」{sign}「{self._headers[two]}」"
        return ""


@lru_cache(maxsize=65536)
def _parts(key: str) -> frozenset[str]:
    return frozenset([*key, *(key[at : at + 2] for at in range(len(key) - 1))])


def _likeness(one: str, other: str) -> float:
    """How like two keys are by the letters and pairs of letters they share, 0 to 1."""
    if one == other:
        return 1.0
    mine, theirs = _parts(one), _parts(other)
    if not mine or not theirs:
        return 0.0
    return min(0.99, 2 * len(mine & theirs) / (len(mine) + len(theirs)))
