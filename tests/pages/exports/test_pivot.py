"""The pivot as a table: reshaped, never computed."""

import polars as pl
import pytest

from pages.exports.pivot import pivot

ROWS = pl.DataFrame(
    [
        # indicator, name, population, name, period, order, kind, code, area, printed, unit, parts
        ("rate", "签约率", "all", "全部", "2020-W50", 1, "区划", "1", "东县", 90.0, "%", 9.0),
        ("rate", "签约率", "all", "全部", "2020-W50", 2, "合计", None, "合计", 90.0, "%", 9.0),
        ("rate", "签约率", "all", "全部", "2020-W51", 1, "区划", "1", "东县", 95.0, "%", 19.0),
        ("rate", "签约率", "all", "全部", "2020-W51", 2, "合计", None, "合计", 95.0, "%", 19.0),
        ("people", "人数", "all", "全部", "2020-W51", 1, "区划", "1", "东县", 20.0, "人", 20.0),
    ],
    schema=[
        "indicator",
        "indicator_name",
        "population",
        "population_name",
        "period",
        "row_order",
        "row_kind",
        "area_code",
        "area_name",
        "printed",
        "unit",
        "numerator",
    ],
    orient="row",
).with_columns(
    denominator=pl.lit(20.0), units_reported=1, period_end=pl.lit("2020-12-20").str.to_date()
)


def test_periods_across_name_themselves_in_chinese():
    table, columns = pivot(ROWS.filter(indicator="rate"), across="period", measure="printed")
    assert [each.heading for each in columns] == [
        "区划代码",
        "区划",
        "行别",
        "2020年第50周",
        "2020年第51周",
    ]
    assert table.select("area_name", *[each.name for each in columns[-2:]]).rows() == [
        ("东县", 90.0, 95.0),
        ("合计", 90.0, 95.0),
    ]
    assert {each.kind for each in columns[-2:]} == {"percent"}


def test_indicators_across_have_each_their_unit():
    table, columns = pivot(ROWS.filter(period="2020-W51"), across="indicator", measure="printed")
    assert [(each.heading, each.kind) for each in columns[-2:]] == [
        ("签约率（%）", "percent"),
        ("人数（人）", "number"),
    ]
    assert table.row(1)[-1] is None  # the people have no total: null, not 0


def test_several_indicators_in_the_rows_keep_their_unit_beside_them():
    table, columns = pivot(ROWS, across="period", measure="printed")
    assert [each.heading for each in columns][:2] == ["指标", "单位"]
    assert columns[-1].unit_column == "unit"
    assert table["indicator_name"].to_list() == ["签约率", "签约率", "人数"]


@pytest.mark.parametrize("measure", ["numerator", "denominator", "units_reported"])
def test_other_measures_are_plain_numbers(measure):
    _, columns = pivot(ROWS.filter(indicator="rate"), across="period", measure=measure)
    assert {each.kind for each in columns[-2:]} == {"number"}
