"""The SQL of village values: raw rows read through the catalogue's own measures."""

from data.catalogue.model import Catalogue, Indicator, Measure, Population
from data.filed.withheld import sensitive_rules
from data.readings.files import pieces

_VILLAGE_VALUES = (
    "indicator text, population text, period text, period_end date, area_code text, "
    "numerator decimal(18, 4), denominator decimal(18, 4), carried bigint, masked boolean"
)

# Village values where nobody asked for any.
NONE = (
    "select "
    + ", ".join(
        f"cast(null as {kind}) as {name}"
        for name, kind in (piece.strip().split(" ", 1) for piece in pieces(_VILLAGE_VALUES))
    )
    + " where false"
)

_CLINICS = "clinic_state"
# A village that has been reported without a clinic has 0 of 0: that is no silence.
_WITH_EVERY_VILLAGE = (
    "(select * from clinic_state union all by name "
    "select period, period_end, area_code from village_clinic_state) as states"
)


def village_values(catalogue: Catalogue) -> str:
    """Every village-grain indicator, read from the raw rows through its own measures.

    One branch per table, each row met with the indicators it feeds. Sensitive populations are
    masked whole: below the county small numbers are the rule. A reader must narrow it to a
    village, township or county.
    """
    fed = _fed(catalogue)
    if not fed:
        return NONE
    return " union all ".join(
        _village_branch(catalogue, source, pairs) for source, pairs in fed.items()
    )


def sources(catalogue: Catalogue) -> list[str]:
    """The relations that village values are read from."""
    read = {source.lower() for source in _fed(catalogue)}
    return sorted(read | ({"village_clinic_state"} if _CLINICS in read else set()))


def _fed(catalogue: Catalogue) -> dict[str, list[tuple[Indicator, Population]]]:
    """The indicators and populations that are known of villages, by the table that feeds them."""
    fed: dict[str, list[tuple[Indicator, Population]]] = {}
    for indicator in catalogue.indicators.values():
        for population in indicator.populations.values():
            one_source = len(population.sources) == 1 and not population.numerator.distinct
            if indicator.computed and indicator.grain == "village" and one_source:
                fed.setdefault(population.numerator.source, []).append((indicator, population))
    return fed


def _village_branch(
    catalogue: Catalogue, source: str, pairs: list[tuple[Indicator, Population]]
) -> str:
    names, tops, bottoms, filed = [], [], [], []
    for number, (indicator, population) in enumerate(pairs):
        measures = [population.numerator]
        if population.denominator:
            measures.append(population.denominator)
        hidden = indicator.sensitive or population.sensitive
        hidden = hidden or any(sensitive_rules(catalogue, measure) for measure in measures)
        names.append(f"({number}, '{indicator.id}', '{population.id}', {str(hidden).lower()})")
        if hidden:
            continue
        complete = " and ".join(
            f"({m.sum.sql()}) is not null" for m in measures if not m.sum.is_constant
        )
        filed.append(f"when {number} then {complete or 'true'}")
        tops.append(f"when {number} then {_amount(population.numerator)}")
        if population.denominator:
            bottoms.append(f"when {number} then {_amount(population.denominator)}")
    rows, carried = source.lower(), "0"
    if source not in catalogue.tables:
        # Carried forward is what no newer row of the village stands beside.
        carried = "cast(carried as integer)"
    if source == _CLINICS:
        rows = _WITH_EVERY_VILLAGE
    return (
        "select indicator, population, period, period_end, area_code, "
        "cast(sum(case when filed then top end) as decimal(18, 4)) as numerator, "
        "cast(sum(case when filed then bottom end) as decimal(18, 4)) as denominator, "
        "cast(coalesce(min(carried), 0) as bigint) as carried, hidden as masked from ("
        "select fed.indicator, fed.population, fed.hidden, period, period_end, area_code, "
        f"{carried} as carried, "
        f"{_cases(filed, 'boolean')} as filed, {_cases(tops)} as top, {_cases(bottoms)} as bottom "
        f"from {rows} cross join (values {', '.join(names)}) "
        "as fed (number, indicator, population, hidden) where length(area_code) = 12"
        ") group by indicator, population, hidden, period, period_end, area_code"
    )


def _cases(branches: list[str], kind: str = "decimal(18, 4)") -> str:
    if not branches:
        return f"cast(null as {kind})"
    return f"cast(case fed.number {' '.join(branches)} end as {kind})"


def _amount(measure: Measure) -> str:
    """What one row adds: 0 where the predicate does not hold, or where a village has no clinic."""
    kept = [f"coalesce({measure.where.sql()}, false)"] if measure.where else []
    kept += ["clinic_code is not null"] if measure.source == _CLINICS else []
    if not kept:
        return measure.sum.sql()
    return f"case when {' and '.join(kept)} then {measure.sum.sql()} else 0 end"
