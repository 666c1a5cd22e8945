-- Below the county a small number could point at a person: of those counted, or of those who are
-- not (the denominator less the numerator). What a county's figure leaves when the townships shown
-- are taken off is a figure too: it has to be of two townships and not small, else the smallest
-- township shown is hidden with them, whose two numbers are large enough. Parts of one total are
-- hidden together: the total less the parts shown would give the other away.
-- Reads    sensitive_pairs, places, $mask_below
-- Leaves   derived_rows

create or replace temp table hidden_rows as
with known as (
    select
        sensitive_pairs.pair,
        sensitive_pairs.family,
        derived_rows.ordinal,
        derived_rows.area,
        places.county_id as county,
        derived_rows.numerator,
        coalesce(derived_rows.denominator - derived_rows.numerator, derived_rows.numerator) as rest,
        coalesce(derived_rows.denominator, derived_rows.numerator) as people
    from derived_rows
    inner join sensitive_pairs on derived_rows.pair = sensitive_pairs.pair
    inner join places on derived_rows.area = places.id
    where derived_rows.level = 'township' and derived_rows.numerator is not null
),

judged as (
    select
        *,
        bool_or(least(numerator, rest) < $mask_below) over (
            partition by family, ordinal, area
        ) as is_small,
        sum(people) over (partition by family, ordinal, area) as family_people
    from known
),

subtracted as (
    select
        *,
        count(*) over same_pair as left_over,
        sum(numerator) over same_pair as left_numerator,
        sum(rest) over same_pair as left_rest,
        dense_rank() over (
            partition by family, ordinal, county, is_small
            order by family_people, area
        ) as place
    from judged
    window same_pair as (partition by pair, ordinal, county, is_small)
),

completed as (
    select
        *,
        bool_or(
            is_small and (left_over = 1 or least(left_numerator, left_rest) < $mask_below)
        ) over (partition by family, ordinal, county) as needs_another
    from subtracted
)

select
    pair,
    ordinal,
    area
from completed
where is_small or (needs_another and place = 1);

update derived_rows set masked = true, numerator = null, denominator = null
from hidden_rows
where
    derived_rows.pair = hidden_rows.pair
    and derived_rows.level = 'township'
    and derived_rows.ordinal = hidden_rows.ordinal
    and derived_rows.area = hidden_rows.area;

-- A comparison would tell what the mask of another period hides, and above the townships what one
-- township filed in one of the two periods alone.
update derived_rows set
    prev_numerator = null,
    prev_denominator = null,
    prev_self_numerator = null,
    prev_self_denominator = null,
    prev_units_differ = null
where
    pair in (select sensitive_pairs.pair from sensitive_pairs)
    and (level = 'township' or prev_units_differ);

update derived_rows set
    yoy_numerator = null,
    yoy_denominator = null,
    yoy_self_numerator = null,
    yoy_self_denominator = null,
    yoy_units_differ = null
where
    pair in (select sensitive_pairs.pair from sensitive_pairs)
    and (level = 'township' or yoy_units_differ);
