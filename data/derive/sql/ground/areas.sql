-- The areas of the provinces at hand, numbered; every day that is not known is the first or the
-- last of all days, so that one comparison says whether something is there.
-- Reads    $areas_file, provinces, heir_codes
-- Leaves   areas, villages, places, tree, village_places, heirs

create table areas as
select
    * replace (
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    ),
    finest_area(township_code, county_code, city_code, province_code) as atom,
    cast(row_number() over (order by area_code) as integer) as id
from read_parquet($areas_file)
where province_code in (select province_code from provinces);

-- The administrative villages, each with from when to when it lay where the row says. One whose
-- township is gone lay in that until then, as its code tells.
create table villages as
with listed as (
    select *
    from areas
    where level = 'village' and kind = 'village'
),

once as (
    select
        listed.area_code,
        before.valid_to as until,
        before.province_code,
        before.city_code,
        before.county_code,
        before.township_code,
        before.atom
    from listed
    inner join areas as before
        on
            before.area_code = listed.area_code[:9]
            and before.valid_to < date '9999-12-31'
            and before.area_code <> listed.township_code
)

select listed.* replace (coalesce(once.until + 1, listed.valid_from) as valid_from)
from listed
left join once on once.area_code = listed.area_code
union all by name
select
    listed.* replace (
        once.province_code as province_code,
        once.city_code as city_code,
        once.county_code as county_code,
        once.township_code as township_code,
        once.atom as atom,
        once.township_code as parent_code,
        once.until as valid_to
    )
from listed
inner join once on once.area_code = listed.area_code;

-- The areas that have figures, with those above them: the ladder, one place to a row.
create table places as
select
    here.id,
    here.area_code,
    cast(here.level as place_level) as level,
    here.valid_from,
    here.valid_to,
    county.id as county_id,
    city.id as city_id,
    province.id as province_id
from areas as here
left join areas as county on county.area_code = here.county_code
left join areas as city on city.area_code = here.city_code
left join areas as province on province.area_code = here.province_code
where here.level <> 'village';

-- The ladder again, one step to a row: an atom, and each area that it lies in, itself first.
create table tree as
select
    id as atom,
    id as area,
    level,
    0 as distance
from places
union all
select
    id,
    county_id,
    cast('county' as place_level) as level,
    1 as distance
from places
where level = 'township' and county_id is not null
union all
select
    id,
    city_id,
    cast('city' as place_level) as level,
    2 as distance
from places
where level in ('township', 'county') and city_id is not null
union all
select
    id,
    province_id,
    cast('province' as place_level) as level,
    3 as distance
from places
where level <> 'province';

-- From when until when a place has villages: only such a place owes the clinics' register. Where
-- the villages of a county are not registered at all, there are some.
create table counties_of_villages as
select distinct coalesce(county_code, city_code) as county_code
from villages;

create table village_places as
select
    tree.area as place,
    min(lying.valid_from) as has_from,
    max(lying.valid_to) as has_to
from (
    select
        atom,
        valid_from,
        valid_to
    from villages
    union all
    select
        area_code,
        date '0001-01-01' as valid_from,
        date '9999-12-31' as valid_to
    from areas
    where
        level <> 'village'
        and coalesce(county_code, city_code) not in (
            select county_code from counties_of_villages
        )
) as lying
inner join places on places.area_code = lying.atom
inner join tree on tree.atom = places.id
group by tree.area;

-- Which places stand for those that are gone, from when to when. The last of a line keeps what it
-- took in: nobody else stands for it.
create table heirs as
select
    gone.id as area,
    heir.id as heir,
    heir_codes.since,
    case
        when heir.area_code in (select gone_too.area_code from heir_codes as gone_too)
            then heir_codes.until
        else date '9999-12-31'
    end as until
from heir_codes
inner join places as gone on gone.area_code = heir_codes.area_code
inner join places as heir on heir.area_code = heir_codes.heir_code;
