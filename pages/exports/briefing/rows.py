"""Readings and counts as tables: the same on the screen, in slides and files."""

from collections.abc import Sequence

import polars as pl

from pages.exports.briefing.cells import (
    LACKING_NOTE,
    PROVISIONAL_NOTE,
    UNRANKED_NOTE,
    alone_cell,
    decimals,
    gap_cell,
    lacking_cell,
    light_cell,
    marked_name,
    number_cell,
    points,
    remark,
    signed_cell,
    value_cell,
)
from pages.exports.briefing.facts import Facts
from pages.exports.briefing.model import Origin, PaperCell, PaperColumn, PaperTable
from pages.exports.briefing.sentences import figure
from pages.exports.briefing.sentences.comparison import (
    Comparison,
    base_of,
    leading,
    movement,
    own_figure,
)
from pages.exports.briefing.sentences.voice import Reading, Voice, listed
from pages.theme import formats

ZONE_NOTE = "※为功能区。"
_NAMED = 2  # so many bases stand below a table on a slide; the workbook has all


def ranking_table(facts: Facts, indicator: str) -> PaperTable:
    """One indicator in rank order: place, area, value, movement, gap, light, remark.

    The first row is the whole area; those without a rank come last, with their word.
    """
    whole, parts = facts.wholes[indicator], facts.parts.get(indicator, [])
    unit, moved = whole["unit"], points(whole["unit"])
    base = _base((whole, *parts), facts.voice)
    longest = max((len(row["area_name"]) for row in parts), default=0)
    ordered = sorted(parts, key=lambda row: (row["rank"] is None, row["rank"], row["order_no"]))
    rows = [_ranking_row(whole, facts, base, whole=True)]
    rows += [_ranking_row(row, facts, base) for row in ordered]
    words = max(len(cell.light) for row in rows for cell in row)
    columns = [
        PaperColumn("名次", kind="number", weight=0.5, decimals=0),
        PaperColumn(facts.voice.level_name, weight=min(3.2, max(1.7, 0.24 * longest))),
        PaperColumn(whole["cumulative_word"] or "数值", unit, "number", 1.05, decimals(whole)),
        PaperColumn("本期", unit, "number", 1.0, decimals(whole), more=True),
        PaperColumn(f"较{base}", moved, "number", 1.2),
        PaperColumn(
            "距目标", moved if formats.is_rate(unit) else unit, "number", 1.2, decimals(whole)
        ),
        PaperColumn("灯号", kind="light", weight=1.15 if words < 3 else 1.4),
        PaperColumn("说明", weight=2.4),
    ]
    columns, rows = _without_empty(columns, rows)
    bases = _bases((whole, *parts), facts.voice)
    return PaperTable(
        title=facts.voice.named(whole),
        columns=tuple(columns),
        rows=tuple(rows),
        source=facts.source("briefing_areas"),
        note=_ranking_note((whole, *parts), bases, base, facts.voice),
        more=_of_bases(bases, base, unit, len(bases)) if len(bases) > _NAMED else "",
        totals=1,
    )


def _without_empty(
    columns: Sequence[PaperColumn], rows: Sequence[tuple[PaperCell, ...]]
) -> tuple[list[PaperColumn], list[tuple[PaperCell, ...]]]:
    """Without 本期 and 说明 where no row has any: the names get the room."""
    kept = [
        index
        for index, column in enumerate(columns)
        if column.title not in ("本期", "说明")
        or any(row[index].text not in ("", formats.ABSENT) for row in rows)
    ]
    return [columns[index] for index in kept], [tuple(row[i] for i in kept) for row in rows]


def _ranking_note(
    readings: Sequence[Reading], bases: Sequence[str], base: str, voice: Voice
) -> str:
    """Of which people, what holds for all rows, and what the words in them mean."""
    whole = readings[0]
    notes = [f"人群：{whole['population_name']}。"]
    if whole["period"] and not whole["is_requested"]:
        notes.append(f"{voice.short(whole['period'])}数。")
    if any(row["kind"] == "statistical_zone" for row in readings):
        notes.append(ZONE_NOTE)
    if said := figure.standing_marks(whole, voice):
        notes.append(f"{voice.whole}{'，'.join(said)}。")
    if any(row["lead_common_units"] for row in readings):
        notes.append("可比口径只按两期都报的单位计算变化。")
    notes += [_of_bases(bases, base, whole["unit"], _NAMED)] if bases else []
    return "".join(notes)


