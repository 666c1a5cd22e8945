"""妇幼健康: from the test in pregnancy to the protected child, and care around birth."""

from pages.components.readings.figures_table import FigureColumn, figures_table
from pages.components.subjects import subject
from pages.components.subjects.due_chart import Due, due_chart
from pages.components.table_frame import table_frame

DOMAINS = ("maternal_child",)
INDICATORS = (
    "maternal_mgmt_rate",
    "prenatal_screen_rate",
    "newborn_screen_rate",
    "hospital_delivery_rate",
    "premarital_check_rate",
    "preconception_check_rate",
    "pmtct_test_rate",
    "birth_defect_rate",
)
LADDER = (
    Due("pmtct_test_rate", "艾梅乙检测", "产妇", "已检测", "人"),
    Due("pmtct_antenatal_test_rate", "孕期检测", "产妇", "孕期检测", "人"),
    Due("pmtct_arv_women_rate", "艾滋孕产妇用药", "感染孕产妇", "已用药", "人"),
    Due("pmtct_arv_infant_rate", "艾滋所生婴儿用药", "所生婴儿", "已用药", "人"),
    Due("syphilis_treat_rate", "梅毒孕产妇治疗", "感染孕产妇", "已治疗", "人"),
    Due("syphilis_child_rate", "梅毒所生儿童预防", "所生儿童", "已治疗", "人"),
    Due("hbig_rate", "乙肝免疫球蛋白", "应注射新生儿", "已注射", "人"),
)
MCH_YEAR = "妇幼年度为10月1日至次年9月30日，10月起重新累计。"
MATERNAL = (
    FigureColumn("delivered_women", "产妇", "人"),
    FigureColumn("live_births", "活产", "人"),
    FigureColumn("hospital_births", "住院分娩活产", "人"),
    FigureColumn("maternal_managed", "系统管理", "人"),
    FigureColumn("prenatal_screened", "产前筛查", "人"),
    FigureColumn("newborn_screened", "新生儿疾病筛查", "人"),
    FigureColumn("premarital_checked", "婚检", "人"),
    FigureColumn("precon_checked", "孕前优生检查", "人"),
    FigureColumn("two_cancer_screened", "两癌筛查", "人"),
)

page = subject.begin("妇幼健康", INDICATORS, domains=DOMAINS)
answers, (due, areas) = subject.ask(
    page,
    ("due_and_done", page.at_county | {"domains": ",".join(DOMAINS)}),
    ("maternal_by_area", page.below()),
)

subject.cards(page, answers)
due_chart(due, LADDER, title="艾梅乙母婴阻断", key="ladder", note=MCH_YEAR)
subject.course(page, answers, mch_year=True)

with table_frame(
    "妇幼保健人数",
    areas,
    key="maternal",
    indicators=INDICATORS[:6],
    note=f"{MCH_YEAR}两癌筛查只报人数，没有应筛查人数，不算比例。",
    dated=True,
):
    figures_table(areas.table, MATERNAL, first=page.beside().level_name)
subject.look_up(page, answers)
