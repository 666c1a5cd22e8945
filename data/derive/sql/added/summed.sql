-- Each level sums the one below and its own. Beside the amounts, how many units of an area reported
-- (all they owe; carried forward; in the compared periods too), and how many that sent anything
-- sent nothing in the compared period (alone_*).
-- Reads    flagged, placed, places, tree
-- Leaves   summed

-- The rows of a table added up by the area and level that they say.
create or replace temp macro added_up(rows) as table
    select
        pair,
        ordinal,
        area,
        level,
        dimension,
        cast(sum(n) as decimal(18, 4)) as n,
        cast(sum(d) as decimal(18, 4)) as d,
        cast(sum(self_previous_n) as decimal(18, 4)) as self_previous_n,
        cast(sum(self_previous_d) as decimal(18, 4)) as self_previous_d,
        cast(sum(base_next_n) as decimal(18, 4)) as base_next_n,
        cast(sum(base_next_d) as decimal(18, 4)) as base_next_d,
        cast(sum(self_year_n) as decimal(18, 4)) as self_year_n,
        cast(sum(self_year_d) as decimal(18, 4)) as self_year_d,
        cast(sum(base_year_n) as decimal(18, 4)) as base_year_n,
        cast(sum(base_year_d) as decimal(18, 4)) as base_year_d,
        cast(sum(reported) as integer) as reported,
        cast(sum(carried) as integer) as carried,
        cast(sum(reported_before) as integer) as reported_before,
        cast(sum(reported_last_year) as integer) as reported_last_year,
        cast(sum(alone_before) as integer) as alone_before,
        cast(sum(alone_next) as integer) as alone_next,
        cast(sum(alone_last_year) as integer) as alone_last_year,
        cast(sum(alone_next_year) as integer) as alone_next_year
    from query_table(rows)
    group by pair, ordinal, area, level, dimension;

-- What was filed for an area itself, the units not counted yet.
create or replace temp view filed_here as
select * exclude (unit, is_complete, is_carried, in_previous, in_next, in_last_year, in_next_year)
from flagged;

-- A township that reports is one row.
create or replace temp view filed_townships as
select
    * exclude (unit, is_complete, is_carried, in_previous, in_next, in_last_year, in_next_year),
    case when unit = area then cast(is_complete as integer) end as reported,
    case when unit = area then cast(is_carried as integer) end as carried,
    case when unit = area then cast(in_previous as integer) end as reported_before,
    case when unit = area then cast(in_last_year as integer) end as reported_last_year,
    case when unit = area then cast(not in_previous as integer) end as alone_before,
    case when unit = area then cast(not in_next as integer) end as alone_next,
    case when unit = area then cast(not in_last_year as integer) end as alone_last_year,
    case when unit = area then cast(not in_next_year as integer) end as alone_next_year
from flagged
where level = 'township';

-- Other units are counted once, whatever they sent. 沿用 is said of one only when it filed nothing
-- at all in the period.
create or replace temp table units_above as
select
    flagged.pair,
    flagged.ordinal,
    flagged.unit as area,
    places.level,
    '' as dimension,
    cast(bool_or(flagged.is_complete) as integer) as reported,
    cast(bool_and(flagged.is_carried) as integer) as carried,
    cast(bool_or(flagged.in_previous) as integer) as reported_before,
    cast(bool_or(flagged.in_last_year) as integer) as reported_last_year,
    cast(bool_or(not flagged.in_previous) as integer) as alone_before,
    cast(bool_or(not flagged.in_next) as integer) as alone_next,
    cast(bool_or(not flagged.in_last_year) as integer) as alone_last_year,
    cast(bool_or(not flagged.in_next_year) as integer) as alone_next_year
from flagged
inner join places on places.id = flagged.unit and places.level <> 'township'
where flagged.dimension = ''
group by flagged.pair, flagged.ordinal, flagged.unit, places.level;

-- Where something else counts for a township too, it is added.
create or replace temp view with_placed as
select filed_townships.*
from filed_townships
semi join placed
    on
        placed.pair = filed_townships.pair
        and placed.ordinal = filed_townships.ordinal
        and placed.area = filed_townships.area
        and placed.dimension = filed_townships.dimension
union all by name
select *
from placed
where level = 'township';

create or replace temp table placed_townships as
select *
from added_up('with_placed');

create or replace temp view summed_townships as
select filed_townships.*
from filed_townships
anti join placed
    on
        placed.pair = filed_townships.pair
        and placed.ordinal = filed_townships.ordinal
        and placed.area = filed_townships.area
        and placed.dimension = filed_townships.dimension
union all by name
select *
from placed_townships;

create or replace temp view by_county as
select
    summed_townships.* replace (
        places.county_id as area,
        cast('county' as place_level) as level
    )
from summed_townships
inner join places on places.id = summed_townships.area and places.county_id is not null;

create or replace temp table every_part as
select *
from added_up('by_county')
union all by name
select *
from filed_here
where level <> 'township'
union all by name
select *
from units_above
union all by name
select *
from placed
where level <> 'township';

create or replace temp view by_area_above as
select every_part.* replace (tree.area as area, tree.level as level)
from every_part
inner join tree on tree.atom = every_part.area;

-- The units of an area are those of its plain row: a dimension value counts none of its own.
create or replace temp table summed_above as
with every_area as materialized (
    select *
    from added_up('by_area_above')
)

select
    every_area.* replace (
        plain.reported as reported,
        plain.carried as carried,
        plain.reported_before as reported_before,
        plain.reported_last_year as reported_last_year,
        plain.alone_before as alone_before,
        plain.alone_next as alone_next,
        plain.alone_last_year as alone_last_year,
        plain.alone_next_year as alone_next_year
    )
from every_area
left join every_area as plain
    on
        plain.pair = every_area.pair
        and plain.ordinal = every_area.ordinal
        and plain.area = every_area.area
        and plain.dimension = '';

create or replace temp view summed as
select *
from summed_townships
where dimension = ''
union all by name
select *
from summed_above;
