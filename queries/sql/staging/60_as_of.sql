-- Which period an indicator shows at a chosen period, judged by the coverage at each of some areas.
-- One row per judging area, indicator and population.
-- wanted_indicator and wanted_population null: all of them. places are those of the judges,
-- first_code and last_code the bounds of their codes: what the files say of theirs lets most of
-- them be left alone. cuts are the folders that village rows are read from: the newest few periods.
--   own_ordinal      the newest own-frequency period that ends by the chosen one
--   ordinal, period  the one shown: the last with enough units, else the newest with any value
--   enough           false: no period has enough units
--   owed             false: nothing was ever expected there, nor filed
--   gone             the judging area was there no more when its newest period ended: it shows none
--   ordinal_before   the one shown one chosen period earlier (the same: nothing new was reported)

-- Whether a cumulative figure begins anew in a period.
create macro starts_again(cumulative, first_of_year, first_of_mch_year) as
case cumulative
    when 'ytd' then first_of_year
    when 'ytd_mch' then first_of_mch_year
    else false
end;

-- One part of 本期 by its own kind: a cumulative part becomes its difference over the units that
-- filed both periods, any other stays what it is. The first period of a year stands for itself.
-- Where a sum fell it was corrected: what fell belongs to no period, which so has no figure alone.
create macro alone(cumulative, begins, whole, same, base) as
case
    when begins then whole
    when coalesce(cumulative, '') = '' then same
    when same >= base then same - base
end;

create macro cumulative_word(cumulative) as
case cumulative
    when 'ytd' then '本年累计'
    when 'ytd_mch' then '妇幼年度累计'
    when 'itd' then '项目累计'
end;

