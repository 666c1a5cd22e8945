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

    -- The shown period and the two before it: a light is lowered by two worsening periods.
    recent_periods as (

        select
            choice.judged_at,
            choice.indicator,
            choice.population,
            periods.period,
            case choice.cumulative
                when 'ytd' then periods.first_of_year
                when 'ytd_mch' then periods.first_of_mch_year
                else false
            end as starts_again,
            choice.ordinal - periods.ordinal as back
        from choice
        inner join periods
            on
                choice.frequency = periods.frequency
                and periods.ordinal between choice.ordinal - 2 and choice.ordinal
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
            sought.back
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
            coalesce(
                recent.prev_units <> recent.units_reported
                or recent.prev_units <> earlier.units_reported,
                true
            ) as prev_units_differ,
            recent.yoy_numerator,
            recent.yoy_denominator,
            recent.yoy_self_numerator,
            recent.yoy_self_denominator,
            coalesce(recent.yoy_units <> recent.units_reported, true) as yoy_units_differ,
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
            end as same_denominator,
            recent.place = 'village' as is_village
        from recent
        left join recent as earlier
            on
                recent.judged_at = earlier.judged_at
                and recent.indicator = earlier.indicator
                and recent.population = earlier.population
                and recent.area_code = earlier.area_code
                and recent.back + 1 = earlier.back

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
            moved.base_numerator,
            moved.base_denominator,
            moved.change,
            moved.prev_units_differ and not moved.is_village as prev_units_differ,
            moved.yoy_numerator,
            moved.yoy_denominator,
            moved.yoy_units_differ,
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
                when choice.stale then '数据过期'
                when choice.ordinal is null then '未报'
                when coalesce(moved.masked, false) then '已遮蔽'
                when moved.numerator is null then '未报'
                when not choice.is_count and moved.denominator is null then '未报'
                when not choice.is_count and moved.denominator = 0 then '不适用'
                when not choice.enough then '填报不全'
                when moved.units_reported * 100 < choice.min_coverage * moved.units_expected
                    then '填报不全'
                else '正常'
            end as state
        from choice
        inner join inside
            on
                choice.judged_at = inside.judged_at
                and (inside.valid_from is null or inside.valid_from <= choice.requested_end)
                and (
                    inside.valid_to is null
                    or inside.valid_to >= coalesce(choice.period_end, choice.requested_end)
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
            exact_value(base_numerator, base_denominator, multiplier, is_count) as base_value,
            state = '正常' and direction <> 'info' as rankable
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

    -- Ranks by themselves, over few columns: sorting the whole rows took most of the time.
    -- Whoever cannot be ranked stands behind all others, so that one partition serves both.
    compared as (

        select
            judged_at,
            indicator,
            population,
            level,
            area_code,
            rankable,
            rankable and base_value is not null as was_rankable,
            case when direction = 'lower_better' then value else -value end as place,
            case when direction = 'lower_better' then base_value else -base_value end
                as previous_place
        from valued

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
            last_whole.ordinal - valued.ordinal as periods_left,
            case
                when aimed.status = '采用' and valued.printed is not null
                    then
                        case
                            when
                                valued.direction = 'lower_better'
                                then valued.printed - aimed.target
                            else aimed.target - valued.printed
                        end
            end as gap,
            case
                when aimed.status = '采用' and valued.state = '正常'
                    then
                        light_of(
                            valued.numerator,
                            valued.denominator,
                            valued.multiplier,
                            valued.is_count,
                            valued.direction,
                            aimed.comparator,
                            aimed.target,
                            valued.amber_kind,
                            valued.amber
                        )
            end as plain_light,
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

    lit as (

        select
            *,
            plain_light = '预警' and change_is = 'worse' and change_before_is = 'worse' as downgraded
        from judged

    )

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
                when not lit.stale and lit.units_reported < lit.units_expected
                    then concat('已报', lit.units_reported, '/', lit.units_expected)
            end,
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
                    then '环比只算两期都报的单位'
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
        lit.leads_with_yoy,
        case when lit.base_value is not null then before_shown.period end as previous_period,
        cast(
            printed_value(
                lit.base_numerator, lit.base_denominator, lit.multiplier, lit.decimals, lit.is_count
            ) as double
        ) as previous_value,
        cast(lit.change as double) as change,
        lit.change_unit,
        lit.change_is,
        coalesce(lit.change is not null and lit.prev_units_differ, false) as change_common_units,
        case when lit.yoy_numerator is not null then shown_period.last_year end as yoy_period,
        cast(
            printed_value(
                lit.yoy_numerator, lit.yoy_denominator, lit.multiplier, lit.decimals, lit.is_count
            ) as double
        ) as yoy_value,
        cast(lit.yoy_change as double) as yoy_change,
        coalesce(lit.yoy_change is not null and lit.yoy_units_differ, false) as yoy_common_units,
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
        coalesce(lit.downgraded, false) as downgraded,
        cast(lit.gap as double) as gap,
        case
            when lit.target_status = '采用' and lit.printed is not null
                then cast(case when lit.periods_left > 0 then lit.periods_left else 0 end as bigint)
        end as periods_left,
        case
            when lit.plain_light in ('预警', '滞后') and lit.periods_left >= 1
                then
                    cast(
                        case
                            when lit.is_count and lit.direction = 'lower_better'
                                then
                                    floor(
                                        (cast(lit.target as double) - lit.value) / lit.periods_left
                                    )
                            when lit.is_count
                                then
                                    ceil(
                                        (cast(lit.target as double) - lit.value) / lit.periods_left
                                    )
                            -- A gap that rounds to nothing still asks for the smallest printed step.
                            when
                                lit.gap < 0.01 * lit.periods_left and lit.direction = 'lower_better'
                                then -0.01
                            when lit.gap < 0.01 * lit.periods_left then 0.01
                            else
                                half_up(
                                    (cast(lit.target as double) - lit.value) / lit.periods_left, 2
                                )
                        end as double
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
            between population_words.first_year and population_words.last_year;

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
