-- Ranks by what is printed: equal print shares a rank. Areas under one judge are ranked among those
-- of their level. Whoever sees a judge sees all that is ranked under it: no rank depends on who asks.

create or replace temp table ranks as
with

-- Few columns: sorting the whole rows took most of the time. Whoever cannot be ranked stands behind
-- all others, so that one partition serves both.
compared as (

    select
        ask,
        pair,
        level,
        area_code,
        state = '正常' and direction <> 'info' and not small_base as rankable,
        state = '正常' and direction <> 'info' and not small_base and base_printed is not null
            as was_rankable,
        case when direction = 'lower_better' then printed else -printed end as place,
        case when direction = 'lower_better' then base_printed else -base_printed end
            as previous_place
    from states

)

select
    ask,
    pair,
    area_code,
    case
        when rankable
            then
                rank() over (
                    partition by ask, pair, level
                    order by rankable desc, place asc
                )
    end as rank,
    case
        when was_rankable
            then
                rank() over (
                    partition by ask, pair, level
                    order by was_rankable desc, previous_place asc
                )
    end as previous_rank,
    sum(case when rankable then 1 else 0 end) over (
        partition by ask, pair, level
    ) as ranked_of
from compared;
