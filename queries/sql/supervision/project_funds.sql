-- title:    资金到位与支出
-- question: How much money of which source was budgeted, received and spent, project to date?
-- grain:    one row per county below the area and source of money
-- params:   $area area, $period period
-- reads:    as_of, t18_at, areas
-- returns:  area_code text, area_name text, fund_source text, projects bigint (个),
--           budget double (万元), received double (万元), spent double (万元),
--           received_share double (%), spent_share double (%), period text
-- nulls:    a share whose budget is 0

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'fund_spent_rate'
        and population = 'all'
        and not stale

),

added as (

    select
        coalesce(ledger.county_code, ledger.city_code, ledger.province_code) as shown_code,
        ledger.fund_source,
        count(distinct ledger.project_no) as projects,
        sum(ledger.budget) as budget,
        sum(ledger.received) as received,
        sum(ledger.spent) as spent
    from t18_at((select choice.period from choice)) as ledger
    where
        $area in (
            ledger.area_code,
            ledger.township_code,
            ledger.county_code,
            ledger.city_code,
            ledger.province_code
        )
        and ledger.province_code = province_of($area)
    group by
        coalesce(ledger.county_code, ledger.city_code, ledger.province_code), ledger.fund_source

)

select
    areas.area_code,
    areas.name as area_name,
    added.fund_source,
    added.projects,
    cast(added.budget as double) as budget,
    cast(added.received as double) as received,
    cast(added.spent as double) as spent,
    cast(printed_value(added.received, added.budget, 100, 2, false) as double) as received_share,
    cast(printed_value(added.spent, added.budget, 100, 2, false) as double) as spent_share,
    choice.period
from added
cross join choice
inner join areas on added.shown_code = areas.area_code
order by
    areas.order_no,
    case added.fund_source
        when '中央' then 1
        when '省' then 2
        when '市' then 3
        when '县' then 4
        else 5
    end
