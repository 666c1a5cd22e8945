-- The light against the target, and what is left to do until it ends.

create or replace temp view lights as
with

judged as (

    select
        states.*,
        wanted.amber_kind,
        wanted.amber,
        wanted.light,
        aims.target,
        aims.comparator as target_comparator,
        aims.status as target_status,
        aims.scope_code as target_scope,
        scope_level(aims.distance, states.level) as target_scope_level,
        aims.distance > 0 as target_inherited,
        aims.valid_to as target_valid_to,
        aims.document as target_document,
        scope.name as target_scope_name,
        -- What is left is counted from the chosen day, whatever period is shown.
        greatest(last_whole.ordinal - states.own_ordinal, 0) as periods_left,
        case
            when aims.status = '采用' and states.printed is not null
                then
                    gap_to(
                        states.numerator,
                        states.denominator,
                        states.multiplier,
                        states.is_count,
                        states.direction,
                        aims.comparator,
                        aims.target,
                        states.printed
                    )
        end as gap
    from states
    inner join wanted on states.pair = wanted.pair
    left join aims
        on
            states.ask = aims.ask
            and states.pair = aims.pair
            and states.area_code = aims.area_code
    left join areas as scope on aims.scope_code = scope.area_code
    -- The last own-frequency period that ends whole by the day the target ends.
    left join periods as last_whole
        on
            states.frequency = last_whole.frequency
            and last_whole.period_end <= aims.valid_to
            and last_whole.next_end > aims.valid_to

),

plainly_lit as (

    select
        *,
        case
            when target_status = '采用' and state = '正常'
                then light_of(gap, printed, target, amber_kind, amber)
        end as plain_light
    from judged

)

select
    *,
    plain_light = '预警' and change_is = 'worse' and change_before_is = 'worse' as downgraded
from plainly_lit;
