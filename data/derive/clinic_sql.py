"""The SQL of the clinics' states: each clinic judged by the rule, each village by its clinics."""

from data.derive.sql import ANCESTORS, ATOM


def _unregistered(rows: str) -> str:
    """Whether the villages of a row's county are not in the register at all."""
    return f"""
    coalesce({rows}.county_code, {rows}.city_code)
    not in (select coalesce(county_code, city_code) from villages)
    """


# From when until when a place has villages: only such a place owes the clinics' register. Where the
# villages of a county are not registered, there are some.
VILLAGE_PLACES = f"""
select
    tree.area as place,
    min(coalesce(lying.valid_from, date '0001-01-01')) as has_from,
    max(coalesce(lying.valid_to, date '9999-12-31')) as has_to
from (
    select {ATOM} as area_code, valid_from, valid_to from villages
    union all
    select area_code, null, null from areas where level <> 'village' and {_unregistered("areas")}
) as lying
join places on places.area_code = lying.area_code
join tree on tree.atom = places.id
group by tree.area
"""
# Leaves of the townships `places` those with villages in a period `counted`.
WITH_VILLAGES = """
join wanted as month on month.asked and month.ordinal = counted.ordinal
join village_places
    on
        village_places.place = places.id
        and month.p_end between village_places.has_from and village_places.has_to
"""
# Of each unit whose register has been filed by a month's end: whether all of it is carried forward.
# Reads rolled (T07 as a register) and units.
FILERS = f"""
create or replace table clinic_filers as
select rolled.p, units.unit_code, bool_and(rolled.is_carried) as is_carried
from rolled
join units on units.table_id = 'T07' and units.atom = {ATOM}
group by rolled.p, units.unit_code
"""
# Places with villages whose unit filed the register and that have no clinic: 0 of 0, not silence.
# Reads clinic_state, clinic_filers and clinic_pairs (the indicators over clinics).
PLACES_WITHOUT = f"""
insert into long
select
    clinic_pairs.pair, wanted.ordinal, places.id, units.unit, '',
    0, case when clinic_pairs.is_rate then 0 end, true, clinic_filers.is_carried
from clinic_filers
join wanted on wanted.p = clinic_filers.p
join units on units.table_id = 'T07' and units.unit_code = clinic_filers.unit_code
join places on places.area_code = units.atom
join village_places
    on
        village_places.place = places.id
        and wanted.p_end between village_places.has_from and village_places.has_to
anti join (select distinct p, {ATOM} as atom from clinic_state) as held
    on held.p = clinic_filers.p and held.atom = units.atom
cross join clinic_pairs
"""


def _in_register(day: str) -> str:
    """Whether a village stands in the register on a day."""
    return f"""(
        coalesce(villages.valid_from, date '0001-01-01') <= {day}
        and coalesce(villages.valid_to, date '9999-12-31') >= {day}
    )"""


def _lying(rows: str) -> str:
    """Where a row's village lies on that day; where it is not registered, as the row has it."""
    return ", ".join(f"coalesce(villages.{name}, {rows}.{name}) as {name}" for name in ANCESTORS)


def clinic_state(area: int, small: int) -> str:
    """Status of each clinic on the last day of each wanted month (rules.md 7).

    What was filed against the rule counts while its reason stands: until a fact that it was given
    for is another one. In a row carried forward only the licence can change, by running out.

    area    Floor area that a clinic needs, square metres.
    small   People served by a village's clinics up to which nothing is demanded of them.
    Reads   rolled (T07 as a register) and villages (administrative villages of the register).
    """
    return f"""
    with in_use as (
        select
            *,
            coalesce(build_state, '已投用') <> '在建' as is_open,
            coalesce(floor_area >= {area}, false) as floor_area_ok,
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
                sum(service_pop) over (partition by p, village_code) <= {small}, false
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
        select *, is_judged and coalesce(reason_stands, false) as override
        from judged
    )
    select
        p, period_start, period_end, clinic_code, village_code, village_code as area_code,
        village_code as division_code,
        {_lying("overridden")},
        coalesce(is_poor_village, false) as is_poor_village,
        case
            when exempt then '不作要求'
            when not is_open then '在建'
            when service_mode <> '自有' then service_mode
            when case when override then is_standard else meets_rule end then '达标'
            else '未达标'
        end as status,
        exempt, is_open, service_mode, service_pop, floor_area, floor_area_ok,
        rooms_ok, has_consult, has_treatment, has_publichealth, has_pharmacy, qualified_doctors,
        own_doctor_ok as doctor_ok, posting_days, licence_until, licence_ok, override,
        expected_open, is_carried, filed_period, source_id, source_sheet, source_row
    from overridden
    left join villages
        on
            villages.area_code = overridden.village_code
            and {_in_register("overridden.period_end")}
    where villages.area_code is not null or {_unregistered("overridden")}
    """


def village_clinic_state() -> str:
    """Status of each administrative village on the last day of each wanted month.

    Only villages of units whose register has been filed by then: the rest is not reported.
    Reads   clinic_state, clinic_filers, villages, units.
    """
    return f"""
    with expected as (
        select
            wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
            villages.area_code as village_code, villages.area_code,
            villages.area_code as division_code,
            {", ".join(f"villages.{name}" for name in ANCESTORS)}
        from villages
        join units
            on units.table_id = 'T07' and units.atom = {ATOM}
        join clinic_filers on clinic_filers.unit_code = units.unit_code
        join wanted
            on wanted.p = clinic_filers.p and {_in_register("wanted.p_end")}
    ),
    by_village as (
        select
            p, village_code,
            bool_or(exempt) as exempt,
            bool_or(status = '达标') as has_standard,
            bool_or(status = '未达标') as has_own,
            bool_or(status = '派驻') as has_posting,
            bool_or(status = '巡诊') as has_tour,
            bool_or(status = '邻村延伸') as has_neighbour,
            bool_or(is_open) as clinic_ok,
            bool_or(
                doctor_ok
                or is_open and service_mode in ('派驻', '巡诊') and coalesce(posting_days, 0) > 0
                or is_open and service_mode = '邻村延伸'
            ) as doctor_ok,
            bool_or(is_poor_village) as is_poor_village,
            bool_and(is_carried) as is_carried
        from clinic_state
        group by p, village_code
    )
    select
        expected.*,
        case
            when by_village.p is null then '未设置'
            when exempt then '不作要求'
            when has_standard then '达标'
            when has_own then '未达标'
            when has_posting then '派驻'
            when has_tour then '巡诊'
            when has_neighbour then '邻村延伸'
            else '在建'
        end as status,
        coalesce(clinic_ok, false) as clinic_ok,
        coalesce(doctor_ok, false) as doctor_ok,
        coalesce(exempt, false) as exempt,
        coalesce(is_poor_village, false) as is_poor_village,
        coalesce(is_carried, false) as is_carried
    from expected
    left join by_village using (p, village_code)
    """


def owed(units: str) -> str:
    """Obligations (unit, valid_from, valid_to) cut by the time in which the unit has villages."""
    return f"""
    select
        owing.unit,
        greatest(owing.valid_from, village_places.has_from) as valid_from,
        least(coalesce(owing.valid_to, village_places.has_to), village_places.has_to) as valid_to
    from ({units}) as owing
    join village_places on village_places.place = owing.unit
    """
