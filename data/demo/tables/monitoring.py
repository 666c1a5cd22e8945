"""T15, T16 and T17: households at risk, issues to be put right, doubts from data matching."""

import numpy as np
import polars as pl

from data.demo.cells import Cells, coded, flags, texts
from data.demo.clock import Calendar
from data.demo.frames import (
    Filing,
    Units,
    county_names,
    filing,
    table_frame,
    township_names,
    township_units,
)
from data.demo.world import World, share_of

SOURCES = ("巡视", "考核", "审计", "普查", "暗访", "数据比对", "自查")
ISSUES = (
    "部分贫困户家庭医生签约后随访记录不完整",
    "村卫生室公共卫生室与诊室混用，布局不符合要求",
    "村卫生室执业许可证临近到期未及时换证",
    "慢病患者规范管理台账与系统数据不一致",
    "大病患者救治台账更新不及时，费用填报缺项",
    "一站式结算窗口标识不清，群众知晓率不高",
    "先诊疗后付费政策宣传不到位，仍有押金咨询",
    "贫困人口参保动态新增人员未及时纳入名单",
    "卫生室常用药品种数不足，个别药品过期未下架",
    "对口支援派驻人员驻点天数不足，缺少签到记录",
    "扶贫资金支出进度偏慢，项目验收资料不完整",
    "监测对象预警信息核查超过规定时限",
)
STATUSES = ("未启动", "整改中", "已整改待销号", "已销号", "长期坚持")
OPEN, UNDERWAY, DONE, CLOSED, STANDING = range(5)
# Days from being found to the deadline.
TERMS = np.array([30, 60, 90, 180])
MATCHES = (
    ("医保", "农业农村", "未参保"),
    ("医保", "公安", "死亡仍享"),
    ("医保", "民政", "重复参保"),
    ("卫健", "农业农村", "未签约"),
    ("卫健", "残联", "未建档"),
    ("医保", "卫健", "金额不符"),
)


def t15(world: World) -> pl.DataFrame:
    """防止因病返贫致贫监测周报表, one row per township and week."""
    rng = world.rng("T15")
    weeks, size = world.weeks, len(world.townships)
    households = share_of(world.monitored[world.week_month], 1 / rng.uniform(2.3, 3.1, size), rng)
    # Bills of the quarter are pushed by the insurance office in its first weeks.
    push = np.where(weeks.numbers % 13 < 3, 1.8, 0.75)[:, None]
    people = world.poor_by_township[world.week_month] + world.monitored[world.week_month]
    new = rng.poisson(people * 0.0009 * push).astype(np.int64)
    diligence = world.curve("alerts", weeks, start=0.68, end=0.9, gain=0.05, local=0.5)
    luck = rng.random(new.shape)
    before, checked = np.zeros_like(new), np.zeros_like(new)
    for week in range(len(weeks)):
        waiting = before[week] + new[week]
        checked[week] = np.minimum(waiting, np.floor(waiting * diligence[week] + luck[week]))
        if week + 1 < len(weeks):
            before[week + 1] = waiting - checked[week]
    overdue = share_of(before + new - checked, np.full(size, 0.22), rng)
    risk = share_of(households, rng.uniform(0.28, 0.5, size), rng)
    helped = world.curve("help", weeks, start=0.84, end=0.975, gain=0.025, local=0.35)
    helped = share_of(risk, helped, rng)
    cleared = share_of(helped, world.curve("cleared", weeks, start=0.2, end=0.72, gain=0.06), rng)
    columns = {
        "monitored_households": households,
        "alerts_new": new,
        "alerts_checked": checked,
        "alerts_open_prev": before,
        "illness_risk_households": risk,
        "helped_households": helped,
        "cleared_households": cleared,
        "alerts_overdue": overdue,
    }
    filed = filing(world, "T15", weeks, "township")
    cells = {name: Cells(values) for name, values in columns.items()}
    return table_frame(world, "T15", weeks, township_units(world), filed, cells)


# ---- T16 ------------------------------------------------------------------------------------


def t16(world: World) -> pl.DataFrame:
    """问题整改台账: an issue is filed when it is found and again whenever its state changes."""
    rng = world.rng("T16")
    weeks = world.weeks
    county, township = _where_found(world, rng)
    size = len(county)
    ahead = world.score("rectification", "county")[county] + rng.normal(0, 0.6, size)
    # One issue per township is older than the demo; the others are found all along.
    old = np.concatenate([np.ones(len(world.townships), bool), np.zeros(size, bool)])[:size]
    found = weeks.starts[0] + rng.integers(0, len(weeks) * 7, size)
    found = np.where(old, weeks.starts[0] - rng.integers(5, 100, size), found)
    due = found + rng.choice(TERMS, size, p=[0.3, 0.4, 0.2, 0.1])
    begun = found + rng.integers(3, 25, size)
    late = rng.normal(-14, 16, size) - 10 * ahead
    done = np.maximum(np.rint(due + late).astype(np.int64), begun + 5)
    closed = done + rng.integers(3, 22, size)
    standing = rng.random(size) < 0.04
    reopened = np.where(rng.random(size) < 0.03, closed + rng.integers(30, 120, size), 10**6)
    ends = weeks.ends[:, None]
    status = np.select(
        [ends >= reopened, ends >= closed, ends >= done, ends >= begun],
        [UNDERWAY, np.where(standing, STANDING, CLOSED), DONE, UNDERWAY],
        OPEN,
    )
    known = ends >= found
    before = np.vstack([np.full((1, size), -1), np.where(known, status, -1)[:-1]])
    changed = known & (status != before)
    finished = np.isin(status, (DONE, CLOSED, STANDING))
    areas = np.where(
        township >= 0, world.townships.codes[np.maximum(township, 0)], world.counties.codes[county]
    )
    columns = {
        "issue_no": texts(f"{area}-{number:04d}" for number, area in enumerate(areas, start=1)),
        "source": coded(rng.choice(len(SOURCES), size, p=_SOURCE_SHARES), SOURCES),
        "issue": coded(rng.integers(0, len(ISSUES), size), ISSUES),
        "owner_unit": texts(_owners(world, county, township)),
        "found_on": Cells(found, "date"),
        "due_on": Cells(due, "date"),
        "status": coded(status, STATUSES),
        "done_on": Cells(np.tile(done, (len(weeks), 1)), "date", valid=finished),
        "evidence": flags(finished),
    }
    units = Units(
        areas,
        areas,
        np.where(township >= 0, township, len(world.townships) + county),
        np.concatenate([township_names(world), county_names(world)]),
        county,
    )
    return table_frame(
        world, "T16", weeks, units, _register_filing(world, "T16", weeks), columns, only=changed
    )


