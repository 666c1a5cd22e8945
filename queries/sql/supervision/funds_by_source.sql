-- title:    各来源资金进度
-- question: How far has the money of each source come in and gone out, beside the year's passing?
-- grain:    one row per source of money, and all together first
-- params:   $area area, $period period
-- reads:    as_of, t18_at
-- returns:  source_order integer, fund_source text, projects bigint (个), budget double (万元),
--           received double (万元), spent double (万元), received_share double (%),
--           spent_share double (%), time_share double (%), period text
-- nulls:    a share whose budget is 0
-- relies:   time_share is the part of the calendar year gone by at the period's end

with

choice as (

    select
        period,
        dayofyear(period_end) as days_gone,
        dayofyear(make_date(year(period_end), 12, 31)) as days_of_year
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'fund_spent_rate'
        and population = 'all'
        and not stale

),

placed as (

    select *
    from t18_at((select choice.period from choice))
    where
        $area in (area_code, township_code, county_code, city_code, province_code)
        and province_code = province_of($area)

),

added as (

    select
        fund_source,
        count(distinct project_no) as projects,
        sum(budget) as budget,
        sum(received) as received,
        sum(spent) as spent
    from placed
    group by fund_source
    union all
    select
        '合计' as fund_source,
        count(distinct project_no) as projects,
        sum(budget) as budget,
        sum(received) as received,
        sum(spent) as spent
    from placed
    having count(*) > 0

)

select
    case added.fund_source
        when '合计' then 0
        when '中央' then 1
        when '省' then 2
        when '市' then 3
        when '县' then 4
        else 5
    end as source_order,
    added.fund_source,
    added.projects,
    cast(added.budget as double) as budget,
    cast(added.received as double) as received,
    cast(added.spent as double) as spent,
    cast(printed_value(added.received, added.budget, 100, 2, false) as double) as received_share,
    cast(printed_value(added.spent, added.budget, 100, 2, false) as double) as spent_share,
    cast(printed_value(choice.days_gone, choice.days_of_year, 100, 2, false) as double)
        as time_share,
    choice.period
from added
cross join choice
order by source_order
