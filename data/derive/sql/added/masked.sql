-- Below the county a small number could point at a person. Where only one township of a county
-- would be hidden, the next smallest is hidden too: the total would give the first away.
-- Reads    sensitive_pairs, places, $mask_below
-- Leaves   derived_rows

create or replace temp table small as
with judged as (
    select
        derived_rows.pair,
        derived_rows.ordinal,
        derived_rows.area,
        places.county_id as county,
        derived_rows.numerator,
        derived_rows.denominator,
        least(
            derived_rows.numerator, coalesce(derived_rows.denominator, derived_rows.numerator)
        ) < $mask_below as is_small
    from derived_rows
    inner join places on places.id = derived_rows.area
    where
        derived_rows.pair in (select pair from sensitive_pairs)
        and derived_rows.level = 'township'
        and derived_rows.numerator is not null
),

ranked as (
    select
        pair,
        ordinal,
        area,
        is_small,
        sum(case when is_small then 1 else 0 end) over (
            partition by pair, ordinal, county
        ) as hidden,
        row_number() over (
            partition by pair, ordinal, county, is_small
            order by coalesce(denominator, numerator), area
        ) as place
    from judged
)

select
    pair,
    ordinal,
    area
from ranked
where is_small or (hidden = 1 and place = 1);

update derived_rows set masked = true, numerator = null, denominator = null
from small
where
    derived_rows.pair = small.pair
    and derived_rows.level = 'township'
    and derived_rows.ordinal = small.ordinal
    and derived_rows.area = small.area;

-- A comparison would tell what the mask of another period hides.
update derived_rows set
    prev_numerator = null,
    prev_denominator = null,
    prev_self_numerator = null,
    prev_self_denominator = null,
    prev_units_differ = null,
    yoy_numerator = null,
    yoy_denominator = null,
    yoy_self_numerator = null,
    yoy_self_denominator = null,
    yoy_units_differ = null
where pair in (select pair from sensitive_pairs) and level = 'township';
