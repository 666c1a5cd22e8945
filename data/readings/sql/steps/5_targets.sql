-- The one target that counts for each area: an adopted one before one for reference, the nearest,
-- the latest, the highest document.

create or replace temp table aims as
with

reaching as (

    select
        states.ask,
        states.pair,
        states.area_code,
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
            states.area_code,
            states.township_code,
            states.county_code,
            states.city_code,
            states.province_code
        ) as distance
    from states
    inner join wanted on states.pair = wanted.pair
    inner join targets
        on
            wanted.indicator = targets.indicator
            and wanted.population = targets.population
            and in_force(
                targets.condition,
                targets.valid_from,
                targets.valid_to,
                coalesce(states.period_end, states.requested_end)
            )

),

ordered as (

    select
        *,
        row_number() over (
            partition by ask, pair, area_code
            order by precedence(status, distance, valid_from, document_rank)
        ) as choice_no
    from reaching
    where distance is not null

)

select
    ask,
    pair,
    area_code,
    target,
    comparator,
    status,
    scope_code,
    valid_to,
    document,
    distance
from ordered
where choice_no = 1;
