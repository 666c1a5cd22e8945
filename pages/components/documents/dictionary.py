"""指标词典: the list to search, and all that is fixed about one indicator."""

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from data.catalogue import subjects
from data.catalogue.model import NATIONAL, Catalogue, Indicator, Population
from pages.components import links, states
from pages.components.documents.formula import formula, multiplied, sql
from pages.components.html_table import Cell, Row, html_table
from pages.components.source_note import report_tables
from pages.shell import navigation, runtime
from pages.theme import formats

FREQUENCIES = {"weekly": "周", "monthly": "月", "quarterly": "季", "yearly": "年"}
_UNREAD = "N"  # among what a definition rests on: general knowledge
_GRAINS = {"city": "市", "county": "县", "township": "乡", "village": "村"}
_DIRECTIONS = {"higher_better": "越高越好", "lower_better": "越低越好", "info": "只作说明，不排名"}
_PAGES = {
    "signing": "signing",
    "visits": "visits",
    "village_clinic": "village_clinics",
    "township": "village_clinics",
    "county_hospital": "village_clinics",
    "insurance": "insurance",
    "major_disease": "disease",
    "chronic": "disease",
    "maternal_child": "maternal",
    "disease_control": "prevention",
    "workforce": "workforce",
    "support": "workforce",
    "family_planning": "family_planning",
    "supervision": "monitoring",
    "information_system": "reporting",
    "funding": "funds",
}
_VERSIONS = 30  # definitions looked back at


def matching(table: pl.DataFrame, *, domain: str | None, words: str | None) -> pl.DataFrame:
    """Return the indicators of a field whose name, definition or report columns have the words.

    table  Rows of indicator_list.
    """
    rows = table.filter(pl.col("is_first_population"))
    if domain:
        rows = rows.filter(pl.col("domain") == domain)
    if not words:
        return rows
    catalogue = runtime.catalogue()
    found = [
        identifier
        for identifier in rows["indicator"]
        if all(word in _searched(catalogue, identifier) for word in words.split())
    ]
    return rows.filter(pl.col("indicator").is_in(found))


def indicator_table(table: pl.DataFrame, chosen: str) -> None:
    """Draw the indicators found, each a link to its entry. table: rows of indicator_list."""
    if table.is_empty():
        states.empty("没有找到", "名称、定义和报表栏目里都没有这些字", "请换一个词")
        return
    st.caption(f"{table.height} 项指标")
    headers = [Cell("指标"), Cell("单位"), Cell("频率"), Cell("最细到")]
    html_table(headers, [_listed(row, chosen) for row in table.iter_rows(named=True)], tall=True)


def entry(indicator: Indicator) -> None:
    """Draw what is fixed about one indicator."""
    catalogue = runtime.catalogue()
    domains = catalogue.words.get("domains") or {}
    st.header(f"{indicator.name}（{indicator.unit}）", anchor=False)
    st.html(
        f'<p class="rule">{escape(domains.get(indicator.domain, indicator.domain))} · '
        f"{_used(indicator)}</p>"
    )
    st.write(indicator.definition)
    if indicator.caveat:
        st.write(f"**注意** {indicator.caveat}")
    if indicator.evidence:
        st.write(f"**口径依据** {_evidence(indicator)}")
    _formulas(catalogue, indicator)
    _rules(catalogue, indicator)
    _versions(indicator)
    with st.expander("取数的查询（可在数据导出页的查询台里运行）", key="dictionary_sql"):
        st.caption(f"指标代码：{indicator.id}")
        for population in indicator.populations.values():
            for part, measure in (("分子", population.numerator), ("分母", population.denominator)):
                if measure:
                    st.caption(f"{_population(catalogue, population)} · {part}")
                    st.code(sql(measure), language="sql")


