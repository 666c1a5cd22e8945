"""A small real store for query tests: real Parquet files, a real manifest, a real catalogue.

Two counties with two townships each and a zone under one city; figures are given row by row.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from data import catalogue as catalogues
from data.filed.rows import cut_of
from data.periods import Period
from data.snapshots.manifest import FileEntry, Manifest, sorted_files
from data.snapshots.store import Store

CITY, EAST, WEST, SOUTH, ZONE = "991100", "991102", "991103", "991104", "991171"
AREAS = f"""area_code,name,level,parent_code,kind,valid_from,valid_to,successors
990000,试验省,province,,,,,
{CITY},试验市,city,990000,,,,
{EAST},东县,county,{CITY},,,,
{WEST},西县,county,{CITY},,,,
{SOUTH},南县,county,{CITY},,,,
{ZONE},功能区,county,{CITY},statistical_zone,,,
991102001,东一镇,township,{EAST},,,,
991102002,东二镇,township,{EAST},,,,
991103001,西一镇,township,{WEST},,,,
991102001201,甲村,village,991102001,village,,,
991102001202,乙村,village,991102001,village,,,
991102001001,丙社区,village,991102001,neighbourhood,,,
"""
VALUES_SCHEMA: dict[str, Any] = {
    "indicator": pl.String,
    "population": pl.String,
    "period": pl.String,
    "area_code": pl.String,
    "level": pl.String,
    "dimension": pl.String,
    "period_end": pl.Date,
    **dict.fromkeys(("numerator", "denominator"), pl.Decimal(18, 4)),
    **dict.fromkeys(("units_expected", "units_reported", "units_carried"), pl.Int64),
    **dict.fromkeys(("provisional", "masked"), pl.Boolean),
    **dict.fromkeys(
        ("prev_numerator", "prev_denominator", "prev_self_numerator", "prev_self_denominator"),
        pl.Decimal(18, 4),
    ),
    "prev_units": pl.Int64,
    "prev_units_differ": pl.Boolean,
    **dict.fromkeys(
        ("yoy_numerator", "yoy_denominator", "yoy_self_numerator", "yoy_self_denominator"),
        pl.Decimal(18, 4),
    ),
    "yoy_units": pl.Int64,
    "yoy_units_differ": pl.Boolean,
    **dict.fromkeys(("missing_units", "prev_merged", "yoy_merged"), pl.String),
}


def level_of(area: str) -> str:
    """The level that a test area has."""
    if len(area) > 6:
        return {9: "township", 12: "village"}[len(area)]
    if area.endswith("0000"):
        return "province"
    return "city" if area.endswith("00") else "county"


def value(
    area: str,
    period: str,
    numerator: float | None,
    denominator: float | None = 100,
    *,
    indicator: str = "signing_rate",
    population: str = "target",
    reported: int = 1,
    expected: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """One derived row; the comparison columns are filled in from the other rows by `store`."""
    return {
        "indicator": indicator,
        "population": population,
        "period": period,
        "area_code": area,
        "level": level_of(area),
        "dimension": "",
        "period_end": Period.parse(period).end,
        "numerator": None if numerator is None else Decimal(str(numerator)),
        "denominator": None if denominator is None else Decimal(str(denominator)),
        "units_expected": expected,
        "units_reported": 0 if numerator is None and not more.get("masked") else reported,
        "units_carried": 0,
        "provisional": False,
        "masked": False,
    } | more


def with_comparisons(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fill prev_* and yoy_* from the rows themselves, as if all units were in both periods."""
    listed = list(rows)
    by_key = {
        (r["indicator"], r["population"], r["area_code"], r["dimension"], r["period"]): r
        for r in listed
    }
    out = []
    for row in listed:
        period = Period.parse(row["period"])
        last_year = period.same_last_year()
        full = dict.fromkeys(VALUES_SCHEMA) | row
        for prefix, other in (
            ("prev", period.previous().text),
            ("yoy", last_year.text if last_year else ""),
        ):
            key = (row["indicator"], row["population"], row["area_code"], row["dimension"], other)
            base = by_key.get(key)
            known = f"{prefix}_numerator" in row
            if (
                base
                and not known
                and base["numerator"] is not None
                and row["numerator"] is not None
            ):
                full |= {
                    f"{prefix}_numerator": base["numerator"],
                    f"{prefix}_denominator": base["denominator"],
                    f"{prefix}_self_numerator": row["numerator"],
                    f"{prefix}_self_denominator": row["denominator"],
                    f"{prefix}_units": min(base["units_reported"], row["units_reported"]),
                    f"{prefix}_units_differ": row.get(
                        f"{prefix}_units_differ",
                        base["units_reported"] != row["units_reported"],
                    ),
                }
        out.append(full)
    return out


