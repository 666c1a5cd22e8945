-- Which unit reports for each area, table by table: the nearest one above it that owes the table;
-- where none does, the area at the level at which the table is usually filed.
-- Reads    $obligations_file, areas, places, tree, usual_units
-- Leaves   obligations, units

create table obligations as
select
    filed.* replace (coalesce(filed.valid_to, date '9999-12-31') as valid_to),
    areas.id as unit,
    areas.level
from read_parquet($obligations_file) as filed
inner join areas on areas.area_code = filed.unit_code;

create table units as
with owing as (
    select distinct
        table_id,
        unit
    from obligations
),

obliged as (
    select
        owing.table_id,
        tree.atom,
        owing.unit,
        row_number() over (
            partition by owing.table_id, tree.atom
            order by tree.distance
        ) as nearest
    from owing
    inner join tree on tree.area = owing.unit
),

usual as (
    select
        usual_units.table_id,
        tree.atom,
        coalesce(
            min(case when tree.level = usual_units.unit_level then tree.area end),
            tree.atom
        ) as unit
    from usual_units
    cross join tree
    group by usual_units.table_id, tree.atom
),

found as (
    select
        usual.table_id,
        usual.atom,
        coalesce(obliged.unit, usual.unit) as unit
    from usual
    left join obliged
        on
            obliged.table_id = usual.table_id
            and obliged.atom = usual.atom
            and obliged.nearest = 1
    union all
    -- A report itself is its own unit's.
    select
        'filings' as table_id,
        id as atom,
        id as unit
    from places
)

select
    found.table_id,
    places.area_code as atom,
    places.id,
    places.level,
    found.unit,
    named.area_code as unit_code
from found
inner join places on places.id = found.atom
inner join places as named on named.id = found.unit;
