-- The rows of some kinds are not listed below the county, a common kind among them to hide the
-- sensitive ones. What a township's total leaves when the kinds listed are taken off is theirs
-- together, and the county's figures say how many of each there are. Where that settles a sensitive
-- one (nothing of another kind, or all of them in one township), the county's townships show no
-- total.
-- Reads    unlisted_kinds, measured, places, calendar
-- Leaves   derived_rows

create or replace temp table settled_totals as
with unlisted as (
    select
        measured.pair,
        measured.ordinal,
        measured.atom,
        measured.dimension,
        unlisted_kinds.is_sensitive,
        places.county_id as county,
        measured.n,
        measured.d
    from measured
    inner join unlisted_kinds
        on measured.pair = unlisted_kinds.pair and measured.dimension = unlisted_kinds.kind
    inner join places on measured.atom = places.id
    where places.level = 'township'
),

-- Those counted and those who are not are told by the same sums.
amounts as (
    select
        * exclude (n, d),
        'counted' as part,
        n as amount
    from unlisted
    union all
    select
        * exclude (n, d),
        'rest' as part,
        d - n as amount
    from unlisted
),

of_kinds as (
    select
        pair,
        ordinal,
        county,
        part,
        dimension,
        is_sensitive,
        sum(amount) as amount
    from amounts
    group by pair, ordinal, county, part, dimension, is_sensitive
),

of_townships as (
    select
        pair,
        ordinal,
        county,
        part,
        atom,
        sum(amount) as amount
    from amounts
    group by pair, ordinal, county, part, atom
),

of_counties as (
    select
        pair,
        ordinal,
        county,
        part,
        sum(amount) as amount,
        max(amount) as most
    from of_townships
    group by pair, ordinal, county, part
)

select distinct
    of_kinds.pair,
    of_kinds.ordinal,
    of_kinds.county
from of_kinds
inner join of_counties
    on
        of_kinds.pair = of_counties.pair
        and of_kinds.ordinal = of_counties.ordinal
        and of_kinds.county = of_counties.county
        and of_kinds.part = of_counties.part
where
    of_kinds.is_sensitive
    and of_kinds.amount > 0
    and greatest(of_kinds.amount, of_counties.most) > of_counties.amount - 1;

update derived_rows set
    masked = true,
    numerator = null,
    denominator = null
from settled_totals, places
where
    derived_rows.pair = settled_totals.pair
    and derived_rows.ordinal = settled_totals.ordinal
    and derived_rows.level = 'township'
    and derived_rows.area = places.id
    and places.county_id = settled_totals.county;

-- A comparison would tell what is hidden in the period before, or in the same one a year ago.
update derived_rows set
    prev_numerator = null,
    prev_denominator = null,
    prev_self_numerator = null,
    prev_self_denominator = null,
    prev_units_differ = null
from settled_totals, places
where
    derived_rows.pair = settled_totals.pair
    and derived_rows.ordinal in (settled_totals.ordinal, settled_totals.ordinal + 1)
    and derived_rows.level = 'township'
    and derived_rows.area = places.id
    and places.county_id = settled_totals.county;

update derived_rows set
    yoy_numerator = null,
    yoy_denominator = null,
    yoy_self_numerator = null,
    yoy_self_denominator = null,
    yoy_units_differ = null
from settled_totals, places, calendar
where
    derived_rows.pair = settled_totals.pair
    and derived_rows.ordinal = calendar.ordinal
    and settled_totals.ordinal in (calendar.ordinal, calendar.last_year)
    and derived_rows.level = 'township'
    and derived_rows.area = places.id
    and places.county_id = settled_totals.county;
