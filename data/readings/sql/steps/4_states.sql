-- Every area that is shown under a judge, also those without a row, and what can be said of it.
--   is_compared   whether it stands among its like under the judge: who lived on the last day of
--                 the period; of villages those that count, of zones only those with a row

create or replace temp table states as
with

shown as (

    select
        choices.*,
        wanted.multiplier,
        wanted.decimals,
        wanted.is_count,
        wanted.direction,
        wanted.cumulative,
        wanted.denominator_cumulative,
        wanted.rank_min_denominator,
        wanted.leads_with_yoy,
        areas.area_code,
        areas.name as area_name,
        areas.full_name,
        areas.level,
        areas.kind,
        areas.valid_from as area_valid_from,
        areas.valid_to as area_valid_to,
        areas.order_no,
        areas.township_code,
        areas.county_code,
        areas.city_code,
        areas.province_code,
        areas.area_code <> choices.judged_at
        and coalesce(
            areas.valid_from <= coalesce(choices.period_end, choices.requested_end), true
        )
        and coalesce(areas.valid_to >= coalesce(choices.period_end, choices.requested_end), true)
        and (
            wanted.only_kind is null
            or areas.level <> 'village'
            or areas.kind = wanted.only_kind
        )
        and (areas.kind <> 'statistical_zone' or now.area_code is not null)
            as is_compared,
        now.numerator,
        now.denominator,
        now.units_expected,
        now.units_reported,
        now.units_carried,
        coalesce(now.provisional, false) as provisional,
        coalesce(now.masked, false) as masked,
        now.missing_units,
        now.base_numerator,
        now.base_denominator,
        now.earlier_numerator,
        now.earlier_denominator,
        now.change,
        coalesce(now.prev_units_differ, false) as prev_units_differ,
        now.prev_merged,
        alone(
            wanted.cumulative,
            now.starts_again,
            now.numerator,
            now.same_numerator,
            now.base_numerator
        ) as alone_numerator,
        alone(
            wanted.denominator_cumulative,
            now.starts_again,
            now.denominator,
            now.same_denominator,
            now.base_denominator
        ) as alone_denominator,
        now.yoy_numerator,
        now.yoy_denominator,
        coalesce(now.yoy_units_differ, false) as yoy_units_differ,
        now.yoy_merged,
        now.year_before_numerator,
        now.year_before_denominator,
        movement(now.change, wanted.direction) as change_is,
        movement(before.change, wanted.direction) as change_before_is,
        printed_change(
            now.yoy_self_numerator,
            now.yoy_self_denominator,
            now.yoy_numerator,
            now.yoy_denominator,
            wanted.multiplier,
            wanted.decimals,
            wanted.is_count
        ) as yoy_change,
        case
            when level_order(areas.level) > level_order(wanted.grain) then '不适用'
            when areas.level = 'village' and areas.kind <> wanted.only_kind then '不适用'
            -- Who lived in the period shown is compared in it, even if gone by the chosen day.
            when choices.gone or areas.valid_to < choices.period_end then '不适用'
            when not choices.owed and obliged_provinces.table_id is not null then '不适用'
            when choices.stale then '数据过期'
            when choices.ordinal is null then '未报'
            -- Where the table is owed, whoever owes it has a row, if only an empty one.
            when
                now.area_code is null
                and areas.level <> 'village'
                and obliged_provinces.table_id is not null
                then '不适用'
            when coalesce(now.masked, false) then '已遮蔽'
            when now.numerator is null then '未报'
            when not wanted.is_count and now.denominator is null then '未报'
            when not wanted.is_count and now.denominator = 0 then '不适用'
            when not choices.enough and areas.area_code = choices.judged_at then '填报不全'
            when now.units_reported * 100 < wanted.min_coverage * now.units_expected
                then '填报不全'
            else '正常'
        end as state
    from choices
    inner join wanted on choices.pair = wanted.pair
    inner join beside on choices.judged_at = beside.judged_at
    inner join areas on beside.area_code = areas.area_code
    left join changes as now
        on
            choices.ask = now.ask
            and choices.pair = now.pair
            and areas.area_code = now.area_code
            and now.back = 0
    left join changes as before
        on
            choices.ask = before.ask
            and choices.pair = before.pair
            and areas.area_code = before.area_code
            and before.back = 1
    left join obliged_provinces
        on
            wanted.table_id = obliged_provinces.table_id
            and areas.province_code = obliged_provinces.province_code

)

select
    *,
    case
        when state in ('正常', '填报不全')
            then exact_value(numerator, denominator, multiplier, is_count)
    end as value,
    case
        when state in ('正常', '填报不全')
            then printed_value(numerator, denominator, multiplier, decimals, is_count)
    end as printed,
    printed_value(base_numerator, base_denominator, multiplier, decimals, is_count)
        as base_printed,
    state in ('正常', '填报不全')
    and not is_count
    and coalesce(denominator < rank_min_denominator, false) as small_base,
    case
        when
            state in ('正常', '填报不全')
            and (cumulative <> '' or denominator_cumulative <> '')
            then
                printed_value(
                    alone_numerator, alone_denominator, multiplier, decimals, is_count
                )
    end as period_alone,
    lead_of(leads_with_yoy, change, yoy_change) as lead
from shown;
