"""The columns of the tables of the subject pages: names of the queries, words and units."""

from pages.components.figures_table import Figure
from pages.components.listed import Listed

ENROLMENT = (
    Figure("should_insure", "应参保", "人"),
    Figure("insured_resident", "居民医保", "人"),
    Figure("insured_employee", "职工医保", "人"),
    Figure("insured_elsewhere", "异地参保", "人"),
    Figure("not_insured", "未参保", "人"),
    Figure("exempt_insure", "免参保", "人"),
    Figure("subsidy_due", "参保资助应享", "人"),
    Figure("subsidy_paid", "参保资助实享", "人"),
    Figure("subsidy_share", "资助落实比例", "%", 2),
)

MATERNAL = (
    Figure("delivered_women", "产妇", "人"),
    Figure("live_births", "活产", "人"),
    Figure("hospital_births", "住院分娩活产", "人"),
    Figure("maternal_managed", "系统管理", "人"),
    Figure("prenatal_screened", "产前筛查", "人"),
    Figure("newborn_screened", "新生儿疾病筛查", "人"),
    Figure("premarital_checked", "婚检", "人"),
    Figure("precon_checked", "孕前优生检查", "人"),
    Figure("two_cancer_screened", "两癌筛查", "人"),
)

WORKFORCE = (
    Figure("institutions", "机构", "所"),
    Figure("staff", "在岗职工", "人"),
    Figure("licensed_doctors", "执业(助理)医师", "人"),
    Figure("nurses", "注册护士", "人"),
    Figure("gps", "全科医生", "人"),
    Figure("senior", "高级职称", "人"),
    Figure("village_doctors", "乡村医生", "人"),
    Figure("village_doctors_pension", "其中参加养老保险", "人"),
    Figure("order_trainees", "定向委培在读", "人"),
    Figure("residents", "常住人口", "人"),
)

FAMILIES = (
    Figure("reward_people", "奖励扶助对象", "人"),
    Figure("special_people", "特别扶助对象", "人"),
    Figure("paid_on_time", "按时限发放", "人"),
    Figure("fund_due", "应发资金", "万元", 2),
    Figure("fund_paid", "实发资金", "万元", 2),
    Figure("special_households", "特殊家庭", "户"),
    Figure("special_filed", "电子建档", "户"),
    Figure("special_visited", "上门服务", "户"),
    Figure("contact_assigned", "双岗联系人落实", "户"),
)

MONITORING = (
    Figure("alerts_open_prev", "上期未核查", "人次"),
    Figure("alerts_new", "本周新增预警", "人次"),
    Figure("alerts_checked", "已核查", "人次"),
    Figure("alerts_overdue", "超时未核查", "人次"),
    Figure("monitored_households", "监测户", "户"),
    Figure("illness_risk_households", "因病风险户", "户"),
    Figure("helped_households", "已落实帮扶", "户"),
    Figure("cleared_households", "风险消除", "户"),
)

FUND = (
    Listed("area_name", "统筹区"),
    Listed("last_month", "报到"),
    Listed("opening_balance", "年初结余(万元)", 2),
    Listed("income", "本年收入(万元)", 2),
    Listed("expense", "本年支出(万元)", 2),
    Listed("balance", "累计结余(万元)", 2),
    Listed("months_covered", "可支付月数(月)", 1),
    Listed("year_end", "推算年底结余(万元)", 2),
    Listed("out_month", "见底月份"),
)

MONEY = (
    Listed("area_name", "县(市、区、旗)"),
    Listed("source_name", "资金来源"),
    Listed("projects", "项目(个)"),
    Listed("budget", "预算(万元)", 2),
    Listed("received", "到位(万元)", 2),
    Listed("received_share", "到位比例(%)", 2),
    Listed("spent", "支出(万元)", 2),
    Listed("spent_share", "支出比例(%)", 2),
)

PAIRS = (
    Listed("area_name", "县(市、区、旗)"),
    Listed("recipient", "受援单位"),
    Listed("recipient_type", "类别"),
    Listed("state", "协议"),
    Listed("supporter", "支援单位"),
    Listed("agreement_from", "协议起"),
    Listed("agreement_to", "协议止"),
    Listed("posted_staff", "在派(人)"),
    Listed("posted_6m", "驻点满6个月(人)"),
    Listed("four_ones_done", "四个一完成(项)"),
    Listed("surgeries", "带教手术(例)"),
    Listed("tele_cases", "远程协作(例)"),
)
