"""人才与对口支援: how many health workers per 10,000 residents, and which hospital helps which."""

from pages.components import scope
from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.subjects import subject
from pages.components.subjects.workforce import pairs_finding, pairs_table, workforce_chart
from pages.components.table_frame import table_frame

DOMAINS = ("workforce", "support")
INDICATORS = (
    "gp_per_10k",
    "village_doctor_pension_rate",
    "counterpart_support_rate",
    "four_ones_rate",
)
WORKFORCE = (
    FigureColumn("institutions", "机构", "所"),
    FigureColumn("staff", "在岗职工", "人"),
    FigureColumn("licensed_doctors", "执业（助理）医师", "人"),
    FigureColumn("nurses", "注册护士", "人"),
    FigureColumn("gps", "全科医生", "人"),
    FigureColumn("senior", "高级职称", "人"),
    FigureColumn("village_doctors", "乡村医生", "人"),
    FigureColumn("village_doctors_pension", "其中参加养老保险", "人"),
    FigureColumn("order_trainees", "定向委培在读", "人"),
    FigureColumn("residents", "常住人口", "人"),
)

page = subject.begin("人才与对口支援", INDICATORS, domains=DOMAINS)
answers, (people, pairs) = subject.ask(
    page,
    ("workforce", page.below("county")),
    ("support_pairs", page.at_county),
)

subject.cards(page, answers)
workforce_chart(
    people,
    target=scope.adopted_target(answers.readings.table, INDICATORS[0]),
)
with table_frame(
    pairs_finding(pairs.table),
    pairs,
    key="pairs",
    indicators=INDICATORS[2:],
    note="没有结对和协议到期的排在前面。",
    dated=True,
):
    pairs_table(pairs.table)
subject.course(page, answers)

with table_frame(
    "卫生人员数",
    people,
    key="workforce",
    indicators=INDICATORS[:2],
    dated=True,
):
    figures_table(people.table, WORKFORCE, first=page.beside("county").level_name)
subject.look_up(page, answers)