def _bases(readings: Sequence[Reading], voice: Voice) -> list[str]:
    """Both sides of the change of each row whose units differ: 梁园区99.76至99.77（99.78）."""
    return [
        f"{voice.whole if row['is_parent'] else row['area_name']}{_both_sides(lead, row)}"
        for row in readings
        if (lead := leading(row)) is not None and _needs_bases(lead, row)
    ]


def _needs_bases(lead: Comparison, row: Reading) -> bool:
    """Whether the figure less its change is not what all units of the other period printed."""
    other = lead.filed not in (None, lead.value)
    return lead.common and (other or own_figure(lead, row) is not None)


def _both_sides(lead: Comparison, row: Reading) -> str:
    """96.95至96.97（96.99）; of a count, whose change is in percent, the base only."""
    sides: list[formats.Number | None] = [lead.value]
    if formats.is_rate(row["unit"]):
        sides.append(own_figure(lead, row) or row["printed"])
    said = "至".join(formats.plain(each, decimals(row)) for each in sides)
    filed = lead.value if lead.filed is None else lead.filed
    return f"{said}（{formats.plain(filed, decimals(row))}）"


def _of_bases(bases: Sequence[str], base: str, unit: str, most: int) -> str:
    """上周至本期同口径数（上周全部单位数）：全市96.95至96.97（96.99）."""
    span = f"{base}至本期" if formats.is_rate(unit) else base
    return f"{span}同口径数（{base}全部单位数）：{formats.names(bases, most=most)}。"


def _ranking_row(
    reading: Reading, facts: Facts, base: str, *, whole: bool = False
) -> tuple[PaperCell, ...]:
    voice = facts.voice
    change, said = _change_and_remark(reading, base, facts.counted_in(reading), voice)
    rank = None if whole else reading["rank"]
    name = voice.whole if whole else marked_name(reading)
    area = "" if whole else reading["area_code"]
    return (
        PaperCell("" if whole else formats.plain(rank, 0), rank),
        PaperCell(name, area=area),
        value_cell(reading),
        alone_cell(reading),
        change,
        gap_cell(reading),
        light_cell(reading),
        said,
    )


def standing_tables(facts: Facts, *, most: int = 8) -> list[PaperTable]:
    """附件: every area and indicator, value and place; at most so many indicators side by side."""
    chosen = list(facts.indicators)
    return [_standing(facts, chosen[start : start + most]) for start in range(0, len(chosen), most)]


def _standing(facts: Facts, indicators: Sequence[str]) -> PaperTable:
    columns = [PaperColumn(facts.voice.level_name, weight=2.0)]
    for each in indicators:
        whole = facts.wholes[each]
        columns.append(
            PaperColumn(whole["indicator_name"], whole["unit"], "number", 1, decimals(whole))
        )
        columns.append(PaperColumn("名次", kind="number", weight=0.42, decimals=0))
    wholes = [facts.wholes[each] for each in indicators]
    parts = [row for each in indicators for row in facts.parts.get(each, ())]
    by_area = {(row["indicator"], row["area_code"]): row for row in parts}
    areas = {row["area_code"]: row for row in parts}.values()
    ordered = sorted(areas, key=lambda row: row["order_no"])
    rows = [_standing_row(facts.voice.whole, wholes, "")]
    rows += [
        _standing_row(
            marked_name(area),
            [by_area.get((each, area["area_code"])) for each in indicators],
            area["area_code"],
        )
        for area in ordered
    ]
    lacking = _lacking(parts, facts.voice)
    return PaperTable(
        title=facts.voice.say("titles.annex_figures", children=facts.voice.children),
        columns=tuple(columns),
        rows=tuple(rows),
        source=facts.source("briefing_areas"),
        note=_standing_note(wholes, parts, facts.voice),
        more=lacking,
        totals=1,
    )


