"""Which area each row of a located table is about."""

import re
from typing import Any

import polars as pl

from data.filed.rows import as_it_lay
from data.findings import ERROR, EXPLAIN, HINT
from data.intake import words
from data.intake.locate.located import Match
from data.intake.typed import areas, values
from data.intake.typed.form import Form
from data.intake.typed.value import Spec, shown

_CODE = r"^[0-9]{6,12}$"
# 4.11403E+11: what a spreadsheet shows of a long number, and saves into text files.
_ROUNDED = re.compile(r"^[0-9](?:\.[0-9]+)?E\+?[0-9]+$", re.IGNORECASE)
_RETYPE = "代码被导出成了科学计数，后几位已丢失：请把这一列设为文本，重新填写代码。"


def _codes_and_names(
    form: Form, code_match: Match | None, name_match: Match | None
) -> tuple[pl.Series, pl.Series]:
    """Codes and names of the rows, each taken from either column by what it looks like."""
    empty = pl.Series([None] * form.height, dtype=pl.String)
    columns = []
    for match in (code_match, name_match):
        if match is None:
            columns.append(empty)
            continue
        read = values.read(form.cells(match, fill=True), Spec("code"))
        form.unreadable(match.name, match, read)
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
    known = form.catalogue.register
    short = {}
    # The statistical 12-digit form of a township or county.
    for long in named["code"].filter(named["code"].str.contains("^.{9}000$")).unique():
        if long not in known:
            trimmed = long[:6] if not long[6:].strip("0") else long[:9]
            if trimmed in known:
                short[long] = trimmed
    codes = named["code"].replace(short) if short else named["code"]
    return codes, named["name"]


def resolve(form: Form) -> None:
    """Fill division_code and area_code; what is not settled is null and a finding."""
    matches = form.located.matches
    units = form.units = _unit_areas(form)
    codes, names = _codes_and_names(
        form, matches.get("division_code"), matches.get("division_name")
    )
    codes, names = _filled_down(form, codes, names)
    form.labels = names
    has_division = "division_code" in matches or "division_name" in matches
    own = form.table.area_column if form.table.area_column != "division_code" else None
    scope = _scope(form, units, codes)
    if has_division:
        division = _settle(
            form,
            codes,
            names,
            "division_code" if "division_code" in matches else "division_name",
            inside=_inside(form, units, scope),
            scope=scope,
            levels=() if own else form.levels(),
            may_be_empty=own is not None and own in matches,
        )
    else:
        division = _area_of_form(form, units, needed=own is None)
    if own is None:
        form.columns["area_code"] = form.columns["division_code"] = division
        return
    if own not in matches:
        form.columns["area_code"] = division
        form.columns["division_code"] = division
        return
    own_codes, own_names = _codes_and_names(form, matches[own], None)
    area = _settle(
        form,
        own_codes,
        own_names,
        own,
        inside=division if has_division else None,
        scope=scope,
        levels=("village",) if own == "village_code" else (),
    )
    form.columns["area_code"] = area
    form.columns["division_code"] = division.fill_null(area) if has_division else area
    if own != "area_code":
        form.columns[own] = area
    if has_division:
        _division_holds_area(form, division, area, own)


