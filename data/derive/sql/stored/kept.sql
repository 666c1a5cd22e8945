-- The rows of the parent snapshot's file that stay: those of another province, and those that were
-- not computed anew.
-- Reads    recomputed, provinces, $file
select *
from read_parquet([$file])
where
    area_code[:2] not in (select province_code[:2] from provinces)
    or (indicator, population, period)
    not in (select (indicator, population, period) from recomputed)
