-- The readings as they are kept: one row per indicator, population, judge, chosen period and area.

create or replace temp table readings as
with

told as (

    select
        wanted.seen_by,
        lights.judged_at,
        lights.is_compared,
        wanted.indicator,
        wanted.name as indicator_name,
        wanted.population,
        coalesce(population_words.label, wanted.population) as population_name,
        wanted.domain,
        wanted.headline,
        lights.direction,
        wanted.unit,
        lights.decimals,
        wanted.frequency,
        wanted.catalogue_order,
        wanted.is_first_population,
        lights.area_code,
        lights.area_name,
        lights.full_name,
        lights.level,
        lights.kind,
        lights.order_no,
        lights.requested_period,
        lights.period,
        lights.period_end,
        coalesce(lights.period = lights.requested_period, false) as is_requested,
        cast(lights.numerator as double) as numerator,
        cast(lights.denominator as double) as denominator,
        lights.value,
        cast(lights.printed as double) as printed,
        cast(lights.units_expected as bigint) as units_expected,
        cast(lights.units_reported as bigint) as units_reported,
        cast(lights.units_carried as bigint) as units_carried,
        lights.state,
        concat_ws(
            '；',
            case
                when level_order(lights.level) > level_order(wanted.grain)
                    then concat('本指标只到', level_word(wanted.grain))
                when lights.level = 'village' and lights.kind <> wanted.only_kind then '本指标只算行政村'
            end,
            case
                when lights.stale
                    then
                        concat(
                            lights.stale_since,
                            case
                                when lights.any_ordinal > lights.ordinal then '起填报不全'
                                else '起未报'
                            end
                        )
                when lights.ordinal < lights.own_ordinal
                    then
                        concat(
                            said_in(lights.own_label, lights.own_short_label, lights.requested_end),
                            '已报',
                            coalesce(lights.own_reported, 0),
                            '/',
                            lights.own_expected,
                            '，暂用',
                            said_in(lights.label, lights.short_label, lights.requested_end)
                        )
            end,
            case
                when lights.area_valid_from > coalesce(lights.period_end, lights.own_end)
                    then concat(strftime(lights.area_valid_from, '%Y-%m-%d'), '起设立')
            end,
            case
                when lights.area_valid_to < lights.requested_end
                    then concat('已于', strftime(lights.area_valid_to, '%Y-%m-%d'), '撤销')
            end,
            case
                when not lights.stale and lights.units_reported < lights.units_expected
                    then
                        concat(
                            '已报',
                            lights.units_reported,
                            '/',
                            lights.units_expected,
                            case
                                when lights.missing_units is null then ''
                                else concat('，', lights.missing_units, '未报')
                            end
                        )
            end,
            case
                when lights.small_base
                    then concat('基数小（', plain_number(lights.denominator), '），不排名')
            end,
            case when lights.downgraded then '连续两期变差' end,
            case when not lights.stale and lights.units_carried > 0 then '含沿用上期的台账' end,
            case
                when not lights.stale and lights.ordinal = lights.ordinal_before
                    then
                        concat(
                            case lights.requested_frequency
                                when 'weekly' then '本周'
                                when 'monthly' then '本月'
                                when 'quarterly' then '本季'
                                else '本年'
                            end,
                            '无新报数（数据截至',
                            said_in(lights.label, lights.short_label, lights.requested_end),
                            '）'
                        )
            end,
            case when lights.provisional and not lights.stale then '暂定数' end,
            case
                when lights.change is not null and lights.prev_units_differ
                    then '环比按两期都报的单位计算'
            end,
            case
                when lights.yoy_change is not null and lights.yoy_units_differ
                    then '同比按两期都报的单位计算'
            end,
            case
                when lights.change is not null and lights.prev_merged is not null
                    then concat('环比与并入的', lights.prev_merged, '合计比较')
            end,
            case
                when lights.yoy_change is not null and lights.yoy_merged is not null
                    then concat('同比与并入的', lights.yoy_merged, '合计比较')
            end,
            case
                when lights.target_inherited and lights.target_status = '采用'
                    then concat('执行', scope_word(lights.target_scope_level), '目标')
            end
        ) as note,
        case
            when not lights.stale and lights.ordinal < lights.own_ordinal then lights.own_period
        end as fallback_from_period,
        case
            when not lights.stale and lights.ordinal < lights.own_ordinal
                then cast(coalesce(lights.own_reported, 0) as bigint)
        end as fallback_reported,
        case
            when not lights.stale and lights.ordinal < lights.own_ordinal
                then cast(lights.own_expected as bigint)
        end as fallback_expected,
        case when lights.stale then lights.stale_since end as stale_since,
        coalesce(lights.ordinal = lights.ordinal_before, false) as no_new_report,
        lights.provisional,
        lights.masked,
        lights.missing_units,
        lights.small_base,
        lights.rank_min_denominator,
        coalesce(cumulative_word(lights.cumulative), cumulative_word(lights.denominator_cumulative))
            as cumulative_word,
        cast(lights.period_alone as double) as period_alone,
        lights.leads_with_yoy,
        case when lights.base_printed is not null then before_shown.period end as previous_period,
        cast(lights.base_printed as double) as previous_value,
        cast(
            case
                when lights.change is not null and lights.prev_units_differ
                    then
                        printed_value(
                            lights.earlier_numerator,
                            lights.earlier_denominator,
                            lights.multiplier,
                            lights.decimals,
                            lights.is_count
                        )
            end as double
        ) as previous_filed,
        cast(lights.change as double) as change,
        wanted.change_unit,
        lights.change_is,
        lights.change is not null and lights.prev_units_differ as change_common_units,
        case when lights.change is not null then lights.prev_merged end as change_merged,
        case when lights.yoy_numerator is not null then shown_period.last_year end as yoy_period,
        cast(
            printed_value(
                lights.yoy_numerator,
                lights.yoy_denominator,
                lights.multiplier,
                lights.decimals,
                lights.is_count
            ) as double
        ) as yoy_value,
        cast(lights.yoy_change as double) as yoy_change,
        cast(
            case
                when lights.yoy_change is not null and lights.yoy_units_differ
                    then
                        printed_value(
                            lights.year_before_numerator,
                            lights.year_before_denominator,
                            lights.multiplier,
                            lights.decimals,
                            lights.is_count
                        )
            end as double
        ) as yoy_filed,
        lights.yoy_change is not null and lights.yoy_units_differ as yoy_common_units,
        case when lights.yoy_change is not null then lights.yoy_merged end as yoy_merged,
        lights.lead,
        cast(lights.target as double) as target,
        lights.target_comparator,
        lights.target_status,
        lights.target_scope,
        lights.target_scope_name,
        lights.target_scope_level,
        lights.target_inherited,
        lights.target_valid_to,
        lights.target_document,
        case
            when lights.direction = 'info' or not lights.light then null
            when lights.state <> '正常' then lights.state
            when lights.downgraded then '滞后'
            when lights.plain_light is not null then lights.plain_light
            when lights.target_status = '参考' then '参考目标'
            else '无目标'
        end as light,
        case
            when lights.plain_light is null or not lights.light or lights.direction = 'info' then ''
            else
                concat(
                    case
                        when lights.plain_light = '达标' then '达到目标'
                        when lights.downgraded then '预警且连续两期变差，改为滞后'
                        when lights.plain_light = '预警' then '未达目标，差距不超过'
                        else '未达目标，差距超过'
                    end,
                    case
                        when lights.plain_light <> '达标' and not lights.downgraded
                            then
                                concat(
                                    plain_number(
                                        amber_width(lights.target, lights.amber_kind, lights.amber)
                                    ),
                                    case when wanted.unit = '%' then '个百分点' else wanted.unit end
                                )
                        else ''
                    end,
                    '（规则',
                    strftime(rules.light_rule_date, '%Y-%m-%d'),
                    '）'
                )
        end as light_rule,
        case when lights.downgraded then '连续两期变差' end as light_reason,
        coalesce(lights.downgraded, false) as downgraded,
        cast(lights.gap as double) as gap,
        case
            when lights.target_status = '采用' and lights.printed is not null
                then cast(lights.periods_left as bigint)
        end as periods_left,
        case
            when lights.plain_light in ('预警', '滞后') and lights.periods_left >= 1
                then
                    cast(
                        required_pace(
                            lights.numerator,
                            lights.denominator,
                            lights.multiplier,
                            lights.decimals,
                            lights.is_count,
                            lights.direction,
                            lights.target,
                            lights.periods_left
                        ) as double
                    )
        end as required_pace,
        cast(ranks.rank as bigint) as rank,
        cast(ranks.previous_rank as bigint) as previous_rank,
        cast(ranks.previous_rank - ranks.rank as bigint) as rank_change,
        cast(ranks.ranked_of as bigint) as ranked_of
    from lights
    inner join wanted on lights.pair = wanted.pair
    inner join ranks
        on
            lights.ask = ranks.ask
            and lights.pair = ranks.pair
            and lights.area_code = ranks.area_code
    cross join rules
    left join periods as shown_period on lights.period = shown_period.period
    left join periods as before_shown on shown_period.previous = before_shown.period
    left join population_words
        on
            wanted.population = population_words.population
            and year(coalesce(lights.period_end, lights.requested_end))
            between population_words.first_year and population_words.last_year

)

-- The one comparison that leads, by name: nobody chooses between the two again.
select
    *,
    case lead when 'year' then yoy_period when 'previous' then previous_period end
        as lead_period,
    case lead when 'year' then yoy_value when 'previous' then previous_value end as lead_value,
    case lead when 'year' then yoy_filed when 'previous' then previous_filed end as lead_filed,
    case lead when 'year' then yoy_change when 'previous' then change end as lead_change,
    movement(case lead when 'year' then yoy_change when 'previous' then change end, direction)
        as lead_change_is,
    case lead
        when 'year' then yoy_common_units
        when 'previous' then change_common_units
        else false
    end as lead_common_units,
    case lead when 'year' then yoy_merged when 'previous' then change_merged end as lead_merged
from told;
