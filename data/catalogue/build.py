"""From definition entries to the typed catalogue, refusing every mistake with its place."""

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from data.catalogue import expressions
from data.catalogue.expressions import Expression
from data.catalogue.files import Entry, Place, plain
from data.catalogue.known_areas import Areas
from data.catalogue.model import (
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
# How two tables or periods may be held against each other (data/cross_checks.py).
CROSS_KINDS = (
    "compare_sum",
    "exists",
    "clinic_rule",
    "register_count",
    "register_kind",
    "count_flagged",
    "carried",
    "jump",
    "filed_reports",
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
# Columns of the views that are derived before the measures run (see data/derive.py).
VIEWS: dict[str, frozenset[str]] = {
    "clinic_state": frozenset(
        "clinic_code village_code area_code is_poor_village status exempt service_mode service_pop "
        "floor_area_ok rooms_ok doctor_ok licence_ok override period_start period_end".split()
    ),
    "village_clinic_state": frozenset(
        "village_code area_code status doctor_ok exempt is_poor_village "
        "period_start period_end".split()
    ),
    "filings": frozenset("table_id area_code on_time period_start period_end".split()),
    "areas": frozenset("area_code name level parent_code kind".split()),
}
_ROW_NAMES = frozenset(("period", "period_start", "period_end", "import_date", "area_code"))
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
    "stored",
    "filed_at",
    "since",
    "note",
    "values",
    "checks",
)
_INDICATOR_KEYS = (
    "name",
    "name_en",
    "definition",
    "caveat",
    "domain",
    "unit",
    "multiplier",
    "decimals",
    "direction",
    "frequency",
    "grain",
    "headline",
    "dimension",
    "sensitive",
    "may_exceed_100",
    "light",
    "amber",
    "min_coverage",
    "provisional_periods",
    "evidence",
    "facts",
    "table",
    "populations",
)
_AMBER_KINDS = ("points", "percent_of_target", "absolute")
_INDICATOR_FREQUENCIES = ("weekly", "monthly", "quarterly", "yearly", "half-yearly")


def catalogue(
    merged: dict[str, dict[str, Entry]], areas: Areas, *, text: str | None = None
) -> Catalogue:
    """Build and validate the catalogue from merged entries and the area register.

    text  Its text where that is known: of a snapshot's.
    """
    common_entry = merged["tables"].get("common")
    if common_entry is None:
        raise CatalogueError("缺少 tables/common.yaml(各表公共列)。请恢复这个文件。")
    common = _columns("T00", common_entry, frozenset())
    tables = {
        table.id: table
        for key, entry in merged["tables"].items()
        if key != "common"
        for table in [_table(entry, common)]
    }
    settings_entry = merged["settings"].get("settings")
    settings = plain(settings_entry) if settings_entry else {}
    indicators = {
        key: _indicator(key, entry, tables) for key, entry in merged["indicators"].items()
    }
    targets = tuple(_target(entry, indicators, areas) for entry in merged["targets"].values())
    _refuse_ties(targets, list(merged["targets"].values()))
    obligations = _obligations(merged["obligations"].values(), tables, areas)
    for kind in ("aliases", "peer_groups"):
        for entry in merged[kind].values():
            _known_area(entry, "area_code", areas)
    events = [_event(entry, indicators, areas) for entry in merged["events"].values()]
    cross_checks = [_cross_check(entry, tables) for entry in merged["cross_checks"].values()]
    words_entry = merged["words"].get("words")
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
        origins={
            f"{kind}.{key}": entry.place.file
            for kind in KINDS
            for key, entry in merged[kind].items()
        },
    )


def _table(entry: Entry, common: tuple[Column, ...]) -> Table:
    entry.only(_TABLE_KEYS)
    table_id = str(entry.need("id"))
    frequency = entry.one_of("frequency", ("weekly", "monthly", "quarterly"))
    columns_entry = entry.need("columns")
    names = frozenset(columns_entry.values)
    row_names = names | frozenset(column.name for column in common) | _ROW_NAMES
    columns = _columns(table_id, entry, row_names | {f"prev_{name}" for name in names})
    key = tuple(entry.need("key"))
    for name in key:
        if name != "area_code" and name not in names:
            raise entry.at("key").fail(f"自然键里的「{name}」不是 {table_id} 的列。")
    _refuse_same_headers(table_id, columns_entry, (*common, *columns))
    area = str(entry.values.get("area", "division_code"))
    if area != "division_code" and area not in names:
        raise entry.at("area").fail(f"区划列「{area}」不是 {table_id} 的列。")
    return Table(
        id=table_id,
        title=str(entry.need("title")),
        name=str(entry.need("name")),
        grain=str(entry.need("grain")),
        frequency=frequency,
        register=_flag(entry, "register", False),
        area_column=area,
        unit_level=entry.one_of("unit_level", LEVELS),
        store_by=entry.one_of("store_by", ("week", "month", "quarter", "year")),
        key=key,
        columns=columns,
    )


