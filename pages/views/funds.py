"""资金项目: what money came in and what was spent, by source and county, beside the year."""

from pages.components.subjects import subject
from pages.components.subjects.funds import money_chart, money_table
from pages.components.table_frame import table_frame

DOMAINS = ("funding",)
INDICATORS = ("fund_spent_rate",)

page = subject.begin("资金项目", INDICATORS, domains=DOMAINS)
answers, (sources, counties) = subject.ask(
    page,
    ("funds_by_source", page.at_county),
    ("project_funds", page.at_county),
)

subject.cards(page, answers)
money_chart(sources)
subject.course(page, answers)
with table_frame(
    "各地各来源的资金",
    counties,
    key="money_table",
    indicators=INDICATORS,
    note="项目开始以来累计；一个项目可有几个来源。",
    dated=True,
):
    money_table(counties.table)
subject.look_up(page, answers)
