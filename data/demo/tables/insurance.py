"""T02 and T21: enrolment, what hospital stays cost and who paid, and the county's fund."""

import numpy as np
import polars as pl

from data.demo.cells import Cells, coded, money
from data.demo.frames import county_units, filing, table_frame, township_units
from data.demo.world import World, running, share_of

# Hospital stays over the year (winter colds, the festival's quiet), and the epidemic's months.
STAYS_BY_MONTH = np.array([1.15, 0.8, 1.05, 1.05, 1.0, 0.95, 0.95, 0.95, 0.95, 1.0, 1.1, 1.2])
EPIDEMIC = {"2020-02": 0.45, "2020-03": 0.6, "2020-04": 0.85}
# Hubei stood still for longer.
EPIDEMIC_HUBEI = {"2020-02": 0.2, "2020-03": 0.3, "2020-04": 0.65, "2020-05": 0.85}
# S004-021: from 2020 on all payers together carry 90 % of what a stay costs.
REIMBURSED = {"411403": 0.90}
CARRIED_OVER = (None, "年初结转上年累计结余")


def season(world: World) -> np.ndarray:
    """How busy hospitals are in each month; 1 is an ordinary month."""
    busy = STAYS_BY_MONTH[world.months.numbers - 1].copy()
    slump = EPIDEMIC_HUBEI if world.city.startswith("42") else EPIDEMIC
    for month, factor in slump.items():
        busy[world.months.at(month)] *= factor
    return busy


def t02(world: World) -> pl.DataFrame:
    """参保和待遇月报表, one row per township and month."""
    columns = _enrolment(world) | _benefits(world)
    filed = filing(world, "T02", world.months, "township")
    return table_frame(world, "T02", world.months, township_units(world), filed, columns)


def _enrolment(world: World) -> dict[str, Cells]:
    rng = world.rng("T02 enrolment")
    listed = world.poor_by_township + share_of(world.monitored, 0.55, rng)
    exempt = {
        "dead": share_of(listed, 0.0045 * world.months.year_share[:, None] + 0.0005, rng),
        "missing": share_of(listed, 0.0004, rng),
        "army": share_of(listed, 0.0011, rng),
        "prison": share_of(listed, 0.0009, rng),
    }
    exempted = np.sum(list(exempt.values()), axis=0)
    should = np.maximum(listed - exempted, 0)
    share = world.curve(
        "enrolment", world.months, start=0.972, end=0.9965, gain=0.0055, local=0.25, wobble=0.15
    )
    # Premiums of the new year come in until February.
    new_year = np.select([world.months.numbers == 1, world.months.numbers == 2], [0.6, 0.25], 0.0)
    total = share_of(should, share - (1 - share) * new_year[:, None], rng)
    employee = share_of(total, rng.uniform(0.006, 0.02, total.shape[1]), rng)
    elsewhere = share_of(total - employee, rng.uniform(0.005, 0.025, total.shape[1]), rng)
    resident = total - employee - elsewhere
    covered = world.curve(
        "critical illness", world.months, start=0.978, end=0.9985, gain=0.003, local=0.3
    )
    due = share_of(should, rng.uniform(0.9, 0.97, total.shape[1]), rng)
    paid = world.curve("subsidy", world.months, start=0.93, end=0.992, gain=0.01)
    columns = {
        "should_insure": should,
        "exempt_insure": exempted,
        "insured_resident": resident,
        "insured_employee": employee,
        "insured_elsewhere": elsewhere,
        "insured_total": total,
        "cii_covered": share_of(resident, covered, rng),
        "subsidy_due": due,
        "subsidy_paid": share_of(due, paid, rng),
        "not_insured": should - total,
    }
    return {name: Cells(values) for name, values in (columns | exempt).items()}


def stays(world: World) -> np.ndarray:
    """Hospital stays of supported people, month x township."""
    rng = world.rng("stays")
    often = rng.uniform(0.014, 0.022, len(world.townships))
    return rng.poisson(world.poor_by_township * often * season(world)[:, None]).astype(np.int64)


