"""Readings and counts as cells of tables: the same cells on the screen, in slides and files."""

from collections.abc import Sequence

from pages.exports.briefing.facts import Facts
from pages.exports.briefing.model import Cell, Column, Source, Table
from pages.exports.briefing.sentences import figure
from pages.exports.briefing.sentences.voice import Reading, Voice
from pages.theme import formats

ZONE_NOTE = "※为功能区。"


def marked_name(reading: Reading) -> str:
    """The area's name; ※ marks a statistical zone, as the note below the table says."""
    return f"{reading['area_name']}{'※' if reading['kind'] == 'statistical_zone' else ''}"


def value_cell(reading: Reading, *, area: str = "") -> Cell:
    """The printed figure without its unit; the word where there is none."""
    if reading["masked"]:
        return Cell(formats.MASKED)
    if reading["printed"] is None:
        return Cell(formats.ABSENT if reading["state"] == "不适用" else reading["state"])
    text = formats.plain(reading["printed"], places(reading))
    mark = "暂" if reading["provisional"] else ""
    return Cell(f"{text}{mark}", reading["printed"], area=area)


def places(reading: Reading) -> int:
    """Decimals of an indicator's figure: those of the catalogue, none for whole counts."""
    return reading["decimals"] if formats.is_rate(reading["unit"]) else 0


def number_cell(value: float | None, decimals: int = 0) -> Cell:
    """A number as such; null prints —."""
    return Cell(formats.plain(value, decimals), value)


def signed_cell(change: float | None) -> Cell:
    """A movement with its sign: +0.35, -1.20, 0.00; null prints —."""
    if change is None:
        return Cell(formats.ABSENT)
    number = formats.round_half_up(change, 2)
    return Cell(f"{number:+f}" if number else f"{abs(number):f}", float(number))


def gap_cell(reading: Reading) -> Cell:
    """How much is short of the target; 已达到 where nothing is."""
    if reading["gap"] is None or reading["light"] is None or reading["state"] != "正常":
        return Cell(formats.ABSENT)
    if reading["light"] == "达标":
        return Cell("已达到")
    return number_cell(max(reading["gap"], 0.0), places(reading))


def light_cell(reading: Reading) -> Cell:
    """The light's word, or why there is none."""
    word = reading["light"] or (reading["state"] if reading["state"] != "正常" else "")
    return Cell(word or formats.ABSENT, light=word)


def leading_change(reading: Reading) -> float | None:
    """The movement that leads: 同比 for year-to-date figures, else 环比."""
    return reading["yoy_change"] if reading["leads_with_yoy"] else reading["change"]


def ranking_table(facts: Facts, indicator: str) -> Table:
    """One indicator in rank order: place, area, value, movement, gap, light, remark.

    The first row is the whole area; those without a rank come last, with their word.
    """
    whole, parts = facts.wholes[indicator], facts.parts.get(indicator, [])
    unit, points = whole["unit"], _points(whole["unit"])
    base = _base(whole, facts.voice)
    longest = max((len(row["area_name"]) for row in parts), default=0)
    ordered = sorted(parts, key=lambda row: (row["rank"] is None, row["rank"], row["order_no"]))
    rows = [_ranking_row(whole, facts, whole=True)]
    rows += [_ranking_row(row, facts) for row in ordered]
    words = max(len(cell.light) for row in rows for cell in row)
    columns = [
        Column("名次", kind="number", weight=0.6, decimals=0),
        Column(_level_name(facts), weight=min(3.2, max(1.7, 0.2 * longest))),
        Column("数值", unit, "number", 1.0, places(whole)),
        Column(f"较{base}", points, "number", 1.25),
        Column("距目标", points if formats.is_rate(unit) else unit, "number", 1.1, places(whole)),
        Column("灯号", kind="light", weight=0.9 if words < 3 else 1.3),
        Column("说明", weight=1.75),
    ]
    if not any(row[-1].text for row in rows):  # nobody is missing: the names get the room
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    notes = [ZONE_NOTE] if any(row["kind"] == "statistical_zone" for row in parts) else []
    if said := figure.marks(whole, facts.voice):
        notes.append(f"{facts.voice.whole}{'，'.join(said)}。")
    if any(row["change_common_units"] or row["yoy_common_units"] for row in (whole, *parts)):
        notes.append("两期填报单位不同的，变化只按两期都报的单位计算。")
    return Table(
        title=facts.voice.named(whole),
        columns=tuple(columns),
        rows=tuple(rows),
        source=facts.source("briefing_areas"),
        note="".join(notes),
        totals=1,
    )


def _ranking_row(reading: Reading, facts: Facts, *, whole: bool = False) -> tuple[Cell, ...]:
    voice = facts.voice
    rank = None if whole else reading["rank"]
    name = voice.whole if whole else marked_name(reading)
    area = "" if whole else reading["area_code"]
    return (
        Cell("" if whole else formats.plain(rank, 0), rank),
        Cell(name, area=area),
        value_cell(reading),
        signed_cell(leading_change(reading)),
        gap_cell(reading),
        light_cell(reading),
        Cell(_remark(reading, voice)),
    )


def _remark(reading: Reading, voice: Voice) -> str:
    """Who has not reported; stepping back to an earlier period is said once, below the table."""
    expected, reported = reading["units_expected"], reading["units_reported"]
    found = []
    if expected and reported is not None and reported < expected and reading["period"]:
        found.append(voice.say("marks.coverage", reported=reported, expected=expected))
    if reading["units_carried"]:
        found.append(voice.say("marks.carried_short", count=reading["units_carried"]))
    return "，".join(found)