create macro as_of_each(
    wanted_indicator, wanted_population, judges, places, first_code, last_code, chosen, cuts
) as table
    with

    judging as (

        select unnest(judges) as judged_at

    ),

    asked as (

        select
            period,
            period_end,
            frequency,
            ordinal
        from periods
        where period = chosen

    ),

    asked_before as (

        select periods.period_end
        from periods
        inner join asked
            on periods.frequency = asked.frequency and periods.ordinal = asked.ordinal - 1

    ),

    own as (

        select
            periods.frequency,
            max(periods.ordinal) as ordinal,
            max(periods.period_end) as period_end
        from periods
        inner join asked on periods.period_end <= asked.period_end
        group by periods.frequency

    ),

    wanted as (

        select *
        from indicators
        where
            (wanted_indicator is null or indicator = wanted_indicator)
            and (wanted_population is null or population = wanted_population)

    ),

    filed as (

        select
            area_values.area_code as judged_at,
            wanted.indicator,
            wanted.population,
            periods.ordinal,
            area_values.period_end,
            area_values.units_expected,
            area_values.units_reported,
            area_values.numerator is not null or area_values.masked as has_value,
            area_values.units_reported * 100
            >= wanted.min_coverage * area_values.units_expected as enough
        from area_values
        inner join wanted
            on
                area_values.indicator = wanted.indicator
                and area_values.population = wanted.population
        inner join periods on area_values.period = periods.period
        inner join asked on area_values.period_end <= asked.period_end
        inner join judging on area_values.area_code = judging.judged_at
        where
            (wanted_indicator is null or area_values.indicator = wanted_indicator)
            and (wanted_population is null or area_values.population = wanted_population)
            and list_contains(places, area_values.place)
            and area_values.area_code >= first_code
            and area_values.area_code <= last_code
            and (area_values.cut is null or list_contains(cuts, area_values.cut))
            and area_values.dimension = ''

    ),

    found as (

        select
            filed.judged_at,
            filed.indicator,
            filed.population,
            max(case when filed.has_value and filed.enough then filed.ordinal end)
                as enough_ordinal,
            max(case when filed.has_value then filed.ordinal end) as any_ordinal,
            max(
                case
                    when
                        filed.has_value
                        and filed.enough
                        and filed.period_end <= asked_before.period_end
                        then filed.ordinal
                end
            ) as enough_before,
            max(
                case
                    when filed.has_value and filed.period_end <= asked_before.period_end
                        then filed.ordinal
                end
            ) as any_before
        from filed
        cross join asked_before
        group by filed.judged_at, filed.indicator, filed.population

    ),

    chosen_ones as (

        select
            judging.judged_at,
            wanted.*,
            asked.period as requested_period,
            asked.period_end as requested_end,
            asked.frequency as requested_frequency,
            own.ordinal as own_ordinal,
            coalesce(found.enough_ordinal, found.any_ordinal) as ordinal,
            found.enough_ordinal is not null as enough,
            found.judged_at is not null as owed,
            coalesce(areas.valid_to < own.period_end, false) as gone,
            found.any_ordinal,
            coalesce(found.enough_before, found.any_before) as ordinal_before
        from wanted
        cross join judging
        cross join asked
        inner join own on wanted.frequency = own.frequency
        left join areas on judging.judged_at = areas.area_code
        left join found
            on
                judging.judged_at = found.judged_at
                and wanted.indicator = found.indicator
                and wanted.population = found.population
                and (areas.valid_to is null or areas.valid_to >= own.period_end)

    )

    select
        chosen_ones.judged_at,
        chosen_ones.indicator,
        chosen_ones.population,
        chosen_ones.name,
        chosen_ones.domain,
        chosen_ones.unit,
        chosen_ones.multiplier,
        chosen_ones.decimals,
        chosen_ones.direction,
        chosen_ones.frequency,
        chosen_ones.grain,
        chosen_ones.headline,
        chosen_ones.is_count,
        chosen_ones.light,
        chosen_ones.min_coverage,
        chosen_ones.cumulative,
        chosen_ones.denominator_cumulative,
        chosen_ones.rank_min_denominator,
        chosen_ones.table_id,
        chosen_ones.is_first_population,
        chosen_ones.leads_with_yoy,
        chosen_ones.amber_kind,
        chosen_ones.amber,
        chosen_ones.change_unit,
        chosen_ones.only_kind,
        chosen_ones.catalogue_order,
        chosen_ones.population_order,
        chosen_ones.requested_period,
        chosen_ones.requested_end,
        chosen_ones.requested_frequency,
        chosen_ones.own_ordinal,
        chosen_ones.ordinal,
        chosen_ones.enough,
        chosen_ones.owed,
        chosen_ones.gone,
        chosen_ones.any_ordinal,
        chosen_ones.ordinal_before,
        shown.period,
        shown.period_end,
        shown.last_year as year_before,
        shown.label,
        shown.short_label,
        own_period.period as own_period,
        own_period.period_end as own_end,
        own_period.label as own_label,
        own_period.short_label as own_short_label,
        own_filed.units_reported as own_reported,
        coalesce(own_filed.units_expected, shown_filed.units_expected) as own_expected,
        coalesce(chosen_ones.own_ordinal - chosen_ones.ordinal > rules.stale_after, false) as stale,
        after_shown.period as stale_since
    from chosen_ones
    cross join rules
    inner join periods as own_period
        on
            chosen_ones.frequency = own_period.frequency
            and chosen_ones.own_ordinal = own_period.ordinal
    left join periods as shown
        on chosen_ones.frequency = shown.frequency and chosen_ones.ordinal = shown.ordinal
    left join periods as after_shown
        on
            chosen_ones.frequency = after_shown.frequency
            and chosen_ones.ordinal + 1 = after_shown.ordinal
    left join filed as own_filed
        on
            chosen_ones.judged_at = own_filed.judged_at
            and chosen_ones.indicator = own_filed.indicator
            and chosen_ones.population = own_filed.population
            and chosen_ones.own_ordinal = own_filed.ordinal
    left join filed as shown_filed
        on
            chosen_ones.judged_at = shown_filed.judged_at
            and chosen_ones.indicator = shown_filed.indicator
            and chosen_ones.population = shown_filed.population
            and chosen_ones.ordinal = shown_filed.ordinal;

-- The same judged at one area.
create macro as_of(wanted_indicator, wanted_population, judged_at, chosen, cuts) as table
    select * exclude (judged_at)
    from
        as_of_each(
            wanted_indicator,
            wanted_population,
            [judged_at],
            [place_of(judged_at)],
            judged_at,
            judged_at,
            chosen,
            cuts
        );
