-- title:    对口支援结对
-- question: Who supports whom, until when, with how many people, and who has nobody?
-- grain:    one row per pair in the month shown, and per institution that nobody supports
-- params:   $area area, $period period
-- reads:    as_of, t08, t14, t20_at, areas
-- returns:  area_name text, supporter_code text, supporter_name text, recipient_code text,
--           recipient_name text, recipient_type text, state text, agreement_from date,
--           agreement_to date, posted_staff bigint (人), posted_6m bigint (人),
--           four_ones_done bigint (项), surgeries bigint (例), tele_cases bigint (例), period text
-- nulls:    names of institutions not in the list T20; everything of the pair where there is none
-- relies:   the indicator's kinds of institution owe support: 县医院, 县中医院, 妇幼, 中心卫生院

with

choice as (

    select
        period,
        period_end
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'counterpart_support_rate'
        and population = 'all'
        and not stale

),

institutions as (

    select
        org_code,
        org_name,
        org_type
    from t20_at($period)

),

pairs as (

    select
        t14.county_code,
        t14.supporter_code,
        t14.recipient_code,
        t14.recipient_type,
        case
            when
                t14.agreement_from <= choice.period_end and t14.agreement_to >= choice.period_end
                then '有效'
            when t14.agreement_to < choice.period_end then '已到期'
            when t14.agreement_from > choice.period_end then '未生效'
            else '起止未填'
        end as state,
        t14.agreement_from,
        t14.agreement_to,
        t14.posted_staff,
        t14.posted_6m,
        t14.four_ones_done,
        t14.surgeries,
        t14.tele_cases,
        t14.period
    from t14
    inner join choice on t14.period = choice.period
    where
        $area in (
            t14.area_code, t14.township_code, t14.county_code, t14.city_code, t14.province_code
        )

),

alone as (

    select
        t08.county_code,
        t08.org_code as recipient_code,
        t08.org_type as recipient_type,
        t08.period
    from t08
    inner join choice on t08.period = choice.period
    left join pairs on t08.org_code = pairs.recipient_code
    where
        $area in (
            t08.area_code, t08.township_code, t08.county_code, t08.city_code, t08.province_code
        )
        and t08.org_type in ('县医院', '县中医院', '妇幼', '中心卫生院')
        and pairs.recipient_code is null

),

listed as (

    select *
    from pairs
    union all
    select
        county_code,
        null as supporter_code,
        recipient_code,
        recipient_type,
        '未结对' as state,
        null as agreement_from,
        null as agreement_to,
        null as posted_staff,
        null as posted_6m,
        null as four_ones_done,
        null as surgeries,
        null as tele_cases,
        period
    from alone

)

select
    counties.name as area_name,
    listed.supporter_code,
    supporters.org_name as supporter_name,
    listed.recipient_code,
    recipients.org_name as recipient_name,
    coalesce(listed.recipient_type, recipients.org_type) as recipient_type,
    listed.state,
    listed.agreement_from,
    listed.agreement_to,
    listed.posted_staff,
    listed.posted_6m,
    listed.four_ones_done,
    listed.surgeries,
    listed.tele_cases,
    listed.period
from listed
left join institutions as supporters on listed.supporter_code = supporters.org_code
left join institutions as recipients on listed.recipient_code = recipients.org_code
left join areas as counties on listed.county_code = counties.area_code
order by
    -- What is missing first.
    case listed.state when '未结对' then 1 when '有效' then 3 else 2 end,
    counties.order_no,
    listed.supporter_code,
    listed.recipient_code
