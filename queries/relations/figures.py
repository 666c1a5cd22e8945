"""Every figure of the report tables in one shape, for questions that do not care which table.

Macros, not views: nobody pays for them until a quality question is asked, and what is asked
reaches the files as a filter.
"""

from data.catalogue.model import Catalogue, Column, Table

_NUMBERS = ("int", "decimal")
# From which size on a figure ought to differ from the period before: anything done in the period;
# of the year so far, what is large enough to grow every month.
_MOVES = {"flow": 1, "ytd": 20, "ytd_mch": 20}
_PLACES = "area_code, township_code, county_code, city_code, province_code"
_WITHIN = f"parent in ({_PLACES}) and period_end between first_day and last_day"


def filed_figures(catalogue: Catalogue) -> str:
    """The macro filed_figures(wanted_kind, parent, first_day, last_day): one row per filed number.

    Columns: table_id, unit_code (township, else county), county_code, row_key, period, period_end,
    area_code, column_name, header, value (double). wanted_kind: flow, stock, ytd … (rules of the
    figures, 3). Ledgers are left out: their rows are carried forward unchanged by design.
    """
    parts = [
        _long(table, kind, [each for each in _numbers(table) if each.kind == kind])
        for table in tables(catalogue)
        for kind in sorted({each.kind for each in _numbers(table)})
    ]
    return (
        "create temp macro filed_figures(wanted_kind, parent, first_day, last_day) as table "
        f"{' union all '.join(parts)}"
    )


def filed_endings(catalogue: Catalogue) -> str:
    """The macro filed_endings(parent, first_day, last_day): how the figures of a column end.

    One row per table, county and whole-number column. Columns: table_id, county_code,
    column_name, header, figures (of 10 and more), tens (those that end in 0), different (how
    many different ones).
    """
    parts = []
    for table in tables(catalogue):
        counts = ", ".join(_ending(each) for each in _numbers(table) if each.type == "int")
        if counts:
            parts.append(
                f"select table_id, county_code, unnest(figures, recursive := true) from (select "
                f"'{table.id}' as table_id, county_code, unnest([{counts}]) as figures "
                f"from {table.id.lower()} where {_WITHIN} group by county_code)"
            )
    return (
        "create temp macro filed_endings(parent, first_day, last_day) as table "
        f"{' union all '.join(parts)}"
    )


def filed_prints(catalogue: Catalogue) -> str:
    """The macro filed_prints(parent, first_day, last_day): one row per filed row, all in one text.

    Columns: table_id, unit_code, county_code, row_key, period, period_end, print (every number,
    in the order of the table), moving (how many of them ought to move with every period).
    """
    parts = []
    for table in tables(catalogue):
        found = _numbers(table)
        moves = [
            f"coalesce(cast({_named(each)} >= {_MOVES[each.kind]} as int), 0)"
            for each in found
            if each.kind in _MOVES
        ]
        if moves:
            texts = ", ".join(f"coalesce(cast({_named(each)} as text), '')" for each in found)
            parts.append(
                f"select {_head(table)}, concat_ws('|', {texts}) as print, "
                f"{' + '.join(moves)} as moving from {table.id.lower()} where {_WITHIN}"
            )
    return (
        "create temp macro filed_prints(parent, first_day, last_day) as table "
        f"{' union all '.join(parts)}"
    )


def tables(catalogue: Catalogue) -> list[Table]:
    """The report tables whose figures are looked at."""
    return [table for table in catalogue.tables.values() if not table.register]


def _numbers(table: Table) -> list[Column]:
    return [
        column
        for column in table.stored_columns
        if column.type in _NUMBERS and column.name not in table.key
    ]


def _long(table: Table, kind: str, columns: list[Column]) -> str:
    figures = ", ".join(
        f"{{'column_name': '{each.name}', 'header': {_text(each.header)}, "
        f"'value': cast({_named(each)} as double)}}"
        for each in columns
    )
    return (
        "select * exclude (figure), figure.column_name, figure.header, figure.value "
        f"from (select {_head(table)}, area_code, unnest([{figures}]) as figure "
        f"from {table.id.lower()} where wanted_kind = '{kind}' and {_WITHIN})"
    )


def _ending(column: Column) -> str:
    name = _named(column)
    return (
        f"{{'column_name': '{column.name}', 'header': {_text(column.header)}, "
        f"'figures': count(case when {name} >= 10 then 1 end), "
        f"'tens': count(case when {name} >= 10 and {name} % 10 = 0 then 1 end), "
        f"'different': count(distinct case when {name} >= 10 then {name} end)}}"
    )


def _head(table: Table) -> str:
    key = ", ".join(f"coalesce(cast(\"{name}\" as text), '')" for name in table.key)
    return (
        f"'{table.id}' as table_id, coalesce(township_code, county_code, city_code) as unit_code, "
        f"county_code, concat_ws('|', {key}) as row_key, period, period_end"
    )


def _named(column: Column) -> str:
    return f'"{column.name}"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


MACROS = {
    "filed_figures": filed_figures,
    "filed_prints": filed_prints,
    "filed_endings": filed_endings,
}
