"""The subject pages of data/catalogue/subjects.yaml: the one picture of each, and its table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from data.catalogue.model import Catalogue
from data.catalogue.subjects import Figures, Subject
from pages.charts.description import LineAcross
from pages.charts.once import made_once
from pages.charts.subjects import period_cells, steps
from pages.components.answer import Answer
from pages.components.chart_frame import chart_frame, titled
from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.scope import period_note
from pages.components.subjects.due_chart import Due, due_chart
from pages.components.subjects.prevention import rates_chart
from pages.components.subjects.subject import Answers, Question, SubjectPage
from pages.components.table_frame import table_frame
from pages.shell import runtime
from pages.theme import formats
from queries.headers import Header
from queries.headings import Heading, headings

_KEYS = ("area_code", "area_name", "period")
_KEY = "described"
_LINE = 28  # px, one line of words


def questions(subject: Subject, page: SubjectPage) -> list[Question]:
    """What a described page asks beside what all do: for its picture, then for its table.

    A picture of the indicators themselves needs what is due and done of their domains.
    """
    picture = subject.picture.question
    below = page.below()
    due = page.here if page.reached else page.at_county
    return [
        (picture, below)
        if picture
        else ("due_and_done", due | {"domains": ",".join(page.domains)}),
        (subject.table.question, below),
    ]


def picture(subject: Subject, answers: Answers, own: Answer) -> None:
    """Draw the page's picture. own: the answer to the first of `questions`."""
    DRAW[subject.picture.kind](subject.picture, answers, own)


def table(subject: Subject, own: Answer, *, first: str) -> None:
    """Draw the page's figures by area. own: the answer to the second of `questions`.

    first  Heading of the column of area names.
    """
    told = subject.table
    with table_frame(
        told.title,
        own,
        key=f"{_KEY}_table",
        indicators=subject.indicators,
        note=told.note,
        dated=True,
    ):
        header, catalogue = runtime.engine().header(own.query), runtime.catalogue()
        figures_table(own.table, _columns(header, catalogue), first=first)


@made_once
def _columns(header: Header, catalogue: Catalogue) -> Sequence[FigureColumn]:
    return [
        FigureColumn(each.column, each.words, each.unit, 2 if each.type == "double" else 0)
        for each in headings(header, catalogue)
        if each.column not in _KEYS
    ]


def _done(told: Figures, _answers: Answers, own: Answer) -> None:
    bars = [Due(*bar) for bar in told.bars]
    asked = _asked([(bar.indicator, bar.name) for bar in bars], runtime.catalogue())
    due_chart(own, bars, title=told.title, key=_KEY, note=f"{told.note}{asked}")


def _rates(told: Figures, answers: Answers, _own: Answer) -> None:
    rates_chart(answers.matrix, told.indicators, title=told.title, note=told.note)


def _cells(told: Figures, _answers: Answers, own: Answer) -> None:
    value, named = (_heading(own, told.columns[each]) for each in ("value", "named"))
    found = period_cells.finding(own.table, named.column, unit=named.unit, name=named.words)
    chart_frame(
        titled(told.title, found),
        period_cells.period_cells(own.table, value.column, unit=value.unit, name=value.words),
        own,
        key=_KEY,
        note=f"单位：{value.unit}。{told.note}",
    )


def _filled(told: Figures, answers: Answers, own: Answer) -> None:
    whole, part = (_heading(own, told.columns[each]) for each in ("whole", "part"))
    stepped = _stepped(own.table, whole, part)
    chart = steps.steps(stepped)
    margin = chart.on_screen["margin"] | {"t": _LINE}  # the target is named above the bars
    (aimed,) = told.indicators
    chart_frame(
        titled(told.title, steps.finding(stepped)),
        replace(
            chart,
            lines=_line(answers.readings.table, aimed),
            on_screen={**chart.on_screen, "margin": margin},
        ),
        own,
        key=_KEY,
        indicators=told.indicators,
        note=f"{period_note(own.table)}{told.note}",
    )


DRAW: Mapping[str, Callable[[Figures, Answers, Answer], None]] = {
    "done": _done,
    "filled": _filled,
    "cells": _cells,
    "rates": _rates,
}


def _heading(own: Answer, column: str) -> Heading:
    """What a column of an answer is called, and its unit."""
    told = headings(runtime.engine().header(own.query), runtime.catalogue())
    return next(each for each in told if each.column == column)


@made_once
def _stepped(table: pl.DataFrame, whole: Heading, part: Heading) -> pl.DataFrame:
    """As the chart of steps takes it: two steps for each area, the emptiest area last."""
    share = pl.col(part.column) / pl.col(whole.column)
    ordered = table.sort(share, descending=True, nulls_last=True, maintain_order=True)
    both = [
        ordered.select(
            indicator="area_code",
            population=pl.lit(""),
            population_name="area_name",
            step_order=pl.lit(order),
            step=pl.lit(each.words),
            count=pl.col(each.column).cast(pl.Float64),
            unit=pl.lit(each.unit),
        )
        for order, each in enumerate((whole, part))
    ]
    return pl.concat(both)


def _line(readings: pl.DataFrame, indicator: str) -> Sequence[LineAcross]:
    """The target of an indicator as a line: the one in force here, else what documents ask."""
    own = readings.filter((pl.col("indicator") == indicator) & (pl.col("target_status") == "采用"))
    known = own["target"].to_list() or _documented(runtime.catalogue(), indicator)
    name, unit = "目标" if own.height else "参考目标", runtime.indicator(indicator).unit
    return [
        LineAcross(
            name=name,
            value=value,
            words=f"{name} {formats.value_text(value, unit)}",
            on_screen={"yanchor": "bottom", "y": 1, "xanchor": "left"},
        )
        for value in known[:1]
    ]


@made_once
def _asked(named: Sequence[tuple[str, str]], catalogue: Catalogue) -> str:
    """文件的要求（只作参考）：包村100%，一对一联系90%。 Empty where no document has a number."""
    said = [
        f"{name}{'或'.join(f'{value:g}%' for value in values)}"
        for indicator, name in named
        if (values := _documented(catalogue, indicator))
    ]
    return f"文件的要求（只作参考）：{'，'.join(said)}。" if said else ""


def _documented(catalogue: Catalogue, indicator: str) -> Sequence[float]:
    """What the documents ask of an indicator, without saying whom or until when."""
    found = {
        float(each.value)
        for each in catalogue.targets
        if each.indicator_id == indicator and each.status == "参考"
    }
    return sorted(found)
