"""Which period each row is about, and whether it can be."""

from datetime import date

import polars as pl

from data.catalogue.succession import heirs
from data.errors import UsageError
from data.findings import ERROR, HINT
from data.periods import Period
from data.workbooks import values
from data.workbooks.work import Work, nulls


def read_periods(work: Work) -> None:
    """Fill period, period_start and period_end, from a column or from around the table."""
    match = work.found.matches.get("period")
    header = work.common["period"].header
    if match is None:
        fallback, place = _form_period(work)
        if fallback is None:
            work.notes.add(
                "period.missing",
                ERROR,
                "没有报告期",
                "报告期列,或标题中的报告期(如 2020年第51周、2020年12月)",
                "请在标题行写明,或增加「报告期」列。",
                cell=work.sheet.address(work.found.top, 0),
                column=header,
            )
        else:
            work.fixed["period"] = place
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
    _check_periods(work, texts)


def _form_period(work: Work) -> tuple[Period | None, str]:
    """The period of the whole form: its own entry, the title, the sheet's name, the file's."""
    frequency = work.table.frequency
    year = values.year_in(work.titles)
    entry = work.form.entries.get("period")
    if entry and entry.value:
        place = work.sheet.address(entry.row, entry.column)
        try:
            return values.parse_period(entry.value, frequency, year), place
        except values.Unreadable as problem:
            work.notes.add(
                "cell.unreadable",
                ERROR,
                values.shown(entry.value),
                problem.expected,
                "请改正后重新报送。",
                cell=place,
                column=work.common["period"].header,
            )
            return None, place
    candidates = [
        (title.value, work.sheet.address(title.row, title.column))
        for title in work.form.titles
        if title.row < work.found.top
    ]
    candidates.append((work.sheet.name, ""))
    other: tuple[Period | None, str] = (None, "")
    for text, place in candidates:
        period = values.find_period(text, frequency, year)
        if period is not None and period.frequency == frequency:
            return period, place
        if period is not None and other[0] is None:
            other = period, place
    from_name = values.find_period(work.source.stem, frequency, year)
    if other[0] is None and from_name is not None and from_name.frequency == frequency:
        work.notes.add(
            "period.from_file_name",
            HINT,
            f"表内没有报告期,按文件名取 {from_name.text}",
            "标题行或报告期列写明报告期",
            "请核对。",
            column=work.common["period"].header,
        )
        return from_name, ""
    return other


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
