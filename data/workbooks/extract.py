"""From a located table to a frame of typed rows, every doubt on the way a finding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Column, Table
from data.errors import UsageError
from data.findings import ERROR, EXPLAIN, HINT, Finding
from data.periods import Period
from data.workbooks import areas, form, privacy, values, words
from data.workbooks.locate import Found, Match
from data.workbooks.read import CellError, Sheet

# Of one kind in one column this many are listed; the rest is counted in one more finding.
LISTED = 200
AREA_TYPES = ("division_code", "village_code", "area_code")
_CODE = r"^\d{6,12}$"
_FORM_ONLY = ("unit_head", "filled_by")
_TOLERANCE = Decimal("0.005")


@dataclass
class Extract:
    """The rows of one table in one sheet.

    frame    the raw schema of the table without what only the store knows.
    letters  column → letters in the workbook.
    fixed    column → address, for what stands once in the title or the signature.
    """

    table: Table
    frame: pl.DataFrame
    letters: dict[str, str]
    fixed: dict[str, str]
    findings: list[Finding]


@dataclass(frozen=True)
class Source:
    """The file that is being read: its shown name, its id, the day of import."""

    file: str
    stem: str
    id: str
    import_date: date


@dataclass
class _Notes:
    """Collects findings, a limited number of each kind in each column."""

    make: Callable[..., Finding]
    found: list[Finding] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(
        self, rule: str, severity: str, found: str, expected: str, action: str, **at: str
    ) -> None:
        """Add one finding; at may give cell, column and area."""
        key = rule, at.get("column", "")
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] <= LISTED:
            self.found.append(self.make(rule, severity, found, expected, action, **at))

    def closed(self) -> list[Finding]:
        """All findings, with the number of those that were not listed."""
        for (rule, column), count in self.counts.items():
            if count > LISTED:
                severity = next(f.severity for f in self.found if f.rule == rule)
                self.found.append(
                    self.make(
                        rule,
                        severity,
                        f"另有 {count - LISTED} 处同样的问题未逐条列出",
                        "没有这样的问题",
                        "请先改正已列出的,再检查一次。",
                        column=column,
                    )
                )
        return self.found


def extract(
    sheet: Sheet, found: Found, catalogue: Catalogue, register: areas.Register, source: Source
) -> Extract:
    """Read one located table.

    returns  Extract; a cell that cannot be read is null in the frame and an 错误 in findings.
    """
    return _Reader(sheet, found, catalogue, register, source).run()


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        found: Found,
        catalogue: Catalogue,
        register: areas.Register,
        source: Source,
    ) -> None:
        self.sheet, self.found, self.catalogue = sheet, found, catalogue
        self.register, self.source = register, source
        self.table = found.table
        self.common = {column.name: column for column in catalogue.common}
        self.notes = _Notes(self._finding)
        self.form = form.read(sheet, [*found.above, *found.below])
        self.titles = " ".join(entry.value for entry in self.form.titles)
        self.height = len(found.rows)
        self.columns: dict[str, pl.Series] = {}
        self.bad: dict[str, set[int]] = {}
        self.fixed: dict[str, str] = {}
        self.labels: list[str | None] = [None] * self.height

    def run(self) -> Extract:
        """Read the common columns, then the table's own, then compare and check."""
        self._headers()
        self._resolve_areas()
        self._periods()
        self._common_text()
        self._own_columns()
        self._required()
        self._totals()
        self._privacy()
        self._rest()
        letters = {
            name: self.sheet.letters(match.column) for name, match in self.found.matches.items()
        }
        area_match = self._area_match()
        if area_match is not None:
            letters.setdefault("area_code", self.sheet.letters(area_match.column))
            letters.setdefault("division_code", self.sheet.letters(area_match.column))
        return Extract(self.table, self._frame(), letters, self.fixed, self.notes.closed())

    # Words --------------------------------------------------------------------------------------

    def _finding(
        self,
        rule: str,
        severity: str,
        found: str,
        expected: str,
        action: str,
        *,
        cell: str = "",
        column: str = "",
        area: str = "",
    ) -> Finding:
        return Finding(
            file=self.source.file,
            sheet=privacy.hide(self.sheet.name),
            cell=cell,
            table=f"{self.table.id} {self.table.title}",
            column=column,
            area=area,
            rule=rule,
            severity=severity,
            found=found,
            expected=expected,
            action=action,
        )

    def _column(self, name: str) -> Column:
        return self.table.by_name.get(name) or self.common[name]

    def _cell(self, row: int, column: int) -> str:
        """The address of data row number `row` in a column of the sheet."""
        return self.sheet.address(self.found.rows[row], column)

    def _at(self, row: int, name: str) -> dict[str, str]:
        match = self.found.matches.get(name)
        return {
            "cell": self._cell(row, match.column) if match else self.fixed.get(name, ""),
            "column": self._column(name).header if name in self.common or self._owns(name) else "",
            "area": self._area_name(row),
        }

    def _owns(self, name: str) -> bool:
        return name in self.table.by_name

    def _area_name(self, row: int) -> str:
        codes = self.columns.get("area_code")
        code = codes[row] if codes is not None else None
        return (self.catalogue.area_name(code) or code or "") if code else (self.labels[row] or "")

    # Headers ------------------------------------------------------------------------------------

    def _headers(self) -> None:
        found, sheet, notes = self.found, self.sheet, self.notes
        if found.ties:
            notes.add(
                "sheet.ambiguous",
                ERROR,
                f"表头同样像「{self.table.title}」和「{'」「'.join(found.ties)}」",
                "只像一张报表",
                "请在标题行写明报表名称,或改用系统生成的空表。",
                cell=sheet.address(found.top, 0),
            )
        for column in found.missing:
            notes.add(
                "column.missing",
                ERROR,
                "没有这一列",
                f"表头「{column.header}」",
                "请补上这一列,或把表头改成这个名称。",
                cell=sheet.address(found.bottom, 0),
                column=column.header,
            )
        for name, matches in found.duplicates.items():
            letters = "、".join(sheet.letters(match.column) for match in matches)
            notes.add(
                "column.duplicate",
                ERROR,
                f"{letters} 列都是「{matches[0].label}」",
                "每列只出现一次",
                "请删去重复的列,或改正其中一列的表头。",
                cell=sheet.address(found.bottom, matches[1].column),
                column=self._column(name).header,
            )
        for match in found.matches.values():
            if not match.sure:
                notes.add(
                    "column.guessed",
                    HINT,
                    f"表头「{match.label}」按「{self._column(match.name).header}」读取",
                    f"表头「{self._column(match.name).header}」",
                    "请核对;不对就改正表头。",
                    cell=sheet.address(found.bottom, match.column),
                    column=self._column(match.name).header,
                )
        for column, label in found.unknown:
            if privacy.is_personal_header(label):
                continue
            notes.add(
                "column.unknown",
                HINT,
                f"「{values.shown(label)}」是未识别的列,未导入",
                "报表目录中的列",
                "如需导入,请改用目录中的表头;否则不必处理。",
                cell=sheet.address(found.bottom, column),
            )

    # Areas --------------------------------------------------------------------------------------

    def _cells(self, match: Match, *, fill: bool = False) -> Sequence[Any]:
        """The cells of a column's data rows; fill repeats merged cells downwards."""
        cells = self.sheet.columns[match.column]
        if fill:
            ranges = [
                (first, last, left)
                for first, left, last, right in self.sheet.merged
                if left <= match.column <= right and last > first and first > self.found.bottom
            ]
            if ranges:
                cells = list(cells)
                for first, last, left in ranges:
                    cells[first : last + 1] = [self.sheet.columns[left][first]] * (last - first + 1)
        return self.found.take(cells)

    def _codes_and_names(
        self, code_match: Match | None, name_match: Match | None
    ) -> tuple[pl.Series, pl.Series]:
        """Codes and names of the rows, each taken from either column by what it looks like."""
        empty = pl.Series([None] * self.height, dtype=pl.String)
        columns = []
        for match in (code_match, name_match):
            if match is None:
                columns.append(empty)
                continue
            read = values.read(self._cells(match, fill=True), values.Spec("code"))
            self._unreadable(match.name, match, read)
            columns.append(read.values)
        frame = pl.DataFrame({"code": columns[0], "name": columns[1]})
        code, name = pl.col("code"), pl.col("name")
        code_like = code.str.contains(_CODE)
        named = frame.select(
            code=pl.when(code_like)
            .then(code)
            .when(code.is_null() & name.str.contains(_CODE))
            .then(name)
            .otherwise(pl.when(~code.str.contains(r"[\u4e00-\u9fff]")).then(code)),
            name=pl.when(name.is_not_null() & ~name.str.contains(_CODE))
            .then(name)
            .when(code.str.contains(r"[\u4e00-\u9fff]"))
            .then(code),
        )
        known = set(self.catalogue.area_names)
        short = {}
        for long in named["code"].drop_nulls().unique():
            # The statistical 12-digit form of a township or county.
            trimmed = next(
                (long[:n] for n in (9, 6) if len(long) == 12 and not long[n:].strip("0")), long
            )
            if long not in known and len(long) == 12 and not long[9:].strip("0"):
                trimmed = long[:6] if not long[6:].strip("0") else long[:9]
                if trimmed in known:
                    short[long] = trimmed
        codes = named["code"].replace(short) if short else named["code"]
        return codes, named["name"]

    def _area_match(self) -> Match | None:
        matches = self.found.matches
        names = (self.table.area_column, "division_code", "division_name")
        return next((matches[name] for name in names if name in matches), None)

    def _resolve_areas(self) -> None:
        matches = self.found.matches
        units = self._unit_areas()
        codes, names = self._codes_and_names(
            matches.get("division_code"), matches.get("division_name")
        )
        self.labels = names.to_list()
        has_division = "division_code" in matches or "division_name" in matches
        own = self.table.area_column if self.table.area_column != "division_code" else None
        scope = self._scope(units, codes)
        if has_division:
            division = self._settle(
                codes,
                names,
                "division_code" if "division_code" in matches else "division_name",
                inside=self._inside(units, scope),
                scope=scope,
                levels=() if own else self._levels(),
                may_be_empty=own is not None and own in matches,
            )
        else:
            division = self._area_of_form(units, needed=own is None)
        if own is None:
            self.columns["area_code"] = self.columns["division_code"] = division
            return
        if own not in matches:
            self.columns["area_code"] = division
            self.columns["division_code"] = division
            return
        own_codes, own_names = self._codes_and_names(matches[own], None)
        area = self._settle(
            own_codes,
            own_names,
            own,
            inside=division if has_division else None,
            scope=scope,
            levels=("village",) if own == "village_code" else (),
        )
        self.columns["area_code"] = area
        self.columns["division_code"] = division.fill_null(area) if has_division else area
        if own != "area_code":
            self.columns[own] = area
        if has_division:
            self._division_holds_area(division, area, own)

    def _settle(
        self,
        codes: pl.Series,
        names: pl.Series,
        name: str,
        *,
        may_be_empty: bool = False,
        **how: Any,
    ) -> pl.Series:
        strict = self.table.grain.startswith(("village", "township", "county"))
        resolved = self.register.resolve(codes, names, strict=strict, **how)
        actions = {
            areas.UNKNOWN: "请改正,或把这个写法登记为别名。",
            areas.AMBIGUOUS: "请填写行政区划代码。",
            areas.MISMATCH: "请核对代码和名称,改正一个。",
            areas.LEVEL: "请按本表要求的层级填报;若是合计行,请把名称写作「合计」。",
            areas.EMPTY: "请补上。",
        }
        place = self.found.matches.get(
            "division_name" if name == "division_code" else name, self.found.matches.get(name)
        )
        for problem in resolved.problems:
            if problem.rule == areas.EMPTY and may_be_empty:
                continue
            match = self.found.matches.get(name)
            if problem.rule == areas.UNKNOWN and codes[problem.row] is None:
                match = place
            self.notes.add(
                problem.rule,
                ERROR,
                values.shown(problem.found),
                problem.expected,
                actions[problem.rule],
                cell=self._cell(problem.row, match.column) if match else "",
                column=self._column(name).header,
                area=self.labels[problem.row] or "",
            )
        return resolved.codes

    def _levels(self) -> tuple[str, ...]:
        grain = self.table.grain.split(" ")[0]
        if grain not in ("village", "township", "county"):
            return ()
        if any(column.filed_at == "county" for column in self.table.columns):
            return tuple(dict.fromkeys((grain, "county")))
        return (grain,)

    def _unit_areas(self) -> list[str | None]:
        """The area of each row's filing unit, or of the form's one unit in a list of one."""
        match = self.found.matches.get("reporting_unit")
        if match is None:
            entry = self.form.entries.get("reporting_unit")
            return [self.register.unit(entry.value, self.titles) if entry and entry.value else None]
        names = [
            words.plain(str(cell)) if cell != "" else "" for cell in self._cells(match, fill=True)
        ]
        known = {name: self.register.unit(name, self.titles) for name in set(names) if name}
        return [known.get(name) for name in names]

    def _scope(self, units: list[str | None], codes: pl.Series) -> str | None:
        if len(set(units)) == 1 and units[0] is not None:
            return units[0]
        return self.register.common_ancestor(codes) if len(set(units)) <= 1 else None

    def _inside(self, units: list[str | None], scope: str | None) -> pl.Series | None:
        """What narrows a name down in its row: a coarser column (乡镇 beside 行政村), the unit."""
        chosen = self.found.matches.get("division_name")
        coarser = [place for place in self.found.places if chosen and place.column != chosen.column]
        per_row: pl.Series | None = None
        if len(units) == self.height and len(set(units)) > 1:
            per_row = pl.Series(units, dtype=pl.String)
        for place in coarser:
            read = values.read(self._cells(place, fill=True), values.Spec("code"))
            nothing = pl.Series([None] * self.height, dtype=pl.String)
            resolved = self.register.resolve(
                nothing, read.values, inside=per_row, scope=scope, levels=("county", "township")
            )
            frame = pl.DataFrame(
                {"a": resolved.codes, "b": per_row if per_row is not None else nothing}
            )
            per_row = frame.select(pl.coalesce("a", "b")).to_series()
        return per_row

    def _area_of_form(self, units: list[str | None], *, needed: bool) -> pl.Series:
        """No area column at all: the form's code, or the filing unit's own area."""
        entry = self.form.entries.get("division_code")
        code = entry.value if entry and entry.value in self.catalogue.area_names else None
        if code is None and len(units) == self.height:
            series = pl.Series(units, dtype=pl.String)
        else:
            series = pl.Series([code or units[0]] * self.height, dtype=pl.String)
        if needed and series.null_count():
            header = self.common["division_code"].header
            self.notes.add(
                "column.missing",
                ERROR,
                "没有行政区划代码列,也没有区划名称列",
                f"表头「{header}」或「{self.common['division_name'].header}」",
                "请补上其中一列。",
                cell=self.sheet.address(self.found.bottom, 0),
                column=header,
            )
        return series

    def _division_holds_area(self, division: pl.Series, area: pl.Series, own: str) -> None:
        frame = pl.DataFrame({"division": division, "area_code": area}).with_row_index("row")
        joined = frame.join(self.catalogue.areas, on="area_code", how="inner").filter(
            pl.col("division").is_not_null()
            & ~pl.any_horizontal(
                (pl.col(name) == pl.col("division")).fill_null(False)
                for name in ("area_code", "township_code", "county_code", "city_code")
            )
        )
        for row, code, inner in joined.select("row", "division", "area_code").iter_rows():
            self.notes.add(
                areas.MISMATCH,
                ERROR,
                f"{inner} 不在 {code} 内",
                "所属区划在行政区划代码所指的区划之内",
                "请核对两列,改正一个。",
                **self._at(row, own),
            )

    # Periods ------------------------------------------------------------------------------------

    def _periods(self) -> None:
        match = self.found.matches.get("period")
        fallback, place = self._form_period()
        header = self.common["period"].header
        if match is None:
            if fallback is None:
                self.notes.add(
                    "period.missing",
                    ERROR,
                    "没有报告期",
                    "报告期列,或标题中的报告期(如 2020年第51周、2020年12月)",
                    "请在标题行写明,或增加「报告期」列。",
                    cell=self.sheet.address(self.found.top, 0),
                    column=header,
                )
            else:
                self.fixed["period"] = place
            texts = pl.Series([fallback.text if fallback else None] * self.height, dtype=pl.String)
        else:
            spec = values.Spec(
                "period", frequency=self.table.frequency, year=values.year_in(self.titles)
            )
            read = values.read(self._cells(match, fill=True), spec)
            self._unreadable("period", match, read)
            texts = read.values
            empty = [row for row in self._nulls(texts) if row not in read.bad]
            if empty and fallback is not None:
                texts = texts.fill_null(fallback.text)
                if read.bad:
                    wrong = pl.Series(sorted(read.bad), dtype=pl.Int64)
                    texts = texts.scatter(wrong, [None] * len(wrong))
            else:
                for row in empty:
                    self._empty(row, "period")
        self._check_periods(texts)

    def _form_period(self) -> tuple[Period | None, str]:
        """The period of the whole form: its own entry, the title, the sheet's name, the file's."""
        frequency = self.table.frequency
        year = values.year_in(self.titles)
        entry = self.form.entries.get("period")
        if entry and entry.value:
            place = self.sheet.address(entry.row, entry.column)
            try:
                return values.parse_period(entry.value, frequency, year), place
            except values.Unreadable as problem:
                self.notes.add(
                    "cell.unreadable",
                    ERROR,
                    values.shown(entry.value),
                    problem.expected,
                    "请改正后重新报送。",
                    cell=place,
                    column=self.common["period"].header,
                )
                return None, place
        candidates = [
            (title.value, self.sheet.address(title.row, title.column))
            for title in self.form.titles
            if title.row < self.found.top
        ]
        candidates.append((self.sheet.name, ""))
        other: tuple[Period | None, str] = (None, "")
        for text, place in candidates:
            period = values.find_period(text, frequency, year)
            if period is not None and period.frequency == frequency:
                return period, place
            if period is not None and other[0] is None:
                other = period, place
        from_name = values.find_period(self.source.stem, frequency, year)
        if other[0] is None and from_name is not None and from_name.frequency == frequency:
            self.notes.add(
                "period.from_file_name",
                HINT,
                f"表内没有报告期,按文件名取 {from_name.text}",
                "标题行或报告期列写明报告期",
                "请核对。",
                column=self.common["period"].header,
            )
            return from_name, ""
        return other

    def _check_periods(self, texts: pl.Series) -> None:
        starts: dict[str, date] = {}
        ends: dict[str, date] = {}
        wrong: dict[str, tuple[str, str, str]] = {}
        names = {"weekly": "周", "monthly": "月", "quarterly": "季", "yearly": "年"}
        for text in texts.drop_nulls().unique():
            try:
                period = Period.parse(text)
            except UsageError:
                continue
            starts[text], ends[text] = period.start, period.end
            if period.frequency != self.table.frequency:
                kind = names[self.table.frequency]
                wrong[text] = (
                    "period.frequency",
                    f"本表按{kind}报送的报告期",
                    f"请改为按{kind}的报告期。",
                )
            elif period.start > self.source.import_date:
                day = self.source.import_date
                wrong[text] = ("period.future", f"不晚于导入日期 {day} 的报告期", "请核对报告期。")
        dates = pl.DataFrame({"text": texts})
        self.columns["period"] = texts
        for name, mapping in (("period_start", starts), ("period_end", ends)):
            self.columns[name] = dates.select(
                pl.col("text").replace_strict(mapping, default=None, return_dtype=pl.Date)
            ).to_series()
        for text, (rule, expected, action) in wrong.items():
            row = texts.index_of(text) or 0
            at = self._at(row, "period")
            self.notes.add(
                rule, ERROR, text, expected, action, cell=at["cell"], column=at["column"]
            )
        self._validity()

    def _validity(self) -> None:
        """An area must exist during the period; its successors are offered."""
        register = self.catalogue.areas.select(
            "area_code", "full_name", "valid_from", "valid_to", "successors"
        )
        dated = register.filter(
            pl.col("valid_from").is_not_null() | pl.col("valid_to").is_not_null()
        )
        if dated.is_empty():
            return
        frame = pl.DataFrame(
            {name: self.columns[name] for name in ("area_code", "period_start", "period_end")}
        ).with_row_index("row")
        wrong = frame.join(dated, on="area_code").filter(
            (pl.col("valid_to") < pl.col("period_start"))
            | (pl.col("valid_from") > pl.col("period_end"))
        )
        for entry in wrong.iter_rows(named=True):
            successors = entry["successors"]
            match = self._area_match()
            self.notes.add(
                "area.expired",
                ERROR,
                f"{entry['full_name']}({entry['area_code']})在该报告期不存在",
                f"改用 {successors}" if successors else "该报告期内有效的区划",
                "请核对报告期和区划代码。",
                cell=self._cell(entry["row"], match.column) if match else "",
                column=self.common["division_code"].header,
                area=entry["full_name"],
            )

    # Other common columns -----------------------------------------------------------------------

    def _common_text(self) -> None:
        for name in ("reporting_unit", *_FORM_ONLY, "remark", "reported_on"):
            column = self.common.get(name)
            if column is None:
                continue
            match = self.found.matches.get(name)
            if match is not None:
                series = self._read(column, match, fill=True)
            else:
                series = self._from_form(column)
            if column.required and name not in self.found.duplicates:
                missing = [row for row in self._nulls(series) if row not in self.bad.get(name, ())]
                if match is not None:
                    for row in missing:
                        self._empty(row, name)
                elif missing and not self.bad.get(name):
                    self._not_in_form(column)
            if column.stored:
                self.columns[name] = series
        reported = self.common.get("reported_on")
        if reported is not None and not reported.checks:
            self._report_dates()

    def _from_form(self, column: Column) -> pl.Series:
        dtype = pl.Date if column.type == "date" else pl.String
        entry = self.form.entries.get(column.name)
        value: Any = None
        if entry and entry.value:
            self.fixed[column.name] = self.sheet.address(entry.row, entry.column)
            value = entry.value
            if column.type == "date":
                value = self._form_date(column, entry)
        return pl.Series([value] * self.height, dtype=dtype)

    def _form_date(self, column: Column, entry: form.Entry) -> date | None:
        try:
            return values.parse_date(entry.value)
        except values.Unreadable as problem:
            self.bad[column.name] = set(range(self.height))
            self.notes.add(
                "cell.unreadable",
                ERROR,
                values.shown(entry.value),
                problem.expected,
                "请改正后重新报送。",
                cell=self.fixed[column.name],
                column=column.header,
            )
            return None

    def _not_in_form(self, column: Column) -> None:
        entry = self.form.entries.get(column.name)
        place = (
            self.sheet.address(entry.row, entry.column)
            if entry
            else self.sheet.address(self.found.top, 0)
        )
        self.notes.add(
            "cell.required",
            ERROR,
            "空" if entry else "表上没有这一项",
            f"{column.header}(在列中、标题行或签字行)",
            "请补上。",
            cell=place,
            column=column.header,
        )

    def _report_dates(self) -> None:
        frame = pl.DataFrame(
            {name: self.columns[name] for name in ("reported_on", "period_start", "remark")}
        ).with_row_index("row")
        day = self.source.import_date
        wrong = frame.filter(
            (pl.col("reported_on") < pl.col("period_start")) | (pl.col("reported_on") > day)
        )
        if "reported_on" not in self.found.matches:
            wrong = wrong.head(1)
        for row, reported, start, remark in wrong.iter_rows():
            self.notes.add(
                "date.order",
                HINT if remark else EXPLAIN,
                reported.isoformat(),
                f"{start} 至 {day} 之间",
                "请核对填报日期;确实如此请在备注说明。",
                **self._at(row, "reported_on"),
            )

    # Own columns --------------------------------------------------------------------------------

    def _own_columns(self) -> None:
        for column in self.table.columns:
            match = self.found.matches.get(column.name)
            if column.name in self.columns and column.name in AREA_TYPES:
                continue
            if match is None:
                self.columns[column.name] = pl.Series([None] * self.height, dtype=column.dtype)
                continue
            self.columns[column.name] = self._read(column, match)
            if column.type == "code":
                self._numeric_codes(column, match)

    def _read(self, column: Column, match: Match, *, fill: bool = False) -> pl.Series:
        labels = self._labels_of(column) if column.type == "enum" else None
        spec = values.Spec(
            column.type,
            unit=column.unit,
            header_unit=match.unit,
            allowed=column.values,
            labels=labels,
            frequency=self.table.frequency,
        )
        if column.type in ("int", "decimal"):
            try:
                values.header_shift(column.unit, match.unit)
            except values.Unreadable as problem:
                self.notes.add(
                    "column.unit",
                    ERROR,
                    f"表头单位是「{match.unit}」",
                    problem.expected,
                    "请换算后改正表头单位。",
                    cell=self.sheet.address(self.found.bottom, match.column),
                    column=column.header,
                )
                self.bad[column.name] = set(range(self.height))
                return pl.Series([None] * self.height, dtype=column.dtype)
        read = values.read(self._cells(match, fill=fill), spec)
        self._unreadable(column.name, match, read)
        return read.values.cast(column.dtype)

    def _labels_of(self, column: Column) -> dict[str, tuple[str, ...]]:
        """The words that may stand for each value of an enum: its name, and others."""
        dimensions = self.catalogue.words.get("dimensions") or {}
        names = (dimensions.get(column.name) or {}).get("values") or {}
        others = (self.catalogue.words.get("code_values") or {}).get(column.name) or {}
        return {
            value: (*([names[value]] if value in names else []), *(others.get(value) or []))
            for value in column.values
        }

    def _unreadable(self, name: str, match: Match, read: values.Column) -> None:
        if not read.bad:
            return
        self.bad.setdefault(name, set()).update(read.bad)
        for row, (found, expected) in read.bad.items():
            self.notes.add(
                "cell.unreadable",
                ERROR,
                found,
                expected,
                "请改正这一格后重新报送。",
                cell=self._cell(row, match.column),
                column=self._column(name).header,
                area=self._area_name(row),
            )

    def _numeric_codes(self, column: Column, match: Match) -> None:
        """A number cell has no leading zeros: whether the code had some cannot be known."""
        cells = self._cells(match)
        if not {float, int} & set(map(type, cells)):
            return
        row = next(row for row, cell in enumerate(cells) if type(cell) in (float, int))
        self.notes.add(
            "code.numeric",
            HINT,
            f"「{column.header}」以数字存放,前面的 0 可能已丢失",
            "以文本存放的代码",
            "请核对;有丢失的请把单元格设为文本后重填。",
            cell=self._cell(row, match.column),
            column=column.header,
        )

    # Required -----------------------------------------------------------------------------------

    @staticmethod
    def _nulls(series: pl.Series) -> list[int]:
        if not series.null_count():
            return []
        return series.is_null().arg_true().to_list()

    def _required(self) -> None:
        empty_rows = self._empty_rows()
        levels = self._row_levels()
        for column in self.table.columns:
            if column.name not in self.found.matches:
                continue
            if column.filed_at is not None:
                self._filed_too_low(column, levels)
                continue
            if not column.required or column.name == self.table.area_column:
                continue
            bad = self.bad.get(column.name, ())
            for row in self._nulls(self.columns[column.name]):
                if row in bad or row in empty_rows or self._is_upper_row(levels, row):
                    continue
                self._empty(row, column.name)
        for row in sorted(empty_rows):
            area = self._area_match()
            self.notes.add(
                "row.empty",
                ERROR,
                "整行没有填数",
                "必填的各列",
                "请填写;没有的填 0,不报的请删去这一行。",
                cell=self._cell(row, area.column) if area else "",
                area=self._area_name(row),
            )

    def _empty(self, row: int, name: str) -> None:
        self.notes.add(
            "cell.required",
            ERROR,
            "空",
            f"必填:{self._column(name).header}",
            "请补上;确实没有的数填 0。" if self._owns(name) else "请补上。",
            **self._at(row, name),
        )

    def _empty_rows(self) -> set[int]:
        """Rows with an area but none of the table's own figures."""
        own = [
            name
            for name in self.found.matches
            if self._owns(name) and name != self.table.area_column and name not in self.table.key
        ]
        if not own:
            return set()
        frame = pl.DataFrame({name: self.columns[name] for name in own})
        rows = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().arg_true().to_list()
        return {row for row in rows if not any(row in self.bad.get(name, ()) for name in own)}

    def _row_levels(self) -> pl.Series | None:
        if not any(column.filed_at for column in self.table.columns):
            return None
        frame = pl.DataFrame({"area_code": self.columns["area_code"]})
        return frame.join(
            self.catalogue.areas.select("area_code", "level"),
            on="area_code",
            how="left",
            maintain_order="left",
        )["level"]

    def _is_upper_row(self, levels: pl.Series | None, row: int) -> bool:
        """A county's row in a township table holds only what counties file."""
        return levels is not None and levels[row] == "county" and "township" in self._levels()

    def _filed_too_low(self, column: Column, levels: pl.Series | None) -> None:
        if levels is None:
            return
        filled = self.columns[column.name].is_not_null() & (levels != column.filed_at)
        for row in filled.fill_null(False).arg_true().to_list():
            self.notes.add(
                "column.filed_at",
                ERROR,
                "这一行填了数",
                "空:这一列只由县级填报",
                "请删去这一格,由县级另行填报。",
                **self._at(row, column.name),
            )

    # Totals -------------------------------------------------------------------------------------

    def _totals(self) -> None:
        if not self.found.totals:
            return
        for name, match in self.found.matches.items():
            column = self.table.by_name.get(name)
            if column is None or column.type not in ("int", "decimal"):
                continue
            for row, is_subtotal in self.found.totals:
                filed = self._filed_total(column, match, row)
                if filed is not None:
                    self._compare(column, match, row, filed, self._spans(row, is_subtotal))

    def _filed_total(self, column: Column, match: Match, row: int) -> Decimal | None:
        cell = self.sheet.columns[match.column][row]
        if cell == "":
            return None
        place = self.sheet.address(row, match.column)
        try:
            shift = values.header_shift(column.unit, match.unit)
            if isinstance(cell, CellError):
                raise values.Unreadable("公式的结果")
            return values.parse_number(cell, column.unit, shift)
        except values.Unreadable as problem:
            self.notes.add(
                "total.unreadable",
                HINT,
                values.shown(cell),
                problem.expected,
                "合计行不入库,请核对。",
                cell=place,
                column=column.header,
            )
            return None

    def _spans(self, row: int, is_subtotal: bool) -> list[list[int]]:
        """Which data rows a total may be about: all, or those up to the next subtotal."""
        rows = self.found.rows
        if not is_subtotal:
            return [list(range(len(rows)))]
        marks = sorted(at for at, _ in self.found.totals)
        before = max((at for at in marks if at < row), default=-1)
        behind = min((at for at in marks if at > row), default=self.sheet.height)
        spans = [
            [index for index, at in enumerate(rows) if before < at < row],
            [index for index, at in enumerate(rows) if row < at < behind],
        ]
        return [span for span in spans if span]

    def _compare(
        self, column: Column, match: Match, row: int, filed: Decimal, spans: list[list[int]]
    ) -> None:
        sums = []
        for span in spans:
            series = self.columns[column.name].gather(span).drop_nulls()
            if not series.len():
                continue
            total = Decimal(str(series.sum()))
            if abs(total - filed) <= (_TOLERANCE if column.type == "decimal" else 0):
                return
            sums.append(total)
        if not sums:
            return
        self.notes.add(
            "total.differs",
            HINT,
            f"合计填 {_shown(filed)}",
            f"各行相加 {_shown(sums[0])}",
            "合计行不入库;请核对是合计错了还是有行漏报、错报。",
            cell=self.sheet.address(row, match.column),
            column=column.header,
        )

    # Privacy, the rest --------------------------------------------------------------------------

    def _privacy(self) -> None:
        sheet, found = self.sheet, self.found
        by_column = {match.column: name for name, match in found.matches.items()}
        labels = dict(found.unknown)
        for column in range(sheet.width):
            name = by_column.get(column)
            if name in _FORM_ONLY or name in AREA_TYPES:
                continue
            own = self.table.by_name.get(name or "")
            cells = found.take(sheet.columns[column])
            label = labels.get(column, "")
            if label and privacy.is_personal_header(label):
                filled = sum(not values.is_empty(cell) for cell in cells)
                if filled:
                    self.notes.add(
                        privacy.NAME_RULE,
                        ERROR,
                        f"有 {filled} 行填了个人信息",
                        "不含姓名、证件号、电话的报表",
                        "请删去这一列后重新报送;不会保存其中的内容。",
                        cell=sheet.address(found.bottom, column),
                    )
                continue
            if own is not None and own.type == "code":
                continue
            for row in privacy.mobile_rows(cells):
                self.notes.add(
                    privacy.MOBILE_RULE,
                    ERROR,
                    "疑似手机号",
                    "不含个人联系方式",
                    "请删去这一格中的号码后重新报送。",
                    cell=self._cell(row, column),
                    area=self._area_name(row),
                )

    def _rest(self) -> None:
        sheet, found = self.sheet, self.found
        if not found.rows:
            self.notes.add(
                "sheet.no_rows",
                ERROR,
                "表头下没有数据行",
                "至少一行数据",
                "请填写后重新报送;没有要报的请不要报这张表。",
                cell=sheet.address(found.bottom, 0),
            )
        if found.after:
            numbers = "、".join(str(sheet.row_number(row)) for row in found.after[:5])
            self.notes.add(
                "sheet.after_end",
                ERROR,
                f"签字或注释以下还有 {len(found.after)} 行数据(第 {numbers} 行)",
                "数据都在签字行以上",
                "请把这些行移到签字行以上,或另加表头。",
                cell=sheet.address(found.after[0], 0),
            )
        hidden = [row for row in found.rows if row in sheet.hidden_rows]
        if hidden:
            numbers = "、".join(str(sheet.row_number(row)) for row in hidden[:5])
            self.notes.add(
                "sheet.hidden_rows",
                HINT,
                f"有 {len(hidden)} 行被隐藏或筛选掉(第 {numbers} 行等),已一并读取",
                "没有隐藏的行",
                "请核对这些行是否要报。",
                cell=sheet.address(hidden[0], 0),
            )

    def _frame(self) -> pl.DataFrame:
        stored = [
            column.name
            for column in self.table.stored_columns
            if column.name not in ("area_code", "division_code")
        ]
        names = ["division_code", "area_code", "period", "period_start", "period_end", *stored]
        names += ["reporting_unit", "reported_on", "remark"]
        rows = [self.sheet.row_number(row) for row in self.found.rows]
        return pl.DataFrame(
            {name: self.columns[name] for name in dict.fromkeys(names)}
        ).with_columns(
            source_id=pl.lit(self.source.id),
            source_sheet=pl.lit(self.sheet.name),
            source_row=pl.Series(rows, dtype=pl.Int64),
        )


def _shown(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
