-- The public papers and figures that the product brings along (data/reference): real, not part of
-- any snapshot, never used in an indicator. DuckDB reads the files itself; every column is text
-- until it is cast here.
-- $…_file are written by the engine as quoted paths; they never come from a person.

create view reference_facts as
select
    fact_id,
    split_part(fact_id, '-', 1) as document_id,
    document,
    section,
    locality as place,
    locality_code as place_code,
    year,
    kind,
    domain as subject,
    indicator,
    value,
    unit,
    comparator,
    population_scope as population,
    note
from read_csv($facts_file, header = true, all_varchar = true, delim = ',', quote = '"');

create view reference_series as
select
    cast(year as integer) as year,
    indicator as series,
    name,
    value as printed,
    cast(value as decimal(18, 4)) as value,
    unit,
    precision,
    note,
    source
from read_csv($series_file, header = true, all_varchar = true, delim = ',', quote = '"');

create view reference_counties as
select
    adcode_listed,
    county_name_listed as county_name,
    province,
    city_listed as city_name,
    region,
    cast(exit_year as integer) as exit_year,
    adcode_2023,
    county_name_2023,
    code_note,
    source
from read_csv($counties_file, header = true, all_varchar = true, delim = ',', quote = '"');

create view reference_exits as
select
    cast(exit_year as integer) as exit_year,
    cast(published_count as bigint) as published,
    basis,
    source
from read_csv($exits_file, header = true, all_varchar = true, delim = ',', quote = '"');
