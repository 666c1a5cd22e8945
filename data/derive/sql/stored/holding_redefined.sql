-- The files that have rows of what is defined anew.
-- Slots    files
-- Reads    redefined
select distinct filed.filename
from read_parquet(${files}, filename = true) as filed
semi join redefined
    on redefined.indicator = filed.indicator and redefined.population = filed.population
