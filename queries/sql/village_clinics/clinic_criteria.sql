-- title:    不达标原因
-- question: Which criterion fails where?
-- grain:    one row per area of that level and criterion
-- params:   $parent area, $level level, $period period
-- reads:    as_of, clinics, areas
-- returns:  area_code text, area_name text, period text, criterion_order integer,
--           criterion text, failed bigint (个), clinics bigint (个)
-- nulls:    none; only clinics in the standard rate are judged: 达标 and 未达标

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'village_clinic_standard_rate'
        and population = 'all'
        and not stale

),

judged as (

    select
        clinics.*,
        case $level
            when 'village' then clinics.area_code
            when 'township' then clinics.township_code
            when 'county' then clinics.county_code
            when 'city' then clinics.city_code
            else clinics.province_code
        end as shown_code
    from clinics
    inner join choice on clinics.period = choice.period
    where
        clinics.status in ('达标', '未达标')
        and $parent in (
            clinics.area_code,
            clinics.township_code,
            clinics.county_code,
            clinics.city_code,
            clinics.province_code
        )

),

criteria as (

    select
        1 as criterion_order,
        '建筑面积' as criterion
    union all
    select
        2 as criterion_order,
        '四室分设' as criterion
    union all
    select
        3 as criterion_order,
        '合格村医' as criterion
    union all
    select
        4 as criterion_order,
        '执业许可证' as criterion

)

select
    areas.area_code,
    areas.name as area_name,
    judged.period,
    criteria.criterion_order,
    criteria.criterion,
    cast(
        sum(
            case
                when judged.status = '达标' then 0
                when criteria.criterion_order = 1 and not judged.floor_area_ok then 1
                when criteria.criterion_order = 2 and not judged.rooms_ok then 1
                when criteria.criterion_order = 3 and not judged.doctor_ok then 1
                when criteria.criterion_order = 4 and not judged.licence_ok then 1
                else 0
            end
        ) as bigint
    ) as failed,
    count(*) as clinics
from judged
cross join criteria
inner join areas on judged.shown_code = areas.area_code
group by
    areas.area_code,
    areas.name,
    areas.order_no,
    judged.period,
    criteria.criterion_order,
    criteria.criterion
order by areas.order_no, criteria.criterion_order
