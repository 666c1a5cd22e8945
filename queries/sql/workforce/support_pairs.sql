-- title:    对口支援结对
-- question: Who supports whom, until when, and with how many people?
-- grain:    one row per pair of supporter and recipient in the month shown
-- params:   $area area, $period period, $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    as_of, t14, t20_at, areas
-- returns:  county_name text, supporter_code text, supporter_name text, recipient_code text,
--           recipient_name text, recipient_type text, agreement_from date, agreement_to date,
--           in_force boolean, posted_staff bigint (人), posted_6m bigint (人),
--           four_ones_done bigint (项), surgeries bigint (例), tele_cases bigint (例), period text
-- nulls:    names of institutions not in the list T20; optional columns left empty

with

choice as (

    select
        period,
        period_end
    from as_of('counterpart_support_rate', 'all', $area, $period, $cuts)
    where not stale

),

institutions as (

    select
        org_code,
        org_name
    from t20_at($period)

)

select
    counties.name as county_name,
    t14.supporter_code,
    supporters.org_name as supporter_name,
    t14.recipient_code,
    recipients.org_name as recipient_name,
    t14.recipient_type,
    t14.agreement_from,
    t14.agreement_to,
    coalesce(
        t14.agreement_from <= choice.period_end and t14.agreement_to >= choice.period_end, false
    ) as in_force,
    t14.posted_staff,
    t14.posted_6m,
    t14.four_ones_done,
    t14.surgeries,
    t14.tele_cases,
    t14.period
from t14
inner join choice on t14.period = choice.period
left join institutions as supporters on t14.supporter_code = supporters.org_code
left join institutions as recipients on t14.recipient_code = recipients.org_code
left join areas as counties on t14.county_code = counties.area_code
where
    $area in (
        t14.area_code, t14.township_code, t14.county_code, t14.city_code, t14.province_code
    )
order by counties.order_no, t14.recipient_code, t14.supporter_code
