"""From definition entries to the typed catalogue, refusing every mistake with its place."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from data.catalogue import cross_rules, defaults, masks, setting_kinds, shares, word_lists
from data.catalogue.files import Entry, Place, plain
from data.catalogue.formulas import ROW_TYPES, Types, amount, condition, value
from data.catalogue.known_areas import Areas
from data.catalogue.model import (
    CUMULATIVE,
    LEVELS,
    NATIONAL,
    POLARS_TYPES,
    Catalogue,
    Check,
    Column,
    Indicator,
    Measure,
    Population,
    Table,
    Target,
)
from data.catalogue.setting_kinds import amber_of
from data.catalogue.word_lists import refuse_no_era
from data.errors import CatalogueError
from data.findings import SEVERITIES

KINDS = (
    "tables",
    "indicators",
    "targets",
    "aliases",
    "obligations",
    "words",
    "settings",
    "events",
    "peer_groups",
    "cross_checks",
)
ROLL_UPS = (
    "stock",
    "state",
    "flow",
    "ytd",
    "ytd_mch",
    "itd",
    "opening",
    "register",
    "text",
    "flag",
    "date",
    "key",
)
# How figures are made of rows: counted on when a change of the program makes other figures or other
# columns of them, so that a store made before is told as one of other definitions.
FIGURES = 3
# Columns of the views that are derived before the measures run (see data/derive).
VIEWS: dict[str, frozenset[str]] = {
    "clinic_state": frozenset(
        "clinic_code village_code area_code is_poor_village status exempt is_open service_mode "
        "service_pop floor_area_ok rooms_ok doctor_ok licence_ok override period_start "
        "period_end".split()
    ),
    "village_clinic_state": frozenset(
        "village_code area_code status clinic_ok doctor_ok exempt is_poor_village "
        "period_start period_end".split()
    ),
    "filings": frozenset("table_id area_code on_time period_start period_end".split()),
    "areas": frozenset("area_code name level parent_code kind".split()),
}
_TABLE_KEYS = (
    "id",
    "title",
    "name",
    "grain",
    "frequency",
    "register",
    "area",
    "unit_level",
    "store_by",
    "key",
    "rounds",
    "sensitive_rows",
    "columns",
)
_COLUMN_KEYS = (
    "name",
    "header",
    "aliases",
    "header_by_era",
    "type",
    "unit",
    "kind",
    "required",
    "key",
    "sensitive",
    "part_of",
    "stored",
    "filed_at",
    "since",
    "note",
    "values",
    "values_from",
    "checks",
)
_INDICATOR_FREQUENCIES = ("weekly", "monthly", "quarterly", "yearly", "half-yearly")


def catalogue(
    merged: dict[str, dict[str, Entry]], areas: Areas, *, text: str | None = None
) -> Catalogue:
    """Build and validate the catalogue from merged entries and the area register.

    text  Its text where that is known: of a snapshot's.
    """
    common_entry = merged["tables"].get("common")
    if common_entry is None:
        raise CatalogueError("缺少 tables/common.yaml（各表公共列）。请恢复这个文件。")
    common = _columns("T00", common_entry, {})
    every = tuple(key for key in merged["tables"] if key != "common")
    tables = {key: _table(key, merged["tables"][key], common, every) for key in every}
    settings_entry = merged["settings"].get("settings")
    words_entry = merged["words"].get("words")
    if text is None and settings_entry and words_entry:
        word_lists.refuse_wrong(words_entry)
        setting_kinds.refuse_wrong(settings_entry, words_entry, areas)
        _refuse_unnamed(merged["indicators"].values(), words_entry)
    settings = plain(settings_entry) if settings_entry else {}
    indicators = {
        key: _indicator(key, entry, tables, settings) for key, entry in merged["indicators"].items()
    }
    targets = tuple(_target(entry, indicators, areas) for entry in merged["targets"].values())
    _refuse_ties(targets, list(merged["targets"].values()))
    obligations = _obligations(merged["obligations"].values(), tables, areas)
    for kind in ("aliases", "peer_groups"):
        for entry in merged[kind].values():
            _known_area(entry, "area_code", areas)
    events = [_event(entry, indicators, areas) for entry in merged["events"].values()]
    cross_checks = [cross_rules.read(entry, tables) for entry in merged["cross_checks"].values()]
    if text is None:
        definitions = {
            kind: {key: plain(entry) for key, entry in merged[kind].items()} for kind in KINDS
        }
        units = obligations.with_columns(pl.col(pl.Date).dt.to_string())
        resolved = {
            "definitions": definitions,
            "indicators": [row for item in indicators.values() for row in _indicator_rows(item)],
            "targets": [_target_row(target) for target in targets],
            "obligations": units.to_dicts(),
            "events": events,
            "settings": settings,
            "areas": areas.sha,
            "figures": FIGURES,
        }
        text = json.dumps(resolved, ensure_ascii=False)
    return Catalogue(
        tables=tables,
        common=common,
        indicators=indicators,
        targets=targets,
        register=areas,
        aliases=_frame(merged["aliases"].values(), ("area_code", "alias")),
        obligations=obligations,
        words=plain(words_entry) if words_entry else {},
        settings=settings,
        events=tuple(events),
        peer_groups=tuple(plain(entry) for entry in merged["peer_groups"].values()),
        cross_checks=tuple(cross_checks),
        text=text,
    )


def _table(stem: str, entry: Entry, common: tuple[Column, ...], every: tuple[str, ...]) -> Table:
    entry.only(_TABLE_KEYS)
    table_id = entry.text("id")
    entry.at("id").refuse_no_name(table_id)
    if table_id != stem:
        raise entry.at("id").fail(f"「id」是 {table_id}，文件名是 {stem}，两者应相同。")
    frequency = entry.one_of("frequency", ("weekly", "monthly", "quarterly"))
    entry.need("columns")
    columns_entry = entry.entry("columns")
    names = frozenset(columns_entry.values)
    types = {column.name: column.dtype for column in common}
    columns = _columns(table_id, entry, types, every)
    entry.need("key")
    key = entry.texts("key")
    for name in key:
        if name != "area_code" and name not in names:
            raise entry.at("key").fail(f"自然键里的「{name}」不是 {table_id} 的列。")
    rounds = entry.text("rounds", "") or None
    if rounds and not (rounds in key and rounds in names and entry.values.get("register")):
        raise entry.at("rounds").fail(
            f"「{rounds}」不是台账自然键里的列。请改成给批次编号的那一列，或删去「rounds」。"
        )
    _refuse_same_headers(table_id, columns_entry, (*common, *columns))
    columns = masks.with_sensitive_rows(entry, key, columns)
    masks.refuse_lone_parts(columns_entry, columns)
    area = entry.text("area", "division_code")
    if area != "division_code" and area not in names:
        raise entry.at("area").fail(f"区划列「{area}」不是 {table_id} 的列。")
    return Table(
        id=table_id,
        title=entry.text("title"),
        name=entry.text("name"),
        grain=entry.text("grain"),
        frequency=frequency,
        register=entry.flag("register", False),
        area_column=area,
        unit_level=entry.one_of("unit_level", LEVELS),
        store_by=entry.one_of("store_by", ("week", "month", "quarter", "year")),
        key=key,
        rounds=rounds,
        sensitive_rows=entry.text("sensitive_rows", "") or None,
        columns=columns,
    )


def _columns(
    table_id: str, table: Entry, common: Types, every: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    """A table's columns; a check may also name what all tables have, and the period before.

    every  The ids of all tables, for columns that name one.
    """
    table.need("columns")
    columns = table.entry("columns")
    columns.named()
    own = {
        name: POLARS_TYPES[columns.entry(name).one_of("type", tuple(POLARS_TYPES))]
        for name in columns.values
    }
    before = {f"prev_{name}": kind for name, kind in own.items()} if common else {}
    types = {**ROW_TYPES, **common, **own, **before}
    return tuple(
        _column(table_id, name, columns.entry(name), types, own, every) for name in columns.values
    )


def _column(
    table_id: str, name: str, entry: Entry, types: Types, own: Types, every: tuple[str, ...]
) -> Column:
    entry.only(_COLUMN_KEYS)
    is_open = "values_from" in entry.values and entry.one_of("values_from", ("tables",))
    named = every if is_open else ()
    sensitive = entry.text("sensitive", "") or None
    if sensitive not in (None, "all"):
        condition(entry, "sensitive", own)
    by_era = entry.entry("header_by_era")
    refuse_no_era(by_era)
    checks = []
    for number, check in enumerate(entry.entries("checks"), start=1):
        check.only(("must", "severity"))
        checks.append(
            Check(
                id=f"{table_id}.{name}.{number}",
                must=condition(check, "must", types),
                severity=check.one_of("severity", SEVERITIES),
            )
        )
    return Column(
        name=name,
        header=entry.text("header"),
        aliases=entry.texts("aliases"),
        header_by_era={era: by_era.text(era) for era in by_era.values},
        type=entry.one_of("type", tuple(POLARS_TYPES)),
        unit=entry.text("unit", ""),
        kind=entry.one_of("kind", ROLL_UPS, default="text"),
        required=entry.flag("required", False),
        sensitive=sensitive,
        part_of=entry.text("part_of", "") or None,
        stored=entry.flag("stored", True),
        filed_at=entry.one_of("filed_at", ("county",)) if entry.values.get("filed_at") else None,
        since=entry.text("since", "v1"),
        note=entry.text("note", ""),
        values=(*named, *entry.texts("values")),
        checks=tuple(checks),
    )


def _refuse_same_headers(table_id: str, entry: Entry, columns: Iterable[Column]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        for header in column.accepted_headers:
            if seen.setdefault(header, column.name) != column.name:
                raise entry.at(column.name).fail(
                    f"{table_id} 的列「{column.name}」与「{seen[header]}」都叫「{header}」。"
                    "请改掉一处表头或别名。"
                )


def _refuse_unnamed(indicators: Iterable[Entry], words: Entry) -> None:
    """Refuse domains and populations without a name: the screen would show their codes."""
    for name in ("domains", "populations"):
        words.entry(name).named()
    domains, populations = (words.entry(name).values for name in ("domains", "populations"))
    for entry in indicators:
        if (domain := entry.text("domain")) not in domains:
            raise entry.at("domain").fail(
                f"领域「{domain}」没有名称。请用 words.yaml 的 domains 里的，或在那里写上。"
            )
        for population in entry.entry("populations").values.keys() - populations.keys():
            raise (
                entry.entry("populations")
                .at(population)
                .fail(f"人群「{population}」没有名称。请在 words.yaml 的 populations 里写上。")
            )


def _indicator(
    key: str, entry: Entry, tables: dict[str, Table], settings: dict[str, Any]
) -> Indicator:
    entry.only(defaults.KEYS)
    computed = entry.values.get("table") != "none"
    amber_kind, amber = amber_of(entry)
    written = entry.entry("populations")
    populations = {
        population: _population(population, written.entry(population), tables)
        for population in written.values
    }
    if computed and not populations:
        raise entry.place.fail(f"指标「{key}」没有人群和式子。请补上 populations。")
    sources = [name for population in populations.values() for name in population.sources]
    dimension = entry.text("dimension", "none")
    dimension = None if dimension == "none" else dimension
    for name in sources:
        if dimension and dimension not in _types_of(name, tables):
            raise entry.at("dimension").fail(f"分组列「{dimension}」在 {name} 中不存在。")
    frequency = entry.one_of("frequency", _INDICATOR_FREQUENCIES)
    order = ("weekly", "monthly", "quarterly", "half-yearly", "yearly")
    for name in sources:
        if name in tables and order.index(tables[name].frequency) > order.index(frequency):
            raise entry.at("frequency").fail(
                f"指标「{key}」不能比报表 {name} 更频繁；请把频率改为 {tables[name].frequency}。"
            )
    return Indicator(
        id=key,
        name=entry.text("name"),
        name_en=entry.text("name_en", ""),
        definition=entry.text("definition"),
        caveat=entry.text("caveat", ""),
        domain=entry.text("domain"),
        unit=entry.text("unit"),
        multiplier=entry.whole("multiplier", 1, least=1, most=10**8),
        decimals=entry.whole("decimals", 2, most=4),  # what the values are kept with
        direction=entry.one_of("direction", ("higher_better", "lower_better", "info")),
        frequency=frequency,
        grain=entry.one_of("grain", LEVELS),
        headline=entry.whole("headline", 0) or None,
        dimension=dimension,
        sensitive=entry.flag("sensitive", False),
        may_exceed_100=entry.flag("may_exceed_100", False),
        parts=shares.parts_of(entry, populations.values(), tables),
        light=entry.flag("light", True),
        amber_kind=amber_kind,
        amber=amber,
        min_coverage=entry.whole("min_coverage", settings.get("min_coverage", 90), most=100),
        provisional_periods=entry.whole("provisional_periods", 0),
        rank_min_denominator=entry.whole(
            "rank_min_denominator", settings.get("rank_min_denominator", 0)
        ),
        evidence=entry.texts("evidence"),
        facts=entry.texts("facts"),
        computed=computed,
        populations=populations,
    )


def _population(population: str, entry: Entry, tables: dict[str, Table]) -> Population:
    entry.only(("numerator", "denominator", "sensitive"))
    numerator = _measure(entry, "numerator", tables)
    if entry.values.get("denominator") is None:
        raise entry.place.fail(f"人群「{population}」没有写 denominator；没有分母的写 none。")
    denominator = (
        None if entry.values["denominator"] == "none" else _measure(entry, "denominator", tables)
    )
    return Population(
        id=population,
        numerator=numerator,
        denominator=denominator,
        sensitive=entry.flag("sensitive", False),
        cumulative=_cumulative(numerator, tables),
        denominator_cumulative=_cumulative(denominator, tables) if denominator else "",
    )


def _cumulative(measure: Measure, tables: dict[str, Table]) -> str:
    """How what a measure sums adds up over time: "" | "ytd" | "ytd_mch" | "itd"."""
    table = tables.get(measure.source)
    columns = table.by_name if table else {}
    kinds = {columns[name].kind for name in measure.sum.names(columns)}
    return next((kind for kind in CUMULATIVE if kind in kinds), "")


def _measure(entry: Entry, key: str, tables: dict[str, Table]) -> Measure:
    entry.need(key)
    measure = entry.entry(key)
    measure.only(("from", "where", "sum", "distinct"))
    source = measure.text("from")
    if source not in tables and source not in VIEWS:
        raise measure.at("from").fail(
            f"没有报表或视图「{source}」。可用 {'、'.join((*tables, *VIEWS))}。"
        )
    types = _types_of(source, tables)
    return Measure(
        source=source,
        where=condition(measure, "where", types) if measure.values.get("where") else None,
        sum=amount(measure, "sum", types),
        distinct=value(measure, "distinct", types) if measure.values.get("distinct") else None,
    )


def _types_of(source: str, tables: dict[str, Table]) -> Types:
    if source in VIEWS:
        return dict.fromkeys(VIEWS[source])
    stored = {column.name: column.dtype for column in tables[source].stored_columns}
    days = {name: ROW_TYPES[name] for name in ("area_code", "period", "period_start", "period_end")}
    return {**stored, **days, "division_code": pl.String}


def _target(entry: Entry, indicators: dict[str, Indicator], areas: Areas) -> Target:
    indicator = indicators.get(entry.values["indicator_id"])
    if indicator is None:
        raise entry.place.fail(f"目标的指标「{entry.values['indicator_id']}」不存在。")
    if entry.values["population"] not in indicator.populations:
        raise entry.place.fail(
            f"指标 {indicator.id} 没有人群「{entry.values['population']}」，"
            f"只有{'、'.join(indicator.populations)}。"
        )
    if entry.values["unit"] != indicator.unit:
        raise entry.place.fail(
            f"目标的单位「{entry.values['unit']}」与指标的单位「{indicator.unit}」不同。"
        )
    if entry.values["scope_code"] not in ("", NATIONAL):
        _known_area(entry, "scope_code", areas)
    valid_from, valid_to = _span(entry)
    status = entry.one_of("status", ("采用", "参考"))
    if status == "采用" and (not entry.values["scope_code"] or not valid_from):
        raise entry.place.fail("采用目标必须写明范围 scope_code 和生效日 valid_from。")
    return Target(
        indicator_id=indicator.id,
        population=entry.values["population"],
        scope_code=entry.values["scope_code"],
        condition=entry.values["condition"],
        valid_from=valid_from,
        valid_to=valid_to,
        comparator=entry.one_of("comparator", ("=", ">=", "<=", ">", "<")),
        value=entry.number("value", least=None),
        unit=entry.values["unit"],
        status=status,
        document=entry.text("document"),
        document_rank=entry.whole("document_rank", 9),
        section=entry.values["section"],
        fact_id=entry.values["fact_id"],
        checked=entry.one_of("checked", ("已核对", "待核对")),
        note=entry.values["note"],
    )


def _refuse_ties(targets: tuple[Target, ...], entries: list[Entry]) -> None:
    """Two adopted targets that no rule tells apart would make a light a matter of luck."""
    seen: dict[tuple[Any, ...], Place] = {}
    for target, entry in zip(targets, entries, strict=True):
        if target.status != "采用":
            continue
        key = (
            target.indicator_id,
            target.population,
            target.scope_code,
            target.condition,
            target.valid_from,
            target.document_rank,
        )
        if key in seen:
            raise entry.place.fail(
                f"与 {seen[key].file} 第 {seen[key].line} 行的采用目标分不出先后"
                "（同一指标、人群、范围、生效日和文件级别）。请删去一行或改 document_rank。"
            )
        seen[key] = entry.place


def _obligations(entries: Iterable[Entry], tables: dict[str, Table], areas: Areas) -> pl.DataFrame:
    """Obligations by unit: a scope and a level become one row per area of that level.

    Nobody owes before it exists or after it is gone: each row holds while both the duty and its
    unit are valid.
    """
    zones = areas.upper.filter(pl.col("kind") == "statistical_zone")["area_code"]
    owed: list[dict[str, Any]] = []
    found: dict[tuple[str, str], pl.DataFrame] = {}  # many tables are owed by the same units
    for entry in entries:
        if entry.values["table_id"] not in tables:
            raise entry.place.fail(f"报送任务的报表「{entry.values['table_id']}」不存在。")
        _known_area(entry, "scope_code", areas)
        scope = entry.values["scope_code"]
        level = entry.one_of("unit_level", LEVELS)
        if (scope, level) not in found:
            places = areas.every if level == "village" else areas.upper
            found[scope, level] = _units(places, scope, level, zones)
        units = found[scope, level]
        if not units.height and areas.rows([scope])["valid_to"].null_count():
            raise entry.place.fail(
                f"区划 {scope} 下没有 {level} 一级的单位。请改范围或先导入区划。"
            )
        if not entry.place.checked:
            entry.need("valid_from")
        valid_from, valid_to = _span(entry)
        owed.append(
            {
                "table_id": entry.values["table_id"],
                "scope": scope,
                "of_level": level,
                "since": valid_from,
                "until": valid_to,
                "due_days": entry.whole("due_days", 0),
            }
        )
    schema = {
        "table_id": pl.String,
        "unit_code": pl.String,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "due_days": pl.Int64,
    }
    if not owed:
        return pl.DataFrame(schema=schema)
    duty = {"scope": pl.String, "of_level": pl.String, "since": pl.Date, "until": pl.Date}
    units = pl.concat(
        frame.select(
            "area_code", "valid_from", "valid_to", scope=pl.lit(scope), of_level=pl.lit(level)
        )
        for (scope, level), frame in found.items()
    )
    return (
        pl.DataFrame(owed, schema={"table_id": pl.String, **duty, "due_days": pl.Int64})
        .join(units, on=["scope", "of_level"], maintain_order="left_right")
        .select(
            "table_id",
            unit_code="area_code",
            valid_from=pl.max_horizontal("since", "valid_from"),
            valid_to=pl.min_horizontal("until", "valid_to"),
            due_days="due_days",
        )
        .remove(pl.col("valid_from") > pl.col("valid_to"))
        .unique(maintain_order=True)
        .sort("table_id", "unit_code", "valid_from")
    )


def _units(places: pl.DataFrame, scope: str, level: str, zones: pl.Series) -> pl.DataFrame:
    """The areas of a level in an area; those of a zone only where the zone itself is named."""
    inside = pl.any_horizontal(
        *(pl.col(f"{name}_code") == scope for name in LEVELS[:-1]),
        pl.col("area_code") == scope,
    ).fill_null(False)
    units = places.filter(inside & (pl.col("level") == level))
    if scope in zones:
        return units
    return units.filter(~pl.col("county_code").fill_null("").is_in(zones.implode()))


def _event(entry: Entry, indicators: dict[str, Indicator], areas: Areas) -> dict[str, Any]:
    entry.day("date")
    entry.need("date")
    if entry.values["scope_code"]:
        _known_area(entry, "scope_code", areas)
    if entry.values["indicator_id"] and entry.values["indicator_id"] not in indicators:
        raise entry.place.fail(f"事件的指标「{entry.values['indicator_id']}」不存在。")
    return plain(entry)


def _span(entry: Entry) -> tuple[date | None, date | None]:
    """From when to when a line holds."""
    first, last = entry.day("valid_from"), entry.day("valid_to")
    if first and last and last < first:
        raise entry.place.fail(f"失效日 {last} 早于生效日 {first}。请改正日期。")
    return first, last


def _known_area(entry: Entry, key: str, areas: Areas) -> None:
    if entry.values[key] not in areas and entry.values[key] != NATIONAL:
        raise entry.at(key).fail(f"区划代码「{entry.values[key]}」不在区划表中。")


def _frame(entries: Iterable[Entry], columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        [[entry.values[column] for column in columns] for entry in entries],
        schema=dict.fromkeys(columns, pl.String),
        orient="row",
    )


def _indicator_rows(item: Indicator) -> list[dict[str, Any]]:
    """One flat row per indicator and population, as the queries read it."""
    return [
        {
            "indicator": item.id,
            "population": population.id,
            "population_order": order,
            "name": item.name,
            "domain": item.domain,
            "unit": item.unit,
            "multiplier": item.multiplier,
            "decimals": item.decimals,
            "direction": item.direction,
            "frequency": item.frequency,
            "grain": item.grain,
            "headline": item.headline,
            "dimension": item.dimension,
            "sensitive": item.sensitive or population.sensitive,
            "is_count": population.denominator is None,
            "part_inside": item.parts.inside if item.parts else None,
            "part_outside": item.parts.outside if item.parts else None,
            "light": item.light,
            "amber_kind": item.amber_kind,
            "amber": str(item.amber) if item.amber is not None else None,
            "min_coverage": item.min_coverage,
            "provisional_periods": item.provisional_periods,
            "cumulative": population.cumulative,
            "denominator_cumulative": population.denominator_cumulative,
            "rank_min_denominator": item.rank_min_denominator,
            "table_id": population.numerator.source,
        }
        for order, population in enumerate(item.populations.values())
    ]


def _target_row(target: Target) -> dict[str, Any]:
    return {
        "indicator": target.indicator_id,
        "population": target.population,
        "scope_code": target.scope_code,
        "condition": target.condition,
        "valid_from": target.valid_from.isoformat() if target.valid_from else None,
        "valid_to": target.valid_to.isoformat() if target.valid_to else None,
        "comparator": target.comparator,
        "value": str(target.value),
        "unit": target.unit,
        "status": target.status,
        "document": target.document,
        "document_rank": target.document_rank,
        "section": target.section,
        "fact_id": target.fact_id,
        "checked": target.checked,
        "note": target.note,
    }