_SOURCE_SHARES = [0.08, 0.2, 0.1, 0.12, 0.14, 0.16, 0.2]


def _where_found(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """County and township (-1: a matter of the county) of every issue."""
    each = np.arange(len(world.townships))
    more = np.repeat(each, rng.poisson(2.2, len(each)))
    counties = np.repeat(np.arange(len(world.counties)), rng.integers(5, 12, len(world.counties)))
    township = np.concatenate([each, more, np.full(len(counties), -1)])
    county = np.concatenate([world.townships.parent[each], world.townships.parent[more], counties])
    return county, township


def _government(township: str) -> str:
    """Who governs it: a street has an office, a farm or forest station itself."""
    if township.endswith("街道"):
        return f"{township}办事处"
    return f"{township}人民政府" if township.endswith(("镇", "乡")) else township


def _owners(world: World, county: np.ndarray, township: np.ndarray) -> list[str]:
    offices = ("卫生健康委员会", "医疗保障局", "扶贫开发办公室", "财政局")
    names = township_names(world)
    return [
        _government(str(names[town]))
        if town >= 0
        else f"{world.counties.names[place]}{offices[row % 4]}"
        for row, (place, town) in enumerate(zip(county, township, strict=True))
    ]


def _register_filing(world: World, table: str, when: Calendar) -> Filing:
    """Registers of townships and counties: late at times, but no change gets lost."""
    below = filing(world, table, when, "township")
    above = filing(world, f"{table} county", when, "county")
    imported = np.hstack([below.imported_on, above.imported_on])
    reported = np.hstack([below.reported_on, above.reported_on])
    on_time = when.ends[:, None] + 1
    lost = ~np.hstack([below.kept, above.kept])
    return Filing(
        np.where(lost, when.ends[:, None], reported),
        np.where(lost, on_time, imported),
        np.ones_like(lost),
    )


# ---- T17 ------------------------------------------------------------------------------------


def t17(world: World) -> pl.DataFrame:
    """数据比对疑点台账: a batch per quarter, filed each month until it is settled."""
    rng = world.rng("T17")
    months, size = world.months, len(world.counties)
    quarters, kinds = len(world.quarters) + 1, len(MATCHES)
    count = quarters * size * kinds
    quarter = np.repeat(np.arange(quarters), size * kinds)
    county = np.tile(np.repeat(np.arange(size), kinds), quarters)
    kind = np.tile(np.arange(kinds), quarters * size)
    opened = quarter * 3 + 1
    age = np.arange(len(months))[:, None] - opened
    people = world.by_county(world.poor_by_township)[np.minimum(opened, len(months) - 1), county]
    ahead = world.score("data quality", "county")[county]
    share = np.clip(0.014 - 0.004 * ahead, 0.004, 0.03) * (1 - 0.07 * quarter)
    suspects = rng.binomial(people, share * rng.uniform(0.5, 1.5, count))
    checked = np.clip(0.45 + 0.33 * age + 0.06 * ahead, 0, 1)
    verified = share_of(suspects, np.where(age < 0, 0, checked), rng)
    confirmed = share_of(verified, rng.uniform(0.25, 0.55, count), rng)
    mended = np.clip(0.35 + 0.3 * age + 0.07 * ahead, 0, 1)
    columns = {
        "batch": texts(f"{2019 + q // 4}Q{q % 4 + 1}" for q in quarter),
        "source_a": texts(MATCHES[k][0] for k in kind),
        "source_b": texts(MATCHES[k][1] for k in kind),
        "suspicion": texts(MATCHES[k][2] for k in kind),
        "matched_people": Cells(np.maximum(people, 1)),
        "suspect_people": Cells(suspects),
        "verified_people": Cells(verified),
        "confirmed_people": Cells(confirmed),
        "fixed_people": Cells(share_of(confirmed, np.where(age < 0, 0, mended), rng)),
    }
    codes = world.counties.codes[county]
    units = Units(codes, codes, county, county_names(world), county)
    filed = filing(world, "T17", months, "county")
    filed = Filing(filed.reported_on, filed.imported_on, np.ones_like(filed.kept))
    only = (age >= 0) & (age <= 3)
    return table_frame(world, "T17", months, units, filed, columns, only=only)
