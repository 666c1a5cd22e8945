"""What is wrong with the answers of a step, in words."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from data import personal
from data.areas import national
from data.beginning import answers as steps
from data.beginning.answers import Aim, Answers, decimal
from data.catalogue import county_names
from data.catalogue.model import Catalogue
from data.people import accounts
from data.settings import ROLES, STEWARD, one_name

LEVELS = ("township", "county", "city")
LONGEST_WAIT = 60  # days
_AHEAD, _BACK = timedelta(days=366), timedelta(days=3 * 366)
_LONGEST = 60


def faults(answers: Answers, step: str, catalogue: Catalogue, today: date) -> list[str]:
    """What is wrong with a step, a sentence each; nothing where it can be confirmed.

    catalogue  The product's own definitions.
    """
    return list(dict.fromkeys(_FAULTS[step](answers, catalogue, today)))


def every_fault(answers: Answers, catalogue: Catalogue, today: date) -> list[str]:
    """What is wrong with the answers of all steps."""
    return [
        f"{title}：{fault}"
        for step, title in steps.STEPS.items()
        for fault in faults(answers, step, catalogue, today)
    ]


def levels_of(answers: Answers) -> list[str]:
    """Who can file: the levels of areas that the store will have."""
    is_city = answers.area.endswith("00")
    return [level for level in LEVELS if level != "city" or is_city]


def _unit(answers: Answers, catalogue: Catalogue, today: date) -> list[str]:
    found = []
    if not answers.unit or len(answers.unit) > _LONGEST:
        found.append(f"请写本单位的名称，不超过 {_LONGEST} 个字。")
    if personal.has_any(answers.unit):
        found.append("名称里有证件号或手机号，请删去。")
    row = catalogue.register.row(answers.area)
    if row is not None and row["level"] not in ("city", "county"):
        found.append(f"{row['full_name']}不是市或县。请写市或县的代码。")
    if row is None and not county_names.newer(answers.area):
        found.append(f"区划「{answers.area}」不在登记中。请写县或市的代码或名称。")
    if answers.since is None:
        found.append("请写从哪一天起报。")
    elif not today - _BACK <= answers.since <= today + _AHEAD:
        found.append(f"从 {answers.since} 起报，离今天太远。请核对年份。")
    return found


def _areas(answers: Answers, catalogue: Catalogue, _today: date) -> list[str]:
    if not answers.counties:
        return ["请选至少一个县（市、区）。"]
    inside = answers.area.removesuffix("00")
    return [
        f"{catalogue.area_name(code) or code}不在本单位的区划里。"
        for code in answers.counties
        if not code.startswith(inside)
    ]


def _duties(answers: Answers, catalogue: Catalogue, _today: date) -> list[str]:
    if not answers.duties:
        return ["请选至少一张报表。"]
    found = []
    if any(duty.level == "township" for duty in answers.duties.values()):
        found += [
            f"{catalogue.area_name(code) or code}在名录里没有乡镇，报表只能先由县级报；"
            "乡镇用 areas import 导入以后再改。"
            for code in answers.counties
            if national.inside([code]).is_empty()
        ]
    for table, duty in answers.duties.items():
        if table not in catalogue.tables:
            found.append(f"没有报表「{table}」。报表是 {catalogue.every_table}。")
        elif duty.level not in levels_of(answers):
            found.append(f"{table} 由谁报不能是「{duty.level}」。")
        if duty.due_days > LONGEST_WAIT:
            found.append(f"{table} 的期限是 {duty.due_days} 天，不能超过 {LONGEST_WAIT} 天。")
    return found


def _targets(answers: Answers, catalogue: Catalogue, _today: date) -> list[str]:
    found = [fault for aim in answers.targets for fault in _aim(aim, catalogue)]
    twice = Counter((aim.indicator, aim.population) for aim in answers.targets)
    return found + [
        f"{catalogue.indicators[indicator].name}的同一人群选了 {times} 个目标，只能采用一个。"
        for (indicator, population), times in twice.items()
        if times > 1 and indicator in catalogue.indicators
    ]


def _aim(aim: Aim, catalogue: Catalogue) -> list[str]:
    indicator = catalogue.indicators.get(aim.indicator)
    if indicator is None:
        return [f"没有指标「{aim.indicator}」。"]
    if aim.population not in indicator.populations:
        return [f"{indicator.name}没有人群「{aim.population}」。"]
    found = []
    number = decimal(aim.value)
    if number is None:
        found.append(f"{indicator.name}的目标「{aim.value}」不是数。")
    elif number < 0 or (indicator.unit == "%" and number > 100 and not indicator.may_exceed_100):
        found.append(f"{indicator.name}的目标 {aim.value} 不在 0 到 100 之间。")
    if aim.comparator not in ("=", ">=", "<=", ">", "<"):
        found.append(f"{indicator.name}的比较号「{aim.comparator}」应为 = >= <= > < 之一。")
    if not aim.document:
        found.append(f"{indicator.name}的目标没有写出自哪份文件。")
    if personal.has_any(f"{aim.document} {aim.section}"):
        found.append(f"{indicator.name}的依据里有证件号或手机号，请删去。")
    return found


def _words(answers: Answers, catalogue: Catalogue, _today: date) -> list[str]:
    known = catalogue.words["programme"]
    found = []
    if answers.programme not in known:
        found.append(f"工作名称应为 {'、'.join(known)} 之一。")
    if not answers.population_word or len(answers.population_word) > _LONGEST:
        found.append("请写帮扶对象现在怎样称呼。")
    return found


def _people(answers: Answers, catalogue: Catalogue, _today: date) -> list[str]:
    found = [
        fault
        for person in answers.people
        if (fault := accounts.refused(person.name, person.role, person.area))
    ]
    found += [
        f"{person.name}的区划「{person.area}」不在登记中。"
        for person in answers.people
        if person.area and catalogue.register.row(person.area) is None
    ]
    twice = Counter(one_name(person.name) for person in answers.people)
    found += [f"「{name}」写了 {times} 次。" for name, times in twice.items() if times > 1]
    stewards = [each for each in answers.people if each.role == STEWARD and not each.area]
    if answers.people and not stewards:
        found.append(
            f"至少要有一个不限区划的「{STEWARD}」，不然谁也不能恢复快照、换数据仓。"
            f"（角色：{'、'.join(ROLES)}）"
        )
    return found


_FAULTS: dict[str, Callable[[Answers, Catalogue, date], list[str]]] = {
    steps.UNIT: _unit,
    steps.AREAS: _areas,
    steps.DUTIES: _duties,
    steps.TARGETS: _targets,
    steps.WORDS: _words,
    steps.PEOPLE: _people,
}
