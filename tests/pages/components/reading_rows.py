"""One reading as the queries give it, to be bent by each test."""

from datetime import date
from typing import Any


def reading(**changed: Any) -> dict[str, Any]:
    """A weekly rate of a county, one point below its target, a little better than last week."""
    return {
        "indicator": "signing_rate",
        "indicator_name": "家庭医生签约率",
        "population": "target",
        "population_name": "帮扶对象",
        "is_first_population": True,
        "headline": 1,
        "direction": "higher_better",
        "unit": "%",
        "decimals": 2,
        "frequency": "weekly",
        "area_code": "411403",
        "area_name": "睢阳区",
        "level": "county",
        "kind": "",
        "requested_period": "2020-W51",
        "period": "2020-W51",
        "is_requested": True,
        "numerator": 9400.0,
        "denominator": 10000.0,
        "printed": 94.0,
        "units_expected": 9,
        "units_reported": 9,
        "units_carried": 0,
        "missing_units": None,
        "state": "正常",
        "fallback_from_period": None,
        "fallback_reported": None,
        "fallback_expected": None,
        "stale_since": None,
        "no_new_report": False,
        "provisional": False,
        "masked": False,
        "cumulative_word": None,
        "period_alone": None,
        "change": 0.35,
        "change_common_units": False,
        "change_merged": None,
        "previous_value": 93.65,
        "previous_filed": None,
        "yoy_change": 4.1,
        "yoy_common_units": False,
        "yoy_merged": None,
        "yoy_value": 89.9,
        "yoy_filed": None,
        "lead": "previous",
        "lead_change": 0.35,
        "lead_change_is": "better",
        "lead_common_units": False,
        "lead_merged": None,
        "lead_value": 93.65,
        "lead_filed": None,
        "target": 95.0,
        "target_comparator": "≥",
        "target_status": "采用",
        "target_scope_level": "county",
        "target_inherited": False,
        "target_valid_to": date(2020, 12, 31),
        "light": "预警",
        "light_rule": "未达目标，差距不超过5个百分点",
        "light_reason": None,
        "gap": 1.0,
        "periods_left": 2,
        "required_pace": 0.5,
        "rank": 2,
        "rank_change": 1,
        "ranked_of": 9,
        "small_base": False,
        "rank_min_denominator": 20,
    } | changed


def led_by_year(**changed: Any) -> dict[str, Any]:
    """A year-to-date figure whose units are not those of the year before."""
    return (
        reading(
            cumulative_word="本年累计",
            lead="year",
            lead_change=4.1,
            lead_common_units=True,
            lead_value=92.74,
            lead_filed=92.8,
            yoy_common_units=True,
            yoy_value=92.74,
            yoy_filed=92.8,
        )
        | changed
    )
