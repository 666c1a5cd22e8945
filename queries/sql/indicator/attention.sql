-- title:    需要关注
-- question: What needs attention among the headline indicators of the parts of an area?
-- grain:    one row per headline indicator and area with a reason, most urgent first
-- params:   $parent area, $level level, $period period,
--           $cuts cuts = cuts_by_period (folders of the newest periods)
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
--           leads_with_yoy boolean, previous_period text, previous_value double (unit),
--           change double (change_unit), change_unit text, change_is text,
--           change_common_units boolean, yoy_period text, yoy_value double (unit),
--           yoy_change double (change_unit), yoy_common_units boolean, target double (unit),
--           target_comparator text, target_status text, target_scope text, target_scope_name text,
--           target_scope_level text, target_inherited boolean, target_valid_to date,
--           target_document text, light text, light_rule text, downgraded boolean,
--           gap double (unit), periods_left bigint (期), required_pace double (unit per period),
--           rank bigint (位), ranked_of bigint (个), snapshot bigint
-- nulls:    figures of an area that did not report; rank when it is not ranked

with

headline_parts as (

    select
        *,
        rank = max(rank) over (partition by indicator) and ranked_of >= 3 as is_last
    from readings(null, null, $parent, $period, $parent, $level, false, $cuts)
    where headline is not null and is_first_population

),

reasoned as (

    select
        *,
        case
            when light = '滞后' and change_is = 'worse' then 1
            when light = '滞后' then 2
            when change_is = 'worse' and light <> '达标' then 3
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
        when 1 then concat('滞后且比上期变差，差目标', plain_number(cast(gap as decimal(18, 4))))
        when 2 then concat('滞后，差目标', plain_number(cast(gap as decimal(18, 4))))
        when 3 then concat('比上期变差', plain_number(abs(cast(change as decimal(18, 4)))))
        when 4 then state
        else concat('排在末位(', rank, '/', ranked_of, ')')
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
    leads_with_yoy,
    previous_period,
    previous_value,
    change,
    change_unit,
    change_is,
    change_common_units,
    yoy_period,
    yoy_value,
    yoy_change,
    yoy_common_units,
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
