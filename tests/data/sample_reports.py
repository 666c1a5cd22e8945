"""One sound report of every table, a month or week long and the one before, as a city files it.

All figures of a row grow by the same factor, so that every rule that holds for one row holds for
all of them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.catalogue import load
from data.periods import Period
from tests.data.small_world import CITY, PROVINCE

ROWS = 96
COUNTIES = tuple(f"9901{n:02d}" for n in range(1, ROWS + 1))
TOWNSHIPS = tuple(f"{COUNTIES[0]}{n:03d}" for n in range(1, ROWS + 1))
VILLAGES = tuple(f"{township}200" for township in TOWNSHIPS)
_DIGITS = "零一二三四五六七八九"


def _spelt(n: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in f"{n:02d}")


AREAS = [
    (PROVINCE, "试省", "province", "", ""),
    (CITY, "试市", "city", PROVINCE, ""),
    *((code, f"第{_spelt(n)}县", "county", CITY, "") for n, code in enumerate(COUNTIES, 1)),
    *((c, f"甲{_spelt(n)}镇", "township", COUNTIES[0], "") for n, c in enumerate(TOWNSHIPS, 1)),
    *((v, f"乙{_spelt(n)}村", "village", v[:9], "village") for n, v in enumerate(VILLAGES, 1)),
]
NAMES = {area[0]: area[1] for area in AREAS}
UNIT = "试市卫生健康委员会"
PERIODS = {
    "weekly": ("2020-W50", "2020-W51"),
    "monthly": ("2020-10", "2020-11"),
    "quarterly": ("2020-Q2", "2020-Q3"),
}
# Not multiplied: numbers with an upper limit of their own.
_FIXED = {"four_ones_done", "posting_days", "poor_villages", "admin_villages"}
_SUSPICIONS = ("未参保", "重复参保", "死亡仍享", "未签约", "未建档", "金额不符")
_CHRONIC = ("htn", "dm2", "tb", "smi")


def _numbers(text: str) -> dict[str, int | float]:
    words = text.split()
    return {
        name: float(value) if "." in value else int(value)
        for name, value in zip(words[::2], words[1::2], strict=True)
    }


_BASE: dict[str, dict[str, Any]] = {
    "T01": _numbers("""poor_pop 1000 poor_households 300 monitored_pop 40 ill_pop 100
        resident_pop 5000 dibao_pop 200 tekun_pop 20 poor_villages 1 admin_villages 1"""),
    "T02": _numbers("""should_insure 1000 exempt_insure 10 insured_resident 900
        insured_employee 50 insured_elsewhere 20 insured_total 970 cii_covered 880
        subsidy_due 900 subsidy_paid 850 ma_due_visits 100 ma_paid_visits 90
        inpatient_visits 200 inpatient_cost 100.5 inpolicy_cost 80.25 pay_basic 40.0
        pay_cii 10.0 pay_ma 5.0 pay_other 6.0 selfpay_drug_cost 1.5 drug_cost 30.0
        not_insured 30 dead 2 missing 1 army 3 prison 2 pay_supplement 2.0
        pay_poverty_insurance 3.0"""),
    "T03": {"org_level": "乡级", "is_designated": True, "deposit_waived": True}
    | _numbers("""discharges_week 50 tfpl_due_week 40 tfpl_done_week 35 onestop_due_week 45
        onestop_done_week 40 onestop_done_ytd 200 arrears_week 1"""),
    "T04": _numbers("""teams 2 sign_target_pop 1000 away_pop 100 refused_pop 10 signed_pop 900
        chronic_should_sign 200 chronic_signed 150 expired_pop 5 service_due 2000
        service_done 1500 followups_week 300 checkups_ytd 500 elder_due 100 elder_signed 90
        pregnant_due 10 pregnant_signed 9 child_due 60 child_signed 50 disabled_due 30
        disabled_signed 20 htn_due 120 htn_signed 100 dm2_due 50 dm2_signed 40 tb_due 5
        tb_signed 4 smi_due 6 smi_signed 5"""),
    "T05": {"hospital_code": "jg001"}
    | _numbers("""confirmed 100 removed 5 refused 2 treated 90 improved 50 treat_cost 60.5
        oop_cost 6.25"""),
    "T06": _numbers("""estimated_patients 300 registered 250 managed 240 followup_due 200
        std_managed 180 controlled 150 poor_registered 60 poor_std_managed 50"""),
    "T07": {
        "is_poor_village": False,
        "has_consult": True,
        "has_treatment": True,
        "has_publichealth": True,
        "has_pharmacy": True,
        "service_mode": "自有",
        "licence_until": date(2022, 12, 31),
        "online_settle": True,
        "is_standard": True,
        "checked_on": date(2020, 9, 15),
        "build_state": "已投用",
    }
    | _numbers("service_pop 900 floor_area 80.0 qualified_doctors 2 licensed_doctors 1"
               " drug_kinds 80"),
    "T08": {
        "org_type": "县医院",
        "grade": "二级",
        "level2_ok": True,
        "standard_ok": True,
        "telemedicine_ok": True,
        "tcm_ok": False,
    }
    | _numbers("service_pop 200000 licensed_doctors 50 gps 5 tele_cases 20 new_techniques 2"),
    "T09": _numbers("""op_in_county 10000 op_out_county 1000 op_primary 6000 ip_in_county 900
        ip_out_county 100 poor_in_county 500 poor_out_county 50 referral_out 20"""),
    "T10": _numbers("""staff 100 licensed_doctors 40 nurses 30 gps 5 senior_full 2 senior_assoc 5
        village_doctors 20 vd_pension 15 order_trainees 3"""),
    "T11": _numbers("""delivered_women 100 live_births 102 hospital_births 101
        maternal_managed 95 prenatal_screened 80 newborn_screened 99 birth_defects 1
        perinatal_births 103 pmtct_tested 98 pmtct_tested_antenatal 90 hiv_women 3
        hiv_women_arv 2 hiv_infants 3 hiv_infants_arv 2 syph_women 4 syph_women_treated 3
        syph_children 4 syph_children_treated 3 hbv_newborns 6 hbv_hbig 5 premarital_checked 60
        registered_couples 40 precon_target 50 precon_checked 45 two_cancer_screened 70"""),
    "T12": _numbers("""dose_due 500 dose_given 490 hepb_due 40 hepb_full 39 he_due 300 he_done 250
        schisto_villages 3 schisto_interrupted 2"""),
    "T13": _numbers("""reward_people 100 special_people 20 fund_due 10.5 fund_paid 10.25
        paid_on_time 110 special_households 20 special_filed 19 special_visited 18
        contact_assigned 17"""),
    "T14": {
        "agreement_from": date(2019, 1, 1),
        "agreement_to": date(2021, 12, 31),
        "recipient_type": "县医院",
    }
    | _numbers("posted_staff 5 posted_6m 3 four_ones_done 2 surgeries 4 tele_cases 6"),
    "T15": _numbers("""monitored_households 50 alerts_new 3 alerts_checked 3 alerts_open_prev 2
        illness_risk_households 20 helped_households 15 cleared_households 5 alerts_overdue 1"""),
    "T16": {
        "source": "巡视",
        "issue": "村卫生室药品出入库台账登记不完整",
        "owner_unit": "镇卫生院",
        "owner_person": "院长",
        "found_on": date(2020, 9, 1),
        "due_on": date(2020, 11, 30),
        "status": "已销号",
        "done_on": date(2020, 11, 20),
        "evidence": True,
    },
    "T17": {"batch": "第一批", "source_a": "医保", "source_b": "卫健"}
    | _numbers("""matched_people 1000 suspect_people 50 verified_people 40 confirmed_people 20
        fixed_people 10"""),
    "T18": _numbers("budget 100.5 received 80.0 spent 50.25 beneficiaries 300"),
    "T19": _numbers("""reports_due 5 reports_on_time 4 reports_returned 1 corrections 1
        ledger_due 100 ledger_updated 90"""),
    "T20": {
        "org_type": "县医院",
        "grade": "二级",
        "is_government": True,
        "is_designated": True,
        "valid_from": date(2010, 1, 1),
    },
    "T21": _numbers("fund_income 1000.5 fund_expense 800.25 opening_balance 300.0"),
}  # fmt: skip
# What a county itself files in the report of its townships.
_T12_COUNTY = _numbers("""hiv_cases 30 hiv_followed 28 hiv_arv 27 hiv_interv_due 50
    hiv_interv_done 45 referral_due 10 referral_done 9 malaria_due 1 malaria_done 1""")
# Columns that only pulmonary tuberculosis fills.
_T06_TB = _numbers("tb_completed_due 20 tb_regular_med 15")


def report(table: str, step: int) -> list[dict[str, Any]]:
    """The rows of a table for its first (0) or second (1) period: column name -> value."""
    return [_row(table, n, step) for n in range(ROWS)]


def period_of(frequency: str, step: int) -> Period:
    """The first or second period of a frequency."""
    return Period.parse(PERIODS[frequency][step])


def _base(table: str) -> dict[str, Any]:
    """A table's own sample, or for one that has none yet a value of each type in every column."""
    if table in _BASE:
        return _BASE[table]
    plain = {"int": 10, "decimal": 10.5, "bool": True, "date": date(2020, 9, 1), "text": "甲"}
    return {
        column.name: column.values[0] if column.type == "enum" else plain[column.type]
        for column in load().tables[table].columns
        if column.type != "code" and column.filed_at is None
    }


