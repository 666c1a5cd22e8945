"""The columns of the figure tables: names of the queries, words and units for people."""

from pages.components.figures_table import Figure

SIGNING_TEAMS = (
    Figure("teams", "签约团队", "个"),
    Figure("sign_target_pop", "帮扶对象", "人"),
    Figure("signed_pop", "已签约", "人"),
    Figure("refused_pop", "拒签", "人"),
    Figure("away_pop", "常年外出", "人"),
    Figure("expired_pop", "协议到期", "人"),
    Figure("followups_week", "本周随访", "人次"),
    Figure("people_per_team", "每团队签约", "人", 2),
    Figure("followups_per_team", "每团队本周随访", "人次", 2),
)

VISIT_PARTS = (
    Figure("rate", "县域内就诊率", "%", 2),
    Figure("outpatient_rate", "门急诊县域内占比", "%", 2),
    Figure("inpatient_rate", "住院县域内占比", "%", 2),
    Figure("primary_share", "基层就诊率", "%", 2),
    Figure("op_in_county", "县域内门急诊", "人次"),
    Figure("op_out_county", "县域外门急诊", "人次"),
    Figure("op_primary", "其中基层门急诊", "人次"),
    Figure("ip_in_county", "县域内住院", "人次"),
    Figure("ip_out_county", "县域外住院", "人次"),
    Figure("referral_out", "规范转诊到县外", "人次"),
)
