"""What is proposed for the answers that nobody has given yet."""

from dataclasses import replace

import polars as pl

from data.areas import national
from data.beginning.answers import Aim, Answers, Duty
from data.beginning.set_up import usual_word
from data.catalogue.model import Catalogue, Target

# Days after the end of a period, where a county knows no better: a week's table the next Monday's
# meeting still uses, a month's one on the fifth.
_DUE = {"weekly": 1, "monthly": 5, "quarterly": 10, "yearly": 15}
_ZONE = "statistical_zone"


def proposed(answers: Answers, product: Catalogue) -> Answers:
    """The answers with a proposal for each that is empty, once the area is known.

    Nobody adopts a target or lets a person in by a proposal.
    """
    return replace(
        answers,
        counties=answers.counties or tuple(counties(answers.area, product)),
        duties=answers.duties or headline_duties(product),
        programme=answers.programme or product.settings["programme_name"],
        population_word=answers.population_word or usual_word(product, answers.since),
    )


def counties(area: str, product: Catalogue) -> list[str]:
    """The counties in a city, without zones that are none; of a county itself."""
    upper = product.register.upper
    inside = upper.filter(
        (pl.col("level") == "county")
        & (pl.col("city_code") == area)
        & (pl.col("kind") != _ZONE)
        & pl.col("valid_to").is_null()
    )
    return inside["area_code"].to_list() or [area]


def headline_duties(product: Catalogue) -> dict[str, Duty]:
    """The tables that the headline indicators need, each by who usually files it."""
    needed = {
        source
        for indicator in product.indicators.values()
        if indicator.headline
        for population in indicator.populations.values()
        for source in population.sources
        if source in product.tables
    }
    return {table: usual_duty(table, product) for table in sorted(needed)}


def usual_duty(table: str, product: Catalogue) -> Duty:
    """Who files a table, and how soon, where nobody has said."""
    found = product.tables[table]
    return Duty(found.unit_level, _DUE[found.frequency])


def offered(answers: Answers, product: Catalogue) -> list[Target]:
    """The documents' targets that can be adopted for what the duties bring in."""
    return [
        target
        for target in product.targets
        if target.status == "参考"
        and not target.condition
        and _tables(target, product) <= answers.duties.keys()
    ]


def _tables(target: Target, product: Catalogue) -> set[str]:
    population = product.indicators[target.indicator_id].populations[target.population]
    return {source for source in population.sources if source in product.tables}


def aim_of(target: Target) -> Aim:
    """A document's target as an answer."""
    return Aim(
        target.indicator_id,
        target.population,
        target.comparator,
        f"{target.value.normalize():f}",
        target.document,
        target.section,
        target.fact_id,
    )


def inside(counties: tuple[str, ...]) -> dict[str, int]:
    """How many townships and villages the register has in counties: level → number."""
    if not counties:
        return {}
    return dict(national.inside(counties)["level"].value_counts().iter_rows())
