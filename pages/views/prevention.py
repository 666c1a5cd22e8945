"""疾病防控: vaccination area by area, HIV care at county level, what parasites are left."""

from pages.components.subjects import subject
from pages.components.subjects.due_chart import Due, due_chart
from pages.components.subjects.prevention import rates_chart

DOMAINS = ("disease_control",)
VACCINES = ("nip_vaccination_rate", "hepb_full_rate")
INDICATORS = (
    *VACCINES,
    "hiv_followup_rate",
    "hiv_art_rate",
    "hiv_intervention_rate",
    "hiv_referral_rate",
    "health_education_rate",
    "tb_systematic_mgmt_rate",
    "schisto_interrupted_rate",
    "malaria_elimination_rate",
)
HIV = (
    Due("hiv_followup_rate", "随访检测", "感染者", "已随访检测", "人"),
    Due("hiv_art_rate", "抗病毒治疗", "感染者", "已治疗", "人"),
    Due("hiv_intervention_rate", "干预覆盖", "应覆盖", "已覆盖", "人"),
    Due("hiv_referral_rate", "转介到定点医院", "应转介", "已转介", "人"),
)

page = subject.begin("疾病防控", INDICATORS, domains=DOMAINS)
answers, (due,) = subject.ask(
    page, ("due_and_done", page.at_county | {"domains": ",".join(DOMAINS)})
)

subject.cards(page, answers)
rates_chart(
    answers.matrix,
    VACCINES,
    title="各地接种率",
    note="本年累计。报表把各种疫苗的剂次合在一起填，只有乙肝疫苗单列，所以不能再按疫苗分。",
)
due_chart(
    due,
    HIV,
    title="艾滋病防治",
    key="hiv",
    note="敏感数：县以下不显示。结核病见「大病与慢病」的管理链条。",
)
subject.course(page, answers)
subject.look_up(page, answers)
