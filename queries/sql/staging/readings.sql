-- What is shown of each indicator, area and chosen period, as whoever asks may see it.
-- reads: kept_readings

select
    kept_readings.* exclude (seen_by),
    this_snapshot.number as snapshot
from kept_readings
cross join this_snapshot
