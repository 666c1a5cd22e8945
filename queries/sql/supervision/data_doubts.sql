-- title:    数据比对疑点
-- question: How many doubts of matching data are verified, confirmed and put right?
-- grain:    one row per kind of doubt and pair of sources, all batches in force
-- params:   $area area, $period period
-- reads:    t17_at
-- returns:  suspicion text, source_a text, source_b text, batches bigint (批),
--           matched_people bigint (人), suspect_people bigint (人), verified_people bigint (人),
--           confirmed_people bigint (人), fixed_people bigint (人), verified_share double (%),
--           fixed_share double (%), open_people bigint (人)
-- nulls:    a column that no row fills in; a share without anybody below the line

select
    ledger.suspicion,
    ledger.source_a,
    ledger.source_b,
    count(distinct ledger.batch) as batches,
    cast(sum(ledger.matched_people) as bigint) as matched_people,
    cast(sum(ledger.suspect_people) as bigint) as suspect_people,
    cast(sum(ledger.verified_people) as bigint) as verified_people,
    cast(sum(ledger.confirmed_people) as bigint) as confirmed_people,
    cast(sum(ledger.fixed_people) as bigint) as fixed_people,
    cast(
        100.0 * sum(ledger.verified_people) / nullif(sum(ledger.suspect_people), 0) as double
    ) as verified_share,
    cast(
        100.0 * sum(ledger.fixed_people) / nullif(sum(ledger.confirmed_people), 0) as double
    ) as fixed_share,
    cast(sum(ledger.confirmed_people) - sum(ledger.fixed_people) as bigint) as open_people
from t17_at($period) as ledger
where
    $area in (
        ledger.area_code,
        ledger.township_code,
        ledger.county_code,
        ledger.city_code,
        ledger.province_code
    )
    and ledger.province_code = province_of($area)
group by ledger.suspicion, ledger.source_a, ledger.source_b
order by ledger.suspicion, ledger.source_a, ledger.source_b
