-- What pages show: one row per indicator, population and area, everything read by the rules.
--   wanted_indicator, wanted_population   null: all of them
--   judges       the areas whose coverage chooses the period for all areas compared under them
--   chosen       the period a person chose
--   within       the areas shown lie under this one; null: under their judge, itself among them,
--                one level down
--   at_level     with within: they are of this level; null: only the area itself
--   with_whole   with within: also the area itself, beside its parts
--   places       where the values of the judges and of the areas shown are kept
--   first_code, last_code   bounds of the codes of all those areas
--   cuts         the folders that village rows are read from
-- Areas under one judge are ranked among themselves.

create macro readings_each(
    wanted_indicator,
    wanted_population,
    judges,
    chosen,
    within,
    at_level,
    with_whole,
    places,
    first_code,
    last_code,
    cuts
) as table
    with

    choice as (

        select *
        from
            as_of_each(
                wanted_indicator,
                wanted_population,
                judges,
                places,
                coalesce(first_code, judges[1]),
                coalesce(last_code, judges[1]),
                chosen,
                cuts
            )

    ),

    inside as (

        select
            *,
            judges[1] as judged_at
        from areas
        where
            within is not null
            and case
                when at_level is null then area_code = within
                when with_whole and area_code = within then true
                else
                    level = at_level
                    and area_code <> within
                    and (
                        township_code = within
                        or county_code = within
                        or city_code = within
                        or province_code = within
                    )
            end
        union all
        select
            *,
            area_code as judged_at
        from areas
        where within is null and area_code in (select unnest(judges))
        union all
        select
            *,
            code_above(level, township_code, county_code, city_code, province_code) as judged_at
        from areas
        where
            within is null
            and list_contains(places, place_of_level(level))
            and code_above(level, township_code, county_code, city_code, province_code)
            in (select unnest(judges))

    ),

    -- The shown period and the two before it: a light is lowered by two worsening periods. Also the
    -- same period a year before: what all its units filed then is read beside the common basis.
    recent_periods as (

        select
            choice.judged_at,
            choice.indicator,
            choice.population,
            periods.period,
            starts_again(
                choice.cumulative, periods.first_of_year, periods.first_of_mch_year
            ) as starts_again,
            choice.ordinal - periods.ordinal as back,
            coalesce(periods.period = choice.year_before, false) as is_year_before
        from choice
        inner join periods
            on
                choice.frequency = periods.frequency
                and (
                    periods.ordinal between choice.ordinal - 2 and choice.ordinal
                    or periods.period = choice.year_before
                )
        where not choice.stale

    ),

    sought as (

        select
            recent_periods.*,
            inside.area_code
        from recent_periods
        inner join inside on recent_periods.judged_at = inside.judged_at

    ),

    recent as (

        select
            area_values.*,
            sought.judged_at,
            sought.starts_again,
            sought.back,
            sought.is_year_before
        from area_values
        inner join sought
            on
                area_values.indicator = sought.indicator
                and area_values.population = sought.population
                and area_values.period = sought.period
                and area_values.area_code = sought.area_code
        where
            (wanted_indicator is null or area_values.indicator = wanted_indicator)
            and (wanted_population is null or area_values.population = wanted_population)
            and list_contains(places, area_values.place)
            and area_values.dimension = ''
            and (area_values.cut is null or list_contains(cuts, area_values.cut))
            and (first_code is null or area_values.area_code >= first_code)
            and (last_code is null or area_values.area_code <= last_code)

    ),

    -- The base of the change. The first period of a year of a year-to-date figure has none.
    -- Villages keep no earlier figures in their rows: theirs are the rows of the period before.
    with_base as (

        select
            recent.judged_at,
            recent.indicator,
            recent.population,
            recent.area_code,
            recent.back,
            recent.numerator,
            recent.denominator,
            recent.units_expected,
            recent.units_reported,
            recent.units_carried,
            recent.provisional,
            recent.masked,
            recent.missing_units,
            recent.starts_again,
            -- Snapshots of before kept only how many units filed in both periods.
            coalesce(
                recent.prev_units_differ,
                recent.prev_units <> recent.units_reported
                or recent.prev_units <> earlier.units_reported,
                false
            ) as prev_units_differ,
            recent.prev_merged,
            earlier.numerator as earlier_numerator,
            earlier.denominator as earlier_denominator,
            recent.yoy_numerator,
            recent.yoy_denominator,
            recent.yoy_self_numerator,
            recent.yoy_self_denominator,
            coalesce(
                recent.yoy_units_differ, recent.yoy_units <> recent.units_reported, false
            ) as yoy_units_differ,
            recent.yoy_merged,
            year_before.numerator as year_before_numerator,
            year_before.denominator as year_before_denominator,
            case
                when recent.starts_again then null
                when recent.place = 'village' then earlier.numerator
                else recent.prev_numerator
            end as base_numerator,
            case
                when recent.starts_again then null
                when recent.place = 'village' then earlier.denominator
                else recent.prev_denominator
            end as base_denominator,
            case
                when recent.place = 'village' then recent.numerator else recent.prev_self_numerator
            end
                as same_numerator,
            case
                when recent.place = 'village' then recent.denominator
                else recent.prev_self_denominator
            end as same_denominator
        from recent
        left join recent as earlier
            on
                recent.judged_at = earlier.judged_at
                and recent.indicator = earlier.indicator
                and recent.population = earlier.population
                and recent.area_code = earlier.area_code
                and recent.back + 1 = earlier.back
        left join recent as year_before
            on
                recent.judged_at = year_before.judged_at
                and recent.indicator = year_before.indicator
                and recent.population = year_before.population
                and recent.area_code = year_before.area_code
                and recent.back = 0
                and year_before.is_year_before

    ),

    moved as (

        select
            with_base.*,
            printed_change(
                with_base.same_numerator,
                with_base.same_denominator,
                with_base.base_numerator,
                with_base.base_denominator,
                choice.multiplier,
                choice.decimals,
                choice.is_count
            ) as change
        from with_base
        inner join choice
            on
                with_base.judged_at = choice.judged_at
                and with_base.indicator = choice.indicator
                and with_base.population = choice.population

    ),

    -- Every area that is compared, also those without a row. Statistical zones only with one.
    shown as (

        select
            choice.*,
            inside.area_code,
            inside.name as area_name,
            inside.full_name,
            inside.level,
            inside.kind,
            inside.valid_from as area_valid_from,
            inside.valid_to as area_valid_to,
            inside.order_no,
            inside.township_code,
            inside.county_code,
            inside.city_code,
            inside.province_code,
            moved.numerator,
            moved.denominator,
            moved.units_expected,
            moved.units_reported,
            moved.units_carried,
            coalesce(moved.provisional, false) as provisional,
            coalesce(moved.masked, false) as masked,
            moved.missing_units,
            moved.base_numerator,
            moved.base_denominator,
            moved.earlier_numerator,
            moved.earlier_denominator,
            moved.change,
            coalesce(moved.prev_units_differ, false) as prev_units_differ,
            moved.prev_merged,
            alone(
                choice.cumulative,
                moved.starts_again,
                moved.numerator,
                moved.same_numerator,
                moved.base_numerator
            ) as alone_numerator,
            alone(
                choice.denominator_cumulative,
                moved.starts_again,
                moved.denominator,
                moved.same_denominator,
                moved.base_denominator
            ) as alone_denominator,
            moved.yoy_numerator,
            moved.yoy_denominator,
            coalesce(moved.yoy_units_differ, false) as yoy_units_differ,
            moved.yoy_merged,
            moved.year_before_numerator,
            moved.year_before_denominator,
            movement(moved.change, choice.direction) as change_is,
            movement(moved_before.change, choice.direction) as change_before_is,
            printed_change(
                moved.yoy_self_numerator,
                moved.yoy_self_denominator,
                moved.yoy_numerator,
                moved.yoy_denominator,
                choice.multiplier,
                choice.decimals,
                choice.is_count
            ) as yoy_change,
            case
                when level_order(inside.level) > level_order(choice.grain) then '不适用'
                when inside.level = 'village' and inside.kind <> choice.only_kind then '不适用'
                -- Who lived in the period shown is compared in it, even if gone by the chosen day.
                when choice.gone or inside.valid_to < choice.period_end then '不适用'
                when not choice.owed and obliged_provinces.table_id is not null then '不适用'
                when choice.stale then '数据过期'
                when choice.ordinal is null then '未报'
                -- Where the table is owed, whoever owes it has a row, if only an empty one.
                when
                    moved.area_code is null
                    and inside.level <> 'village'
                    and obliged_provinces.table_id is not null
                    then '不适用'
                when coalesce(moved.masked, false) then '已遮蔽'
                when moved.numerator is null then '未报'
                when not choice.is_count and moved.denominator is null then '未报'
                when not choice.is_count and moved.denominator = 0 then '不适用'
                when not choice.enough and inside.area_code = choice.judged_at then '填报不全'
                when moved.units_reported * 100 < choice.min_coverage * moved.units_expected
                    then '填报不全'
                else '正常'
            end as state
        from choice
        inner join inside
            on
                choice.judged_at = inside.judged_at
                -- Who is compared lived on the last day of the period; who is asked about is shown.
                and (
                    inside.area_code = coalesce(within, choice.judged_at)
                    or (
                        (
                            inside.valid_from is null
                            or inside.valid_from
                            <= coalesce(choice.period_end, choice.requested_end)
                        )
                        and (
                            inside.valid_to is null
                            or inside.valid_to
                            >= coalesce(choice.period_end, choice.requested_end)
                        )
                    )
                )
                and (
                    (at_level is null and inside.area_code = coalesce(within, choice.judged_at))
                    or choice.only_kind is null
                    or inside.level <> 'village'
                    or inside.kind = choice.only_kind
                )
        left join moved
            on
                choice.judged_at = moved.judged_at
                and choice.indicator = moved.indicator
                and choice.population = moved.population
                and inside.area_code = moved.area_code
                and moved.back = 0
        left join moved as moved_before
            on
                choice.judged_at = moved_before.judged_at
                and choice.indicator = moved_before.indicator
                and choice.population = moved_before.population
                and inside.area_code = moved_before.area_code
                and moved_before.back = 1
        left join obliged_provinces
            on
                choice.table_id = obliged_provinces.table_id
                and inside.province_code = obliged_provinces.province_code
        where
            inside.area_code = coalesce(within, choice.judged_at)
            or inside.kind <> 'statistical_zone'
            or moved.area_code is not null

    ),

    valued as (

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
        from shown

    ),

    reaching as (

        select
            valued.judged_at,
            valued.indicator,
            valued.population,
            valued.area_code,
            valued.level,
            targets.value as target,
            targets.comparator,
            targets.status,
            targets.scope_code,
            targets.valid_from,
            targets.valid_to,
            targets.document,
            targets.document_rank,
            scope_distance(
                targets.scope_code,
                valued.area_code,
                valued.township_code,
                valued.county_code,
                valued.city_code,
                valued.province_code
            ) as distance
        from valued
        inner join targets
            on
                valued.indicator = targets.indicator
                and valued.population = targets.population
                and in_force(
                    targets.condition,
                    targets.valid_from,
                    targets.valid_to,
                    coalesce(valued.period_end, valued.requested_end)
                )

    ),

    aimed as (

        select
            *,
            row_number() over (
                partition by judged_at, indicator, population, area_code
                order by precedence(status, distance, valid_from, document_rank)
            ) as choice_no
        from reaching
        where distance is not null

    ),

    rankable as (

        select
            judged_at,
            indicator,
            population,
            level,
            area_code,
            direction,
            printed,
            base_printed,
            state = '正常' and direction <> 'info' and not small_base as rankable
        from valued

    ),

    -- Ranks by themselves, over few columns: sorting the whole rows took most of the time.
    -- Whoever cannot be ranked stands behind all others, so that one partition serves both.
    -- They go by what is printed: equal print shares a rank.
    compared as (

        select
            judged_at,
            indicator,
            population,
            level,
            area_code,
            rankable,
            rankable and base_printed is not null as was_rankable,
            case when direction = 'lower_better' then printed else -printed end as place,
            case when direction = 'lower_better' then base_printed else -base_printed end
                as previous_place
        from rankable

    ),

    standing as (

        select
            judged_at,
            indicator,
            population,
            area_code,
            case
                when rankable
                    then
                        rank() over (
                            partition by judged_at, indicator, population, level
                            order by rankable desc, place asc
                        )
            end as rank,
            case
                when was_rankable
                    then
                        rank() over (
                            partition by judged_at, indicator, population, level
                            order by was_rankable desc, previous_place asc
                        )
            end as previous_rank,
            sum(case when rankable then 1 else 0 end) over (
                partition by judged_at, indicator, population, level
            ) as ranked_of
        from compared

    ),

    judged as (

        select
            valued.*,
            aimed.target,
            aimed.comparator as target_comparator,
            aimed.status as target_status,
            aimed.scope_code as target_scope,
            scope_level(aimed.distance, aimed.level) as target_scope_level,
            aimed.distance > 0 as target_inherited,
            aimed.valid_to as target_valid_to,
            aimed.document as target_document,
            scope.name as target_scope_name,
            -- What is left is counted from the chosen day, whatever period is shown.
            greatest(last_whole.ordinal - valued.own_ordinal, 0) as periods_left,
            case
                when aimed.status = '采用' and valued.printed is not null
                    then
                        gap_to(
                            valued.numerator,
                            valued.denominator,
                            valued.multiplier,
                            valued.is_count,
                            valued.direction,
                            aimed.comparator,
                            aimed.target,
                            valued.printed
                        )
            end as gap,
            standing.rank,
            standing.previous_rank,
            standing.ranked_of
        from valued
        left join aimed
            on
                valued.judged_at = aimed.judged_at
                and valued.indicator = aimed.indicator
                and valued.population = aimed.population
                and valued.area_code = aimed.area_code
                and aimed.choice_no = 1
        left join standing
            on
                valued.judged_at = standing.judged_at
                and valued.indicator = standing.indicator
                and valued.population = standing.population
                and valued.area_code = standing.area_code
        left join areas as scope on aimed.scope_code = scope.area_code
        -- The last own-frequency period that ends whole by the day the target ends.
        left join periods as last_whole
            on
                valued.frequency = last_whole.frequency
                and last_whole.period_end <= aimed.valid_to
                and last_whole.next_end > aimed.valid_to

    ),

    plainly_lit as (

        select
            *,
            case
                when target_status = '采用' and state = '正常'
                    then light_of(gap, printed, target, amber_kind, amber)
            end as plain_light
        from judged

    ),

    lit as (

        select
            *,
            plain_light = '预警' and change_is = 'worse' and change_before_is = 'worse' as downgraded
        from plainly_lit

    ),

    told as (

        select
            lit.judged_at,
            lit.indicator,
            lit.name as indicator_name,
            lit.population,
            coalesce(population_words.label, lit.population) as population_name,
            lit.domain,
            lit.headline,
            lit.direction,
            lit.unit,
            lit.decimals,
            lit.frequency,
            lit.catalogue_order,
            lit.is_first_population,
            lit.area_code,
            lit.area_name,
            lit.full_name,
            lit.level,
            lit.kind,
            lit.order_no,
            lit.requested_period,
            lit.period,
            lit.period_end,
            coalesce(lit.period = lit.requested_period, false) as is_requested,
            cast(lit.numerator as double) as numerator,
            cast(lit.denominator as double) as denominator,
            lit.value,
            cast(lit.printed as double) as printed,
            cast(lit.units_expected as bigint) as units_expected,
            cast(lit.units_reported as bigint) as units_reported,
            cast(lit.units_carried as bigint) as units_carried,
            lit.state,
            concat_ws(
                '；',
                case
                    when level_order(lit.level) > level_order(lit.grain)
                        then concat('本指标只到', level_word(lit.grain))
                    when lit.level = 'village' and lit.kind <> lit.only_kind then '本指标只算行政村'
                end,
                case
                    when lit.stale
                        then
                            concat(
                                lit.stale_since,
                                case when lit.any_ordinal > lit.ordinal then '起填报不全' else '起未报' end
                            )
                    when lit.ordinal < lit.own_ordinal
                        then
                            concat(
                                said_in(lit.own_label, lit.own_short_label, lit.requested_end),
                                '已报',
                                coalesce(lit.own_reported, 0),
                                '/',
                                lit.own_expected,
                                ',暂用',
                                said_in(lit.label, lit.short_label, lit.requested_end)
                            )
                end,
                case
                    when lit.area_valid_from > coalesce(lit.period_end, lit.own_end)
                        then concat(strftime(lit.area_valid_from, '%Y-%m-%d'), '起设立')
                end,
                case
                    when lit.area_valid_to < lit.requested_end
                        then concat('已于', strftime(lit.area_valid_to, '%Y-%m-%d'), '撤销')
                end,
                case
                    when not lit.stale and lit.units_reported < lit.units_expected
                        then
                            concat(
                                '已报',
                                lit.units_reported,
                                '/',
                                lit.units_expected,
                                case
                                    when lit.missing_units is null then ''
                                    else concat('，', lit.missing_units, '未报')
                                end
                            )
                end,
                case
                    when lit.small_base
                        then concat('基数小（', plain_number(lit.denominator), '），不排名')
                end,
                case when lit.downgraded then '连续两期变差' end,
                case when not lit.stale and lit.units_carried > 0 then '含沿用上期的台账' end,
                case
                    when not lit.stale and lit.ordinal = lit.ordinal_before
                        then
                            concat(
                                case lit.requested_frequency
                                    when 'weekly' then '本周'
                                    when 'monthly' then '本月'
                                    when 'quarterly' then '本季'
                                    else '本年'
                                end,
                                '无新报数(数据截至',
                                said_in(lit.label, lit.short_label, lit.requested_end),
                                ')'
                            )
                end,
                case when lit.provisional and not lit.stale then '暂定数' end,
                case
                    when lit.change is not null and lit.prev_units_differ
                        then '环比按两期都报的单位计算'
                end,
                case
                    when lit.yoy_change is not null and lit.yoy_units_differ
                        then '同比按两期都报的单位计算'
                end,
                case
                    when lit.change is not null and lit.prev_merged is not null
                        then concat('环比与并入的', lit.prev_merged, '合计比较')
                end,
                case
                    when lit.yoy_change is not null and lit.yoy_merged is not null
                        then concat('同比与并入的', lit.yoy_merged, '合计比较')
                end,
                case
                    when lit.target_inherited and lit.target_status = '采用'
                        then concat('执行', scope_word(lit.target_scope_level), '目标')
                end
            ) as note,
            case when not lit.stale and lit.ordinal < lit.own_ordinal then lit.own_period end
                as fallback_from_period,
            case
                when not lit.stale and lit.ordinal < lit.own_ordinal
                    then cast(coalesce(lit.own_reported, 0) as bigint)
            end as fallback_reported,
            case
                when not lit.stale and lit.ordinal < lit.own_ordinal
                    then cast(lit.own_expected as bigint)
            end as fallback_expected,
            case when lit.stale then lit.stale_since end as stale_since,
            coalesce(lit.ordinal = lit.ordinal_before, false) as no_new_report,
            lit.provisional,
            lit.masked,
            lit.missing_units,
            lit.small_base,
            lit.rank_min_denominator,
            coalesce(cumulative_word(lit.cumulative), cumulative_word(lit.denominator_cumulative))
                as cumulative_word,
            cast(lit.period_alone as double) as period_alone,
            lit.leads_with_yoy,
            case when lit.base_printed is not null then before_shown.period end as previous_period,
            cast(lit.base_printed as double) as previous_value,
            cast(
                case
                    when lit.change is not null and lit.prev_units_differ
                        then
                            printed_value(
                                lit.earlier_numerator,
                                lit.earlier_denominator,
                                lit.multiplier,
                                lit.decimals,
                                lit.is_count
                            )
                end as double
            ) as previous_filed,
            cast(lit.change as double) as change,
            lit.change_unit,
            lit.change_is,
            lit.change is not null and lit.prev_units_differ as change_common_units,
            case when lit.change is not null then lit.prev_merged end as change_merged,
            case when lit.yoy_numerator is not null then shown_period.last_year end as yoy_period,
            cast(
                printed_value(
                    lit.yoy_numerator,
                    lit.yoy_denominator,
                    lit.multiplier,
                    lit.decimals,
                    lit.is_count
                ) as double
            ) as yoy_value,
            cast(lit.yoy_change as double) as yoy_change,
            cast(
                case
                    when lit.yoy_change is not null and lit.yoy_units_differ
                        then
                            printed_value(
                                lit.year_before_numerator,
                                lit.year_before_denominator,
                                lit.multiplier,
                                lit.decimals,
                                lit.is_count
                            )
                end as double
            ) as yoy_filed,
            lit.yoy_change is not null and lit.yoy_units_differ as yoy_common_units,
            case when lit.yoy_change is not null then lit.yoy_merged end as yoy_merged,
            lit.lead,
            cast(lit.target as double) as target,
            lit.target_comparator,
            lit.target_status,
            lit.target_scope,
            lit.target_scope_name,
            lit.target_scope_level,
            lit.target_inherited,
            lit.target_valid_to,
            lit.target_document,
            case
                when lit.direction = 'info' or not lit.light then null
                when lit.state <> '正常' then lit.state
                when lit.downgraded then '滞后'
                when lit.plain_light is not null then lit.plain_light
                when lit.target_status = '参考' then '参考目标'
                else '无目标'
            end as light,
            case
                when lit.plain_light is null or not lit.light or lit.direction = 'info' then ''
                else
                    concat(
                        case
                            when lit.plain_light = '达标' then '达到目标'
                            when lit.downgraded then '预警且连续两期变差，改为滞后'
                            when lit.plain_light = '预警' then '未达目标，差距不超过'
                            else '未达目标，差距超过'
                        end,
                        case
                            when lit.plain_light <> '达标' and not lit.downgraded
                                then
                                    concat(
                                        plain_number(
                                            amber_width(lit.target, lit.amber_kind, lit.amber)
                                        ),
                                        case when lit.unit = '%' then '个百分点' else lit.unit end
                                    )
                            else ''
                        end,
                        '（规则',
                        strftime(rules.light_rule_date, '%Y-%m-%d'),
                        '）'
                    )
            end as light_rule,
            case when lit.downgraded then '连续两期变差' end as light_reason,
            coalesce(lit.downgraded, false) as downgraded,
            cast(lit.gap as double) as gap,
            case
                when lit.target_status = '采用' and lit.printed is not null
                    then cast(lit.periods_left as bigint)
            end as periods_left,
            case
                when lit.plain_light in ('预警', '滞后') and lit.periods_left >= 1
                    then
                        cast(
                            required_pace(
                                lit.numerator,
                                lit.denominator,
                                lit.multiplier,
                                lit.decimals,
                                lit.is_count,
                                lit.direction,
                                lit.target,
                                lit.periods_left
                            ) as double
                        )
            end as required_pace,
            cast(lit.rank as bigint) as rank,
            cast(lit.previous_rank as bigint) as previous_rank,
            cast(lit.previous_rank - lit.rank as bigint) as rank_change,
            cast(lit.ranked_of as bigint) as ranked_of,
            this_snapshot.number as snapshot
        from lit
        cross join this_snapshot
        cross join rules
        left join periods as shown_period on lit.period = shown_period.period
        left join periods as before_shown on shown_period.previous = before_shown.period
        left join population_words
            on
                lit.population = population_words.population
                and year(coalesce(lit.period_end, lit.requested_end))
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

-- The same for the areas of one level under one area, judged at one area.
create macro readings(
    wanted_indicator, wanted_population, judged_at, chosen, within, at_level, with_whole, cuts
) as table
    select * exclude (judged_at)
    from
        readings_each(
            wanted_indicator,
            wanted_population,
            [judged_at],
            chosen,
            within,
            at_level,
            with_whole,
            [
                place_of(judged_at),
                place_of(within),
                case when at_level is null then place_of(within) else place_of_level(at_level) end
            ],
            case when at_level is null and judged_at = within then judged_at end,
            case when at_level is null and judged_at = within then judged_at end,
            cuts
        );
