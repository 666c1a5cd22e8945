-- title:    数据比对疑点
-- question: How many doubts of matching data are verified, confirmed and put right?
-- grain:    one row per kind of doubt and pair of sources, of the latest batch of each county
-- params:   $area area, $period period
-- reads:    t17_at
-- returns:  suspicion text, source_a text, source_b text, batches bigint (批),
--           latest_batch text, open_batches bigint (批), matched_people bigint (人),
--           suspect_people bigint (人), verified_people bigint (人), confirmed_people bigint (人),
--           fixed_people bigint (人), verified_share double (%), fixed_share double (%),
--           open_people bigint (人)
-- nulls:    a column that no row fills in; a share without anybody below the line; latest_batch
--           where it is not the same everywhere
-- relies:   batches of one matching are of the same people, so that they are only counted; in
--           open_batches somebody confirmed has not been put right, the latest batch aside

with

placed as (

    select *
    from t17_at($period)
    where
        $area in (area_code, township_code, county_code, city_code, province_code)
        and province_code = province_of($area)

),

rounds as (

    select
        suspicion,
        source_a,
        source_b,
        count(distinct batch) as batches,
        count(
            distinct case
                when not is_latest_round and fixed_people < confirmed_people then batch
            end
        ) as open_batches
    from placed
    group by suspicion, source_a, source_b

),

added as (

    select
        suspicion,
        source_a,
        source_b,
        case when count(distinct batch) = 1 then max(batch) end as latest_batch,
        cast(sum(matched_people) as bigint) as matched_people,
        cast(sum(suspect_people) as bigint) as suspect_people,
        cast(sum(verified_people) as bigint) as verified_people,
        cast(sum(confirmed_people) as bigint) as confirmed_people,
        cast(sum(fixed_people) as bigint) as fixed_people
    from placed
    where is_latest_round
    group by suspicion, source_a, source_b

)

select
    added.suspicion,
    added.source_a,
    added.source_b,
    rounds.batches,
    added.latest_batch,
    rounds.open_batches,
    added.matched_people,
    added.suspect_people,
    added.verified_people,
    added.confirmed_people,
    added.fixed_people,
    cast(printed_value(added.verified_people, added.suspect_people, 100, 2, false) as double)
        as verified_share,
    cast(printed_value(added.fixed_people, added.confirmed_people, 100, 2, false) as double)
        as fixed_share,
    added.confirmed_people - added.fixed_people as open_people
from added
inner join rounds
    on
        added.suspicion = rounds.suspicion
        and added.source_a = rounds.source_a
        and added.source_b = rounds.source_b
order by added.suspicion, added.source_a, added.source_b
