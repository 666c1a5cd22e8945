"""Any two periods, any two areas, or an area among those like it."""

from typing import Any

import polars as pl
import streamlit as st

from data.periods import Period
from pages.charts.indicators import trend
from pages.components import links, states
from pages.components.answer import Answer, ask, ask_all
from pages.components.chart_frame import chart_frame
from pages.components.choice import choose_one, choose_part
from pages.components.header import area_choice
from pages.components.html_table import Cell, Row, html_table, number
from pages.components.light import reading_light
from pages.components.own_part import own_part
from pages.components.readings import reading_words as words
from pages.components.readings.indicator_charts import trend_note
from pages.components.readings.ranking_table import rank_cell
from pages.components.scope import AreasBelow, year_back
from pages.components.table_frame import table_frame
from pages.shell import runtime
from pages.shell.runtime import Filters
from pages.theme import formats

WAYS = {"periods": "两个报告期", "areas": "两个地区", "peers": "同类地区"}


@own_part
def comparison(filters: Filters, subject: dict[str, str], scope: AreasBelow) -> None:
    """Draw the choice of what is compared with what, and the comparison."""
    way = choose_part("对比什么", WAYS, key="against")
    if way == "periods":
        _periods(filters, subject, scope)
    elif way == "areas":
        _areas(filters, subject)
    else:
        _peers(filters, subject)


def _periods(filters: Filters, subject: dict[str, str], scope: AreasBelow) -> None:
    chosen = Period.parse(filters.period)
    offered = {
        period.text: period.label_zh()
        for period in runtime.periods(filters.frequency)
        if period != chosen
    }
    before = chosen.same_last_year() or chosen.previous()
    default = before.text if before.text in offered else next(iter(offered), "")
    if not default:
        states.empty("没有别的报告期", "数据仓里只有这一期")
        return
    other = choose_one("与哪一期比", offered, key="other_period", default=default, width=300)
    answer = ask(
        "indicator_compare",
        **subject,
        **scope.params,
        period=filters.period,
        other_period=other,
    )
    title = f"{_label(filters.period)}与{_label(str(other))}"
    indicator = subject["indicator"]
    with table_frame(title, answer, key="compare_periods", indicators=[indicator]):
        _period_table(answer.table, scope)
    st.caption(
        "与上一期或上年同期比，报送单位不同的按可比口径，与卡片、排名所说相同；与别的期比，差额是"
        "两个印出的数相减，报送单位不同的不全是同一批单位的变化，见「已报单位」一列。"
    )


def _period_table(table: pl.DataFrame, scope: AreasBelow) -> None:
    headers = [
        Cell(scope.level_name),
        Cell("本期", style="number", sort=True),
        Cell("对比期", style="number", sort=True),
        Cell("差额", style="number", sort=True),
        Cell("本期名次", style="number", sort=True),
        Cell("对比期名次", style="number", sort=True),
        Cell("本期分子/分母", style="number"),
        Cell("对比期分子/分母", style="number"),
        Cell("已报单位（本期/对比期）", style="number"),
    ]
    html_table(headers, [_period_row(row) for row in table.iter_rows(named=True)])


def _period_row(row: dict[str, Any]) -> Row:
    name = links.area_link(row["area_code"], row["area_name"])
    zone = "※" if row["kind"] == "statistical_zone" else ""
    return Row(
        [
            Cell(row["area_name"]) if row["is_parent"] else Cell(html=f"{name}{zone}"),
            _figure(row, ""),
            _figure(row, "other_"),
            _difference(row),
            number(_or_absent(row["rank"]), row["rank"]),
            number(_or_absent(row["other_rank"]), row["other_rank"]),
            number(_parts(row, "")),
            number(_parts(row, "other_")),
            number(
                f"{_or_absent(row['units_reported'])}/{_or_absent(row['other_units_reported'])}"
            ),
        ],
        is_total=row["is_parent"],
    )


def _figure(row: dict[str, Any], side: str) -> Cell:
    """The value of one side, with its own period where that is not the same for all."""
    printed = row[f"{side}printed"]
    if printed is None:
        return number(f"{formats.ABSENT} {row[f'{side}state'] or ''}".strip())
    mark = "暂" if row[f"{side}provisional"] else ""
    value = formats.value_text(printed, row["unit"], row["decimals"])
    period = formats.period_short(row["other_period" if side else "period"])
    return Cell(html=f"{value}{mark}<br><small>{period}</small>", style="number", value=printed)


def _areas(filters: Filters, subject: dict[str, str]) -> None:
    every = runtime.areas()
    row = runtime.area_row(filters.area) or {}
    around = area_choice.labels(area_choice.around(every, filters.area))
    offered = {code: name for code, name in around.items() if code != filters.area}
    parent = row.get("parent_code")
    default = parent if parent in offered else next(iter(offered), "")
    if not default:
        states.empty("没有别的地区", "数据仓里只有这一个地区有数据")
        return
    other = choose_one("与哪个地区比", offered, key="other_area", default=default, width=340)
    judge = area_choice.common(filters.area, str(other))
    period = {"period": filters.period}
    at = {"area": filters.area}, {"area": str(other)}
    one, two, line, line_two = ask_all(
        ("indicator_value", subject | at[0] | period | {"parent": judge}),
        ("indicator_value", subject | at[1] | period | {"parent": judge}),
        ("indicator_trend", subject | at[0] | year_back(filters)),
        ("indicator_trend", subject | at[1] | year_back(filters)),
    )
    indicator = runtime.indicator(subject["indicator"])
    names = (one.table["area_name"][0], two.table["area_name"][0])
    both = pl.concat([one.table, two.table])
    with table_frame("两地数值", one, key="compare_areas", indicators=[indicator.id]):
        _area_table(both)
    chart_frame(
        f"{names[0]}与{names[1]}的走势",
        trend.trend(line.table, indicator, other=line_two.table, names=names),
        Answer(line.query, line.params, line.table),
        key="compare_lines",
        indicators=[indicator.id],
        note=f"{trend_note(line.table, indicator, names[0])}虚线为{names[1]}。"
        f"目标线和△为{names[0]}的。",
    )


