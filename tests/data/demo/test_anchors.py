"""Where a founding document prints a figure, the demo shows it."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest

from data.demo.clock import FOLDER

ANCHORS = pl.read_csv(FOLDER / "anchors.csv", infer_schema=False).to_dicts()
INDICATORS = [row for row in ANCHORS if row["indicator_id"]]
COUNTS = [row for row in ANCHORS if not row["indicator_id"]]
# Clinic states are derived; their anchor is tested on the rows of the register below.
DIRECT = [row for row in INDICATORS if row["indicator_id"] != "village_clinic_standard_rate"]


def name_of(row: dict[str, str]) -> str:
    return f"{row['fact_id']} {row['indicator_id'] or row['sum']}"


def holds(value: Decimal, row: dict[str, str]) -> bool:
    printed = Decimal(row["value"])
    return value == printed if row["comparator"] == "=" else value >= printed


def below(row: dict[str, str]) -> str:
    code = row["area_code"]
    return f"area_code like '{code[:4] if code.endswith('00') else code}%'"


@pytest.mark.parametrize("row", DIRECT, ids=name_of)
def test_rates_are_the_printed_ones(demo, row):
    indicator = demo.catalogue.indicators[row["indicator_id"]]
    population = indicator.populations[row["population"]]

    def total(measure) -> Decimal:
        written, period = measure.as_dict(), row["period"]
        if period.endswith("-Q3") and written["from"] != "T10":
            period = period.replace("Q3", "09")
        frame = demo.ask(
            f"select cast(sum({written['sum']}) as decimal(18, 4)) as total "
            f"from {written['from']} where period = '{period}' and {below(row)} "
            f"and ({written.get('where', 'true')})"
        )
        return frame["total"].item()

    rate = total(population.numerator) / total(population.denominator) * indicator.multiplier
    assert holds(rate.quantize(Decimal("0.01"), ROUND_HALF_UP), row), rate


@pytest.mark.parametrize("row", COUNTS, ids=name_of)
def test_counts_are_the_printed_ones(demo, row):
    frame = demo.ask(
        f"select sum({row['sum']}) as total from {row['table_id']} "
        f"where period = '{row['period']}' and {below(row)} and ({row['where'] or 'true'})"
    )
    assert holds(Decimal(frame["total"].item()), row), frame["total"].item()


def test_all_clinics_of_the_poor_villages_are_built(demo):
    last = demo.ask("""
        select * from t07
        where area_code like '411403%' and is_poor_village
        qualify row_number() over (partition by clinic_code order by period_end desc) = 1
    """)
    meets = (
        (pl.col("floor_area") >= 60)
        & pl.col("has_consult")
        & pl.col("has_treatment")
        & pl.col("has_publichealth")
        & pl.col("has_pharmacy")
        & (pl.col("qualified_doctors") >= 1)
        & (pl.col("licence_until") >= pl.date(2020, 11, 30))
        & (pl.col("service_pop") > 800)
    )
    assert last.height == 29
    assert last.select(meets.all()).item()