def _row(table: str, n: int, step: int) -> dict[str, Any]:
    values = dict(_base(table))
    area, key = _key(table, n)
    if table == "T12" and len(area) == 6:
        values = dict(_T12_COUNTY)
    if table == "T06" and key["chronic_type"] == "tb":
        values |= _T06_TB
    factor = 1 + n % 5
    values = {
        name: value * factor
        if isinstance(value, int | float) and not isinstance(value, bool) and name not in _FIXED
        else value
        for name, value in values.items()
    }
    if table == "T03":
        values["onestop_done_ytd"] += step * values["onestop_done_week"]
    return {"division_code": area, **key, **values}


def _key(table: str, n: int) -> tuple[str, dict[str, Any]]:
    """The area of a row and its other key columns; neighbours share all but the last part."""
    org = {"org_code": f"jg{n:03d}"}
    if table == "T04":
        return VILLAGES[n], {}
    if table == "T07":
        return VILLAGES[n], {"village_code": VILLAGES[n], "clinic_code": f"ws{n:03d}"}
    if table == "T20":
        place = TOWNSHIPS[n]
        return place, {**org, "area_code": place, "org_name": f"第{_spelt(n)}医院"}
    if table in ("T03", "T08", "T10", "T25"):
        return TOWNSHIPS[n], org
    if table == "T14":
        return COUNTIES[0], {"supporter_code": f"zy{n // 4:02d}", "recipient_code": f"jg{n:03d}"}
    if table == "T05":
        return TOWNSHIPS[n // 3], {"disease_code": f"md0{1 + n % 3}"}
    if table == "T06":
        return TOWNSHIPS[n // 4], {"chronic_type": _CHRONIC[n % 4]}
    if table == "T12":
        return (TOWNSHIPS[n] if n < ROWS // 2 else COUNTIES[n]), {}
    if table == "T16":
        return TOWNSHIPS[n // 2], {"issue_no": f"wt{n:03d}"}
    if table == "T17":
        return COUNTIES[n // 6], {"suspicion": _SUSPICIONS[n % 6]}
    if table == "T18":
        return COUNTIES[n // 2], {
            "project_no": f"xm{n // 2:02d}",
            "fund_source": ("中央", "县")[n % 2],
        }
    if table == "T19":
        return TOWNSHIPS[n // 2], {"table_id": ("T04", "ALL")[n % 2]}
    own = load().tables[table]
    codes = {
        column.name: f"dm{n:03d}"
        for column in own.columns
        if column.type == "code" and column.name != own.area_column
    }
    places = {"county": COUNTIES, "village": VILLAGES}.get(own.grain.split(" ")[0], TOWNSHIPS)
    area = {own.area_column: places[n]} if own.area_column != "division_code" else {}
    return places[n], codes | area


def as_written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a person fills it in: names beside codes, 是 and 否, nothing for empty."""
    cells = {
        name: ("是" if value else "否") if isinstance(value, bool) else value
        for name, value in row.items()
        if value is not None
    }
    return {"division_name": NAMES[row["division_code"]], **cells}
