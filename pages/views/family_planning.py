"""计生帮扶: is the money paid, and in time; are families filed, visited, looked after."""

from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.subjects import subject
from pages.components.subjects.due_chart import Due, due_chart
from pages.components.table_frame import table_frame

DOMAINS = ("family_planning",)
INDICATORS = (
    "fp_fund_paid_rate",
    "fp_timely_rate",
    "fp_filed_rate",
    "fp_visit_rate",
    "fp_contact_rate",
)
CARE = (
    Due("fp_fund_paid_rate", "资金发放", "应发", "实发", "万元"),
    Due("fp_timely_rate", "按时限发放", "对象", "按时发放", "人"),
    Due("fp_filed_rate", "特殊家庭建档", "特殊家庭", "已建档", "户"),
    Due("fp_visit_rate", "上门服务", "特殊家庭", "已上门", "户"),
    Due("fp_contact_rate", "双岗联系人", "特殊家庭", "已落实", "户"),
)
FAMILIES = (
    FigureColumn("reward_people", "奖励扶助对象", "人"),
    FigureColumn("special_people", "特别扶助对象", "人"),
    FigureColumn("paid_on_time", "按时限发放", "人"),
    FigureColumn("fund_due", "应发资金", "万元", 2),
    FigureColumn("fund_paid", "实发资金", "万元", 2),
    FigureColumn("special_households", "特殊家庭", "户"),
    FigureColumn("special_filed", "电子建档", "户"),
    FigureColumn("special_visited", "上门服务", "户"),
    FigureColumn("contact_assigned", "双岗联系人落实", "户"),
)

page = subject.begin("计生帮扶", INDICATORS, domains=DOMAINS)
answers, (due, areas) = subject.ask(
    page,
    ("due_and_done", page.here | {"domains": ",".join(DOMAINS)}),
    ("families_by_area", page.below()),
)

subject.cards(page, answers)
due_chart(
    due,
    CARE,
    title="发放、建档与上门",
    key="care",
    note="奖励扶助和特别扶助按人，特殊家庭按户，不能相加。发放和上门为本年累计。",
)
subject.course(page, answers)
with table_frame("计生帮扶人数和户数", areas, key="families", indicators=INDICATORS, dated=True):
    figures_table(areas.table, FAMILIES, first=page.beside().level_name)
subject.look_up(page, answers)