def _columns(table_id: str, table: Entry, names: frozenset[str]) -> tuple[Column, ...]:
    columns: Entry = table.need("columns")
    own = frozenset(columns.values)
    usable = names or own | _ROW_NAMES
    return tuple(
        _column(table_id, name, entry, usable, own) for name, entry in columns.values.items()
    )


def _column(
    table_id: str, name: str, entry: Entry, names: frozenset[str], own: frozenset[str]
) -> Column:
    entry.only(_COLUMN_KEYS)
    sensitive = entry.values.get("sensitive")
    if sensitive not in (None, "all"):
        _expression(entry, "sensitive", own)
    by_era: Entry | None = entry.values.get("header_by_era")
    for era in by_era.values if by_era else ():
        if not re.fullmatch(r"(\d{4})?\.\.(\d{4})?", era):
            raise by_era.at(era).fail(f"年代「{era}」写法不对,应为 ..2020、2021..2025 或 2026..。")  # type: ignore[union-attr]
    checks = []
    for number, check in enumerate(entry.values.get("checks") or [], start=1):
        check.only(("must", "severity"))
        checks.append(
            Check(
                id=f"{table_id}.{name}.{number}",
                must=_expression(check, "must", names),
                severity=check.one_of("severity", SEVERITIES),
            )
        )
    return Column(
        name=name,
        header=str(entry.need("header")),
        aliases=tuple(str(alias) for alias in entry.values.get("aliases") or ()),
        header_by_era=plain(by_era) if by_era else {},
        type=entry.one_of("type", tuple(POLARS_TYPES)),
        unit=str(entry.values.get("unit") or ""),
        kind=entry.one_of("kind", ROLL_UPS, default="text"),
        required=_flag(entry, "required", False),
        sensitive=sensitive,
        stored=_flag(entry, "stored", True),
        filed_at=entry.values.get("filed_at"),
        since=str(entry.values.get("since") or "v1"),
        note=str(entry.values.get("note") or ""),
        values=tuple(str(value) for value in entry.values.get("values") or ()),
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


def _indicator(key: str, entry: Entry, tables: dict[str, Table]) -> Indicator:
    entry.only(_INDICATOR_KEYS)
    computed = entry.values.get("table") != "none"
    amber_kind, amber = _amber(entry)
    populations_entry = entry.values.get("populations")
    populations = {}
    if isinstance(populations_entry, Entry):
        for population, value in populations_entry.values.items():
            if not isinstance(value, Entry):
                raise populations_entry.at(population).fail(f"人群「{population}」没有写式子。")
            populations[population] = _population(population, value, tables)
    if computed and not populations:
        raise entry.place.fail(f"指标「{key}」没有人群和式子。请补上 populations。")
    sources = [name for population in populations.values() for name in population.sources]
    dimension = entry.values.get("dimension")
    dimension = None if dimension in (None, "none") else str(dimension)
    for name in sources:
        if dimension and dimension not in _columns_of(name, tables):
            raise entry.at("dimension").fail(f"分组列「{dimension}」在 {name} 中不存在。")
    frequency = entry.one_of("frequency", _INDICATOR_FREQUENCIES)
    order = ("weekly", "monthly", "quarterly", "half-yearly", "yearly")
    for name in sources:
        if name in tables and order.index(tables[name].frequency) > order.index(frequency):
            raise entry.at("frequency").fail(
                f"指标「{key}」不能比报表 {name} 更频繁;请把频率改为 {tables[name].frequency}。"
            )
    return Indicator(
        id=key,
        name=str(entry.need("name")),
        name_en=str(entry.values.get("name_en") or ""),
        definition=str(entry.need("definition")),
        caveat=str(entry.values.get("caveat") or ""),
        domain=str(entry.need("domain")),
        unit=str(entry.need("unit")),
        multiplier=_whole(entry, "multiplier", 1),
        decimals=_whole(entry, "decimals", 2),
        direction=entry.one_of("direction", ("higher_better", "lower_better", "info")),
        frequency=frequency,
        grain=entry.one_of("grain", LEVELS),
        headline=_whole(entry, "headline", 0) or None,
        dimension=dimension,
        sensitive=_flag(entry, "sensitive", False),
        may_exceed_100=_flag(entry, "may_exceed_100", False),
        light=_flag(entry, "light", True),
        amber_kind=amber_kind,
        amber=amber,
        min_coverage=_whole(entry, "min_coverage", 90),
        provisional_periods=_whole(entry, "provisional_periods", 0),
        evidence=tuple(entry.values.get("evidence") or ()),
        facts=tuple(entry.values.get("facts") or ()),
        computed=computed,
        populations=populations,
    )


def _amber(entry: Entry) -> tuple[str | None, Decimal | None]:
    amber = entry.values.get("amber")
    if amber in (None, "none"):
        return None, None
    if not isinstance(amber, Entry) or len(amber.values) != 1:
        raise entry.at("amber").fail(f"amber 应为 {{{' | '.join(_AMBER_KINDS)}: 数}}。")
    amber.only(_AMBER_KINDS)
    kind, value = next(iter(amber.values.items()))
    return kind, _number(amber, kind, value)


def _population(population: str, entry: Entry, tables: dict[str, Table]) -> Population:
    entry.only(("numerator", "denominator", "sensitive"))
    numerator = _measure(entry, "numerator", tables)
    if entry.values.get("denominator") is None:
        raise entry.place.fail(f"人群「{population}」没有写 denominator;没有分母的写 none。")
    denominator = (
        None if entry.values["denominator"] == "none" else _measure(entry, "denominator", tables)
    )
    columns = tables[numerator.source].by_name if numerator.source in tables else {}
    kinds = {columns[name].kind for name in numerator.sum.names(columns)}
    return Population(
        id=population,
        numerator=numerator,
        denominator=denominator,
        sensitive=_flag(entry, "sensitive", False),
        cumulative=next((kind for kind in ("ytd", "ytd_mch") if kind in kinds), ""),
    )


def _measure(entry: Entry, key: str, tables: dict[str, Table]) -> Measure:
    value = entry.values.get(key)
    if not isinstance(value, Entry):
        raise entry.at(key).fail(f"「{key}」应写作 {{from: 报表, sum: 列}}。")
    value.only(("from", "where", "sum", "distinct"))
    source = str(value.need("from"))
    if source not in tables and source not in VIEWS:
        raise value.at("from").fail(
            f"没有报表或视图「{source}」。可用 T01…T21、{'、'.join(VIEWS)}。"
        )
    names = _columns_of(source, tables)
    value.need("sum")
    return Measure(
        source=source,
        where=_expression(value, "where", names) if value.values.get("where") else None,
        sum=_expression(value, "sum", names),
        distinct=_expression(value, "distinct", names) if value.values.get("distinct") else None,
    )


def _columns_of(source: str, tables: dict[str, Table]) -> frozenset[str]:
    if source in VIEWS:
        return VIEWS[source]
    stored = frozenset(column.name for column in tables[source].stored_columns)
    return stored | {"division_code", "area_code", "period", "period_start", "period_end"}


def _target(entry: Entry, indicators: dict[str, Indicator], areas: Areas) -> Target:
    indicator = indicators.get(entry.values["indicator_id"])
    if indicator is None:
        raise entry.place.fail(f"目标的指标「{entry.values['indicator_id']}」不存在。")
    if entry.values["population"] not in indicator.populations:
        raise entry.place.fail(
            f"指标 {indicator.id} 没有人群「{entry.values['population']}」,"
            f"只有{'、'.join(indicator.populations)}。"
        )
    if entry.values["unit"] != indicator.unit:
        raise entry.place.fail(
            f"目标的单位「{entry.values['unit']}」与指标的单位「{indicator.unit}」不同。"
        )
    if entry.values["scope_code"] not in ("", NATIONAL):
        _known_area(entry, "scope_code", areas)
    valid_from, valid_to = (_day(entry, key) for key in ("valid_from", "valid_to"))
    if valid_from and valid_to and valid_to < valid_from:
        raise entry.place.fail(f"失效日 {valid_to} 早于生效日 {valid_from}。请改正日期。")
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
        value=_number(entry, "value", entry.values["value"]),
        unit=entry.values["unit"],
        status=status,
        document=str(entry.need("document")),
        document_rank=_whole(entry, "document_rank", 9),
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
                "(同一指标、人群、范围、生效日和文件级别)。请删去一行或改 document_rank。"
            )
        seen[key] = entry.place


