-- The rows of the parent snapshot's file that stay: those of another province, and those that were
-- not computed anew.
-- Reads    redefined, recomputed, provinces, $file
select parent.*
from read_parquet([$file]) as parent
anti join redefined
    on redefined.indicator = parent.indicator and redefined.population = parent.population
anti join recomputed
    on
        recomputed.indicator = parent.indicator
        and recomputed.population = parent.population
        and recomputed.period = parent.period
        and parent.area_code[:2] in (select province_code[:2] from provinces)
