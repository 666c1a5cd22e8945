-- title:    简报各地情况
-- question: How does every indicator stand in an area and its parts, and who is first and last?
-- grain:    one row per indicator (its first population) and area; the area itself included
-- params:   $parent area, $level level, $period period, $headline_only int = 1 (0 all of them),
--           $first int = 3 (how many places are named), $last int = 3 (and from the end)
-- reads:    readings
-- returns:  indicator text, indicator_name text, population text, population_name text,
--           domain text, headline integer, direction text, unit text, decimals integer,
--           frequency text, catalogue_order bigint, is_first_population boolean, area_code text,
--           area_name text, full_name text, level text, kind text, order_no bigint,
--           requested_period text, period text, period_end date, is_requested boolean,
--           numerator double, denominator double, value double (unit), printed double (unit),
--           units_expected bigint (个), units_reported bigint (个), units_carried bigint (个),
--           state text, note text, fallback_from_period text, fallback_reported bigint (个),
--           fallback_expected bigint (个), stale_since text, no_new_report boolean,
--           provisional boolean, masked boolean, missing_units text, small_base boolean,
--           rank_min_denominator integer, cumulative_word text, period_alone double (unit),
--           leads_with_yoy boolean, previous_period text, previous_value double (unit),
--           previous_filed double (unit), change double (change_unit), change_unit text,
--           change_is text, change_common_units boolean, change_merged text, yoy_period text,
--           yoy_value double (unit), yoy_filed double (unit), yoy_change double (change_unit),
--           yoy_common_units boolean, yoy_merged text, lead text, lead_period text,
--           lead_value double (unit), lead_filed double (unit), lead_change double (change_unit),
--           lead_change_is text, lead_common_units boolean, lead_merged text, target double (unit),
--           target_comparator text, target_status text, target_scope text, target_scope_name text,
--           target_scope_level text, target_inherited boolean, target_valid_to date,
--           target_document text, light text, light_rule text, light_reason text,
--           downgraded boolean, gap double (unit), periods_left bigint (期),
--           required_pace double (unit per period), rank bigint (位), previous_rank bigint (位),
--           rank_change bigint (位), ranked_of bigint (个), rank_from_last bigint (位),
--           is_first boolean, is_last boolean, is_parent boolean, snapshot bigint
-- nulls:    rank, rank_from_last, is_first and is_last when an area is not ranked;
--           value and printed when the state is not 正常 or 填报不全; light for information only;
--           change, target, gap and pace when there is no base, no target, nothing short

with

shown as (

    select
        *,
        area_code = $parent as is_parent,
        case
            when rank is not null
                then
                    rank() over (
                        partition by indicator, level, rank is not null
                        order by rank desc
                    )
        end as rank_from_last
    from readings
    where
        judged_at = $parent
        and requested_period = $period
        and ((is_compared and level = $level) or area_code = $parent)
        and is_first_population and ($headline_only = 0 or headline is not null)

)

select
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
    previous_rank,
    rank_change,
    ranked_of,
    rank_from_last,
    rank <= $first as is_first,
    rank_from_last <= $last as is_last,
    is_parent,
    snapshot
from shown
order by catalogue_order asc, is_parent desc, order_no asc