def _standing_note(wholes: Sequence[Reading], parts: Sequence[Reading], voice: Voice) -> str:
    """Of which people, of which period and how summed up the columns are; what the marks mean."""
    people: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    for each in wholes:
        name = each["indicator_name"]
        people.setdefault(each["population_name"], []).append(name)
        if each["cumulative_word"]:
            kinds.setdefault(f"{each['cumulative_word']}数", []).append(name)
        if each["period"] and not each["is_requested"]:
            kinds.setdefault(f"{voice.short(each['period'])}数", []).append(name)
    said = [
        "，".join(f"{listed(names)}为{word}" for word, names in each.items())
        for each in (people, kinds)
        if each
    ]
    notes = [f"人群：{'。'.join(said)}。"]
    every = (*wholes, *parts)
    bases = [
        f"{each['indicator_name']}{_both_sides(lead, each)}"
        for each in wholes
        if (lead := leading(each)) is not None and _needs_bases(lead, each)
    ]
    if bases:
        said_of = f"{voice.whole}变化的同口径数（上期全部单位数）"
        notes.append(f"{said_of}：{listed(bases)}。")
    notes += [LACKING_NOTE] if any(map(figure.is_lacking, every)) else []
    notes += [PROVISIONAL_NOTE] if any(row["provisional"] for row in every) else []
    notes += [UNRANKED_NOTE] if any(row["rank"] is None for row in parts) else []
    notes += [ZONE_NOTE] if any(row["kind"] == "statistical_zone" for row in parts) else []
    return "".join(notes)


def _lacking(parts: Sequence[Reading], voice: Voice) -> str:
    """未报齐的，家庭医生签约率：民权县已报19/21、睢县已报19/20（胡襄镇未报）; empty without any.

    Indicators of one report lack the same units and are said together.
    """
    lacking: dict[str, list[str]] = {}
    for each in parts:
        if each["printed"] is not None and (found := figure.coverage(each, voice)):
            who = "".join(f"（{missing}）" for missing in found[1:])
            said = f"{each['area_name']}{found[0]}{who}"
            lacking.setdefault(each["indicator_name"], []).append(said)
    alike: dict[str, list[str]] = {}
    for indicator, units in lacking.items():
        alike.setdefault(listed(units), []).append(indicator)
    said = [f"{listed(indicators)}：{units}" for units, indicators in alike.items()]
    return f"未报齐的，{'；'.join(said)}。" if said else ""


def _standing_row(
    name: str, readings: Sequence[Reading | None], area: str
) -> tuple[PaperCell, ...]:
    cells = [PaperCell(name, area=area)]
    for reading in readings:
        if reading is None:
            cells += [PaperCell(formats.ABSENT), PaperCell(formats.ABSENT)]
            continue
        cells.append(lacking_cell(reading))
        rank = reading["rank"] if area else None
        cells.append(PaperCell(formats.plain(rank, 0) if area else "", rank))
    return tuple(cells)


def clinic_table(facts: Facts) -> PaperTable:
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
    columns = [PaperColumn(facts.voice.level_name, weight=1.7)]
    columns += [PaperColumn(words, "", "number", 1, 0) for _, words in heads]
    columns.append(PaperColumn("未设置卫生室的行政村", "", "number", 1.2, 0))
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


def issue_table(facts: Facts) -> PaperTable:
    """督导整改 by area: all, settled, open; of these kept up, of these overdue."""
    heads = (
        ("issues", "问题总数"),
        ("settled", "已销号"),
        ("open", "未销号"),
        ("kept_up", "其中长期坚持"),
        ("overdue", "其中超期"),
    )
    columns = [PaperColumn(facts.voice.level_name, weight=1.7)]
    columns += [PaperColumn(words, "件", "number", 1, 0) for _, words in heads]
    return _counts(
        facts,
        facts.issues,
        columns,
        [key for key, _ in heads],
        title=facts.voice.say("titles.annex_issues", children=facts.voice.children),
        source=facts.source("briefing_issues"),
        note="转入长期坚持的按未销号统计，不计超期；没有问题在册的单位不列。",
    )


def owed_table(facts: Facts, most: int) -> PaperTable:
    """催报 by report: which period, until when, how many units and which.

    most  Of more than so many units only the first are named.
    """
    columns = (
        PaperColumn("报表", weight=2.6),
        PaperColumn("报告期", weight=1.0),
        PaperColumn("应报日期", weight=1.45),
        PaperColumn("状态", weight=1.1),
        PaperColumn("未报", "个", "number", 0.8, 0),
        PaperColumn("单位名称", weight=6.0),
    )
    groups = (
        facts.unreported.sort(pl.col("state") != "逾期未报", maintain_order=True)
        .group_by("table_title", "period", "due_on", "state", maintain_order=True)
        .agg("unit_label")
    )
    rows = tuple(
        (
            PaperCell(title),
            PaperCell(facts.voice.short(period)),
            PaperCell(due_on.isoformat()),
            PaperCell(state),
            number_cell(len(names)),
            PaperCell(formats.names(names, most=most)),
        )
        for title, period, due_on, state, names in groups.iter_rows()
    )
    title, source = facts.voice.say("titles.owed"), facts.source("unreported")
    return PaperTable(title, columns, rows, source)