def standing_tables(facts: Facts, *, most: int = 8) -> list[Table]:
    """附件: every area and indicator, value and place; at most so many indicators side by side."""
    chosen = list(facts.indicators)
    return [_standing(facts, chosen[start : start + most]) for start in range(0, len(chosen), most)]


def _standing(facts: Facts, indicators: Sequence[str]) -> Table:
    columns = [Column(_level_name(facts), weight=2.4)]
    for each in indicators:
        whole = facts.wholes[each]
        columns.append(Column(whole["indicator_name"], whole["unit"], "number", 1, places(whole)))
        columns.append(Column("名次", kind="number", weight=0.5, decimals=0))
    codes = {row["area_code"]: row for each in indicators for row in facts.parts.get(each, ())}
    ordered = sorted(codes.values(), key=lambda row: row["order_no"])
    by_area = {
        (each, row["area_code"]): row for each in indicators for row in facts.parts.get(each, ())
    }
    rows = [_standing_row(facts.voice.whole, [facts.wholes[each] for each in indicators], "")]
    rows += [
        _standing_row(
            marked_name(area),
            [by_area.get((each, area["area_code"])) for each in indicators],
            area["area_code"],
        )
        for area in ordered
    ]
    notes = [ZONE_NOTE] if any(row["kind"] == "statistical_zone" for row in ordered) else []
    later = [
        f"{facts.wholes[each]['indicator_name']}为"
        f"{facts.voice.short(facts.wholes[each]['period'])}数"
        for each in indicators
        if facts.wholes[each]["period"] and not facts.wholes[each]["is_requested"]
    ]
    return Table(
        title=facts.voice.say("titles.annex_figures", children=facts.voice.children),
        columns=tuple(columns),
        rows=tuple(rows),
        source=facts.source("briefing_areas"),
        note="".join([*notes, f"{'，'.join(later)}。" if later else ""]),
        totals=1,
    )


def _standing_row(name: str, readings: Sequence[Reading | None], area: str) -> tuple[Cell, ...]:
    cells = [Cell(name, area=area)]
    for reading in readings:
        if reading is None:
            cells += [Cell(formats.ABSENT), Cell(formats.ABSENT)]
            continue
        value = value_cell(reading)
        cells.append(Cell(value.text, value.value, light=reading["light"] or ""))
        rank = reading["rank"] if area else None
        cells.append(Cell(formats.plain(rank, 0) if area else "", rank))
    return tuple(cells)


def clinic_table(facts: Facts) -> Table:
    """村卫生室 by area: judged, met, unmet, what fails, villages without."""
    heads = (
        ("met", "达标"),
        ("unmet", "未达标"),
        ("failed_area", "建筑面积不足"),
        ("failed_rooms", "四室未分设"),
        ("failed_doctor", "没有合格村医"),
        ("failed_licence", "执业许可证过期"),
        ("posted", "派驻"),
        ("visited", "巡诊"),
        ("extended", "邻村延伸"),
        ("building", "在建"),
        ("exempt", "不作要求"),
    )
    columns = [Column(_level_name(facts), weight=1.7)]
    columns += [Column(words, "", "number", 1, 0) for _, words in heads]
    columns.append(Column("未设置卫生室的行政村", "", "number", 1.2, 0))
    names = [key for key, _ in heads] + ["villages_without"]
    return _counts(
        facts,
        facts.clinics,
        columns,
        names,
        title=facts.voice.say("titles.annex_clinics", children=facts.voice.children),
        source=facts.source("briefing_clinics"),
        note="单位：个（卫生室），最后一列为个（行政村）。同一个卫生室可有多项不合格，"
        "各项之和可大于未达标数。",
    )


def issue_table(facts: Facts) -> Table:
    """督导整改 by area: all, settled, open; of these kept up, of these overdue."""
    heads = (
        ("issues", "问题总数"),
        ("settled", "已销号"),
        ("open", "未销号"),
        ("kept_up", "其中长期坚持"),
        ("overdue", "其中超期"),
    )
    columns = [Column(_level_name(facts), weight=1.7)]
    columns += [Column(words, "件", "number", 1, 0) for _, words in heads]
    return _counts(
        facts,
        facts.issues,
        columns,
        [key for key, _ in heads],
        title=facts.voice.say("titles.annex_issues", children=facts.voice.children),
        source=facts.source("briefing_issues"),
        note="转入长期坚持的按未销号统计，不计超期；没有问题在册的单位不列。",
    )


def _counts(facts: Facts, table, columns, names, *, title, source: Source, note) -> Table:
    rows = []
    for row in table.iter_rows(named=True):
        name = facts.voice.whole if row["is_parent"] else row["area_name"]
        area = "" if row["is_parent"] else row["area_code"]
        cells = [Cell(name, area=area), *(number_cell(row[each]) for each in names)]
        rows.append(tuple(cells))
    totals = int(not table.is_empty() and bool(table["is_parent"].any()))
    return Table(title, tuple(columns), tuple(rows), source, note, totals)


def _level_name(facts: Facts) -> str:
    return facts.voice.words["levels"][facts.voice.level]["name"]


def _points(unit: str) -> str:
    return {"%": "百分点", "‰": "千分点"}.get(unit, unit if formats.is_rate(unit) else "%")


def _base(whole: Reading, voice: Voice) -> str:
    if whole["leads_with_yoy"]:
        return voice.say("change.last_year")
    if whole["is_requested"] or whole["previous_period"] is None:
        return voice.words["frequencies"][whole["frequency"]]["previous"]
    return voice.short(whole["previous_period"])
