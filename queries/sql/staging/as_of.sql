-- Which period each indicator shows at a chosen one, by the coverage at the judging area.
--   ordinal, period  the one shown: the last with enough units, else the newest with any value
--   enough           whether enough units filed it
--   stale            nothing new for too long: it is told, not shown
-- reads: kept_readings

select
    kept_readings.judged_at,
    kept_readings.requested_period,
    indicators.*,
    kept_readings.period,
    kept_readings.period_end,
    periods.ordinal,
    kept_readings.stale_since is not null as stale,
    coalesce(
        kept_readings.units_reported * 100
        >= indicators.min_coverage * kept_readings.units_expected,
        false
    ) as enough
from kept_readings
inner join indicators
    on
        kept_readings.indicator = indicators.indicator
        and kept_readings.population = indicators.population
left join periods on kept_readings.period = periods.period
where kept_readings.area_code = kept_readings.judged_at