def _obligations(entries: Iterable[Entry], tables: dict[str, Table], areas: Areas) -> pl.DataFrame:
    """Obligations by unit: a scope and a level become one row per area of that level."""
    zones = areas.upper.filter(pl.col("kind") == "statistical_zone")["area_code"]
    parts = []
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
        if not units.height:
            raise entry.place.fail(
                f"区划 {scope} 下没有 {level} 一级的单位。请改范围或先导入区划。"
            )
        valid_from, valid_to = (_day(entry, key) for key in ("valid_from", "valid_to"))
        parts.append(
            units.select(
                pl.lit(entry.values["table_id"]).alias("table_id"),
                pl.col("area_code").alias("unit_code"),
                pl.lit(valid_from, dtype=pl.Date).alias("valid_from"),
                pl.lit(valid_to, dtype=pl.Date).alias("valid_to"),
                pl.lit(_whole(entry, "due_days", 0), dtype=pl.Int64).alias("due_days"),
            )
        )
    schema = {
        "table_id": pl.String,
        "unit_code": pl.String,
        "valid_from": pl.Date,
        "valid_to": pl.Date,
        "due_days": pl.Int64,
    }
    if not parts:
        return pl.DataFrame(schema=schema)
    return pl.concat(parts).unique(maintain_order=True).sort("table_id", "unit_code", "valid_from")


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
    _day(entry, "date")
    entry.need("date")
    if entry.values["scope_code"]:
        _known_area(entry, "scope_code", areas)
    if entry.values["indicator_id"] and entry.values["indicator_id"] not in indicators:
        raise entry.place.fail(f"事件的指标「{entry.values['indicator_id']}」不存在。")
    return plain(entry)


