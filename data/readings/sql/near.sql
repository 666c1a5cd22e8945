-- Each judge beside the areas one level below it. Villages are looked at only when asked for.
create or replace temp table beside as
select
    judged_at,
    judged_at as area_code
from judging
union
select
    judging.judged_at,
    areas.area_code
from judging
inner join areas
    on
        judging.judged_at
        = code_above(
            areas.level,
            areas.township_code,
            areas.county_code,
            areas.city_code,
            areas.province_code
        )
where areas.level <> 'village';
