"""Which period each row is about, and whether it can be."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from data.catalogue.succession import heirs
from data.errors import UsageError
from data.findings import ERROR, HINT
from data.intake.locate.located import LONGEST_HEADER, Match
from data.intake.typed import values
from data.intake.typed.date_values import find_period, parse_period, year_in
from data.intake.typed.form import Form, nulls
from data.intake.typed.period_words import DAYS, Mention, contradictions, mentions
from data.intake.typed.value import Spec, Unreadable, shown
from data.periods import Period


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
        return f"{self.cell} " if self.cell else f"{self.name}「{shown(self.text)}」"


def read_periods(form: Form) -> None:
    """Fill period, period_start and period_end, from a column or from around the table."""
    match = form.located.matches.get("period")
    header = form.common["period"].header
    if match is None:
        fallback, place = _form_period(form)
        if fallback is None:
            if place is None:
                form.notes.add(
                    "period.missing",
                    ERROR,
                    "没有报告期",
                    "报告期列，或标题中的报告期（如 2020年第51周、2020年12月）",
                    "请在标题行写明，或增加「报告期」列。",
                    cell=form.sheet.address(form.located.top, 0),
                    column=header,
                )
        elif place is not None:
            form.fixed["period"] = place.cell
            _report_contradictions(form, fallback, place)
        texts = pl.Series([fallback.text if fallback else None] * form.height, dtype=pl.String)
    else:
        spec = Spec("period", frequency=form.table.frequency, year=year_in(form.titles))
        read = values.read(form.cells(match, fill=True), spec)
        form.unreadable("period", match, read)
        texts = form.stands_once("period", match, read.values)
        empty = [row for row in nulls(texts) if row not in read.bad]
        # What stands around the table counts only where the column leaves a gap.
        fallback = _form_period(form)[0] if empty else None
        if fallback is not None:
            texts = texts.fill_null(fallback.text)
            if read.bad:
                wrong = pl.Series(sorted(read.bad), dtype=pl.Int64)
                texts = texts.scatter(wrong, [None] * len(wrong))
        else:
            for row in empty:
                form.empty(row, "period")
        _report_rows_apart(form, match, texts)
    _check_periods(form, texts)


def _form_period(form: Form) -> tuple[Period | None, _Place | None]:
    """The period of the whole form: its own entry, the title, the sheet's name, the file's.

    returns  The period, and where it stands; without a period only where one was looked for
             in vain and that has been said.
    """
    frequency = form.table.frequency
    year = year_in(form.titles)
    own, *others = _places(form)
    if own.text:
        try:
            return parse_period(own.text, frequency, year), own
        except Unreadable as problem:
            form.notes.add(
                "cell.unreadable",
                ERROR,
                shown(own.text),
                problem.expected,
                "请改正后重新报送。",
                cell=own.cell,
                column=form.common["period"].header,
            )
            return None, own
    *inside, file = others
    found = [(period, place) for place in inside if (period := _named(place, frequency, year))]
    for period, place in found:
        if period.frequency == frequency:
            return period, place
    from_name = _named(file, frequency, year)
    if not found and from_name is not None and from_name.frequency == frequency:
        form.notes.add(
            "period.from_file_name",
            HINT,
            f"表内没有报告期，按文件名取 {from_name.text}",
            "标题行或报告期列写明报告期",
            "请核对。",
            column=form.common["period"].header,
        )
        return from_name, file
    return found[0] if found else (None, None)


def _places(form: Form) -> list[_Place]:
    """Where a period may stand: its entry (perhaps none), the titles, the sheet, the file."""
    entry = form.surroundings.entries.get("period")
    own = _Place(entry.value, form.sheet.address(entry.row, entry.column)) if entry else _Place("")
    titles = [
        _Place(title.value, form.sheet.address(title.row, title.column))
        for title in form.surroundings.titles
        if title.row < form.located.top and len(title.value) <= LONGEST_HEADER
    ]
    sheet, file = form.sheet.name, form.workbook.stem
    return [own, *titles, _Place(sheet, name="工作表名"), _Place(file, name="文件名")]


def _named(place: _Place, frequency: str, year: int | None) -> Period | None:
    return find_period(place.text, frequency, year)


def _report_contradictions(form: Form, period: Period, at: _Place) -> None:
    """Every place around the table that names another period than the one that was read."""
    for place in _places(form):
        wrong = _contradicting(form, place, period)
        if not wrong:
            continue
        other = f"{at.shown}为 {period.text}" if place != at else f"又写着 {period.text}"
        if place == at and any(mention.is_range for mention in wrong):
            other = "不是一个报告期"
        _contradicted(form, f"{place.shown}写着{_quoted(wrong)}，{other}", place.cell or at.cell)


def _report_rows_apart(form: Form, match: Match, texts: pl.Series) -> None:
    """Rows whose column says another period than all that stands around the table."""
    periods = texts.drop_nulls().unique(maintain_order=True).to_list()
    for text in periods:
        period = Period.parse(text)
        for place in _places(form):
            # A file of many periods may be called by any of them.
            if not place.cell and len(periods) > 1:
                continue
            named = [m for m in mentions(place.text, period.year) if m.kind == period.frequency]
            inside = any(m.holds(period) for m in named)
            wrong = [] if inside else _contradicting(form, place, period)
            if not wrong:
                continue
            cell = form.cell(texts.index_of(text) or 0, match.column)
            found = f"{place.shown}写着{_quoted(wrong)}，{cell} 为 {text}"
            _contradicted(form, found, cell)


def _quoted(mentions: list[Mention]) -> str:
    return "、".join(f"「{mention.said}」" for mention in mentions)


def _contradicting(form: Form, place: _Place, period: Period) -> list[Mention]:
    """What a place says that is not about a period.

    「2020年1—11月」 over year-to-date columns is November. The names of a sheet and of a file may
    hold a month beside the week, the day of filing, another table's period: only their own kind
    of period counts, and a workbook of several months may be called by all of them.
    """
    wrong = contradictions(place.text, period)
    if any(column.kind.startswith("ytd") for column in form.table.columns):
        wrong = [m for m in wrong if not (m.is_cumulative() and m.last == period)]
    if not place.cell:
        wrong = [m for m in wrong if m.kind in (period.frequency, DAYS) and not m.holds(period)]
    return wrong


def _contradicted(form: Form, found: str, cell: str) -> None:
    form.notes.add(
        "period.contradicts",
        ERROR,
        found,
        "处处是同一个报告期",
        "请改正写错的一处后重新报送。",
        cell=cell,
        column=form.common["period"].header,
    )


def _check_periods(form: Form, texts: pl.Series) -> None:
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
        if period.frequency != form.table.frequency:
            kind = names[form.table.frequency]
            wrong[text] = (
                "period.frequency",
                f"本表按{kind}报送的报告期",
                f"请改为按{kind}的报告期。",
            )
        elif period.start > form.import_date:
            day = form.import_date
            wrong[text] = ("period.future", f"不晚于导入日期 {day} 的报告期", "请核对报告期。")
    dates = pl.DataFrame({"text": texts})
    form.columns["period"] = texts
    for name, mapping in (("period_start", starts), ("period_end", ends)):
        form.columns[name] = dates.select(
            pl.col("text").replace_strict(mapping, default=None, return_dtype=pl.Date)
        ).to_series()
    for text, (rule, expected, action) in wrong.items():
        row = texts.index_of(text) or 0
        at = form.at(row, "period")
        form.notes.add(rule, ERROR, text, expected, action, cell=at["cell"], column=at["column"])
    _validity(form)


def _validity(form: Form) -> None:
    """An area must exist on some day of the period; what stands for it then is offered."""
    register = form.catalogue.areas.select("area_code", "full_name", "valid_from", "valid_to")
    dated = register.filter(pl.col("valid_from").is_not_null() | pl.col("valid_to").is_not_null())
    if dated.is_empty():
        return
    frame = pl.DataFrame(
        {name: form.columns[name] for name in ("area_code", "period_start", "period_end")}
    ).with_row_index("row")
    wrong = frame.join(dated, on="area_code").filter(
        (pl.col("valid_to") < pl.col("period_start"))
        | (pl.col("valid_from") > pl.col("period_end"))
    )
    if wrong.is_empty():
        return
    told = wrong.join(_instead(form, wrong), on=["area_code", "period_end"], how="left").sort("row")
    for entry in told.iter_rows(named=True):
        match = form.area_match()
        form.notes.add(
            "area.expired",
            ERROR,
            f"{entry['full_name']}（{entry['area_code']}）在该报告期不存在",
            f"改用 {entry['instead']}" if entry["instead"] else "该报告期内有效的区划",
            "请核对报告期和区划代码。",
            cell=form.cell(entry["row"], match.column) if match else "",
            column=form.common["division_code"].header,
            area=entry["full_name"],
        )


def _instead(form: Form, wrong: pl.DataFrame) -> pl.DataFrame:
    """What stands for areas that are gone in a period: area_code, period_end, instead."""
    names = form.catalogue.areas.select(heir_code="area_code", heir="full_name")
    return (
        wrong.select("area_code", "period_end")
        .unique()
        .join(heirs(form.catalogue.areas), on="area_code")
        .filter(
            pl.col("period_end").is_between(
                "since", pl.col("until").fill_null(pl.col("period_end"))
            )
        )
        .join(names, on="heir_code")
        .sort("heir_code")
        .group_by("area_code", "period_end")
        .agg(instead=(pl.col("heir") + "（" + pl.col("heir_code") + "）").str.join("、"))
    )
