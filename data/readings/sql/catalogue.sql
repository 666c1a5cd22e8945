-- The definitions of the snapshot as tables, read by DuckDB from the file the snapshot names: once,
-- since reading it takes longer than all the rest.

create table definitions as
select
    indicators,
    targets,
    obligations
from read_json(
    $catalogue_file,
    maximum_object_size = $catalogue_size,
    columns = {
        'indicators': 'struct(
            indicator text, population text, population_order integer, name text, domain text,
            unit text, multiplier integer, decimals integer, direction text, frequency text,
            grain text, headline integer, dimension text, sensitive boolean, is_count boolean,
            light boolean, amber_kind text, amber text, min_coverage integer,
            provisional_periods integer, cumulative text, denominator_cumulative text,
            rank_min_denominator integer, table_id text, part_inside text,
            part_outside text)[]',
        'targets': 'struct(
            indicator text, population text, scope_code text, condition text, valid_from date,
            valid_to date, comparator text, "value" text, unit text, status text,
            document text, document_rank integer, section text, fact_id text, checked text,
            note text)[]',
        'obligations': 'struct(
            table_id text, unit_code text, valid_from date, valid_to date, due_days integer)[]'
    }
);

create table indicators as
with

read_in as (

    select unnest(indicators, recursive := true)
    from definitions

),

-- Where an indicator says nothing of its amber, the settings do: the first line that fits.
fitting as (

    select
        read_in.indicator,
        read_in.population,
        arg_min(light_amber.kind, light_amber.line) as kind,
        arg_min(light_amber.amount, light_amber.line) as amount
    from read_in
    inner join light_amber
        on
            (light_amber.unit = '' or read_in.unit = light_amber.unit)
            and (light_amber.direction = '' or read_in.direction = light_amber.direction)
    group by read_in.indicator, read_in.population

)

select
    read_in.indicator,
    read_in.population,
    read_in.population_order,
    read_in.name,
    read_in.domain,
    read_in.unit,
    read_in.multiplier,
    read_in.decimals,
    read_in.direction,
    read_in.frequency,
    read_in.grain,
    read_in.headline,
    read_in.dimension,
    read_in.sensitive,
    read_in.is_count,
    read_in.light,
    read_in.min_coverage,
    read_in.provisional_periods,
    read_in.cumulative,
    -- Snapshots of before say neither: both parts were taken alike, and no base was too small.
    coalesce(read_in.denominator_cumulative, read_in.cumulative) as denominator_cumulative,
    coalesce(read_in.rank_min_denominator, 0) as rank_min_denominator,
    read_in.table_id,
    read_in.part_inside,
    read_in.part_outside,
    read_in.population_order = 0 as is_first_population,
    coalesce(read_in.cumulative in ('ytd', 'ytd_mch'), false) as leads_with_yoy,
    coalesce(read_in.amber_kind, fitting.kind) as amber_kind,
    case
        when read_in.amber_kind is not null then cast(read_in.amber as decimal(18, 4))
        else fitting.amount
    end as amber,
    case
        when read_in.is_count then '%'
        when read_in.unit = '%' then '百分点'
        when read_in.unit = '‰' then '千分点'
        else read_in.unit
    end as change_unit,
    case when read_in.table_id in ('clinic_state', 'village_clinic_state') then 'village' end
        as only_kind,
    row_number() over (
        order by
            read_in.headline nulls last,
            read_in.domain,
            read_in.indicator,
            read_in.population_order
    ) as catalogue_order
from read_in
left join fitting
    on read_in.indicator = fitting.indicator and read_in.population = fitting.population;

create table targets as
with

read_in as (

    select unnest(targets, recursive := true)
    from definitions

)

select
    indicator,
    population,
    scope_code,
    coalesce(condition, '') as condition,
    valid_from,
    valid_to,
    comparator,
    cast(value as decimal(18, 4)) as value,
    unit,
    status,
    document,
    document_rank,
    section,
    fact_id,
    checked,
    note
from read_in;

create table obligations as
with

read_in as (

    select unnest(obligations, recursive := true)
    from definitions

)

select
    table_id,
    unit_code,
    valid_from,
    valid_to,
    due_days
from read_in;

-- Where a table is owed at all: there, who has no row in a period owes nothing in it.
create table obliged_provinces as
select distinct
    table_id,
    substr(unit_code, 1, 2) || '0000' as province_code
from obligations
union
select
    views.table_id,
    substr(obligations.unit_code, 1, 2) || '0000' as province_code
from obligations
cross join (
    values ('filings'), ('clinic_state'), ('village_clinic_state')
) as views (table_id)
where views.table_id = 'filings' or obligations.table_id = 'T07';

drop table definitions;
