-- title:    区划对比
-- question: How does one area stand on every indicator, beside another one and among its like?
-- grain:    one row per indicator (its first population) and area: the area itself, the one beside
--           it, and those of a level that it is seen among
-- params:   $area area, $parent area (whose parts it is seen among), $level level (of these parts),
--           $period period, $beside area = null,
--           $headline_only int = 0 (0: all), $domains text = '' (only of these, by comma)
-- reads:    readings
-- returns:  indicator text, indicator_name text, population text, population_name text,
--           domain text, headline integer, direction text, unit text, decimals integer,
--           frequency text, catalogue_order bigint, is_first_population boolean, area_code text,
--           area_name text, full_name text, level text, kind text, order_no bigint,
--           row_kind text, requested_period text, period text, is_requested boolean,
--           numerator double, denominator double, printed double (unit),
--           difference double (unit), units_expected bigint (个), units_reported bigint (个),
--           units_carried bigint (个), state text, fallback_from_period text,
--           fallback_reported bigint (个), fallback_expected bigint (个), stale_since text,
--           no_new_report boolean, provisional boolean, masked boolean, missing_units text,
--           small_base boolean, cumulative_word text, lead text, lead_value double (unit),
--           lead_filed double (unit), lead_change double (change_unit), change_unit text,
--           lead_common_units boolean, lead_merged text, target double (unit),
--           target_comparator text, target_status text, target_scope_level text,
--           target_inherited boolean, light text, light_rule text,
--           light_reason text, gap double (unit), rank bigint (位), ranked_of bigint (个)
-- nulls:    printed when the state is not 正常 or 填报不全; difference (the area itself less the
--           one beside it) but for rates that both have at the same period; light and rank for
--           information only; change, target and gap when there is no base, no target

with

-- Whoever is beside it and stands under another area is judged by itself.
seen as (

    select
        *,
        case
            when area_code = $area then '本地区'
            when area_code = $beside then '对照'
            else '同级'
        end as row_kind,
        row_number()
            over (partition by indicator, area_code order by judged_at = $parent desc)
            as choice_no
    from readings
    where
        requested_period = $period
        and is_first_population
        and ($headline_only = 0 or headline is not null)
        and ($domains = '' or list_contains(string_split($domains, ','), domain))
        and (
            (
                judged_at = $parent
                and (
                    (is_compared and level = $level)
                    or area_code = $area
                    or area_code = $beside
                )
            )
            or (judged_at = $beside and area_code = $beside)
        )

),

beside as (

    select
        indicator,
        period,
        printed
    from seen
    where choice_no = 1 and row_kind = '对照'

)

select
    seen.indicator,
    seen.indicator_name,
    seen.population,
    seen.population_name,
    seen.domain,
    seen.headline,
    seen.direction,
    seen.unit,
    seen.decimals,
    seen.frequency,
    seen.catalogue_order,
    seen.is_first_population,
    seen.area_code,
    seen.area_name,
    seen.full_name,
    seen.level,
    seen.kind,
    seen.order_no,
    seen.row_kind,
    seen.requested_period,
    seen.period,
    seen.is_requested,
    seen.numerator,
    seen.denominator,
    seen.printed,
    case
        when seen.row_kind = '本地区' and seen.period = beside.period and seen.change_unit <> '%'
            then
                cast(
                    cast(seen.printed as decimal(18, 4)) - cast(beside.printed as decimal(18, 4))
                    as double
                )
    end as difference,
    seen.units_expected,
    seen.units_reported,
    seen.units_carried,
    seen.state,
    seen.fallback_from_period,
    seen.fallback_reported,
    seen.fallback_expected,
    seen.stale_since,
    seen.no_new_report,
    seen.provisional,
    seen.masked,
    seen.missing_units,
    seen.small_base,
    seen.cumulative_word,
    seen.lead,
    seen.lead_value,
    seen.lead_filed,
    seen.lead_change,
    seen.change_unit,
    seen.lead_common_units,
    seen.lead_merged,
    seen.target,
    seen.target_comparator,
    seen.target_status,
    seen.target_scope_level,
    seen.target_inherited,
    seen.light,
    seen.light_rule,
    seen.light_reason,
    seen.gap,
    case when seen.is_compared and seen.level = $level then seen.rank end as rank,
    seen.ranked_of
from seen
left join beside on seen.indicator = beside.indicator
where seen.choice_no = 1
order by
    seen.catalogue_order asc,
    seen.row_kind = '同级' asc,
    seen.row_kind = '对照' asc,
    seen.order_no asc