def _filled_down(form: Form, codes: pl.Series, names: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Where an area has several rows, a blank below it means the same area: merged cells look
    like that in a CSV file. Tables with one row for an area leave no such doubt.
    """
    if form.table.area_column != "division_code" or form.table.key == ("area_code",):
        return codes, names
    frame = pl.DataFrame({"code": codes, "name": names}).with_row_index("row")
    blank = frame.filter(pl.col("code").is_null() & pl.col("name").is_null())["row"]
    filled = frame.with_columns(
        source=pl.when(~pl.col("row").is_in(blank.implode())).then("row").forward_fill()
    )
    match = form.area_match()
    if not blank.len() or filled["source"].null_count() == frame.height or match is None:
        return codes, names
    form.notes.add(
        "area.filled_down",
        HINT,
        f"有 {blank.len()} 行区划空着，按上面最近的一行读取",
        "每行都有区划",
        "请核对这些行属于哪个区划。",
        cell=form.cell(blank[0], match.column),
        column=form.column(match.name).header,
    )
    source = filled["source"]
    return codes.gather(source), names.gather(source)


def report_outside(form: Form) -> None:
    """Rows about areas that do not lie in the filing unit's own: pasted from a neighbour's."""
    units = form.units if form.units.len() == form.height else None
    one = form.units[0] if units is None and form.units.len() else None
    if units is None and one is None:
        return
    frame = pl.DataFrame(
        {name: form.columns[name] for name in ("area_code", "period_end", "remark")}
    ).with_row_index("row")
    frame = frame.with_columns(unit=pl.lit(one, dtype=pl.String) if units is None else units)
    levels = ("area_code", "township_code", "county_code", "city_code", "province_code")
    places = form.catalogue.areas.select("area_code", *levels[1:])
    # A unit files about the same areas over and over: each pair of a period is looked at once.
    pairs = frame.select("area_code", "period_end", "unit").unique()
    known = pairs.join(places, on="area_code", how="inner")
    apart = as_it_lay(known, form.catalogue).filter(
        pl.col("unit").is_not_null()
        & ~pl.any_horizontal((pl.col(name) == pl.col("unit")).fill_null(False) for name in levels)
    )
    if apart.is_empty():
        return
    outside = frame.join(
        apart, on=["area_code", "period_end", "unit"], how="semi", nulls_equal=True
    )
    match = form.area_match()
    for row, unit, remark in outside.sort("row").select("row", "unit", "remark").iter_rows():
        form.notes.add(
            "area.outside",
            HINT if remark else EXPLAIN,
            form.area_name(row),
            f"{form.catalogue.area_name(unit)}以内的区划",
            "请核对是否填错了单位或粘贴了别处的行；确实由本单位代报的，请在备注说明。",
            cell=form.cell(row, match.column) if match else "",
            column=form.common["division_code"].header,
            area=form.area_name(row),
        )


def _settle(
    form: Form,
    codes: pl.Series,
    names: pl.Series,
    name: str,
    *,
    may_be_empty: bool = False,
    **how: Any,
) -> pl.Series:
    strict = form.table.grain.startswith(("village", "township", "county"))
    resolved = form.area_names.resolve(codes, names, strict=strict, **how)
    actions = {
        areas.UNKNOWN: "请改正，或把这个写法登记为别名。",
        areas.AMBIGUOUS: "请填写行政区划代码。",
        areas.MISMATCH: "请核对代码和名称，改正一个。",
        areas.LEVEL: "请按本表要求的层级填报；若是合计行，请把名称写作「合计」。",
        areas.EMPTY: "请补上。",
    }
    place = form.located.matches.get(
        "division_name" if name == "division_code" else name, form.located.matches.get(name)
    )
    for problem in resolved.problems:
        if problem.rule == areas.EMPTY and may_be_empty:
            continue
        match = form.located.matches.get(name)
        if problem.rule == areas.UNKNOWN and codes[problem.row] is None:
            match = place
        action = actions[problem.rule]
        if problem.rule == areas.UNKNOWN and codes[problem.row] is not None:
            is_rounded = _ROUNDED.match(codes[problem.row]) is not None
            action = _RETYPE if is_rounded else "请改正代码。"
        form.notes.add(
            problem.rule,
            ERROR,
            shown(problem.found),
            problem.expected,
            action,
            cell=form.cell(problem.row, match.column) if match else "",
            column=form.column(name).header,
            area=form.labels[problem.row] or "",
        )
    return resolved.codes


def _unit_areas(form: Form) -> pl.Series:
    """The area of each row's filing unit; one value alone for a form of one unit."""
    match = form.located.matches.get("reporting_unit")
    if match is None:
        return pl.Series([form.filing_area], dtype=pl.String)
    names = values.read(form.cells(match, fill=True), Spec("text")).values
    if names.null_count() == form.height - 1:
        names = names.forward_fill()
    distinct = names.drop_nulls().unique()
    known = form.area_names.units((words.plain(name) for name in distinct), form.titles)
    by_name = {name: known.get(words.plain(name)) for name in distinct}
    return names.replace_strict(
        pl.Series(list(by_name), dtype=pl.String),
        pl.Series(list(by_name.values()), dtype=pl.String),
        default=None,
        return_dtype=pl.String,
    )


def _scope(form: Form, units: pl.Series, codes: pl.Series) -> str | None:
    if units.n_unique() == 1 and units[0] is not None:
        return units[0]
    return form.area_names.common_ancestor(codes) if units.n_unique() <= 1 else None


def _inside(form: Form, units: pl.Series, scope: str | None) -> pl.Series | None:
    """What narrows a name down in its row: a coarser column (乡镇 beside 行政村), the unit."""
    chosen = form.located.matches.get("division_name")
    coarser = [place for place in form.located.places if chosen and place.column != chosen.column]
    per_row: pl.Series | None = None
    if units.len() == form.height and units.n_unique() > 1:
        per_row = units
    for place in coarser:
        # Below a blank it is still the township above: merged cells of a CSV file.
        read = values.read(form.cells(place, fill=True), Spec("code"))
        nothing = pl.Series([None] * form.height, dtype=pl.String)
        resolved = form.area_names.resolve(
            nothing,
            read.values.forward_fill(),
            inside=per_row,
            scope=scope,
            levels=("county", "township"),
        )
        frame = pl.DataFrame(
            {"a": resolved.codes, "b": per_row if per_row is not None else nothing}
        )
        per_row = frame.select(pl.coalesce("a", "b")).to_series()
    return per_row


def _area_of_form(form: Form, units: pl.Series, *, needed: bool) -> pl.Series:
    """No area column at all: the form's code, or the filing unit's own area."""
    entry = form.surroundings.entries.get("division_code")
    code = entry.value if entry and entry.value in form.catalogue.area_names else None
    if code is None and "reporting_unit" in form.located.matches:
        series = units
    else:
        one = code or (units[0] if units.len() else None)
        if code is None and needed:
            one = _named_by_tab(form, one)
        series = pl.Series([one] * form.height, dtype=pl.String)
        if needed and one is not None and not _is_level_right(form, one):
            series = pl.Series([None] * form.height, dtype=pl.String)
    if needed and series.null_count():
        header = form.common["division_code"].header
        form.notes.add(
            "column.missing",
            ERROR,
            "没有行政区划代码列，也没有区划名称列",
            f"表头「{header}」或「{form.common['division_name'].header}」",
            "请补上其中一列。",
            cell=form.sheet.address(form.located.bottom, 0),
            column=header,
        )
    return series


def _is_level_right(form: Form, code: str) -> bool:
    """Whether the table is about areas of this one's level."""
    allowed = form.levels()
    place = form.catalogue.areas.filter(pl.col("area_code") == code)
    return not allowed or place["level"][0] in allowed


def _named_by_tab(form: Form, unit: str | None) -> str | None:
    """A sheet for every township: the tab says which, where the filing unit is too coarse."""
    allowed = form.levels()
    if unit is not None and _is_level_right(form, unit):
        return unit
    named = pl.Series([form.sheet.name], dtype=pl.String)
    nothing = pl.Series([None], dtype=pl.String)
    found = form.area_names.resolve(nothing, named, scope=unit, levels=allowed).codes[0]
    if found is None:
        return unit
    form.notes.add(
        "area.from_sheet_name",
        HINT,
        f"表内没有区划，按工作表名取 {form.catalogue.area_name(found)}",
        "表内有区划代码或名称",
        "请核对。",
        cell=form.sheet.address(form.located.bottom, 0),
        column=form.common["division_code"].header,
    )
    return found


def _division_holds_area(form: Form, division: pl.Series, area: pl.Series, own: str) -> None:
    frame = pl.DataFrame({"division": division, "area_code": area}).with_row_index("row")
    joined = frame.join(form.catalogue.areas, on="area_code", how="inner").filter(
        pl.col("division").is_not_null()
        & ~pl.any_horizontal(
            (pl.col(name) == pl.col("division")).fill_null(False)
            for name in ("area_code", "township_code", "county_code", "city_code")
        )
    )
    for row, code, inner in joined.select("row", "division", "area_code").iter_rows():
        form.notes.add(
            areas.MISMATCH,
            ERROR,
            f"{inner} 不在 {code} 内",
            "所属区划在行政区划代码所指的区划之内",
            "请核对两列，改正一个。",
            **form.at(row, own),
        )
