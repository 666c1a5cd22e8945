"""A headline figure of the briefing, as card, slide and sheet show it."""

from pages.exports.briefing.cells import alone_cell, points
from pages.exports.briefing.facts import Facts
from pages.exports.briefing.model import (
    KeyFigure,
)
from pages.exports.briefing.sentences import figure
from pages.exports.briefing.sentences.comparison import base_of, compared_narrow, leading
from pages.exports.briefing.sentences.voice import Reading, printed, scaled


def key_figure(reading: Reading, facts: Facts) -> KeyFigure:
    """Return one reading with all that is said of it."""
    voice = facts.voice
    number, unit = printed(reading), ""
    if reading["printed"] is not None and not reading["masked"]:
        number, unit = scaled(reading["printed"], reading)
    lead = leading(reading) if reading["state"] == "正常" else None
    lines = [figure.target(reading, voice)] if reading["state"] == "正常" else []
    if lead is not None:
        lines.append(compared_narrow(lead, reading, voice))
    # Which period it is, where that is not the chosen one; the period by itself says it too.
    when = figure.cumulative(reading, voice)[1:]
    if not when and reading["period"] and not reading["is_requested"]:
        when = [voice.short(reading["period"])]
    known = [*figure.standing_marks(reading, voice), *figure.coverage(reading, voice)]
    lines.append("，".join([*when, *known, *figure.carried(reading, voice)]))
    return KeyFigure(
        indicator=reading["indicator"],
        population=reading["population"],
        name=reading["indicator_name"],
        number=number,
        unit=unit,
        value=reading["printed"],
        period=reading["period"] or "",
        light=reading["light"] or (reading["state"] if reading["state"] != "正常" else ""),
        lines=tuple(line for line in lines if line),
        people=reading["population_name"],
        kind=reading["cumulative_word"] or "",
        alone=alone_cell(reading).value,
        against=f"较{base_of(lead, reading, voice)}" if lead else "",
        change=lead.change if lead else None,
        points=points(reading["unit"]),
        reason=reading["light_reason"] or "",
        said=figure.figure_sentence(reading, voice),
    )
