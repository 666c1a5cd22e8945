-- title:    就诊流向
-- question: Where do people go for outpatient and inpatient care, by level?
-- grain:    one row per link of the flow with people on it; year to date
-- params:   $area area, $period period
-- reads:    as_of, area_values, t09
-- returns:  link_order integer, source text, target text, count bigint (人次), period text,
--           provisional boolean
-- nulls:    none: a link that nobody filled in is left out

with

choice as (

    select
        choice_of.period,
        coalesce(area_values.provisional, false) as provisional
    from as_of as choice_of
    left join area_values
        on
            choice_of.period = area_values.period
            and area_values.indicator = 'county_visit_rate'
            and area_values.population = 'all'
            and area_values.area_code = $area
            and area_values.dimension = ''
    where
        choice_of.judged_at = $area
        and choice_of.requested_period = $period
        and choice_of.indicator = 'county_visit_rate'
        and choice_of.population = 'all'
        and not choice_of.stale

),

added as (

    select
        choice.period,
        choice.provisional,
        cast(sum(t09.op_primary) as bigint) as op_primary,
        cast(sum(t09.op_in_county - t09.op_primary) as bigint) as op_county,
        cast(sum(t09.op_out_county) as bigint) as op_out,
        cast(sum(t09.ip_in_county) as bigint) as ip_in,
        cast(sum(t09.ip_out_county) as bigint) as ip_out
    from t09
    inner join choice on t09.period = choice.period
    where $area in (t09.area_code, t09.county_code, t09.city_code, t09.province_code)
    group by choice.period, choice.provisional

),

links as (

    select
        1 as link_order,
        '门急诊' as source,
        '基层医疗机构' as target,
        op_primary as count,
        period,
        provisional
    from added
    union all
    select
        2 as link_order,
        '门急诊' as source,
        '县级医疗机构' as target,
        op_county as count,
        period,
        provisional
    from added
    union all
    select
        3 as link_order,
        '门急诊' as source,
        '县域外' as target,
        op_out as count,
        period,
        provisional
    from added
    union all
    select
        4 as link_order,
        '住院' as source,
        '县域内住院' as target,
        ip_in as count,
        period,
        provisional
    from added
    union all
    select
        5 as link_order,
        '住院' as source,
        '县域外' as target,
        ip_out as count,
        period,
        provisional
    from added

)

select
    link_order,
    source,
    target,
    count,
    period,
    provisional
from links
where count > 0
order by link_order
