-- The definitions of the snapshot as tables, read by DuckDB from the file the snapshot names.

create table indicators as
with

read_in as (

    select unnest(indicators, recursive := true)
    from read_json(
        $catalogue_file,
        maximum_object_size = $catalogue_size,
        columns = {
            'indicators': 'struct(
                indicator text, population text, population_order integer, name text, domain text,
                unit text, multiplier integer, decimals integer, direction text, frequency text,
                grain text, headline integer, dimension text, sensitive boolean, is_count boolean,
                light boolean, amber_kind text, amber text, min_coverage integer,
                provisional_periods integer, cumulative text, table_id text)[]'
        }
    )

)

select
    indicator,
    population,
    population_order,
    name,
    domain,
    read_in.unit,
    multiplier,
    decimals,
    read_in.direction,
    frequency,
    grain,
    headline,
    dimension,
    sensitive,
    is_count,
    light,
    min_coverage,
    provisional_periods,
    cumulative,
    table_id,
    coalesce(population_order = 0, false) as is_first_population,
    coalesce(cumulative in ('ytd', 'ytd_mch'), false) as leads_with_yoy,
    case cumulative when 'ytd' then 1 when 'ytd_mch' then 10 end as restarts_in_month,
    -- Where the indicator says nothing, the settings do: the first line that fits.
    case when amber_kind is not null then amber_kind else fitting.kind end as amber_kind,
    case
        when amber_kind is not null then cast(amber as decimal(18, 4))
        else fitting.amount
    end as amber,
    case
        when is_count then '%'
        when read_in.unit = '%' then '百分点'
        when read_in.unit = '‰' then '千分点'
        else read_in.unit
    end as change_unit,
    case when table_id in ('clinic_state', 'village_clinic_state') then 'village' end as only_kind,
    row_number() over (order by headline nulls last, domain, indicator, population_order)
        as catalogue_order
from read_in
left join (
    select
        unit,
        direction,
        arg_min(kind, line) as kind,
        arg_min(amount, line) as amount
    from (
        select
            read_in.unit,
            read_in.direction,
            light_amber.kind,
            light_amber.amount,
            light_amber.line
        from read_in
        inner join light_amber
            on
                (light_amber.unit = '' or light_amber.unit = read_in.unit)
                and (light_amber.direction = '' or light_amber.direction = read_in.direction)
    )
    group by unit, direction
) as fitting
    on read_in.unit = fitting.unit and read_in.direction = fitting.direction;

create table targets as
with

read_in as (

    select unnest(targets, recursive := true)
    from read_json(
        $catalogue_file,
        maximum_object_size = $catalogue_size,
        columns = {
            'targets': 'struct(
                indicator text, population text, scope_code text, condition text, valid_from date,
                valid_to date, comparator text, "value" text, unit text, status text,
                document text, document_rank integer, section text, fact_id text, checked text,
                note text)[]'
        }
    )

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
    from read_json(
        $catalogue_file,
        maximum_object_size = $catalogue_size,
        columns = {
            'obligations': 'struct(
                table_id text, unit_code text, valid_from date, valid_to date, due_days integer)[]'
        }
    )

)

select
    table_id,
    unit_code,
    valid_from,
    valid_to,
    due_days
from read_in;
