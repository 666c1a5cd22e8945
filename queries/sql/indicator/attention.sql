-- title:    需要关注
-- question: What needs attention among the headline indicators of the parts of an area?
-- grain:    one row per headline indicator and area with a reason, most urgent first
-- params:   $parent area, $level level, $period period
-- reads:    readings
-- returns:  severity integer, reason text, detail text, indicator text, indicator_name text,
--           population text, population_name text, domain text, headline integer, direction text,
--           unit text, decimals integer, frequency text, catalogue_order bigint,
--           is_first_population boolean, area_code text, area_name text, full_name text,
--           level text, kind text, order_no bigint, requested_period text, period text,
--           period_end date, is_requested boolean, numerator double, denominator double,
--           value double (unit), printed double (unit), units_expected bigint (个),
--           units_reported bigint (个), units_carried bigint (个), state text, note text,
--           fallback_from_period text, fallback_reported bigint (个), fallback_expected bigint (个),
--           stale_since text, no_new_report boolean, provisional boolean, masked boolean,
--           missing_units text, small_base boolean, rank_min_denominator integer,
--           cumulative_word text, period_alone double (unit), leads_with_yoy boolean,
--           previous_period text, previous_value double (unit), previous_filed double (unit),
--           change double (change_unit), change_unit text, change_is text,
--           change_common_units boolean, change_merged text, yoy_period text,
--           yoy_value double (unit), yoy_filed double (unit), yoy_change double (change_unit),
--           yoy_common_units boolean, yoy_merged text, lead text, lead_period text,
--           lead_value double (unit), lead_filed double (unit), lead_change double (change_unit),
--           lead_change_is text, lead_common_units boolean, lead_merged text, target double (unit),
--           target_comparator text, target_status text, target_scope text, target_scope_name text,
--           target_scope_level text, target_inherited boolean, target_valid_to date,
--           target_document text, light text, light_rule text, light_reason text,
--           downgraded boolean, gap double (unit), periods_left bigint (期),
--           required_pace double (unit per period), rank bigint (位), ranked_of bigint (个),
--           snapshot bigint
-- nulls:    figures of an area that did not report; rank when it is not ranked

with

headline_parts as (

    select
        *,
        case lead when 'year' then '较上年同期' else '较上期' end as against,
        -- Where all are equal, nobody is last.
        rank > 1 and rank = max(rank) over (partition by indicator) and ranked_of >= 3 as is_last
    from readings
    where
        judged_at = $parent
        and requested_period = $period
        and is_compared
        and level = $level
        and headline is not null and is_first_population

),

reasoned as (

    select
        *,
        case
            when small_base then null
            when light = '滞后' and lead_change_is = 'worse' then 1
            when light = '滞后' then 2
            when lead_change_is = 'worse' and light <> '达标' then 3
            when state in ('未报', '填报不全', '数据过期') then 4
            when is_last and light <> '达标' then 5
        end as severity
    from headline_parts

)

select
    severity,
    case severity
        when 1 then '滞后'
        when 2 then '滞后'
        when 3 then '退步'
        when 4 then '未报'
        else '末位'
    end as reason,
    case severity
        when 1
            then
                concat(
                    coalesce(light_reason, concat('滞后且', against, '变差')),
                    '，差目标',
                    plain_number(cast(gap as decimal(18, 4)))
                )
        when 2
            then
                concat(
                    coalesce(light_reason, '滞后'),
                    '，差目标',
                    plain_number(cast(gap as decimal(18, 4)))
                )
        when 3 then concat(against, '变差', plain_number(abs(cast(lead_change as decimal(18, 4)))))
        when 4 then state
        else concat('排在末位（', rank, '/', ranked_of, '）')
    end as detail,
    indicator,
    indicator_name,
    population,
    population_name,
    domain,
    headline,
    direction,
    unit,
    decimals,
    frequency,
    catalogue_order,
    is_first_population,
    area_code,
    area_name,
    full_name,
    level,
    kind,
    order_no,
    requested_period,
    period,
    period_end,
    is_requested,
    numerator,
    denominator,
    value,
    printed,
    units_expected,
    units_reported,
    units_carried,
    state,
    note,
    fallback_from_period,
    fallback_reported,
    fallback_expected,
    stale_since,
    no_new_report,
    provisional,
    masked,
    missing_units,
    small_base,
    rank_min_denominator,
    cumulative_word,
    period_alone,
    leads_with_yoy,
    previous_period,
    previous_value,
    previous_filed,
    change,
    change_unit,
    change_is,
    change_common_units,
    change_merged,
    yoy_period,
    yoy_value,
    yoy_filed,
    yoy_change,
    yoy_common_units,
    yoy_merged,
    lead,
    lead_period,
    lead_value,
    lead_filed,
    lead_change,
    lead_change_is,
    lead_common_units,
    lead_merged,
    target,
    target_comparator,
    target_status,
    target_scope,
    target_scope_name,
    target_scope_level,
    target_inherited,
    target_valid_to,
    target_document,
    light,
    light_rule,
    light_reason,
    downgraded,
    gap,
    periods_left,
    required_pace,
    rank,
    ranked_of,
    snapshot
from reasoned
where severity is not null
order by severity asc, gap desc nulls last, headline asc, order_no asc
