-- The areas of one level beside a judge that is more than one level above them, or above villages;
-- every other judge, a village, by itself. The judge itself stands among its near ones.
create or replace temp table beside as
select
    $judge as judged_at,
    area_code
from areas
where level = $level and $judge in (township_code, county_code, city_code, province_code)
union
select
    judged_at,
    judged_at as area_code
from judging
where judged_at <> $judge;
