"""What is kept from whom: the conditions under which a figure is not shown."""

import re

from data.catalogue.model import Catalogue, Column, Table
from data.filed.withheld import part_rules, unlisted_kinds
from data.readings.definitions import sensitive_pairs
from data.readings.files import pieces


def hidden(view: str, columns: str, catalogue: Catalogue, *, is_past: bool = False) -> str:
    """The derived values without the figures of sensitive indicators and breakdowns.

    is_past  Also without the totals that tell of them beside another snapshot.
    """
    whole = set(sensitive_pairs(catalogue))
    conditions, parts = [], []
    for indicator in catalogue.indicators.values():
        for population in indicator.populations.values():
            here = f"indicator = '{indicator.id}' and population = '{population.id}'"
            if (indicator.id, population.id) in whole:
                conditions.append(f"({here})")
                continue
            parts += [
                f"({here} and dimension <> '' and "
                f"({_of_dimension(rule, str(indicator.dimension))}))"
                for rule in part_rules(catalogue, indicator, population)
            ]
    if is_past:
        # That there was nobody of a kind yet tells who has filed the first one since.
        view = f"select * from ({view}) as kept where not ({' or '.join(parts) or 'false'})"
        conditions += [telling(catalogue)]
    else:
        conditions += parts
    if not conditions:
        return view
    hidden = f"({' or '.join(conditions)})"
    picked = []
    for piece in pieces(columns):
        name = piece.strip().split(" ", 1)[0]
        if name == "masked":
            picked.append(f"masked or {hidden} as masked")
        elif name.endswith(("numerator", "denominator")):
            picked.append(f"case when not {hidden} then {name} end as {name}")
        else:
            picked.append(name)
    return f"select {', '.join(picked)} from ({view}) as kept"


def telling(catalogue: Catalogue) -> str:
    """The condition on a value or reading that less the rows listed it tells of those that are not.

    The newest snapshot's county says how many there are of each kind; a township's total of another
    snapshot must not say which of them are there.
    """
    pairs = [
        f"indicator = '{indicator.id}' and population = '{population.id}'"
        for indicator in catalogue.indicators.values()
        for population in indicator.populations.values()
        if unlisted_kinds(catalogue, indicator, population)
    ]
    return f"level = 'township' and ({' or '.join(f'({each})' for each in pairs) or 'false'})"


def _of_dimension(rule: str, column: str) -> str:
    """A condition on a column of the reports as one on the part that an indicator is of."""
    return re.sub(rf"\b{re.escape(column)}\b", "dimension", rule)


def unlisted(table: Table, everywhere: bool) -> str:
    """The condition on a filed row under which it is listed for nobody."""
    return _in_scope(table.sensitive_rows, everywhere) if table.sensitive_rows else "false"


def withheld(column: Column, *, hide_sensitive: bool) -> str:
    """The condition on a filed row under which the view keeps a figure back that may be there.

    What only counties file is never filled below them: nothing is kept back there.
    """
    if not column.sensitive:
        return "false"
    if column.filed_at == "county":
        return f"{sensitive(column, True)} and length(area_code) <= 6 and {hide_sensitive}"
    return sensitive(column, hide_sensitive)


def sensitive(column: Column, everywhere: bool) -> str:
    """The condition on a filed row under which a sensitive figure is kept from everybody."""
    return _in_scope(str(column.sensitive), everywhere)


def _in_scope(sensitive: str, everywhere: bool) -> str:
    rule = "true" if sensitive == "all" else f"coalesce({sensitive}, true)"
    # Codes of county and above have 6 figures; what is below them is longer.
    return rule if everywhere else f"{rule} and length(area_code) > 6"
