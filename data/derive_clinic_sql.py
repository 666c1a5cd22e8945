"""The SQL of the clinics' states: each clinic judged by the rule, each village by its clinics."""

from data.derive_sql import ANCESTORS, ATOM


def clinic_state(area: int, exempt: int) -> str:
    """Status of each clinic on the last day of each wanted month (rules.md 7).

    area    Floor area that a clinic needs, square metres.
    exempt  People served by a village's clinics up to which nothing is demanded of it.
    Reads   rolled (T07 as a register) and villages (administrative villages of the register).
    """
    return f"""
    with in_use as (
        select
            *,
            coalesce(build_state, '已投用') as build,
            coalesce(floor_area >= {area}, false) as floor_area_ok,
            coalesce(
                has_consult and has_treatment and has_publichealth and has_pharmacy, false
            ) as rooms_ok,
            coalesce(qualified_doctors >= 1, false) as own_doctor_ok,
            coalesce(licence_until >= period_end, false) as licence_ok
        from rolled
        where coalesce(build_state, '已投用') <> '停用'
    ),
    judged as (
        select
            *,
            floor_area_ok and rooms_ok and own_doctor_ok and licence_ok as meets_rule,
            sum(service_pop) over (partition by p, village_code) <= {exempt} as exempt
        from in_use
    )
    select
        p, period_start, period_end, clinic_code, village_code, village_code as area_code,
        village_code as division_code, {", ".join(ANCESTORS)},
        coalesce(is_poor_village, false) as is_poor_village,
        case
            when build = '在建' then '在建'
            when service_mode <> '自有' then service_mode
            when coalesce(is_standard, meets_rule) then '达标'
            else '未达标'
        end as status,
        coalesce(exempt, false) as exempt, service_mode, service_pop, floor_area, floor_area_ok,
        rooms_ok, has_consult, has_treatment, has_publichealth, has_pharmacy, qualified_doctors,
        own_doctor_ok as doctor_ok, posting_days, licence_until, licence_ok,
        build <> '在建' and service_mode = '自有' and is_standard <> meets_rule as override,
        expected_open, is_carried, filed_period, source_id, source_sheet, source_row
    from judged
    where
        village_code in (select area_code from villages)
        or county_code not in (select county_code from villages)
    """


def village_clinic_state() -> str:
    """Status of each administrative village on the last day of each wanted month.

    Only villages of units whose register has been filed by then: the rest is not reported.
    Reads   clinic_state, villages, units, rolled.
    """
    return f"""
    with filing_units as (
        select distinct rolled.p, units.unit_code
        from rolled
        join units on units.table_id = 'T07' and units.atom = {ATOM}
    ),
    expected as (
        select
            wanted.p, wanted.p_start as period_start, wanted.p_end as period_end,
            villages.area_code as village_code, villages.area_code,
            villages.area_code as division_code,
            {", ".join(f"villages.{name}" for name in ANCESTORS)}
        from villages
        join units
            on units.table_id = 'T07' and units.atom = {ATOM}
        join filing_units on filing_units.unit_code = units.unit_code
        join wanted
            on
                wanted.p = filing_units.p
                and (villages.valid_from is null or villages.valid_from <= wanted.p_end)
                and (villages.valid_to is null or villages.valid_to >= wanted.p_end)
    ),
    by_village as (
        select
            p, village_code,
            bool_or(status = '达标') as has_standard,
            bool_or(status = '未达标') as has_own,
            bool_or(status = '派驻') as has_posting,
            bool_or(status = '巡诊') as has_tour,
            bool_or(status = '邻村延伸') as has_neighbour,
            bool_or(status = '在建') as has_building,
            bool_or(
                doctor_ok
                or (status in ('派驻', '巡诊') and coalesce(posting_days, 0) > 0)
                or status = '邻村延伸'
            ) as doctor_ok,
            bool_or(exempt) as exempt,
            bool_or(is_poor_village) as is_poor_village,
            bool_and(is_carried) as is_carried
        from clinic_state
        group by p, village_code
    )
    select
        expected.*,
        case
            when has_standard then '达标'
            when has_own then '未达标'
            when has_posting then '派驻'
            when has_tour then '巡诊'
            when has_neighbour then '邻村延伸'
            when has_building then '在建'
            else '未设置'
        end as status,
        coalesce(doctor_ok, false) as doctor_ok,
        coalesce(exempt, false) as exempt,
        coalesce(is_poor_village, false) as is_poor_village,
        coalesce(is_carried, false) as is_carried
    from expected
    left join by_village using (p, village_code)
    """