def target(
    value: float,
    *,
    scope: str = CITY,
    indicator: str = "signing_rate",
    population: str = "target",
    valid_from: str = "2020-01-01",
    valid_to: str = "2020-12-31",
    comparator: str = ">=",
    status: str = "采用",
    unit: str = "%",
    rank: int = 1,
    document: str = "试验文件",
) -> dict[str, Any]:
    """One row of targets.csv."""
    return {
        "indicator_id": indicator,
        "population": population,
        "scope_code": scope,
        "condition": "",
        "valid_from": valid_from,
        "valid_to": valid_to,
        "comparator": comparator,
        "value": str(value),
        "unit": unit,
        "status": status,
        "document": document,
        "document_rank": str(rank),
        "section": "一",
        "fact_id": f"F{rank}",
        "checked": "已核对",
        "note": "",
    }


def store(
    path: Path,
    values: Iterable[dict[str, Any]] = (),
    *,
    targets: Iterable[dict[str, Any]] = (),
    raw: dict[str, list[dict[str, Any]]] | None = None,
    clinics: list[dict[str, Any]] | None = None,
    villages: list[dict[str, Any]] | None = None,
    obligations: str = "",
    areas: str = AREAS,
    overlay: dict[str, str] | None = None,
    sources: list[dict[str, Any]] | None = None,
) -> Store:
    """Publish one snapshot of these rows into a store at the path; more calls, more snapshots."""
    out = Store(path)
    _overlay(path, areas, list(targets), obligations, overlay or {})
    catalogue = catalogues.load(path)
    files: list[FileEntry] = []
    frame = pl.DataFrame(with_comparisons(values), schema=VALUES_SCHEMA)
    kept_in = {
        "place": pl.when(pl.col("level") == "township")
        .then(pl.lit("township"))
        .otherwise(pl.lit("area")),
        "province": pl.col("area_code").str.slice(0, 2),
    }
    for (place, province), part in frame.group_by(kept_in.values(), maintain_order=True):
        folder = f"derived/{place}/mixed/2020/{province}"
        files.append(out.put_frame(folder, part.sort("indicator", "area_code", "period")))
    domain: dict[str, dict[str, tuple[str, str]]] = {}
    for table_id, rows in (raw or {}).items():
        table = catalogue.tables[table_id]
        schema = raw_schema(catalogue, table_id)
        cuts = [cut_of(table, Period.parse(row["period"])) for row in rows]
        for cut in sorted(set(cuts)):
            some = [
                raw_row(catalogue, row, schema)
                for row, own in zip(rows, cuts, strict=True)
                if own == cut
            ]
            part = pl.DataFrame(some, schema=schema).sort("area_code")
            for (code,), of_province in part.group_by("province_code", maintain_order=True):
                folder = f"tables/{table_id}/{cut}/{str(code)[:2]}"
                files.append(out.put_frame(folder, of_province))
        listed = sorted(row["period"] for row in rows)
        domain[table_id] = {"99": (listed[0], listed[-1])}
    for name, rows, schema in (
        ("clinic_state", clinics, CLINIC_SCHEMA),
        ("village_clinic_state", villages, VILLAGE_SCHEMA),
    ):
        if rows:
            full = [dict.fromkeys(schema) | state_row(row) for row in rows]
            part = pl.DataFrame(full, schema=schema)
            files.append(out.put_frame(f"derived/{name}/2020/99", part))
    if sources:
        files.append(out.put_frame("sources", pl.DataFrame(sources)))
    catalogue_sha, areas_sha = out.put_catalogue(catalogue)
    number = (out.latest() or 0) + 1
    out.commit(
        Manifest(
            number=number,
            parent=number - 1 or None,
            time="2020-12-21T08:00:00",
            who="试验",
            note="",
            kind="import",
            demo=True,
            catalogue=catalogue_sha,
            areas=areas_sha,
            domain=domain,
            files=sorted_files(files),
        )
    )
    return out


