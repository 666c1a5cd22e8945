-- Status of each clinic on the last day of each wanted month (rules.md 7). What was filed against
-- the rule counts while its reason stands: until a fact that it was given for is another one. In a
-- row carried forward only the licence can change, by running out.
-- Reads    rolled (the clinics' register), units, villages, counties_of_villages, $table_id,
--          $floor_area (square metres that a clinic needs), $exempt_pop (people served by a
--          village's clinics up to which nothing is demanded of them)
-- Leaves   clinic_filers, clinic_state

-- Of each unit whose register has been filed by a month's end: whether all of it is carried forward.
create or replace table clinic_filers as
select
    rolled.p,
    units.unit_code,
    bool_and(rolled.is_carried) as is_carried
from rolled
inner join units on units.table_id = $table_id and units.atom = rolled.atom
group by rolled.p, units.unit_code;

create or replace table clinic_state as
with in_use as (
    select
        *,
        coalesce(build_state, '已投用') <> '在建' as is_open,
        coalesce(floor_area >= $floor_area, false) as floor_area_ok,
        coalesce(
            has_consult and has_treatment and has_publichealth and has_pharmacy, false
        ) as rooms_ok,
        coalesce(qualified_doctors >= 1, false) as own_doctor_ok,
        coalesce(licence_until >= period_end, false) as licence_ok,
        coalesce(licence_until >= filed_end, false) as licence_was_ok,
        trim(coalesce(remark, '')) <> '' as has_reason
    from rolled
    where coalesce(build_state, '已投用') <> '停用'
),

measured as (
    select
        *,
        floor_area_ok and rooms_ok and own_doctor_ok as is_equipped,
        coalesce(
            sum(service_pop) over (partition by p, village_code) <= $exempt_pop, false
        ) as exempt
    from in_use
),

judged as (
    select
        *,
        not exempt and is_open and service_mode = '自有' as is_judged,
        is_equipped and licence_ok as meets_rule,
        has_reason
        and is_standard <> (is_equipped and licence_was_ok)
        and licence_ok = licence_was_ok as reason_stands
    from measured
),

overridden as (
    select
        *,
        is_judged and coalesce(reason_stands, false) as override
    from judged
),

-- Where a clinic's village lies on that day; where it is not registered, as the row has it.
lying as (
    select
        overridden.* replace (
            coalesce(villages.province_code, overridden.province_code) as province_code,
            coalesce(villages.city_code, overridden.city_code) as city_code,
            coalesce(villages.county_code, overridden.county_code) as county_code,
            coalesce(villages.township_code, overridden.township_code) as township_code
        )
    from overridden
    left join villages
        on
            villages.area_code = overridden.village_code
            and overridden.period_end between villages.valid_from and villages.valid_to
    where
        villages.area_code is not null
        or coalesce(overridden.county_code, overridden.city_code)
        not in (select county_code from counties_of_villages)
)

select
    p,
    period_start,
    period_end,
    clinic_code,
    village_code,
    village_code as area_code,
    village_code as division_code,
    province_code,
    city_code,
    county_code,
    township_code,
    finest_area(township_code, county_code, city_code, province_code) as atom,
    coalesce(is_poor_village, false) as is_poor_village,
    case
        when exempt then '不作要求'
        when not is_open then '在建'
        when service_mode <> '自有' then service_mode
        when case when override then is_standard else meets_rule end then '达标'
        else '未达标'
    end as status,
    exempt,
    is_open,
    service_mode,
    service_pop,
    floor_area,
    floor_area_ok,
    rooms_ok,
    has_consult,
    has_treatment,
    has_publichealth,
    has_pharmacy,
    qualified_doctors,
    own_doctor_ok as doctor_ok,
    posting_days,
    licence_until,
    licence_ok,
    override,
    expected_open,
    is_carried,
    filed_period,
    source_id,
    source_sheet,
    source_row
from lying;
