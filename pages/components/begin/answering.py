"""The questions of each step: what stands there already is what was answered or is proposed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from data.beginning import answers as steps
from data.beginning import proposed
from data.beginning.answers import Aim, Answers, Duty, Person
from data.beginning.faults import LONGEST_WAIT, levels_of
from data.settings import ROLES, STEWARD
from pages.shell import begin_desk

_NEXT = "确认，下一步"
_FREQUENCIES = {"weekly": "周报", "monthly": "月报", "quarterly": "季报", "yearly": "年报"}
_LEVELS = {"township": "乡镇（卫生院）", "county": "县级（医院、卫健部门）", "city": "市级"}
_COMPARATORS = (">=", "=", "<=", ">", "<")


@dataclass(frozen=True)
class Answered:
    """Answers to write down; is_done: the step is to be confirmed."""

    answers: Answers
    is_done: bool = True


def _unit(given: Answers) -> Answered | None:
    with st.form("begin_unit"):
        unit = st.text_input(
            "本单位名称", given.unit, max_chars=60, placeholder="如 某县卫生健康局"
        )
        asked = st.text_input(
            "哪个县或市（代码或名称）", given.area, max_chars=40, placeholder="如 622921 或 临夏县"
        )
        since = st.text_input(
            "从哪一天起报（这一天所在的周、月起应报）",
            str(given.since or begin_desk.monday()),
            max_chars=10,
            help="写成 2027-01-04。默认是本周一。",
        )
        if not st.form_submit_button(_NEXT, type="primary"):
            return None
    area = begin_desk.find(asked)
    kept = given if area == given.area else replace(given, counties=())
    answers = replace(kept, unit=unit.strip(), area=area, since=steps.day(since))
    return Answered(proposed.proposed(answers, begin_desk.product()))


def _areas(given: Answers) -> Answered | None:
    names = begin_desk.product().area_names
    offered = proposed.counties(given.area, begin_desk.product())
    with st.form("begin_areas"):
        chosen = list(given.counties)
        if len(offered) > 1:
            chosen = st.multiselect(
                "哪些县（市、区）",
                offered,
                default=[each for each in given.counties if each in offered],
                format_func=lambda each: names.get(each, each),
                placeholder="可选几个",
            )
        counted = proposed.inside(tuple(chosen))
        st.write(
            f"{names.get(given.area, given.area)}：从全国名录取"
            f"乡级 {counted.get('township', 0)} 个、村级 {counted.get('village', 0)} 个。"
        )
        st.caption(
            begin_desk.REGISTER + "建好以后在「报送与质量」的「区划」里合并、改名，写明从哪一天起。"
        )
        if not st.form_submit_button(_NEXT, type="primary"):
            return None
    return Answered(replace(given, counties=tuple(chosen)))


def _duties(given: Answers) -> Answered | None:
    tables = begin_desk.product().tables
    titles = {
        each: f"{each} {table.title}（{_FREQUENCIES[table.frequency]}）"
        for each, table in tables.items()
    }
    chosen = st.multiselect(
        "要报哪些报表（先从重点指标要用的几张开始，以后再加）",
        list(titles),
        default=list(given.duties),
        format_func=lambda each: titles[each],
        key="begin_tables",
        placeholder="可选几张",
    )
    duties = {}
    for table in sorted(chosen):
        duty = given.duties.get(table) or proposed.usual_duty(table, begin_desk.product())
        duties[table] = _duty(table, titles[table], duty, levels_of(given))
    if not st.button(_NEXT, key="begin_duties_done", type="primary"):
        return None
    return Answered(replace(given, duties=duties))


def _duty(table: str, title: str, duty: Duty, levels: list[str]) -> Duty:
    who, when = st.columns([3, 1], vertical_alignment="bottom")
    level = who.selectbox(
        f"{title}：由谁报",
        levels,
        index=levels.index(duty.level) if duty.level in levels else 0,
        format_func=lambda each: _LEVELS[each],
        key=f"begin_level_{table}",
    )
    days = when.number_input(
        "期末以后几天内",
        min_value=0,
        max_value=LONGEST_WAIT,
        value=duty.due_days,
        key=f"begin_days_{table}",
    )
    return Duty(level, int(days))


def _targets(given: Answers) -> Answered | None:
    offered = proposed.offered(given, begin_desk.product())
    st.write("文件里的目标都是参考，不亮灯。本单位采用哪一个就勾哪一个；都不勾也可以，以后再定。")
    adopted = {(aim.indicator, aim.population, aim.fact_id) for aim in given.targets}
    aims = []
    for target in offered:
        aim = proposed.aim_of(target)
        is_adopted = (aim.indicator, aim.population, aim.fact_id) in adopted
        words = f"{_aim(aim)}　{aim.document} {aim.section} {aim.fact_id}"
        if st.checkbox(words, is_adopted, key=f"begin_target_{aim.fact_id}_{aim.population}"):
            aims.append(aim)
    typed = [aim for aim in given.targets if not aim.fact_id]
    kept = [aim for aim in typed if st.checkbox(f"{_aim(aim)}　{aim.document} {aim.section}", True)]
    if own := _own_target():
        return Answered(replace(given, targets=(*aims, *kept, own)), is_done=False)
    if not st.button(_NEXT, key="begin_targets_done", type="primary"):
        return None
    return Answered(replace(given, targets=(*aims, *kept)))


def _aim(aim: Aim) -> str:
    indicator = begin_desk.product().indicators[aim.indicator]
    people = begin_desk.product().words["populations"][aim.population]["name"]
    return f"{indicator.name}（{people}）{aim.comparator} {aim.value}{indicator.unit}"


def _own_target() -> Aim | None:
    indicators = begin_desk.product().indicators
    people = begin_desk.product().words["populations"]
    with st.expander("自己写一个目标", icon=":material/add:"):
        indicator = st.selectbox(
            "指标",
            list(indicators),
            format_func=lambda each: indicators[each].name,
            key="begin_own_indicator",
        )
        with st.form("begin_own", border=False):
            population = st.selectbox(
                "人群",
                list(indicators[indicator].populations),
                format_func=lambda each: people[each]["name"],
            )
            comparator = st.selectbox("比较号", _COMPARATORS)
            value = st.text_input(f"数值（{indicators[indicator].unit}）", max_chars=20)
            document = st.text_input("出自哪份文件", max_chars=100)
            section = st.text_input("哪一条", max_chars=60)
            if not st.form_submit_button("加上"):
                return None
    return Aim(indicator, population, comparator, value.strip(), document.strip(), section.strip())


def _words(given: Answers) -> Answered | None:
    known = list(begin_desk.product().words["programme"])
    with st.form("begin_words"):
        programme = st.selectbox(
            "这项工作叫什么", known, index=known.index(given.programme), key="begin_programme"
        )
        word = st.text_input(
            "帮扶对象现在怎样称呼（页面、报表、简报都用它）", given.population_word, max_chars=60
        )
        if not st.form_submit_button(_NEXT, type="primary"):
            return None
    return Answered(replace(given, programme=programme, population_word=word.strip()))


def _people(given: Answers) -> Answered | None:
    st.write(
        "不建账号：只有坐在这台电脑前的人能用。给全单位用就建账号，至少一个不限区划的"
        f"「{STEWARD}」；一次性密码在建立以后显示，启用以前不用登录。"
    )
    kept = [
        each
        for each in given.people
        if st.checkbox(f"{each.name}　{each.role}　{each.area or '全部区划'}", True)
    ]
    with st.form("begin_person"):
        name = st.text_input("姓名", max_chars=40)
        role = st.selectbox("角色", ROLES, index=ROLES.index(STEWARD))
        area = st.text_input("只看哪个区划（代码，空着是全部）", max_chars=12)
        if st.form_submit_button("加上这个人"):
            person = Person(name.strip(), role, area.strip())
            return Answered(replace(given, people=(*kept, person)), is_done=False)
    if not st.button(_NEXT, key="begin_people_done", type="primary"):
        return None
    return Answered(replace(given, people=tuple(kept)))


ASKED: dict[str, Callable[[Answers], Answered | None]] = {
    steps.UNIT: _unit,
    steps.AREAS: _areas,
    steps.DUTIES: _duties,
    steps.TARGETS: _targets,
    steps.WORDS: _words,
    steps.PEOPLE: _people,
}