def owed_list(facts: Facts) -> PaperTable:
    """催报 unit by unit, for the workbook: which report, until when, what was filed last."""
    columns = (
        PaperColumn("单位", weight=2.4),
        PaperColumn("报表", weight=2.6),
        PaperColumn("报告期"),
        PaperColumn("应报日期", weight=1.2),
        PaperColumn("状态"),
        PaperColumn("上次报送", weight=1.2),
    )
    wanted = ("unit_label", "table_title", "period", "due_on", "state", "last_filed_period")
    rows = tuple(
        (
            PaperCell(unit),
            PaperCell(title),
            PaperCell(facts.voice.short(period)),
            PaperCell(due_on.isoformat()),
            PaperCell(state),
            PaperCell(facts.voice.short(last) if last else formats.ABSENT),
        )
        for unit, title, period, due_on, state, last in facts.unreported.select(wanted).iter_rows()
    )
    title, source = facts.voice.say("titles.annex_owed"), facts.source("unreported")
    return PaperTable(title, columns, rows, source)


def streak_table(facts: Facts) -> PaperTable | None:
    """连续末位名单 by the rule of the settings; None without a rule, or with nobody on it."""
    settings, voice = facts.desk.catalogue.settings, facts.voice
    yellow = int(settings.get("briefing_yellow_periods", 0))
    red = int(settings.get("briefing_red_periods", 0))
    bars = [each for each in (yellow, red) if each]
    if not bars:
        return None
    names = {row["area_code"]: row for rows in facts.parts.values() for row in rows}
    found = [
        run
        for (indicator, area), run in facts.streaks.items()
        if indicator in facts.indicators and area in names and run["last_periods"] >= min(bars)
    ]
    if not found:
        return None
    columns = (
        PaperColumn(voice.level_name, weight=1.7),
        PaperColumn("指标", weight=2.4),
        PaperColumn("何时起末位", weight=1.4),
        PaperColumn("连续期数", "期", "number", 1.0, 0),
        PaperColumn("列牌", weight=1.0),
    )
    rows = tuple(
        (
            PaperCell(names[run["area_code"]]["area_name"], area=run["area_code"]),
            PaperCell(facts.wholes[run["indicator"]]["indicator_name"]),
            PaperCell(voice.short(run["last_since"])),
            number_cell(run["last_periods"]),
            PaperCell(
                voice.say(f"streaks.{'red' if red and run['last_periods'] >= red else 'yellow'}")
            ),
        )
        for run in sorted(found, key=lambda each: -each["last_periods"])
    )
    return PaperTable(
        title=voice.say("titles.annex_streaks", children=voice.children),
        columns=columns,
        rows=rows,
        source=facts.source("briefing_streaks"),
        note=voice.say("streaks.rule", yellow=yellow or formats.ABSENT, red=red or formats.ABSENT),
    )


def _counts(facts: Facts, table, columns, names, *, title, source: Origin, note) -> PaperTable:
    rows = []
    for row in table.iter_rows(named=True):
        name = facts.voice.whole if row["is_parent"] else row["area_name"]
        area = "" if row["is_parent"] else row["area_code"]
        cells = [PaperCell(name, area=area), *(number_cell(row[each]) for each in names)]
        rows.append(tuple(cells))
    totals = int(not table.is_empty() and bool(table["is_parent"].any()))
    return PaperTable(title, tuple(columns), tuple(rows), source, note, totals=totals)


def _base(readings: Sequence[Reading], voice: Voice) -> str:
    """What the changes of a table are against: the comparison of the first row that has one."""
    for each in readings:
        if (lead := leading(each)) is not None:
            return base_of(lead, each, voice)
    return voice.words["frequencies"][readings[0]["frequency"]]["previous"]


def _change_and_remark(
    reading: Reading, base: str, counted_in: str, voice: Voice
) -> tuple[PaperCell, PaperCell]:
    """The change against the table's base; one against another base is told in words."""
    lead, said = leading(reading), remark(reading, voice, counted_in)
    if lead is None or base_of(lead, reading, voice) == base:
        return signed_cell(reading["lead_change"]), PaperCell(said)
    words = "，".join(filter(None, (movement(lead, reading, voice), said)))
    return signed_cell(None), PaperCell(words)
