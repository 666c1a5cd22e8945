"""What every subject page has: its filters, the cards, the course and ranking of one indicator.

A page of one subject (参保与待遇, 妇幼健康 …) offers the indicators of its domains; the chosen one
has trend, ranking and table, and around them stand the pictures that only this subject has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from data.catalogue.model import Indicator
from pages.charts.once import made_once
from pages.components import scope
from pages.components.answer import Answer, Value, ask_all
from pages.components.header.filter_bar import chosen_indicator, filter_bar
from pages.components.header.page_header import page_header
from pages.components.light import light_legend
from pages.components.readings.indicator_charts import ranking_chart, trend_chart
from pages.components.readings.indicator_matrix import indicator_matrix
from pages.components.readings.kpi_card import kpi_cards
from pages.components.readings.ranking_table import ranking_table
from pages.components.scope import LEVELS, AreasBelow
from pages.components.table_frame import table_frame
from pages.shell import runtime
from pages.shell.runtime import Filters

Question = tuple[str, Mapping[str, Value]]


@dataclass(frozen=True)
class SubjectPage:
    """What one subject page shows.

    title       What the page is called.
    indicators  Ids of the indicators that have cards, the main one first.
    domains     Whose indicators stand in the table at the end.
    leave_out   Indicators of these domains that belong to another page.
    chosen      The indicator that has trend and ranking.
    """

    title: str
    filters: Filters
    indicators: tuple[str, ...]
    domains: tuple[str, ...]
    leave_out: tuple[str, ...]
    chosen: Indicator

    @property
    def here(self) -> dict[str, str]:
        """The chosen area and period, as the questions take them."""
        return {"area": self.filters.area, "period": self.filters.period}

    @property
    def county(self) -> Filters:
        """The filters, with the county around the chosen area where the figures end there."""
        return scope.seat(self.filters, grain="county")

    @property
    def at_county(self) -> dict[str, str]:
        """As `here`, of the county where a township is chosen."""
        return {"area": self.county.area, "period": self.filters.period}

    @property
    def reached(self) -> tuple[str, ...]:
        """The indicators that go down to the chosen area; the others stop at the county."""
        level = LEVELS.index(self.filters.area_level)
        return tuple(
            each for each in self.indicators if level <= LEVELS.index(runtime.indicator(each).grain)
        )

    @property
    def grain(self) -> str:
        """The lowest level that any indicator of the page goes down to."""
        return max((runtime.indicator(each).grain for each in self.indicators), key=LEVELS.index)

    def beside(self, grain: str = "") -> AreasBelow:
        """The areas set beside each other in figures that go down to `grain`, the page's own."""
        return scope.scope(
            self.filters, grain=grain or min("township", self.grain, key=LEVELS.index)
        )

    def below(self, grain: str = "") -> dict[str, str]:
        """Parent, level and period of those areas, as the questions take them."""
        return self.beside(grain).params | {"period": self.filters.period}


@dataclass(frozen=True)
class Answers:
    """The answers that every subject page asks for."""

    readings: Answer
    absent: Answer
    sparks: Answer
    trend: Answer
    ranking: Answer
    matrix: Answer


def begin(
    title: str,
    indicators: Sequence[str],
    *,
    domains: Sequence[str],
    leave_out: Sequence[str] = (),
) -> SubjectPage:
    """Draw filters and head of a subject page.

    title       What the page is called.
    indicators  That have cards and can be chosen, the main one first.
    domains     Whose indicators the table at the end lists.
    leave_out   Those of them that belong to another page.
    """
    offered = {each: runtime.indicator(each).name for each in indicators}
    chosen = chosen_indicator(offered)
    populations = scope.population_choices(chosen)
    filters = filter_bar(
        indicators=offered, populations=populations if len(populations) > 1 else ()
    )
    page_header(title, filters)
    return SubjectPage(
        title,
        filters,
        tuple(indicators),
        tuple(domains),
        tuple(leave_out),
        runtime.indicator(chosen),
    )


def ask(page: SubjectPage, *questions: Question) -> tuple[Answers, list[Answer]]:
    """Ask what every subject page asks and the page's own questions, all at the same time."""
    rate = {"indicator": page.chosen.id} | scope.population_of(page.filters, page.chosen.id)
    listed = {"headline_only": 0, "domains": ",".join(page.domains)}
    carded = page.here if page.reached else page.at_county
    drawn = [runtime.indicator(each).domain for each in page.indicators]
    answers = ask_all(
        ("indicator_overview", carded),
        ("indicators_absent", {"area": carded["area"]}),
        ("sparkline", carded | {"domains": ",".join(dict.fromkeys(drawn))}),
        ("indicator_trend", rate | {"area": _seen(page).area} | scope.year_back(page.filters)),
        ("indicator_ranking", rate | page.below(page.chosen.grain)),
        ("indicator_matrix", page.below() | listed),
        *questions,
    )
    return Answers(*answers[:6]), answers[6:]


def cards(page: SubjectPage, answers: Answers) -> None:
    """Draw the cards and the rule of the lights.

    Indicators that the area does not have are only named; where all of them stop at the county,
    the cards of a township are its county's.
    """
    if not page.reached:
        st.info(scope.seated(page.title, page.filters, page.county))
    kpi_cards(
        scope.pick(answers.readings.table, *page.indicators, population=page.filters.population),
        answers.sparks.table,
        absent=answers.absent.table,
    )
    light_legend()


def course(page: SubjectPage, answers: Answers, *, mch_year: bool = False) -> None:
    """Draw trend and ranking of the chosen indicator beside each other.

    mch_year  Mark where the year of mothers and children begins.
    """
    left, right = st.columns(2, gap="large")
    with left:
        trend_chart(answers.trend, place=_seen(page).area_name, mch_year=mch_year)
    with right:
        ranking_chart(answers.ranking, page.beside(page.chosen.grain))


def look_up(page: SubjectPage, answers: Answers) -> None:
    """Draw the tables at the end: the chosen indicator by area, then all indicators by area."""
    beside = page.beside(page.chosen.grain)
    with table_frame(
        f"{page.chosen.name}：各{beside.level_name}排名",
        answers.ranking,
        key="ranking_table",
        indicators=[page.chosen.id],
        dated=True,
    ):
        ranking_table(answers.ranking.table, level_name=beside.level_name)
    there = scope.present(answers.matrix.table, answers.absent.table)
    listed = list(dict.fromkeys(there["indicator"]))
    level = LEVELS.index(page.beside().level)
    deep = [each for each in listed if level <= LEVELS.index(runtime.indicator(each).grain)]
    indicators = [each for each in deep if each not in page.leave_out]
    if len(indicators) < 2:
        return  # the ranking has said it
    matrix = _of(there, indicators)
    with table_frame(
        f"本专题各项指标：各{page.beside().level_name}对照",
        Answer(answers.matrix.query, answers.matrix.params, matrix),
        key="subject_matrix",
        indicators=indicators,
        note="" if len(deep) == len(listed) else "只到县级的指标不在表内。",
    ):
        indicator_matrix(matrix)


@made_once
def _of(matrix: pl.DataFrame, indicators: Sequence[str]) -> pl.DataFrame:
    return matrix.filter(pl.col("indicator").is_in(indicators))


def _seen(page: SubjectPage) -> Filters:
    """Where the chosen indicator can be followed: the area itself, or its county."""
    return scope.seat(page.filters, grain=page.chosen.grain)