def _benefits(world: World) -> dict[str, Cells]:
    """Stays and their money, all cumulative within the year."""
    rng = world.rng("T02 benefits")
    years, home = world.months.years, world.townships.parent
    visits = stays(world)
    due = share_of(visits, rng.uniform(0.38, 0.52, visits.shape[1]), rng)
    assisted = world.curve("assistance", world.months, start=0.86, end=0.98, gain=0.018)
    cost = visits * rng.normal(0.62, 0.05, visits.shape[1]) * rng.normal(1, 0.06, visits.shape)
    cost = np.maximum(cost, 0)
    in_policy = cost * rng.uniform(0.84, 0.92, visits.shape[1])
    standing = world.score("reimbursement", "county")[home]
    drift = 0.012 * world.months.progress[:, None]
    basic = in_policy * np.clip(0.562 + 0.014 * standing + drift, 0.4, 0.68)
    critical = in_policy * np.clip(0.075 + 0.004 * standing + drift, 0.03, 0.12)
    assistance = in_policy * np.clip(0.072 + 0.006 * standing + drift / 2, 0.03, 0.14)
    other = cost * np.clip(0.07 + 0.01 * standing, 0.02, 0.1)
    for code, share in REIMBURSED.items():
        county = world.counties.at(code)
        if county is not None:
            here = home == county
            paid = (basic + critical + assistance)[:, here]
            other[:, here] = np.maximum(cost[:, here] * share - paid, 0)
    drugs = cost * rng.uniform(0.27, 0.36, visits.shape[1])
    self_paid = drugs * np.clip(0.062 - 0.01 * standing, 0.02, 0.12)
    amounts = {"inpatient_cost": cost, "inpolicy_cost": in_policy, "pay_basic": basic}
    amounts |= {"pay_cii": critical, "pay_ma": assistance, "pay_other": other}
    amounts |= {"selfpay_drug_cost": self_paid, "drug_cost": drugs}
    amounts |= {"pay_supplement": other * 0.55, "pay_poverty_insurance": other * 0.4}
    scaled = {name: running(money(flow), years) for name, flow in amounts.items()}
    _land_reimbursed(world, scaled)
    columns = {name: Cells(values, "money") for name, values in scaled.items()}
    return columns | {
        "ma_due_visits": Cells(running(due, years)),
        "ma_paid_visits": Cells(running(share_of(due, assisted, rng), years)),
        "inpatient_visits": Cells(running(visits, years)),
    }


def _land_reimbursed(world: World, scaled: dict[str, np.ndarray]) -> None:
    """Make up by the other payments what rounding took from the printed share."""
    for code, share in REIMBURSED.items():
        county = world.counties.at(code)
        if county is None:
            continue
        here = world.townships.parent == county
        cost = scaled["inpatient_cost"][:, here]
        others = sum(scaled[name][:, here] for name in ("pay_basic", "pay_cii", "pay_ma"))
        wanted = np.ceil(cost * share / 100).astype(np.int64) * 100 - others
        scaled["pay_other"][:, here] = np.maximum(wanted, scaled["pay_other"][:, here])


def t21(world: World) -> pl.DataFrame:
    """医保基金运行月报表, one row per county and month."""
    rng = world.rng("T21")
    months, size = world.months, len(world.counties)
    insured = world.by_county(world.residents)[0] * rng.uniform(0.82, 0.9, size)
    per_head = np.where(months.years == 2019, 0.0725, 0.0795)[:, None]
    # Premiums and subsidies come in instalments, most of it in the first half of the year.
    instalments = np.array([0.2, 0.14, 0.16, 0.07, 0.08, 0.09, 0.05, 0.05, 0.06, 0.04, 0.04, 0.02])
    income = insured * per_head * instalments[months.numbers - 1][:, None]
    income *= rng.normal(1, 0.03, income.shape)
    busy = season(world) / STAYS_BY_MONTH.mean()
    use = 0.965 - 0.022 * world.score("fund", "county")
    expense = insured * per_head / 12 * busy[:, None] * use * rng.normal(1, 0.04, income.shape)
    income, expense = (running(money(flow), months.years) for flow in (income, expense))
    opening = np.empty_like(income)
    carried = money(insured * 0.0725 * rng.uniform(0.12, 0.4, size))
    for year in np.unique(months.years):
        here = np.flatnonzero(months.years == year)
        opening[here] = carried
        carried = carried + income[here[-1]] - expense[here[-1]]
    january = (months.numbers == 1) & (np.arange(len(months)) > 0)
    columns = {"fund_income": income, "fund_expense": expense, "opening_balance": opening}
    remark = coded(np.repeat(january[:, None], size, axis=1), CARRIED_OVER)
    return table_frame(
        world,
        "T21",
        months,
        county_units(world),
        filing(world, "T21", months, "county"),
        {name: Cells(values, "money") for name, values in columns.items()},
        remark=remark,
    )