def target_table(table: pl.DataFrame) -> None:
    """Draw every target with its document and section. table: of indicator_targets."""
    if table.is_empty():
        st.html('<p class="rule">没有登记目标。</p>')
        return
    headers = [Cell(each) for each in ("性质", "人群", "适用地方")]
    headers += [Cell("目标", style="number"), Cell("有效期", style="words")]
    headers += [Cell("文件和章节"), Cell("核对")]
    headers += [Cell("说明", style="wide")]
    html_table(headers, [_target(row) for row in table.iter_rows(named=True)], tall=True)


def _listed(row: dict[str, Any], chosen: str) -> Row:
    target = links.href("dictionary", indicator=row["indicator"])
    return Row(
        [
            Cell(html=links.link(row["name"], target)),
            Cell(row["unit"]),
            Cell(FREQUENCIES[row["frequency"]]),
            Cell(_GRAINS.get(row["grain"]) or str(row["grain"])),
        ],
        is_total=row["indicator"] == chosen,
    )


def _used(indicator: Indicator) -> str:
    """Where it is shown, as links."""
    go = links.href("analysis", indicator=indicator.id, population=None, village=None)
    shown = [links.link("指标分析", go)]
    if indicator.headline is not None:
        shown.append(links.link("总览", links.href("")))
    titles = {each.stem: each.title for each in navigation.ENTRIES}
    described = (each.stem for each in subjects.load().values() if indicator.id in each.indicators)
    stem = _PAGES.get(indicator.domain) or next(described, "")
    if stem in titles:
        shown.append(links.link(titles[stem], links.href(stem)))
    return f"用在：{'、'.join(shown)}"


def _evidence(indicator: Indicator) -> str:
    """Whether the definition was read in a document, so that nobody quotes it unread."""
    unread = _UNREAD in indicator.evidence
    if unread and len(indicator.evidence) == 1:
        return "待核对：按通行做法写成，没有对照文件原文；对外引用前请先查原文。"
    told = "对照过公开文件的文本（多为转载，不是发文机关的网页）"
    return f"一部分{told}，其余待核对。" if unread else f"{told}。"


def _formulas(catalogue: Catalogue, indicator: Indicator) -> None:
    rows = []
    for population in indicator.populations.values():
        said = formula(catalogue, population)
        rows.append(
            Row(
                [
                    Cell(_population(catalogue, population), style="words"),
                    Cell(f"{said.text}{multiplied(indicator)}", style="wide"),
                    Cell("、".join(said.tables), style="source"),
                ]
            )
        )
    html_table([Cell("人群"), Cell("公式（报表栏目）"), Cell("取自")], rows)


def _rules(catalogue: Catalogue, indicator: Indicator) -> None:
    said = [
        f"频率：每{FREQUENCIES[indicator.frequency]}",
        f"最细到{_GRAINS.get(indicator.grain, indicator.grain)}级",
        _DIRECTIONS[indicator.direction],
        f"已报单位不到{indicator.min_coverage}%时退回上一期",
        _amber(catalogue, indicator),
    ]
    if indicator.provisional_periods:
        said.append(f"最近{indicator.provisional_periods}期为暂定数")
    if any(each.cumulative for each in indicator.populations.values()):
        said.append("本年累计，另可看本期")
    if indicator.parts:
        said.append(f"变化按{indicator.parts.inside}、{indicator.parts.outside}两部分说")
    if indicator.sensitive:
        said.append("敏感，县以下分子、分母减分子有一个是小数的遮蔽")
    if indicator.may_exceed_100:
        said.append("可以超过100%")
    st.write("**规则** " + "；".join(part for part in said if part) + "。")


