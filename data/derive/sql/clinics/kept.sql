-- The rows of the parent snapshot's file that stay: those of other months.
-- Reads    recomputed_months, $file
select *
from read_parquet([$file])
where period not in (select p from recomputed_months)
