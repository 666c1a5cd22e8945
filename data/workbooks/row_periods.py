"""Which period each row is about, and whether it can be."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from data.catalogue.succession import heirs
from data.errors import UsageError
from data.findings import ERROR, HINT
from data.periods import Period
from data.workbooks import values
from data.workbooks.found import LONGEST_HEADER, Match
from data.workbooks.period_words import DAYS, Mention, contradictions, mentions
from data.workbooks.work import Work, nulls


@dataclass(frozen=True)
class _Place:
    """Where something about the period may be said: its text, and how a person finds it.

    cell  The address; "" for the names of the sheet and of the file.
    """

    text: str
    cell: str = ""
    name: str = ""

    @property
    def shown(self) -> str:
        return f"{self.cell} " if self.cell else f"{self.name}「{values.shown(self.text)}」"


def read_periods(work: Work) -> None:
    """Fill period, period_start and period_end, from a column or from around the table."""
    match = work.found.matches.get("period")
    header = work.common["period"].header
    if match is None:
        fallback, place = _form_period(work)
        if fallback is None:
            if place is None:
                work.notes.add(
                    "period.missing",
                    ERROR,
                    "没有报告期",
                    "报告期列,或标题中的报告期(如 2020年第51周、2020年12月)",
                    "请在标题行写明,或增加「报告期」列。",
                    cell=work.sheet.address(work.found.top, 0),
                    column=header,
                )
        elif place is not None:
            work.fixed["period"] = place.cell
            _report_contradictions(work, fallback, place)
        texts = pl.Series([fallback.text if fallback else None] * work.height, dtype=pl.String)
    else:
        spec = values.Spec(
            "period", frequency=work.table.frequency, year=values.year_in(work.titles)
        )
        read = values.read(work.cells(match, fill=True), spec)
        work.unreadable("period", match, read)
        texts = work.stands_once("period", match, read.values)
        empty = [row for row in nulls(texts) if row not in read.bad]
        # What stands around the table counts only where the column leaves a gap.
        fallback = _form_period(work)[0] if empty else None
        if fallback is not None:
            texts = texts.fill_null(fallback.text)
            if read.bad:
                wrong = pl.Series(sorted(read.bad), dtype=pl.Int64)
                texts = texts.scatter(wrong, [None] * len(wrong))
        else:
            for row in empty:
                work.empty(row, "period")
        _report_rows_apart(work, match, texts)
    _check_periods(work, texts)


def _form_period(work: Work) -> tuple[Period | None, _Place | None]:
    """The period of the whole form: its own entry, the title, the sheet's name, the file's.

    returns  The period, and where it stands; without a period only where one was looked for
             in vain and that has been said.
    """
    frequency = work.table.frequency
    year = values.year_in(work.titles)
    own, *others = _places(work)
    if own.text:
        try:
            return values.parse_period(own.text, frequency, year), own
        except values.Unreadable as problem:
            work.notes.add(
                "cell.unreadable",
                ERROR,
                values.shown(own.text),
                problem.expected,
                "请改正后重新报送。",
                cell=own.cell,
                column=work.common["period"].header,
            )
            return None, own
    *inside, file = others
    found = [(period, place) for place in inside if (period := _named(place, frequency, year))]
    for period, place in found:
        if period.frequency == frequency:
            return period, place
    from_name = _named(file, frequency, year)
    if not found and from_name is not None and from_name.frequency == frequency:
        work.notes.add(
            "period.from_file_name",
            HINT,
            f"表内没有报告期,按文件名取 {from_name.text}",
            "标题行或报告期列写明报告期",
            "请核对。",
            column=work.common["period"].header,
        )
        return from_name, file
    return found[0] if found else (None, None)


def _places(work: Work) -> list[_Place]:
    """Where a period may stand: its entry (perhaps none), the titles, the sheet, the file."""
    entry = work.form.entries.get("period")
    own = _Place(entry.value, work.sheet.address(entry.row, entry.column)) if entry else _Place("")
    titles = [
        _Place(title.value, work.sheet.address(title.row, title.column))
        for title in work.form.titles
        if title.row < work.found.top and len(title.value) <= LONGEST_HEADER
    ]
    sheet, file = work.sheet.name, work.source.stem
    return [own, *titles, _Place(sheet, name="工作表名"), _Place(file, name="文件名")]


def _named(place: _Place, frequency: str, year: int | None) -> Period | None:
    return values.find_period(place.text, frequency, year)


def _report_contradictions(work: Work, period: Period, at: _Place) -> None:
    """Every place around the table that names another period than the one that was read."""
    for place in _places(work):
        wrong = _contradicting(work, place, period)
        if not wrong:
            continue
        other = f"{at.shown}为 {period.text}" if place != at else f"又写着 {period.text}"
        if place == at and any(mention.is_range for mention in wrong):
            other = "不是一个报告期"
        _contradicted(work, f"{place.shown}写着{_quoted(wrong)},{other}", place.cell or at.cell)


def _report_rows_apart(work: Work, match: Match, texts: pl.Series) -> None:
    """Rows whose column says another period than all that stands around the table."""
    periods = texts.drop_nulls().unique(maintain_order=True).to_list()
    for text in periods:
        period = Period.parse(text)
        for place in _places(work):
            # A file of many periods may be called by any of them.
            if not place.cell and len(periods) > 1:
                continue
            named = [m for m in mentions(place.text, period.year) if m.kind == period.frequency]
            inside = any(m.holds(period) for m in named)
            wrong = [] if inside else _contradicting(work, place, period)
            if not wrong:
                continue
            cell = work.cell(texts.index_of(text) or 0, match.column)
            found = f"{place.shown}写着{_quoted(wrong)},{cell} 为 {text}"
            _contradicted(work, found, cell)


def _quoted(mentions: list[Mention]) -> str:
    return "、".join(f"「{mention.said}」" for mention in mentions)


def _contradicting(work: Work, place: _Place, period: Period) -> list[Mention]:
    """What a place says that is not about a period.

    「2020年1—11月」 over year-to-date columns is November. The names of a sheet and of a file may
    hold a month beside the week, the day of filing, another table's period: only their own kind
    of period counts, and a workbook of several months may be called by all of them.
    """
    wrong = contradictions(place.text, period)
    if any(column.kind.startswith("ytd") for column in work.table.columns):
        wrong = [m for m in wrong if not (m.is_cumulative() and m.last == period)]
    if not place.cell:
        wrong = [m for m in wrong if m.kind in (period.frequency, DAYS) and not m.holds(period)]
    return wrong


def _contradicted(work: Work, found: str, cell: str) -> None:
    work.notes.add(
        "period.contradicts",
        ERROR,
        found,
        "处处是同一个报告期",
        "请改正写错的一处后重新报送。",
        cell=cell,
        column=work.common["period"].header,
    )


def _check_periods(work: Work, texts: pl.Series) -> None:
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
        if period.frequency != work.table.frequency:
            kind = names[work.table.frequency]
            wrong[text] = (
                "period.frequency",
                f"本表按{kind}报送的报告期",
                f"请改为按{kind}的报告期。",
            )
        elif period.start > work.source.import_date:
            day = work.source.import_date
            wrong[text] = ("period.future", f"不晚于导入日期 {day} 的报告期", "请核对报告期。")
    dates = pl.DataFrame({"text": texts})
    work.columns["period"] = texts
    for name, mapping in (("period_start", starts), ("period_end", ends)):
        work.columns[name] = dates.select(
            pl.col("text").replace_strict(mapping, default=None, return_dtype=pl.Date)
        ).to_series()
    for text, (rule, expected, action) in wrong.items():
        row = texts.index_of(text) or 0
        at = work.at(row, "period")
        work.notes.add(rule, ERROR, text, expected, action, cell=at["cell"], column=at["column"])
    _validity(work)


def _validity(work: Work) -> None:
    """An area must exist on some day of the period; what stands for it then is offered."""
    register = work.catalogue.areas.select("area_code", "full_name", "valid_from", "valid_to")
    dated = register.filter(pl.col("valid_from").is_not_null() | pl.col("valid_to").is_not_null())
    if dated.is_empty():
        return
    frame = pl.DataFrame(
        {name: work.columns[name] for name in ("area_code", "period_start", "period_end")}
    ).with_row_index("row")
    wrong = frame.join(dated, on="area_code").filter(
        (pl.col("valid_to") < pl.col("period_start"))
        | (pl.col("valid_from") > pl.col("period_end"))
    )
    if wrong.is_empty():
        return
    told = wrong.join(_instead(work, wrong), on=["area_code", "period_end"], how="left").sort("row")
    for entry in told.iter_rows(named=True):
        match = work.area_match()
        work.notes.add(
            "area.expired",
            ERROR,
            f"{entry['full_name']}({entry['area_code']})在该报告期不存在",
            f"改用 {entry['instead']}" if entry["instead"] else "该报告期内有效的区划",
            "请核对报告期和区划代码。",
            cell=work.cell(entry["row"], match.column) if match else "",
            column=work.common["division_code"].header,
            area=entry["full_name"],
        )


def _instead(work: Work, wrong: pl.DataFrame) -> pl.DataFrame:
    """What stands for areas that are gone in a period: area_code, period_end, instead."""
    names = work.catalogue.areas.select(heir_code="area_code", heir="full_name")
    return (
        wrong.select("area_code", "period_end")
        .unique()
        .join(heirs(work.catalogue.areas), on="area_code")
        .filter(
            pl.col("period_end").is_between(
                "since", pl.col("until").fill_null(pl.col("period_end"))
            )
        )
        .join(names, on="heir_code")
        .sort("heir_code")
        .group_by("area_code", "period_end")
        .agg(instead=(pl.col("heir") + "(" + pl.col("heir_code") + ")").str.join("、"))
    )