def _cross_check(entry: Entry, tables: dict[str, Table]) -> dict[str, Any]:
    for key in ("table", "kind", "title"):
        entry.need(key)
    table = tables.get(entry.values["table"])
    if table is None:
        raise entry.at("table").fail(f"没有报表「{entry.values['table']}」。")
    entry.one_of("kind", CROSS_KINDS)
    for key in ("column", "columns"):
        named = entry.values.get(key) or ()
        for column in [named] if isinstance(named, str) else named:
            if column not in table.by_name:
                raise entry.at(key).fail(f"{table.id} 没有列「{column}」。")
    return plain(entry)


def _expression(entry: Entry, key: str, names: frozenset[str]) -> Expression:
    if entry.place.checked:
        return Expression(str(entry.need(key)))
    try:
        return expressions.parse(str(entry.need(key)), names)
    except CatalogueError as error:
        if entry.values.get(key) in (None, ""):
            raise
        raise entry.at(key).fail(f"{error} 请对照该表的列名改正。") from error


def _known_area(entry: Entry, key: str, areas: Areas) -> None:
    if entry.values[key] not in areas and entry.values[key] != NATIONAL:
        raise entry.at(key).fail(f"区划代码「{entry.values[key]}」不在区划表中。")


def _day(entry: Entry, key: str) -> date | None:
    text = entry.values.get(key)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise entry.at(key).fail(f"日期「{text}」不存在,应写作 2020-01-31。") from error


def _number(entry: Entry, key: str, value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise entry.at(key).fail(f"「{value}」不是数。") from error


def _whole(entry: Entry, key: str, default: int) -> int:
    value = entry.values.get(key)
    if value in (None, ""):
        return default
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise entry.at(key).fail(f"「{key}」应为整数,实为「{value}」。") from error


def _flag(entry: Entry, key: str, default: bool) -> bool:
    value = entry.values.get(key, default)
    if not isinstance(value, bool):
        raise entry.at(key).fail(f"「{key}」只能是 true 或 false,实为「{value}」。")
    return value


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
            "light": item.light,
            "amber_kind": item.amber_kind,
            "amber": str(item.amber) if item.amber is not None else None,
            "min_coverage": item.min_coverage,
            "provisional_periods": item.provisional_periods,
            "cumulative": population.cumulative,
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
