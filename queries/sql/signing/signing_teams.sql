-- title:    签约团队与工作量
-- question: How many teams sign and serve, and how much does each carry?
-- grain:    one row per area of that level with a report in the week shown
-- params:   $parent area, $level level, $period period
-- reads:    as_of, t04, areas
-- returns:  area_code text, area_name text, period text, teams bigint (个),
--           sign_target_pop bigint (人), away_pop bigint (人), refused_pop bigint (人),
--           signed_pop bigint (人), expired_pop bigint (人), followups_week bigint (人次),
--           villages_reported bigint (个), people_per_team double (人/个),
--           followups_per_team double (人次/个)
-- nulls:    a column that no village filled in; loads without a team

with

choice as (

    select period
    from as_of
    where
        judged_at = $parent
        and requested_period = $period
        and indicator = 'signing_rate'
        and population = 'target'
        and not stale

),

placed as (

    select
        t04.*,
        case $level
            when 'village' then t04.area_code
            when 'township' then t04.township_code
            when 'county' then t04.county_code
            when 'city' then t04.city_code
            else t04.province_code
        end as shown_code
    from t04
    inner join choice on t04.period = choice.period
    where
        $parent in (
            t04.area_code, t04.township_code, t04.county_code, t04.city_code, t04.province_code
        )

),

added as (

    select
        shown_code,
        period,
        cast(sum(teams) as bigint) as teams,
        cast(sum(sign_target_pop) as bigint) as sign_target_pop,
        cast(sum(away_pop) as bigint) as away_pop,
        cast(sum(refused_pop) as bigint) as refused_pop,
        cast(sum(signed_pop) as bigint) as signed_pop,
        cast(sum(expired_pop) as bigint) as expired_pop,
        cast(sum(followups_week) as bigint) as followups_week,
        count(*) as villages_reported
    from placed
    group by shown_code, period

)

select
    areas.area_code,
    areas.name as area_name,
    added.period,
    added.teams,
    added.sign_target_pop,
    added.away_pop,
    added.refused_pop,
    added.signed_pop,
    added.expired_pop,
    added.followups_week,
    added.villages_reported,
    cast(added.signed_pop as double) / nullif(added.teams, 0) as people_per_team,
    cast(added.followups_week as double) / nullif(added.teams, 0) as followups_per_team
from added
inner join areas on added.shown_code = areas.area_code
order by areas.order_no
