-- What is asked for: areas that judge, at chosen periods. Whoever runs the steps has filled
--   judging   (judged_at, requested_period): for which of them readings are wanted
--   beside    (judged_at, area_code): whose readings are shown under a judge, itself or others
-- and the definitions and known_values are there.

create or replace temp table asked as
select
    judging.judged_at,
    judging.requested_period,
    chosen.period_end as requested_end,
    chosen.frequency as requested_frequency,
    before.period_end as before_end,
    areas.valid_to,
    row_number() over (order by judging.requested_period, judging.judged_at) as ask
from judging
inner join periods as chosen on judging.requested_period = chosen.period
inner join periods as before
    on chosen.frequency = before.frequency and chosen.ordinal - 1 = before.ordinal
left join areas on judging.judged_at = areas.area_code;

-- The newest period of each frequency that ends by a chosen one.
create or replace temp table newest as
select
    chosen.requested_period,
    periods.frequency,
    max(periods.ordinal) as ordinal,
    max(periods.period_end) as period_end
from periods
inner join (select distinct
    requested_period,
    requested_end
from asked) as chosen
    on periods.period_end <= chosen.requested_end
group by chosen.requested_period, periods.frequency;

-- Indicators and populations, each with who sees it: what is sensitive twice, for those who are
-- trusted as it is and for others without its figures. One number stands for all three.
create or replace temp table wanted as
with

seen as (

    select
        indicators.*,
        case when kept_from_others.indicator is null then 'all' else 'trusted' end as seen_by
    from indicators
    left join kept_from_others
        on
            indicators.indicator = kept_from_others.indicator
            and indicators.population = kept_from_others.population
    union all
    select
        indicators.*,
        'others' as seen_by
    from indicators
    inner join kept_from_others
        on
            indicators.indicator = kept_from_others.indicator
            and indicators.population = kept_from_others.population

)

select
    *,
    row_number() over (order by indicator, population, seen_by) as pair
from seen;

-- The values of everybody concerned, of any period that has ended by the last chosen one.
create or replace temp table figures as
select
    wanted.pair,
    known_values.area_code,
    known_values.level,
    periods.ordinal,
    known_values.period_end,
    case when wanted.seen_by <> 'others' then known_values.numerator end as numerator,
    case when wanted.seen_by <> 'others' then known_values.denominator end as denominator,
    known_values.units_expected,
    known_values.units_reported,
    known_values.units_carried,
    known_values.provisional,
    known_values.masked or wanted.seen_by = 'others' as masked,
    known_values.missing_units,
    case when wanted.seen_by <> 'others' then known_values.prev_numerator end as prev_numerator,
    case when wanted.seen_by <> 'others' then known_values.prev_denominator end
        as prev_denominator,
    case when wanted.seen_by <> 'others' then known_values.prev_self_numerator end
        as prev_self_numerator,
    case when wanted.seen_by <> 'others' then known_values.prev_self_denominator end
        as prev_self_denominator,
    known_values.prev_units,
    known_values.prev_units_differ,
    known_values.prev_merged,
    case when wanted.seen_by <> 'others' then known_values.yoy_numerator end as yoy_numerator,
    case when wanted.seen_by <> 'others' then known_values.yoy_denominator end as yoy_denominator,
    case when wanted.seen_by <> 'others' then known_values.yoy_self_numerator end
        as yoy_self_numerator,
    case when wanted.seen_by <> 'others' then known_values.yoy_self_denominator end
        as yoy_self_denominator,
    known_values.yoy_units,
    known_values.yoy_units_differ,
    known_values.yoy_merged
from known_values
inner join wanted
    on
        known_values.indicator = wanted.indicator
        and known_values.population = wanted.population
inner join periods on known_values.period = periods.period
where
    known_values.dimension = ''
    and known_values.period_end <= (select max(asked.requested_end) from asked)
    and known_values.area_code in (
        select beside.area_code
        from beside
        union
        select judging.judged_at
        from judging
    );