def raw_row(catalogue: Any, row: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A raw table row with its common columns filled in from area and period."""
    area = row["area_code"]
    period = Period.parse(row["period"])
    return (
        dict.fromkeys(schema)
        | ancestors(area)
        | {
            "division_code": area,
            "period_start": period.start,
            "period_end": period.end,
            "reporting_unit": "试验单位",
            "reported_on": period.end,
            "first_imported": period.end,
            "is_removed": False,
            "source_id": "s1",
            "source_sheet": "表1",
            "source_row": 5,
        }
        | row
    )


def raw_schema(catalogue: Any, table_id: str) -> dict[str, Any]:
    """The polars schema of a report table's files."""
    table = catalogue.tables[table_id]
    return {
        **dict.fromkeys(
            ("area_code", "province_code", "city_code", "county_code", "township_code", "period"),
            pl.String,
        ),
        "period_start": pl.Date,
        "period_end": pl.Date,
        "division_code": pl.String,
        **{
            column.name: column.dtype
            for column in table.stored_columns
            if column.name != "area_code"
        },
        "reporting_unit": pl.String,
        "reported_on": pl.Date,
        "remark": pl.String,
        "first_imported": pl.Date,
        "is_removed": pl.Boolean,
        "source_id": pl.String,
        "source_sheet": pl.String,
        "source_row": pl.Int64,
        "source_first": pl.String,
    }


def ancestors(area: str) -> dict[str, str | None]:
    """The codes above an area of the test register."""
    return {
        "province_code": "990000",
        "city_code": CITY if area != "990000" else None,
        "county_code": area[:6] if area[:6] != CITY and area != "990000" else None,
        "township_code": area[:9] if len(area) >= 9 else None,
    }


def state_row(row: dict[str, Any]) -> dict[str, Any]:
    """A clinic or village state row with its places and period end filled in."""
    village = row["village_code"]
    return (
        ancestors(village) | {"area_code": village, "period_end": Period.parse(row["period"]).end}
    ) | row


_STATE: dict[str, Any] = {
    **dict.fromkeys(
        (
            "period",
            "village_code",
            "area_code",
            "province_code",
            "city_code",
            "county_code",
            "township_code",
            "status",
        ),
        pl.String,
    ),
    "period_end": pl.Date,
    **dict.fromkeys(("doctor_ok", "exempt", "is_poor_village"), pl.Boolean),
}
VILLAGE_SCHEMA = _STATE | dict.fromkeys(("clinic_ok", "carried"), pl.Boolean)
CLINIC_SCHEMA: dict[str, Any] = {
    **_STATE,
    **dict.fromkeys(("clinic_code", "service_mode", "filed_period"), pl.String),
    **dict.fromkeys(("service_pop", "qualified_doctors"), pl.Int64),
    "floor_area": pl.Decimal(18, 4),
    **dict.fromkeys(
        (
            "floor_area_ok",
            "rooms_ok",
            "has_consult",
            "has_treatment",
            "has_publichealth",
            "has_pharmacy",
            "is_open",
            "licence_ok",
            "override",
            "carried",
        ),
        pl.Boolean,
    ),
    **dict.fromkeys(("licence_until", "expected_open"), pl.Date),
}


def _overlay(
    path: Path, areas: str, targets: list[dict[str, Any]], obligations: str, more: dict[str, str]
) -> None:
    folder = path / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "areas.csv").write_text(areas, "utf-8")
    if targets:
        pl.DataFrame(targets).write_csv(folder / "targets.csv")
    if obligations:
        head = "table_id,scope_code,unit_level,valid_from,valid_to,due_days\n"
        (folder / "obligations.csv").write_text(head + obligations, "utf-8")
    for name, text in more.items():
        (folder / name).write_text(text, "utf-8")


def day(text: str) -> date:
    """A date from its text."""
    return date.fromisoformat(text)
