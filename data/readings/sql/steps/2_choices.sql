-- Which period an indicator shows at a chosen one, judged by the coverage at each judging area.
-- One row per judge and chosen period (`ask`) and pair.
--   own_ordinal      the newest own-frequency period that ends by the chosen one
--   ordinal, period  the one shown: the last with enough units, else the newest with any value
--   enough           false: no period has enough units
--   owed             false: nothing was ever expected there, nor filed
--   gone             the judging area was there no more when its newest period ended: it shows none
--   ordinal_before   the one shown one chosen period earlier (the same: nothing new was reported)

create or replace temp table filed as
select
    figures.area_code as judged_at,
    figures.pair,
    figures.ordinal,
    figures.period_end,
    figures.units_expected,
    figures.units_reported,
    figures.numerator is not null or figures.masked as has_value,
    figures.units_reported * 100 >= wanted.min_coverage * figures.units_expected as enough
from figures
inner join wanted on figures.pair = wanted.pair
where figures.area_code in (select asked.judged_at from asked);

create or replace temp table choices as
with

found as (

    select
        asked.ask,
        filed.pair,
        max(case when filed.has_value and filed.enough then filed.ordinal end) as enough_ordinal,
        max(case when filed.has_value then filed.ordinal end) as any_ordinal,
        max(
            case
                when filed.has_value and filed.enough and filed.period_end <= asked.before_end
                    then filed.ordinal
            end
        ) as enough_before,
        max(
            case
                when filed.has_value and filed.period_end <= asked.before_end then filed.ordinal
            end
        ) as any_before
    from filed
    inner join asked
        on filed.judged_at = asked.judged_at and filed.period_end <= asked.requested_end
    group by asked.ask, filed.pair

),

chosen as (

    select
        asked.ask,
        asked.judged_at,
        wanted.pair,
        wanted.frequency,
        asked.requested_period,
        asked.requested_end,
        asked.requested_frequency,
        newest.ordinal as own_ordinal,
        coalesce(found.enough_ordinal, found.any_ordinal) as ordinal,
        found.enough_ordinal is not null as enough,
        found.ask is not null as owed,
        coalesce(asked.valid_to < newest.period_end, false) as gone,
        found.any_ordinal,
        coalesce(found.enough_before, found.any_before) as ordinal_before
    from wanted
    cross join asked
    inner join newest
        on
            asked.requested_period = newest.requested_period
            and wanted.frequency = newest.frequency
    left join found
        on
            asked.ask = found.ask
            and wanted.pair = found.pair
            and (asked.valid_to is null or asked.valid_to >= newest.period_end)

)

select
    chosen.*,
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
    coalesce(chosen.own_ordinal - chosen.ordinal > rules.stale_after, false) as stale,
    after_shown.period as stale_since
from chosen
cross join rules
inner join periods as own_period
    on
        chosen.frequency = own_period.frequency
        and chosen.own_ordinal = own_period.ordinal
left join periods as shown
    on chosen.frequency = shown.frequency and chosen.ordinal = shown.ordinal
left join periods as after_shown
    on
        chosen.frequency = after_shown.frequency
        and chosen.ordinal + 1 = after_shown.ordinal
left join filed as own_filed
    on
        chosen.judged_at = own_filed.judged_at
        and chosen.pair = own_filed.pair
        and chosen.own_ordinal = own_filed.ordinal
left join filed as shown_filed
    on
        chosen.judged_at = shown_filed.judged_at
        and chosen.pair = shown_filed.pair
        and chosen.ordinal = shown_filed.ordinal;
