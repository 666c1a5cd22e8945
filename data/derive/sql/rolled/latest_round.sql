-- Where the rows of a register stand for rounds of one exercise, only those of the latest round.
-- Slots    state (rows of a register), exercise, latest_first (data/filed/rounds.py)
with state as (
    ${state}
),

ranked as (
    select
        *,
        row_number() over (partition by p, ${exercise} order by ${latest_first}) as round_back
    from state
)

select * exclude (round_back)
from ranked
where round_back = 1
