-- The register of the snapshot, and who lies under whom (every area is its own ancestor at 0).
-- $areas_file is written by the engine as a quoted path, $areas_seen as the condition of the
-- scope (every area, or those in it and above it); neither comes from a person.

create view areas as
select
    area_code,
    name,
    level,
    parent_code,
    kind,
    valid_from,
    valid_to,
    successors,
    full_name,
    order_no,
    province_code,
    city_code,
    county_code,
    township_code
from read_parquet($areas_file)
where $areas_seen;

create view area_tree as
select
    area_code,
    area_code as ancestor_code,
    level as ancestor_level,
    0 as distance
from areas
union all
select
    area_code,
    township_code as ancestor_code,
    'township' as ancestor_level,
    1 as distance
from areas
where township_code is not null and level = 'village'
union all
select
    area_code,
    county_code as ancestor_code,
    'county' as ancestor_level,
    2 as distance
from areas
where county_code is not null and level in ('village', 'township')
union all
select
    area_code,
    city_code as ancestor_code,
    'city' as ancestor_level,
    3 as distance
from areas
where city_code is not null and level in ('village', 'township', 'county')
union all
select
    area_code,
    province_code as ancestor_code,
    'province' as ancestor_level,
    4 as distance
from areas
where province_code is not null and level <> 'province';