def _area_table(both: pl.DataFrame) -> None:
    one, two = both.row(0, named=True), both.row(1, named=True)
    headers = [Cell("项目"), Cell(one["full_name"]), Cell(two["full_name"])]
    said = [
        ("数值", *(f"{words.value_text(row)}{words.period_words(row)}" for row in (one, two))),
        ("灯号", *(reading_light(row) for row in (one, two))),
        ("目标", *(words.target_line(row) or "无目标" for row in (one, two))),
        ("变化", *(words.explained("；".join(words.change_lines(row))) for row in (one, two))),
        ("分子/分母", *(_parts(row, "") for row in (one, two))),
        ("人群和口径", *(words.scope_words(row) for row in (one, two))),
        ("说明", *("；".join(words.notes(row)) for row in (one, two))),
    ]
    rows = [
        Row([Cell(name), *(_said(cell, is_html=name in ("灯号", "变化")) for cell in cells)])
        for name, *cells in said
    ]
    html_table(headers, rows)
    if one["printed"] is not None and two["printed"] is not None:
        gap = formats.round_half_up(one["printed"], 2) - formats.round_half_up(two["printed"], 2)
        unit = formats.points(one["unit"])
        side = "高" if gap > 0 else "低"
        said_gap = f"{side}{abs(gap):f}{unit}" if gap else "相同"
        st.write(f"{one['area_name']}比{two['area_name']}**{said_gap}**。")


def _said(words_: str, *, is_html: bool) -> Cell:
    if is_html and words_:
        return Cell(html=words_, style="words")
    return Cell(words_ or formats.ABSENT, style="words")


def _peers(filters: Filters, subject: dict[str, str]) -> None:
    answer = ask("indicator_peers", **subject, area=filters.area, period=filters.period)
    if answer.table.is_empty():
        states.empty(
            f"{filters.area_name}不在任何同类组里",
            "同类组由数据管理员在 catalogue/peer_groups.csv 里定",
            "请选同一组里有的地区，例如县（市、区）",
        )
        return
    group = answer.table["peer_group"][0]
    indicator = subject["indicator"]
    title = f"同类组「{group}」中的位置"
    with table_frame(title, answer, key="peers", indicators=[indicator], dated=True):
        headers = [
            Cell("地区"),
            Cell("名次", style="number", sort=True),
            Cell("数值", style="number", sort=True),
            Cell("分子/分母", style="number"),
            Cell("说明"),
        ]
        base_unit = words.base_unit(runtime.catalogue(), indicator, subject.get("population"))
        html_table(headers, [_peer(row, base_unit) for row in answer.table.iter_rows(named=True)])
    st.caption("各地执行的目标可能不同，这里只比数值，不亮灯。")


def _peer(row: dict[str, Any], base_unit: str) -> Row:
    value = formats.value_text(row["printed"], row["unit"], row["decimals"])
    state = "" if row["state"] == "正常" else row["state"]
    return Row(
        [
            Cell(html=links.area_link(row["area_code"], row["full_name"])),
            rank_cell(row, base_unit),
            number(value + ("暂" if row["provisional"] else ""), row["printed"]),
            number(_parts(row, "")),
            Cell(formats.said(state, words.coverage(row))),
        ],
        is_total=row["is_self"],
    )


def _parts(row: dict[str, Any], side: str) -> str:
    first, second = row[f"{side}numerator"], row[f"{side}denominator"]
    return formats.amount(first) + ("" if second is None else f"/{formats.amount(second)}")


def _difference(row: dict[str, Any]) -> Cell:
    """The difference with its sign; below it what it rests on, where the units are not the same."""
    change, unit = row["change"], row["unit"]
    if change is None:
        return number(formats.ABSENT)
    rests_on = formats.basis_text(
        "较对比期",
        common=bool(row["change_common_units"]),
        merged=row["change_merged"],
        filed=row["other_printed"],
        same=row["other_common_value"],
        own=formats.own_basis(row["printed"], change, row["other_common_value"], unit),
        unit=unit,
        decimals=row["decimals"],
    )
    said = formats.signed(change) + ("" if formats.is_rate(unit) else "%")
    basis = f"<br><small>{words.explained(rests_on)}</small>" if rests_on else ""
    return Cell(html=f"{said}{basis}", style="number", value=change)


def _or_absent(count: int | None) -> str:
    return formats.ABSENT if count is None else str(count)


def _label(period: str) -> str:
    return formats.period_label(period).partition("（")[0]