def _amber(catalogue: Catalogue, indicator: Indicator) -> str:
    """From which gap on 预警 becomes 滞后, the indicator's own or the settings'."""
    if indicator.direction == "info" or not indicator.light:
        return "不亮灯"
    kind, amount = indicator.amber_kind, indicator.amber
    if kind is None:
        for line in catalogue.settings.get("light_amber") or []:
            fits = all(
                line.get(key, value) == value
                for key, value in (("unit", indicator.unit), ("direction", indicator.direction))
            )
            if fits:
                ((kind, amount),) = line["amber"].items()
                break
    if kind is None or amount is None:
        return ""
    shown = formats.amount(amount)
    return {
        "points": f"差距超过{shown}个百分点为滞后",
        "percent_of_target": f"差距超过目标值的{shown}%为滞后",
        "absolute": f"差距超过{shown}{indicator.unit}为滞后",
    }.get(kind, "")


def _versions(indicator: Indicator) -> None:
    """Say since which snapshot the definition holds, and what changed before."""
    lines, headers = [], _era_headers(indicator)
    previous: Indicator | None = None
    seen = ""
    for number in runtime.store().numbers()[-_VERSIONS:]:
        if number > runtime.snapshot() or runtime.store().manifest(number).catalogue == seen:
            continue
        seen = runtime.store().manifest(number).catalogue
        now = runtime.store().catalogue(number).indicators.get(indicator.id)
        if now is None or (previous is not None and _same(now, previous)):
            continue
        time = runtime.store().manifest(number).time[:10]
        lines.append(
            f"快照 {number} 号（{time}）{'起用现行定义' if previous is None else '起改了定义'}"
        )
        previous = now
    st.write(f"**版本** {';'.join([*lines, *headers])}。")


def _same(one: Indicator, other: Indicator) -> bool:
    return repr(one) == repr(other)


def _era_headers(indicator: Indicator) -> list[str]:
    """The report columns whose heading changed with the years."""
    tables = runtime.catalogue().tables
    used = {
        name
        for population in indicator.populations.values()
        for measure in (population.numerator, population.denominator)
        if measure
        for name in measure.sum.columns
    }
    return [
        f"栏目「{column.header}」"
        + "、".join(f"{_era(era)}叫「{words}」" for era, words in column.header_by_era.items())
        for each in report_tables([indicator])
        if each in tables
        for column in tables[each].columns
        if column.name in used and column.header_by_era
    ]


def _era(era: str) -> str:
    first, _, last = era.partition("..")
    return f"{first or ''}{'至' if first and last else ''}{f'{last}年' if last else '年起'}" + (
        "以前" if last and not first else ""
    )


def _population(catalogue: Catalogue, population: Population) -> str:
    entry_ = (catalogue.words.get("populations") or {}).get(population.id) or {}
    return str(entry_.get("name", population.id))


def _searched(catalogue: Catalogue, identifier: str) -> str:
    indicator = catalogue.indicators[identifier]
    said = [formula(catalogue, each) for each in indicator.populations.values()]
    parts = [indicator.name, indicator.id, indicator.definition, indicator.caveat]
    return " ".join([*parts, *(f"{each.text} {' '.join(each.tables)}" for each in said)])


def _target(row: dict[str, Any]) -> Row:
    grey = "" if row["status"] == "采用" else "quiet"
    sign = {">=": "≥", "<=": "≤"}.get(row["comparator"], row["comparator"])
    place = row["scope_name"] or ("全国" if row["scope_code"] == NATIONAL else "文件所在地方")
    first, last = formats.date_zh(row["valid_from"]), formats.date_zh(row["valid_to"])
    return Row(
        [
            Cell(row["status"], style=grey),
            Cell(row["population_name"], style=f"words {grey}".strip()),
            Cell(place, style=grey),
            Cell(f"{sign}{formats.amount(row['target'])}{row['unit']}", style=f"number {grey}"),
            Cell(f"{first}至{last}", style=f"words {grey}".strip()),
            Cell(
                f"{row['document']} {row['section'] or ''} {row['fact_id'] or ''}", style="source"
            ),
            Cell(row["checked"] or "", style=grey),
            Cell(row["note"] or formats.ABSENT, style=f"wide {grey}".strip()),
        ]
    )
